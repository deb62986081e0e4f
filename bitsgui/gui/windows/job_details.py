"""The pane below the table: overview, files and errors of the current job."""

from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableView,
    QTabWidget,
    QWidget,
)

from bitsgui.gui.delegates.cells import CellDelegate, NumberDelegate, SecondaryDelegate
from bitsgui.gui.delegates.progress import ProgressDelegate
from bitsgui.gui.models.file_table import FileColumn, FileTableModel
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.models.rate_history import RateHistory
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.windows.error_history import ErrorHistory
from bitsgui.gui.windows.overview import Overview
from bitsgui.gui.windows.table_header import TableHeader
from bitsgui.model.answers import RemedyTried
from bitsgui.model.error import JobError
from bitsgui.model.job import JobId


class Histories(Protocol):
    """The part of JobManager that this module needs."""

    async def error_history(self, job_id: JobId) -> tuple[JobError, ...]: ...
    async def remedies_tried(self, job_id: JobId) -> tuple[RemedyTried, ...]: ...


class JobDetails(QStackedWidget):
    """Signal: `review_wanted` carries the JobId whose error dialog is wanted."""

    review_wanted = Signal(str)

    def __init__(self, histories: Histories, history: RateHistory, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self._histories = histories
        self._history = history
        self._tasks = tasks
        self._row: JobRow | None = None
        self._nothing = QLabel(self.tr("Select a job to see its details."), self)
        self._nothing.setProperty("role", "secondary")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._overview = Overview()
        self._file_model = FileTableModel()
        self._errors = ErrorHistory()
        self._errors.review_wanted.connect(self._on_review)
        self._tabs = QTabWidget(self)
        self._tabs.setObjectName("details")
        self._tabs.setAccessibleName(self.tr("Details of the job"))
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.addTab(self._overview, self.tr("Overview"))
        self._tabs.addTab(_file_view(self._file_model, self.tr("Files of the job")), self.tr("Files"))
        self._tabs.addTab(self._errors, self.tr("Errors"))
        self._tabs.currentChanged.connect(lambda _: self._refresh())
        self.addWidget(self._nothing)
        self.addWidget(self._tabs)

    def show_row(self, row: JobRow | None) -> None:
        """The current job, or None."""
        before, self._row = self._row, row
        self.setCurrentWidget(self._nothing if row is None else self._tabs)
        self._refresh()
        if row is not None and (before is None or _error_key(before) != _error_key(row)):
            self._tasks.start(self._show_errors(row), name=f"error history of {row.job.id}")

    def tick(self) -> None:
        """Once a second: the graph moves on, and a retry counts down."""
        if self._row is not None and self._tabs.currentWidget() is self._overview and self.isVisible():
            self._overview.show_row(self._row, self._history)

    def _refresh(self) -> None:
        if self._row is None:
            return
        job = self._row.job
        self._name_tab(1, self.tr("Files ({count})").format(count=len(job.entries)))
        self._file_model.show_job(job)
        if self._tabs.currentWidget() is self._overview:
            self._overview.show_row(self._row, self._history)

    async def _show_errors(self, row: JobRow) -> None:
        errors = await self._histories.error_history(row.job.id)
        tried = await self._histories.remedies_tried(row.job.id)
        if self._row is not None and self._row.job.id == row.job.id:
            self._errors.show_errors(self._row.job, errors, tried)
            self._name_tab(2, self._errors_title(len(errors)))

    def _name_tab(self, index: int, text: str) -> None:
        if self._tabs.tabText(index) != text:  # else Qt lays out and paints the whole pane anew
            self._tabs.setTabText(index, text)

    def _errors_title(self, count: int) -> str:
        return self.tr("Errors ({count})").format(count=count) if count else self.tr("Errors")

    def _on_review(self) -> None:
        if self._row is not None:
            self.review_wanted.emit(self._row.job.id)


def _error_key(row: JobRow) -> object:
    return row.job.id, row.job.state, row.job.error, row.job.error_count


def _file_view(model: FileTableModel, name: str) -> QTableView:
    view = QTableView()
    view.setObjectName("files")
    view.setAccessibleName(name)
    view.setModel(model)
    header = TableHeader(view)
    header.setSectionsMovable(False)
    view.setHorizontalHeader(header)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(max(28, view.fontMetrics().height() + 12))
    header.setSectionResizeMode(FileColumn.NAME, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(FileColumn.ADDRESS, QHeaderView.ResizeMode.Stretch)
    digits = view.fontMetrics().averageCharWidth()
    header.resizeSection(FileColumn.PROGRESS, 26 * digits)
    header.resizeSection(FileColumn.SIZE, 14 * digits)
    delegates = {
        FileColumn.NAME: CellDelegate,
        FileColumn.PROGRESS: ProgressDelegate,
        FileColumn.SIZE: NumberDelegate,
        FileColumn.ADDRESS: SecondaryDelegate,
    }
    for column in FileColumn:
        view.setItemDelegateForColumn(column, delegates[column](view))
    return view
