"""When received bytes become durable: write, fsync, then store the offset.

Not oftener than every 64 MiB or 2 s, in the background; a transfer waits only if both are exceeded, so that
no crash costs more than that. Files that finish between two checkpoints share one.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Final

from bitsgui.engine.part_file import PartFile
from bitsgui.engine.stop import local_stop
from bitsgui.model.job import JobFile

CHECKPOINT_BYTES: Final = 64 * 1024 * 1024
CHECKPOINT_S: Final = 2.0

Store = Callable[[Mapping[int, JobFile]], Awaitable[None]]


class Checkpointer:
    """The durable side of one attempt. `store` puts files into the database, after their bytes are on the disk."""

    def __init__(self, store: Store, disk: Executor) -> None:
        self._store = store
        self._disk = disk
        self._finished: dict[int, tuple[Path, JobFile]] = {}
        self._unfinished: dict[int, JobFile] = {}
        self._current: tuple[int, PartFile, Callable[[], JobFile]] | None = None
        self._bytes = 0
        self._last = asyncio.get_running_loop().time()
        self._running: asyncio.Task[None] | None = None

    @property
    def unfinished(self) -> Mapping[int, JobFile]:
        """The files begun that are not durably whole, as stored: what the next attempt may count on."""
        return self._unfinished

    def begin(self, index: int, part: PartFile, file: JobFile, snapshot: Callable[[], JobFile]) -> None:
        """`part` is written from now on; `file` is what is stored, `snapshot` describes it at any later moment."""
        self._unfinished[index] = file
        self._current = (index, part, snapshot)

    def finish(self, index: int, path: Path, file: JobFile) -> None:
        """The current file is whole and closed; its next checkpoint makes it durable."""
        self._finished[index] = (path, file)
        self._current = None

    async def received(self, count: int) -> None:
        """Count new bytes; start a checkpoint when one is due, wait for it when it lags too far behind."""
        self._bytes += count
        age = asyncio.get_running_loop().time() - self._last
        if self._bytes < CHECKPOINT_BYTES and age < CHECKPOINT_S:
            return
        if self._running is not None and not self._running.done():
            if self._bytes < CHECKPOINT_BYTES or age < CHECKPOINT_S:
                return
            await asyncio.shield(self._running)
        await self._collect()
        self._running = asyncio.create_task(self._checkpoint(), name="checkpoint")

    async def restart(self, index: int, file: JobFile) -> None:
        """Store that the current file starts over, after any checkpoint of what it was."""
        if self._running is not None:
            await asyncio.wait([self._running])
        await self._collect()
        await self._store({index: file})
        self._unfinished[index] = file

    async def aclose(self) -> None:
        """The last checkpoint of the attempt: everything that the disk took becomes durable."""
        if self._running is not None:
            await asyncio.wait([self._running])
        try:
            if self._current is not None:
                await self._current[1].flush()
        finally:
            await self._collect()
            await self._checkpoint()

    async def _collect(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running

    async def _checkpoint(self) -> None:
        self._bytes, self._last = 0, asyncio.get_running_loop().time()
        finished = dict(self._finished)
        files = {index: file for index, (_, file) in finished.items()}
        if self._current is not None:
            index, part, snapshot = self._current
            files[index] = replace(snapshot(), bytes_transferred=part.written)
            await part.sync()
        if finished:
            paths = [path for path, _ in finished.values()]
            await asyncio.get_running_loop().run_in_executor(self._disk, _sync_all, paths)
        if files:
            await self._store(files)
            self._unfinished |= files
        for index in finished:
            self._finished.pop(index, None)
            self._unfinished.pop(index, None)


def _sync_all(paths: list[Path]) -> None:
    for path in paths:
        try:
            # Writable, because Windows flushes no handle that is opened for reading.
            fd = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as error:
            raise local_stop(error, str(path)) from error
