"""What can be done with jobs that have ended: undo a Cancel, run again, take out of the list."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from bitsgui.gui.many_jobs import carry_out
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts import history_texts as texts
from bitsgui.gui.windows.actions import ActionId
from bitsgui.gui.windows.job_view import JobView
from bitsgui.model.cancel_effect import UNDO_S, may_be_undone
from bitsgui.model.enums import FINAL_STATES
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId
from bitsgui.service.again import spec_again
from bitsgui.service.manager import JobManager

_Refusal = Callable[[Sequence[tuple[Job, BitsError]]], str]
_OF_THE_ENDED: Final = (ActionId.RUN_AGAIN, ActionId.FORGET)


class HistoryCommands(QObject):
    """Signals: `refused` and `told` with a text, `created` with JobIds; `undo_offered` with the text of the bar that
    offers it, empty when there is nothing to undo any more.
    """

    refused = Signal(str)
    told = Signal(str)
    created = Signal(list)
    undo_offered = Signal(str)

    def __init__(
        self, manager: JobManager, tasks: Tasks, view: JobView, actions: Mapping[ActionId, QAction], window: QWidget
    ) -> None:
        super().__init__(window)
        self._manager = manager
        self._tasks = tasks
        self._view = view
        self._actions = actions
        self._last: tuple[JobId, ...] = ()
        self._over = QTimer(self, singleShot=True, interval=round(UNDO_S * 1000))
        self._over.timeout.connect(self._forget_last)
        slots = {ActionId.UNDO_CANCEL: self.undo, ActionId.RUN_AGAIN: self._run_again, ActionId.FORGET: self._forget}
        for key, slot in slots.items():
            actions[key].triggered.connect(lambda _=False, call=slot: call())
        self.refresh(())

    def refresh(self, rows: Sequence[JobRow]) -> None:
        """Enable what the selection allows; in the menu of other jobs they take no room."""
        has_ended = any(row.job.state in FINAL_STATES for row in rows)
        for key in _OF_THE_ENDED:
            self._actions[key].setEnabled(has_ended)
            self._actions[key].setVisible(has_ended)
        self._actions[ActionId.UNDO_CANCEL].setVisible(any(may_be_undone(row.job) for row in rows) or bool(self._last))

    def offer_undo(self, jobs: Sequence[Job]) -> None:
        """These jobs, as they were, have just been cancelled."""
        self._last = tuple(job.id for job in jobs)
        self._over.start()
        self._actions[ActionId.UNDO_CANCEL].setVisible(True)
        self.undo_offered.emit(texts.undo_offer(jobs))

    def undo(self) -> None:
        """The selected jobs that may come back; if none may, those of the last Cancel."""
        selected = [job for job in self._view.selected_jobs() if may_be_undone(job)]
        jobs = selected or self._last_jobs()
        if jobs:
            self._tasks.start(self._undo(jobs), name=f"undo cancel of {len(jobs)} jobs")

    def undo_last(self) -> None:
        """Those of the last Cancel, whatever is selected."""
        self._tasks.start(self._undo(self._last_jobs()), name="undo the last cancel")

    def _last_jobs(self) -> list[Job]:
        known = {job.id: job for job in self._manager.history()}
        return [known[job_id] for job_id in self._last if job_id in known]

    async def _undo(self, jobs: Sequence[Job]) -> None:
        refused = await self._act(jobs, self._manager_undo, texts.refused_undo)
        back = [job for job in jobs if job not in refused]
        if back:
            self.told.emit(texts.undone_text(back))
        if {job.id for job in jobs} & set(self._last):
            self._forget_last()

    def _manager_undo(self, job: Job) -> Awaitable[object]:
        return self._manager.undo_cancel(job.id)

    def _forget_last(self) -> None:
        self._over.stop()
        self._last = ()
        self.undo_offered.emit("")

    def _run_again(self) -> None:
        jobs = self._ended()
        self._tasks.start(self._create(jobs), name=f"run {len(jobs)} jobs again")

    async def _create(self, jobs: Sequence[Job]) -> None:
        made: list[JobId] = []

        async def create(job: Job) -> None:
            made.extend(new.id for new in await self._manager.create_jobs([spec_again(job)]))

        await self._act(jobs, create, texts.refused_again)
        if made:
            self.created.emit(made)

    def _forget(self) -> None:
        jobs = self._ended()
        act = self._act(jobs, lambda job: self._manager.forget(job.id), texts.refused_forget)
        self._tasks.start(act, name=f"forget {len(jobs)} jobs")

    def _ended(self) -> list[Job]:
        return [job for job in self._view.selected_jobs() if job.state in FINAL_STATES]

    async def _act(self, jobs: Sequence[Job], act: Callable[[Job], Awaitable[object]], words: _Refusal) -> list[Job]:
        refused = await carry_out(jobs, act)
        if refused:
            self.refused.emit(words(refused))
        return [job for job, _ in refused]
