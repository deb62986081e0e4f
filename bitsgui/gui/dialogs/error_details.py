"""The details of a failed job: its report, with the history of its errors as soon as that is told."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from bitsgui.gui.dialogs.error_report import error_report
from bitsgui.model.answers import RemedyTried
from bitsgui.model.error import JobError
from bitsgui.model.job import Job

_LINES = 10


class ErrorDetails(QPlainTextEdit):
    """Text to read, select and send. Signal: `history_wanted` carries the job whose earlier errors are missing."""

    history_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("error_details")
        self.setAccessibleName(self.tr("Details"))
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(_LINES * self.fontMetrics().height())
        self._job: Job | None = None

    def show_job(self, job: Job) -> None:
        """The job that is looked at."""
        if job == self._job:
            return
        self._job = job
        self.setPlainText(error_report(job, ()))
        self.history_wanted.emit(job)

    def show_history(self, job: Job, errors: Sequence[JobError], tried: Sequence[RemedyTried] = ()) -> None:
        """Every error of a job and every remedy, oldest first; ignored if another one is looked at by now."""
        if job == self._job:
            self.setPlainText(error_report(job, errors, tried))

    def copy_report(self) -> None:
        """Into the clipboard."""
        QGuiApplication.clipboard().setText(self.toPlainText())
