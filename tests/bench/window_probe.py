"""The real window, watched from inside: python -m tests.bench.window_probe STATE_DIR SPAWNED SECONDS

Prints one JSON object: seconds from SPAWNED (epoch) to the first painted window, gaps of a 10 ms timer in ms over
SECONDS, resident set in MiB, and the bytes that arrived meanwhile. SECONDS 0 stops after the first paint.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import psutil
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QPaintEvent

import bitsgui.app
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.windows.main_window import MainWindow
from bitsgui.service.manager import JobManager
from tests.bench.measure import peak_mib

_INTERVAL_MS = 10
_WARM_UP_S = 3.0


class Probe:
    """Starts with the first paint, ends by quitting."""

    def __init__(self, window: MainWindow, manager: JobManager, spawned: float, seconds: float) -> None:
        self._window = window
        self._manager = manager
        self._seconds = seconds
        self._painted_s = time.time() - spawned
        self._gaps: list[float] = []
        self._last = 0.0
        self._bytes = 0
        self._timer = QTimer(window, timerType=Qt.TimerType.PreciseTimer, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._on_tick)
        if seconds:
            QTimer.singleShot(int(_WARM_UP_S * 1000), self._begin)
            QTimer.singleShot(int((_WARM_UP_S + seconds) * 1000), self._end)
        else:
            self._end()

    def _begin(self) -> None:
        self._bytes = self._received()
        self._last = time.perf_counter()
        self._timer.start()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append((now - self._last) * 1000)
        self._last = now

    def _end(self) -> None:
        self._timer.stop()
        cuts = statistics.quantiles(self._gaps, n=100) if len(self._gaps) > 1 else [0.0] * 99
        report = {
            "painted_s": self._painted_s,
            "p50_ms": cuts[49],
            "p99_ms": cuts[98],
            "max_ms": max(self._gaps, default=0.0),
            "rss_mib": psutil.Process().memory_info().rss / (1 << 20),
            "peak_mib": peak_mib("self"),
            "mib_per_s": (self._received() - self._bytes) / (1 << 20) / self._seconds if self._seconds else 0.0,
        }
        print(json.dumps(report), flush=True)
        self._window.commands.quit_wanted.emit()

    def _received(self) -> int:
        return sum(job.progress.bytes_transferred for job in self._manager.enumerate())


class ProbedWindow(MainWindow):
    """The main window that tells when it was painted."""

    spawned, seconds = 0.0, 0.0

    def __init__(self, manager: JobManager, settings: QSettings, preferences: Preferences) -> None:
        super().__init__(manager, settings, preferences)
        self._probe: Probe | None = None
        self._is_painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self._start_probe)

    def _start_probe(self) -> None:
        self._probe = Probe(self, self._manager, self.spawned, self.seconds)


def main() -> int:
    """Put the probed window in the place of the real one and run the application."""
    state_dir, spawned, seconds = sys.argv[1:]
    ProbedWindow.spawned, ProbedWindow.seconds = float(spawned), float(seconds)
    bitsgui.app.MainWindow = ProbedWindow  # type: ignore[attr-defined]
    return bitsgui.app.run_window(Path(state_dir))


if __name__ == "__main__":
    sys.exit(main())
