"""Which failed jobs belong together: the same trouble at the same place, mended in the same ways. Pure.

Knows no disk: which folders share a volume is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Side, diagnose, failing_index
from bitsgui.model.enums import JobState
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase
from bitsgui.model.remedy import Remedy
from bitsgui.model.urls import host_of

_OF_THE_VOLUME: Final = frozenset(
    {
        Cause.DISK_FULL,
        Cause.READ_ONLY,
        Cause.FILE_TOO_LARGE,
        Cause.DISK_FAULT,
        Cause.SOURCE_FAULT,
        Cause.VOLUME_LOCKED,
    }
)
_OF_THE_COMPUTER: Final = frozenset(
    {Cause.COMPUTER_BUSY, Cause.DATABASE_DAMAGED, Cause.OFFLINE, Cause.CAPTIVE_PORTAL, Cause.CLOCK_WRONG}
)
_TOLD_BY_CODE: Final = frozenset({Cause.UNKNOWN, Cause.REFUSED, Cause.NOT_ABLE, Cause.BUSY, Cause.PROXY_REFUSED})
"""Causes that are no more than their number: another number is another trouble."""
_NO_VOLUMES: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CauseKey:
    """Jobs of equal keys share a dialog.

    `place`: a host, proxy, folder or volume; empty where there is one only. `remedies`: what is mended in other ways
    never shares a form. `at_complete`: every byte is here, and only the final names are missing.
    """

    cause: Cause
    phase: Phase
    remedies: tuple[Remedy, ...]
    place: str
    at_complete: bool
    code: HResult | None = None


def key_of(job: Job, volumes: Mapping[str, str] = _NO_VOLUMES) -> CauseKey:
    """The group of a failed job; `volumes`: what names the volume of a folder, for those that are known."""
    diagnosis = diagnose(job)
    folder = volume_folder(job)
    place = _place(job, diagnosis.side, diagnosis.cause) if folder is None else volumes.get(folder, folder)
    code = job.error.code if job.error and diagnosis.cause in _TOLD_BY_CODE else None
    at_complete = job.state is JobState.TRANSFERRED
    return CauseKey(diagnosis.cause, diagnosis.phase, diagnosis.remedies, place, at_complete, code)


def volume_folder(job: Job) -> str | None:
    """The folder whose volume is in trouble, None for any other trouble."""
    return folder_of(job) if diagnose(job).cause in _OF_THE_VOLUME else None


def grouped(jobs: Iterable[Job], volumes: Mapping[str, str] = _NO_VOLUMES) -> dict[CauseKey, tuple[Job, ...]]:
    """The groups in the order of their first jobs, each in the order given."""
    groups: dict[CauseKey, list[Job]] = {}
    for job in jobs:
        groups.setdefault(key_of(job, volumes), []).append(job)
    return {key: tuple(members) for key, members in groups.items()}


def server_of(job: Job) -> str:
    """The host that the failing part of the job talks to; empty for a job without files."""
    index = failing_index(job)
    if index is None:
        return ""
    # A reply without an address is asked for where its file went.
    return host_of(job.entry(index).remote_name) or host_of(job.files[0].remote_name)


def folder_of(job: Job) -> str:
    """The folder of the failing file on this computer; empty while it has no name."""
    index = failing_index(job)
    name = "" if index is None else job.entry(index).local_name
    return str(PurePath(name).parent) if name else ""


def _place(job: Job, side: Side, cause: Cause) -> str:
    if cause in _OF_THE_COMPUTER or side is Side.POLICY:
        return ""
    if side is Side.PROXY:
        return _proxy_of(job)
    return folder_of(job) if side is Side.THIS_COMPUTER else server_of(job)


def _proxy_of(job: Job) -> str:
    """The proxy that was in use, else the one that the job asks for."""
    facts = job.error.facts if job.error else None
    return (facts.proxy if facts else None) or job.settings.proxy.proxy_list
