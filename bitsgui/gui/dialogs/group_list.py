"""The jobs that one answer is for: a list with ticks below a box that ticks all of them."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHeaderView, QTableView, QVBoxLayout, QWidget

from bitsgui.gui.models.group_table import GroupColumn, GroupTable
from bitsgui.gui.texts.group_texts import apply_text
from bitsgui.gui.theme import STEP
from bitsgui.gui.windows.table_header import TableHeader
from bitsgui.model.job import Job, JobId

_MOST_ROWS: Final = 4
"""Shown at once; the others are scrolled to."""


class GroupList(QWidget):
    """Signals: `chosen_changed` when other jobs are ticked, `current_changed` when another row is looked at."""

    chosen_changed = Signal()
    current_changed = Signal()

    def __init__(self, jobs: Sequence[Job], only: JobId | None = None) -> None:
        super().__init__()
        self._model = GroupTable(jobs, only, self)
        self._all = QCheckBox()
        self._all.setObjectName("apply_to_all")
        self._all.clicked.connect(self._on_all)
        self._view = _view(self._model, self.tr("Jobs that this is for"))
        self._model.ticks_changed.connect(self._on_ticks)
        self._view.selectionModel().currentRowChanged.connect(self.current_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(self._all)
        column.addWidget(self._view)
        self._look_at(only)
        self._show_count()

    @property
    def current(self) -> Job | None:
        """The job that is looked at."""
        index = self._view.currentIndex()
        return self._model.job(index.row()) if index.isValid() else None

    @property
    def chosen(self) -> tuple[Job, ...]:
        """The ticked ones."""
        return self._model.chosen()

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Those that are in the group now."""
        self._model.show_jobs(jobs)

    def _look_at(self, job_id: JobId | None) -> None:
        rows = range(self._model.rowCount())
        row = next((row for row in rows if self._model.job(row).id == job_id), 0)
        self._view.setCurrentIndex(self._model.index(row, 0))

    def _on_all(self) -> None:
        # What follows a half ticked box is all of them, not none.
        self._model.tick_all(len(self.chosen) < self._model.rowCount())

    def _on_ticks(self) -> None:
        self._show_count()
        self.chosen_changed.emit()

    def _show_count(self) -> None:
        chosen, count = len(self.chosen), self._model.rowCount()
        some = Qt.CheckState.PartiallyChecked if chosen else Qt.CheckState.Unchecked
        self._all.setCheckState(Qt.CheckState.Checked if chosen == count else some)
        self._all.setText(apply_text(chosen, count))
        rows = min(count, _MOST_ROWS)
        head = self._view.horizontalHeader().sizeHint().height()
        self._view.setFixedHeight(head + rows * self._view.verticalHeader().defaultSectionSize() + 2)


class _View(QTableView):
    """Space ticks the row, wherever in it the current cell is."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        model = self.model()
        if event.key() == Qt.Key.Key_Space and isinstance(model, GroupTable) and self.currentIndex().isValid():
            model.toggle(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Nothing: the two clicks have ticked what they were to tick."""


def _view(model: GroupTable, name: str) -> QTableView:
    view = _View()
    view.setObjectName("group_jobs")
    view.setAccessibleName(name)
    view.setProperty("role", "framed")
    view.setModel(model)
    header = TableHeader(view)
    header.setSectionsMovable(False)
    header.setSectionsClickable(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    view.setHorizontalHeader(header)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + 3 * STEP)
    letter = view.fontMetrics().averageCharWidth()
    header.setSectionResizeMode(GroupColumn.NAME, QHeaderView.ResizeMode.Stretch)
    for column, letters in ((GroupColumn.HOST, 24), (GroupColumn.KEPT, 12), (GroupColumn.WHEN, 20)):
        header.resizeSection(column, letters * letter)
    return view
