"""A front end's side of notifications: listeners that note what they are told, and a watch on the log."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bitsgui.model.codes import S_OK
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId
from tests.support.lab import Lab


class Listener:
    """Notes each call; answers in turn, at last S_OK. An exception among the answers is raised."""

    def __init__(self, *answers: HResult | Exception) -> None:
        self.calls: list[tuple[str, Job, JobError | None]] = []
        self.called = asyncio.Event()
        self._answers = list(answers)

    def job_error(self, job: Job, error: JobError) -> HResult:
        return self._answer("error", job, error)

    def job_transferred(self, job: Job) -> HResult:
        return self._answer("transferred", job, None)

    def job_modification(self, job: Job) -> HResult:
        return self._answer("modification", job, None)

    def _answer(self, kind: str, job: Job, error: JobError | None) -> HResult:
        self.calls.append((kind, job, error))
        self.called.set()
        answer = self._answers.pop(0) if self._answers else S_OK
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def heard(self, count: int) -> None:
        """Return after so many calls."""
        while len(self.calls) < count:
            self.called.clear()
            await self.called.wait()

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.calls]


class Blocking:
    """Returns from nothing until `release` is set; `inside` are the jobs whose calls run, in the order of calls."""

    def __init__(self) -> None:
        self.inside: list[JobId] = []
        self.release = asyncio.Event()

    async def job_error(self, job: Job, error: JobError) -> HResult:
        return await self.job_transferred(job)

    async def job_transferred(self, job: Job) -> HResult:
        self.inside.append(job.id)
        await self.release.wait()
        self.inside.remove(job.id)
        return S_OK

    job_modification = job_transferred


def listening(it: Lab, *answers: HResult | Exception) -> Listener:
    """A listener for every job of the lab."""
    listener = Listener(*answers)
    it.manager.set_notify_interface(listener)
    return listener


class _Catch(logging.Handler):
    def __init__(self, text: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(logging.DEBUG)
        self.seen = asyncio.Event()
        self._text = text
        self._loop = loop

    def emit(self, record: logging.LogRecord) -> None:
        if self._text in record.getMessage():
            self._loop.call_soon_threadsafe(self.seen.set)


@asynccontextmanager
async def logs(text: str, level: int = logging.INFO) -> AsyncIterator[None]:
    """At its end, wait until bitsgui has logged this."""
    logger = logging.getLogger("bitsgui")
    catch, before = _Catch(text, asyncio.get_running_loop()), logger.level
    logger.addHandler(catch)
    logger.setLevel(level)
    try:
        yield
        await catch.seen.wait()
    finally:
        logger.removeHandler(catch)
        logger.setLevel(before)
