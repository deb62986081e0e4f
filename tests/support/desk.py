"""A whole private desktop for a test: screen, tray, notifications, accessibility, and a server to download from."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.accessibility import Node, accessibility
from tests.support.desk_host import NotificationDaemon, TrayHost
from tests.support.desk_program import Program, program
from tests.support.desktop import Desktop
from tests.support.scripted_server import Behaviour, Exchange, ScriptedServer, status
from tests.support.turns import until, until_found


@dataclass(frozen=True, slots=True)
class Desk:
    """What a test sees and touches; `state` and `downloads` are folders of its own."""

    screen: Desktop
    daemon: NotificationDaemon
    server: ScriptedServer
    accessible: Node
    state: Path
    downloads: Path

    @asynccontextmanager
    async def running(self, *arguments: str) -> AsyncIterator[Program]:
        """The program on this desktop."""
        async with program(self.screen, self.accessible, self.state, *arguments) as started:
            yield started

    @asynccontextmanager
    async def tray(self) -> AsyncIterator[TrayHost]:
        """A panel with a tray, for as long as the block runs."""
        async with TrayHost(self.screen.bus_address) as host:
            yield host

    async def close_window(self) -> None:
        """What its cross does: the window manager asks it to close."""
        await until_found(lambda: self.screen.succeeds("wmctrl", "-F", "-c", "bitsgui"))

    async def new_download(self, running: Program, path: str) -> None:
        """By the dialog, as a person makes it."""
        await running.press("push button", "New Download")
        await running.fill("Addresses", self.server.url(path))
        await running.fill("Save to", str(self.downloads))
        await running.press("push button", "Download")
        await until(lambda: self.server.requests_for(path.partition("?")[0]))

    async def file(self, name: str) -> str:
        """SHA-256 of a file in the downloads folder, as soon as it is there."""
        place = self.downloads / name
        await until(place.exists)
        return hashlib.sha256(await asyncio.to_thread(place.read_bytes)).hexdigest()


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """Everything but the tray and the program."""
    downloads = folder / "downloads"
    downloads.mkdir()
    async with AsyncExitStack() as stack:
        screen = await stack.enter_async_context(Desktop())
        daemon = await stack.enter_async_context(NotificationDaemon(screen.bus_address))
        accessible = await stack.enter_async_context(accessibility(screen.bus_address))
        server = await stack.enter_async_context(ScriptedServer())
        yield Desk(screen, daemon, server, accessible, folder / "state", downloads)


def fails_on(word: asyncio.Event, code: int = 404) -> Behaviour:
    """That status, but not before the event."""

    async def behave(exchange: Exchange) -> None:
        await word.wait()
        await status(code)(exchange)

    return behave
