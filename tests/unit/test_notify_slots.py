"""Four at once, two of them kept for what cannot wait; who blocks them is named."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bitsgui.model.job import JobId
from bitsgui.service.notify_slots import BLOCKED_AFTER_S, Slots
from tests.support.fake_clock import FakeClock
from tests.support.lab import quiet


class Crowd:
    """Holders of slots by name; each stays until it is told to go."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.slots = Slots(self.clock)
        self.inside: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._gone = {name: asyncio.Event() for name in "abcdefgh"}

    async def come(self, names: str, *, urgent: bool = True) -> None:
        for name in names:
            self.tasks[name] = asyncio.create_task(self._stay(name, urgent))
            await quiet(3)

    async def go(self, name: str) -> None:
        self._gone[name].set()
        await self.tasks[name]
        await quiet(3)

    async def go_all(self) -> None:
        for gone in self._gone.values():
            gone.set()
        await asyncio.wait(self.tasks.values())

    async def _stay(self, name: str, urgent: bool) -> None:
        async with self.slots.one(JobId(name), urgent=urgent):
            self.inside.append(name)
            await self._gone[name].wait()
            self.inside.remove(name)


def test_the_fifth_waits_for_the_first_that_returns(run) -> None:
    async def scenario() -> None:
        crowd = Crowd()
        await crowd.come("abcdef")
        assert crowd.inside == list("abcd")
        await crowd.go("b")
        assert crowd.inside == list("acde")
        await crowd.go_all()
        assert crowd.inside == []

    run(scenario())


def test_what_is_not_urgent_leaves_two_free_and_comes_last(run) -> None:
    async def scenario() -> None:
        crowd = Crowd()
        await crowd.come("abc", urgent=False)
        assert crowd.inside == ["a", "b"]
        await crowd.come("def")
        assert crowd.inside == ["a", "b", "d", "e"]
        await crowd.go("a")
        assert crowd.inside == ["b", "d", "e", "f"]
        await crowd.go("d")
        await crowd.go("e")
        assert crowd.inside == ["b", "f"]
        await crowd.go("f")
        assert crowd.inside == ["b", "c"]
        await crowd.go_all()

    run(scenario())


@pytest.mark.parametrize("who", ["c", "e"])
def test_who_is_cancelled_takes_no_slot_along(run, who: str) -> None:
    async def scenario() -> None:
        crowd = Crowd()
        await crowd.come("abcdef")
        crowd.tasks[who].cancel()
        await asyncio.wait([crowd.tasks.pop(who)])
        if who == "c":
            crowd.inside.remove("c")
        await quiet(3)
        assert crowd.inside == (["a", "b", "d", "e"] if who == "c" else ["a", "b", "c", "d"])
        await crowd.go("a")
        assert len(crowd.inside) == 4
        await crowd.go_all()

    run(scenario())


def test_who_is_cancelled_while_being_let_in_takes_no_slot_along(run) -> None:
    async def scenario() -> None:
        crowd = Crowd()
        await crowd.come("abcdef")
        crowd.tasks["a"].cancel()
        crowd.inside.remove("a")
        await asyncio.wait([crowd.tasks.pop("a")], return_when=asyncio.FIRST_COMPLETED)
        crowd.tasks.pop("e").cancel()
        await quiet(5)
        assert [name for name in crowd.inside if name != "e"] == ["b", "c", "d", "f"]
        await crowd.go_all()

    run(scenario())


@contextmanager
def info_of(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    lines: list[str] = []
    with caplog.at_level(logging.INFO, "bitsgui.service.notify_slots"):
        yield lines
    lines += [record.getMessage() for record in caplog.records]


def test_those_that_block_all_others_are_named_once(run, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        crowd = Crowd()
        await crowd.come("abcd")
        await crowd.clock.advance(BLOCKED_AFTER_S - 1)
        await crowd.go("a")
        await crowd.come("e")
        await crowd.clock.advance(BLOCKED_AFTER_S - 1)
        assert caplog.records == []
        await crowd.clock.advance(1000)
        await crowd.go_all()

    with info_of(caplog) as lines:
        run(scenario())
    assert lines == ["notifications wait for those of b, c, d, e to return"]
