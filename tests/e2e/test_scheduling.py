"""Who runs: every foreground job, one background job by priority and turn; seen in the requests of the server."""

from pathlib import Path

from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.job import JobId
from bitsgui.model.limits import Policy
from tests.support.lab import Lab, lab, quiet

S = JobState
MIB = 1 << 20
RUNNING = {S.CONNECTING, S.TRANSFERRING}
P = JobPriority


async def held_job(it: Lab, path: str, priority: JobPriority, *, resume: bool = True) -> JobId:
    """A job whose answers stand still after a tenth of its file each."""
    it.serve(path, MIB)
    it.server.hold(path, after=MIB // 10)
    return await it.job(path, priority=priority, resume=resume)


def running(it: Lab) -> list[JobId]:
    return [job.id for job in it.manager.enumerate() if job.state in RUNNING]


async def moving(it: Lab, job_id: JobId) -> None:
    await it.until_true(job_id, lambda job: job.state is S.TRANSFERRING and job.progress.bytes_transferred > 0)


def test_all_foreground_jobs_and_one_background_job_run_at_once(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            foreground = [await held_job(it, f"/f{n}", P.FOREGROUND) for n in range(3)]
            background = [await held_job(it, f"/b{n}", P.NORMAL) for n in range(3)]
            for job_id in [*foreground, background[0]]:
                await moving(it, job_id)
            assert running(it) == [*foreground, background[0]]
            await it.manager.set_policy(Policy(background_slots=2))
            await moving(it, background[1])
            assert running(it) == [*foreground, *background[:2]]
            await it.manager.set_policy(Policy(background_slots=1))
            await it.until(background[1], S.QUEUED)
            assert running(it) == [*foreground, background[0]]

    run(scenario())


def test_a_higher_priority_preempts_and_the_lower_goes_on_afterwards(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            low = await held_job(it, "/low", P.LOW)
            await moving(it, low)
            high = await held_job(it, "/high", P.HIGH)
            await moving(it, high)
            assert it.get(low).state is S.QUEUED
            await it.manager.set_priority(low, P.FOREGROUND)
            await moving(it, low)
            assert running(it) == [low, high]
            await it.manager.set_priority(low, P.LOW)
            await it.until(low, S.QUEUED)
            await it.manager.suspend(high)
            await moving(it, low)
            ranges = [request.header("Range") for request in it.server.requests_for("/low")]
            assert ranges == [None, f"bytes={MIB // 10}-", f"bytes={2 * (MIB // 10)}-"]

    run(scenario())


def test_jobs_of_one_priority_take_turns_by_time_slice(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            slice_s = it.policy.time_slice_s
            jobs = []
            for n in range(3):
                it.serve(f"/{n}", 64 * MIB, rate_bps=2 * MIB)
                jobs.append(await it.job(f"/{n}", priority=P.NORMAL))
                await it.clock.advance(1)
            await moving(it, jobs[0])
            for turn in (1, 2, 0, 1):
                await it.clock.advance(slice_s)
                await moving(it, jobs[turn])
                assert running(it) == [jobs[turn]]

    run(scenario())


def test_suspended_waiting_and_failed_jobs_hold_no_slot(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            first = await held_job(it, "/1", P.HIGH, resume=False)
            second = await held_job(it, "/2", P.NORMAL)
            await moving(it, second)
            await it.manager.suspend(second)
            third = await held_job(it, "/3", P.LOW)
            await moving(it, third)
            assert running(it) == [third]
            await it.manager.resume(first)
            await moving(it, first)
            assert running(it) == [first]

    run(scenario())


def test_a_file_that_is_done_makes_room_for_the_next_job(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ids = [await it.job(f"/{n}", priority=P.NORMAL) for n in range(20)]
            for job_id in ids:
                await it.until(job_id, S.TRANSFERRED)
            assert [request.path for request in it.server.requests] == [f"/{n}" for n in range(20)]

    run(scenario())


def test_a_busy_job_keeps_its_place_but_is_not_started(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(background_slots=0)) as it:
            job_id = await it.job("/1", priority=P.NORMAL)
            async with it.manager._locks.holding(job_id):
                await it.manager.set_policy(Policy(background_slots=1))
                await quiet()
                assert it.get(job_id).state is S.QUEUED
                assert it.server.requests == []
            await it.until(job_id, S.TRANSFERRED)

    run(scenario())
