"""What a front end implements to be told of jobs, and the one way to call it. Decides nothing about when."""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId

log = logging.getLogger(__name__)

Answer = HResult | Awaitable[HResult]


class NotifyInterface(Protocol):
    """IBackgroundCopyCallback.

    A plain method runs on the loop and must return at once; one that takes its time is an `async def`, which may
    await the manager's own verbs. S_OK = taken. Of `job_modification` nobody reads the answer.
    """

    def job_error(self, job: Job, error: JobError) -> Answer: ...
    def job_transferred(self, job: Job) -> Answer: ...
    def job_modification(self, job: Job) -> Answer: ...


async def answer_of(call: Callable[[], Answer], job_id: JobId) -> HResult | None:
    """What the listener answered; None if it failed."""
    try:
        answer = call()
        return await answer if isinstance(answer, Awaitable) else answer
    except Exception:  # the listener is foreign code: its failure is an answer (not S_OK)
        log.exception("the listener failed on %s", job_id)
        return None
