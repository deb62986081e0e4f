"""The jobs of one group as rows with a tick each: name, host, what is kept of them, when they failed."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from bitsgui.gui.texts.formats import format_size, format_when
from bitsgui.model.cause_group import server_of
from bitsgui.model.job import Job, JobId

AnyIndex = QModelIndex | QPersistentModelIndex
_MANY: Final = 64
"""Above this many rows that come and go one reset is cheaper than telling each."""


class GroupColumn(IntEnum):
    """Which fact of a job."""

    NAME = 0
    HOST = 1
    KEPT = 2
    WHEN = 3


class GroupTable(QAbstractTableModel):
    """Signal: `ticks_changed` when other rows are ticked, come or go. A row that comes is ticked if all others are."""

    ticks_changed = Signal()

    def __init__(self, jobs: Sequence[Job], only: JobId | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = list(jobs)
        self._unticked = {job.id for job in jobs if only not in (None, job.id)}

    def chosen(self) -> tuple[Job, ...]:
        """The ticked ones."""
        return tuple(job for job in self._jobs if job.id not in self._unticked)

    def job(self, row: int) -> Job:
        """The job of a row."""
        return self._jobs[row]

    def tick_all(self, ticked: bool) -> None:
        """All or none."""
        self._unticked = set() if ticked else {job.id for job in self._jobs}
        self._tell_ticks(0, len(self._jobs) - 1)

    def toggle(self, row: int) -> None:
        """Tick the row, or take its tick away."""
        self._unticked ^= {self._jobs[row].id}
        self._tell_ticks(row, row)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Rows come, go and change; what is ticked stays so."""
        if list(jobs) == self._jobs:
            return
        before = {job.id for job in self._jobs}
        now = {job.id: job for job in jobs}
        new = [job for job in jobs if job.id not in before]
        if self._unticked:
            self._unticked |= {job.id for job in new}
        gone = [row for row, job in enumerate(self._jobs) if job.id not in now]
        if len(gone) + len(new) > _MANY:
            self._reset(jobs)
        else:
            self._move(gone, now, new)
        self._unticked &= now.keys()
        self.ticks_changed.emit()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(GroupColumn)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        tickable = Qt.ItemFlag.ItemIsUserCheckable if index.column() == GroupColumn.NAME else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | tickable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        job, column = self._jobs[index.row()], GroupColumn(index.column())
        if role == Qt.ItemDataRole.CheckStateRole and column is GroupColumn.NAME:
            return Qt.CheckState.Unchecked if job.id in self._unticked else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(job, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column is GroupColumn.KEPT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return _text(job, column) if role == Qt.ItemDataRole.ToolTipRole and column is GroupColumn.NAME else None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.toggle(index.row())
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == GroupColumn.KEPT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Job"), self.tr("Server"), self.tr("Kept"), self.tr("Failed"))[section]

    def _tell_ticks(self, first: int, last: int) -> None:
        name = GroupColumn.NAME
        self.dataChanged.emit(self.index(first, name), self.index(last, name), [Qt.ItemDataRole.CheckStateRole])
        self.ticks_changed.emit()

    def _reset(self, jobs: Sequence[Job]) -> None:
        self.beginResetModel()
        self._jobs = list(jobs)
        self.endResetModel()

    def _move(self, gone: Sequence[int], now: dict[JobId, Job], new: Sequence[Job]) -> None:
        for row in reversed(gone):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._jobs[row]
            self.endRemoveRows()
        self._jobs = [now[job.id] for job in self._jobs]
        if self._jobs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._jobs) - 1, GroupColumn.WHEN))
        if new:
            self.beginInsertRows(QModelIndex(), len(self._jobs), len(self._jobs) + len(new) - 1)
            self._jobs += new
            self.endInsertRows()


def _text(job: Job, column: GroupColumn) -> str:
    if column is GroupColumn.NAME:
        return job.settings.display_name
    if column is GroupColumn.HOST:
        return server_of(job)
    if column is GroupColumn.KEPT:
        return format_size(job.progress.bytes_transferred)
    return format_when(job.error.when) if job.error else ""
