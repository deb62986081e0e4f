"""What a start finishes that a crash cut short: half-done Completes, part files of jobs that ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bitsgui.model.cancel_effect import may_be_undone
from bitsgui.model.enums import JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId
from bitsgui.service.completion import remove_parts
from bitsgui.service.events import Changed
from bitsgui.service.job_queue import JobQueue

log = logging.getLogger(__name__)


async def recover(queue: JobQueue, complete: Callable[[JobId], Awaitable[object]], now: float) -> None:
    """Bring the queue to where it may go on; `now` in seconds since the epoch.

    Those that waited for the network may try again: who knows what it is like now. So may those that wait for a
    moment that a clock told which has been put back since: it may be years away.
    """
    for job in queue.jobs():
        was_put_back = job.times.modification > now
        if job.state is JobState.TRANSIENT_ERROR and (job.retry_at is None or was_put_back):
            since = None if was_put_back else job.no_progress_since
            again = replace(job, state=JobState.QUEUED, retry_at=None, no_progress_since=since)
            queue.keep(again, Changed.STATE)
        if job.completing:
            try:
                await complete(job.id)
            except BitsError as error:
                log.warning("%s could not be completed: %s", job.id, error)
    await asyncio.to_thread(_remove_parts, [job for job in queue.history() if not may_be_undone(job)])


def _remove_parts(jobs: Sequence[Job]) -> None:
    for job in jobs:
        remove_parts(job)
