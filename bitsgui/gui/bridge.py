"""From manager events to Qt signals: gathers what changed and tells it, each job four times a second.

Every flush tells the half of the running jobs that has waited longest, so that no single repaint holds the loop
up for long. It comes from a QTimer, so no slot ever runs on a coroutine's stack.
"""

from collections.abc import Callable
from functools import singledispatchmethod
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from bitsgui.model.enums import RUNNING_STATES
from bitsgui.model.job import Job, JobId
from bitsgui.service.events import Event, JobAdded, JobChanged, JobRemoved

FLUSH_MS: Final = 125


class JobSource(Protocol):
    """The part of JobManager that the bridge needs."""

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]: ...

    def rate_bps(self, job_id: JobId) -> float: ...


class JobBridge(QObject):
    """Signals: jobs_added and jobs_changed carry (Job, bytes a second) pairs, jobs_removed JobIds.

    Running jobs are told at every flush, since their rate changes even when their value does not.
    """

    jobs_added = Signal(list)
    jobs_changed = Signal(list)
    jobs_removed = Signal(list)

    def __init__(self, source: JobSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._added: dict[JobId, Job] = {}
        self._changed: dict[JobId, Job] = {}
        self._removed: dict[JobId, None] = {}
        self._running: dict[JobId, Job] = {}
        self._unsubscribe = source.subscribe(self._on_event)
        self._timer = QTimer(self)
        self._timer.setInterval(FLUSH_MS)
        self._timer.timeout.connect(self.flush)
        self._timer.start()

    def close(self) -> None:
        """Hear and tell nothing more."""
        self._timer.stop()
        self._unsubscribe()

    def flush(self) -> None:
        """Tell what has gathered, each job once with its newest value."""
        added, self._added = self._added, {}
        removed, self._removed = self._removed, {}
        changed = self._take_turn()
        running = self._running | changed | added
        self._running = {i: j for i, j in running.items() if j.state in RUNNING_STATES}
        for jobs, signal in ((added, self.jobs_added), (changed, self.jobs_changed)):
            if jobs:
                signal.emit([(job, self._source.rate_bps(job_id)) for job_id, job in jobs.items()])
        if removed:
            self.jobs_removed.emit(list(removed))

    def _take_turn(self) -> dict[JobId, Job]:
        """What to tell now: every change of state, and of the running jobs those that wait longest."""
        for job_id, job in self._running.items():
            self._changed.setdefault(job_id, job)
        moving = [job_id for job_id, job in self._changed.items() if job.state in RUNNING_STATES]
        later = set(moving[(len(moving) + 1) // 2 :])
        due = {job_id: job for job_id, job in self._changed.items() if job_id not in later}
        self._changed = {job_id: job for job_id, job in self._changed.items() if job_id in later}
        return due

    @singledispatchmethod
    def _on_event(self, event: Event) -> None:
        raise TypeError(f"unknown event {event!r}")

    @_on_event.register
    def _(self, event: JobAdded) -> None:
        self._added[event.job.id] = event.job

    @_on_event.register
    def _(self, event: JobChanged) -> None:
        fresh = event.job.id in self._added
        (self._added if fresh else self._changed)[event.job.id] = event.job

    @_on_event.register
    def _(self, event: JobRemoved) -> None:
        for gathered in (self._added, self._changed, self._running):
            gathered.pop(event.job_id, None)
        self._removed[event.job_id] = None
