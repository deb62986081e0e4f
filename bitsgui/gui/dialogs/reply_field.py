"""Where the reply of an upload goes: a folder and a name, both beside and after the file that is sent if left open."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from bitsgui.gui.dialogs.fields import FieldError, FolderField, buddy_label, plain_label
from bitsgui.gui.dialogs.new_job_input import name_problem
from bitsgui.gui.theme import STEP
from bitsgui.model.names import reply_name


class ReplyField(QWidget):
    """`changed` when a problem may have come or gone."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._folder = FolderField("", if_empty=self.tr("Beside the file that is sent"))
        self._name = QLineEdit()
        self._are_several = False
        self._folder_error = FieldError(self._folder.edit)
        self._name_error = FieldError(self._name)
        self._taken = plain_label("", "secondary")
        self._taken.hide()
        self._folder.changed.connect(self.changed)
        self._name.textChanged.connect(self.changed)
        grid = QGridLayout(self)
        grid.setContentsMargins(6 * STEP, 0, 0, 0)
        grid.setHorizontalSpacing(3 * STEP)
        grid.setVerticalSpacing(STEP)
        grid.addWidget(buddy_label(self.tr("&Save the reply to"), self._folder.edit), 0, 0)
        grid.addWidget(buddy_label(self.tr("Name of the repl&y"), self._name), 0, 1)
        grid.addWidget(self._folder, 1, 0)
        grid.addWidget(self._name, 1, 1)
        grid.addWidget(self._folder_error, 2, 0)
        grid.addWidget(self._name_error, 2, 1)
        grid.addWidget(self._taken, 3, 0, 1, 2)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)

    @property
    def folder(self) -> Path | None:
        """The one that was given, or None for beside the file."""
        return self._folder.folder if self._folder.edit.text().strip() else None

    def path(self, source: Path) -> Path:
        """Where the reply to this file goes."""
        return (self.folder or source.parent) / (self._typed_name() or reply_name(source))

    def problems(self) -> tuple[str | None, ...]:
        """What is wrong with folder and name."""
        return self._folder.problem(), name_problem(self._typed_name())

    def say_problems(self) -> None:
        """Show each problem beside its field."""
        folder, name = self.problems()
        self._folder_error.say(folder)
        self._name_error.say(name)

    def say_folder_problem(self, problem: str) -> None:
        """What the disk says about the folder."""
        self._folder_error.say(problem)
        self._folder.edit.setFocus()

    def show_sources(self, paths: Sequence[Path]) -> None:
        """The name that a reply has by itself; several replies are named after their files."""
        self._are_several = len(paths) > 1
        self._name.setEnabled(not self._are_several)
        several = self.tr("Each is named after its file")
        self._name.setPlaceholderText(several if self._are_several else "".join(map(reply_name, paths)))

    def show_taken(self, free_name: str) -> None:
        """Say that the name is taken, and which one the reply gets; nothing for an empty one."""
        text = self.tr("A file of that name is there and stays; the reply will be called “{name}”.")
        self._taken.setText(text.format(name=free_name))
        self._taken.setVisible(bool(free_name))

    def _typed_name(self) -> str:
        return "" if self._are_several else self._name.text().strip()
