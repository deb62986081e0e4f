"""The dry run of a fix on real disks: folders of other users, full ones, missing ones; nothing stays behind."""

import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import codes, fix
from bitsgui.model.check import Step, Verdict
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.enums import JobState
from bitsgui.service.fixes import apply_fix
from tests.support.content import Pattern, sha256_of
from tests.support.downloads import a_desk
from tests.support.fix_checks import checked, failed, half_done, line_of
from tests.support.scripted_server import Resource, status
from tests.support.waiting import until

Run = Callable[[Coroutine[Any, Any, None]], None]
MIB = 1 << 20
CONTENT = Pattern(5 * MIB, seed=3)
FILE = Resource(content=CONTENT)
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NOBODY = 65534
as_root = pytest.mark.skipif(not (IS_ROOT and sys.platform == "linux"), reason="mounts and gives rights up: root only")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """2 MiB in all."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not allow mounts")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Not the superuser meanwhile, but one who may enter what is above `folder`."""
    above = {path: path.stat().st_mode for path in folder.parents if path.stat().st_mode & 0o055 != 0o055}
    for path, mode in above.items():
        path.chmod(mode | 0o055)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        for path, mode in above.items():
            path.chmod(mode)


def test_another_folder(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, MIB)
            roomy = tmp_path / "roomy"
            missing = await checked(desk.manager, job.id, fix.OtherFolder(roomy), desk.folder)
            assert failed(missing) == [Step.FOLDER_EXISTS]
            assert missing.lines[-1].code == codes.ERROR_PATH_NOT_FOUND
            assert not missing.may_resume_anyway
            roomy.write_bytes(b"")
            in_the_way = await checked(desk.manager, job.id, fix.OtherFolder(roomy), desk.folder)
            assert in_the_way.lines[-1].code == codes.ERROR_DIRECTORY
            roomy.unlink()
            roomy.mkdir()
            result = await checked(desk.manager, job.id, fix.OtherFolder(roomy), desk.folder, roomy)
            assert result.verdict is Verdict.PASSED
            space = line_of(result, Step.SPACE)
            assert space.wanted is not None
            assert space.found is not None
            assert space.wanted < space.found
            desk.server.files["/a.bin"] = FILE
            await apply_fix(desk.manager, job.id, fix.OtherFolder(roomy))
            desk.folder = roomy
            await desk.assert_whole(await desk.ended(job), "a.bin", CONTENT)

    run(scenario())


@as_root
def test_a_folder_that_is_too_small(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        with small_disk(tmp_path / "small") as small:
            async with a_desk(tmp_path) as desk:
                job = await half_done(desk, "/a.bin", FILE, MIB)
                result = await checked(desk.manager, job.id, fix.OtherFolder(small), desk.folder, small)
                assert failed(result) == [Step.SPACE]
                line = line_of(result, Step.SPACE)
                assert (line.code, line.wanted, line.found) == (codes.ERROR_DISK_FULL, 5 * MIB, 2 * MIB)

    run(scenario())


@as_root
def test_a_full_folder_before_and_after_somebody_made_room(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        with small_disk(tmp_path / "files") as small:
            async with a_desk(tmp_path) as desk:
                desk.server.files["/a.bin"] = Resource(content=CONTENT[: MIB + 5])
                ballast = small / "ballast"
                ballast.write_bytes(bytes(MIB))
                job = await desk.fetch("/a.bin")
                assert (job.state, job.error and job.error.code) == (JobState.ERROR, codes.ERROR_DISK_FULL)
                full = await checked(desk.manager, job.id, fix.TryAgain(), small)
                assert (failed(full), full.may_resume_anyway) == ([Step.SPACE], True)
                ballast.unlink()
                assert (await checked(desk.manager, job.id, fix.TryAgain(), small)).is_passed
                await apply_fix(desk.manager, job.id, fix.TryAgain())
                await desk.assert_whole(await desk.ended(job), "a.bin", CONTENT[: MIB + 5])

    run(scenario())


@as_root
def test_a_folder_of_another_user(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, MIB)
            theirs, ours = tmp_path / "theirs", tmp_path / "ours"
            for folder in (theirs, ours):
                folder.mkdir()
            os.chown(ours, NOBODY, NOBODY)
            desk.folder.chmod(0o755)
            with without_rights(theirs):
                refused = await checked(desk.manager, job.id, fix.OtherFolder(theirs))
                taken = await checked(desk.manager, job.id, fix.OtherFolder(ours))
            assert failed(refused) == [Step.FOLDER_WRITABLE]
            assert refused.lines[-1].code == codes.E_ACCESSDENIED
            assert taken.is_passed
            assert [*theirs.iterdir(), *ours.iterdir()] == []

    run(scenario())


def test_a_folder_where_the_file_belongs(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, MIB)
            desk.target("a.bin").mkdir()
            result = await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)
            assert (failed(result), result.lines[-1].code) == ([Step.FOLDER_WRITABLE], codes.ERROR_ALREADY_EXISTS)

    run(scenario())


def test_a_complete_that_failed_asks_no_server(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT[:1000])
            desk.target("a.bin").mkdir()
            job = await desk.fetch("/a.bin", auto_complete=True)
            await until(desk.manager, job.id, lambda job: job.error is not None)
            asked = len(desk.server.requests)
            assert failed(await checked(desk.manager, job.id, fix.TryAgain())) == [Step.FOLDER_WRITABLE]
            desk.target("a.bin").rmdir()
            assert (await checked(desk.manager, job.id, fix.TryAgain())).is_passed
            assert len(desk.server.requests) == asked
            await apply_fix(desk.manager, job.id, fix.TryAgain())
            assert desk.manager.get(job.id).state is JobState.ACKNOWLEDGED

    run(scenario())


def test_a_checksum_is_tried_on_what_is_here(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = status(403)
            job = await desk.fetch("/a.bin")
            wrong = fix.CorrectChecksum(0, Checksum(HashAlgorithm.SHA_256, "0" * 64))
            await apply_fix(desk.manager, job.id, wrong)
            await desk.ended(job)
            desk.server.files["/a.bin"] = replace(FILE, content=CONTENT[:MIB])
            job = await desk.again(job)
            assert (job.state, job.error and job.error.code) == (JobState.ERROR, codes.BG_E_VALIDATION_FAILED)
            asked = len(desk.server.requests)
            assert failed(await checked(desk.manager, job.id, wrong, desk.folder)) == [Step.CHECKSUM_MATCHES]
            right = fix.CorrectChecksum(0, Checksum(HashAlgorithm.SHA_256, sha256_of(CONTENT[:MIB])))
            assert (await checked(desk.manager, job.id, right, desk.folder)).is_passed
            assert len(desk.server.requests) == asked
            await apply_fix(desk.manager, job.id, right)
            await desk.assert_whole(await desk.ended(job), "a.bin", CONTENT[:MIB])

    run(scenario())


def test_the_limit_of_a_file_s_size_shows(run: Run, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, MIB)
            roomy = tmp_path / "roomy"
            roomy.mkdir()
            desk.parts()[0].unlink()
            before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB, hard))
            try:
                result = await checked(desk.manager, job.id, fix.OtherFolder(roomy), roomy)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
                signal.signal(signal.SIGXFSZ, before)
            assert (failed(result), result.lines[-1].code) == ([Step.SPACE], codes.ERROR_FILE_TOO_LARGE)

    run(scenario())
