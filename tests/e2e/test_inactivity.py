"""A job that nobody touches: told 30, 7 and 1 days before, then cancelled with the reason in its history."""

from pathlib import Path

import pytest

from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.job import JobId
from bitsgui.model.limits import DAY_S, Policy
from bitsgui.service.events import Changed, Event, JobChanged
from bitsgui.service.inactivity import EXPIRED
from tests.support.lab import Lab, lab
from tests.support.scripted_server import Resource, status

S = JobState
MIB = 1 << 20


class Reminded:
    """The days left, as they were announced."""

    def __init__(self, it: Lab) -> None:
        self.days: list[int | None] = []
        it.manager.subscribe(self._note)

    def _note(self, event: Event) -> None:
        if isinstance(event, JobChanged) and event.fields == Changed.NOTICE:
            self.days.append(event.job.reminder)


async def failed(it: Lab) -> JobId:
    """A job in ERROR with one whole file in its part."""
    it.serve("/1", MIB)
    it.server.files["/2"] = status(404)
    job_id = await it.job("/1", "/2")
    await it.until(job_id, S.ERROR)
    return job_id


def test_each_reminder_comes_once_also_over_restarts(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await failed(it)
            before = it.get(job_id).times
            heard: list[list[int | None]] = []
            for days in (59.5, 1.0, 22.0, 1.0, 5.0, 1.0):
                reminded = Reminded(it)
                await it.clock.advance(days * DAY_S)
                heard.append(reminded.days)
                await it.reopen()
            assert heard == [[], [30], [], [7], [], [1]]
            assert it.get(job_id).reminder == 1
            assert it.get(job_id).times == before
            await it.clock.advance(DAY_S)
            await it.until(job_id, S.CANCELLED)

    run(scenario())


def test_of_the_reminders_slept_through_only_the_last_is_told(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await failed(it)
            await it.manager.aclose()
            it.clock._now += 84 * DAY_S
            it.manager = await it._open()
            assert (await it.until_true(job_id, lambda job: job.reminder is not None)).reminder == 7

    run(scenario())


def test_who_comes_back_too_late_has_a_day_to_decide(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await failed(it)
            await it.manager.aclose()
            it.clock._now += 200 * DAY_S
            it.manager = await it._open()
            assert (await it.until_true(job_id, lambda job: job.reminder is not None)).reminder == 1
            await it.manager.set_policy(Policy())
            await it.clock.advance(DAY_S - 1)
            await it.calm()
            assert it.get(job_id).state is S.ERROR
            assert it.parts()
            await it.clock.advance(1)
            await it.until(job_id, S.CANCELLED)
            await it.calm()
            assert it.parts() == []

    run(scenario())


@pytest.mark.parametrize("touch", ["set_description", "resume"])
def test_whatever_touches_the_job_begins_its_life_anew(run, tmp_path: Path, touch: str) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await failed(it)
            await it.clock.advance(85 * DAY_S)
            await it.until_true(job_id, lambda job: job.reminder == 7)
            await getattr(it.manager, touch)(*(job_id, "mine")[: 2 if touch == "set_description" else 1])
            assert it.get(job_id).reminder is None
            await it.until(job_id, S.ERROR)
            await it.calm()
            reminded = Reminded(it)
            await it.clock.advance(59 * DAY_S)
            assert reminded.days == []
            await it.clock.advance(DAY_S)
            await it.until_true(job_id, lambda job: job.reminder is not None)
            assert reminded.days == [30]

    run(scenario())


def test_a_cancelled_job_says_why_in_its_history(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(job_inactivity_timeout_s=7 * DAY_S)) as it:
            job_id = await failed(it)
            first = it.get(job_id).error
            await it.clock.advance(7 * DAY_S)
            await it.until(job_id, S.CANCELLED)
            await it.calm()
            await it.reopen()
            job = it.get(job_id)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (ErrorContext.GENERAL_QUEUE_MANAGER, EXPIRED)
            assert "7 days" in job.error.detail
            assert job.error.when == it.clock.now()
            assert [error.code for error in await it.manager.error_history(job_id)] == [first.code, EXPIRED]
            assert it.parts() == []
            assert list(it.folder.iterdir()) == []

    run(scenario())


def test_who_touches_it_in_the_last_moment_keeps_it(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(job_inactivity_timeout_s=DAY_S)) as it:
            job_id = await failed(it)
            await it.clock.advance(DAY_S - 1)
            it.server.files["/2"] = Resource(content=b"x" * 10)
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            await it.clock.advance(DAY_S - 1)
            assert it.get(job_id).state is S.TRANSFERRED
            await it.clock.advance(1)
            await it.until(job_id, S.CANCELLED)

    run(scenario())
