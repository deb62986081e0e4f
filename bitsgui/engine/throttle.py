"""Bandwidth limits: token buckets on the reading side."""

import asyncio
from collections.abc import Callable
from typing import Final

_SLICE_S: Final = 0.1
_SMALLEST_SLICE: Final = 4096
_NAP_S: Final = 0.25
"""How soon those who wait notice that a limit is another one."""


class TokenBucket:
    """At most `rate_bps` bytes a second; 0 = no limit. The rate may change while others wait."""

    def __init__(self, rate_bps: int = 0) -> None:
        self._rate_bps = rate_bps
        self._free_at = 0.0

    @property
    def rate_bps(self) -> int:
        return self._rate_bps

    @rate_bps.setter
    def rate_bps(self, rate_bps: int) -> None:
        if rate_bps != self._rate_bps:
            self._rate_bps = rate_bps
            self._free_at = 0.0  # what was reckoned at the old rate no longer holds anybody up

    def reserve(self, count: int, now: float) -> float:
        """When `count` bytes may pass, by the clock of `now`; they are counted from here on."""
        if self.rate_bps <= 0:
            return now
        # No credit is saved up while idle: a limit is a limit from the first second.
        self._free_at = max(self._free_at, now) + count / self.rate_bps
        return self._free_at


class Pacer:
    """Keeps transfers from taking the whole loop: when they have had it for 3 ms, they let others have 6 ms.

    A window's timers share the loop; without this, eight transfers at full speed hold them up for 40 ms. Where the
    loop comes back late from such a rest, the processor is wanted elsewhere, too: then the rests grow up to fourfold.
    """

    _WORK_S: Final = 0.003
    _REST_S: Final = 0.006
    _LONGEST_REST_S: Final = 0.024
    _LATE_S: Final = 0.002

    def __init__(self) -> None:
        self._rest_from = 0.0
        self._rest_s = self._REST_S
        self._has_rested = True

    async def breathe(self) -> None:
        """Call after each piece of work; returns at once while it is nobody else's turn."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        rest_until = self._rest_from + self._rest_s
        if now >= rest_until + self._WORK_S:
            self._rest_from, rest_until = now, now + self._rest_s
            self._has_rested = False
        if now < rest_until:
            await asyncio.sleep(rest_until - now)
            if not self._has_rested:
                self._has_rested = True
                self._learn(late_s=loop.time() - rest_until)

    def _learn(self, late_s: float) -> None:
        wanted = self._rest_s * (2 if late_s > self._LATE_S else 0.8)
        self._rest_s = min(max(wanted, self._REST_S), self._LONGEST_REST_S)


class Throttle:
    """What one transfer passes: everybody's bucket, its own, and the pacer where a window shares the loop."""

    def __init__(self, shared: TokenBucket, own_rate_bps: Callable[[], int], pacer: Pacer | None = None) -> None:
        self._shared = shared
        self._pacer = pacer
        self._own = TokenBucket()
        self._own_rate_bps = own_rate_bps

    def slices(self, data: bytes) -> list[bytes | memoryview]:
        """`data` in pieces of a tenth of a second at the limit, so that a limited transfer runs evenly."""
        self._own.rate_bps = self._own_rate_bps()
        limits = [rate for rate in (self._shared.rate_bps, self._own.rate_bps) if rate > 0]
        if not limits:
            return [data]
        size = max(_SMALLEST_SLICE, int(min(limits) * _SLICE_S))
        view = memoryview(data)
        return [view[start : start + size] for start in range(0, len(data), size)]

    async def pass_through(self, count: int) -> None:
        """Return when `count` bytes may pass both limits, as they are now."""
        if self._pacer is not None:
            await self._pacer.breathe()
        self._own.rate_bps = self._own_rate_bps()
        now = asyncio.get_running_loop().time()
        # Both at once: one wait after the other would make two equal limits half of one.
        free_at = max(self._shared.reserve(count, now), self._own.reserve(count, now))
        if free_at > now:
            await self._wait(free_at)

    async def _wait(self, until: float) -> None:
        """Return then, or soon after a limit has become another one."""
        loop, limits = asyncio.get_running_loop(), self._limits()
        while (rest := until - loop.time()) > 0 and self._limits() == limits:  # noqa: ASYNC110
            await asyncio.sleep(min(rest, _NAP_S))

    def _limits(self) -> tuple[int, int]:
        return self._shared.rate_bps, self._own_rate_bps()
