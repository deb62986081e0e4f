"""From a job's error to the side at fault and the remedies that help: tables only.

Knows no texts, clock, disk or network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Final

from bitsgui.model.causes import Cause, cause_of
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job


class Side(StrEnum):
    """Whose fault it is; the values are those of the command line's `--json`."""

    THIS_COMPUTER = "this_computer"
    NETWORK = "network"
    PROXY = "proxy"
    SERVER = "server"
    SERVER_PROGRAM = "server_program"
    LINK = "link"
    SIGN_IN = "sign_in"
    FILE = "file"
    POLICY = "policy"
    UNKNOWN = "unknown"


class Phase(StrEnum):
    """Which part of the job failed."""

    DOWNLOAD = "download"
    UPLOAD = "upload"
    SERVER_PROGRAM = "server_program"
    REPLY = "reply"


class RetryClass(Enum):
    """WAIT heals by itself, ASK needs a person, END cannot be fixed at this server."""

    WAIT = auto()
    ASK = auto()
    END = auto()


class Remedy(Enum):
    """What a person can do about it, then go on."""

    TRY_AGAIN = auto()
    NEW_ADDRESS = auto()
    OTHER_FOLDER = auto()
    SIGN_IN_SERVER = auto()
    SIGN_IN_PROXY = auto()
    RESTART_FILE = auto()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a front end says and offers; the first remedy is the recommended one."""

    cause: Cause
    side: Side
    phase: Phase
    retry: RetryClass
    remedies: tuple[Remedy, ...]


_Profile = tuple[Side, RetryClass, tuple[Remedy, ...]]

_AGAIN, _ADDRESS, _FOLDER = Remedy.TRY_AGAIN, Remedy.NEW_ADDRESS, Remedy.OTHER_FOLDER
_SIGN_IN, _PROXY, _RESTART = Remedy.SIGN_IN_SERVER, Remedy.SIGN_IN_PROXY, Remedy.RESTART_FILE
_WAIT, _ASK, _END = RetryClass.WAIT, RetryClass.ASK, RetryClass.END

_PROFILES: Final[Mapping[Cause, _Profile]] = MappingProxyType(
    {
        Cause.SIGN_IN_WANTED: (Side.SIGN_IN, _ASK, (_SIGN_IN, _ADDRESS, _AGAIN)),
        Cause.SIGN_IN_UNUSABLE: (Side.SIGN_IN, _ASK, (_SIGN_IN, _ADDRESS, _AGAIN)),
        Cause.CLIENT_CERTIFICATE: (Side.SIGN_IN, _ASK, (_ADDRESS, _AGAIN)),
        Cause.PROXY_SIGN_IN: (Side.PROXY, _ASK, (_PROXY, _AGAIN)),
        Cause.PROXY_UNUSABLE: (Side.PROXY, _ASK, (_AGAIN, _PROXY)),
        Cause.FORBIDDEN: (Side.SERVER, _ASK, (_ADDRESS, _SIGN_IN, _AGAIN)),
        Cause.NOT_FOUND: (Side.LINK, _ASK, (_ADDRESS, _AGAIN)),
        Cause.BAD_ADDRESS: (Side.LINK, _ASK, (_ADDRESS,)),
        Cause.REFUSED: (Side.SERVER, _ASK, (_ADDRESS, _AGAIN)),
        Cause.NOT_ABLE: (Side.SERVER, _END, (_ADDRESS, _AGAIN)),
        Cause.BUSY: (Side.SERVER, _WAIT, (_AGAIN, _ADDRESS)),
        Cause.WEB_PAGE: (Side.LINK, _ASK, (_ADDRESS, _SIGN_IN, _AGAIN)),
        Cause.INVALID_RESPONSE: (Side.SERVER, _WAIT, (_AGAIN, _ADDRESS, _RESTART)),
        Cause.REDIRECT_REFUSED: (Side.SERVER, _ASK, (_ADDRESS, _AGAIN)),
        Cause.NO_RANGES: (Side.SERVER, _ASK, (_RESTART, _ADDRESS)),
        Cause.NO_SIZE: (Side.SERVER, _ASK, (_RESTART, _ADDRESS)),
        Cause.RANGE_OUTSIDE: (Side.FILE, _ASK, (_RESTART, _ADDRESS)),
        Cause.REMOTE_CHANGED: (Side.FILE, _ASK, (_RESTART, _ADDRESS)),
        Cause.VALIDATION_FAILED: (Side.FILE, _ASK, (_RESTART, _ADDRESS)),
        Cause.TLS_DATE: (Side.SERVER, _ASK, (_AGAIN, _ADDRESS)),
        Cause.TLS_NAME: (Side.SERVER, _ASK, (_ADDRESS, _AGAIN)),
        Cause.TLS_AUTHORITY: (Side.SERVER, _ASK, (_AGAIN, _ADDRESS)),
        Cause.TLS_REVOKED: (Side.SERVER, _ASK, (_ADDRESS, _AGAIN)),
        Cause.TLS_OTHER: (Side.SERVER, _ASK, (_AGAIN, _ADDRESS)),
        Cause.NAME_NOT_FOUND: (Side.NETWORK, _WAIT, (_AGAIN, _ADDRESS)),
        Cause.OFFLINE: (Side.NETWORK, _WAIT, (_AGAIN,)),
        Cause.NO_ANSWER: (Side.SERVER, _WAIT, (_AGAIN, _ADDRESS)),
        Cause.TIMED_OUT: (Side.NETWORK, _WAIT, (_AGAIN, _ADDRESS)),
        Cause.CONNECTION_LOST: (Side.NETWORK, _WAIT, (_AGAIN, _ADDRESS)),
        Cause.DISK_FULL: (Side.THIS_COMPUTER, _ASK, (_AGAIN, _FOLDER)),
        Cause.NO_PERMISSION: (Side.THIS_COMPUTER, _ASK, (_FOLDER, _AGAIN)),
        Cause.READ_ONLY: (Side.THIS_COMPUTER, _ASK, (_FOLDER, _AGAIN)),
        Cause.FOLDER_MISSING: (Side.THIS_COMPUTER, _ASK, (_FOLDER, _AGAIN)),
        Cause.PART_GONE: (Side.THIS_COMPUTER, _ASK, (_AGAIN, _FOLDER)),
        Cause.DRIVE_GONE: (Side.THIS_COMPUTER, _ASK, (_AGAIN, _FOLDER)),
        Cause.FILE_BUSY: (Side.THIS_COMPUTER, _WAIT, (_AGAIN, _FOLDER)),
        Cause.NAME_UNUSABLE: (Side.THIS_COMPUTER, _ASK, (_FOLDER, _AGAIN)),
        Cause.NAME_TAKEN: (Side.THIS_COMPUTER, _ASK, (_FOLDER, _AGAIN)),
        Cause.FILE_TOO_LARGE: (Side.THIS_COMPUTER, _ASK, (_FOLDER, _AGAIN)),
        Cause.DISK_FAULT: (Side.THIS_COMPUTER, _ASK, (_FOLDER, _AGAIN)),
        Cause.COMPUTER_BUSY: (Side.THIS_COMPUTER, _WAIT, (_AGAIN,)),
        Cause.DATABASE_DAMAGED: (Side.THIS_COMPUTER, _END, (_AGAIN,)),
        Cause.NO_PROGRESS: (Side.SERVER, _WAIT, (_AGAIN, _ADDRESS)),
        Cause.TOOK_TOO_LONG: (Side.POLICY, _ASK, (_AGAIN,)),
        Cause.SIZE_LIMIT: (Side.POLICY, _ASK, (_AGAIN, _ADDRESS)),
        Cause.BLOCKED_BY_RULE: (Side.POLICY, _WAIT, (_AGAIN,)),
        Cause.UNKNOWN: (Side.UNKNOWN, _ASK, (_AGAIN, _ADDRESS, _FOLDER, _RESTART)),
    }
)

# Every byte of a TRANSFERRED job is here: only where it goes can be mended, and Complete tried again.
_AT_COMPLETE: Final = (Remedy.OTHER_FOLDER, Remedy.TRY_AGAIN)


def needs_you(job: Job) -> bool:
    """A person must decide: the job is in ERROR, or it is TRANSFERRED and could not complete itself."""
    return job.state is JobState.ERROR or (job.state is JobState.TRANSFERRED and job.error is not None)


def diagnose(job: Job) -> Diagnosis:
    """What the job's error means; a job without error information is UNKNOWN."""
    cause = cause_of(job.error.context, job.error.code) if job.error else Cause.UNKNOWN
    side, retry, remedies = _PROFILES[cause]
    at_complete = job.state is JobState.TRANSFERRED
    return Diagnosis(cause, side, Phase.DOWNLOAD, retry, _AT_COMPLETE if at_complete else remedies)


def failing_index(job: Job) -> int | None:
    """The file to mend: the one that the error names, else the first that still misses bytes.

    Errors of the way there (GENERAL_TRANSPORT) name no file, as in BITS.
    """
    named = job.error.file if job.error else None
    if named is not None and named.index < len(job.files):
        return named.index
    return next(job.pending_files(), None)
