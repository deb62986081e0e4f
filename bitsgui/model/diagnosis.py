"""From a job's error and its surroundings to the side at fault and the remedies that help: tables only.

Knows no texts, clock, disk or network.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Final

from bitsgui.model.causes import Cause, cause_of
from bitsgui.model.enums import JobState
from bitsgui.model.error import JobError
from bitsgui.model.fact_causes import refined
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

_AGAIN, _ADDRESS, _FOLDER, _WATCH = Remedy.TRY_AGAIN, Remedy.NEW_ADDRESS, Remedy.OTHER_FOLDER, Remedy.WAIT_UNTIL_FREE
_SIGN_IN, _HEADERS, _PROXY, _RESTART = Remedy.SIGN_IN_SERVER, Remedy.HEADERS, Remedy.PROXY, Remedy.RESTART_FILE
_CA, _PIN, _LONGER, _ANEW = Remedy.CA_FILE, Remedy.PIN_CERTIFICATE, Remedy.LONGER_DEADLINE, Remedy.SEND_AGAIN
_LOCATE, _HAND_OVER, _FETCH = Remedy.LOCATE_SOURCE, Remedy.HAND_OVER_AGAIN, Remedy.FETCH_REPLY_AGAIN
_WAIT, _ASK, _END = RetryClass.WAIT, RetryClass.ASK, RetryClass.END
_HERE, _NET, _SERVER, _PROGRAM = Side.THIS_COMPUTER, Side.NETWORK, Side.SERVER, Side.SERVER_PROGRAM

_PROFILES: Final[Mapping[Cause, _Profile]] = MappingProxyType(
    {
        Cause.SIGN_IN_WANTED: (Side.SIGN_IN, _ASK, (_SIGN_IN, _HEADERS, _ADDRESS, _AGAIN)),
        Cause.SIGN_IN_REFUSED: (Side.SIGN_IN, _ASK, (_SIGN_IN, _HEADERS, _ADDRESS, _AGAIN)),
        Cause.SIGN_IN_SCHEME: (Side.SIGN_IN, _ASK, (_ADDRESS, _HEADERS, Remedy.CLIENT_CERTIFICATE, _AGAIN)),
        Cause.SIGN_IN_UNUSABLE: (Side.SIGN_IN, _ASK, (_SIGN_IN, _HEADERS, Remedy.SIGN_IN_PROXY, _AGAIN)),
        Cause.CLIENT_CERTIFICATE: (Side.SIGN_IN, _ASK, (Remedy.CLIENT_CERTIFICATE, _ADDRESS, _AGAIN)),
        Cause.PROXY_SIGN_IN: (Side.PROXY, _ASK, (Remedy.SIGN_IN_PROXY, _PROXY, _AGAIN)),
        Cause.PROXY_SCHEME: (Side.PROXY, _ASK, (_PROXY, _AGAIN)),
        Cause.PROXY_UNUSABLE: (Side.PROXY, _ASK, (_PROXY, _AGAIN)),
        Cause.PROXY_UNREACHABLE: (Side.PROXY, _WAIT, (_PROXY, _AGAIN, _LONGER)),
        Cause.PROXY_REFUSED: (Side.PROXY, _ASK, (_PROXY, _ADDRESS, _AGAIN)),
        Cause.FORBIDDEN: (_SERVER, _ASK, (_HEADERS, _ADDRESS, _SIGN_IN, _AGAIN)),
        Cause.LINK_EXPIRED: (Side.LINK, _ASK, (_ADDRESS, _HEADERS, _AGAIN)),
        Cause.NOT_FOUND: (Side.LINK, _ASK, (_ADDRESS, _AGAIN)),
        Cause.BAD_ADDRESS: (Side.LINK, _ASK, (_ADDRESS, _AGAIN)),
        Cause.REFUSED: (_SERVER, _ASK, (_ADDRESS, _HEADERS, _AGAIN)),
        Cause.NOT_ABLE: (_SERVER, _END, (_ADDRESS, _AGAIN)),
        Cause.BUSY: (_SERVER, _WAIT, (_AGAIN, _ADDRESS, _LONGER)),
        Cause.WEB_PAGE: (Side.LINK, _ASK, (_ADDRESS, _HEADERS, _SIGN_IN, _AGAIN)),
        Cause.INVALID_RESPONSE: (_SERVER, _WAIT, (_AGAIN, _ADDRESS, _RESTART, _PROXY)),
        Cause.REDIRECT_REFUSED: (_SERVER, _ASK, (Remedy.ALLOW_REDIRECT, _ADDRESS, _AGAIN)),
        Cause.REDIRECT_LOOP: (_SERVER, _ASK, (_ADDRESS, _HEADERS, _AGAIN)),
        Cause.NO_RANGES: (_SERVER, _ASK, (Remedy.IN_ONE_GO, _RESTART, _ADDRESS, _PROXY)),
        Cause.NO_SIZE: (_SERVER, _ASK, (Remedy.IN_ONE_GO, _RESTART, _ADDRESS, _PROXY)),
        Cause.RANGE_OUTSIDE: (Side.FILE, _ASK, (_RESTART, _ADDRESS)),
        Cause.REMOTE_CHANGED: (Side.FILE, _ASK, (_RESTART, _ADDRESS)),
        Cause.VALIDATION_FAILED: (Side.FILE, _ASK, (_RESTART, Remedy.CORRECT_CHECKSUM, _ADDRESS)),
        Cause.TLS_DATE: (_SERVER, _ASK, (_AGAIN, _ADDRESS, _PIN)),
        Cause.TLS_TOO_EARLY: (_SERVER, _ASK, (_AGAIN, _ADDRESS, _PIN)),
        Cause.CLOCK_WRONG: (_HERE, _ASK, (_AGAIN, _PIN)),
        Cause.TLS_NAME: (_SERVER, _ASK, (_ADDRESS, _AGAIN, _PIN)),
        Cause.TLS_AUTHORITY: (_SERVER, _ASK, (_CA, _ADDRESS, _AGAIN, _PIN)),
        Cause.TLS_SELF_SIGNED: (_SERVER, _ASK, (_CA, _ADDRESS, _AGAIN, _PIN)),
        Cause.TLS_INTERCEPTED: (Side.PROXY, _ASK, (_CA, _PROXY, _AGAIN)),
        Cause.TLS_REVOKED: (_SERVER, _ASK, (_ADDRESS, _AGAIN)),
        Cause.TLS_OTHER: (_SERVER, _ASK, (_AGAIN, _ADDRESS, _CA, _PIN)),
        Cause.NAME_NOT_FOUND: (_NET, _WAIT, (_AGAIN, _ADDRESS, _PROXY, _LONGER)),
        Cause.NAME_UNKNOWN: (Side.LINK, _WAIT, (_ADDRESS, _AGAIN, _PROXY)),
        Cause.CAPTIVE_PORTAL: (_NET, _WAIT, (_AGAIN, _LONGER)),
        Cause.OFFLINE: (_NET, _WAIT, (_AGAIN, _PROXY, _LONGER)),
        Cause.NO_ANSWER: (_SERVER, _WAIT, (_AGAIN, _ADDRESS, _PROXY, _LONGER)),
        Cause.TIMED_OUT: (_NET, _WAIT, (_AGAIN, _ADDRESS, _PROXY, _LONGER)),
        Cause.CONNECTION_LOST: (_NET, _WAIT, (_AGAIN, _ADDRESS, _PROXY, _LONGER)),
        Cause.DISK_FULL: (_HERE, _ASK, (Remedy.FREE_SPACE, _FOLDER)),
        Cause.NO_PERMISSION: (_HERE, _ASK, (_FOLDER, _AGAIN)),
        Cause.READ_ONLY: (_HERE, _ASK, (_FOLDER, _AGAIN)),
        Cause.FOLDER_MISSING: (_HERE, _ASK, (_FOLDER, _AGAIN)),
        Cause.PART_GONE: (_HERE, _ASK, (_AGAIN, _FOLDER)),
        Cause.DRIVE_GONE: (_HERE, _ASK, (_WATCH, _FOLDER)),
        Cause.FILE_BUSY: (_HERE, _WAIT, (_WATCH, _FOLDER)),
        Cause.VOLUME_LOCKED: (_HERE, _WAIT, (_WATCH, _FOLDER)),
        Cause.OWNER_CHANGED: (_HERE, _ASK, (_AGAIN, _FOLDER)),
        Cause.NAME_TOO_LONG: (_HERE, _ASK, (_FOLDER, _AGAIN)),
        Cause.NAME_UNUSABLE: (_HERE, _ASK, (_FOLDER, _AGAIN)),
        Cause.NAME_TAKEN: (_HERE, _ASK, (_FOLDER, _AGAIN)),
        Cause.FILE_TOO_LARGE: (_HERE, _ASK, (_FOLDER, _AGAIN)),
        Cause.DISK_FAULT: (_HERE, _ASK, (_FOLDER, _AGAIN)),
        Cause.COMPUTER_BUSY: (_HERE, _WAIT, (_AGAIN,)),
        Cause.DATABASE_DAMAGED: (_HERE, _END, (_AGAIN,)),
        Cause.NO_PROGRESS: (_SERVER, _WAIT, (_AGAIN, _ADDRESS, _PROXY, _LONGER)),
        Cause.TOOK_TOO_LONG: (Side.POLICY, _ASK, (_LONGER, _AGAIN)),
        Cause.LEFT_ALONE: (Side.POLICY, _END, (_AGAIN,)),
        Cause.SIZE_LIMIT: (Side.POLICY, _ASK, (_AGAIN, _ADDRESS)),
        Cause.BLOCKED_BY_RULE: (Side.POLICY, _WAIT, (_AGAIN, _LONGER)),
        Cause.UPLOAD_REFUSED: (_SERVER, _ASK, (_ADDRESS, _SIGN_IN, _HEADERS, _AGAIN)),
        Cause.UPLOADS_OFF: (_SERVER, _END, (_ADDRESS, _AGAIN)),
        Cause.UPLOADS_UNSAFE: (_SERVER, _END, (_ADDRESS, _AGAIN)),
        Cause.NO_PLACE_FOR_UPLOADS: (_SERVER, _ASK, (_ADDRESS, _AGAIN)),
        Cause.UPLOAD_NOT_UNDERSTOOD: (Side.LINK, _ASK, (_ADDRESS, _AGAIN)),
        Cause.NOT_A_BITS_SERVER: (_SERVER, _END, (_ADDRESS, _AGAIN)),
        Cause.TOO_LARGE_FOR_SERVER: (_SERVER, _ASK, (_ADDRESS, _AGAIN)),
        Cause.SERVER_DISK_FULL: (_SERVER, _WAIT, (_AGAIN, _ADDRESS)),
        Cause.SESSION_LOST: (_SERVER, _ASK, (_ANEW, _ADDRESS)),
        Cause.SOURCE_CHANGED: (_HERE, _ASK, (_ANEW, _LOCATE)),
        Cause.SOURCE_MISSING: (_HERE, _ASK, (_LOCATE, _AGAIN)),
        Cause.SOURCE_UNREADABLE: (_HERE, _ASK, (_AGAIN, _LOCATE)),
        Cause.SOURCE_NO_FILE: (_HERE, _ASK, (_LOCATE, _AGAIN)),
        Cause.SOURCE_FAULT: (_HERE, _ASK, (_AGAIN, _LOCATE)),
        Cause.PROGRAM_FAILED: (_PROGRAM, _WAIT, (_HAND_OVER, _ANEW)),
        Cause.PROGRAM_REJECTED: (_PROGRAM, _ASK, (_HAND_OVER, _ANEW)),
        Cause.PROGRAM_REFUSED: (_PROGRAM, _ASK, (_HAND_OVER, _SIGN_IN, _ANEW)),
        Cause.REPLY_MISSING: (_SERVER, _ASK, (_FETCH, _AGAIN, _ANEW)),
        Cause.REPLY_REFUSED: (_SERVER, _ASK, (_AGAIN, _SIGN_IN, _HEADERS, _ANEW)),
        Cause.REPLY_SESSION_LOST: (_SERVER, _ASK, (_ANEW, _AGAIN)),
        Cause.UNKNOWN: (Side.UNKNOWN, _ASK, (_AGAIN, _ADDRESS, _FOLDER, _RESTART)),
    }
)

_IN_PHASE: Final[Mapping[Phase, Mapping[Remedy, Remedy | None]]] = MappingProxyType(
    {
        Phase.DOWNLOAD: dict.fromkeys((_ANEW, _LOCATE, _HAND_OVER, _FETCH)),
        Phase.UPLOAD: dict.fromkeys((_FOLDER, Remedy.ALLOW_REDIRECT, Remedy.CORRECT_CHECKSUM))
        | dict.fromkeys((_RESTART, Remedy.IN_ONE_GO), _ANEW),
        Phase.SERVER_PROGRAM: dict.fromkeys((_FOLDER, _LOCATE, Remedy.ALLOW_REDIRECT, Remedy.CORRECT_CHECKSUM))
        | {_AGAIN: _HAND_OVER, _RESTART: _ANEW, Remedy.IN_ONE_GO: _ANEW},
        Phase.REPLY: dict.fromkeys((_LOCATE, Remedy.CORRECT_CHECKSUM))
        | dict.fromkeys((_RESTART, Remedy.IN_ONE_GO), _FETCH),
    }
)
"""What a remedy is in that part of a job; None = nothing."""

# Every byte of a TRANSFERRED job is here: only where it goes can be mended, and Complete tried again.
_AT_COMPLETE: Final = (Remedy.OTHER_FOLDER, Remedy.TRY_AGAIN)


def needs_you(job: Job) -> bool:
    """A person must decide: the job is in ERROR, or it is TRANSFERRED and could not complete itself."""
    return job.state is JobState.ERROR or (job.state is JobState.TRANSFERRED and job.error is not None)


def diagnose(job: Job) -> Diagnosis:
    """What the job's error means; a job without error information is UNKNOWN."""
    phase = phase_of(job)
    cause = _cause(job, phase, job.error) if job.error else Cause.UNKNOWN
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


def _cause(job: Job, phase: Phase, error: JobError) -> Cause:
    own = None if phase is Phase.DOWNLOAD else upload_cause_of(phase, error)
    return refined(own or cause_of(error.context, error.code), job, error)


def _fitting(job: Job, phase: Phase, remedies: tuple[Remedy, ...]) -> tuple[Remedy, ...]:
    """Those that make sense in that part of the job."""
    meant = (_IN_PHASE[phase].get(remedy, remedy) for remedy in remedies)
    barred = {remedy for remedy, is_able in _NEEDS.items() if not is_able(job, phase)}
    fitting = tuple(dict.fromkeys(remedy for remedy in meant if remedy is not None and remedy not in barred))
    return fitting or (_IN_PHASE[phase].get(_AGAIN) or _AGAIN,)


def _may_go_elsewhere(job: Job, phase: Phase) -> bool:
    """What a server has whole goes to no other address."""
    if phase is Phase.DOWNLOAD:
        return True
    has_arrived = any(file.transferred for file in job.files)
    return job.upload is not None and not has_arrived and job.upload.phase not in REPLY_PHASES


def _leads_somewhere(job: Job, _: Phase) -> bool:
    """Whether the redirect that was refused is one that could be followed."""
    facts = job.error.facts if job.error else None
    target = facts.redirected_to if facts else None
    return target is None or target.lower().startswith(("http:", "https:"))


_NEEDS: Final[Mapping[Remedy, Callable[[Job, Phase], bool]]] = MappingProxyType(
    {_ADDRESS: _may_go_elsewhere, Remedy.ALLOW_REDIRECT: _leads_somewhere}
)
