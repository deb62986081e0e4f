"""The JobError slot: told by the manager, it returns at once and brings up one dialog at a time.

It never takes the focus and pops nothing over a hidden window: there the window's banner tells.
"""

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog, Outcome
from bitsgui.gui.tasks import Tasks
from bitsgui.model.codes import S_OK
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import JobState
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId
from bitsgui.service.events import Changed, Event, JobChanged, JobRemoved
from bitsgui.service.manager import JobManager


class JobErrorSlots(QObject):
    """The window's NotifyInterface. `told`: one sentence on what came of a decision, for the status bar."""

    told = Signal(str)

    def __init__(self, manager: JobManager, tasks: Tasks, parent_window: QWidget) -> None:
        super().__init__(parent_window)
        self._manager = manager
        self._tasks = tasks
        self._window = parent_window
        self._dialog: JobErrorDialog | None = None
        # What waited before this window opened is the banner's: only announced jobs pop.
        self._due: dict[JobId, None] = {}
        self._unsubscribe = manager.subscribe(self._on_event)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._offer)

    @property
    def dialog(self) -> JobErrorDialog | None:
        """The one that is open."""
        return self._dialog

    def close(self) -> None:
        """Stop listening and put the open dialog away; nothing is decided."""
        self._unsubscribe()
        self._soon.stop()
        if self._dialog is not None:
            self._dialog.hide()
            self._dialog = None

    def job_error(self, job: Job, error: JobError) -> HResult:
        """IBackgroundCopyCallback::JobError: S_OK at once, the dialog comes on the next turn of the loop."""
        self._announce(job.id)
        return S_OK

    def job_transferred(self, job: Job) -> HResult:
        """IBackgroundCopyCallback::JobTransferred: nothing to decide."""
        return S_OK

    def show_error(self, job_id: JobId) -> None:
        """Open the dialog of this job because the person asked for it; raises BitsError(BG_E_NOT_FOUND)."""
        self._due = {job.id: None for job in self._manager.enumerate() if needs_you(job)}
        if self._dialog is not None and not self._dialog.is_busy and self._dialog.job.id != job_id:
            self._drop_dialog()
        if self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
        elif needs_you(job := self._manager.get(job_id)):
            self._open(job, activate=True)

    def _announce(self, job_id: JobId) -> None:
        self._due[job_id] = None
        self._soon.start()

    def _waiting(self) -> list[JobId]:
        shown = self._dialog.job.id if self._dialog else None
        return [job_id for job_id in self._due if job_id != shown]

    def _offer(self) -> None:
        if self._dialog is not None:
            self._dialog.show_waiting(len(self._waiting()))
        elif self._window.isVisible() and not self._window.isMinimized():
            self._open_next(activate=False)
        else:
            self._due.clear()

    def _open_next(self, *, activate: bool) -> None:
        waiting = self._waiting()
        if waiting:
            self._open(self._manager.get(waiting[0]), activate=activate)

    def _open(self, job: Job, *, activate: bool) -> None:
        dialog = JobErrorDialog(self._manager, self._tasks, job, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not activate)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.show_waiting(len(self._waiting()))
        dialog.show()
        self._tasks.start(self._fill_history(dialog), name=f"error history of {job.id}")

    def _on_finished(self) -> None:
        dialog = self._drop_dialog()
        self._due.pop(dialog.job.id, None)
        if dialog.outcome is Outcome.LATER:
            self._due.clear()
        if dialog.result_text:
            self.told.emit(dialog.result_text)
        self._open_next(activate=dialog.outcome is Outcome.NEXT)

    def _drop_dialog(self) -> JobErrorDialog:
        dialog = self._dialog
        assert dialog is not None
        self._dialog = None
        dialog.hide()
        dialog.deleteLater()
        return dialog

    def _on_event(self, event: Event) -> None:
        if isinstance(event, JobRemoved):
            self._on_left(event.job_id)
        elif isinstance(event, JobChanged) and event.fields & (Changed.STATE | Changed.ERROR):
            if not needs_you(event.job):
                self._on_left(event.job.id)
            elif event.job.state is JobState.TRANSFERRED:
                self._announce(event.job.id)  # BITS has no notification for a rename that failed

    def _on_left(self, job_id: JobId) -> None:
        self._due.pop(job_id, None)
        if self._dialog is None:
            return
        if self._dialog.job.id == job_id:
            self._dialog.close_resolved()
        self._soon.start()

    async def _fill_history(self, dialog: JobErrorDialog) -> None:
        try:
            history = await self._manager.error_history(dialog.job.id)
        except BitsError:
            return  # the job left the queue meanwhile; its dialog closes
        if self._dialog is dialog:
            dialog.show_history(history)
