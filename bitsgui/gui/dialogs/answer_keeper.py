"""What is kept of the answers to errors beside the dialog: drafts that outlive a crash, and jobs that go on by
themselves once they may."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog, Outcome
from bitsgui.gui.dialogs.fix_flow import answers_for, keep_draft
from bitsgui.gui.dialogs.fixes.space import BY_ITSELF
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts.group_texts import resumed_text
from bitsgui.model.answers import Draft
from bitsgui.model.job import Job, JobId
from bitsgui.model.remedy import Remedy
from bitsgui.service.healing import Healing
from bitsgui.service.manager import JobManager

_SOON_MS: Final = 300
"""After the last key, before it is stored."""


class AnswerKeeper(QObject):
    """Signal: `told` carries what became of jobs that went on by themselves."""

    told = Signal(str)

    def __init__(self, manager: JobManager, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._manager = manager
        self._tasks = tasks
        self._healing = Healing(manager, self._on_healed)
        self._is_looking = False
        self._healed: frozenset[JobId] = frozenset()
        self._dialog: JobErrorDialog | None = None
        self._pending: tuple[tuple[JobId, ...], Draft] | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._store)

    @property
    def watched(self) -> frozenset[JobId]:
        """The jobs that go on by themselves."""
        return self._healing.waiting

    def begin(self) -> None:
        """Go on watching for what was ticked before the program ended."""
        self._tasks.start(self._resume_watching(), name="drafts of failed jobs")

    def attend(self, dialog: JobErrorDialog) -> None:
        """Keep what is answered in this dialog, and show it what was answered before."""
        self._dialog = dialog
        dialog.edited.connect(lambda draft: self._on_edited(dialog, draft))
        self._tasks.start(self._load(dialog, dialog.jobs), name=f"earlier answers for {dialog.jobs[0].id}")

    def leave(self, dialog: JobErrorDialog) -> None:
        """The dialog has closed: what was typed stays, unless it was done."""
        self._dialog = None
        self._soon.stop()
        if dialog.outcome is Outcome.RESOLVED:
            self._pending = None
        else:
            self._store()

    def has_told(self, jobs: Sequence[Job]) -> bool:
        """Whether it was said already why these need nobody any more."""
        return bool(jobs) and self._healed.issuperset(job.id for job in jobs)

    async def _load(self, dialog: JobErrorDialog, jobs: Sequence[Job]) -> None:
        answers = await answers_for(self._manager, jobs)
        if self._dialog is dialog:
            dialog.show_answers(answers)

    async def _resume_watching(self) -> None:
        groups: dict[str, list[JobId]] = {}
        for job_id, draft in (await self._manager.drafts()).items():
            if draft.values.get(BY_ITSELF) and draft.remedy in Remedy.__members__:
                groups.setdefault(draft.remedy, []).append(job_id)
        for remedy, job_ids in groups.items():
            self._watch(job_ids, Remedy[remedy])

    def _on_edited(self, dialog: JobErrorDialog, draft: Draft) -> None:
        self._pending = tuple(job.id for job in dialog.jobs), draft
        self._soon.start()
        self._healing.unwatch(job.id for job in dialog.jobs)
        if dialog.goes_on_by_itself:
            self._watch([job.id for job in dialog.chosen], dialog.remedy)

    def _store(self) -> None:
        if self._pending is not None:
            self._tasks.start(keep_draft(self._manager, *self._pending), name="draft of a fix")
            self._pending = None

    def _watch(self, job_ids: Sequence[JobId], remedy: Remedy) -> None:
        self._healing.watch(job_ids, remedy)
        if not self._is_looking and self._healing.waiting:
            self._is_looking = True
            self._tasks.start(self._look(), name="jobs that go on by themselves")

    async def _look(self) -> None:
        try:
            await self._healing.run()
        finally:
            self._is_looking = False

    def _on_healed(self, jobs: tuple[Job, ...], remedy: Remedy) -> None:
        self._healed = frozenset(job.id for job in jobs)
        for job in jobs:
            self._tasks.start(self._manager.keep_draft(job.id, None), name=f"draft of {job.id}")
        self.told.emit(resumed_text(jobs, remedy))
