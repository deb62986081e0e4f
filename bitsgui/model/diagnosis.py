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
from bitsgui.model.error import JobError
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.remedy import Remedy
from bitsgui.model.upload import REPLY_INDEX, REPLY_PHASES
from bitsgui.model.upload_causes import upload_cause_of


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


class RetryClass(Enum):
    """WAIT heals by itself, ASK needs a person, END cannot be fixed at this server."""

    WAIT = auto()
    ASK = auto()
    END = auto()


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
        Cause.UPLOAD_REFUSED: (Side.SERVER, _ASK, (_ADDRESS, _SIGN_IN, _AGAIN)),
        Cause.UPLOADS_OFF: (Side.SERVER, _END, (_ADDRESS, _AGAIN)),
        Cause.NO_PLACE_FOR_UPLOADS: (Side.LINK, _ASK, (_ADDRESS, _AGAIN)),
        Cause.UPLOAD_NOT_UNDERSTOOD: (Side.LINK, _ASK, (_ADDRESS, _AGAIN)),
        Cause.NOT_A_BITS_SERVER: (Side.SERVER, _END, (_ADDRESS, _AGAIN)),
        Cause.TOO_LARGE_FOR_SERVER: (Side.SERVER, _ASK, (_ADDRESS, _AGAIN)),
        Cause.SERVER_DISK_FULL: (Side.SERVER, _WAIT, (_AGAIN, _ADDRESS)),
        Cause.SESSION_LOST: (Side.SERVER, _ASK, (_RESTART, _ADDRESS)),
        Cause.SOURCE_CHANGED: (Side.THIS_COMPUTER, _ASK, (_RESTART,)),
        Cause.SOURCE_MISSING: (Side.THIS_COMPUTER, _ASK, (_AGAIN,)),
        Cause.SOURCE_UNREADABLE: (Side.THIS_COMPUTER, _ASK, (_AGAIN,)),
        Cause.SOURCE_NO_FILE: (Side.THIS_COMPUTER, _ASK, (_AGAIN,)),
        Cause.SOURCE_FAULT: (Side.THIS_COMPUTER, _ASK, (_AGAIN,)),
        Cause.PROGRAM_FAILED: (Side.SERVER_PROGRAM, _WAIT, (_AGAIN, _RESTART)),
        Cause.PROGRAM_REJECTED: (Side.SERVER_PROGRAM, _ASK, (_AGAIN, _RESTART)),
        Cause.PROGRAM_REFUSED: (Side.SERVER_PROGRAM, _ASK, (_AGAIN, _SIGN_IN, _RESTART)),
        Cause.REPLY_MISSING: (Side.SERVER, _ASK, (_AGAIN, _RESTART)),
        Cause.REPLY_REFUSED: (Side.SERVER, _ASK, (_AGAIN, _SIGN_IN, _RESTART)),
        Cause.REPLY_SESSION_LOST: (Side.SERVER, _ASK, (_RESTART, _AGAIN)),
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
    phase = phase_of(job)
    cause = _cause(phase, job.error) if job.error else Cause.UNKNOWN
    side, retry, remedies = _PROFILES[cause]
    listed = _AT_COMPLETE if job.state is JobState.TRANSFERRED else remedies
    return Diagnosis(cause, side, phase, retry, _fitting(job, phase, listed))


def failing_index(job: Job) -> int | None:
    """The entry to mend: the one that the error names, else the first that still misses bytes.

    Errors of the way there (GENERAL_TRANSPORT) name no file, as in BITS.
    """
    if not job.files:
        return None
    phase = phase_of(job)
    if phase is not Phase.DOWNLOAD:
        return REPLY_INDEX if phase is Phase.REPLY else 0
    named = job.error.file if job.error else None
    if named is not None and named.index < len(job.files):
        return named.index
    return next(job.pending_files(), None)


def _cause(phase: Phase, error: JobError) -> Cause:
    own = None if phase is Phase.DOWNLOAD else upload_cause_of(phase, error)
    return own or cause_of(error.context, error.code)


def _fitting(job: Job, phase: Phase, remedies: tuple[Remedy, ...]) -> tuple[Remedy, ...]:
    """Those that make sense in that part of the job."""
    if phase is Phase.DOWNLOAD:
        return remedies
    # A source stays where it is, and what the server has whole goes to no other address.
    barred = set() if phase is Phase.REPLY else {Remedy.OTHER_FOLDER}
    if not _may_go_elsewhere(job):
        barred.add(Remedy.NEW_ADDRESS)
    fitting = tuple(remedy for remedy in remedies if remedy not in barred)
    # Sending a file a second time is never the first thing to try for its reply.
    needs_again = not fitting or (phase is Phase.REPLY and Remedy.TRY_AGAIN not in fitting)
    return (Remedy.TRY_AGAIN, *fitting) if needs_again else fitting


def _may_go_elsewhere(job: Job) -> bool:
    has_arrived = any(file.transferred for file in job.files)
    return job.upload is not None and not has_arrived and job.upload.phase not in REPLY_PHASES
