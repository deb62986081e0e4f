"""A file of this computer, typed or picked."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from bitsgui.gui.dialogs.fields import path_of


class FileField(QWidget):
    """`changed` when its text changes. `name`: of the line, for automation; `start`: where picking begins."""

    changed = Signal()

    def __init__(self, name: str, title: str, start: Callable[[], str], *, if_empty: str = "") -> None:
        super().__init__()
        self._title = title
        self._start = start
        self.edit = QLineEdit(placeholderText=if_empty)
        self.edit.setObjectName(name)
        self.edit.textChanged.connect(self.changed)
        browse = QPushButton(self.tr("Browse…"))
        browse.setObjectName(f"browse_{name}")
        browse.setAutoDefault(False)
        browse.setAccessibleName(title)
        browse.clicked.connect(self._on_browse)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        row.addWidget(browse)

    @property
    def path(self) -> Path | None:
        """What is typed, with ~ as the home folder; None = nothing."""
        text = self.edit.text().strip()
        return path_of(text) if text else None

    def problem(self) -> str | None:
        """What is wrong with the text; whether there is such a file needs the disk and is asked later."""
        if self.path is None:
            return None if self.edit.placeholderText() else self.tr("Choose a file.")
        return None if self.path.is_absolute() else self.tr("Give the whole path of the file.")

    def _on_browse(self) -> None:
        picker = QFileDialog(self, self._title, self.edit.text() or self._start())
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.fileSelected.connect(self.edit.setText)
        picker.open()
