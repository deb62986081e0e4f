"""bitsgui as a person meets it on a private desktop: a process, found by its accessible names."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.accessibility import Node, application
from tests.support.desktop import Desktop
from tests.support.turns import until_found

_END_S = 20.0


@dataclass(frozen=True, slots=True)
class Program:
    """A running bitsgui; `root` is what it shows."""

    process: asyncio.subprocess.Process
    root: Node

    async def press(self, role: str, name: str) -> None:
        """Press what has that name, as soon as it shows and can be pressed."""
        await (await self.root.find(role, name)).press()

    async def fill(self, name: str, text: str) -> None:
        """Type into the field of that name."""
        await (await self.root.find("text", name)).set_text(text)

    async def window_shows(self, is_shown: bool) -> None:
        """Wait until the main window is on the screen, or no longer is."""

        async def look() -> bool:
            frames = [child for child in await self.root.children() if await child.role() == "frame"]
            return any([await frame.is_showing() for frame in frames]) is is_shown

        await until_found(look)

    async def status(self) -> int:
        """The exit status, as soon as it has ended."""
        async with asyncio.timeout(_END_S):
            return await self.process.wait()


@asynccontextmanager
async def program(desktop: Desktop, accessible: Node, state_dir: Path, *arguments: str) -> AsyncIterator[Program]:
    """Run it on a state folder until the block ends; what it says on stderr is the test's to see."""
    command = (sys.executable, "-m", "bitsgui", "--state-dir", str(state_dir), *arguments)
    process = await asyncio.create_subprocess_exec(*command, env=desktop.environment)
    try:
        yield Program(process, await application(accessible, "bitsgui"))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
