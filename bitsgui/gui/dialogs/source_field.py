"""The box for the files that are to be sent: typed, pasted, picked or dropped, one path a line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from bitsgui.gui.dialogs.fields import show_lines
from bitsgui.gui.dialogs.new_upload_input import paths_in
from bitsgui.gui.dropped import files_in

_MOST_LINES: Final = 5


class SourceField(QWidget):
    """`changed` when its text changes. Drops are the dialog's, wherever they fall."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.edit = _PathsEdit()
        self.edit.setPlaceholderText(self.tr("Drop files here, or browse"))
        self.edit.textChanged.connect(self._on_text)
        browse = QPushButton(self.tr("Browse…"))
        browse.setAutoDefault(False)
        browse.setAccessibleName(self.tr("Choose files"))
        browse.clicked.connect(self._on_browse)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        row.addWidget(browse, 0, Qt.AlignmentFlag.AlignTop)
        self._on_text()

    @property
    def paths(self) -> tuple[Path, ...]:
        """What is in the box now, each once."""
        return paths_in(self.edit.toPlainText())

    def add(self, paths: Iterable[Path]) -> None:
        """More files, below those that are there."""
        self.edit.setPlainText("\n".join(dict.fromkeys(str(path) for path in (*self.paths, *paths))))

    def _on_text(self) -> None:
        lines = self.edit.document().blockCount()
        show_lines(self.edit, min(lines, _MOST_LINES))
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > _MOST_LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.edit.setVerticalScrollBarPolicy(bar)
        metrics = QFontMetrics(self.edit.font())
        widest = max(map(metrics.horizontalAdvance, self.edit.toPlainText().split("\n")))
        fits = widest < self.edit.viewport().width() - 2 * self.edit.document().documentMargin()
        self.edit.setToolTip("" if fits else "\n".join(str(path) for path in self.paths))
        self.changed.emit()

    def _on_browse(self) -> None:
        last = self.paths[-1].parent if self.paths else Path.home()
        picker = QFileDialog(self, self.tr("Choose files to send"), str(last))
        picker.setFileMode(QFileDialog.FileMode.ExistingFiles)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.filesSelected.connect(lambda names: self.add(Path(name) for name in names))
        picker.open()


class _PathsEdit(QPlainTextEdit):
    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = files_in(source)
        self.insertPlainText("\n".join(map(str, files)) if files else source.text())
