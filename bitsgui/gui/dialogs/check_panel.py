"""The dry run in the fix card: a button, a line a step as it comes, and what the whole of it means."""

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import plain_label
from bitsgui.gui.resources import icon
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts import check_texts as texts
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.theme import STEP
from bitsgui.model.check import CheckLine, Outcome
from bitsgui.model.job import Job, JobId
from bitsgui.service.group_check import Checker, GroupResult, Plan, check_all

_SIGNS: Final[Mapping[Outcome, tuple[str, str]]] = MappingProxyType(
    {
        Outcome.PASSED: ("check-circle-outline", "good"),
        Outcome.FAILED: ("close-circle-outline", "error"),
        Outcome.SKIPPED: ("minus-circle-outline", "secondary"),
    }
)
_SIGN_SIZE: Final = QSize(16, 16)
_COLUMNS: Final = 2
_MOST_LINES: Final = 8


class CheckPanel(QWidget):
    """`result`: of the last check, None while there is none that still counts.

    Signals: `wanted` when the person asks for a check, `changed` when one began, ended or no longer counts.
    """

    wanted = Signal()
    changed = Signal()

    def __init__(self, checker: Checker, tasks: Tasks) -> None:
        super().__init__()
        self.result: GroupResult | None = None
        self._checker = checker
        self._tasks = tasks
        self._task: asyncio.Task[GroupResult] | None = None
        self._names: dict[JobId, str] = {}
        self._button = QPushButton(self.tr("Check"))
        self._button.setObjectName("Check")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._on_button)
        self._words = plain_label("", "secondary")
        self._words.setObjectName("check_verdict")
        self._lines = QGridLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setVerticalSpacing(STEP)
        self._lines.setHorizontalSpacing(4 * STEP)
        for number in range(_COLUMNS):
            self._lines.setColumnStretch(number, 1)
        row = QHBoxLayout()
        row.setSpacing(3 * STEP)
        row.addWidget(self._button)
        row.addWidget(self._words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, STEP, 0, 0)
        column.setSpacing(2 * STEP)
        column.addLayout(row)
        column.addLayout(self._lines)

    @property
    def is_checking(self) -> bool:
        """A check is under way."""
        return self._task is not None

    def show_problem(self, problem: str | None) -> None:
        """What keeps the fix from being tried, or that nothing does."""
        self._button.setEnabled(problem is None or self.is_checking)
        self._button.setAccessibleDescription(problem or "")

    def clear(self) -> None:
        """What was found does not count any more: something else is to be tried."""
        if self._task is not None:
            self._task.cancel()
        self.result = None
        self._drop_lines()
        self._words.setText("")

    def leave(self) -> None:
        """The dialog goes, and with it these widgets: a check under way ends and is told to nobody."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def check(self, jobs: Sequence[Job], plan: Plan, *, shares_volume: bool) -> GroupResult | None:
        """Try it; None when that was stopped."""
        self.clear()
        self._names = {job.id: job.settings.display_name for job in jobs} if len(jobs) > 1 else {}
        task = asyncio.get_running_loop().create_task(
            check_all(self._checker, plan, self._on_line, shares_volume=shares_volume), name="check of a fix"
        )
        self._begin(task)
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            still_counts = self._task is task
            self._end(task)
        if task.cancelled() or not still_counts:
            return None
        self._show(task.result(), jobs)
        return self.result

    def _begin(self, task: asyncio.Task[GroupResult]) -> None:
        self._task = task
        self._button.setText(self.tr("Stop"))
        self._words.setText(self.tr("Checking…"))
        self.changed.emit()

    def _end(self, task: asyncio.Task[GroupResult]) -> None:
        if self._task is task:
            self._task = None
            self._button.setText(self.tr("Check"))
            self._words.setText(self.tr("Stopped."))
            self.changed.emit()

    def _show(self, result: GroupResult, jobs: Sequence[Job]) -> None:
        self.result = result
        kept = sum(job.entry(i).bytes_transferred for job in jobs for i in job.pending_files())
        words = texts.verdict_text(result.verdict, kept)
        if self._names:
            words = f"{texts.summary_text(result.passed, result.count)} {words}"
        self._words.setText(words)
        for error in result.refused.values():
            self._add(Outcome.FAILED, bits_error_text(error))
        if result.together is not None:
            self._add(Outcome.FAILED, texts.line_text(result.together))
        self.changed.emit()

    def _on_line(self, job_id: JobId, line: CheckLine) -> None:
        """Of many jobs only what failed is worth a line each."""
        if not self._names:
            self._add(line.outcome, texts.line_text(line))
        elif line.outcome is Outcome.FAILED and self._lines.count() < _MOST_LINES:
            self._add(line.outcome, f"{self._names.get(job_id, '')} \N{EM DASH} {texts.line_text(line)}")

    def _add(self, outcome: Outcome, text: str) -> None:
        name, colour = _SIGNS[outcome]
        sign = QLabel()
        sign.setPixmap(icon(name, colour).pixmap(_SIGN_SIZE, self.devicePixelRatioF()))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = plain_label(text, "secondary" if outcome is Outcome.SKIPPED else "")
        words.setAccessibleDescription(outcome.name.lower())
        row.addWidget(words, 1)
        count = self._lines.count()
        if self._names:
            self._lines.addWidget(line, count, 0, 1, _COLUMNS)
        else:
            self._lines.addWidget(line, count // _COLUMNS, count % _COLUMNS, Qt.AlignmentFlag.AlignTop)

    def _drop_lines(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            assert widget is not None
            widget.hide()
            widget.deleteLater()

    def _on_button(self) -> None:
        if self._task is not None:
            self._task.cancel()
        else:
            self.wanted.emit()
