"""Transfers beside a window: they leave the loop to it, and more so where the processor is wanted elsewhere."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from bitsgui.engine.throttle import Pacer

MS = 0.001


class LateLoop(asyncio.SelectorEventLoop):
    """Time is a number that only waiting moves; every wait ends `late_s` too late."""

    def __init__(self, late_s: float) -> None:
        super().__init__()
        self.now = 1000.0
        self.late_s = late_s
        self._selector.select = self._wait  # type: ignore[attr-defined]

    def time(self) -> float:
        return self.now

    def _wait(self, timeout: float | None = None) -> list[Any]:
        if timeout:
            self.now += timeout + self.late_s
        return []


def shares(late_s: float, cycles: int = 60) -> tuple[float, float]:
    """How long transfers work between two rests, and how long the last rest was planned, in seconds."""
    loop = LateLoop(late_s)
    pacer = Pacer()

    async def transfer() -> tuple[float, float]:
        work = rest = 0.0
        for _ in range(cycles):
            begin = loop.now
            while True:
                loop.now += 0.5 * MS  # a piece of work
                before = loop.now
                await pacer.breathe()
                if loop.now > before:
                    break
            work, rest = before - begin, loop.now - before - late_s
        return work, rest

    return run_on(loop, transfer())


def run_on(loop: LateLoop, scenario: Coroutine[Any, Any, tuple[float, float]]) -> tuple[float, float]:
    try:
        return loop.run_until_complete(scenario)
    finally:
        loop.close()


def test_they_work_3_ms_and_rest_6() -> None:
    work, rest = shares(late_s=0)
    assert (work, rest) == (pytest.approx(3 * MS, abs=0.6 * MS), pytest.approx(6 * MS, abs=0.1 * MS))


def test_on_a_busy_machine_they_rest_longer_but_never_above_24_ms() -> None:
    _, rest = shares(late_s=10 * MS)
    assert rest == pytest.approx(24 * MS, abs=0.1 * MS)


def test_they_come_back_when_the_machine_is_free_again() -> None:
    loop = LateLoop(10 * MS)
    pacer = Pacer()

    async def rests(count: int) -> float:
        rest = 0.0
        for _ in range(count):
            loop.now += 4 * MS
            before = loop.now
            await pacer.breathe()
            rest = loop.now - before - loop.late_s
        return rest

    async def scenario() -> tuple[float, float]:
        busy = await rests(20)
        loop.late_s = 0
        return busy, await rests(20)

    busy, free = run_on(loop, scenario())
    assert (busy, free) == (pytest.approx(24 * MS, abs=0.1 * MS), pytest.approx(6 * MS, abs=0.1 * MS))
