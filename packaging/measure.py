"""What the frozen program weighs, how long its first start takes, and its memory; Linux only.

The first start is measured with nothing of the program in the system's cache, as after a boot.
"""

import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from virtual_screen import VirtualScreen

STARTS = 3
SETTLED_S = 2.0
"""A window that stands for this long has done what it does at its start."""


def report(program: Path) -> Iterator[str]:
    """Lines for people: each measure beside what was aimed at."""
    yield f"installed size   {installed_mb(program):6.0f} MB   (aim: under 150)"
    if shutil.which("Xvfb") is None:
        yield "cold start and memory are not measured: Xvfb is missing"
        return
    starts = [start(program) for _ in range(STARTS)]
    yield f"cold start       {statistics.median(s for s, _ in starts):6.2f} s    (aim: under 2, to a painted window)"
    yield f"memory           {statistics.median(m for _, m in starts):6.0f} MB   (aim: under 150, resident)"


def installed_mb(program: Path) -> float:
    """Megabytes on the disk."""
    files = {(stat.st_ino, stat.st_blocks) for path in program.rglob("*") if (stat := path.lstat())}
    return sum(blocks * 512 for _, blocks in files) / 1e6


def start(program: Path) -> tuple[float, float]:
    """Seconds from the start to a painted window, and resident megabytes a little later."""
    screen = VirtualScreen()
    with tempfile.TemporaryDirectory(prefix="bitsgui-measure-") as home:
        environment = {**os.environ, "DISPLAY": screen.name, "HOME": home, "QT_QPA_PLATFORM": "xcb"}
        forget_cached(program)
        process = subprocess.Popen([program / "bitsgui", "--state-dir", f"{home}/state"], env=environment)
        try:
            seconds = screen.wait_until_painted()
            time.sleep(SETTLED_S)
            return seconds, resident_mb(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            screen.close()


def resident_mb(pid: int) -> float:
    """Of a process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def forget_cached(program: Path) -> None:
    """Take the program's files out of the system's cache, and nothing else's."""
    for path in program.rglob("*"):
        if path.is_file() and not path.is_symlink():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
