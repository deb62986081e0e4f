"""The New Download dialog: from typed addresses to jobs, with nothing typed lost when something is refused."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings, QStandardPaths, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.collisions import (
    Choice,
    Collision,
    CollisionsDialog,
    find_collisions,
    queued_names,
    settle,
)
from bitsgui.gui.dialogs.fields import TallScroll, fit_to_content, plain_label
from bitsgui.gui.dialogs.new_job_form import NewJobForm
from bitsgui.gui.dialogs.new_job_specs import Settled, specs_of
from bitsgui.gui.tasks import Tasks, open_dialog
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.theme import STEP
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.service.completion import check_folder
from bitsgui.service.manager import JobManager

_FOLDER_KEY: Final = "new_job/folder"
_WIDTH_IN_LINES: Final = 40


async def open_new_job(
    manager: JobManager, settings: QSettings, tasks: Tasks, parent: QWidget, urls: Sequence[str] = ()
) -> tuple[Job, ...]:
    """Ask for new downloads and create them; empty when the person thought better of it."""
    dialog = NewJobDialog(manager, settings, tasks, parent, urls)
    try:
        await open_dialog(dialog)
        return dialog.created
    finally:
        dialog.deleteLater()


class NewJobDialog(QDialog):
    """`created` holds the jobs when it was accepted."""

    def __init__(
        self, manager: JobManager, settings: QSettings, tasks: Tasks, parent: QWidget | None, urls: Sequence[str]
    ) -> None:
        super().__init__(parent)
        self.created: tuple[Job, ...] = ()
        self._manager = manager
        self._settings = settings
        self._tasks = tasks
        self._is_busy = False
        self._form = NewJobForm(remembered_folder(settings), urls)
        self._said = plain_label("", "field-error")
        self.setWindowTitle(self.tr("New download"))
        self._build()
        self._on_changed()
        self._form.setFocus()

    def reject(self) -> None:
        if not self._is_busy:
            super().reject()

    def _build(self) -> None:
        scroll = TallScroll(self._form)
        scroll.setMinimumWidth(_WIDTH_IN_LINES * self.fontMetrics().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(*(6 * STEP,) * 4)
        column.setSpacing(3 * STEP)
        column.addWidget(scroll, 1)
        column.addWidget(self._said)
        column.addWidget(self._buttons())
        self._said.hide()
        self._form.changed.connect(self._on_changed)
        scroll.content_resized.connect(lambda: fit_to_content(self))

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self._go = buttons.addButton(self.tr("Download"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._go.setObjectName("Download")
        self._go.setProperty("primary", "true")
        self._go.setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
        buttons.accepted.connect(self._on_go)
        buttons.rejected.connect(self.reject)
        # Enter makes a new line among the addresses.
        QShortcut(QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return), self, self._on_go)
        return buttons

    def _on_changed(self) -> None:
        self._said.hide()
        count = self._form.count
        self._go.setEnabled(self._form.is_ready and not self._is_busy)
        self._go.setText(self.tr("Download %n files", None, count) if count > 1 else self.tr("Download"))

    def _on_go(self) -> None:
        if self._form.is_ready and not self._is_busy:
            self._tasks.start(self._submit(), name="new download")

    async def _submit(self) -> None:
        self._set_busy(True)
        try:
            self.created = await self._create()
        except BitsError as error:
            self._say(bits_error_text(error))
        except OSError as error:
            self._form.say_folder_problem(self._folder_text(error))
        finally:
            self._set_busy(False)
        if self.created:
            self._settings.setValue(_FOLDER_KEY, str(self._form.read().folder))
            self.accept()

    async def _create(self) -> tuple[Job, ...]:
        wanted = self._form.read()
        names = tuple(wanted.file_name(address) for address in wanted.addresses)
        await asyncio.to_thread(check_folder, wanted.folder)
        queued = await asyncio.to_thread(queued_names, self._manager.enumerate(), wanted.folder)
        collisions = await asyncio.to_thread(find_collisions, wanted.folder, names, queued)
        choices = await self._ask(collisions, wanted.folder)
        if choices is None:
            return ()
        final = await asyncio.to_thread(settle, wanted.folder, names, queued, choices)
        settled = [
            Settled(address, name, not wanted.name and index not in choices, choices.get(index) is Choice.OVERWRITE)
            for index, (address, name) in enumerate(zip(wanted.addresses, final, strict=True))
            if name is not None
        ]
        if not settled:
            self._say(self.tr("Every file is skipped, so there is nothing to download."))
            return ()
        return await self._manager.create_jobs(specs_of(wanted, settled))

    async def _ask(self, collisions: Sequence[Collision], folder: Path) -> dict[int, Choice] | None:
        """The choice for each collision; None to go back to the form."""
        if not collisions:
            return {}
        dialog = CollisionsDialog(collisions, folder, self)
        try:
            accepted = await open_dialog(dialog) == QDialog.DialogCode.Accepted
            return dialog.choices if accepted else None
        finally:
            dialog.deleteLater()

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._form.setEnabled(not busy)
        self._go.setEnabled(not busy and self._form.is_ready)

    def _say(self, problem: str) -> None:
        self._said.setText(problem)
        self._said.show()

    def _folder_text(self, error: OSError) -> str:
        if isinstance(error, PermissionError):
            return self.tr("You may not write to this folder.")
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return self.tr("There is no such folder.")
        return self.tr("This folder cannot be used: {reason}").format(reason=error.strerror or error)


def remembered_folder(settings: QSettings) -> str:
    """Where downloads go: the folder used last, else the system's."""
    downloads = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return str(settings.value(_FOLDER_KEY, downloads) or downloads)
