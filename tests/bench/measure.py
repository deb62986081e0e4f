"""One command measured, and several measured in turn so that a busy moment hits all of them alike."""

import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str | Path]
_LOOK_AGAIN_S = 0.005


@dataclass(frozen=True, slots=True)
class Sample:
    """Wall and CPU seconds, and the largest resident set in MiB."""

    wall_s: float
    cpu_s: float
    rss_mib: float


def measured(command: Command) -> Sample:
    """Run it; RuntimeError with its output when it fails."""
    words, peak = [str(part) for part in command], 0.0
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        process = subprocess.Popen(words, stdout=said, stderr=subprocess.STDOUT)
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, peak_mib(process.pid))
            time.sleep(_LOOK_AGAIN_S)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        if process.returncode != 0:
            said.seek(0)
            raise RuntimeError(f"{words} ended with {process.returncode}:\n{said.read().decode()}")
    return Sample(wall, ended[2].ru_utime + ended[2].ru_stime, peak)


def peak_mib(pid: int | str) -> float:
    """The largest resident set so far; rusage would count this process's own, from before the exec."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def in_turn(commands: Mapping[str, Command], rounds: int, prepare: Callable[[], None]) -> dict[str, Sample]:
    """A B A B ...: medians by name; `prepare` clears the way before every run."""
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            prepare()
            samples[name].append(measured(command))
    return {name: _median(taken) for name, taken in samples.items()}


def _median(samples: Sequence[Sample]) -> Sample:
    return Sample(
        statistics.median(s.wall_s for s in samples),
        statistics.median(s.cpu_s for s in samples),
        statistics.median(s.rss_mib for s in samples),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: what, its value, and the bound it should keep ("at most" unless `at_least`)."""

    name: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the bound is kept; True without one."""
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        text = f"{self.name:<62}{self.value:>10.2f} {self.unit:<6}"
        if self.bound is None:
            return text
        sign, word = ">=" if self.at_least else "<=", "kept" if self.is_kept else "MISSED"
        return f"{text} {sign} {self.bound:g}  {word}"
