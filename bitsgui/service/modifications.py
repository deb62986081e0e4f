"""JobModification: what changed in half a second is one call. Knows nothing of errors and of programs."""

import asyncio
from collections.abc import Callable
from typing import Final

from bitsgui.engine.ports import Clock
from bitsgui.model.job import JobId
from bitsgui.model.notify_rules import NOTIFIED_STATES, wants_modification
from bitsgui.service.events import Changed, JobChanged
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.notify_interface import NotifyInterface, answer_of
from bitsgui.service.notify_slots import Slots

COALESCED_S: Final = 0.5


class Modifications:
    """`listener_of` tells who hears of a job now."""

    def __init__(
        self, queue: JobQueue, clock: Clock, slots: Slots, listener_of: Callable[[JobId], NotifyInterface | None]
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._slots = slots
        self._listener_of = listener_of
        self._changed: set[JobId] = set()
        self._tasks: dict[JobId, asyncio.Task[None]] = {}

    def hear(self, event: JobChanged) -> None:
        """A job changed; one that nobody asked about costs no more than this question."""
        job = event.job
        if not wants_modification(job) or event.fields == Changed.NOTICE or self._listener_of(job.id) is None:
            return
        if event.fields & (Changed.STATE | Changed.ERROR) and job.state in NOTIFIED_STATES:
            return
        self._changed.add(job.id)
        if job.id not in self._tasks:
            task = self._tasks[job.id] = asyncio.create_task(self._tell(job.id), name=f"modification of {job.id}")
            task.add_done_callback(lambda _: self._tasks.pop(job.id, None))

    async def aclose(self) -> None:
        """Stop telling."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, job_id: JobId) -> None:
        while job_id in self._changed:
            await self._clock.sleep_until(self._clock.now() + COALESCED_S)
            async with self._slots.one(job_id, urgent=False):
                self._changed.discard(job_id)
                listener = self._listener_of(job_id)
                if listener is not None and self._queue.has(job_id):
                    job = self._queue.get(job_id)
                    await answer_of(lambda: listener.job_modification(job), job_id)  # noqa: B023  (awaited at once)
