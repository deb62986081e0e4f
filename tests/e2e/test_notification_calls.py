"""Listeners that take their time, call back into the manager, or want every change told."""

import asyncio
from pathlib import Path

from bitsgui.model.codes import E_FAIL, S_OK
from bitsgui.model.enums import JobState, NotifyFlags
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job
from bitsgui.service.manager import JobManager
from bitsgui.service.modifications import COALESCED_S
from tests.support.lab import lab, quiet
from tests.support.listeners import Blocking, Listener, listening, logs
from tests.support.scripted_server import Resource, in_turn, status

S = JobState
EVERYTHING = NotifyFlags.JOB_ERROR | NotifyFlags.JOB_TRANSFERRED | NotifyFlags.JOB_MODIFICATION


def test_four_blocked_listeners_hold_up_the_fifth_and_nothing_else(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            blocking = Blocking()
            it.manager.set_notify_interface(blocking)
            ids = [await it.job(f"/{number}") for number in range(5)]
            for job_id in ids:
                await it.until(job_id, S.TRANSFERRED)
            await it.calm()
            assert len(blocking.inside) == 4
            async with logs("wait for those of"):
                await it.clock.advance(30)
            (waiting,) = set(ids) - set(blocking.inside)
            assert it.get(waiting).notified is False
            await it.until(await it.job("/6", auto_complete=True), S.ACKNOWLEDGED)
            blocking.release.set()
            for job_id in ids:
                await it.until_true(job_id, lambda job: job.notified)

    run(scenario())


class Healing:
    """Resumes the job from within the notification, as the documentation of JobError allows."""

    def __init__(self, manager: JobManager) -> None:
        self._manager = manager
        self.answers: list[HResult] = []

    async def job_error(self, job: Job, error: JobError) -> HResult:
        self.answers.append(await self._manager.resume(job.id))
        await quiet()
        return S_OK

    async def job_transferred(self, job: Job) -> HResult:
        self.answers.append(await self._manager.complete(job.id))
        return E_FAIL

    async def job_modification(self, job: Job) -> HResult:
        return S_OK


def test_a_listener_may_resume_and_complete_its_job(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            healing = Healing(it.manager)
            it.manager.set_notify_interface(healing)
            it.server.files["/1"] = in_turn(status(404), Resource(content=it.serve("/1")))
            job_id = await it.job("/1")
            await it.until(job_id, S.ACKNOWLEDGED)
            await it.calm()
            await it.clock.advance(1000)
            assert healing.answers == [S_OK, S_OK]

    run(scenario())


def test_the_last_listener_is_asked_even_while_the_one_before_it_hangs(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            blocking = Blocking()
            it.manager.set_notify_interface(blocking)
            job_id = await it.job("/1")
            await it.until(job_id, S.TRANSFERRED)
            await it.calm()
            assert blocking.inside == [job_id]
            listener = listening(it)
            await it.until_true(job_id, lambda job: job.notified)
            assert listener.kinds == ["transferred"]
            blocking.release.set()
            await it.calm()
            assert listener.kinds == ["transferred"]

    run(scenario())


def test_modifications_come_at_most_every_half_second(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it)
            wanted, other = [await it.job(path, resume=False) for path in ("/1", "/2")]
            await it.manager.set_notify_flags(wanted, EVERYTHING)
            for text in "abc":
                await it.manager.set_description(wanted, text)
                await it.manager.set_description(other, text)
            await it.clock.advance(COALESCED_S - 0.1)
            assert listener.calls == []
            await it.clock.advance(0.1)
            assert [(kind, job.settings.description) for kind, job, _ in listener.calls] == [("modification", "c")]
            await it.clock.advance(10)
            assert len(listener.calls) == 1
            await it.manager.set_description(wanted, "d")
            await it.clock.advance(COALESCED_S)
            assert listener.calls[1][1].settings.description == "d"
            assert len(listener.calls) == 2

    run(scenario())


def test_neither_error_nor_what_was_told_is_a_modification(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/1"] = status(404)
            job_id = await it.job("/1")
            await it.until(job_id, S.ERROR)
            await it.manager.set_notify_flags(job_id, EVERYTHING)
            await it.clock.advance(COALESCED_S)
            listener = listening(it)
            await it.until_true(job_id, lambda job: job.notified)
            await it.clock.advance(COALESCED_S)
            assert listener.kinds == ["error"]

    run(scenario())


def test_modifications_leave_room_for_errors(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            blocking, own = Blocking(), Listener()
            ids = [await it.job(f"/{number}", resume=False, notify_flags=EVERYTHING) for number in range(6)]
            it.manager.set_notify_interface(blocking)
            await asyncio.gather(*(it.manager.set_description(job_id, "changed") for job_id in ids))
            await it.clock.advance(COALESCED_S)
            assert len(blocking.inside) == 2
            failing = await it.job("/bad", resume=False)
            it.server.files["/bad"] = status(404)
            it.manager.set_notify_interface(own, failing)
            await it.manager.resume(failing)
            await it.until_true(failing, lambda job: job.notified)
            assert own.kinds == ["error"]
            blocking.release.set()
            await it.calm()

    run(scenario())
