"""Timers of a job by a clock that is moved by hand; the sockets run in real time."""

from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.codes import S_OK
from bitsgui.model.enums import ErrorContext, JobPriority, JobState
from bitsgui.model.error import JobError
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import DAY_S, Policy
from tests.support.fake_clock import FakeClock
from tests.support.lab import Lab, lab, nothing_can_be_stored, silent
from tests.support.scripted_server import Resource, in_turn, status

S = JobState
MIB = 1 << 20


async def failed_once(it: Lab, **settings: object) -> JobId:
    """A job in TRANSIENT_ERROR whose file will be there at the next try."""
    content = it.serve("/1")
    it.server.files["/1"] = in_turn(status(503), Resource(content=content))
    job_id = await it.job("/1", **settings)
    await it.until(job_id, S.TRANSIENT_ERROR)
    return job_id


def test_the_retry_delay_is_kept_to_the_second(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await failed_once(it, minimum_retry_delay_s=600)
            job = it.get(job_id)
            assert job.retry_at == it.clock.now() + 600
            assert job.error_count == 1
            await it.clock.advance(599)
            assert it.get(job_id).state is S.TRANSIENT_ERROR
            await it.clock.advance(1)
            job = await it.until(job_id, S.TRANSFERRED)
            assert job.retry_at is None
            assert len(it.server.requests) == 2

    run(scenario())


@pytest.mark.parametrize(("retry_after", "delay"), [(3600, 3600), (10, 600)])
def test_retry_after_lengthens_the_delay_only(run, tmp_path: Path, retry_after: int, delay: int) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/1"] = status(503, retry_after=retry_after)
            job_id = await it.job("/1", minimum_retry_delay_s=600)
            job = await it.until(job_id, S.TRANSIENT_ERROR)
            assert job.retry_at == it.clock.now() + delay

    run(scenario())


def test_a_clock_that_was_wrong_holds_nobody_up_after_a_restart(run, tmp_path: Path) -> None:
    """A computer without a battery for its clock began in another year; then the clock was put right."""

    async def scenario() -> None:
        async with lab(tmp_path, clock=FakeClock(1_900_000_000.0)) as it:
            job_id = await failed_once(it)
            await it.manager.aclose()
            it.clock = FakeClock(1_800_000_000.0)
            it.manager = await it._open()
            job = await it.until(job_id, S.TRANSFERRED)
            assert job.no_progress_since is None

    run(scenario())


def test_resume_skips_the_delay(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await failed_once(it)
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)

    run(scenario())


def test_the_delay_goes_on_over_a_restart(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await failed_once(it)
            await it.clock.advance(500)
            await it.reopen()
            assert it.get(job_id).state is S.TRANSIENT_ERROR
            await it.clock.advance(100)
            await it.until(job_id, S.TRANSFERRED)

    run(scenario())


def test_the_network_s_return_queues_every_waiting_job_at_once(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ids = []
            for path in ("/1", "/2", "/3"):
                it.server.files[path] = in_turn(status(503), Resource(content=it.serve(path)))
                ids.append(await it.job(path, priority=JobPriority.FOREGROUND))
            it.server.files["/4"] = status(404)
            failed = await it.job("/4")
            await it.until(failed, S.ERROR)
            for job_id in ids:
                await it.until(job_id, S.TRANSIENT_ERROR)
            it.manager.network_is_back()
            assert {it.get(job_id).state for job_id in ids} == {S.QUEUED}
            for job_id in ids:
                await it.until(job_id, S.TRANSFERRED)
            assert it.get(failed).state is S.ERROR

    run(scenario())


class Count:
    def __init__(self) -> None:
        self.errors: list[JobError] = []

    def job_error(self, job: Job, error: JobError) -> int:
        self.errors.append(error)
        return S_OK

    def job_transferred(self, job: Job) -> int:
        return S_OK


def test_no_progress_for_too_long_is_an_error_told_once(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = Count()
            it.manager.set_notify_interface(listener)
            it.server.files["/1"] = status(503)
            job_id = await it.job("/1", minimum_retry_delay_s=600, no_progress_timeout_s=1500)
            for tries in (1, 2):
                await it.until_true(job_id, lambda job, n=tries: job.error_count == n)
                assert it.get(job_id).state is S.TRANSIENT_ERROR
                await it.clock.advance(600)
            await it.until_true(job_id, lambda job: job.error_count == 3)
            assert listener.errors == []
            await it.clock.advance(300)
            job = await it.until(job_id, S.ERROR)
            await it.calm()
            assert job.error is not None
            assert (job.error.code, job.error.context) == (
                codes.BG_E_NO_PROGRESS,
                ErrorContext.GENERAL_QUEUE_MANAGER,
            )
            assert listener.errors == [job.error]
            told = [error.http_status for error in await it.manager.error_history(job_id)]
            assert told == [503, 503, 503, None]

    run(scenario())


def test_progress_starts_the_no_progress_time_anew(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            content = it.serve("/1", MIB)
            drops = Resource(content=content, cut_after=MIB // 4)
            it.server.files["/1"] = in_turn(status(503), drops, drops, status(503), Resource(content=content))
            job_id = await it.job("/1", minimum_retry_delay_s=600, no_progress_timeout_s=1300)
            for tries in range(1, 5):
                await it.until_true(job_id, lambda job, n=tries: job.error_count == n)
                assert it.get(job_id).state is S.TRANSIENT_ERROR
                await it.clock.advance(600)
            await it.until(job_id, S.TRANSFERRED)

    run(scenario())


def test_that_bytes_moved_is_known_after_a_restart(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            content = it.serve("/1", MIB)
            it.server.files["/1"] = in_turn(status(503), Resource(content=content, etag='"v"'))
            gate_file = it.server.files["/1"]
            job_id = await it.job("/1", minimum_retry_delay_s=600, no_progress_timeout_s=1000)
            await it.until(job_id, S.TRANSIENT_ERROR)
            it.serve("/1", MIB)
            it.server.hold("/1", after=MIB // 2)
            assert gate_file is not it.server.files["/1"]
            await it.clock.advance(600)
            await it.until_true(job_id, lambda job: job.progress.bytes_transferred > 0)
            await it.reopen()
            assert it.get(job_id).no_progress_since is None

    run(scenario())


def test_a_shortened_no_progress_time_ends_a_longer_pause(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/1"] = status(503, retry_after=100_000)
            job_id = await it.job("/1")
            await it.until(job_id, S.TRANSIENT_ERROR)
            await it.manager.set_no_progress_timeout(job_id, 1000)
            await it.clock.advance(1000)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert job.error.code == codes.BG_E_NO_PROGRESS

    run(scenario())


def test_no_patience_at_all_makes_every_error_fatal(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/1"] = status(503)
            job_id = await it.job("/1", no_progress_timeout_s=0)
            job = await it.until(job_id, S.ERROR, S.TRANSIENT_ERROR)
            assert job.state is S.ERROR

    run(scenario())


def test_the_maximum_download_time_ends_a_transfer_and_resume_resets_it(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1", MIB)
            gate = it.server.hold("/1", after=MIB // 2)
            job_id = await it.job("/1", maximum_download_time_s=100)
            await it.until_true(job_id, lambda job: job.progress.bytes_transferred > 0)
            await it.clock.advance(60)
            await it.manager.suspend(job_id)
            await it.clock.advance(1000)  # does not count
            assert it.get(job_id).download_time_s == 60
            it.server.files["/1"], _ = silent()
            await it.reopen()
            assert it.get(job_id).download_time_s == 60
            await it.manager.resume(job_id)
            assert it.get(job_id).download_time_s == 0
            await it.server.wait_for_request("/1", 2)
            await it.clock.advance(99)
            assert it.get(job_id).state is S.CONNECTING
            await it.clock.advance(1)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert job.error.code == codes.BG_E_MAXDOWNLOAD_TIMEOUT
            assert job.progress.bytes_transferred == MIB // 2
            gate.release()
            it.server.files["/1"] = Resource(content=it.contents["/1"])
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)

    run(scenario())


def test_the_time_of_turns_adds_up_over_a_restart(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/1"], _ = silent()
            job_id = await it.job("/1", maximum_download_time_s=100)
            await it.server.wait_for_request("/1")
            await it.clock.advance(60)
            await it.reopen()
            await it.server.wait_for_request("/1", 2)
            await it.clock.advance(39)
            assert it.get(job_id).state is S.CONNECTING
            await it.clock.advance(1)
            await it.until(job_id, S.ERROR)

    run(scenario())


@pytest.mark.parametrize("state", [S.SUSPENDED, S.ERROR, S.TRANSFERRED])
def test_a_job_nobody_touches_is_cancelled_with_its_parts(run, tmp_path: Path, state: JobState) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1", MIB)
            if state is S.ERROR:
                it.server.files["/2"] = status(404)
            else:
                it.serve("/2")
            job_id = await it.job("/1", "/2")
            await it.until(job_id, S.ERROR, S.TRANSFERRED)
            if state is S.SUSPENDED:
                it.server.files["/3"] = status(404)
                await it.manager.add_file(job_id, it.server.url("/3"), str(it.local("/3")))
                await it.manager.resume(job_id)
                await it.until(job_id, S.ERROR)
                await it.manager.suspend(job_id)
            assert it.get(job_id).state is state
            await it.clock.advance(89 * DAY_S)
            await it.manager.set_description(job_id, "still wanted")
            await it.clock.advance(90 * DAY_S - 1)
            assert it.get(job_id).state is state
            assert it.parts() != []
            await it.clock.advance(1)
            await it.until(job_id, S.CANCELLED)
            await it.reopen()
            assert it.parts() == []
            assert list(it.folder.iterdir()) == []

    run(scenario())


def test_jobs_that_expired_while_nothing_ran_are_cancelled_a_day_after_the_start(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(job_inactivity_timeout_s=DAY_S)) as it:
            ids = [await it.job(path, resume=False) for path in ("/1", "/2", "/3")]
            await it.manager.aclose()
            it.clock._now += 2 * DAY_S
            it.manager = await it._open()
            await it.clock.advance(DAY_S - 1)
            assert [it.get(job_id).state for job_id in ids] == [S.SUSPENDED] * 3
            await it.clock.advance(1)
            for job_id in ids:
                await it.until(job_id, S.CANCELLED)

    run(scenario())


def test_a_timer_whose_effect_cannot_be_stored_rings_again_a_minute_later(run, tmp_path: Path, caplog) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(job_inactivity_timeout_s=DAY_S)) as it:
            job_id = await it.job("/1", resume=False)
            async with nothing_can_be_stored(it):
                await it.clock.advance(DAY_S)
                await it.calm()
                assert [record.levelname for record in caplog.records if record.levelname == "ERROR"] == ["ERROR"]
                assert it.get(job_id).state is S.SUSPENDED
            caplog.clear()
            await it.clock.advance(59)
            assert it.get(job_id).state is S.SUSPENDED
            await it.clock.advance(1)
            await it.until(job_id, S.CANCELLED)

    run(scenario())
