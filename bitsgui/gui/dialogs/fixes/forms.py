"""Which form belongs to which remedy."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from bitsgui.gui.dialogs.fixes.address import AddressForm
from bitsgui.gui.dialogs.fixes.certificates import CaForm, ClientCertificateForm, PinForm
from bitsgui.gui.dialogs.fixes.checksum import ChecksumForm
from bitsgui.gui.dialogs.fixes.deadline import DeadlineForm
from bitsgui.gui.dialogs.fixes.folder import FolderForm
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld
from bitsgui.gui.dialogs.fixes.headers import HeadersForm
from bitsgui.gui.dialogs.fixes.plain import PLAIN, PlainForm
from bitsgui.gui.dialogs.fixes.proxy import ProxyForm
from bitsgui.gui.dialogs.fixes.sign_in import SignInForm
from bitsgui.gui.dialogs.fixes.source import SourceForm
from bitsgui.gui.dialogs.fixes.space import SpaceForm, WaitForm
from bitsgui.model.enums import AuthTarget
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy

FORMS: Final[Mapping[Remedy, Callable[[Sequence[Job], FormWorld], FixForm]]] = MappingProxyType(
    {remedy: partial(PlainForm, remedy) for remedy in PLAIN}
    | {
        Remedy.NEW_ADDRESS: AddressForm,
        Remedy.OTHER_FOLDER: FolderForm,
        Remedy.SIGN_IN_SERVER: partial(SignInForm, AuthTarget.SERVER),
        Remedy.SIGN_IN_PROXY: partial(SignInForm, AuthTarget.PROXY),
        Remedy.FREE_SPACE: SpaceForm,
        Remedy.WAIT_UNTIL_FREE: WaitForm,
        Remedy.HEADERS: HeadersForm,
        Remedy.CA_FILE: CaForm,
        Remedy.PIN_CERTIFICATE: PinForm,
        Remedy.CLIENT_CERTIFICATE: ClientCertificateForm,
        Remedy.PROXY: ProxyForm,
        Remedy.LONGER_DEADLINE: DeadlineForm,
        Remedy.LOCATE_SOURCE: SourceForm,
        Remedy.CORRECT_CHECKSUM: ChecksumForm,
    }
)
