"""The files of one job, and its reply, as a table with their own progress; knows no manager."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QAbstractTableModel, QCoreApplication, QModelIndex, Qt

from bitsgui.gui.models.cell_values import Role
from bitsgui.gui.models.job_table import AnyIndex
from bitsgui.gui.texts.formats import format_percent, format_size
from bitsgui.gui.texts.state_texts import file_name
from bitsgui.model.job import Job, JobFile
from bitsgui.model.progress import JobProgress
from bitsgui.model.urls import display_url


class FileColumn(IntEnum):
    """Columns of the table."""

    NAME = 0
    PROGRESS = 1
    SIZE = 2
    ADDRESS = 3


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as the progress delegate reads it; a reply may have no name yet."""

    file: JobFile
    is_reply: bool = False

    @property
    def name(self) -> str:
        """What it is called here."""
        name = file_name(self.file.local_name)
        if not self.is_reply:
            return name
        if not name:
            return QCoreApplication.translate("FileTable", "Reply, not named yet")
        return QCoreApplication.translate("FileTable", "Reply: {name}").format(name=name)

    @property
    def fraction(self) -> float | None:
        """0.0 to 1.0, None while the total is unknown."""
        if self.file.transferred:
            return 1.0
        if self.is_reply and not self.file.bytes_transferred:
            return 0.0  # nobody waits for its first byte yet
        return JobProgress(self.file.bytes_total, self.file.bytes_transferred, 1, 0).fraction

    @property
    def bar_colour(self) -> str:
        """The theme colour of its bar."""
        return "good" if self.file.transferred else "accent"


def _progress_text(row: FileRow) -> str:
    if row.fraction is None:
        return format_size(row.file.bytes_transferred)
    return format_percent(row.fraction)


_TITLES: Final = MappingProxyType(
    {
        FileColumn.NAME: QT_TRANSLATE_NOOP("FileTable", "File"),
        FileColumn.PROGRESS: QT_TRANSLATE_NOOP("FileTable", "Progress"),
        FileColumn.SIZE: QT_TRANSLATE_NOOP("FileTable", "Size"),
        FileColumn.ADDRESS: QT_TRANSLATE_NOOP("FileTable", "Address"),
    }
)
_TEXTS: Final = MappingProxyType[FileColumn, Callable[[FileRow], str]](
    {
        FileColumn.NAME: lambda r: r.name,
        FileColumn.PROGRESS: _progress_text,
        FileColumn.SIZE: lambda r: "" if r.file.bytes_total is None else format_size(r.file.bytes_total),
        FileColumn.ADDRESS: lambda r: display_url(r.file.remote_name),
    }
)
_BY_ROLE: Final = MappingProxyType[int, Callable[[FileRow, FileColumn], Any]](
    {
        Qt.ItemDataRole.DisplayRole: lambda row, column: _TEXTS[column](row),
        Qt.ItemDataRole.AccessibleTextRole: lambda row, column: f"{_title(column)}: {_TEXTS[column](row)}",
        Qt.ItemDataRole.ToolTipRole: lambda row, column: f"<qt>{html.escape(_TEXTS[column](row))}</qt>",
        Role.ROW: lambda row, _: row,
    }
)


class FileTableModel(QAbstractTableModel):
    """Shows the files of the job given last."""

    def __init__(self) -> None:
        super().__init__()
        self._files: tuple[FileRow, ...] = ()

    def show_job(self, job: Job | None) -> None:
        """The same number of files changes in place, so that selection and scrolling stay."""
        entries = job.entries if job else {}
        files = tuple(FileRow(file, job is not None and file is job.reply) for file in entries.values())
        if len(files) != len(self._files):
            self.beginResetModel()
            self._files = files
            self.endResetModel()
        elif files != self._files:
            self._files = files
            self.dataChanged.emit(self.index(0, 0), self.index(len(files) - 1, len(FileColumn) - 1))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._files)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(FileColumn)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        made = _BY_ROLE.get(role)
        if made is None or not index.isValid():
            return None
        return made(self._files[index.row()], FileColumn(index.column()))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(FileColumn):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = section == FileColumn.SIZE
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return _title(FileColumn(section)) if role == Qt.ItemDataRole.DisplayRole else None


def _title(column: FileColumn) -> str:
    return QCoreApplication.translate("FileTable", str(_TITLES[column]))
