"""The New Download dialog: from typed addresses to jobs, with nothing typed lost when something is refused."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QWidget

from bitsgui.gui.dialogs.collisions import (
    Choice,
    Collision,
    CollisionsDialog,
    find_collisions,
    queued_names,
    settle,
)
from bitsgui.gui.dialogs.form_dialog import FormDialog, jobs_of
from bitsgui.gui.dialogs.new_job_form import NewJobForm
from bitsgui.gui.dialogs.new_job_specs import Settled, specs_of
from bitsgui.gui.dropped import Offer, addresses_in, addresses_in_files, files_in
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.tasks import Tasks, open_dialog
from bitsgui.model.job import Job
from bitsgui.service.completion import check_folder
from bitsgui.service.manager import JobManager


async def open_new_job(
    manager: JobManager, preferences: Preferences, tasks: Tasks, parent: QWidget, offer: Offer
) -> tuple[Job, ...]:
    """Ask for new downloads and create them; empty when the person thought better of it."""
    return await jobs_of(NewJobDialog(manager, preferences, tasks, parent, offer))


class NewJobDialog(FormDialog):
    """Addresses, a folder, a name, options; asks about names that are taken before bytes flow."""

    def __init__(
        self,
        manager: JobManager,
        preferences: Preferences,
        tasks: Tasks,
        parent: QWidget | None,
        offer: Offer,
    ) -> None:
        super().__init__(tasks, parent, self.tr("New download"), "Download")
        self._manager = manager
        self._preferences = preferences
        self._fields = NewJobForm(preferences.folder, preferences.settings)
        self._fields.lists_given.connect(self._on_lists)
        self.setAcceptDrops(True)
        self.put_in(self._fields)
        self._fields.take(offer)

    def go_text(self) -> str:
        count = self._fields.count
        return self.tr("Download %n files", None, count) if count > 1 else self.tr("Download")

    async def make_jobs(self) -> tuple[Job, ...]:
        wanted = self._fields.read()
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
            self.say(self.tr("Every file is skipped, so there is nothing to download."))
            return ()
        jobs = await self._manager.create_jobs(specs_of(wanted, settled, self._preferences.settings.new_job))
        self._preferences.use_folder(wanted.folder)
        return jobs

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if addresses_in(event.mimeData()) or files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Anywhere on the dialog: addresses, or text files of them."""
        event.acceptProposedAction()
        if urls := addresses_in(event.mimeData()):
            self._fields.take(Offer(urls=urls))
        else:
            self._on_lists(files_in(event.mimeData()))

    def _on_lists(self, paths: Sequence[Path]) -> None:
        self.tasks.start(self._take_lists(paths), name="read lists of addresses")

    async def _take_lists(self, paths: Sequence[Path]) -> None:
        try:
            self._fields.take(Offer(urls=await asyncio.to_thread(addresses_in_files, paths)))
        except OSError as error:
            self.say(self.tr("This file cannot be read: {reason}.").format(reason=error.strerror or error))
        except ValueError as error:
            self.say(str(error))

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
