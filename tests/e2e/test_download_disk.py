"""Trouble on this side: full disks, folders without permission, part files that were touched, failing writes."""

import asyncio
import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.engine import checkpoint, part_file
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobFile, JobId
from tests.support.content import Pattern
from tests.support.crash import PROJECT
from tests.support.downloads import Desk, a_desk, failure
from tests.support.loops import run_to_end
from tests.support.resource import Framing, Resource

MIB = 1 << 20
CONTENT = Pattern(5 * MIB + 17, seed=11)
FILE = Resource(content=CONTENT)
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
needs_mount = pytest.mark.skipif(not (IS_ROOT and sys.platform == "linux"), reason="mounts a small disk: root on Linux")
DISK_FULL = (JobState.ERROR, ErrorContext.LOCAL_FILE, codes.ERROR_DISK_FULL)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The desk's folder on a disk of 2 MiB."""
    folder = tmp_path / "files"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not allow mounts")
    yield folder
    subprocess.run(["umount", folder], check=True)


def remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", folder], check=True)


@needs_mount
def test_a_full_disk_shows_before_bytes_flow(run, tmp_path: Path, small_disk: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin")
            assert failure(job) == DISK_FULL
            assert job.error is not None
            assert job.error.file is not None
            assert job.progress.bytes_transferred == 0
            with pytest.raises(BitsError):
                await desk.manager.set_local_folder(job.id, tmp_path / "missing")
            (tmp_path / "roomy").mkdir()
            await desk.manager.set_local_folder(job.id, tmp_path / "roomy")
            await desk.again(job)
            desk.folder = tmp_path / "roomy"
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@needs_mount
def test_a_disk_that_fills_up_on_the_way(run, tmp_path: Path, small_disk: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = replace(FILE, framing=Framing.CHUNKED)
            job = await desk.fetch("/a.bin")
            assert failure(job) == DISK_FULL
            await desk.manager.cancel(job.id)
            assert list(desk.folder.iterdir()) == []

    run(scenario())


@needs_mount
def test_finished_files_outlive_a_full_disk(run, tmp_path: Path, small_disk: Path) -> None:
    async def scenario() -> None:
        small = Pattern(MIB, seed=1)
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {"/s.bin": Resource(content=small), "/a.bin": replace(FILE, framing=Framing.CHUNKED)}
            job = await desk.fetch("/s.bin", "/a.bin")
            assert failure(job) == DISK_FULL
            await desk.reopen()
            assert desk.manager.get(job.id).progress.files_transferred == 1
            assert await desk.manager.complete(job.id) == codes.BG_S_PARTIAL_COMPLETE
            assert desk.target("s.bin").read_bytes() == small[:]

    run(scenario())


@needs_mount
def test_a_disk_that_became_read_only(run, tmp_path: Path, small_disk: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT[:MIB])
            gate = desk.server.hold("/a.bin", after=1000)
            job = await desk.start("/a.bin")
            await desk.suspended(job, gate, 1000)
            await asyncio.to_thread(remount, small_disk, "ro")
            failed = await desk.again(job)
            assert failure(failed) == (JobState.ERROR, ErrorContext.LOCAL_FILE, codes.ERROR_WRITE_PROTECT)
            await asyncio.to_thread(remount, small_disk, "rw")
            await desk.again(job)
            assert desk.asked("/a.bin")[-1] == "bytes=1000-"
            await desk.assert_whole(job, "a.bin", CONTENT[:MIB])

    run(scenario())


async def half_done(desk: Desk) -> tuple[JobId, Path]:
    """A suspended job with 2 MiB received, and its part file."""
    desk.server.files["/a.bin"] = FILE
    gate = desk.server.hold("/a.bin", after=2 * MIB)
    job = await desk.start("/a.bin")
    await desk.suspended(job, gate, 2 * MIB)
    (part,) = desk.parts()
    return job.id, part


def shorten(part: Path) -> None:
    os.truncate(part, MIB)


@pytest.mark.parametrize("harm", [Path.unlink, shorten], ids=["deleted", "truncated"])
def test_a_part_file_that_lost_bytes_starts_over(run, tmp_path: Path, harm) -> None:  # type: ignore[no-untyped-def]
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job_id, part = await half_done(desk)
            harm(part)
            job = await desk.again(desk.manager.get(job_id))
            assert desk.asked("/a.bin") == [None, None]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize("kind", ["symlink", "folder", "fifo"])
def test_a_part_file_that_was_replaced(run, tmp_path: Path, kind: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job_id, part = await half_done(desk)
            victim = tmp_path / "victim"
            victim.write_bytes(b"precious" * MIB)
            part.unlink()
            {"symlink": lambda: part.symlink_to(victim), "folder": part.mkdir, "fifo": lambda: os.mkfifo(part)}[kind]()
            job = await desk.again(desk.manager.get(job_id))
            assert failure(job) == (JobState.ERROR, ErrorContext.LOCAL_FILE, codes.ERROR_ALREADY_EXISTS)
            assert victim.read_bytes() == b"precious" * MIB
            part.rmdir() if kind == "folder" else part.unlink()
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_a_folder_that_went_away(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job_id, _ = await half_done(desk)
            shutil.rmtree(desk.folder)
            job = await desk.again(desk.manager.get(job_id))
            assert failure(job) == (JobState.ERROR, ErrorContext.LOCAL_FILE, codes.ERROR_PATH_NOT_FOUND)
            desk.folder.mkdir()
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_a_finished_part_that_went_away_before_complete(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin")
            desk.parts()[0].unlink()
            with pytest.raises(BitsError):
                await desk.manager.complete(job.id)
            assert not desk.target("a.bin").exists()
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


class FailingDisk:
    """EIO for writes beyond an offset, as long as `broken`: no disk here fails for real."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        self.broken = True
        self._after = after
        self._write = part_file._write_at
        monkeypatch.setattr(part_file, "_write_at", self)

    def __call__(self, fd: int, blocks: list[bytes | memoryview], start: int) -> int:
        if self.broken and start + sum(map(len, blocks)) > self._after:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return self._write(fd, blocks, start)


@pytest.mark.parametrize("restart", [False, True], ids=["same process", "after a restart"])
def test_a_failed_write_leaves_no_hole(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restart: bool) -> None:
    """Space is claimed up front, so the file is long enough: only the offset knows what was written."""

    async def scenario() -> None:
        disk = FailingDisk(monkeypatch, after=3 * MIB)
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin")
            assert failure(job) == (JobState.ERROR, ErrorContext.LOCAL_FILE, codes.ERROR_IO_DEVICE)
            assert job.progress.bytes_transferred <= 3 * MIB
            disk.broken = False
            if restart:
                await desk.reopen()
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_what_fails_at_the_closing_is_the_files_error(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quota of a network's file system may show only then: nothing that was not stored before counts."""
    close = os.close

    def closes(fd: int) -> None:
        is_part = os.fstat(fd).st_size == len(CONTENT)
        close(fd)
        if is_part:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            with monkeypatch.context() as patch:
                patch.setattr(os, "close", closes)
                job = await desk.fetch("/a.bin")
            assert failure(job) == (JobState.ERROR, ErrorContext.LOCAL_FILE, codes.ERROR_DISK_QUOTA_EXCEEDED)
            assert job.progress.bytes_transferred < len(CONTENT)
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_suspend_while_the_disk_fails_comes_to_its_end(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        disk = FailingDisk(monkeypatch, after=0)
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            gate = desk.server.hold("/a.bin", after=1000)  # less than a block: written when the attempt ends
            job = await desk.start("/a.bin")
            suspended = await desk.suspended(job, gate, 1000)
            assert (suspended.state, suspended.progress.bytes_transferred) == (JobState.SUSPENDED, 0)
            disk.broken = False
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_a_failed_fsync_vouches_for_nothing(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            job_id, _ = await half_done(desk)
            gate = desk.server.hold("/a.bin", after=MIB)
            await desk.manager.resume(job_id)
            await gate.reached.wait()

            def fail(fd: int) -> None:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

            with monkeypatch.context() as patch:
                patch.setattr(os, "fsync", fail)
                desk.server.files["/a.bin"] = replace(FILE, cut_after=0)
                gate.release()
                job = await desk.ended(desk.manager.get(job_id))
            assert failure(job) == (JobState.ERROR, ErrorContext.LOCAL_FILE, codes.ERROR_IO_DEVICE)
            assert job.progress.bytes_transferred == 2 * MIB
            desk.server.files["/a.bin"] = FILE
            await desk.again(job)
            assert desk.asked("/a.bin")[-1] == f"bytes={2 * MIB}-"
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_a_checkpoint_under_way_does_not_undo_a_fresh_start(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its fsync is slow; meanwhile the file starts over. A crash afterwards must find the fresh start."""
    may_go_on, syncing = threading.Event(), threading.Event()

    def slow(fd: int) -> None:
        syncing.set()
        assert may_go_on.wait(10)

    async def scenario() -> None:
        stored: list[int] = []

        async def store(files: Mapping[int, JobFile]) -> None:
            stored.extend(file.bytes_transferred for file in files.values())

        monkeypatch.setattr(checkpoint, "CHECKPOINT_BYTES", 1)
        monkeypatch.setattr(checkpoint, "CHECKPOINT_S", 0.0)
        monkeypatch.setattr(os, "fsync", slow)
        with ThreadPoolExecutor(4) as disk:
            part = await part_file.PartFile.open(tmp_path / "part", 0, disk)
            fresh = JobFile(remote_name="http://h/x", local_name=str(tmp_path / "x"))
            checkpointer = checkpoint.Checkpointer(store, disk)
            checkpointer.begin(0, part, fresh, lambda: fresh)
            await part.write(bytes(MIB))
            await part.flush()
            await checkpointer.received(MIB)
            await asyncio.to_thread(syncing.wait, 10)
            restarting = asyncio.create_task(checkpointer.restart(0, fresh))
            asyncio.get_running_loop().call_soon(may_go_on.set)
            await restarting
            await part.aclose()
        assert stored == [MIB, 0]

    run(scenario())


def test_a_folder_that_lost_its_permission(tmp_path: Path) -> None:
    """In a process of its own, for root may write everywhere until it gives that right up."""
    program = (
        "import sys; from pathlib import Path;"
        "from tests.e2e.test_download_disk import without_permission; without_permission(Path(sys.argv[1]))"
    )
    modest = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] if IS_ROOT else []
    command = [*modest, sys.executable, "-c", program, tmp_path]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def without_permission(tmp_path: Path) -> None:
    """What `test_a_folder_that_lost_its_permission` does in its process."""

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job_id, _ = await half_done(desk)
            desk.folder.chmod(0o000)
            job = await desk.again(desk.manager.get(job_id))
            assert failure(job) == (JobState.ERROR, ErrorContext.LOCAL_FILE, codes.E_ACCESSDENIED)
            with pytest.raises(BitsError):
                await desk.start("/a.bin")
            desk.folder.chmod(0o700)
            await desk.again(job)
            assert desk.asked("/a.bin") == [None, f"bytes={2 * MIB}-"]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run_to_end(scenario())


@pytest.mark.parametrize(
    "refusal", [PermissionError(errno.EPERM, "owner"), OSError(errno.EINVAL, "date"), OverflowError("date")], ids=repr
)
def test_a_disk_that_keeps_no_times(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Exception) -> None:
    """FAT mounted for another user refuses utime, others a server's odd date; the file is whole all the same."""

    def refuse(*_: object) -> None:
        raise refusal

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            with monkeypatch.context() as patch:
                patch.setattr(os, "utime", refuse)
                job = await desk.fetch("/a.bin")
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_cancel_while_the_part_file_is_being_made(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opening, may_go_on, open_it = threading.Event(), threading.Event(), part_file._open

    def slow(path: Path, offset: int) -> tuple[int, int]:
        opening.set()
        assert may_go_on.wait(10)
        return open_it(path, offset)

    async def scenario() -> None:
        monkeypatch.setattr(part_file, "_open", slow)
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.start("/a.bin")
            await asyncio.to_thread(opening.wait, 10)
            open_before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
            cancelling = asyncio.create_task(desk.manager.cancel(job.id))
            asyncio.get_running_loop().call_later(0.05, may_go_on.set)
            await cancelling
            assert list(desk.folder.iterdir()) == []
            if sys.platform == "linux":
                assert len(os.listdir("/proc/self/fd")) <= open_before

    run(scenario())


def test_cancel_leaves_nothing_and_touches_nothing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.target("a.bin").write_bytes(b"precious")
            job_id, _ = await half_done(desk)
            assert desk.target("a.bin").read_bytes() == b"precious"
            await desk.manager.cancel(job_id)
            assert [file.name for file in desk.folder.iterdir()] == ["a.bin"]
            assert desk.target("a.bin").read_bytes() == b"precious"

    run(scenario())


@needs_mount
def test_a_change_of_folder_tells_how_far_it_is(run, tmp_path: Path, small_disk: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            small = Pattern(MIB, seed=1)
            desk.server.files |= {"/s.bin": Resource(content=small), "/a.bin": FILE}
            job = await desk.fetch("/s.bin", "/a.bin")
            assert failure(job) == DISK_FULL
            told: list[int] = []
            await asyncio.to_thread((tmp_path / "big").mkdir)
            await desk.manager.set_local_folder(job.id, tmp_path / "big", told.append)
            assert sum(told) >= MIB
            await desk.again(job)
            assert await desk.manager.complete(job.id) == codes.S_OK
            assert (tmp_path / "big/s.bin").read_bytes() == small[:]

    run(scenario())
