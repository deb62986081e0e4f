"""What the actions do: verbs, priority, folders, the clipboard, the dialogs; follows the selection."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QSettings, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from bitsgui.gui.dialogs.new_job import open_new_job
from bitsgui.gui.dialogs.new_upload import open_new_upload
from bitsgui.gui.dropped import Offer, is_offer, offer_in
from bitsgui.gui.models.job_row import JobRow, offered_for_any
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.verb_texts import no_complete_reason, refused_priority
from bitsgui.gui.windows.actions import SPECS as ACTIONS
from bitsgui.gui.windows.actions import VERB_ACTIONS, ActionId, explain
from bitsgui.gui.windows.job_view import JobView
from bitsgui.gui.windows.verbs import VerbRunner
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import FINAL_STATES, JobPriority, JobState, Verb
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.urls import display_url

if TYPE_CHECKING:
    from bitsgui.service.manager import JobManager


class Commands(QObject):
    """Signals: what the window itself has to do, `refused` with a text, `created` with JobIds,
    `cancelled` with jobs as they were before."""

    refused = Signal(str)
    cancelled = Signal(list)
    created = Signal(list)
    error_wanted = Signal(str)
    search_wanted = Signal()
    quit_wanted = Signal()
    compact_toggled = Signal(bool)
    details_toggled = Signal(bool)

    def __init__(
        self,
        manager: "JobManager",
        preferences: Preferences,
        tasks: Tasks,
        view: JobView,
        actions: Mapping[ActionId, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._manager = manager
        self._preferences = preferences
        self._tasks = tasks
        self._view = view
        self._actions = actions
        self._window = window
        self._verbs = VerbRunner(manager, tasks, window)
        self._verbs.refused.connect(self.refused)
        self._verbs.cancelled.connect(self.cancelled)
        self._connect()
        view.toggle_wanted.connect(self._actions[ActionId.TOGGLE].trigger)
        view.activated.connect(lambda _: self._on_activated())

    def refresh(self, rows: Sequence[JobRow]) -> None:
        """Enable what the selection allows."""
        offered = offered_for_any(rows)
        for key in VERB_ACTIONS:
            self._actions[key].setEnabled(ACTIONS[key].verb in offered)
        explain(self._actions[ActionId.COMPLETE], None if Verb.COMPLETE in offered else _no_complete_reason(rows))
        self._actions[ActionId.TOGGLE].setEnabled(bool(offered & {Verb.RESUME, Verb.SUSPEND}))
        self._actions[ActionId.SHOW_ERROR].setEnabled(len(rows) == 1 and needs_you(rows[0].job))
        is_one = len(rows) == 1 and rows[0].job.state not in FINAL_STATES
        self._actions[ActionId.PROPERTIES].setEnabled(is_one)
        for key in (ActionId.OPEN_FOLDER, ActionId.COPY_ADDRESS):
            self._actions[key].setEnabled(any(row.job.files for row in rows))

    def new_download(self, urls: Sequence[str] = ()) -> None:
        """Open the dialog, filled with the addresses."""
        self.offer_download(Offer(urls=tuple(urls)))

    def offer_download(self, offer: Offer) -> None:
        """Open the dialog, filled with what was pasted or dropped."""
        self._tasks.start(self._new_download(offer), name="new download")

    def new_upload(self, paths: Sequence[Path] = ()) -> None:
        """Open the dialog, filled with the files."""
        self._tasks.start(self._new_upload(tuple(paths)), name="new upload")

    def settings(self) -> None:
        """Open the settings."""
        # Seldom wanted: the start of the window need not wait for it.
        from bitsgui.gui.dialogs.settings import open_settings

        self._tasks.start(open_settings(self._preferences, self._tasks, self._window), name="settings")

    def set_priority(self, priority: JobPriority) -> None:
        """Of every selected job that is still in the queue."""
        jobs = [job for job in self._view.selected_jobs() if job.state not in FINAL_STATES]
        self._tasks.start(self._set_priority(jobs, priority), name=f"priority {priority.name}")

    def common_priority(self) -> JobPriority | None:
        """The one that all selected jobs have."""
        found = {job.settings.priority for job in self._view.selected_jobs()}
        return found.pop() if len(found) == 1 else None

    def wants_details(self) -> bool:
        """Whether the pane below the table is wanted."""
        return self._actions[ActionId.DETAILS].isChecked()

    def folder(self) -> Path:
        """Where downloads go."""
        return Path(self._preferences.folder)

    def save(self, settings: QSettings) -> None:
        """The two toggles."""
        settings.setValue("view/compact", self._actions[ActionId.COMPACT].isChecked())
        settings.setValue("view/details", self._actions[ActionId.DETAILS].isChecked())

    def restore(self, settings: QSettings) -> None:
        """Two lines a row and the details shown unless told otherwise."""
        self._actions[ActionId.DETAILS].setChecked(bool(settings.value("view/details", True, type=bool)))
        self._actions[ActionId.COMPACT].setChecked(bool(settings.value("view/compact", False, type=bool)))

    def _connect(self) -> None:
        for key in VERB_ACTIONS:
            self._actions[key].triggered.connect(lambda _=False, k=key: self._run(ACTIONS[k].verb))
        plain = {
            ActionId.NEW: self.new_download,
            ActionId.NEW_UPLOAD: self.new_upload,
            ActionId.PASTE: self.paste,
            ActionId.TOGGLE: self._toggle,
            ActionId.SHOW_ERROR: self._show_error,
            ActionId.NEXT_ERROR: self._next_error,
            ActionId.RETRY_WAITING: self._manager.network_is_back,
            ActionId.OPEN_FOLDER: self._open_folders,
            ActionId.COPY_ADDRESS: self._copy_addresses,
            ActionId.SETTINGS: self.settings,
            ActionId.PROPERTIES: self._properties,
            ActionId.SEARCH: self.search_wanted.emit,
            ActionId.QUIT: self.quit_wanted.emit,
        }
        for key, slot in plain.items():
            self._actions[key].triggered.connect(lambda _=False, call=slot: call())
        self._actions[ActionId.COMPACT].toggled.connect(self.compact_toggled)
        self._actions[ActionId.DETAILS].toggled.connect(self.details_toggled)

    def _run(self, verb: Verb | None) -> None:
        if verb is not None:
            self._verbs.start(verb, self._view.selected_jobs())

    def _toggle(self) -> None:
        """Suspend what can be suspended; if nothing can, resume."""
        rows = self._view.selected()
        self._run(Verb.SUSPEND if Verb.SUSPEND in offered_for_any(rows) else Verb.RESUME)

    def paste(self) -> None:
        """Open the dialog, filled with what is in the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        if is_offer(data):
            self.take(data)
        else:
            self.refused.emit(self.tr("The clipboard holds no address that starts with http:// or https://."))

    def take(self, data: QMimeData) -> None:
        """Open the dialog, filled with addresses or a curl command that came along."""
        try:
            offer = offer_in(data)
        except BitsError as error:
            self.refused.emit(bits_error_text(error))
        else:
            self.offer_download(offer)

    def _show_error(self) -> None:
        current = self._view.current_id()
        if current is not None:
            self.error_wanted.emit(current)

    def _properties(self) -> None:
        from bitsgui.gui.dialogs.properties import open_properties  # as above

        job = self._view.selected_jobs()[0]
        self._tasks.start(open_properties(self._manager, job, self._tasks, self._window), name="properties")

    def _next_error(self) -> None:
        """The next one below the current job, from the top again at the end."""
        waiting = [job.id for job in self._manager.enumerate() if needs_you(job)]
        if not waiting:
            return
        current = self._view.current_id()
        after = waiting.index(current) + 1 if current in waiting else 0
        job_id = waiting[after % len(waiting)]
        self._view.select([job_id], job_id)
        self.error_wanted.emit(job_id)

    def _on_activated(self) -> None:
        """Enter or a double click: what the job most likely asks for."""
        jobs = self._view.selected_jobs()
        if len(jobs) == 1 and needs_you(jobs[0]):
            self.error_wanted.emit(jobs[0].id)
        elif jobs and all(job.state is JobState.ACKNOWLEDGED for job in jobs):
            self._open_folders()

    def _open_folders(self) -> None:
        files = (f for job in self._view.selected_jobs() for f in job.entries.values())
        folders = {Path(f.local_name).parent for f in files if f.local_name}
        for folder in sorted(folders):
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
                self.refused.emit(self.tr("The folder {folder} could not be opened.").format(folder=folder))

    def _copy_addresses(self) -> None:
        urls = [display_url(f.remote_name) for job in self._view.selected_jobs() for f in job.files]
        QGuiApplication.clipboard().setText("\n".join(urls))

    async def _new_download(self, offer: Offer) -> None:
        jobs = await open_new_job(self._manager, self._preferences, self._tasks, self._window, offer)
        self.created.emit([job.id for job in jobs])

    async def _new_upload(self, paths: tuple[Path, ...]) -> None:
        jobs = await open_new_upload(self._manager, self._preferences, self._tasks, self._window, paths)
        self.created.emit([job.id for job in jobs])

    async def _set_priority(self, jobs: Sequence[Job], priority: JobPriority) -> None:
        for job in jobs:
            try:
                await self._manager.set_priority(job.id, priority)
            except BitsError as error:
                self.refused.emit(refused_priority(job, error))


def _no_complete_reason(rows: Sequence[JobRow]) -> str | None:
    """Why none of the selected jobs can be completed, where there is one reason for all."""
    reasons = {no_complete_reason(row.job) for row in rows if row.job.state not in FINAL_STATES}
    return reasons.pop() if len(reasons) == 1 else None
