"""Child processes that are killed without warning and started again."""

import asyncio
import os
import signal
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


class Crashable:
    """One Python program that may be started, killed by SIGKILL and started again; stdout is kept by line."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def start(self) -> None:
        """Start it; its output is read with `line` and `output`."""
        self.starts += 1
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._arguments,
            cwd=PROJECT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def line(self) -> str:
        """The next line of its standard output; empty when it has ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().rstrip("\n")

    async def kill(self) -> str:
        """Kill it (SIGKILL), then wait until it is gone; nothing it had not given to the system survives.

        Returns what it had said on standard error.
        """
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        _, errors = await self._process.communicate()
        return errors.decode()

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
        return self._process.returncode, out.decode(), err.decode()
