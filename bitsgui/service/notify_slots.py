"""How many notifications run at once: four, of which two are kept for what cannot wait. Knows no listener."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bitsgui.engine.ports import Clock
from bitsgui.model.job import JobId

log = logging.getLogger(__name__)

TOTAL: Final = 4
KEPT_FOR_URGENT: Final = 2
BLOCKED_AFTER_S: Final = 30.0
"""How long none of four may return before the log names them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    job_id: JobId
    given: asyncio.Future[None]


class Slots:
    """First come, first served; urgent ones before patient ones."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: list[JobId] = []
        self._urgent: deque[_Turn] = deque()
        self._patient: deque[_Turn] = deque()
        self._watch: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def one(self, job_id: JobId, *, urgent: bool = True) -> AsyncIterator[None]:
        """Hold a slot for a notification of this job."""
        turn = _Turn(job_id, asyncio.get_running_loop().create_future())
        (self._urgent if urgent else self._patient).append(turn)
        self._admit()
        try:
            await turn.given
            yield
        finally:
            # Also one that was cancelled in the moment in which it was let in.
            if not turn.given.cancelled():
                self._held.remove(job_id)
            self._admit()

    def _admit(self) -> None:
        self._admit_from(self._urgent, TOTAL)
        if not self._urgent:
            self._admit_from(self._patient, TOTAL - KEPT_FOR_URGENT)
        self._watch_if_full()

    def _admit_from(self, waiting: deque[_Turn], limit: int) -> None:
        while waiting and (len(self._held) < limit or waiting[0].given.cancelled()):
            turn = waiting.popleft()
            if not turn.given.cancelled():
                self._held.append(turn.job_id)
                turn.given.set_result(None)

    def _watch_if_full(self) -> None:
        """One that returned ends the watch; the next begins when all are held again."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if len(self._held) == TOTAL:
            self._watch = asyncio.create_task(self._name_blocked(), name="blocked notifications")

    async def _name_blocked(self) -> None:
        await self._clock.sleep_until(self._clock.now() + BLOCKED_AFTER_S)
        log.info("notifications wait for those of %s to return", ", ".join(self._held))
