"""A dialog around a form that makes jobs: its buttons, what it says when it is refused, and nothing typed lost.

Knows no fields.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import TallScroll, fit_to_content, plain_label
from bitsgui.gui.tasks import Tasks, open_dialog
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.theme import STEP
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job

_WIDTH_IN_LINES: Final = 40


class JobForm(QWidget):
    """What the dialog needs of its form; `changed` when `is_ready` may have another answer."""

    changed = Signal()

    @property
    def is_ready(self) -> bool:
        """Enough is given, and nothing is wrong with any field."""
        raise NotImplementedError

    def say_folder_problem(self, problem: str) -> None:
        """What the disk says about the folder."""
        raise NotImplementedError


class FormDialog(QDialog):
    """`created` holds the jobs when it was accepted. A subclass says what the button does and is called."""

    def __init__(self, tasks: Tasks, parent: QWidget | None, title: str, name: str) -> None:
        super().__init__(parent)
        self.created: tuple[Job, ...] = ()
        self.tasks = tasks
        self._is_busy = False
        self._said = plain_label("", "field-error")
        self.setWindowTitle(title)
        self._buttons = self._make_buttons(name)

    def reject(self) -> None:
        if not self._is_busy:
            super().reject()

    def go_text(self) -> str:
        """What the button that makes the jobs says now."""
        raise NotImplementedError

    async def make_jobs(self) -> Sequence[Job]:
        """Make the jobs; none to go back to the form. Raises BitsError, and OSError for a folder."""
        raise NotImplementedError

    def say(self, problem: str) -> None:
        """What is wrong with the form as a whole."""
        self._said.setText(problem)
        self._said.show()

    def put_in(self, form: JobForm) -> None:
        """Build the dialog around the form."""
        self._form = form
        scroll = TallScroll(form)
        scroll.setMinimumWidth(_WIDTH_IN_LINES * self.fontMetrics().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(*(6 * STEP,) * 4)
        column.setSpacing(3 * STEP)
        column.addWidget(scroll, 1)
        column.addWidget(self._said)
        column.addWidget(self._buttons)
        self._said.hide()
        form.changed.connect(self._on_changed)
        scroll.content_resized.connect(lambda: fit_to_content(self))
        self._on_changed()
        form.setFocus()

    def _make_buttons(self, name: str) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self._go = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._go.setObjectName(name)
        self._go.setProperty("primary", "true")
        self._go.setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
        buttons.accepted.connect(self._on_go)
        buttons.rejected.connect(self.reject)
        # Enter makes a new line in a box of several.
        QShortcut(QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return), self, self._on_go)
        return buttons

    def _on_changed(self) -> None:
        self._said.hide()
        self._go.setEnabled(self._form.is_ready and not self._is_busy)
        self._go.setText(self.go_text())

    def _on_go(self) -> None:
        if self._form.is_ready and not self._is_busy:
            self.tasks.start(self._submit(), name=self.windowTitle())

    async def _submit(self) -> None:
        self._set_busy(True)
        try:
            self.created = tuple(await self.make_jobs())
        except BitsError as error:
            self.say(bits_error_text(error))
        except OSError as error:
            self._form.say_folder_problem(self._folder_text(error))
        finally:
            self._set_busy(False)
        if self.created:
            self.accept()

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._form.setEnabled(not busy)
        self._go.setEnabled(not busy and self._form.is_ready)

    def _folder_text(self, error: OSError) -> str:
        if isinstance(error, PermissionError):
            return self.tr("You may not write to this folder.")
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return self.tr("There is no such folder.")
        return self.tr("This folder cannot be used: {reason}").format(reason=error.strerror or error)


async def jobs_of(dialog: FormDialog) -> tuple[Job, ...]:
    """Ask, and return the jobs that were made; empty when the person thought better of it."""
    try:
        await open_dialog(dialog)
        return dialog.created
    finally:
        dialog.deleteLater()
