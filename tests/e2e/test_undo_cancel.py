"""A Cancel that may be taken back: nothing is lost before its time, over restarts and crashes, and all goes then."""

import multiprocessing
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bitsgui.engine.upload_packets import PacketType
from bitsgui.model import codes
from bitsgui.model.cancel_effect import UNDO_S, is_being_withdrawn
from bitsgui.model.enums import JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import DAY_S, Policy
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support import verb_process
from tests.support.fake_clock import FakeClock
from tests.support.lab import Lab, lab
from tests.support.scripted_server import Resource, sha256_of, status
from tests.support.uploads import a_shipment

S = JobState
MIB = 1 << 20


async def half_done(it: Lab) -> JobId:
    """A running download that has half of its bytes and gets no more."""
    it.serve("/1", MIB)
    it.server.hold("/1", after=MIB // 2)
    job_id = await it.job("/1")
    await it.until_true(job_id, lambda job: job.progress.bytes_transferred == MIB // 2)
    return job_id


async def refuses_undo(it: Lab, job_id: JobId) -> None:
    with pytest.raises(BitsError) as refusal:
        await it.manager.undo_cancel(job_id)
    assert refusal.value.hresult == codes.BG_E_INVALID_STATE


def test_a_running_job_comes_back_suspended_with_its_bytes(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await half_done(it)
            assert await it.manager.cancel(job_id, UNDO_S) == codes.S_OK
            assert it.manager.enumerate() == ()
            (gone,) = it.manager.history()
            assert (gone.state, gone.undo_until) == (S.CANCELLED, it.clock.now() + UNDO_S)
            assert len(it.parts()) == 1
            await it.clock.advance(UNDO_S - 1)
            assert await it.manager.undo_cancel(job_id) == codes.S_OK
            back = it.get(job_id)
            assert (back.state, back.undo_until, back.progress.bytes_transferred) == (S.SUSPENDED, None, MIB // 2)
            it.server.files["/1"] = Resource(content=it.contents["/1"])
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            await it.manager.complete(job_id)
            assert it.is_right("/1")
            assert it.server.requests[-1].header("Range") == f"bytes={MIB // 2}-"

    run(scenario())


def test_a_failed_job_comes_back_with_its_error_and_its_days(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/1"] = status(404)
            job_id = await it.job("/1")
            failed = await it.until(job_id, S.ERROR)
            await it.manager.cancel(job_id, UNDO_S)
            await it.manager.undo_cancel(job_id)
            back = it.get(job_id)
            assert (back.state, back.error) == (S.ERROR, failed.error)
            await refuses_undo(it, job_id)
            await it.clock.advance(90 * DAY_S)
            gone = await it.until(job_id, S.CANCELLED)
            assert gone.undo_until is None

    run(scenario())


def test_its_parts_go_when_the_time_is_over(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await half_done(it)
            await it.manager.cancel(job_id, UNDO_S)
            await it.clock.advance(UNDO_S)
            await it.until_true(job_id, lambda job: job.undo_until is None)
            await it.calm()
            assert it.parts() == []
            assert it.get(job_id).state is S.CANCELLED
            await refuses_undo(it, job_id)

    run(scenario())


@pytest.mark.parametrize("is_late", [False, True])
def test_the_time_goes_on_over_a_restart(run, tmp_path: Path, is_late: bool) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await half_done(it)
            await it.manager.cancel(job_id, UNDO_S)
            await it.manager.aclose()
            it.clock._now += UNDO_S if is_late else UNDO_S - 1
            it.manager = await it._open()
            if is_late:
                await it.until_true(job_id, lambda job: job.undo_until is None)
                await it.calm()
                assert it.parts() == []
            else:
                assert len(it.parts()) == 1
                await it.manager.undo_cancel(job_id)
                assert it.get(job_id).progress.bytes_transferred == MIB // 2

    run(scenario())


def test_a_server_is_asked_to_drop_an_upload_only_when_it_is_too_late(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            (session,) = ship.host.open
            await it.manager.cancel(job.id, UNDO_S)
            await it.clock.advance(UNDO_S - 1)
            assert list(ship.host.open) == [session]
            await it.clock.advance(1)
            await it.until_true(job.id, lambda job: job.undo_until is None and not is_being_withdrawn(job))
            assert (ship.host.open, ship.host.cancelled) == ({}, [session])
            asked = [r.header("BITS-Packet-Type") for r in it.server.requests]
            assert asked.count(PacketType.CANCEL_SESSION) == 1
            assert ship.is_untouched

    run(scenario())


def test_the_history_keeps_what_may_come_back_and_its_name(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(history_length=1)) as it:
            first = await half_done(it)
            await it.manager.cancel(first, UNDO_S)
            for path in ("/2", "/3"):
                await it.manager.cancel(await it.job(path, resume=False))
            assert first in [job.id for job in it.manager.history()]
            name = str(it.local("/1"))
            assert await it.manager._queue.unused_local_name(JobId("{OTHER}"), 0, name) == f"{name} (1)"
            await it.manager.undo_cancel(first)

    run(scenario())


def test_what_has_ended_can_be_taken_out_of_the_list(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await half_done(it)
            with pytest.raises(BitsError) as refusal:
                await it.manager.forget(job_id)
            assert refusal.value.hresult == codes.BG_E_INVALID_STATE
            await it.manager.cancel(job_id, UNDO_S)
            assert await it.manager.forget(job_id) == codes.S_OK
            assert (it.manager.history(), it.parts()) == ((), [])
            await it.reopen()
            assert it.manager.history() == ()

    run(scenario())


def test_what_its_server_still_has_keeps_an_upload_in_the_list(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            await it.server.stop()
            await it.manager.cancel(job.id)
            with pytest.raises(BitsError) as refusal:
                await it.manager.forget(job.id)
            assert refusal.value.hresult == codes.BG_E_INVALID_STATE
            assert it.manager.history() != ()

    run(scenario())


@pytest.fixture(scope="module")
def processes() -> multiprocessing.context.ForkServerContext:
    """Processes that have everything imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([verb_process.__name__])
    return context


def killed(processes: Any, tmp_path: Path, job_id: JobId, verb: str, *arguments: Any, kill_at: int) -> bool:
    """Carry the verb out in a process that dies at this step; False if it came to its end before."""
    work = (tmp_path / "state", job_id, verb, arguments, kill_at)
    process = processes.Process(target=verb_process.carry_out, args=work)
    process.start()
    process.join(30)
    assert process.exitcode in (0, -signal.SIGKILL)
    return bool(process.exitcode)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_at_any_step_no_byte_is_lost_before_its_time(run, processes, tmp_path: Path) -> None:
    async def prepare() -> tuple[JobId, str]:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1")
            await it.until(job_id, S.TRANSFERRED)
            return job_id, sha256_of(it.contents["/1"])

    async def look(act: str | None = None) -> Job:
        manager = await JobManager.open(tmp_path / "state", clock=FakeClock(), secrets=MemorySecrets())
        if act:
            await getattr(manager, act)(job_id)
        job = manager.get(job_id)
        await manager.aclose()
        assert act == "complete" or len(list((tmp_path / "downloads").glob(".BIT*.tmp"))) == 1
        return job

    job_id, wanted = run(prepare())
    states = []
    for verb, arguments in (("cancel", (UNDO_S,)), ("undo_cancel", ())):
        steps = 1
        while killed(processes, tmp_path, job_id, verb, *arguments, kill_at=steps):
            states.append(run(look()).state)
            if states[-1] is (S.CANCELLED if verb == "cancel" else S.TRANSFERRED):
                break  # it was durable: the verb would be refused now
            steps += 1
    assert states == [S.TRANSFERRED, S.CANCELLED, S.CANCELLED, S.TRANSFERRED]
    run(look("complete"))
    assert sha256_of(tmp_path / "downloads" / "1") == wanted
