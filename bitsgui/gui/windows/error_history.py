"""The tab of errors: the present one in words, all earlier ones, and what was tried against them; newest first."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from bitsgui.gui.texts.error_texts import cause_text, context_text
from bitsgui.gui.texts.formats import format_size, format_when
from bitsgui.gui.texts.remedy_texts import tried_text
from bitsgui.gui.texts.translating import translate
from bitsgui.gui.theme import STEP
from bitsgui.model.answers import RemedyTried, result_of
from bitsgui.model.diagnosis import diagnose, needs_you
from bitsgui.model.error import JobError
from bitsgui.model.job import Job
from bitsgui.model.upload import REPLY_INDEX, UploadPhase

_SHOWN = 50


class ErrorHistory(QScrollArea):
    """Signal: `review_wanted` when the person wants the dialog of this job."""

    review_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_history")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._shown: object = None

    def show_errors(self, job: Job, errors: Sequence[JobError], tried: Sequence[RemedyTried] = ()) -> None:
        """Both oldest first; nothing is rebuilt when nothing changed."""
        bare = replace(job, files=(), reply=None, upload=None)
        if self._shown == (bare, tuple(errors), tuple(tried)):
            return
        self._shown = (bare, tuple(errors), tuple(tried))
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, 3 * STEP)
        layout.setSpacing(3 * STEP)
        if needs_you(job):
            layout.addWidget(self._review_button(), 0, Qt.AlignmentFlag.AlignLeft)
        entries: list[JobError | RemedyTried] = [*errors, *tried]
        for entry in sorted(entries, key=lambda entry: entry.when)[-_SHOWN:][::-1]:
            layout.addWidget(_entry(job, entry) if isinstance(entry, JobError) else _answer(entry, job, errors))
        if not errors:
            layout.addWidget(_label(self.tr("No errors so far."), "secondary"))
        layout.addStretch()
        self.setWidget(page)

    def _review_button(self) -> QPushButton:
        button = QPushButton(self.tr("Review"))
        button.setObjectName("error_review")
        button.clicked.connect(self.review_wanted)
        return button


def _entry(job: Job, error: JobError) -> QWidget:
    entry = QWidget()
    layout = QVBoxLayout(entry)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    past = _as_it_was(job, error)
    layout.addWidget(_label(cause_text(past, diagnose(past)), ""))
    at = translate("ErrorHistory", "at {size}").format(size=format_size(error.offset)) if error.offset else ""
    parts = (format_when(error.when), context_text(error.context), at, str(error.code), error.detail)
    layout.addWidget(_label(" · ".join(part for part in parts if part), "secondary"))
    return entry


def _answer(entry: RemedyTried, job: Job, errors: Sequence[JobError]) -> QWidget:
    answer = QWidget()
    layout = QVBoxLayout(answer)
    layout.setContentsMargins(4 * STEP, 0, 0, 0)
    layout.setSpacing(2)
    layout.addWidget(_label(tried_text(entry, result_of(entry, job, errors)), ""))
    layout.addWidget(_label(" · ".join(part for part in (format_when(entry.when), entry.note) if part), "secondary"))
    return answer


def _as_it_was(job: Job, error: JobError) -> Job:
    """The job with an earlier error: one of the file that is sent is no reply's, however far the job is by now."""
    past = replace(job, error=error)
    if job.upload is None or error.file is None or error.file.index == REPLY_INDEX:
        return past
    return replace(past, upload=replace(job.upload, phase=UploadPhase.UPLOADING))


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
