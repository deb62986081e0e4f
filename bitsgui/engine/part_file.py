"""The part file of one JobFile: sequential writes off the loop, space claimed up front, durable on demand.

It knows offsets and bytes, not where they come from. Every OSError becomes TransferStop(LOCAL_FILE).
"""

import asyncio
import ctypes
import errno
import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar, cast

from bitsgui.engine.stop import TransferStop, convert_local
from bitsgui.model.job import JobId

T = TypeVar("T")

BLOCK: Final = 256 * 1024
"""Bytes gathered before a write is handed to the disk thread."""

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_CANNOT_CLAIM = frozenset({errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ENOTTY})


def part_path(job_id: JobId, index: int, local_name: str) -> Path:
    """Where the bytes of a file gather: hidden, beside its destination, the same after every restart."""
    digest = hashlib.sha256(f"{job_id}/{index}".encode()).hexdigest()[:16].upper()
    prefix = "" if sys.platform == "win32" else "."
    return Path(local_name).with_name(f"{prefix}BIT{digest}.tmp")


class PartFile:
    """One open part file. `offset`: bytes given to `write`; `written`: bytes that the system has taken."""

    def __init__(self, fd: int, path: Path, offset: int, disk: Executor) -> None:
        self._fd = fd
        self._path = str(path)
        self._disk = disk
        self._blocks: list[bytes | memoryview] = []
        self._gathered = 0
        self._running: asyncio.Future[int] | None = None
        self._busy: set[asyncio.Future[object]] = set()
        self._lost: TransferStop | None = None
        self.offset = offset
        self.written = offset

    @classmethod
    async def open(cls, path: Path, offset: int, disk: Executor) -> "PartFile":
        """Open or create; a file shorter than `offset` bytes lost some: `offset` becomes 0 then."""
        opening = asyncio.get_running_loop().run_in_executor(disk, _open, path, offset)
        try:
            with convert_local(str(path)):
                fd, kept = await asyncio.shield(opening)
        except asyncio.CancelledError:
            await _close_when_open(opening)
            raise
        return cls(fd, path, kept, disk)

    async def claim(self, total: int) -> None:
        """Claim room for `total` bytes now, so that a full disk shows before the transfer."""
        await self._do(lambda: claim(self._fd, self._path, total))

    async def write(self, data: bytes | memoryview) -> None:
        """Append; at most one block is being written while the next is gathered."""
        self._blocks.append(data)
        self._gathered += len(data)
        self.offset += len(data)
        if self._gathered >= BLOCK:
            await self._start_write()

    async def flush(self) -> None:
        """Return when every byte given is with the system."""
        if self._gathered:
            await self._start_write()
        await self._await_running()

    async def sync(self) -> None:
        """fsync what is `written`; new writes may go on meanwhile."""
        if self._lost is not None:
            raise self._lost
        await self._do(lambda: os.fsync(self._fd))

    async def read(self, start: int, count: int) -> bytes:
        """`count` bytes from `start`, all of them already `written`."""
        return await self._do(lambda: read_at(self._fd, start, count))

    async def rewind(self, offset: int) -> None:
        """Go on at `offset` <= `written`; what lies behind is void."""
        await self.flush()
        self.offset = self.written = offset

    async def finish(self, modified_time: float | None) -> None:
        """Write what is gathered, cut the file to its bytes, stamp it with the server's time, close it."""
        await self._await_running()
        blocks, self._blocks = self._blocks, []
        start, self._gathered = self.written, 0
        await self._do(lambda: _finish(self._fd, self._path, blocks, start, modified_time))
        self.written = self.offset
        await self._close()

    async def aclose(self) -> None:
        """Close if still open; bytes still gathered are dropped."""
        if self._fd < 0:
            return
        if self._running is not None:
            await asyncio.wait([self._running])
        await self._close()

    async def _close(self) -> None:
        # A checkpoint may be syncing this descriptor, and another may begin while that is awaited.
        while self._busy:
            await asyncio.wait(self._busy)
        fd, self._fd = self._fd, -1
        try:
            # A network's file system may write what it still has, and fail at it, only now.
            with convert_local(self._path):
                os.close(fd)
        except TransferStop as stop:
            self._lost = stop
            raise

    async def _start_write(self) -> None:
        await self._await_running()
        blocks, self._blocks = self._blocks, []
        start, self._gathered = self.written, 0
        loop = asyncio.get_running_loop()
        self._running = loop.run_in_executor(self._disk, _write_at, self._fd, blocks, start)

    async def _await_running(self) -> None:
        if self._running is None:
            return
        # A cancelled wait leaves the write running: `written` is settled by whoever waits next.
        with convert_local(self._path):
            count = await asyncio.shield(self._running)
        self._running = None
        self.written += count

    async def _do(self, work: Callable[[], T]) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().run_in_executor(self._disk, work)
        busy = cast("asyncio.Future[object]", future)
        self._busy.add(busy)
        future.add_done_callback(lambda _: self._busy.discard(busy))
        with convert_local(self._path):
            return await asyncio.shield(future)


async def _close_when_open(opening: asyncio.Future[tuple[int, int]]) -> None:
    """The thread cannot be called back: neither its descriptor nor its file may outlive the attempt unseen."""
    while not opening.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([opening])
    if opening.exception() is None:
        os.close(opening.result()[0])


def _open(path: Path, offset: int) -> tuple[int, int]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | _NO_FOLLOW | _BINARY, 0o666)
    try:
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode):
            raise OSError(errno.EISDIR, "Not a plain file")
        if sys.platform == "win32":
            ctypes.windll.kernel32.SetFileAttributesW(str(path), 2)  # FILE_ATTRIBUTE_HIDDEN
    except OSError:
        os.close(fd)
        raise
    return fd, offset if info.st_size >= offset else 0


def claim(fd: int, path: str, total: int) -> None:
    """Have the file system set aside `total` bytes for an open file (blocking); raises OSError."""
    missing = total - os.fstat(fd).st_size
    if missing <= 0:
        return
    if not _fallocate(fd, total) and shutil.disk_usage(os.path.dirname(path)).free < missing:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _fallocate(fd: int, total: int) -> bool:
    # Not os.posix_fallocate: glibc emulates it by writing to every block where the file system cannot do it.
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.fallocate(ctypes.c_int(fd), ctypes.c_int(0), ctypes.c_int64(0), ctypes.c_int64(total)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT_CLAIM:
        return False
    raise OSError(number, os.strerror(number))


def _write_at(fd: int, blocks: list[bytes | memoryview], start: int) -> int:
    total = sum(len(block) for block in blocks)
    if hasattr(os, "pwritev") and len(blocks) <= 512:
        done = os.pwritev(fd, blocks, start)
        if done == total:
            return total
        # A short write means that little room is left: the plain way reports why.
        rest = memoryview(b"".join(blocks))[done:]
    else:
        done, rest = 0, memoryview(b"".join(blocks))
    os.lseek(fd, start + done, os.SEEK_SET)
    while rest:
        rest = rest[os.write(fd, rest) :]
    return total


def read_at(fd: int, start: int, count: int) -> bytes:
    """Up to `count` bytes from `start`, fewer at the end of the file (blocking)."""
    os.lseek(fd, start, os.SEEK_SET)
    parts = []
    while count > 0 and (part := os.read(fd, count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _finish(fd: int, path: str, blocks: list[bytes | memoryview], start: int, modified_time: float | None) -> None:
    size = start + (_write_at(fd, blocks, start) if blocks else 0)
    os.ftruncate(fd, size)
    if modified_time is None:
        return
    # Refused by file systems that know no owners (FAT) or have no room for an odd date: no reason to lose the file.
    with suppress(OSError, OverflowError):
        os.utime(fd if os.utime in os.supports_fd else path, (modified_time, modified_time))
