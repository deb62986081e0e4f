"""Waiting for what a job becomes, by its events."""

import asyncio
from collections.abc import Callable

from bitsgui.model.enums import JobState
from bitsgui.model.job import Job, JobId
from bitsgui.service.events import Event, JobChanged
from bitsgui.service.manager import JobManager


async def until(manager: JobManager, job_id: JobId, true: Callable[[Job], bool]) -> Job:
    """The job as soon as `true(job)` holds, now or after a later event."""
    found: asyncio.Future[Job] = asyncio.get_running_loop().create_future()

    def look(job: Job) -> None:
        if job.id == job_id and true(job) and not found.done():
            found.set_result(job)

    def listen(event: Event) -> None:
        if isinstance(event, JobChanged):
            look(event.job)

    unsubscribe = manager.subscribe(listen)
    try:
        look(manager.get(job_id))
        return await found
    finally:
        unsubscribe()


async def until_state(manager: JobManager, job_id: JobId, *states: JobState) -> Job:
    """The job as soon as it is in one of `states`."""
    return await until(manager, job_id, lambda job: job.state in states)
