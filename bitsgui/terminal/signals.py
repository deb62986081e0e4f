"""The signals that end a command which runs until somebody stops it."""

import asyncio
import signal
from types import FrameType


class Signals:
    """The first of SIGINT, SIGTERM and SIGHUP; a second one ends the process at once."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._first: asyncio.Future[int] = self._loop.create_future()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._on_signal)

    async def wait(self) -> int:
        return await self._first

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        self._loop.call_soon_threadsafe(self._end, number)

    def _end(self, number: int) -> None:
        if not self._first.done():
            self._first.set_result(number)
