"""The queue of one call, in a folder of its own below the state folder.

A running window, or another call, holds another folder and is in nobody's way. The folder is found again by what the
call is to transfer, so that the same command goes on where it stopped; it is removed as soon as nothing is left to go
on with.
"""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock

from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets


@asynccontextmanager
async def open_queue(root: Path, key: str) -> AsyncIterator[JobManager]:
    """Open the queue below `root` that belongs to `key`, which stands still until the call calls `begin`.

    Raises StateLockedError while another process has it.
    """
    folder = root / hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()[:16]
    async with _door(root):
        # Sign-ins are given anew with each call: none of them outlives it.
        manager = await JobManager.open(folder, secrets=MemorySecrets(), begins=False)
    try:
        yield manager
    finally:
        async with _door(root):
            is_done = not manager.enumerate()
            await manager.aclose()
            if is_done:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


@asynccontextmanager
async def _door(root: Path) -> AsyncIterator[None]:
    """Only one process at a time opens or removes a queue: none is removed under another's hands."""
    await asyncio.to_thread(root.mkdir, parents=True, exist_ok=True)
    lock = FileLock(root / "lock", thread_local=False)
    await asyncio.to_thread(lock.acquire)
    try:
        yield
    finally:
        lock.release()
