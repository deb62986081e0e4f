"""Which folders are on the same volume; asks the disk off the loop and waits for no dead one."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Final

_PATIENCE_S: Final = 2.0
"""A server of files that is gone may answer never."""


async def volumes_of(folders: Collection[str]) -> dict[str, str]:
    """What names the volume of each folder; a folder that cannot be asked about stands for itself."""
    asked = [asyncio.create_task(asyncio.to_thread(_volume, folder)) for folder in folders]
    _, late = await asyncio.wait(asked, timeout=_PATIENCE_S) if asked else (set(), set())
    for task in late:
        task.cancel()
    return {f: f if task in late else task.result() for f, task in zip(folders, asked, strict=True)}


def _volume(folder: str) -> str:
    path = Path(folder)
    for place in (path, *path.parents):
        try:
            return f"volume {place.stat().st_dev}"
        except OSError:  # not there, or not to be read: its parent is on the same volume
            continue
    return folder
