"""JobTransferred and JobError: when they are called, with what, and until when (bits-job-model section 4)."""

from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.model.codes import E_FAIL, ERROR_FILE_NOT_FOUND
from bitsgui.model.enums import JobState, NotifyFlags
from bitsgui.model.hresult import BitsError
from bitsgui.service.notifier import INTERVALS_S
from tests.support.lab import lab
from tests.support.listeners import listening
from tests.support.scripted_server import Resource, in_turn, status

S = JobState


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


def test_what_is_not_taken_is_told_again_at_growing_intervals(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it, E_FAIL, E_FAIL)
            job_id = await it.job("/1")
            await it.until(job_id, S.TRANSFERRED)
            await it.calm()
            for wait, calls in ((0.9, 1), (0.1, 2), (4.9, 2), (0.1, 3), (1000.0, 3)):
                assert it.get(job_id).notified is False or calls == 3
                await it.clock.advance(wait)
                assert listener.kinds == ["transferred"] * calls
            await it.until_true(job_id, lambda job: job.notified)

    run(scenario())


def test_a_listener_that_raises_is_called_again_and_at_last_given_up(run, tmp_path: Path, caplog) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            tries = len(INTERVALS_S) + 1
            listener = listening(it, *[ValueError("broken")] * tries)
            job_id = await it.job("/1")
            await it.until(job_id, S.TRANSFERRED)
            await it.calm()
            await it.clock.advance(sum(INTERVALS_S) + 1000)
            assert listener.kinds == ["transferred"] * tries
            errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
            assert len(errors) == tries + 1
            assert "never taken" in errors[-1]
            caplog.clear()
            it.manager.set_notify_interface(listener)
            await it.until_true(job_id, lambda job: job.notified)
            assert len(listener.calls) == tries + 1

    run(scenario())


def test_leaving_the_state_withdraws_what_was_not_taken(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it, E_FAIL, E_FAIL, E_FAIL)
            it.server.files["/1"] = in_turn(status(404), Resource(content=it.serve("/1")))
            job_id = await it.job("/1")
            await it.until(job_id, S.ERROR)
            await listener.called.wait()
            await it.manager.suspend(job_id)
            await it.clock.advance(1000)
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
            (_, job, _), now = listener.calls[0], it.get(job_id)
            assert (job.id, job.state, job.files) == (job_id, S.TRANSFERRED, now.files)

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
            assert listener.calls == [("error", replace(job, notified=False), job.error)]
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
