"""Keeping the computer awake: from the first running transfer to the last, only if wanted, a refusal said once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.service.events import Changed, Event, JobChanged, JobRemoved
from bitsgui.service.keep_awake import KeepAwake, SystemWakeLock
from tests.support.jobs import a_job


class Jobs:
    """What KeepAwake hears."""

    def __init__(self, *jobs: Job) -> None:
        self.jobs = jobs
        self.listeners: list[Callable[[Event], None]] = []

    def enumerate(self) -> tuple[Job, ...]:
        return self.jobs

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)


class Lock:
    """Writes down what the system was asked, and by which threads."""

    def __init__(self, agrees: bool = True) -> None:
        self.agrees = agrees
        self.calls: list[str] = []
        self.threads: set[int] = set()

    def take(self) -> bool:
        self.calls.append("take")
        self.threads.add(threading.get_ident())
        return self.agrees

    def release(self) -> None:
        self.calls.append("release")
        self.threads.add(threading.get_ident())


def changed(job: Job, state: JobState) -> JobChanged:
    return JobChanged(replace(job, state=state), Changed.STATE)


async def settled(awake: KeepAwake, held: bool) -> None:
    while awake._settling is not None and not awake._settling.done():
        await awake._settling
    assert awake.is_held is held


def test_from_the_first_to_the_last(run: Any) -> None:
    async def scenario() -> None:
        one, two = a_job(), a_job()
        jobs, lock = Jobs(replace(one, state=JobState.TRANSFERRING)), Lock()
        awake = KeepAwake(jobs, lambda: None, lock)
        jobs.tell(changed(one, JobState.TRANSFERRING))
        assert lock.calls == []  # not wanted
        awake.set_wanted(True)
        await settled(awake, True)
        jobs.tell(changed(two, JobState.CONNECTING))
        jobs.tell(changed(one, JobState.TRANSFERRED))
        await settled(awake, True)
        assert lock.calls == ["take"]
        jobs.tell(JobRemoved(two.id))
        await settled(awake, False)
        jobs.tell(changed(two, JobState.TRANSFERRING))
        await settled(awake, True)
        await awake.aclose()
        assert lock.calls == ["take", "release"] * 2
        assert jobs.listeners == []
        assert len(lock.threads) == 1
        assert threading.get_ident() not in lock.threads

    run(scenario())


def test_a_refusal_is_said_once(run: Any) -> None:
    async def scenario() -> None:
        job = a_job()
        jobs, said = Jobs(job), []
        awake = KeepAwake(jobs, lambda: said.append(1), Lock(agrees=False))
        awake.set_wanted(True)
        for _ in range(2):
            jobs.tell(changed(job, JobState.TRANSFERRING))
            await settled(awake, True)
            jobs.tell(changed(job, JobState.SUSPENDED))
            await settled(awake, False)
        await awake.aclose()
        assert said == [1]

    run(scenario())


def test_the_system_says_yes_or_no_and_nothing_breaks() -> None:
    lock = SystemWakeLock()
    assert lock.take() in (True, False)
    lock.release()
    lock.release()
