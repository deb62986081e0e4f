"""The job table as a widget: rows of two lines, selection by JobId, keyboard and menus; knows no manager."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSettings,
    Qt,
    Signal,
)
from PySide6.QtGui import QAccessible, QContextMenuEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from bitsgui.gui.delegates.cells import NumberDelegate, SecondaryDelegate
from bitsgui.gui.delegates.name import NameDelegate
from bitsgui.gui.delegates.progress import ProgressDelegate
from bitsgui.gui.delegates.state_pill import StatePillDelegate
from bitsgui.gui.models.columns import Column
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.models.job_table import JobTableModel, runs
from bitsgui.gui.theme import STEP, changes
from bitsgui.gui.windows.column_layout import ColumnLayout
from bitsgui.gui.windows.table_header import TableHeader
from bitsgui.model.job import Job, JobId

_ROW: Final = 48
_ROW_COMPACT: Final = 28
_DELEGATES: Final = {
    Column.NAME: NameDelegate,
    Column.STATE: StatePillDelegate,
    Column.PROGRESS: ProgressDelegate,
    Column.SIZE: NumberDelegate,
    Column.SPEED: NumberDelegate,
    Column.TIME_LEFT: NumberDelegate,
    Column.PRIORITY: SecondaryDelegate,
    Column.ADDED: SecondaryDelegate,
    Column.ERROR: SecondaryDelegate,
}


class JobView(QTableView):
    """Signals: `selection_changed` when other jobs are selected, or the same ones again after a reset;
    `menu_wanted` carries the point of the screen, under the mouse or below the current row;
    `toggle_wanted` comes from the space bar.
    """

    selection_changed = Signal()
    menu_wanted = Signal(QPoint)
    toggle_wanted = Signal()

    def __init__(self, model: JobTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobs")
        self.setAccessibleName(self.tr("Jobs"))
        self._jobs = model
        self._kept: tuple[list[JobId], JobId | None] = ([], None)
        self.setModel(model)
        self._dress()
        self.columns = ColumnLayout(self)
        self._set_delegates()
        header = self.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self.columns.show_menu)
        header.setSortIndicator(Column.ADDED, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        self.set_compact(False)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        model.modelAboutToBeReset.connect(self._keep_selection)
        model.modelReset.connect(self._restore_selection)
        changes.scheme_changed.connect(self.viewport().update)

    def dataChanged(
        self,
        top_left: QModelIndex | QPersistentModelIndex,
        bottom_right: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Paint what changed and no more: Qt adds a pixel, and with it a row and a column of cells."""
        if QAccessible.isActive():
            super().dataChanged(top_left, bottom_right, list(roles))
            return
        columns = range(top_left.column(), bottom_right.column() + 1)
        shown = [c for c in columns if not self.isColumnHidden(c)]
        if not shown:
            return
        left = min(self.columnViewportPosition(c) for c in shown)
        right = max(self.columnViewportPosition(c) + self.columnWidth(c) for c in shown)
        top = self.rowViewportPosition(top_left.row())
        bottom = self.rowViewportPosition(bottom_right.row()) + self.rowHeight(bottom_right.row())
        self.viewport().update(left, top, right - left, bottom - top)

    def selected_ids(self) -> list[JobId]:
        """In the order of the table."""
        return [row.job.id for row in self.selected()]

    def selected(self) -> list[JobRow]:
        """The rows themselves."""
        return [self._jobs.shown(row) for row in self._selected_rows()]

    def selected_jobs(self) -> list[Job]:
        """Their newest values."""
        return [row.job for row in self.selected()]

    def current_id(self) -> JobId | None:
        """The job whose details are shown: the current one, if it is selected."""
        index = self.currentIndex()
        if index.isValid() and self.selectionModel().isSelected(index):
            return self._jobs.shown(index.row()).job.id
        row = next(iter(self._selected_rows()), None)
        return None if row is None else self._jobs.shown(row).job.id

    def select(self, job_ids: Sequence[JobId], current: JobId | None = None) -> None:
        """Select those that are shown."""
        selection = QItemSelection()
        positions = (self._jobs.position(job_id) for job_id in job_ids)
        for first, last in runs(sorted(p for p in positions if p is not None)):
            selection.select(self._jobs.index(first, 0), self._jobs.index(last, len(Column) - 1))
        self._set_current(current if current is not None else next(iter(job_ids), None))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def set_compact(self, compact: bool) -> None:
        """One line a job instead of two; never lower than the font."""
        line = QFontMetrics(self.font()).height()
        height = max(_ROW_COMPACT, line + 2 * STEP) if compact else max(_ROW, 2 * line + 3 * STEP)
        self.verticalHeader().setDefaultSectionSize(height)

    def save(self, settings: QSettings) -> None:
        """Columns and sort order."""
        self.columns.save(settings)
        header = self.horizontalHeader()
        settings.setValue("sort/column", Column(header.sortIndicatorSection()).name.lower())
        settings.setValue("sort/descending", header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder)

    def restore(self, settings: QSettings) -> None:
        """What is missing stays as it is."""
        self.columns.restore(settings)
        name = str(settings.value("sort/column", "added")).upper()
        descending = settings.value("sort/descending", True, type=bool)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.sortByColumn(Column[name] if name in Column.__members__ else Column.ADDED, order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.toggle_wanted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        self.menu_wanted.emit(at)

    def _dress(self) -> None:
        self.setHorizontalHeader(TableHeader(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        # Fixed heights: Qt then keeps nothing a row, which is what makes 10,000 rows cheap to reorder.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(_ROW_COMPACT)

    def _set_delegates(self) -> None:
        for column in Column:
            self.setItemDelegateForColumn(column, _DELEGATES[column](self))

    def _on_selection_changed(self, _now: QItemSelection, _before: QItemSelection) -> None:
        self.selection_changed.emit()

    def _selected_rows(self) -> list[int]:
        # Not selectedRows(): that asks flags() of every cell, a second at 10,000 rows.
        ranges = self.selectionModel().selection()
        spans = (ranges.at(i) for i in range(ranges.count()))
        return sorted({row for span in spans for row in range(span.top(), span.bottom() + 1)})

    def _keep_selection(self) -> None:
        self._kept = (self.selected_ids(), self.current_id())

    def _restore_selection(self) -> None:
        ids, current = self._kept
        self.select(ids, current)
        self.selection_changed.emit()

    def _set_current(self, job_id: JobId | None) -> None:
        position = None if job_id is None else self._jobs.position(job_id)
        index = QModelIndex() if position is None else self._jobs.index(position, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
