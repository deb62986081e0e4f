"""What Complete, Cancel and a change of folder do on the disk; every step may be repeated after a crash.

Only what a job receives is touched, downloads and replies alike: never the source of an upload.
"""

import errno
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bitsgui.engine.part_file import part_path
from bitsgui.engine.stop import TransferStop, local_stop
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.job import Job, JobFile
from bitsgui.model.names import unused_name

log = logging.getLogger(__name__)

Moved = Callable[[int], object]
"""Hears how many bytes more have been copied, on whatever thread copies."""
_PIECE: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Published:
    """Outcome of a Complete: the job with its files' `completed` flags, and why it stopped short or None.

    `lost`: indexes of files whose part file is gone or no longer what it was.
    """

    job: Job
    stop: TransferStop | None = None
    failed_index: int = 0
    lost: tuple[int, ...] = ()


def with_free_names(job: Job) -> Job:
    """The job, with files that may not replace another one under names that are free now (blocking)."""
    for index, file in job.incoming.items():
        if _is_due(file) and not file.replace_existing:
            others = {other.local_name for number, other in job.entries.items() if number != index}
            job = job.with_entry(index, replace(file, local_name=_free_name(Path(file.local_name), others)))
    return job


def _is_due(file: JobFile) -> bool:
    return file.transferred and not file.completed


def _free_name(path: Path, others: set[str]) -> str:
    def is_taken(name: str) -> bool:
        candidate = path.with_name(name)
        return str(candidate) in others or os.path.lexists(candidate)

    return str(path.with_name(unused_name(path.name, is_taken)))


def publish(job: Job, was_cut_short: bool) -> Published:
    """Give every transferred file its final name, then sync the folders (blocking).

    Where a Complete was cut short by a crash, a file whose part is gone and whose
    destination has its size and time was renamed before the crash.
    """
    due = [index for index, file in job.incoming.items() if _is_due(file)]
    lost = []
    for index in due:
        try:
            if not _is_here(job, index, was_cut_short):
                lost.append(index)
        except OSError as error:
            return Published(job, local_stop(error, job.entry(index).local_name), index)
    if lost:
        detail = f"What was received is no longer there: {job.entry(lost[0]).local_name}"
        stop = TransferStop(ErrorContext.LOCAL_FILE, codes.ERROR_FILE_NOT_FOUND, detail)
        return Published(job, stop, lost[0], tuple(lost))
    for index in due:
        file = job.entry(index)
        try:
            _rename(part_path(job.id, index, file.local_name), Path(file.local_name), file.replace_existing)
        except OSError as error:
            return Published(job, local_stop(error, file.local_name), index)
        job = job.with_entry(index, replace(file, completed=True))
    return _synced(job)


def _synced(job: Job) -> Published:
    for folder in {Path(file.local_name).parent for file in job.incoming.values() if file.completed}:
        try:
            _sync_folder(folder)
        except OSError as error:
            return Published(job, local_stop(error, str(folder)))
    return Published(job)


def _is_here(job: Job, index: int, was_cut_short: bool) -> bool:
    """Raises OSError while the folder itself is not there: a drive may come back with all that is on it."""
    file = job.entry(index)
    part = part_path(job.id, index, file.local_name)
    part.parent.stat()
    if part.exists():
        return part.stat().st_size == file.bytes_total
    return was_cut_short and _is_published(file)


def _is_published(file: JobFile) -> bool:
    destination = Path(file.local_name)
    if not destination.is_file():
        return False
    info = destination.stat()
    is_same_time = file.modified_time is None or abs(info.st_mtime - file.modified_time) < 2.0
    return info.st_size == file.bytes_total and is_same_time


def remove_parts(job: Job) -> list[Path]:
    """Delete the part files of everything that has no final name (blocking); those that would not go."""
    left = []
    for part in _parts(job).values():
        try:
            part.unlink(missing_ok=True)
        except OSError:
            left.append(part)
    return left


def _parts(job: Job) -> dict[int, Path]:
    """Where the bytes of everything gather that has a name, but not its final one."""
    waiting = {index: file for index, file in job.incoming.items() if file.local_name and not file.completed}
    return {index: part_path(job.id, index, file.local_name) for index, file in waiting.items()}


def moved_to(folder: Path, job: Job) -> Job:
    """The job with `folder` for all it receives; files of one name from two folders are told apart by a number."""
    names = {file.local_name for index, file in job.entries.items() if index not in job.incoming}
    for index, file in job.incoming.items():
        if not file.completed and file.local_name:
            name = unused_name(Path(file.local_name).name, lambda name: str(folder / name) in names)
            job = job.with_entry(index, replace(file, local_name=str(folder / name)))
        names.add(job.entry(index).local_name)
    return job


def copy_parts(job: Job, moved: Job, told: Moved = lambda _: None) -> None:
    """Have the part files also where `moved` wants them (blocking); raises OSError and leaves no copy then.

    `told` hears of each stretch of bytes that is copied.
    """
    copies: list[Path] = []
    wanted = _parts(moved)
    try:
        for index, old in _parts(job).items():
            new = wanted[index]
            if old.parent == new.parent or not _is_there(old):
                continue
            copies.append(new)
            _copy(old, new, told)
        for folder in {copy.parent for copy in copies}:
            _sync_folder(folder)
    except OSError:
        for copy in copies:
            copy.unlink(missing_ok=True)
        raise


def _is_there(part: Path) -> bool:
    """Whether a part file exists; a name that no file can have has none. Raises OSError where nobody can tell."""
    try:
        return part.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def remove_other_parts(job: Job, kept: Job) -> None:
    """Delete the part files of `job` that are not those of `kept`, the same job with other names (blocking)."""
    for part in set(_parts(job).values()) - set(_parts(kept).values()):
        try:
            if _is_there(part):
                part.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a part file is left behind: %s", error)


def check_folder(folder: Path) -> None:
    """Raise OSError unless files can be made in `folder` (blocking)."""
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "There is no such folder", str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "The folder may not be written", str(folder))


def _rename(part: Path, destination: Path, replace_existing: bool) -> None:
    if destination.is_dir():
        raise IsADirectoryError(errno.EISDIR, "A folder of that name is in the way", str(destination))
    if part.exists():
        if replace_existing:
            part.replace(destination)
        else:
            _rename_to_new(part, destination)
    _show(destination)


def _rename_to_new(part: Path, destination: Path) -> None:
    """Rename without ever replacing; a crash between the two steps leaves two names of one file."""
    try:
        destination.hardlink_to(part)
    except FileExistsError:
        if not destination.samefile(part):
            raise
    except OSError:  # a file system that knows no links
        if os.path.lexists(destination):
            raise FileExistsError(errno.EEXIST, "A file of that name is in the way", str(destination)) from None
        part.rename(destination)
        return
    part.unlink()


def _show(path: Path) -> None:
    if os.name == "nt":
        import ctypes

        ctypes.windll.kernel32.SetFileAttributesW(str(path), 0x80)  # type: ignore[attr-defined]  # FILE_ATTRIBUTE_NORMAL


def _copy(old: Path, new: Path, told: Moved) -> None:
    new.unlink(missing_ok=True)
    try:
        new.hardlink_to(old)
    except OSError:  # another file system, or one that knows no links
        with old.open("rb") as source, new.open("xb") as target:
            while piece := source.read(_PIECE):
                target.write(piece)
                told(len(piece))
            target.flush()
            os.fsync(target.fileno())
        shutil.copystat(old, new)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
