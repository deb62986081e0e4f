"""Notification of the front end: JobTransferred and JobError, until S_OK is returned. Knows no Qt."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, Protocol

from bitsgui.model.codes import S_OK
from bitsgui.model.enums import JobState, NotifyFlags
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId

log = logging.getLogger(__name__)

INTERVALS_S: Final = (1.0, 5.0, 25.0)
"""Pauses before the repeats of a notification that was not taken; after the last one it is given up and logged."""


class NotifyInterface(Protocol):
    """IBackgroundCopyCallback: keep it short and return S_OK, else it is called again."""

    def job_error(self, job: Job, error: JobError) -> HResult: ...
    def job_transferred(self, job: Job) -> HResult: ...


class Notifier:
    """Calls the one listener that was set last, never on the stack of the change that caused it."""

    def __init__(self, intervals_s: Sequence[float] = INTERVALS_S) -> None:
        self._intervals_s = intervals_s
        self._listener: NotifyInterface | None = None
        self._tasks: dict[JobId, asyncio.Task[None]] = {}

    def set_interface(self, listener: NotifyInterface | None) -> None:
        """SetNotifyInterface for every job of the manager."""
        self._listener = listener

    def notify(self, job: Job) -> None:
        """Tell of a job that just entered ERROR or TRANSFERRED; a newer event of the job replaces an older one."""
        if self._listener is None or not _wants(job):
            return
        self.withdraw(job.id)
        self._tasks[job.id] = asyncio.create_task(self._deliver(job), name=f"notify {job.id}")
        self._tasks[job.id].add_done_callback(lambda task: self._forget(job.id, task))

    def withdraw(self, job_id: JobId) -> None:
        """The job moved on: what was not delivered is void."""
        task = self._tasks.pop(job_id, None)
        if task is not None:
            task.cancel()

    async def aclose(self) -> None:
        """Stop delivering."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, job: Job) -> None:
        for pause in (0.0, *self._intervals_s):
            await asyncio.sleep(pause)
            if self._listener is None or _call(self._listener, job) == S_OK:
                return
        log.error("the notification of %s was never taken", job.id)

    def _forget(self, job_id: JobId, task: asyncio.Task[None]) -> None:
        if self._tasks.get(job_id) is task:
            del self._tasks[job_id]


def _wants(job: Job) -> bool:
    flags = job.settings.notify_flags
    wanted = NotifyFlags.JOB_ERROR if job.state is JobState.ERROR else NotifyFlags.JOB_TRANSFERRED
    return bool(flags & wanted) and not flags & NotifyFlags.DISABLE


def _call(listener: NotifyInterface, job: Job) -> HResult | None:
    try:
        if job.state is JobState.ERROR and job.error is not None:
            return listener.job_error(job, job.error)
        return listener.job_transferred(job)
    except Exception:  # the listener is foreign code: its failure is an answer (not S_OK)
        log.exception("the listener failed on %s", job.id)
        return None
