"""What a restart finds: after a close, after a crash at every step of a verb, after a disk that took no more."""

import multiprocessing
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bitsgui.engine import wire_errors
from bitsgui.model import codes
from bitsgui.model.codes import S_OK
from bitsgui.model.enums import ErrorContext, JobPriority, JobState
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import Policy
from bitsgui.service.manager import JobManager, StateLockedError
from bitsgui.store.job_store import DATABASE
from bitsgui.store.migrations import STEPS, TooNewError
from bitsgui.store.secrets import MemorySecrets
from tests.support import verb_process
from tests.support.lab import lab, nothing_can_be_stored
from tests.support.scripted_server import Pattern, Resource, sha256_of

S = JobState
MIB = 1 << 20


def test_a_close_in_mid_transfer_is_followed_by_a_range_from_there(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1", MIB)
            it.server.hold("/1", after=MIB // 2)
            job_id = await it.job("/1")
            await it.until_true(job_id, lambda job: job.progress.bytes_transferred == MIB // 2)
            await it.manager.aclose()
            it.server.files["/1"] = Resource(content=it.contents["/1"])
            it.manager = await it._open()
            await it.until(job_id, S.TRANSFERRED)
            assert [request.header("Range") for request in it.server.requests] == [None, f"bytes={MIB // 2}-"]
            await it.manager.complete(job_id)
            assert it.is_right("/1")

    run(scenario())


def test_a_job_that_waits_for_the_network_tries_at_the_next_start(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/1")
            with monkeypatch.context() as no_network:
                disconnected = (ErrorContext.GENERAL_TRANSPORT, codes.BG_E_NETWORK_DISCONNECTED)
                no_network.setattr(wire_errors, "place_of", lambda error: disconnected)
                await it.server.stop()
                job_id = await it.job("/1")
                job = await it.until(job_id, S.TRANSIENT_ERROR)
                assert job.retry_at is None
            await it.server.restart()
            await it.reopen()
            await it.until(job_id, S.TRANSFERRED)

    run(scenario())


def test_a_second_manager_is_refused_until_the_first_has_closed(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            with pytest.raises(StateLockedError, match=str(it.state_dir)):
                await it._open()
            await it.manager.aclose()
            it.manager = await it._open()

    run(scenario())


def test_an_open_that_fails_leaves_the_folder_free(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            await it.manager.aclose()
            for version in (99, len(STEPS)):
                async with aiosqlite.connect(it.state_dir / DATABASE) as database:
                    await database.execute(f"PRAGMA user_version = {version}")
                if version == 99:
                    with pytest.raises(TooNewError):
                        await it._open()
            it.manager = await it._open()

    run(scenario())


# Killed at every step


@pytest.fixture(scope="module")
def processes() -> multiprocessing.context.ForkServerContext:
    """Processes that have everything imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([verb_process.__name__])
    return context


def prepared(run, tmp_path: Path, *, partial: bool) -> tuple[JobId, dict[str, Pattern]]:
    """A closed state folder with one background job of two whole files, and by choice a third that is not whole."""

    async def scenario() -> tuple[JobId, dict[str, Pattern]]:
        async with lab(tmp_path) as it:
            paths = ["/1", "/2"]
            if partial:
                it.serve("/3", MIB)
                it.server.hold("/3", after=MIB // 2)
                paths.append("/3")
            job_id = await it.job(*paths)
            if partial:
                await it.until_true(job_id, lambda job: job.files[2].bytes_transferred > 0)
                await it.manager.set_priority(job_id, JobPriority.LOW)
                await it.manager.suspend(job_id)
            else:
                await it.until(job_id, S.TRANSFERRED)
            it.local("/2").write_text("was here before")
            return job_id, it.contents

    return run(scenario())


def killed_at_every_step(
    processes: Any, tmp_path: Path, job_id: JobId, verb: str, *arguments: Any
) -> Iterator[int | None]:
    """Carry the verb out again and again from the same state, killed one step later each time; None: to its end."""
    shutil.copytree(tmp_path, saved := tmp_path.with_name(tmp_path.name + "-saved"), symlinks=True)
    for kill_at in count(1):
        shutil.rmtree(tmp_path)
        shutil.copytree(saved, tmp_path, symlinks=True)
        process = processes.Process(
            target=verb_process.carry_out, args=(tmp_path / "state", job_id, verb, arguments, kill_at)
        )
        process.start()
        process.join(30)
        assert process.exitcode in (0, -signal.SIGKILL)
        yield kill_at if process.exitcode else None
        if process.exitcode == 0:
            assert kill_at > 8, "too few steps to prove anything"
            return


async def opened(tmp_path: Path) -> JobManager:
    return await JobManager.open(tmp_path / "state", policy=Policy(background_slots=0), secrets=MemorySecrets())


needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@needs_kill
@pytest.mark.parametrize("partial", [False, True])
def test_complete_killed_at_every_step(run, processes, tmp_path: Path, partial: bool) -> None:
    job_id, contents = prepared(run, tmp_path, partial=partial)

    async def check() -> None:
        manager = await opened(tmp_path)
        if manager.get(job_id).state is not S.ACKNOWLEDGED:
            await manager.complete(job_id)
        assert manager.get(job_id).state is S.ACKNOWLEDGED
        await manager.aclose()
        assert sorted(path.name for path in (tmp_path / "downloads").iterdir()) == ["1", "2"]
        for path in ("/1", "/2"):
            assert sha256_of(tmp_path / "downloads" / path[1:]) == sha256_of(contents[path])

    for _ in killed_at_every_step(processes, tmp_path, job_id, "complete"):
        run(check())


@needs_kill
def test_cancel_killed_at_every_step(run, processes, tmp_path: Path) -> None:
    job_id, _ = prepared(run, tmp_path, partial=True)

    async def check(killed_at: int | None) -> None:
        manager = await opened(tmp_path)
        job = manager.get(job_id)
        left = sorted(path.name for path in (tmp_path / "downloads").iterdir())
        await manager.aclose()
        if job.state is S.CANCELLED:
            assert left == ["2"]
        else:  # killed before the change was on the disk: then nothing is lost
            assert killed_at is not None
            assert killed_at <= 2
            assert job.state is S.SUSPENDED
            assert len(left) == 4
        assert (tmp_path / "downloads" / "2").read_text() == "was here before"

    for killed_at in killed_at_every_step(processes, tmp_path, job_id, "cancel"):
        run(check(killed_at))


@needs_kill
def test_a_change_of_folder_killed_at_every_step_loses_no_byte(run, processes, tmp_path: Path) -> None:
    job_id, contents = prepared(run, tmp_path, partial=False)
    other = tmp_path / "other"
    other.mkdir()

    async def check(killed_at: int | None) -> None:
        manager = await opened(tmp_path)
        job = manager.get(job_id)
        assert killed_at is not None or Path(job.files[0].local_name).parent == other
        await manager.complete(job_id)
        for file, path in zip(manager.get(job_id).files, ("/1", "/2"), strict=True):
            assert sha256_of(Path(file.local_name)) == sha256_of(contents[path])
        await manager.aclose()

    for killed_at in killed_at_every_step(processes, tmp_path, job_id, "set_local_folder", other):
        run(check(killed_at))


# A disk that takes no more


def untimed(job: Job) -> Job:
    return replace(job, times=replace(job.times, modification=0.0))


VERBS: dict[str, Any] = {
    "resume": lambda it, job_id: it.manager.resume(job_id),
    "cancel": lambda it, job_id: it.manager.cancel(job_id),
    "complete": lambda it, job_id: it.manager.complete(job_id),
    "set_priority": lambda it, job_id: it.manager.set_priority(job_id, JobPriority.LOW),
    "set_remote_name": lambda it, job_id: it.manager.set_remote_name(job_id, 1, it.server.url("/x")),
    "add_file": lambda it, job_id: it.manager.add_file(job_id, it.server.url("/x"), str(it.local("/x"))),
    "set_local_folder": lambda it, job_id: it.manager.set_local_folder(job_id, it.folder.parent),
    "set_credentials": lambda it, job_id: it.manager.set_credentials(job_id, 1, 1, "anna", "secret"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_cannot_be_stored_is_refused_and_changes_nothing(run, tmp_path: Path, verb: str) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/2", MIB)
            it.server.hold("/2", after=MIB // 2)
            job_id = await it.job("/1", "/2")
            await it.until_true(job_id, lambda job: job.files[1].bytes_transferred > 0)
            await it.manager.suspend(job_id)
            before, parts = it.get(job_id), it.parts()
            async with nothing_can_be_stored(it):
                with pytest.raises(BitsError) as refusal:
                    await VERBS[verb](it, job_id)
            assert refusal.value.hresult == codes.ERROR_IO_DEVICE
            assert untimed(it.get(job_id)) == untimed(before)
            assert it.parts() == parts
            assert not it.local("/1").exists()
            await it.reopen()
            assert untimed(it.get(job_id)) == untimed(before)
            it.server.files["/2"] = Resource(content=it.contents["/2"])
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            await it.manager.complete(job_id)
            assert it.is_right("/1", "/2")
            assert it.server.requests[-1].header("Range") == f"bytes={MIB // 2}-"

    run(scenario())


def test_new_jobs_that_cannot_be_stored_do_not_exist(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            async with nothing_can_be_stored(it):
                with pytest.raises(BitsError):
                    await it.manager.create_job("never")
                with pytest.raises(BitsError):
                    await it.job("/1")
            assert it.manager.enumerate() == ()
            await it.reopen()
            assert it.manager.enumerate() == ()

    run(scenario())


class Heard:
    def __init__(self) -> None:
        self.errors: list[JobError] = []

    def job_error(self, job: Job, error: JobError) -> int:
        self.errors.append(error)
        return S_OK

    def job_transferred(self, job: Job) -> int:
        return S_OK


def test_a_transfer_that_cannot_be_stored_ends_in_an_error_that_is_told(run, tmp_path: Path, caplog) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = Heard()
            it.manager.set_notify_interface(listener)
            it.serve("/1", MIB)
            gate = it.server.hold("/1", after=MIB // 2)
            job_id = await it.job("/1")
            await it.until_true(job_id, lambda job: job.progress.bytes_transferred > 0)
            async with nothing_can_be_stored(it):
                gate.release()
                job = await it.until(job_id, S.ERROR)
                await it.calm()
            assert job.error is not None
            assert job.error.context is ErrorContext.GENERAL_QUEUE_MANAGER
            assert listener.errors == [job.error]
            await it.manager.error_history(job_id)  # behind every write that was refused
            await it.calm()
            assert any("until the program ends" in record.getMessage() for record in caplog.records)
            caplog.clear()
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            await it.manager.complete(job_id)
            assert it.is_right("/1")

    run(scenario())
