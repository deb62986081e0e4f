"""Finished transfers that nobody watched: one notice, made anew once a minute at most, and when all is done."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from bitsgui.gui.notifications.notice import Action, Kind, Notice
from bitsgui.gui.notifications.poster import Poster
from bitsgui.gui.texts.notice_texts import finished_text, finished_title
from bitsgui.gui.texts.translating import translate
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import ACTION_STATES, JobState, NotifyFlags
from bitsgui.model.job import Job, JobId

SOON_S: Final = 1.5
"""What ends together is told together."""
APART_S: Final = 60.0
_KEY: Final = "finished"
_FINISHED: Final = frozenset({JobState.TRANSFERRED, JobState.ACKNOWLEDGED})


class FinishedNotices(QObject):
    """Signal: `folder_wanted` with the folder of what finished last.

    `is_watched` says whether a window of ours has the focus; `note` wants every job whose state changed.
    """

    folder_wanted = Signal(Path)

    def __init__(self, poster: Poster, is_watched: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.is_on = True
        self._poster = poster
        self._is_watched = is_watched
        self._moving: set[JobId] = set()
        self._finished: dict[JobId, Job] = {}
        self._told_at: float | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._tell)
        poster.acted.connect(self._on_acted)
        poster.closed.connect(self._on_closed)

    def note(self, job: Job) -> None:
        """A job as it is now: under way, finished just now, or neither."""
        was_moving = job.id in self._moving
        if job.state in ACTION_STATES:
            self._moving.add(job.id)
            self._finished.pop(job.id, None)
            return
        self._moving.discard(job.id)
        if job.id in self._finished:
            self._finished[job.id] = job
        elif was_moving and _is_told_of(job) and not self._is_watched():
            self._finished[job.id] = job
            self._tell_later()
        elif was_moving and self._finished:
            self._tell_later()  # it may have been the last that the others waited for

    def withdraw(self) -> None:
        """The person is here and sees the rows."""
        self._timer.stop()
        self._on_closed(_KEY)
        self._poster.withdraw(_KEY)

    def _tell_later(self) -> None:
        """Soon, but for the minute after a notice only if all is done."""
        since = SOON_S if self._told_at is None else time.monotonic() - self._told_at
        pause = SOON_S if not self._moving or self._told_at is None else max(SOON_S, APART_S - since)
        self._timer.start(round(pause * 1000))

    def _tell(self) -> None:
        jobs = [job for job in self._finished.values() if not needs_you(job) and job.state in _FINISHED]
        if not jobs or not self.is_on or self._is_watched():
            return
        self._told_at = time.monotonic()
        title = finished_title(jobs, is_all=not self._moving)
        buttons = ((Action.OPEN_FOLDER, translate("Notices", "Open folder")),) if _folder_of(jobs) else ()
        self._poster.post(Notice(_KEY, Kind.TRANSFERRED, title, finished_text(jobs), buttons))

    def _on_acted(self, key: str, action: Action) -> None:
        if key != _KEY:
            return
        folder = _folder_of(list(self._finished.values()))
        self._on_closed(key)
        if action is Action.OPEN_FOLDER and folder is not None:
            self.folder_wanted.emit(folder)

    def _on_closed(self, key: str) -> None:
        """What the person has seen is not counted again."""
        if key == _KEY:
            self._finished.clear()
            self._told_at = None


def _is_told_of(job: Job) -> bool:
    flags = job.settings.notify_flags
    return job.state in _FINISHED and bool(flags & NotifyFlags.JOB_TRANSFERRED) and not flags & NotifyFlags.DISABLE


def _folder_of(jobs: list[Job]) -> Path | None:
    """Of what finished last; None where nothing came to this computer."""
    names = [f.local_name for job in jobs for f in job.incoming.values() if f.local_name]
    return Path(names[-1]).parent if names else None
