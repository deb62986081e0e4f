"""What the engine needs from its surroundings: a clock, a sink for progress, secrets; as protocols."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from bitsgui.model.enums import AuthTarget
from bitsgui.model.job import JobFile, JobId
from bitsgui.model.upload import Upload


class Clock(Protocol):
    """Seconds since the epoch that never run backwards while the process lives."""

    def now(self) -> float: ...
    async def sleep_until(self, when: float) -> None: ...


# Both go on while the computer sleeps, as BITS's timers do: Linux's own, and that name's meaning on macOS.
_STEADY_CLOCK: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def _monotonic() -> float:
    return time.monotonic() if _STEADY_CLOCK is None else time.clock_gettime(_STEADY_CLOCK)


class SystemClock:
    """The wall clock as read at start, carried on by the monotonic one.

    A change of the system's clock neither shortens nor lengthens a timer; a restart reads it anew.
    """

    _LONGEST_NAP_S = 60.0

    def __init__(self) -> None:
        self._offset = time.time() - _monotonic()

    def now(self) -> float:
        return _monotonic() + self._offset

    async def sleep_until(self, when: float) -> None:
        # The loop's clock stands still while the computer sleeps: look again at least once a minute.
        while (rest := when - self.now()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(rest, self._LONGEST_NAP_S))


@dataclass(frozen=True, slots=True)
class SignIn:
    """A user name and its password; never shown by repr."""

    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JobSecrets:
    """What the secret store holds for one job; never shown by repr."""

    sign_ins: Mapping[AuthTarget, SignIn] = field(default_factory=dict, repr=False)
    custom_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    key_passphrase: str = field(default="", repr=False)


class AttemptSink(Protocol):
    """Where one attempt of one job reports to; reports of a finished attempt are dropped."""

    def connecting(self, job_id: JobId) -> None:
        """A connection for the current file is being made."""

    def transferring(self, job_id: JobId) -> None:
        """Bytes of the current file move."""

    def progress(self, job_id: JobId, index: int, file: JobFile) -> None:
        """The file as received so far; not durable."""

    async def checkpoint(self, job_id: JobId, files: Mapping[int, JobFile]) -> None:
        """These files are on the disk as described: store them."""

    def sending(self, job_id: JobId, upload: Upload, file: JobFile) -> None:
        """Bytes of an upload on their way, not acknowledged: neither durable nor progress."""

    async def acknowledged(self, job_id: JobId, upload: Upload, entries: Mapping[int, JobFile]) -> None:
        """Where the upload stands with its server, with the file and the reply by index: store it."""

    async def claim_name(self, job_id: JobId, index: int, local_name: str) -> str:
        """`local_name`, or one beside it that neither the disk nor another job uses."""
