"""Figures of the window: memory, the gap of a 10 ms timer, time to open; each from a process of its own."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bitsgui.model.enums import JobPriority
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.service.manager import JobManager, NewJob
from bitsgui.store.secrets import MemorySecrets
from tests.bench.measure import Figure
from tests.bench.transfers import Bench

_SETTINGS = JobSettings(display_name="bench")
_SECONDS = 10


def window_memory(bench: Bench) -> Iterator[Figure]:
    """Resident set with 1,000 jobs listed and 4 running."""
    seen = _watched(bench, listed=1000, running=4, seconds=_SECONDS)
    name = "window, 1,000 jobs, 4 running"
    yield Figure(f"{name}: resident set", seen["rss_mib"], "MiB", 150)
    yield Figure(f"{name}: largest resident set", seen["peak_mib"], "MiB")
    yield Figure(f"{name}: speed", seen["mib_per_s"], "MiB/s")


def responsiveness(bench: Bench) -> Iterator[Figure]:
    """Gaps of a 10 ms timer with 10,000 jobs listed: 8 at full speed, and beside it with none running."""
    for running, bound in ((0, None), (8, 16.0)):
        seen = _watched(bench, listed=10_000, running=running, seconds=_SECONDS)
        name = f"window, 10,000 jobs, {running} running: 10 ms timer"
        yield Figure(f"{name}, p50", seen["p50_ms"], "ms")
        yield Figure(f"{name}, p99", seen["p99_ms"], "ms", bound)
        yield Figure(f"{name}, longest", seen["max_ms"], "ms")
        yield Figure(f"window, 10,000 jobs, {running} running: speed", seen["mib_per_s"], "MiB/s")


def window_start(bench: Bench) -> Iterator[Figure]:
    """From the start of the process to the painted window, with 10,000 jobs and with 10 in turn."""
    times: dict[int, list[float]] = {10_000: [], 10: []}
    for _ in range(bench.rounds):
        for listed, taken in times.items():
            taken.append(_watched(bench, listed=listed, running=0, seconds=0)["painted_s"])
    full, empty = (statistics.median(times[listed]) for listed in (10_000, 10))
    yield Figure("window: process start to first paint, 10,000 jobs", full, "s", 1.0)
    yield Figure("window: process start to first paint, 10 jobs", empty, "s")


def _watched(bench: Bench, *, listed: int, running: int, seconds: int) -> dict[str, float]:
    bench.clear()
    url = bench.nginx.url(bench.file_of(1024) if running else "/none.bin")
    asyncio.run(_fill(bench, url, listed, running))
    command = [sys.executable, "-m", "tests.bench.window_probe", bench.state, str(time.time()), str(seconds)]
    # An installed program has its bytecode.
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [str(part) for part in command], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    seen: dict[str, float] = json.loads(done.stdout)
    return seen


async def _fill(bench: Bench, url: str, listed: int, running: int) -> None:
    manager = await JobManager.open(bench.state, secrets=MemorySecrets())
    try:
        idle = [_job(url, bench.out, number, JobPriority.NORMAL) for number in range(running, listed)]
        await manager.create_jobs(idle)
        active = [_job(url, bench.out, number, JobPriority.FOREGROUND) for number in range(running)]
        if active:
            await manager.create_jobs(active)
    finally:
        await manager.aclose()


def _job(url: str, folder: Path, number: int, priority: JobPriority) -> NewJob:
    settings = replace(_SETTINGS, display_name=f"Job {number}", priority=priority)
    file = JobFile(remote_name=url, local_name=str(folder / f"{number}.bin"))
    return NewJob(settings=settings, files=(file,), resume=priority is JobPriority.FOREGROUND)
