"""A clock that moves only when a test says so."""

import asyncio

_ROUNDS_UNTIL_QUIET = 20
"""Turns of the loop in which a woken task may wake others before time moves on."""


class FakeClock:
    """Implements the engine's Clock protocol; seconds since the epoch."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        """The time now."""
        return self._now

    async def sleep_until(self, when: float) -> None:
        """Return when the clock has reached `when`."""
        if when <= self._now:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        sleeper = (when, future)
        self._sleepers.append(sleeper)
        try:
            await future
        finally:
            self._sleepers.remove(sleeper)

    @property
    def next_wake(self) -> float | None:
        """When the earliest sleeper is due, or None."""
        return min((when for when, _ in self._sleepers), default=None)

    async def advance(self, seconds: float) -> None:
        """Move on, waking each sleeper at its own time, in order, and letting the loop run after each."""
        end = self._now + seconds
        await self._settle()
        while (due := self.next_wake) is not None and due <= end:
            self._now = max(self._now, due)
            for when, future in list(self._sleepers):
                if when <= self._now and not future.done():
                    future.set_result(None)
            await self._settle()
        self._now = end
        await self._settle()

    async def _settle(self) -> None:
        for _ in range(_ROUNDS_UNTIL_QUIET):
            await asyncio.sleep(0)
