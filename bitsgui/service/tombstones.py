"""The end of cancelled jobs: at once, or after a while in which a person may take the Cancel back.

Until it is buried a job keeps its part files, its secrets and its session at the server.
"""

import asyncio
from dataclasses import replace

from bitsgui.engine.ports import Clock
from bitsgui.model import codes
from bitsgui.model.cancel_effect import (
    brought_back,
    cancelled,
    cancelled_for_now,
    is_being_withdrawn,
    may_be_undone,
)
from bitsgui.model.enums import FINAL_STATES
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId
from bitsgui.service.completion import remove_parts
from bitsgui.service.events import Changed
from bitsgui.service.history import History
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.locks import JobLocks, carried_out
from bitsgui.service.withdrawals import Withdrawals


class Tombstones:
    """Every call raises BitsError with BITS's code."""

    def __init__(
        self, queue: JobQueue, locks: JobLocks, clock: Clock, history: History, withdrawals: Withdrawals
    ) -> None:
        self._queue = queue
        self._locks = locks
        self._clock = clock
        self._history = history
        self._withdrawals = withdrawals

    async def cancel_locked(self, job: Job, undo_s: float, reason: JobError | None = None) -> HResult:
        """Cancel for a caller that holds the lock of a job at rest; `undo_s` seconds to undo it, 0 = for good.

        `reason`, for good only: why, where nobody asked for it; the last entry of the job's error history.
        """
        if not undo_s:
            return await self._bury(job, reason)
        await self._queue.put(cancelled_for_now(job, self._clock.now() + undo_s), Changed.STATE)
        await self._history.shorten()
        return codes.S_OK

    @carried_out
    async def undo(self, job_id: JobId) -> HResult:
        """Bring the job back as it was, at rest; raises BG_E_INVALID_STATE when it is too late."""
        async with self._locks.holding(job_id):
            await self._queue.put(brought_back(self._queue.get(job_id)), Changed.STATE)
        return codes.S_OK

    @carried_out
    async def bury(self, job_id: JobId) -> HResult:
        """Cancel for good what could still come back; S_FALSE if nothing could."""
        async with self._locks.holding(job_id):
            job = self._queue.get(job_id)
            return await self._bury(job) if may_be_undone(job) else codes.S_FALSE

    @carried_out
    async def forget(self, job_id: JobId) -> HResult:
        """Take a job out of the history, for good.

        Raises BG_E_INVALID_STATE for one that is in the queue or whose server is still asked to drop what it has.
        """
        async with self._locks.holding(job_id):
            job = self._queue.get(job_id)
            if job.state not in FINAL_STATES:
                raise BitsError(codes.BG_E_INVALID_STATE, "Only a job that has ended can be taken out of the list.")
            if may_be_undone(job):
                await self._bury(job)
            if self._queue.has(job_id) and is_being_withdrawn(self._queue.get(job_id)):
                raise BitsError(codes.BG_E_INVALID_STATE, "Its server is still being asked to drop what it has.")
            await self._queue.remove([job_id])
        return codes.S_OK

    async def _bury(self, job: Job, reason: JobError | None = None) -> HResult:
        gone = cancelled(replace(job, error=reason or job.error), self._clock.now())
        job = await self._queue.put(gone, Changed.STATE, error=reason)
        self._withdrawals.begin(job)
        left = await asyncio.to_thread(remove_parts, job)
        await self._history.take_in(job)
        return codes.BG_S_UNABLE_TO_DELETE_FILES if left else codes.S_OK
