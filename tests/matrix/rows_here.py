"""Rows of this computer and its rules: 17 to 21, 31."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bitsgui.model import fix
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Side
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy
from tests.matrix.row import NEVER, Row
from tests.matrix.world import World
from tests.support.content import Pattern
from tests.support.lab import silent
from tests.support.scripted_server import Resource

NOBODY = 65534
MIB = 1 << 20
PATH_MAX = 4096


def mount(folder: Path, options: str, source: str = "tmpfs", kind: str = "tmpfs") -> None:
    command = ["mount", "-t", kind, "-o", options, source, str(folder)]
    if kind == "bind":
        command = ["mount", "--bind", source, str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts")


def unmount(folder: Path) -> None:
    subprocess.run(["umount", folder], check=True)


def unmount_any(folder: Path) -> None:
    """Unmount what is mounted there, if anything is."""
    if os.path.ismount(folder):
        unmount(folder)


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    mount(folder, options)
    try:
        yield folder
    finally:
        unmount(folder)


async def disk_is_full(world: World) -> Job:
    small = world.stack.enter_context(mounted(world.desk.folder, "size=1m"))
    (small / "ballast").write_bytes(bytes(MIB - 100_000))
    world.serve()
    return await world.download()


async def _somebody_makes_room(world: World) -> None:
    (world.desk.folder / "ballast").unlink()


async def disk_is_full_and_another_is_not(world: World) -> Job:
    roomy = world.tmp / "roomy"
    roomy.mkdir()
    world.stack.enter_context(mounted(roomy, "size=1m"))
    (roomy / "ballast").write_bytes(bytes(MIB - 100_000))
    return await disk_is_full(world)


async def _roomy_is_free(world: World) -> None:
    (world.tmp / "roomy" / "ballast").unlink()


def _roomy(world: World) -> fix.Fix:
    return fix.OtherFolder(world.tmp / "roomy")


async def file_may_not_be_so_large(world: World) -> Job:
    """A limit of the file size, as a full disk is for those who may mount none."""
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    content = world.kept["content"] = Pattern(5 * MIB, seed=9)
    world.server.files["/a.bin"] = Resource(content=content)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB, hard))
    world.kept["lift"] = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    world.stack.callback(world.kept["lift"])
    return await world.download()


async def _limit_is_lifted(world: World) -> None:
    world.kept["lift"]()


@contextmanager
def as_nobody(world: World) -> Iterator[None]:
    """The queue's own files belong to nobody meanwhile, and so does this process."""
    for path in (world.tmp, *world.tmp.parents):
        if path.stat().st_mode & 0o055 != 0o055:
            path.chmod(path.stat().st_mode | 0o055)
    for path in (world.tmp, *world.tmp.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


async def folder_is_another_users(world: World) -> Job:
    world.serve()
    job = await world.desk.start("/a.bin", is_held=True)
    world.stack.enter_context(as_nobody(world))
    os.seteuid(0)
    os.chown(world.desk.folder, 0, 0)
    os.seteuid(NOBODY)
    (world.tmp / "roomy").mkdir(mode=0o500)
    return await world.again(job)


async def _roomy_may_be_written(world: World) -> None:
    (world.tmp / "roomy").chmod(0o700)


async def target_is_in_use(world: World) -> Job:
    """A mount point cannot be replaced: what is in the way is in use."""
    target = world.desk.target("a.bin")
    other = world.tmp / "other"
    for path in (target, other):
        path.write_bytes(b"in the way")
    mount(target, "", str(other), "bind")
    world.stack.callback(unmount, target)
    world.serve()
    job = await world.desk.start("/a.bin", is_held=True, auto_complete=True)
    await world.manager.set_replace_existing(job.id, True)
    await world.manager.resume(job.id)
    return await world.could_not_complete(job)


async def drive_is_unplugged(world: World) -> Job:
    drive = Path("/media") / f"bitsgui-{os.getpid()}" / "stick"
    drive.mkdir(parents=True)
    world.stack.callback(shutil.rmtree, drive.parent)
    mount(drive, "size=4m")
    world.stack.callback(unmount_any, drive)
    world.kept["drive"] = world.desk.folder = drive
    world.serve()
    job = await world.desk.start("/a.bin", is_held=True)
    unmount(drive)
    drive.rmdir()
    return await world.again(job)


async def _drive_is_back(world: World) -> None:
    drive = world.kept["drive"]
    drive.mkdir()
    mount(drive, "size=4m")


async def folder_is_gone(world: World) -> Job:
    world.serve()
    job = await world.desk.start("/a.bin", is_held=True)
    world.desk.folder.rmdir()
    return await world.again(job)


async def _roomy_is_there(world: World) -> None:
    (world.tmp / "roomy").mkdir()


async def name_is_too_long(world: World) -> Job:
    """The path of the file is just short enough, that of its part file is not."""
    deep = world.tmp / "d"
    while len(str(deep)) < PATH_MAX - 20:
        deep = deep / ("x" * min(200, PATH_MAX - 12 - len(str(deep))))
    deep.mkdir(parents=True)
    world.desk.folder = deep
    world.serve()
    return await world.download()


async def takes_longer_than_allowed(world: World) -> Job:
    assert world.clock is not None
    world.server.files["/a.bin"], speak = silent()
    job = await world.desk.start("/a.bin", maximum_download_time_s=3600)
    await world.server.wait_for_request("/a.bin")
    await world.clock.advance(3600)
    speak.set()
    return await world.ended(job)


def _again(_: World) -> fix.Fix:
    return fix.TryAgain()


ROWS = (
    Row(
        number="17",
        name="disk full, then somebody makes room",
        provoke=disk_is_full,
        cause=Cause.DISK_FULL,
        side=Side.THIS_COMPUTER,
        says="The disk of …files is full: 300 kB needed, … kB free.",
        recommended=Remedy.FREE_SPACE,
        fix=_again,
        mend=_somebody_makes_room,
        needs_root=True,
    ),
    Row(
        number="17",
        name="disk full, another has room",
        provoke=disk_is_full_and_another_is_not,
        cause=Cause.DISK_FULL,
        side=Side.THIS_COMPUTER,
        says="The disk of …files is full: 300 kB needed, … kB free.",
        recommended=Remedy.FREE_SPACE,
        remedy=Remedy.OTHER_FOLDER,
        fix=_roomy,
        mend=_roomy_is_free,
        needs_root=True,
    ),
    Row(
        number="17",
        name="a file larger than may be",
        provoke=file_may_not_be_so_large,
        cause=Cause.FILE_TOO_LARGE,
        side=Side.THIS_COMPUTER,
        says="The drive of …files cannot hold a file of this size.",
        recommended=Remedy.OTHER_FOLDER,
        remedy=Remedy.TRY_AGAIN,
        fix=_again,
        mend=_limit_is_lifted,
        is_linux=True,
    ),
    Row(
        number="18",
        name="a folder of another user",
        provoke=folder_is_another_users,
        cause=Cause.NO_PERMISSION,
        side=Side.THIS_COMPUTER,
        says="You may not write to …files.",
        recommended=Remedy.OTHER_FOLDER,
        fix=_roomy,
        mend=_roomy_may_be_written,
        needs_root=True,
    ),
    Row(
        number="18",
        name="the folder is gone",
        provoke=folder_is_gone,
        cause=Cause.FOLDER_MISSING,
        side=Side.THIS_COMPUTER,
        says="The folder …files is not there.",
        recommended=Remedy.OTHER_FOLDER,
        fix=_roomy,
        mend=_roomy_is_there,
    ),
    Row(
        number="19",
        name="what is in its place is in use",
        provoke=target_is_in_use,
        cause=Cause.FILE_BUSY,
        side=Side.THIS_COMPUTER,
        says="a.bin is in use by another program.",
        recommended=Remedy.OTHER_FOLDER,
        fix=_roomy,
        mend=_roomy_is_there,
        partial=NEVER,
        cancel="deletes 300 kB",
        needs_root=True,
    ),
    Row(
        number="20",
        name="the drive was unplugged",
        provoke=drive_is_unplugged,
        cause=Cause.DRIVE_GONE,
        side=Side.THIS_COMPUTER,
        says="The drive of /media/…/stick is not connected, or is a different one.",
        recommended=Remedy.WAIT_UNTIL_FREE,
        fix=_again,
        mend=_drive_is_back,
        needs_root=True,
    ),
    Row(
        number="21",
        name="the name is too long",
        provoke=name_is_too_long,
        cause=Cause.NAME_TOO_LONG,
        side=Side.THIS_COMPUTER,
        says="The name a.bin is too long for ….",
        recommended=Remedy.OTHER_FOLDER,
        fix=_roomy,
        mend=_roomy_is_there,
        is_linux=True,
    ),
    Row(
        number="31",
        name="longer than allowed",
        provoke=takes_longer_than_allowed,
        cause=Cause.TOOK_TOO_LONG,
        side=Side.POLICY,
        says="The transfer took longer than the 1 h that this job allows.",
        recommended=Remedy.LONGER_DEADLINE,
        fix=lambda _: fix.LongerDeadline(maximum_download_s=7200),
        mend=World.a_is_right,
        is_checked=False,
        has_clock=True,
    ),
)
