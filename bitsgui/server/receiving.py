"""Writing a body to disk as it comes, off the loop, in large steps; must not know sessions or packets."""

import asyncio
import os
import time
from pathlib import Path
from typing import ClassVar, Final

from bitsgui.server.request import Request

STEP: Final = 1024 * 1024
"""Bytes gathered before they are handed to the disk, while few send at once."""
GATHERED_MAX: Final = 16 * 1024 * 1024
"""What all who send share: a hundred slow ones shall not hold 1 MiB each."""
_SMALLEST_STEP: Final = 64 * 1024

_STEP_S: Final = 1.0
"""What has waited so long is written with the next block, however little it is."""

_APPEND: Final = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


class TooLongError(Exception):
    """The body has more bytes than may be."""


async def append_body(request: Request, path: Path, *, skip: int = 0, limit: int | None = None) -> None:
    """Append the body without its first `skip` bytes to the file, which exists.

    Raises TooLongError beyond `limit` bytes, ClientGoneError, BrokenOffError and OSError; what came before any but
    the last is in the file.
    """
    file = _Appender(await asyncio.to_thread(os.open, path, _APPEND))
    total = 0
    try:
        async for block in request.blocks():
            total += len(block)
            if limit is not None and total > limit:
                raise TooLongError
            passed = min(skip, len(block))
            skip -= passed
            await file.add(block[passed:])
    finally:
        await file.finish()


class _Appender:
    """Gathers a step while the one before it is being written."""

    _at_work: ClassVar[int] = 0

    def __init__(self, fd: int) -> None:
        _Appender._at_work += 1
        self._fd = fd
        self._blocks: list[bytes] = []
        self._size = 0
        self._since = time.monotonic()
        self._writing: asyncio.Future[None] | None = None

    async def add(self, block: bytes) -> None:
        self._blocks.append(block)
        self._size += len(block)
        if self._size < self._step() and time.monotonic() - self._since < _STEP_S:
            return
        await self._written()
        blocks, self._blocks, self._size, self._since = self._blocks, [], 0, time.monotonic()
        self._writing = asyncio.get_running_loop().run_in_executor(None, _write, self._fd, blocks)

    @classmethod
    def _step(cls) -> int:
        return max(_SMALLEST_STEP, min(STEP, GATHERED_MAX // cls._at_work))

    async def finish(self) -> None:
        _Appender._at_work -= 1
        try:
            await self._written()
        except OSError:
            self._blocks.clear()
            raise
        finally:
            await asyncio.to_thread(_finish, self._fd, self._blocks)

    async def _written(self) -> None:
        """Raises what the last step met, as often as it is asked: nothing may be written behind one that failed."""
        if self._writing is not None:
            await self._writing


def _write(fd: int, blocks: list[bytes]) -> None:
    if hasattr(os, "writev") and len(blocks) <= 512:
        rest = memoryview(b"") if (done := os.writev(fd, blocks)) == sum(map(len, blocks)) else _rest(blocks, done)
    else:
        rest = _rest(blocks, 0)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _rest(blocks: list[bytes], done: int) -> memoryview:
    return memoryview(b"".join(blocks))[done:]


def _finish(fd: int, blocks: list[bytes]) -> None:
    try:
        _write(fd, blocks)
    finally:
        os.close(fd)
