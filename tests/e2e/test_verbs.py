"""Every verb in every state, as bits-job-model section 3.3 says; each state is reached for real."""

import asyncio
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import JobPriority, JobState, JobType
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import JobId
from bitsgui.model.limits import Policy
from tests.support.lab import Lab, lab, silent
from tests.support.scripted_server import status

S = JobState
NO_BACKGROUND = Policy(background_slots=0)
MIB = 1 << 20


async def job_in(it: Lab, state: JobState) -> JobId:
    """A job of one file in `state`; only a job in QUEUED is a background one."""
    match state:
        case S.SUSPENDED:
            return await it.job("/1", resume=False)
        case S.QUEUED:
            return await it.job("/1", priority=JobPriority.NORMAL)
        case S.CONNECTING:
            it.server.files["/1"], _ = silent()
            job_id = await it.job("/1")
            await it.server.wait_for_request("/1")
            return job_id
        case S.TRANSFERRING:
            it.serve("/1", MIB)
            it.server.hold("/1", after=MIB // 2)
        case S.TRANSIENT_ERROR:
            it.server.files["/1"] = status(503)
        case S.ERROR:
            it.server.files["/1"] = status(404)
        case _:
            it.serve("/1")
    job_id = await it.job("/1")
    await it.until(job_id, state if state not in (S.ACKNOWLEDGED, S.CANCELLED) else S.TRANSFERRED)
    if state is S.ACKNOWLEDGED:
        await it.manager.complete(job_id)
    elif state is S.CANCELLED:
        await it.manager.cancel(job_id)
    return job_id


INVALID = codes.BG_E_INVALID_STATE
PARTIAL = codes.BG_S_PARTIAL_COMPLETE
RUNNING = {S.QUEUED, S.CONNECTING, S.TRANSFERRING}
FINAL = {S.ACKNOWLEDGED, S.CANCELLED}


def expected(verb: str, before: JobState) -> tuple[HResult, set[JobState]]:
    """What the verb answers and where the job may be found afterwards."""
    if before in FINAL:
        return INVALID, {before}
    match verb:
        case "resume":
            goes_on = before in {S.SUSPENDED, S.TRANSIENT_ERROR, S.ERROR}
            return codes.S_OK, {S.QUEUED, S.CONNECTING} if goes_on else {before}
        case "suspend":
            return codes.S_OK, {S.TRANSFERRED if before is S.TRANSFERRED else S.SUSPENDED}
        case "cancel":
            return codes.S_OK, {S.CANCELLED}
        case _:
            return (codes.S_OK if before is S.TRANSFERRED else PARTIAL), {S.ACKNOWLEDGED}


@pytest.mark.parametrize("state", list(JobState), ids=lambda state: state.name)
@pytest.mark.parametrize("verb", ["resume", "suspend", "cancel", "complete"])
def test_the_table(run, tmp_path: Path, verb: str, state: JobState) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=NO_BACKGROUND) as it:
            job_id = await job_in(it, state)
            assert it.get(job_id).state is state
            result, after = expected(verb, state)
            try:
                answer = await getattr(it.manager, verb)(job_id)
            except BitsError as error:
                answer = error.hresult
            assert answer == result
            assert it.get(job_id).state in after
            await it.reopen()
            stored = {S.QUEUED, S.CONNECTING, S.TRANSFERRING} if after & RUNNING else after
            assert it.get(job_id).state in stored
            if it.get(job_id).state in FINAL:
                assert it.parts() == []
                assert job_id not in [job.id for job in it.manager.enumerate()]

    run(scenario())


def test_resume_of_an_empty_job_is_refused_and_it_stays(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job = await it.manager.create_job("empty")
            with pytest.raises(BitsError) as refusal:
                await it.manager.resume(job.id)
            assert refusal.value.hresult == codes.BG_E_EMPTY
            assert it.get(job.id).state is S.SUSPENDED

    run(scenario())


def test_suspend_in_error_keeps_the_error_and_resume_until_bytes_move(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await job_in(it, S.ERROR)
            await it.manager.suspend(job_id)
            error = it.get(job_id).error
            assert error is not None
            assert error.http_status == 404
            it.server.files["/1"], speak = silent()
            await it.manager.resume(job_id)
            await it.server.wait_for_request("/1", 2)
            assert it.get(job_id).error == error
            it.serve("/1")
            speak.set()
            await it.until(job_id, S.ERROR)
            await it.manager.resume(job_id)
            assert (await it.until(job_id, S.TRANSFERRED)).error is None

    run(scenario())


def test_resume_of_a_transferred_job_fetches_what_was_added(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1")
            await it.until(job_id, S.TRANSFERRED)
            it.serve("/2")
            await it.manager.add_file(job_id, it.server.url("/2"), str(it.local("/2")))
            assert it.get(job_id).state is S.TRANSFERRED
            await it.manager.resume(job_id)
            await it.until_true(job_id, lambda job: job.state is S.TRANSFERRED and not job.has_pending_files)
            assert await it.manager.complete(job_id) == codes.S_OK
            assert it.is_right("/1", "/2")
            assert len(it.server.requests_for("/1")) == 1

    run(scenario())


@pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY], ids=lambda type: type.name)
def test_uploads_hold_one_file_and_cannot_be_completed_early(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            source = it.local("source.bin")
            source.write_bytes(b"the only copy")
            job = await it.manager.create_job("up", type)
            url = it.server.url("/up")
            with pytest.raises(BitsError) as too_many:
                await it.manager.add_files(job.id, [(url, str(source)), (url, str(source))])
            assert too_many.value.hresult == codes.BG_E_TOO_MANY_FILES
            assert it.get(job.id).files == ()
            await it.manager.add_file(job.id, url, str(source))
            with pytest.raises(BitsError) as early:
                await it.manager.complete(job.id)
            assert early.value.hresult == codes.BG_E_INVALID_STATE
            with pytest.raises(BitsError) as second:
                await it.manager.add_file(job.id, url, str(source))
            assert second.value.hresult == codes.BG_E_TOO_MANY_FILES
            await it.manager.resume(job.id)
            await it.until(job.id, S.ERROR)  # nobody takes uploads there
            with pytest.raises(BitsError) as failed:
                await it.manager.complete(job.id)
            assert failed.value.hresult == codes.BG_E_INVALID_STATE
            await it.manager.cancel(job.id)
            assert source.read_bytes() == b"the only copy"
            assert [path.name for path in it.folder.iterdir()] == ["source.bin"]

    run(scenario())


def test_a_job_stopped_before_its_first_step_starts_again(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            for pause in range(12):
                job_id = await it.job(f"/{pause}", resume=False)
                await it.manager.resume(job_id)
                for _ in range(pause):
                    await asyncio.sleep(0)
                await it.manager.suspend(job_id)
                await it.manager.resume(job_id)
                await it.until(job_id, S.TRANSFERRED)

    run(scenario())


def test_unknown_jobs_are_not_found(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            for verb in (it.manager.resume, it.manager.suspend, it.manager.cancel, it.manager.complete):
                with pytest.raises(BitsError) as error:
                    await verb(JobId("{0}"))
                assert error.value.hresult == codes.BG_E_NOT_FOUND

    run(scenario())


def test_limits(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(max_files_per_job=2, max_jobs_per_user=2)) as it:
            job_id = await it.job("/1", "/2", resume=False)
            with pytest.raises(BitsError) as files:
                await it.manager.add_file(job_id, it.server.url("/3"), str(it.local("/3")))
            assert files.value.hresult == codes.BG_E_TOO_MANY_FILES_IN_JOB
            assert len(it.get(job_id).files) == 2
            other = await it.job("/1", resume=False)
            with pytest.raises(BitsError) as jobs:
                await it.manager.create_job("third")
            assert jobs.value.hresult == codes.BG_E_TOO_MANY_JOBS_PER_USER
            await it.manager.cancel(other)
            await it.manager.create_job("third")

    run(scenario())
