"""Child processes that are killed without warning and started again."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import ExitStack
from pathlib import Path

PROJECT = Path(__file__).parents[2]


class Crashable:
    """One Python program that may be started, killed by SIGKILL and started again; stdout is kept by line.

    `errors`: a file for standard error, which its children may go on to hold when it is dead.
    """

    def __init__(self, *arguments: str, errors: Path | None = None) -> None:
        self._arguments = arguments
        self._errors = errors
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def start(self) -> None:
        """Start it; its output is read with `line` and `output`."""
        self.starts += 1
        with ExitStack() as files:
            errors = PIPE if self._errors is None else files.enter_context(self._errors.open("ab"))
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                cwd=PROJECT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdout=PIPE,
                stderr=errors,
            )

    async def line(self) -> str:
        """The next line of its standard output; empty when it has ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().rstrip("\n")

    async def kill(self) -> None:
        """Kill it (SIGKILL), then wait until it is gone; nothing it had not given to the system survives."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()

    def freeze(self) -> None:
        """SIGSTOP (Linux): from the return on it does nothing more, and can only be killed."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)
        status = Path(f"/proc/{self._process.pid}/stat")
        while status.read_text().rpartition(")")[2].split()[0] not in "TZ":
            os.sched_yield()

    async def finish(self) -> tuple[int, str, str]:
        """Wait for its own end: exit status, rest of stdout, stderr."""
        assert self._process is not None
        out, err = await self._process.communicate()
        assert self._process.returncode is not None
        said = err if self._errors is None else self._errors.read_bytes()
        return self._process.returncode, out.decode(), said.decode()
