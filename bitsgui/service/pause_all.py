"""Pause all and Resume all: suspends what runs or waits, and later resumes exactly that, also after a restart.

A job that somebody resumes, cancels or completes meanwhile is no longer ours to resume.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final, Protocol

from bitsgui.model.enums import ACTION_STATES, JobState
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId
from bitsgui.service.events import Event, JobRemoved, Listener
from bitsgui.store.paused import load_paused, save_paused

log = logging.getLogger(__name__)

_AT_ONCE: Final = 32


class Queue(Protocol):
    """The part of JobManager that this module needs."""

    def enumerate(self) -> tuple[Job, ...]: ...

    def subscribe(self, listener: Listener) -> Callable[[], None]: ...

    async def suspend(self, job_id: JobId) -> HResult: ...

    async def resume(self, job_id: JobId) -> HResult: ...


class PauseAll:
    """`paused`: the jobs that Resume all will resume."""

    def __init__(self, queue: Queue, state_dir: Path, paused: frozenset[JobId]) -> None:
        self._queue = queue
        self._state_dir = state_dir
        self._acting = asyncio.Lock()
        self._pending: set[JobId] = set()
        self.paused = {job.id for job in queue.enumerate() if job.state is JobState.SUSPENDED} & paused
        self._stored = frozenset(paused)
        self._unsubscribe = queue.subscribe(self._on_event)

    @classmethod
    async def open(cls, queue: Queue, state_dir: Path) -> "PauseAll":
        """With what an earlier run paused; what cannot be read stays suspended."""
        try:
            paused = await asyncio.to_thread(load_paused, state_dir)
        except OSError as error:
            log.error("what was paused could not be read: %s", error.strerror)
            paused = frozenset()
        return cls(queue, state_dir, paused)

    async def aclose(self) -> None:
        """Follow the queue no more."""
        self._unsubscribe()
        await self._store(self.paused)

    async def pause(self) -> None:
        """Suspend every job that runs, is queued or waits to try again."""
        async with self._acting:
            wanted = [job.id for job in self._queue.enumerate() if job.state in ACTION_STATES]
            # Stored first: after a crash half-way what was suspended is known, and what was not is left out.
            await self._store(self.paused.union(wanted))
            self._pending.update(wanted)
            await _each(wanted, self._queue.suspend)
            self._pending.clear()

    async def resume(self) -> None:
        """Resume what was paused and is still suspended, in the order of the queue."""
        async with self._acting:
            await _each([job.id for job in self._queue.enumerate() if job.id in self.paused], self._queue.resume)
            await self._store(self.paused)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, JobRemoved):
            self.paused.discard(event.job_id)
        elif event.job.state is not JobState.SUSPENDED:
            self.paused.discard(event.job.id)
        elif event.job.id in self._pending:
            self.paused.add(event.job.id)

    async def _store(self, job_ids: AbstractSet[JobId]) -> None:
        if job_ids == self._stored:
            return
        self._stored = frozenset(job_ids)
        try:
            await asyncio.to_thread(save_paused, self._state_dir, self._stored)
        except OSError as error:
            log.error("what was paused is known until the program ends only: %s", error.strerror)


async def _each(job_ids: Sequence[JobId], act: Callable[[JobId], Awaitable[object]]) -> None:
    """Several at a time; a job that refuses is left as it is."""

    async def one(job_id: JobId) -> None:
        try:
            await act(job_id)
        except BitsError as error:
            log.info("%s stays as it is: %s", job_id, error)

    for start in range(0, len(job_ids), _AT_ONCE):
        await asyncio.gather(*(one(job_id) for job_id in job_ids[start : start + _AT_ONCE]))
