"""Verbs, attempts, timers and the closing at the same moment: nothing lost, nothing hung, no wrong byte."""

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bitsgui.engine import checkpoint, part_file
from bitsgui.model import codes
from bitsgui.model.enums import AuthScheme, AuthTarget, JobPriority, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobId
from bitsgui.model.limits import Policy
from bitsgui.service import tombstones, verbs
from bitsgui.service.events import JobRemoved
from bitsgui.service.manager import JobManager
from tests.support.lab import lab, quiet
from tests.support.scripted_server import Resource, sha256_of

MIB = 1 << 20


class Slow:
    """A blocking function that waits, on its thread, until it is let go."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work = work
        self.entered = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._go = threading.Event()

    def __call__(self, *arguments: Any) -> Any:
        self._loop.call_soon_threadsafe(self.entered.set)
        assert self._go.wait(10)
        return self._work(*arguments)

    def release(self) -> None:
        self._go.set()


async def left(manager: JobManager, job_id: JobId) -> None:
    """Return once the job is forgotten."""
    gone = asyncio.Event()
    unsubscribe = manager.subscribe(lambda event: gone.set() if event == JobRemoved(job_id) else None)
    await gone.wait()
    unsubscribe()


def test_a_job_is_not_started_while_complete_renames_its_files(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1", 1000)
            it.serve("/2", MIB)
            it.server.hold("/2", after=MIB // 2)
            job_id = await it.job("/1", "/2")
            await it.until_true(job_id, lambda job: job.files[1].bytes_transferred > 0)
            slow = Slow(verbs.publish)
            monkeypatch.setattr(verbs, "publish", slow)
            completing = asyncio.create_task(it.manager.complete(job_id))
            await slow.entered.wait()
            asked = len(it.server.requests)
            await quiet()
            it.manager.network_is_back()
            other = await it.job("/3")
            await it.until(other, JobState.TRANSFERRED)
            slow.release()
            assert await completing == codes.BG_S_PARTIAL_COMPLETE
            assert len(it.server.requests) == asked + 1
            assert it.get(job_id).state is JobState.ACKNOWLEDGED
            assert len(it.parts()) == 1
            assert it.is_right("/1")

    run(scenario())


def test_a_job_is_not_started_while_its_parts_move(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1", MIB)
            gate = it.server.hold("/1", after=MIB // 2)
            job_id = await it.job("/1")
            await it.until_true(job_id, lambda job: job.files[0].bytes_transferred > 0)
            slow = Slow(verbs.check_folder)
            monkeypatch.setattr(verbs, "check_folder", slow)
            other = tmp_path / "other"
            other.mkdir()
            moving = asyncio.create_task(it.manager.set_local_folder(job_id, other))
            await slow.entered.wait()
            await quiet()
            assert it.get(job_id).state is JobState.QUEUED
            slow.release()
            gate.release()
            assert await moving == codes.S_OK
            await it.until(job_id, JobState.TRANSFERRED)
            await it.manager.complete(job_id)
            assert (other / "1").read_bytes() == it.contents["/1"][:]
            assert list(it.folder.iterdir()) == []

    run(scenario())


def test_suspend_of_a_job_whose_last_bytes_cannot_be_stored_returns(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1", MIB)
            gate = it.server.hold("/1", after=MIB // 2)
            job_id = await it.job("/1")
            await it.until_true(job_id, lambda job: job.files[0].bytes_transferred > 0)

            def broken(fd: int) -> None:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

            with monkeypatch.context() as trouble:
                trouble.setattr(part_file.os, "fsync", broken)
                assert await it.manager.suspend(job_id) == codes.S_OK
            assert it.get(job_id).state is JobState.SUSPENDED
            gate.release()
            await it.manager.resume(job_id)
            await it.until(job_id, JobState.TRANSFERRED)
            await it.manager.complete(job_id)
            assert it.is_right("/1")

    run(scenario())


def test_bytes_that_a_failed_write_lost_are_fetched_again(run, tmp_path: Path, monkeypatch) -> None:
    """Progress counts bytes on their way to the disk; a Resume may rely on those only that arrived there."""

    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1", 8 * MIB, rate_bps=40 * MIB)
            write, calls = part_file._write_at, 0

            def breaks_once(fd: int, blocks: list[bytes | memoryview], start: int) -> int:
                nonlocal calls
                calls += 1
                if calls == 3:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                return write(fd, blocks, start)

            monkeypatch.setattr(part_file, "_write_at", breaks_once)
            job_id = await it.job("/1")
            job = await it.until(job_id, JobState.ERROR)
            assert job.error is not None
            assert job.error.code == codes.ERROR_IO_DEVICE
            await it.manager.resume(job_id)
            await it.until(job_id, JobState.TRANSFERRED)
            await it.manager.complete(job_id)
            assert it.is_right("/1")

    run(scenario())


def test_a_suspended_job_goes_on_where_its_part_file_ends(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1", 4 * MIB)
            it.server.hold("/1", after=3 * MIB)
            job_id = await it.job("/1")
            await it.until_true(job_id, lambda job: job.files[0].bytes_transferred > 2 * MIB)
            await it.manager.suspend(job_id)
            have = it.get(job_id).files[0].bytes_transferred
            assert have == 3 * MIB
            it.server.files["/1"] = Resource(content=it.contents["/1"])
            await it.manager.resume(job_id)
            await it.until(job_id, JobState.TRANSFERRED)
            assert it.server.requests[-1].header("Range") == f"bytes={have}-"

    run(scenario())


def test_a_verb_during_a_preemption_does_not_end_the_scheduler(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/low", MIB)
            gate = it.server.hold("/low", after=MIB // 2)
            low = await it.job("/low", priority=JobPriority.LOW)
            await it.until_true(low, lambda job: job.files[0].bytes_transferred > 0)
            slow = Slow(os.fsync)
            with monkeypatch.context() as trouble:
                trouble.setattr(checkpoint.os, "fsync", slow)
                high = await it.job("/high", priority=JobPriority.HIGH)
                await slow.entered.wait()  # the low one is being stopped in favour of the high one
                await it.manager.suspend(high)
                slow.release()
                await it.until(low, JobState.QUEUED, JobState.CONNECTING)
            gate.release()
            third = await it.job("/third")
            await it.until(third, JobState.TRANSFERRED)
            assert it.get(high).state is JobState.SUSPENDED

    run(scenario())


def test_two_jobs_do_not_claim_one_name(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            paths = [f"/{n}" for n in range(6)]
            for path in paths:
                it.serve(path, disposition='attachment; filename="report.bin"')
            ids = [await it.job(path, name_from_server=True, auto_complete=True, resume=False) for path in paths]
            await asyncio.gather(*(it.manager.resume(job_id) for job_id in ids))
            for job_id in ids:
                await it.until(job_id, JobState.ACKNOWLEDGED)
            names = {Path(it.get(job_id).files[0].local_name).name for job_id in ids}
            assert names == {"report.bin", *(f"report ({n}).bin" for n in range(1, 6))}
            for path, job_id in zip(paths, ids, strict=True):
                assert sha256_of(Path(it.get(job_id).files[0].local_name)) == sha256_of(it.contents[path])

    run(scenario())


def test_the_attempt_of_a_job_that_leaves_at_once_ends_quietly(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(history_length=0)) as it:
            first = await it.job("/1", auto_complete=True)
            await left(it.manager, first)
            second = await it.job("/2", auto_complete=True, priority=JobPriority.NORMAL)
            third = await it.job("/3", priority=JobPriority.NORMAL)
            await it.until(third, JobState.TRANSFERRED)
            with pytest.raises(BitsError, match="There is no job"):
                it.get(second)
            assert it.is_right("/1", "/2")

    run(scenario())


def test_closing_waits_for_a_job_that_completes_itself(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            slow = Slow(verbs.publish)
            monkeypatch.setattr(verbs, "publish", slow)
            job_id = await it.job("/1", auto_complete=True)
            await slow.entered.wait()
            closing = asyncio.create_task(it.reopen())
            await quiet()
            slow.release()
            await closing
            assert it.get(job_id).state is JobState.ACKNOWLEDGED
            assert it.is_right("/1")

    run(scenario())


@pytest.mark.parametrize("verb", ["complete", "cancel"])
def test_closing_waits_for_a_verb_in_flight(run, tmp_path: Path, monkeypatch, verb: str) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1")
            await it.until(job_id, JobState.TRANSFERRED)
            room, work = {"complete": (verbs, "publish"), "cancel": (tombstones, "remove_parts")}[verb]
            slow = Slow(getattr(room, work))
            monkeypatch.setattr(room, work, slow)
            calling = asyncio.create_task(getattr(it.manager, verb)(job_id))
            await slow.entered.wait()
            closing = asyncio.create_task(it.reopen())
            await quiet()
            assert not closing.done()
            slow.release()
            assert await calling == codes.S_OK
            await closing
            final = {"complete": JobState.ACKNOWLEDGED, "cancel": JobState.CANCELLED}[verb]
            assert it.get(job_id).state is final

    run(scenario())


def test_a_verb_whose_caller_goes_away_is_carried_out(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", "/2")
            await it.until(job_id, JobState.TRANSFERRED)
            slow = Slow(verbs.publish)
            monkeypatch.setattr(verbs, "publish", slow)
            calling = asyncio.create_task(it.manager.complete(job_id))
            await slow.entered.wait()
            calling.cancel()
            await asyncio.wait([calling])
            slow.release()
            await it.until(job_id, JobState.ACKNOWLEDGED)
            assert it.is_right("/1", "/2")

    run(scenario())


def test_sign_ins_set_at_once_are_all_kept(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", resume=False)
            get = it.secrets.get

            async def slow_get(job):  # as a keyring is
                found = await get(job)
                await quiet(3)
                return found

            it.secrets.get = slow_get
            await asyncio.gather(
                it.manager.set_credentials(job_id, AuthTarget.SERVER, AuthScheme.BASIC, "anna", "a"),
                it.manager.set_credentials(job_id, AuthTarget.PROXY, AuthScheme.BASIC, "paul", "p"),
                it.manager.set_custom_headers(job_id, [("X-Key", "k")]),
            )
            kept = await get(job_id)
            assert kept.sign_ins == {AuthTarget.SERVER: ("anna", "a"), AuthTarget.PROXY: ("paul", "p")}
            assert kept.custom_headers == (("X-Key", "k"),)

    run(scenario())


def test_jobs_created_at_once_keep_within_the_limit(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(max_jobs_per_user=3)) as it:
            made = await asyncio.gather(*(it.manager.create_job(str(n)) for n in range(5)), return_exceptions=True)
            refused = [error.hresult for error in made if isinstance(error, BitsError)]
            assert refused == [codes.BG_E_TOO_MANY_JOBS_PER_USER] * 2
            assert len(it.manager.enumerate()) == 3

    run(scenario())


def test_a_job_whose_creator_goes_away_is_in_the_queue(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            creating = asyncio.create_task(it.manager.create_job("orphan"))
            await asyncio.sleep(0)
            creating.cancel()
            await asyncio.wait([creating])
            await it.manager.create_job("later")  # is stored after it
            here = [job.settings.display_name for job in it.manager.enumerate()]
            await it.reopen()
            assert [job.settings.display_name for job in it.manager.enumerate()] == here

    run(scenario())


def open_files() -> int:
    """Descriptors of this process; always 0 where the system does not tell."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_a_part_file_that_is_being_opened_does_not_outlive_a_cancel(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            before = open_files()
            slow = Slow(part_file._open)
            monkeypatch.setattr(part_file, "_open", slow)
            job_id = await it.job("/1")
            await slow.entered.wait()
            cancelling = asyncio.create_task(it.manager.cancel(job_id))
            await quiet()
            slow.release()
            assert await cancelling == codes.S_OK
            assert it.parts() == []
            assert open_files() == before

    run(scenario())
