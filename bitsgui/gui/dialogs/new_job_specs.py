"""From the form and the settled names to what the manager creates: one job each, or one for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bitsgui.gui.dialogs.new_job_input import Address, NewJobInput, SignIn
from bitsgui.gui.texts.translating import translate
from bitsgui.model.codes import E_INVALIDARG
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.model.limits import DISPLAY_NAME_MAX
from bitsgui.model.urls import same_origin
from bitsgui.service.creation import Credentials, NewJob

Begin = Callable[[str], JobSettings]
"""What a job of that name begins with."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An address and the name of its file; whether the server may still give another name, and whether a person
    agreed to lose a file of that name."""

    address: Address
    name: str
    name_from_server: bool = True
    overwrite: bool = False


def specs_of(wanted: NewJobInput, settled: Sequence[Settled], begin: Begin) -> tuple[NewJob, ...]:
    """The jobs, which begin with what `begin` gives.

    Raises BitsError(E_INVALIDARG) for one job of files that need different sign-ins.
    """
    if wanted.one_job and len(settled) > 1:
        return (_spec(wanted, settled, begin(_name_of_all(settled)[:DISPLAY_NAME_MAX])),)
    return tuple(_spec(wanted, [item], begin(item.name[:DISPLAY_NAME_MAX])) for item in settled)


def _spec(wanted: NewJobInput, settled: Sequence[Settled], begun: JobSettings) -> NewJob:
    settings = replace(
        begun,
        priority=wanted.priority,
        rate_limit_bps=wanted.rate_limit_bps,
        proxy=wanted.proxy,
        auto_complete=wanted.auto_complete,
    )
    files = tuple(
        JobFile(
            remote_name=item.address.url,
            local_name=str(wanted.folder / item.name),
            name_from_server=item.name_from_server,
            replace_existing=item.overwrite,
            checksum=wanted.checksum,
        )
        for item in settled
    )
    sign_in = _sign_in(wanted, settled)
    return NewJob(
        settings=settings,
        files=files,
        credentials=Credentials(*sign_in) if sign_in else None,
        custom_headers=wanted.custom_headers,
    )


def _sign_in(wanted: NewJobInput, settled: Sequence[Settled]) -> SignIn | None:
    addresses = [item.address for item in settled]
    used = {address.sign_in or wanted.sign_in for address in addresses}
    own = any(address.sign_in for address in addresses)
    one_server = all(same_origin(addresses[0].url, address.url) for address in addresses)
    # A job has one sign-in for all its files: one that came with an address is that server's alone.
    if len(used) > 1 or (own and not one_server):
        raise BitsError(E_INVALIDARG, "These addresses need different sign-ins, so they cannot be one job.")
    return used.pop()


def _name_of_all(settled: Sequence[Settled]) -> str:
    first, more = settled[0].name, len(settled) - 1
    if more == 1:
        return translate("NewJob", "{name} and 1 more").format(name=first)
    return translate("NewJob", "{name} and %n more", None, more).format(name=first)
