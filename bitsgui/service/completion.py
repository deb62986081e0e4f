"""What Complete, Cancel and a change of folder do on the disk; every step may be repeated after a crash."""

import errno
import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bitsgui.engine.part_file import part_path
from bitsgui.engine.stop import TransferStop, local_stop
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.job import Job, JobFile
from bitsgui.model.names import unused_name

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """Outcome of a Complete: the files with their `completed` flags, and why it stopped short or None.

    `lost`: indexes of files whose part file is gone or no longer what it was; they must be fetched again.
    """

    files: tuple[JobFile, ...]
    stop: TransferStop | None = None
    failed_index: int = 0
    lost: tuple[int, ...] = ()


def with_free_names(job: Job) -> tuple[JobFile, ...]:
    """The files, those that may not replace another one under names that are free now (blocking)."""
    files = list(job.files)
    for index, file in enumerate(files):
        if _is_due(file) and not file.replace_existing:
            others = {other.local_name for other in files if other is not file}
            files[index] = replace(file, local_name=_free_name(Path(file.local_name), others))
    return tuple(files)


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
    files = list(job.files)
    due = [index for index, file in enumerate(files) if _is_due(file)]
    lost = []
    for index in due:
        try:
            if not _is_here(job, index, was_cut_short):
                lost.append(index)
        except OSError as error:
            return Published(tuple(files), local_stop(error, files[index].local_name), index)
    if lost:
        detail = f"What was received is no longer there: {files[lost[0]].local_name}"
        stop = TransferStop(ErrorContext.LOCAL_FILE, codes.ERROR_FILE_NOT_FOUND, detail)
        return Published(tuple(files), stop, lost[0], tuple(lost))
    for index in due:
        file = files[index]
        try:
            _rename(part_path(job.id, index, file.local_name), Path(file.local_name), file.replace_existing)
        except OSError as error:
            return Published(tuple(files), local_stop(error, file.local_name), index)
        files[index] = replace(file, completed=True)
    return _synced(files)


def _synced(files: list[JobFile]) -> Published:
    for folder in {Path(file.local_name).parent for file in files if file.completed}:
        try:
            _sync_folder(folder)
        except OSError as error:
            return Published(tuple(files), local_stop(error, str(folder)))
    return Published(tuple(files))


def _is_here(job: Job, index: int, was_cut_short: bool) -> bool:
    """Raises OSError while the folder itself is not there: a drive may come back with all that is on it."""
    file = job.files[index]
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
    for index, file in enumerate(job.files):
        if file.completed:
            continue
        part = part_path(job.id, index, file.local_name)
        try:
            part.unlink(missing_ok=True)
        except OSError:
            left.append(part)
    return left


def names_in(folder: Path, job: Job) -> list[str]:
    """Local names in `folder`; files of the same name from different folders are told apart by a number."""
    names: list[str] = []
    for file in job.files:
        name = unused_name(Path(file.local_name).name, lambda name: str(folder / name) in names)
        names.append(file.local_name if file.completed else str(folder / name))
    return names


def copy_parts(job: Job, local_names: Sequence[str]) -> None:
    """Have the part files also where `local_names` want them (blocking); raises OSError and leaves no copy then."""
    copies: list[Path] = []
    try:
        for index, (file, local_name) in enumerate(zip(job.files, local_names, strict=True)):
            old, new = part_path(job.id, index, file.local_name), part_path(job.id, index, local_name)
            if old.parent == new.parent or file.completed or not old.exists():
                continue
            copies.append(new)
            _copy(old, new)
        for folder in {copy.parent for copy in copies}:
            _sync_folder(folder)
    except OSError:
        for copy in copies:
            copy.unlink(missing_ok=True)
        raise


def remove_other_parts(job: Job, kept: Job) -> None:
    """Delete the part files of `job` that are not those of `kept`, the same job with other names (blocking)."""
    for index, (file, other) in enumerate(zip(job.files, kept.files, strict=True)):
        part = part_path(job.id, index, file.local_name)
        if part == part_path(job.id, index, other.local_name) or file.completed:
            continue
        try:
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


def _copy(old: Path, new: Path) -> None:
    new.unlink(missing_ok=True)
    try:
        new.hardlink_to(old)
    except OSError:  # another file system, or one that knows no links
        shutil.copy2(old, new)
        fd = os.open(new, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
