"""A failed job, or all that failed for one reason: what happened, where, what is safe, and the three ways out.

Decides nothing by itself. Enter is always Fix and Resume, Escape always "Decide later"; the other ways out need a
click or Space on their own button. A fix is checked first, and only what passed, or was insisted on, is done.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.error_details import ErrorDetails
from bitsgui.gui.dialogs.error_head import ErrorHead, KeptLine
from bitsgui.gui.dialogs.fields import Fold, TallScroll, plain_label
from bitsgui.gui.dialogs.fix_card import Answers, FixCard
from bitsgui.gui.dialogs.fix_flow import FixFlow
from bitsgui.gui.dialogs.fixes.form import FormWorld
from bitsgui.gui.dialogs.fixes.forms import FORMS
from bitsgui.gui.dialogs.group_list import GroupList
from bitsgui.gui.dialogs.route_strip import route_strip
from bitsgui.gui.dialogs.tall_dialog import TallDialog
from bitsgui.gui.dialogs.ways_out import WaysOut
from bitsgui.gui.many_jobs import carry_out
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts import group_texts as texts
from bitsgui.gui.texts.verb_texts import refusal_text
from bitsgui.gui.theme import STEP
from bitsgui.model.cancel_effect import UNDO_S
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.enums import Verb
from bitsgui.model.job import Job, JobId
from bitsgui.model.remedy import Remedy
from bitsgui.service.manager import JobManager

_WIDTH_IN_LINES: Final = 44
"""The least width of the content in heights of a line of text, so that it grows with the font."""


class Outcome(Enum):
    """How a dialog ended."""

    LATER = auto()
    NEXT = auto()
    RESOLVED = auto()


class JobErrorDialog(TallDialog):
    """Shows jobs of one group, at least one; `only`: the one of them that is chosen at first, None = all.

    `outcome` tells how it ended, `result_text` what came of it. Signals: `cancelled` carries the jobs as they were,
    `edited` a Draft when something was chosen or typed.
    """

    cancelled = Signal(list)
    edited = Signal(object)

    def __init__(
        self, manager: JobManager, tasks: Tasks, jobs: Sequence[Job], parent: QWidget | None, only: JobId | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("job_error")
        self.jobs = tuple(jobs)
        self.outcome = Outcome.LATER
        self.result_text = ""
        self._manager = manager
        self._tasks = tasks
        self._diagnosis = diagnose(jobs[0])
        self._is_busy = False
        self._has_left = False
        self._has_gone = False
        self._was_edited = False
        self._build(only)
        self.show_jobs(jobs)
        self._focus_first()

    @property
    def chosen(self) -> tuple[Job, ...]:
        """Those that the fix and the ways out are for: the ticked ones; where there is but one job, that."""
        return self.jobs if len(self.jobs) == 1 else self._list.chosen

    @property
    def is_busy(self) -> bool:
        """A way out was chosen, or is being tried, and is not yet done."""
        return self._is_busy or self._card.panel.is_checking

    @property
    def looked_at(self) -> Job:
        """The one whose details are shown."""
        return self._list.current or self.jobs[0]

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Those that are in the group now; without any it closes itself."""
        if not jobs:
            self._close_resolved()
            return
        self.jobs = tuple(jobs)
        self.setWindowTitle(texts.title_text(jobs))
        for part in (self._head, self._kept):
            part.show_jobs(jobs)
        self._list.setVisible(len(jobs) > 1)
        self._list.show_jobs(jobs)
        self._day.setText(texts.last_day_text(jobs, self._manager.policy, time.time()))
        self._on_chosen()
        self._on_current()

    def show_waiting(self, others: int) -> None:
        """Say how many more jobs need the person for other reasons, and offer the next."""
        self._next.setVisible(others > 0)
        self._next.setText(texts.waiting_text(others))

    @property
    def remedy(self) -> Remedy:
        """The chosen one."""
        return self._card.remedy

    @property
    def goes_on_by_itself(self) -> bool:
        """The chosen jobs are to go on as soon as the world has healed."""
        return self._card.form.goes_on_by_itself

    def show_answers(self, answers: Answers) -> None:
        """What was answered before, as soon as that is known; nothing of what is typed by then is lost."""
        if not self._was_edited:
            self._card.blockSignals(True)
            self._card.show_answers(answers)
            self._card.blockSignals(False)
            self._show_ways()
            self._focus_first()

    def reject(self) -> None:
        if not self._is_busy:
            super().reject()

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():  # a minimised window comes back
            self._has_gone = True
            self._card.panel.leave()
        super().hideEvent(event)

    def _build(self, only: JobId | None) -> None:
        able = self._diagnosis.remedies if self.jobs[0].files else ()
        remedies = tuple(remedy for remedy in able if remedy in FORMS) or (Remedy.TRY_AGAIN,)
        self._list = GroupList(self.jobs, only)
        self._card = FixCard(self.jobs, self._diagnosis, remedies, FormWorld(self._manager, self._tasks))
        self._flow = FixFlow(self._manager, self._card)
        self._ways = WaysOut()
        self.details = ErrorDetails()
        self._working = plain_label("", "secondary")
        self._scroll = TallScroll(self._middle())
        self._list.chosen_changed.connect(self._on_chosen)
        self._list.current_changed.connect(self._on_current)
        self._card.changed.connect(self._show_ways)
        self._card.edited.connect(self._on_edited)
        self._card.panel.wanted.connect(lambda: self._start_check(then_fix=False))
        self._flow.progressed.connect(self._working.setText)
        self._ways.fix.connect(self._on_fix)
        self._ways.complete.connect(self._on_complete)
        self._ways.cancel.connect(self._on_cancel)
        self._scroll.setMinimumWidth(_WIDTH_IN_LINES * self.fontMetrics().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(*(6 * STEP,) * 4)
        column.setSpacing(4 * STEP)
        column.addWidget(self._scroll, 1)
        column.addLayout(self._quiet_row())
        column.addWidget(self._ways)

    def _middle(self) -> QWidget:
        self._head = ErrorHead(self.jobs, self._diagnosis)
        self._kept = KeptLine(self.jobs)
        self._day = plain_label("", "secondary")
        strip = route_strip(self.jobs[0], self._diagnosis)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        for part in (self._head, strip, self._kept, self._list, self._card, self._day, self.details):
            column.addWidget(part)
        column.addStretch()
        return middle

    def _quiet_row(self) -> QHBoxLayout:
        self._next = self._quiet_button("Next", "", lambda: self._end(Outcome.NEXT))
        fold = Fold(self.tr("Details"), self.details)
        fold.setObjectName("Details")
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(fold)
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

    def _on_chosen(self) -> None:
        if self.chosen:
            self._card.show_jobs(self.chosen)
        self._show_ways()

    def _on_current(self) -> None:
        self.details.show_job(self.looked_at)

    def _on_edited(self) -> None:
        self._was_edited = True
        self.edited.emit(self._card.draft)

    def _show_ways(self) -> None:
        problem = self._card.form.problem()
        self._ways.show_jobs(self.chosen, self._card.remedy, problem, self._card.result)
        self._card.panel.show_problem(problem if self.chosen else self.tr("Choose at least one job."))
        is_checking = self._card.panel.is_checking
        self._card.set_busy(is_checking or self._is_busy)
        for part in (self._list, self._ways):
            part.setEnabled(not is_checking and not self._is_busy)

    def _focus_first(self) -> None:
        form = self._card.form
        (form if form.focusProxy() is not None else self._ways).setFocus()

    def _on_fix(self) -> None:
        if self._card.result is None:
            self._start_check(then_fix=True)
        else:
            self._fix()

    def _start_check(self, *, then_fix: bool) -> None:
        self._tasks.start(self._check(then_fix), name=f"check a fix of {len(self.chosen)} failed jobs")

    async def _check(self, then_fix: bool) -> None:
        result = await self._flow.check(self.chosen)
        if self._has_gone:
            return
        if then_fix and result is not None and result.is_passed:
            self._fix()
        else:
            self._ways.setFocus()

    def _fix(self) -> None:
        done = texts.resumed_text(self.chosen, self._card.remedy)
        self._start(Verb.RESUME, self.chosen, self._flow.applying(self.chosen), done)

    def _on_complete(self) -> None:
        jobs = texts.completable(self.chosen)
        self._start(Verb.COMPLETE, jobs, lambda job: self._manager.complete(job.id), texts.completed_text(jobs))

    def _on_cancel(self) -> None:
        self._start(Verb.CANCEL, self.chosen, lambda job: self._manager.cancel(job.id, UNDO_S), "")

    def _on_copy(self) -> None:
        self.details.copy_report()
        self._working.setText(self.tr("The report is in the clipboard."))

    def _start(self, verb: Verb, jobs: Sequence[Job], act: Callable[[Job], Awaitable[object]], done: str) -> None:
        self._tasks.start(self._run(verb, tuple(jobs), act, done), name=f"{verb} {len(jobs)} failed jobs")

    async def _run(self, verb: Verb, jobs: Sequence[Job], act: Callable[[Job], Awaitable[object]], done: str) -> None:
        self._set_busy(True)
        try:
            refused = await carry_out(jobs, act)
        finally:
            self._set_busy(False)
        handled = {job.id: job for job in jobs} | dict.fromkeys(job.id for job, _ in refused)
        if verb is Verb.CANCEL and any(handled.values()):
            self.cancelled.emit([job for job in handled.values() if job])
        self.result_text = "" if refused else done
        self._working.setText(self.result_text)
        if refused:
            self._card.say(refusal_text(verb, refused))
        if self._has_left or all(handled.get(job.id) for job in self.jobs):
            self._end(Outcome.RESOLVED)

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._card.panel.setEnabled(not busy)
        self._show_ways()
        self._working.setText(self.tr("Working…") if busy else "")

    def _close_resolved(self) -> None:
        """No job of the group needs anybody any more, by whatever means."""
        self._has_left = True
        if not self._is_busy:
            self.result_text = texts.resolved_text(self.jobs)
            self._end(Outcome.RESOLVED)

    def _end(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.done(QDialog.DialogCode.Accepted)
