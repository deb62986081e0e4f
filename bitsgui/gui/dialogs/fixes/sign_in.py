"""User name and password for the server or the proxy, by one of the schemes that it offers."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit

from bitsgui.gui.dialogs.fields import PasswordField, buddy_label, plain_label
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.theme import STEP
from bitsgui.model import fix as fixes
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.enums import AuthScheme, AuthTarget
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.secret_rules import check_credentials

_STRONGEST_FIRST: Final = (AuthScheme.DIGEST, AuthScheme.BASIC)
"""Those that can be spoken here."""


class SignInForm(FixForm):
    """The password is in no draft; it goes to the keyring only where that is ticked."""

    def __init__(self, target: AuthTarget, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._target = target
        self._user = QLineEdit(_user_of(self.jobs[0], target))
        self._user.setObjectName("user_name")
        self._password = PasswordField()
        self._scheme = self._schemes()
        self._lasting = QCheckBox(self.tr("&Save in the keyring; else it is forgotten when bitsgui ends"))
        self._lasting.setObjectName("save_in_keyring")
        text = self.tr("The connection is not encrypted (http): others on the way may read the password.")
        self._warning = plain_label(text, "warning")
        self.setFocusProxy(self._user)
        self._user.textChanged.connect(self.changed)
        self._password.changed.connect(self.changed)
        self._scheme.currentIndexChanged.connect(self._on_scheme)
        self._lasting.toggled.connect(self.changed)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(2 * STEP)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.addRow(buddy_label(self.tr("&User name:"), self._user), self._user)
        rows.addRow(buddy_label(self.tr("&Password:"), self._password.edit), self._password)
        rows.addRow(buddy_label(self.tr("Sc&heme:"), self._scheme), self._scheme)
        rows.addRow(self._lasting)
        rows.addRow(self._warning)
        self._on_scheme()

    def problem(self) -> str | None:
        if not self._user.text():
            return self.tr("Give the user name.")
        try:
            for scheme in self._chosen:
                check_credentials(self._target, scheme, self._user.text(), self._password.edit.text())
        except BitsError as error:
            return bits_error_text(error)
        return None

    def fix_for(self, job: Job) -> Fix:
        user, password = self._user.text(), self._password.edit.text()
        return fixes.SignIn(self._target, user, password, self._chosen, lasting=self._lasting.isChecked())

    @property
    def _chosen(self) -> tuple[AuthScheme, ...]:
        schemes: tuple[AuthScheme, ...] = self._scheme.currentData()
        return schemes

    def _schemes(self) -> QComboBox:
        box = QComboBox()
        box.setObjectName("scheme")
        offered = [scheme for scheme in _STRONGEST_FIRST if scheme in _offered(self.jobs[0])]
        if len(offered) != 1:
            box.addItem(self.tr("The strongest that is offered"), tuple(_STRONGEST_FIRST))
        for scheme in offered or _STRONGEST_FIRST:
            box.addItem(_name(scheme), (scheme,))
        return box

    def _on_scheme(self) -> None:
        self._warning.setVisible(self._is_open_to_readers())
        self.changed.emit()

    def _is_open_to_readers(self) -> bool:
        """Basic without encryption; of Digest the password itself is never sent."""
        addresses = (job.entry(failing_index(job) or 0).remote_name or job.files[0].remote_name for job in self.jobs)
        is_http = any(address.lower().startswith("http:") for address in addresses)
        return self._target is AuthTarget.SERVER and is_http and AuthScheme.BASIC in self._chosen


def _name(scheme: AuthScheme) -> str:
    return {AuthScheme.BASIC: "Basic", AuthScheme.DIGEST: "Digest"}[scheme]


def _offered(job: Job) -> frozenset[AuthScheme]:
    """What the server said that it takes; empty = it said nothing."""
    facts = job.error.facts if job.error else None
    names = {scheme.name.lower(): scheme for scheme in AuthScheme}
    return frozenset(names[name] for name in (facts.schemes if facts else None) or () if name in names)


def _user_of(job: Job, target: AuthTarget) -> str:
    return next((entry.user_name for entry in job.settings.credentials if entry.target is target), "")
