"""`bitsgui get` and `put` as processes of their own, in a folder and with a state folder of their own."""

import asyncio
import fcntl
import json
import os
import struct
import sys
import termios
import time
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import bitsgui
from tests.support.scripted_server import ScriptedServer

ROOT = Path(bitsgui.__file__).parents[1]

_MEASURED = """
import pathlib, re, sys
from bitsgui.cli import main
status = main(sys.argv[1:])
wide = {"PySide6", "qasync", "qtawesome", "keyring"} & {name.partition(".")[0] for name in sys.modules}
# Not getrusage, whose peak begins with what the parent had at the fork.
peak = re.search(r"VmHWM:\\s*(\\d+) kB", pathlib.Path("/proc/self/status").read_text())
print(status, sorted(wide), int(peak[1]) // 1024)
"""


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The objects of --json."""
        return [json.loads(line) for line in self.out.splitlines()]


class Terminal:
    """Calls `bitsgui` in a folder, with a state folder of its own; the command is `get` where none is named."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "downloads"
        self.folder.mkdir()
        self.state = home / "state"
        self._started: list[asyncio.subprocess.Process] = []

    async def start(self, *arguments: str, command: str = "get", stderr: int = PIPE) -> asyncio.subprocess.Process:
        return await self.python("-W", "error", "-m", "bitsgui", command, *arguments, stderr=stderr)

    async def python(self, *arguments: str, stderr: int = PIPE) -> asyncio.subprocess.Process:
        own = {"BITSGUI_STATE_DIR": str(self.state), "HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments),
            cwd=self.folder,
            env=os.environ | own,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=stderr,
        )
        self._started.append(process)
        return process

    async def aclose(self) -> None:
        """End what a failed scenario has left running."""
        for process in self._started:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def get(self, *arguments: str) -> Done:
        return await self.end_of(await self.start(*arguments))

    async def put(self, *arguments: str) -> Done:
        return await self.end_of(await self.start(*arguments, command="put"))

    async def measured(self, *arguments: str) -> int:
        """The most memory that a call used, in MiB; it succeeded and loaded nothing that only a window needs.

        Linux only.
        """
        given = ("--state-dir", str(self.state), *arguments)
        done = await self.end_of(await self.python("-c", _MEASURED, *given))
        status, modules, megabytes = done.out.rsplit(maxsplit=2)
        assert (status, modules) == ("0", "[]"), done.err
        return int(megabytes)

    async def end_of(self, process: asyncio.subprocess.Process) -> Done:
        out, err = await process.communicate()
        assert process.returncode is not None
        done = Done(process.returncode, out.decode(), err.decode())
        assert "Traceback" not in done.err, done.err
        return done

    def files(self) -> list[str]:
        """What lies in the download folder, part files included."""
        return sorted(path.name for path in self.folder.iterdir())

    def visible_files(self) -> list[str]:
        """What lies there for a person."""
        return [name for name in self.files() if not name.startswith(".")]

    def queues(self, command: str = "get") -> list[str]:
        """The queues that were kept to go on with."""
        root = self.state / command
        return [path.name for path in root.iterdir() if path.is_dir()] if root.exists() else []


Scenario = Callable[[Terminal, ScriptedServer], Awaitable[None]]

Play = Callable[[Scenario], None]


async def taken(pipe: IO[str]) -> None:
    """Return when whoever reads this pipe has begun to: what is written into it for that is gone."""
    await asyncio.to_thread(_write_until_read, pipe)


def _write_until_read(pipe: IO[str]) -> None:
    pipe.write("#\n")
    pipe.flush()
    end = time.monotonic() + 10
    while struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]:
        assert time.monotonic() < end, "nobody reads"
        time.sleep(0.005)
