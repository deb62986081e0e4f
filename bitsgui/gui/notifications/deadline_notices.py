"""Jobs that nobody touches and that will be cancelled: one notice for all of them, until somebody does."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from bitsgui.gui.notifications.notice import Action, Kind, Notice
from bitsgui.gui.notifications.poster import Poster
from bitsgui.gui.texts.notice_texts import deadline_text, deadline_title
from bitsgui.gui.texts.translating import translate
from bitsgui.model.enums import FINAL_STATES
from bitsgui.model.job import Job, JobId

GATHER_MS: Final = 3_000
_KEY: Final = "deadlines"


class DeadlineNotices(QObject):
    """Signal: `review_wanted` with the JobId of the one that ends first; `note` wants every job that changed."""

    review_wanted = Signal(str)

    def __init__(self, poster: Poster, parent: QObject) -> None:
        super().__init__(parent)
        self.is_on = True
        self._poster = poster
        self._ending: dict[JobId, Job] = {}
        self._gathering = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gathering.timeout.connect(self._tell)
        poster.acted.connect(self._on_acted)
        poster.closed.connect(self._on_closed)

    def note(self, job: Job) -> None:
        """A job as it is now."""
        before = self._ending.get(job.id)
        if job.reminder is None or job.state in FINAL_STATES:
            self.drop(job.id)
        elif before is None or before.reminder != job.reminder:
            self._ending[job.id] = job
            self._gathering.start()

    def drop(self, job_id: JobId) -> None:
        """Somebody touched the job, or it is gone."""
        if self._ending.pop(job_id, None) is not None and not self._ending:
            self._gathering.stop()
            self._poster.withdraw(_KEY)

    def _tell(self) -> None:
        if self._ending and self.is_on:
            jobs = self._in_order()
            buttons = ((Action.REVIEW, translate("Notices", "Review")),)
            title, text = deadline_title(jobs), deadline_text(jobs[0].reminder or 0)
            self._poster.post(Notice(_KEY, Kind.DEADLINE, title, text, buttons, on_click=Action.REVIEW))

    def _in_order(self) -> list[Job]:
        return sorted(self._ending.values(), key=lambda job: job.reminder or 0)

    def _on_acted(self, key: str, action: Action) -> None:
        if key == _KEY and self._ending:
            first = self._in_order()[0]
            self._ending.clear()
            if action is Action.REVIEW:
                self.review_wanted.emit(first.id)

    def _on_closed(self, key: str) -> None:
        if key == _KEY:
            self._ending.clear()
