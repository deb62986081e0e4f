"""Where an upload job stands with its server: what must outlive a crash so that the session goes on. Pure values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

REPLY_INDEX: Final = 1
"""The reply's index beside the one file of an upload-reply job, whose own is 0."""

FRAGMENT_FIRST: Final = 1024 * 1024
"""Bytes of a session's first fragment; later ones adapt."""


class UploadPhase(StrEnum):
    """Where the job is on its way; the order is that of the way."""

    UPLOADING = "uploading"
    SERVER_PROGRAM = "server_program"
    REPLY = "reply"
    CLOSING = "closing"
    CLOSED = "closed"


REPLY_PHASES: Final = frozenset({UploadPhase.REPLY, UploadPhase.CLOSING, UploadPhase.CLOSED})
"""The reply's download has begun: its total is a number from here on, so an error is not the upload's."""


@dataclass(frozen=True, slots=True)
class SourceStamp:
    """What must not change while a file goes up: bytes, and nanoseconds since the epoch."""

    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The stored side of one BITS upload ([MC-BUP] section 3.1.1).

    The acknowledged offset is the file's `bytes_transferred`. `session_id` None: no session exists. `sent`: end of
    the last fragment begun in this session; no Ack may be beyond it. `farthest`: most bytes ever acknowledged, over
    all sessions; only what lies beyond counts as progress. `host_id` replaces the address's host; `host_failed_at`
    (seconds since the epoch) starts its fallback time-out (seconds, None = never). `close_sent`: a Close-Session
    went out, perhaps unanswered. `withdraw_until`: the job is cancelled, and the server is asked until then to drop
    what it has.
    """

    phase: UploadPhase = UploadPhase.UPLOADING
    source: SourceStamp | None = None
    session_id: str | None = None
    host_id: str | None = None
    host_fallback_s: float | None = None
    host_failed_at: float | None = None
    sent: int = 0
    farthest: int = 0
    fragment_size: int = FRAGMENT_FIRST
    close_sent: bool = False
    withdraw_until: float | None = None

    @property
    def is_closed(self) -> bool:
        """Nothing more is due between the server and us."""
        return self.phase is UploadPhase.CLOSED
