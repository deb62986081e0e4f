"""The New Upload dialog: from files and an address to jobs, with nothing given lost when something is refused."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from bitsgui.gui.dialogs.form_dialog import FormDialog, jobs_of
from bitsgui.gui.dialogs.new_upload_form import NewUploadForm
from bitsgui.gui.dialogs.new_upload_input import look_at, specs_of
from bitsgui.gui.dropped import addresses_in, files_in
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.tasks import Tasks
from bitsgui.model.enums import JobType
from bitsgui.model.job import Job
from bitsgui.service.completion import check_folder
from bitsgui.service.manager import JobManager


async def open_new_upload(
    manager: JobManager, preferences: Preferences, tasks: Tasks, parent: QWidget, paths: Sequence[Path] = ()
) -> tuple[Job, ...]:
    """Ask for new uploads and create them; empty when the person thought better of it."""
    return await jobs_of(NewUploadDialog(manager, preferences, tasks, parent, paths))


class NewUploadDialog(FormDialog):
    """Files may be dropped anywhere on it, and an address, too."""

    def __init__(
        self,
        manager: JobManager,
        preferences: Preferences,
        tasks: Tasks,
        parent: QWidget | None,
        paths: Sequence[Path],
    ) -> None:
        super().__init__(tasks, parent, self.tr("New upload"), "Upload")
        self._manager = manager
        self._preferences = preferences
        self._is_looking = False
        self._fields = NewUploadForm(preferences.settings)
        self._fields.look_wanted.connect(self._on_look)
        self.setAcceptDrops(True)
        self.put_in(self._fields)
        self._fields.add_files(paths)

    def go_text(self) -> str:
        count = self._fields.count
        return self.tr("Upload %n files", None, count) if count > 1 else self.tr("Upload")

    async def make_jobs(self) -> tuple[Job, ...]:
        wanted = self._fields.read()
        if wanted.type is JobType.UPLOAD_REPLY:
            for folder in {wanted.reply_folder or path.parent for path in wanted.files}:
                await asyncio.to_thread(check_folder, folder)
        return await self._manager.create_jobs(specs_of(wanted, self._preferences.settings.new_job))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()) or addresses_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        if files := files_in(event.mimeData()):
            self._fields.add_files(files)
        else:
            self._fields.set_address(addresses_in(event.mimeData())[0])

    def _on_look(self) -> None:
        if not self._is_looking:
            self.tasks.start(self._look(), name="look at files to send")

    async def _look(self) -> None:
        """Ask the disk, off the loop, until it was asked about what the form holds now."""
        self._is_looking = True
        try:
            while (unseen := self._fields.unseen) is not None:
                sources, free_name = await asyncio.to_thread(look_at, *unseen)
                self._fields.show_seen(unseen, sources, free_name)
        finally:
            self._is_looking = False
