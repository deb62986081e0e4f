"""Writing a body to disk as it comes, off the loop, in large steps; must not know sessions or packets."""

import asyncio
import os
import time
from pathlib import Path
from typing import Final

from bitsgui.server.request import Request

STEP: Final = 1024 * 1024
"""Bytes gathered before they are handed to the disk."""

_STEP_S: Final = 1.0
"""What has waited so long is written with the next block, however little it is."""

_APPEND: Final = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


async def append_body(request: Request, path: Path, *, skip: int = 0, limit: int | None = None) -> None:
    """Append the body without its first `skip` bytes to the file, which exists.

    Raises TooLongError beyond `limit` bytes, ClientGoneError, BrokenOffError and OSError; what came before any but
    the last is in the file.
    """
    fd = await asyncio.to_thread(os.open, path, _APPEND)
    gathered: list[bytes] = []
    size = total = 0
    since = time.monotonic()
    try:
        async for block in request.blocks():
            total += len(block)
            if limit is not None and total > limit:
                raise TooLongError
            passed = min(skip, len(block))
            skip -= passed
            gathered.append(block[passed:])
            size += len(block) - passed
            if size >= STEP or time.monotonic() - since >= _STEP_S:
                # Emptied first: what a failed write has left out must not be tried again behind what it wrote.
                full, gathered, size, since = gathered, [], 0, time.monotonic()
                await asyncio.to_thread(_write, fd, full)
    finally:
        await asyncio.to_thread(_finish, fd, gathered)


class TooLongError(Exception):
    """The body has more bytes than may be."""


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
