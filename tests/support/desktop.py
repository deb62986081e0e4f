"""A private desktop: Xvfb, a session bus, openbox and AT-SPI; ends only what it started.

    async with Desktop(tmp_path / "desktop") as desktop:
        process = await create_subprocess_exec(..., env=desktop.environment)

Needs the Debian packages xvfb, dbus, openbox, at-spi2-core, xdotool and wmctrl.
"""

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.turns import until

PROGRAMS = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "wmctrl")
_NOT_OURS = ("WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XAUTHORITY", "SESSION_MANAGER")
_QUIET = asyncio.subprocess.DEVNULL


def missing_programs() -> list[str]:
    """What a private desktop needs and this machine has not."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Desktop:
    """`environment` is what a program needs to appear on it; `home` is thrown away at the end."""

    def __init__(self, *, screen: str = "1280x900x24") -> None:
        self._screen = screen
        # Sockets: their paths may have 107 letters at most.
        self._folder = Path(tempfile.mkdtemp(prefix="bits-desk-"))
        self._processes: list[asyncio.subprocess.Process] = []
        self.home = self._folder / "home"
        self.home.mkdir()
        self.bus_address = f"unix:path={self._folder / 'bus'}"
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        self.environment = kept | {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self._folder),
            "DBUS_SESSION_BUS_ADDRESS": self.bus_address,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }

    async def __aenter__(self) -> Self:
        await asyncio.gather(self._start_screen(), self._start_bus())
        await self._start("openbox", "--sm-disable")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def screenshot(self, path: Path) -> None:
        """The whole screen as PNG; needs ImageMagick's `import`."""
        assert await self.succeeds("import", "-window", "root", str(path))

    async def xdotool(self, *arguments: str) -> None:
        """Move the mouse and press keys as a person does."""
        assert await self.succeeds("xdotool", *arguments), arguments

    async def succeeds(self, *command: str) -> bool:
        """Run a program on this desktop to its end."""
        return await (await self._start(*command)).wait() == 0

    async def _start_screen(self) -> None:
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        command = ("Xvfb", "-displayfd", str(writer), "-screen", "0", self._screen, "-nolisten", "tcp")
        await self._start(*command, pass_fds=(writer,))
        os.close(writer)
        self.environment["DISPLAY"] = f":{await asyncio.to_thread(_line_from, reader)}"

    async def _start_bus(self) -> None:
        await self._start("dbus-daemon", "--session", "--nofork", "--nosyslog", f"--address={self.bus_address}")
        await until((self._folder / "bus").is_socket)

    async def _start(self, *command: str, pass_fds: tuple[int, ...] = ()) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *command, env=self.environment, stdin=_QUIET, stdout=_QUIET, stderr=_QUIET, pass_fds=pass_fds
        )
        self._processes.append(process)
        return process


def _line_from(pipe: int) -> str:
    with open(pipe) as told:
        return told.readline().strip()
