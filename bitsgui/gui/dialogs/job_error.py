"""The JobError slot: told by the manager, it returns at once and brings up one dialog at a time, one for each cause.

It never takes the focus and pops nothing over a hidden window: what it does not show, it says is unseen.
"""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from bitsgui.gui.dialogs.answer_keeper import AnswerKeeper
from bitsgui.gui.dialogs.cause_groups import CauseGroups
from bitsgui.gui.dialogs.error_dialog import JobErrorDialog, Outcome
from bitsgui.gui.tasks import Tasks
from bitsgui.model.cause_group import CauseKey
from bitsgui.model.codes import S_OK
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import JobState
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId
from bitsgui.service.events import Changed, Event, JobRemoved
from bitsgui.service.manager import JobManager
from bitsgui.service.volumes import volumes_of

_GATHER_MS: Final = 50
"""What fails together comes up together."""


class JobErrorSlots(QObject):
    """The window's NotifyInterface.

    Signals: `told` carries one sentence on what came of a decision, `cancelled` jobs as they were before, `unseen`
    the JobId of a failure that no dialog tells of; `regrouped` when a job failed otherwise or needs nobody any more.
    `pops`: whether dialogs open by themselves.
    """

    told = Signal(str)
    cancelled = Signal(list)
    unseen = Signal(str)
    regrouped = Signal()

    def __init__(self, manager: JobManager, tasks: Tasks, parent_window: QWidget) -> None:
        super().__init__(parent_window)
        self._manager = manager
        self._tasks = tasks
        self._window = parent_window
        self.pops = True
        self._keeper = AnswerKeeper(manager, tasks, self)
        self._keeper.told.connect(self.told)
        self.groups = CauseGroups(manager.enumerate())
        self._dialog: JobErrorDialog | None = None
        self._key: CauseKey | None = None
        self._due: dict[JobId, None] = {}
        self._of_the_banner: frozenset[JobId] = frozenset()
        self._is_placing = False
        self._unsubscribe = manager.subscribe(self._on_event)
        self._soon = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._soon.timeout.connect(self._offer)

    @property
    def dialog(self) -> JobErrorDialog | None:
        """The one that is open."""
        return self._dialog

    @property
    def watched(self) -> frozenset[JobId]:
        """The jobs that go on by themselves as soon as they can."""
        return self._keeper.watched

    def close(self) -> None:
        """Stop listening and put the open dialog away; nothing is decided."""
        self._unsubscribe()
        self._soon.stop()
        if self._dialog is not None:
            self._keeper.leave(self._dialog)
            self._dialog.hide()
            self._dialog = None

    def put_away(self) -> None:
        """Show nothing more of what has come up so far, but a fix under way; nothing is decided."""
        self._soon.stop()
        self._due.clear()
        if self._dialog is not None and not self._dialog.is_busy:
            self._drop_dialog()

    def leave_to_banner(self) -> None:
        """What needs the person already, the banner tells: at a start no dialog pops, what was ticked is watched."""
        self._keeper.begin()
        self._of_the_banner = frozenset(job.id for job in self.groups.all_jobs())

    def job_error(self, job: Job, error: JobError) -> HResult:
        """IBackgroundCopyCallback::JobError: S_OK at once, the dialog comes on a later turn of the loop."""
        self._announce(job.id)
        return S_OK

    def job_transferred(self, job: Job) -> HResult:
        """IBackgroundCopyCallback::JobTransferred: nothing to decide."""
        return S_OK

    def job_modification(self, job: Job) -> HResult:
        """IBackgroundCopyCallback::JobModification: the window follows events."""
        return S_OK

    def review(self, first: JobId | None = None) -> None:
        """Go through all that needs the person, group by group; the group of `first` before the others."""
        jobs = self.groups.all_jobs()
        self._due = dict.fromkeys(job.id for job in jobs)
        if jobs:
            self._bring_up(first if first in self._due else jobs[0].id, None)

    def show_error(self, job_id: JobId) -> None:
        """Open the dialog of this job because the person asked for it: of its group only this one is chosen."""
        self._due = dict.fromkeys(job.id for job in self.groups.all_jobs())
        if self.groups.key(job_id) is not None:
            self._bring_up(job_id, job_id)

    def _bring_up(self, job_id: JobId, only: JobId | None) -> None:
        key = self.groups.key(job_id)
        is_other = key != self._key or only is not None
        if self._dialog is not None and not self._dialog.is_busy and is_other:
            self._drop_dialog()
        if self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
        elif key is not None:
            self._open(key, only, activate=True)

    def _announce(self, job_id: JobId) -> None:
        if job_id in self._of_the_banner:
            return
        if self.pops and self._window.isVisible() and not self._window.isMinimized():
            self._due[job_id] = None
            self._look_again()
        else:
            self.unseen.emit(job_id)

    def _look_again(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _waiting(self) -> dict[CauseKey, None]:
        """The groups that are to come up, without the one that is shown."""
        keys = (self.groups.key(job_id) for job_id in self._due)
        return dict.fromkeys(key for key in keys if key is not None and key != self._key)

    def _offer(self) -> None:
        if self.groups.unplaced and not self._is_placing:
            self._tasks.start(self._place(), name="volumes of failed jobs")
        if self._is_placing or self.groups.unplaced:
            return
        if self._dialog is None:
            self._open_next(activate=False)
            return
        self._show_group()
        if self._dialog is not None:  # what it shows may have been the last of its group
            self._dialog.show_waiting(self._count(self._waiting()))

    def _show_group(self) -> None:
        """Show who is in the group now; one that is known better by now, by its facts, comes up anew as that."""
        dialog, key = self._dialog, self._key
        if dialog is None or key is None:
            return
        jobs = self.groups.jobs(key)
        better = next((found for job in dialog.jobs if (found := self.groups.key(job.id)) is not None), None)
        if jobs or better is None or dialog.is_busy:
            dialog.show_jobs(jobs)
            return
        self._drop_dialog()
        self._open(better, None, activate=dialog.isActiveWindow())

    async def place(self) -> None:
        """Ask the disk which folders share a volume: jobs on a full one belong together."""
        self.groups.place(await volumes_of(frozenset(self.groups.unplaced)))

    async def _place(self) -> None:
        self._is_placing = True
        try:
            await self.place()
            if self._dialog is not None:
                self._key = self.groups.key(self._dialog.jobs[0].id) or self._key
        finally:
            self._is_placing = False
        self._look_again()

    def _count(self, keys: Iterable[CauseKey]) -> int:
        return sum(len(self.groups.jobs(key)) for key in keys)

    def _open_next(self, *, activate: bool) -> None:
        waiting = next(iter(self._waiting()), None)
        if waiting is not None:
            self._open(waiting, None, activate=activate)

    def _open(self, key: CauseKey, only: JobId | None, *, activate: bool) -> None:
        self._key = key
        dialog = JobErrorDialog(self._manager, self._tasks, self.groups.jobs(key), self._window, only)
        dialog.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not activate)
        dialog.finished.connect(self._on_finished)
        dialog.cancelled.connect(self.cancelled)
        dialog.details.history_wanted.connect(self._on_history_wanted)
        self._dialog = dialog
        dialog.show_waiting(self._count(self._waiting()))
        dialog.show()
        if activate:  # a window that was shown just now would take the focus after it
            dialog.activateWindow()
        self._keeper.attend(dialog)
        self._on_history_wanted(dialog.looked_at)

    def _on_finished(self) -> None:
        dialog = self._drop_dialog()
        for job in dialog.jobs:
            self._due.pop(job.id, None)
        if dialog.outcome is Outcome.LATER:
            self._due.clear()
        if dialog.result_text and not self._keeper.has_told(dialog.jobs):
            self.told.emit(dialog.result_text)
        self._open_next(activate=dialog.outcome is Outcome.NEXT)

    def _drop_dialog(self) -> JobErrorDialog:
        dialog = self._dialog
        assert dialog is not None
        self._dialog = self._key = None
        self._keeper.leave(dialog)
        dialog.hide()
        dialog.deleteLater()
        return dialog

    def _on_event(self, event: Event) -> None:
        if isinstance(event, JobRemoved):
            self.groups.drop(event.job_id)
            self.regrouped.emit()
            return
        fields = getattr(event, "fields", Changed.STATE)
        if not fields & (Changed.STATE | Changed.ERROR):
            return
        before = self.groups.key(event.job.id)
        self.groups.note(event.job)
        if before != self.groups.key(event.job.id):
            self.regrouped.emit()
        if not needs_you(event.job):
            self._of_the_banner -= {event.job.id}
        if needs_you(event.job) and event.job.state is JobState.TRANSFERRED:
            self._announce(event.job.id)  # BITS has no notification for a rename that failed
        elif self._dialog is not None and self._key in (before, self.groups.key(event.job.id)):
            self._look_again()

    def _on_history_wanted(self, job: Job) -> None:
        self._tasks.start(self._show_history(job), name=f"error history of {job.id}")

    async def _show_history(self, job: Job) -> None:
        try:
            errors = await self._manager.error_history(job.id)
            tried = await self._manager.remedies_tried(job.id)
        except BitsError:
            return  # the job left the queue meanwhile; its dialog closes
        if self._dialog is not None:
            self._dialog.details.show_history(job, errors, tried)
