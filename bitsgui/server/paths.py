"""From the path of an URL to a place inside the folder that is served, and to no place outside it.

Where the system can, every folder on the way is opened from the one above without following links, so that nobody
can swap one for a link in between; elsewhere the resolved path is compared. Knows nothing of HTTP.
"""

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

SEGMENT_MAX_BYTES: Final = 255
Names = tuple[str, ...]
"""The names from the served folder down to a file, or with an empty last one to a folder."""

_BY_HANDLE: Final = os.open in os.supports_dir_fd
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_FOLDER: Final = getattr(os, "O_DIRECTORY", 0) | _NO_FOLLOW
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | _NO_FOLLOW
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\\/]|^[A-Za-z]:|[. ]$" + (r'|[<>:"|?*]' if sys.platform == "win32" else ""))
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


class Problem(Enum):
    """Why a path leads to no file that may be used."""

    FORBIDDEN = auto()
    MISSING = auto()
    FOLDER = auto()
    TOO_LONG = auto()


class PathError(Exception):
    """The path of a request leads nowhere."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.name)
        self.problem = problem


def names_of(raw_path: bytes) -> Names:
    """The names on the way, decoded once; a slash at the end leaves an empty last one. Raises PathError.

    A hidden name is refused like one that climbs: the server's own store is one, and so are a person's keys.
    """
    if not raw_path.startswith(b"/"):
        raise PathError(Problem.FORBIDDEN)
    *folders, last = [_name(piece) for piece in raw_path[1:].split(b"/")]
    if not all(folders):
        raise PathError(Problem.FORBIDDEN)
    return (*folders, last)


def _name(piece: bytes) -> str:
    try:
        name = unquote_to_bytes(piece).decode()
    except UnicodeDecodeError:
        raise PathError(Problem.FORBIDDEN) from None
    if name.startswith(".") or _UNSAFE.search(name) or _RESERVED.fullmatch(name):
        raise PathError(Problem.FORBIDDEN)
    if len(name.encode()) > SEGMENT_MAX_BYTES:
        raise PathError(Problem.TOO_LONG)
    return name


@dataclass(frozen=True, slots=True)
class Place:
    """A name in a folder that is held open: pass `path` together with `folder_fd` (None where that is unknown)."""

    path: str
    folder_fd: int | None
    folder: Path

    def info(self) -> os.stat_result | None:
        """What is there, links not followed, or None."""
        try:
            return os.stat(self.path, dir_fd=self.folder_fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def check(self) -> os.stat_result | None:
        """`info` of a plain file or of nothing; raises PathError for what is neither."""
        info = self.info()
        if info is not None and stat.S_ISDIR(info.st_mode):
            raise PathError(Problem.FOLDER)
        if info is not None and not stat.S_ISREG(info.st_mode):
            raise PathError(Problem.FORBIDDEN)
        return info

    def is_folder_writable(self) -> bool:
        """Whether files can be made here; better known before the bytes come than after."""
        here = self.folder if self.folder_fd is None else "."
        return os.access(here, os.W_OK | os.X_OK, dir_fd=self.folder_fd)

    def open(self) -> int:
        """A descriptor of the plain file there, to be read; raises PathError."""
        if self.check() is None:
            raise PathError(Problem.MISSING)
        fd = os.open(self.path, _READ, dir_fd=self.folder_fd)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise PathError(Problem.FORBIDDEN)
        return fd

    def sync_folder(self) -> None:
        """Make the folder's entries durable."""
        if self.folder_fd is not None:
            os.fsync(self.folder_fd)


@contextmanager
def place(root: Path, names: Names) -> Iterator[Place]:
    """Where the file of that name lies or would lie (blocking); raises PathError."""
    *folders, last = names
    if not last:
        raise PathError(Problem.FOLDER)
    if not _BY_HANDLE:
        yield _by_name(root, folders, last)
        return
    with _entered(root, folders) as fd:
        yield Place(last, fd, root.joinpath(*folders))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a folder's listing; size in bytes, time in seconds since the epoch."""

    name: str
    is_folder: bool
    size: int
    modified: float


def visible_entries(root: Path, names: Names) -> list[Entry]:
    """What lies in a folder for a person, folders first (blocking); raises PathError."""
    folders = [name for name in names if name]
    if _BY_HANDLE:
        with _entered(root, folders) as fd:
            entries = _visible(fd)
    else:
        entries = _visible(_by_name(root, folders, "x").folder)
    return sorted(entries, key=lambda entry: (not entry.is_folder, entry.name))


def _visible(folder: int | Path) -> list[Entry]:
    entries = []
    with os.scandir(folder) as found:
        for item in found:
            info = item.stat(follow_symlinks=False)
            is_folder = stat.S_ISDIR(info.st_mode)
            if not item.name.startswith(".") and (is_folder or stat.S_ISREG(info.st_mode)):
                entries.append(Entry(item.name, is_folder, info.st_size, info.st_mtime))
    return entries


@contextmanager
def _entered(root: Path, folders: list[str]) -> Iterator[int]:
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in folders:
            above, fd = fd, _enter(fd, name)
            os.close(above)
        yield fd
    finally:
        if fd >= 0:
            os.close(fd)


def _enter(fd: int, name: str) -> int:
    try:
        return os.open(name, os.O_RDONLY | _FOLDER, dir_fd=fd)
    except FileNotFoundError:
        raise PathError(Problem.MISSING) from None
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP, errno.EACCES):
            raise
        is_file = stat.S_ISREG(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode)
        raise PathError(Problem.MISSING if is_file else Problem.FORBIDDEN) from error


def _by_name(root: Path, folders: list[str], last: str) -> Place:
    folder = root.resolve().joinpath(*folders)
    path = folder / last
    # Also short names of Windows resolve to something else than they say.
    for here in (folder, path):
        if os.path.normcase(os.path.realpath(here)) != os.path.normcase(here):
            raise PathError(Problem.FORBIDDEN)
    if not folder.is_dir():
        raise PathError(Problem.MISSING)
    return Place(str(path), None, folder)
