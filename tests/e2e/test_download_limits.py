"""Bandwidth limits: never faster than allowed, alone and together, and a change is felt at once."""

import asyncio
import selectors
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from bitsgui.engine.meter import Meter
from bitsgui.engine.throttle import Throttle, TokenBucket
from bitsgui.model.limits import Policy
from tests.support.content import Pattern
from tests.support.downloads import a_desk
from tests.support.resource import Resource
from tests.support.waiting import until

KIB = 1 << 10
CONTENT = Pattern(300_000, seed=12)


class Hurried(selectors.DefaultSelector):
    """A selector that never waits: the time it should have waited is over at once."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.waited += timeout or 0.0
        return super().select(0)


def run_hurried(scenario: Coroutine[Any, Any, None]) -> None:
    """Run on a loop whose clock shows only what was waited for."""
    selector = Hurried()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.waited  # type: ignore[method-assign]
    try:
        loop.run_until_complete(scenario)
    finally:
        loop.close()


async def passing(throttle: Throttle, size: int) -> float:
    """Seconds that `size` bytes take."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    for piece in throttle.slices(bytes(size)):
        await throttle.pass_through(len(piece))
    return loop.time() - start


@pytest.mark.parametrize(
    ("shared", "own", "seconds"),
    [(0, 0, 0), (100_000, 0, 10), (0, 200_000, 5), (400_000, 100_000, 10), (100_000, 100_000, 10)],
)
def test_the_lower_limit_counts(shared: int, own: int, seconds: float) -> None:
    async def scenario() -> None:
        assert await passing(Throttle(TokenBucket(shared), lambda: own), 1_000_000) == pytest.approx(seconds, rel=0.01)

    run_hurried(scenario())


def test_transfers_share_the_common_limit() -> None:
    async def scenario() -> None:
        bucket = TokenBucket(100_000)
        times = await asyncio.gather(*(passing(Throttle(bucket, lambda: 0), 250_000) for _ in range(4)))
        assert max(times) == pytest.approx(10, rel=0.01)
        assert min(times) > 9  # slice by slice in turn, none ahead of the others

    run_hurried(scenario())


def test_idle_time_is_no_credit() -> None:
    async def scenario() -> None:
        throttle = Throttle(TokenBucket(100_000), lambda: 0)
        await passing(throttle, 100_000)
        await asyncio.sleep(60)
        assert await passing(throttle, 100_000) == pytest.approx(1, rel=0.01)

    run_hurried(scenario())


@pytest.mark.parametrize("after", [0, 1_000_000])
def test_a_raised_limit_is_felt_at_once(after: int) -> None:
    """Even in the middle of a chunk, and whatever the old limit had reckoned ahead."""

    async def scenario() -> None:
        rate = 1000
        throttle = Throttle(TokenBucket(), lambda: rate)
        transfer = asyncio.create_task(passing(throttle, 1_000_000))
        await asyncio.sleep(10)
        rate = after
        assert await transfer < 20

    run_hurried(scenario())


def test_a_raised_common_limit_is_felt_at_once() -> None:
    bucket = TokenBucket(10)
    assert bucket.reserve(100, now=5.0) == 15.0
    bucket.rate_bps = 1_000_000
    assert bucket.reserve(100_000, now=6.0) == pytest.approx(6.1)


@pytest.mark.parametrize("limit", ["all", "job"])
def test_those_who_wait_already_feel_a_lifted_limit(limit: str) -> None:
    """A hundred that share 1000 bytes a second have reckoned four hundred seconds ahead."""

    async def scenario() -> None:
        bucket, own = TokenBucket(1000 if limit == "all" else 0), 0 if limit == "all" else 10
        throttles = [Throttle(bucket, lambda: own) for _ in range(100)]
        waiting = [asyncio.create_task(passing(throttle, 4096)) for throttle in throttles]
        await asyncio.sleep(2)
        bucket.rate_bps = own = 0
        assert max(await asyncio.gather(*waiting)) < 4

    run_hurried(scenario())


@pytest.mark.parametrize("limited", ["job", "all"])
def test_a_limited_job_is_right_and_never_too_fast(run, tmp_path: Path, limited: str) -> None:
    async def scenario() -> None:
        rate = 1_000_000
        policy = Policy(rate_limit_bps=rate if limited == "all" else 0)
        async with a_desk(tmp_path, policy=policy) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            start = asyncio.get_running_loop().time()
            job = await desk.fetch("/a.bin", rate_limit_bps=rate if limited == "job" else 0)
            # Only the lower bound is a promise, and no slow machine can break it.
            assert asyncio.get_running_loop().time() - start >= len(CONTENT) / rate
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_a_limit_lifted_in_the_middle(run, tmp_path: Path) -> None:
    """At the first limit it would take half a minute."""

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.start("/a.bin", rate_limit_bps=8 * KIB)
            await until(desk.manager, job.id, lambda job: job.progress.bytes_transferred > 0)
            await desk.manager.set_rate_limit(job.id, 0)
            await desk.ended(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_suspend_does_not_wait_for_the_limit(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.start("/a.bin", rate_limit_bps=8 * KIB)
            await until(desk.manager, job.id, lambda job: job.progress.bytes_transferred > 0)
            await desk.manager.suspend(job.id)
            have = desk.manager.get(job.id).progress.bytes_transferred
            await desk.manager.set_rate_limit(job.id, 0)
            await desk.again(job)
            assert desk.asked("/a.bin") == [None, f"bytes={have}-"]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_the_rate_falls_to_nothing_when_nothing_comes() -> None:
    meter = Meter(100.0)
    for tenth in range(50):
        meter.add(1000, 100 + tenth / 10)
    assert meter.rate_bps(104.9) == pytest.approx(10_000, rel=0.05)
    assert meter.rate_bps(106.5) == pytest.approx(5_000, rel=0.1)
    assert meter.rate_bps(110) == 0.0
