"""The file that goes up: read off the loop, and known to be the one that it was when the session began.

Knows no packets. Every failure becomes TransferStop(LOCAL_FILE).
"""

import asyncio
import os
import stat
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import aclosing
from typing import Final

import httpx

from bitsgui.engine.part_file import read_at
from bitsgui.engine.stop import TransferStop, local_stop
from bitsgui.engine.throttle import Throttle
from bitsgui.engine.upload_headers import Span
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.upload import SourceStamp

BLOCK: Final = 512 * 1024
"""Bytes read at a time."""

_BINARY = getattr(os, "O_BINARY", 0)


class SourceFile:
    """One open source. `stamp`: what it was when it was opened."""

    def __init__(self, fd: int, path: str, stamp: SourceStamp, disk: Executor) -> None:
        self._fd = fd
        self._path = path
        self._disk = disk
        self._reading: asyncio.Future[bytes] | None = None
        self.stamp = stamp

    @classmethod
    async def open(cls, path: str, disk: Executor) -> "SourceFile":
        """Open a plain file; raises TransferStop: ERROR_FILE_NOT_FOUND, E_ACCESSDENIED, ..."""
        opening = asyncio.get_running_loop().run_in_executor(disk, _open, path)
        try:
            fd, stamp = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_late)
            raise
        return cls(fd, path, stamp, disk)

    async def blocks(self, span: Span) -> AsyncGenerator[bytes, None]:
        """The bytes of a span, one block ahead of whoever takes them.

        Raises BG_E_LOCAL_FILE_CHANGED unless the file is still what it was.
        """
        if self._reading is not None:
            # Of a fragment that was broken off: two threads at one descriptor move each other's place in the file.
            await asyncio.wait([self._reading])
        at = span.start
        self._read_ahead(at, span.end)
        while at < span.end and self._reading is not None:
            block = await asyncio.shield(self._reading)
            at += len(block)
            self._read_ahead(at, span.end)
            yield block

    async def aclose(self) -> None:
        """Close it, after a read that nobody waits for any more."""
        if self._reading is not None:
            await asyncio.wait([self._reading])
        os.close(self._fd)

    def _read_ahead(self, start: int, end: int) -> None:
        if start < end:
            count = min(BLOCK, end - start)
            self._reading = asyncio.get_running_loop().run_in_executor(self._disk, self._read, start, count)
            self._reading.add_done_callback(_seen)

    def _read(self, start: int, count: int) -> bytes:
        try:
            data = read_at(self._fd, start, count)
            # By its name, too: another file may have been put in its place.
            stamps = {_stamp(os.fstat(self._fd)), _stamp(os.stat(self._path))}
        except FileNotFoundError as error:
            raise _changed(self._path) from error
        except OSError as error:
            raise local_stop(error, self._path) from error
        if stamps != {self.stamp} or len(data) != count:
            raise _changed(self._path)
        return data


class FragmentBody(httpx.AsyncByteStream):
    """The bytes of one fragment as a request's body; it can be sent again after a challenge.

    `sent(end)` is told how far it got. `stop`: why it could not be read, for what the wire makes of that.
    """

    def __init__(self, source: SourceFile, span: Span, throttle: Throttle, sent: Callable[[int], None]) -> None:
        self._source = source
        self._span = span
        self._throttle = throttle
        self._sent = sent
        self.stop: TransferStop | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        at = self._span.start
        try:
            async with aclosing(self._source.blocks(self._span)) as blocks:
                async for block in blocks:
                    for piece in self._throttle.slices(block):
                        await self._throttle.pass_through(len(piece))
                        yield bytes(piece)
                        at += len(piece)
                        self._sent(at)
        except TransferStop as stop:
            self.stop = stop
            raise


def _open(path: str) -> tuple[int, SourceStamp]:
    try:
        # Not blocking: opening a pipe would wait for somebody to write to it.
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | _BINARY)
    except FileNotFoundError as error:
        detail = f"The file to send is not there: {path}"
        raise TransferStop(ErrorContext.LOCAL_FILE, codes.ERROR_FILE_NOT_FOUND, detail) from error
    except OSError as error:
        raise local_stop(error, path) from error
    info = os.fstat(fd)
    if not stat.S_ISREG(info.st_mode):
        os.close(fd)
        raise TransferStop(ErrorContext.LOCAL_FILE, codes.ERROR_INVALID_NAME, f"Not a plain file: {path}")
    return fd, _stamp(info)


def _stamp(info: os.stat_result) -> SourceStamp:
    return SourceStamp(info.st_size, info.st_mtime_ns)


def _changed(path: str) -> TransferStop:
    detail = f"The file changed while it was being sent: {path}"
    return TransferStop(ErrorContext.LOCAL_FILE, codes.BG_E_LOCAL_FILE_CHANGED, detail)


def _seen(reading: "asyncio.Future[bytes]") -> None:
    """What was read ahead may fail with nobody left to care: the fragment was broken off before."""
    if not reading.cancelled():
        reading.exception()


def _close_late(opening: "asyncio.Future[tuple[int, SourceStamp]]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        os.close(opening.result()[0])
