"""`bitsgui put` beside `curl -T`: the same file into the same `bitsgui serve`, and both ends' memory."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bitsgui.model.enums import JobPriority, JobState, JobType
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.service.manager import JobManager, NewJob
from bitsgui.store.secrets import MemorySecrets
from tests.bench.measure import Command, Figure, in_turn, peak_mib
from tests.bench.transfers import MIB, Bench
from tests.support.content import Pattern, pieces, sha256_of

_LARGE_MIB, _SMALL_MIB = 512, 8
_MANY = 100
_LISTENING = re.compile(r"http://\S+:(\d+)/")


@dataclass(frozen=True, slots=True)
class Serving:
    """A running `bitsgui serve` on a folder of its own."""

    url: str
    folder: Path
    pid: int


def uploads(bench: Bench) -> Iterator[Figure]:
    """One large file, the memory of both ends by its size, and many files at once."""
    yield from _beside_curl(bench)
    yield from _memory(bench)
    yield from _many_at_once(bench)


def _beside_curl(bench: Bench) -> Iterator[Figure]:
    source = _source(bench, _LARGE_MIB)
    with _serving(bench) as server:
        commands: dict[str, Command] = {
            "bitsgui put": _put(bench, source, server.url),
            "curl -T": ["curl", "-sS", "-f", "-T", source, server.url],
        }
        taken = in_turn(commands, bench.rounds, bench.clear)
        assert sha256_of(server.folder / source.name) == sha256_of(source)
    name = f"{_LARGE_MIB} MiB up"
    yield Figure(f"{name}: wall, put / curl -T", taken["bitsgui put"].wall_s / taken["curl -T"].wall_s, "x", 1.5)
    for who, sample in taken.items():
        yield Figure(f"{name}: CPU, {who}", sample.cpu_s, "s")
        yield Figure(f"{name}: speed, {who}", _LARGE_MIB / sample.wall_s, "MiB/s")


def _memory(bench: Bench) -> Iterator[Figure]:
    for mib in (_SMALL_MIB, _LARGE_MIB):
        source = _source(bench, mib)
        with _serving(bench) as server:
            taken = in_turn({"put": _put(bench, source, server.url)}, 1, bench.clear)
            served = peak_mib(server.pid)
        yield Figure(f"put of {mib} MiB: largest resident set of the client", taken["put"].rss_mib, "MiB", 80)
        yield Figure(f"put of {mib} MiB: largest resident set of the server", served, "MiB", 80)


def _many_at_once(bench: Bench) -> Iterator[Figure]:
    """All of them in one queue, each a job of its own; nothing may be lost or mixed up."""
    sources = [bench.folder / f"many-{number}.bin" for number in range(_MANY)]
    for number, source in enumerate(sources):
        source.write_bytes(Pattern(MIB, number)[:])
    with _serving(bench) as server:
        bench.clear()
        asyncio.run(_send_all(bench.state, sources, server.url))
        right = sum(sha256_of(server.folder / source.name) == sha256_of(source) for source in sources)
        peak = peak_mib(server.pid)
    yield Figure(f"{_MANY} uploads of 1 MiB at once: right files", right, "", _MANY, at_least=True)
    yield Figure(f"{_MANY} uploads of 1 MiB at once: largest resident set of the server", peak, "MiB")


async def _send_all(state: Path, sources: list[Path], url: str) -> None:
    manager = await JobManager.open(state, secrets=MemorySecrets())
    done = asyncio.Event()
    manager.subscribe(lambda _: done.set() if _are_sent(manager) else None)
    try:
        await manager.create_jobs([_upload(source, url) for source in sources])
        async with asyncio.timeout(120):
            await done.wait()
        for job in manager.enumerate():
            await manager.complete(job.id)
    finally:
        await manager.aclose()


def _are_sent(manager: JobManager) -> bool:
    return all(job.state is JobState.TRANSFERRED for job in manager.enumerate())


def _upload(source: Path, url: str) -> NewJob:
    settings = JobSettings(display_name=source.name, priority=JobPriority.FOREGROUND)
    file = JobFile(remote_name=url + source.name, local_name=str(source))
    return NewJob(settings=settings, files=(file,), type=JobType.UPLOAD)


def _put(bench: Bench, source: Path, url: str) -> Command:
    return [sys.executable, "-m", "bitsgui", "put", "--quiet", "--state-dir", bench.state, source, url]


def _source(bench: Bench, mib: int) -> Path:
    path = bench.folder / f"source-{mib}.bin"
    if not path.exists():
        with path.open("wb") as file:
            file.writelines(pieces(Pattern(mib * MIB), 0, mib * MIB, MIB))
    return path


@contextmanager
def _serving(bench: Bench) -> Iterator[Serving]:
    folder = bench.folder / "served"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "bitsgui", "serve", str(folder), "--port", "0", "--overwrite"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            said = next(found for line in process.stdout if (found := _LISTENING.search(line)))
            yield Serving(said[0], folder, process.pid)
        finally:
            process.terminate()
            process.communicate(timeout=20)
