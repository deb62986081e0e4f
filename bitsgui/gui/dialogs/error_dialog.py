"""One failed job: what happened, where, what is safe, and the three ways out. Decides nothing by itself.

Enter is always Fix and Resume, Escape always "Decide later"; the other ways out need a click or Space on
their own button.
"""

from collections.abc import Callable, Coroutine
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.error_head import ErrorHead, KeptLine
from bitsgui.gui.dialogs.error_report import error_report
from bitsgui.gui.dialogs.fields import Fold, TallScroll, fit_to_content, plain_label
from bitsgui.gui.dialogs.fix_card import FixCard
from bitsgui.gui.dialogs.route_strip import route_strip
from bitsgui.gui.dialogs.ways_out import WaysOut
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts.cancel_texts import cancelled_text
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.way_out_texts import completed_text, resumed_text
from bitsgui.gui.theme import STEP
from bitsgui.model.diagnosis import Remedy, diagnose
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.service.manager import JobManager

_WIDTH_IN_LINES = 44
"""The least width of the content in heights of a line of text, so that it grows with the font."""


class Outcome(Enum):
    """How a dialog ended."""

    LATER = auto()
    NEXT = auto()
    RESOLVED = auto()


class JobErrorDialog(QDialog):
    """Shows one snapshot of a failed job; `outcome` tells how it ended, `result_text` what came of it."""

    def __init__(self, manager: JobManager, tasks: Tasks, job: Job, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.job = job
        self.outcome = Outcome.LATER
        self.result_text = ""
        self._manager = manager
        self._tasks = tasks
        self._diagnosis = diagnose(job)
        self._history: tuple[JobError, ...] = ()
        self._is_busy = False
        self._has_left = False
        self.setWindowTitle(self.tr("{name} needs you").format(name=job.settings.display_name))
        self._build()
        self._on_fix_changed()
        (self._card.form if self._card.form.focusProxy() else self._ways).setFocus()

    def show_waiting(self, others: int) -> None:
        """Say how many more jobs need the person, and offer the next."""
        self._next.setVisible(others > 0)
        self._next.setText(
            self.tr("1 more job needs you: Next")
            if others == 1
            else self.tr("%n more jobs need you: Next", None, others)
        )

    def close_resolved(self) -> None:
        """The job no longer needs anybody, by whatever means."""
        self._has_left = True
        if not self._is_busy:
            self._end(Outcome.RESOLVED)

    def show_history(self, history: tuple[JobError, ...]) -> None:
        """Add the earlier errors to the details."""
        self._history = history
        self._details.setPlainText(error_report(self.job, history))

    @property
    def is_busy(self) -> bool:
        """A way out was chosen and is not yet done."""
        return self._is_busy

    def reject(self) -> None:
        if not self._is_busy:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter on a focused button that is not the default would press the default: nobody expects that.
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        focus = self.focusWidget()
        if is_enter and isinstance(focus, QPushButton) and not focus.isDefault():
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        remedies = self._diagnosis.remedies if self.job.files else (Remedy.TRY_AGAIN,)
        self._card = FixCard(self.job, self._diagnosis, remedies)
        self._ways = WaysOut(self.job)
        self._details = self._make_details()
        self._working = plain_label("", "secondary")
        self._scroll = TallScroll(self._middle())
        self._card.changed.connect(self._on_fix_changed)
        self._ways.fix.connect(self._on_fix)
        self._ways.complete.connect(self._on_complete)
        self._ways.cancel.connect(self._on_cancel)
        self._scroll.setMinimumWidth(_WIDTH_IN_LINES * self.fontMetrics().height())
        self._scroll.content_resized.connect(lambda: fit_to_content(self))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(6 * STEP,) * 4)
        column.setSpacing(4 * STEP)
        column.addWidget(self._scroll, 1)
        column.addLayout(self._quiet_row())
        column.addWidget(self._ways)

    def _middle(self) -> QWidget:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4 * STEP)
        column.addWidget(ErrorHead(self.job, self._diagnosis))
        column.addWidget(route_strip(self.job, self._diagnosis))
        column.addWidget(KeptLine(self.job))
        column.addWidget(self._card)
        column.addWidget(plain_label(self._last_day(), "secondary"))
        column.addWidget(self._details)
        column.addStretch()
        return middle

    def _make_details(self) -> QPlainTextEdit:
        details = QPlainTextEdit(error_report(self.job, ()))
        details.setReadOnly(True)
        details.setTabChangesFocus(True)
        details.setAccessibleName(self.tr("Details"))
        details.setMinimumHeight(10 * details.fontMetrics().height())
        return details

    def _quiet_row(self) -> QHBoxLayout:
        self._next = self._quiet_button("Next", "", lambda: self._end(Outcome.NEXT))
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(Fold(self.tr("Details"), self._details))
        row.addWidget(self._quiet_button("Copy report", self.tr("Copy report"), self._on_copy))
        row.addWidget(self._working, 1)
        row.addWidget(self._next)
        row.addWidget(self._quiet_button("Decide later", self.tr("Decide later"), self.reject))
        self._next.hide()
        return row

    def _quiet_button(self, name: str, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setProperty("flat", "true")
        button.clicked.connect(slot)
        return button

    def _last_day(self) -> str:
        dies = self.job.times.modification + self._manager.policy.job_inactivity_timeout_s
        day = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(dies)).date(), QLocale.FormatType.LongFormat)
        return self.tr("If nothing is done, this job is cancelled on {day}.").format(day=day)

    def _on_fix_changed(self) -> None:
        self._ways.show_fix(self._card.remedy, self._card.form.problem())

    def _on_fix(self) -> None:
        self._start(self._card.form.apply(self._manager), resumed_text(self.job, self._card.remedy))

    def _on_complete(self) -> None:
        self._start(self._manager.complete(self.job.id), completed_text(self.job))

    def _on_cancel(self) -> None:
        self._start(self._manager.cancel(self.job.id), cancelled_text([self.job]))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(error_report(self.job, self._history))
        self._working.setText(self.tr("The report is in the clipboard."))

    def _start(self, verb: Coroutine[Any, Any, object], result_text: str) -> None:
        self._tasks.start(self._run(verb, result_text), name=f"way out of {self.job.id}")

    async def _run(self, verb: Coroutine[Any, Any, object], result_text: str) -> None:
        self._set_busy(True)
        try:
            await verb
        except BitsError as error:
            self._card.say(bits_error_text(error))
        else:
            self.result_text = result_text
            self._has_left = True
        finally:
            self._set_busy(False)
        if self._has_left:
            self._end(Outcome.RESOLVED)

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._card.setEnabled(not busy)
        self._ways.setEnabled(not busy)
        self._working.setText(self.tr("Working…") if busy else "")

    def _end(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.done(QDialog.DialogCode.Accepted)
