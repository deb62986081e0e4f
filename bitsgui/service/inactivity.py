"""What becomes of a job that nobody touches: reminders before its end, then the end with the reason in its history."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bitsgui.engine.ports import Clock
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import DAY_S, Policy
from bitsgui.model.transitions import check_not_final
from bitsgui.service.deadlines import days_to_tell, inactivity_ends
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.locks import JobLocks, carried_out
from bitsgui.service.notifier import Notifier
from bitsgui.service.tombstones import Tombstones

EXPIRED: Final = codes.ERROR_TIMEOUT
"""BITS has no code of its own for JobInactivityTimeout: it cancels without a word."""


class Inactivity:
    """The effects of two timers; every call raises BitsError if it cannot be stored."""

    def __init__(
        self,
        queue: JobQueue,
        locks: JobLocks,
        clock: Clock,
        policy: Callable[[], Policy],
        notifier: Notifier,
        tombstones: Tombstones,
    ) -> None:
        self._queue = queue
        self._locks = locks
        self._clock = clock
        self._policy = policy
        self._notifier = notifier
        self._tombstones = tombstones

    async def remind(self, job_id: JobId) -> HResult:
        """Have the job say how many days are left: `Job.reminder`, announced as Changed.NOTICE."""
        job = self._queue.get(job_id)
        days = days_to_tell(job, self._policy(), self._clock.now())
        if days is None:
            return codes.S_FALSE
        await self._queue.note(replace(job, reminder=days))
        return codes.S_OK

    @carried_out
    async def expire(self, job_id: JobId) -> HResult:
        """Cancel the job, for good; S_FALSE if somebody touched it in the last moment."""
        async with self._locks.holding(job_id):
            job = self._queue.get(job_id)
            check_not_final(job)
            policy, now = self._policy(), self._clock.now()
            if inactivity_ends(job, policy) > now:
                return codes.S_FALSE
            self._notifier.withdraw(job_id)
            return await self._tombstones.cancel_locked(job, 0, _expired(job, policy, now))


def _expired(job: Job, policy: Policy, now: float) -> JobError:
    days = policy.job_inactivity_timeout_s / DAY_S
    return JobError(
        ErrorContext.GENERAL_QUEUE_MANAGER,
        EXPIRED,
        detail=f"Nobody touched the job for {days:g} days: it was cancelled (JobInactivityTimeout).",
        when=now,
        attempt=job.error_count + 1,
    )
