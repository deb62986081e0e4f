"""Whether this computer would do its part: folders that take the bytes, a source that can be read.

What it makes on the disk it removes again, also when nobody waits for the answer any more.
"""

import asyncio
import os
import secrets
import shutil
import stat
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from bitsgui.engine.checklist import Checklist
from bitsgui.engine.part_file import claim, part_path
from bitsgui.engine.source_file import SourceFile
from bitsgui.engine.stop import TransferStop, convert_local
from bitsgui.model import codes
from bitsgui.model.check import Step
from bitsgui.model.enums import ErrorContext, JobType
from bitsgui.model.job import Job
from bitsgui.model.upload import UploadPhase


@dataclass(frozen=True, slots=True)
class _Place:
    """One file that is to come into a folder: its name, its size (bytes, None = unknown), where its bytes are now."""

    local_name: str
    total: int | None
    part: Path


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that are still needed in the folders of some jobs, and bytes that are free there."""

    needed: int
    free: int


async def room_for(jobs: Iterable[Job]) -> Room | None:
    """For jobs that fill one volume; None where it cannot be reached."""
    try:
        return await asyncio.to_thread(_measure, [places for job in jobs for places in _folders(job, job).items()])
    except TransferStop:
        return None


async def try_disk(before: Job, after: Job, disk: Executor, checks: Checklist) -> None:
    """All that this computer can be asked without effect; raises CheckEndedError."""
    if after.upload is not None and after.upload.phase is UploadPhase.UPLOADING:
        await try_source(after, disk, checks)
    if after.type is not JobType.UPLOAD:
        await try_folders(before, after, checks)


async def try_folders(before: Job, after: Job, checks: Checklist) -> None:
    """FOLDER_EXISTS, FOLDER_WRITABLE and SPACE for every folder that still takes something; raises CheckEndedError."""
    for folder, places in _folders(before, after).items():
        await _try_folder(folder, places, checks)


async def try_source(job: Job, disk: Executor, checks: Checklist) -> None:
    """SOURCE_READABLE, and SOURCE_UNCHANGED where a session began with it; raises CheckEndedError."""
    path, upload = job.files[0].local_name, job.upload
    with checks.step(Step.SOURCE_READABLE) as facts:
        source = await SourceFile.open(path, disk)
        await source.aclose()
        facts["found"] = source.stamp.size
    if upload is None or upload.session_id is None or upload.phase is not UploadPhase.UPLOADING:
        return
    with checks.step(Step.SOURCE_UNCHANGED):
        if upload.source not in (None, source.stamp):
            raise TransferStop(ErrorContext.LOCAL_FILE, codes.BG_E_LOCAL_FILE_CHANGED)


def _folders(before: Job, after: Job) -> dict[Path, list[_Place]]:
    folders: dict[Path, list[_Place]] = {}
    for index, file in after.incoming.items():
        if file.local_name and not file.completed:
            old_name = before.entry(index).local_name or file.local_name
            place = _Place(file.local_name, file.bytes_total, part_path(before.id, index, old_name))
            folders.setdefault(Path(file.local_name).parent, []).append(place)
    return folders


def _measure(folders: list[tuple[Path, list[_Place]]]) -> Room:
    needed = sum(sum(_missing(folder, places)) for folder, places in folders)
    return Room(needed, min((_free(folder) for folder, _ in folders), default=0))


async def _try_folder(folder: Path, places: list[_Place], checks: Checklist) -> None:
    with checks.step(Step.FOLDER_EXISTS):
        await asyncio.to_thread(_check_exists, folder)
    with checks.step(Step.FOLDER_WRITABLE):
        await asyncio.to_thread(_check_writable, folder, places)
    with checks.step(Step.SPACE) as facts:
        missing = await asyncio.to_thread(_missing, folder, places)
        facts["wanted"], facts["found"] = sum(missing), await asyncio.to_thread(_free, folder)
        if facts["wanted"] > facts["found"]:
            raise TransferStop(ErrorContext.LOCAL_FILE, codes.ERROR_DISK_FULL)
        # The number is not everything: there are quotas, and limits to the size of one file.
        await asyncio.to_thread(_write_and_remove, folder, max(missing, default=0))


def _check_exists(folder: Path) -> None:
    with convert_local(str(folder)):
        if not stat.S_ISDIR(os.stat(folder).st_mode):
            raise TransferStop(ErrorContext.LOCAL_FILE, codes.ERROR_DIRECTORY)


def _check_writable(folder: Path, places: Iterable[_Place]) -> None:
    _write_and_remove(folder, 0)
    for place in places:
        _check_name(place.local_name)
        if place.part.parent == folder and place.part.exists():
            with convert_local(str(place.part)):
                os.close(os.open(place.part, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)))


def _check_name(local_name: str) -> None:
    """A name that the file system cannot take is refused when it is looked up, too."""
    with convert_local(local_name):
        try:
            is_folder = stat.S_ISDIR(os.lstat(local_name).st_mode)
        except FileNotFoundError:
            return
    if is_folder:
        raise TransferStop(ErrorContext.LOCAL_FILE, codes.ERROR_ALREADY_EXISTS)


def _missing(folder: Path, places: Iterable[_Place]) -> list[int]:
    with convert_local(str(folder)):
        volume = os.stat(folder).st_dev
        return [max(0, (place.total or 0) - _taken(place.part, volume)) for place in places]


def _taken(part: Path, volume: int) -> int:
    """Bytes of the volume that a part file has already."""
    try:
        info = os.stat(part)
    except OSError:
        return 0
    if info.st_dev != volume:
        return 0
    return max(info.st_size, getattr(info, "st_blocks", 0) * 512)


def _free(folder: Path) -> int:
    with convert_local(str(folder)):
        return shutil.disk_usage(folder).free


def _write_and_remove(folder: Path, size: int) -> None:
    path = folder / f".BIT{secrets.token_hex(8)}.check"
    with convert_local(str(folder)):
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            claim(fd, str(path), size)
            os.write(fd, b"\0" * min(size, 1))
        finally:
            os.close(fd)
            path.unlink()
