"""JobTransferred and JobError: when they are called, with what, and until when (bits-job-model section 4)."""

import asyncio
from pathlib import Path

import pytest

from bitsgui.model.codes import E_FAIL, ERROR_FILE_NOT_FOUND, S_OK
from bitsgui.model.enums import JobState, NotifyFlags
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job
from bitsgui.service import manager as manager_module
from bitsgui.service.notifier import Notifier
from tests.support.lab import Lab, lab, quiet
from tests.support.scripted_server import Resource, in_turn, status

S = JobState


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

    def _answer(self, kind: str, job: Job, error: JobError | None) -> HResult:
        self.calls.append((kind, job, error))
        self.called.set()
        answer = self._answers.pop(0) if self._answers else S_OK
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.calls]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats without a pause, in every manager that is opened."""
    monkeypatch.setattr(manager_module, "Notifier", lambda: Notifier(intervals_s=(0.0, 0.0, 0.0)))


def listening(it: Lab, *answers: HResult | Exception) -> Listener:
    listener = Listener(*answers)
    it.manager.set_notify_interface(listener)
    return listener


def test_job_error_comes_with_the_job_and_its_error(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it)
            it.server.files["/1"] = status(404)
            job_id = await it.job("/1")
            job = await it.until(job_id, S.ERROR)
            assert listener.calls == []  # never on the stack of the change
            await listener.called.wait()
            await it.calm()
            assert listener.calls == [("error", job, job.error)]

    run(scenario())


def test_transient_errors_are_never_told(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it)
            it.server.files["/1"] = in_turn(status(503), status(503), Resource(content=it.serve("/1")))
            job_id = await it.job("/1")
            for count in (1, 2):
                await it.until_true(job_id, lambda job, n=count: job.error_count == n)
                await it.calm()
                assert listener.calls == []
                await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            await it.calm()
            assert listener.kinds == ["transferred"]

    run(scenario())


@pytest.mark.usefixtures("quick")
def test_what_is_not_taken_is_told_again(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it, E_FAIL, E_FAIL)
            await it.until(await it.job("/1"), S.TRANSFERRED)
            await it.calm()
            await quiet(200)
            assert listener.kinds == ["transferred"] * 3

    run(scenario())


@pytest.mark.usefixtures("quick")
def test_a_listener_that_raises_is_called_again_and_at_last_given_up(run, tmp_path: Path, caplog) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it, *[ValueError("broken")] * 9)
            await it.until(await it.job("/1"), S.TRANSFERRED)
            await it.calm()
            await quiet(200)
            assert listener.kinds == ["transferred"] * 4
            assert [record.levelname for record in caplog.records if record.levelname == "ERROR"] == ["ERROR"] * 5
            caplog.clear()

    run(scenario())


def test_resume_withdraws_what_was_not_taken(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        again = asyncio.Event()
        monkeypatch.setattr(manager_module, "Notifier", lambda: Notifier(intervals_s=(0.05, 0.05)))
        async with lab(tmp_path) as it:
            listener = listening(it, E_FAIL, E_FAIL, E_FAIL)
            it.server.files["/1"] = in_turn(status(404), Resource(content=it.serve("/1")))
            job_id = await it.job("/1")
            await it.until(job_id, S.ERROR)
            await listener.called.wait()
            await it.manager.suspend(job_id)
            asyncio.get_running_loop().call_later(0.2, again.set)
            await again.wait()
            assert listener.kinds == ["error"]

    run(scenario())


@pytest.mark.parametrize(
    ("flags", "kinds"),
    [
        (NotifyFlags.JOB_ERROR, ["error"]),
        (NotifyFlags.JOB_TRANSFERRED, ["transferred"]),
        (NotifyFlags.JOB_ERROR | NotifyFlags.JOB_TRANSFERRED | NotifyFlags.DISABLE, []),
        (NotifyFlags(0), []),
    ],
)
def test_notify_flags_choose(run, tmp_path: Path, flags: NotifyFlags, kinds: list[str]) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it)
            it.server.files["/bad"] = status(404)
            for path in ("/bad", "/good"):
                job_id = await it.job(path, resume=False)
                await it.manager.set_notify_flags(job_id, flags)
                await it.manager.resume(job_id)
                await it.until(job_id, S.ERROR, S.TRANSFERRED)
                await it.calm()
            assert listener.kinds == kinds

    run(scenario())


def test_a_job_that_completes_itself_needs_nobody(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it)
            await it.until(await it.job("/1", auto_complete=True), S.ACKNOWLEDGED)
            await it.calm()
            assert listener.calls == []
            it.local("/2").mkdir()
            job_id = await it.job("/2", auto_complete=True)
            await listener.called.wait()
            await it.calm()
            assert listener.kinds == ["transferred"]
            assert listener.calls[0][1] == it.get(job_id)

    run(scenario())


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_complete_that_ends_in_error_is_told_once(run, tmp_path: Path, by_itself: bool, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it)
            job_id = await it.job("/1", resume=False)
            await it.manager.set_notify_flags(job_id, NotifyFlags.JOB_ERROR)
            await it.manager.set_auto_complete(job_id, by_itself)

            def lose_part(event) -> None:
                if event.job.state is S.TRANSFERRED:
                    for part in it.parts():
                        part.unlink()

            it.manager.subscribe(lose_part)
            await it.manager.resume(job_id)
            if not by_itself:
                await it.until(job_id, S.TRANSFERRED)
                with pytest.raises(BitsError):
                    await it.manager.complete(job_id)
            job = await it.until(job_id, S.ERROR)
            await listener.called.wait()
            await it.calm()
            assert listener.calls == [("error", job, job.error)]
            assert job.error is not None
            assert job.error.code == ERROR_FILE_NOT_FOUND

    run(scenario())


def test_only_the_last_listener_hears_and_none_after_removal(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            first, second = listening(it), listening(it)
            await it.until(await it.job("/1"), S.TRANSFERRED)
            await second.called.wait()
            it.manager.set_notify_interface(None)
            await it.until(await it.job("/2"), S.TRANSFERRED)
            await it.calm()
            assert (first.kinds, second.kinds) == ([], ["transferred"])

    run(scenario())


def test_the_error_history_is_in_order_and_outlives_a_restart(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/1"] = in_turn(status(503), status(500), status(404), Resource(content=it.serve("/1")))
            job_id = await it.job("/1")
            for count in (1, 2, 3):
                await it.until_true(job_id, lambda job, n=count: job.error_count == n)
                await it.clock.advance(1)
                await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            history = await it.manager.error_history(job_id)
            assert [error.http_status for error in history] == [503, 500, 404]
            assert [error.attempt for error in history] == [1, 2, 3]
            assert [error.when - history[0].when for error in history] == [0, 1, 2]
            await it.manager.complete(job_id)
            await it.reopen()
            assert await it.manager.error_history(job_id) == history
            assert it.get(job_id).error_count == 3

    run(scenario())
