"""Verbs on the selected jobs: which are possible, the question before a loss, and refusals in words."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from bitsgui.gui.many_jobs import carry_out
from bitsgui.gui.models.job_row import offered_verbs
from bitsgui.gui.resources import icon
from bitsgui.gui.tasks import Tasks, open_dialog
from bitsgui.gui.texts.verb_texts import Question, cancel_question, complete_question, refusal_text
from bitsgui.model.cancel_effect import UNDO_S
from bitsgui.model.enums import Verb
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId

_SIGN = QSize(32, 32)


class Verbs(Protocol):
    """The part of JobManager that this module needs."""

    async def resume(self, job_id: JobId) -> HResult: ...

    async def suspend(self, job_id: JobId) -> HResult: ...

    async def complete(self, job_id: JobId) -> HResult: ...

    async def cancel(self, job_id: JobId, undo_s: float = 0) -> HResult: ...


class VerbRunner(QObject):
    """Signals: `refused` carries in words what a verb could not do, `cancelled` jobs as they were before."""

    refused = Signal(str)
    cancelled = Signal(list)

    def __init__(self, manager: Verbs, tasks: Tasks, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._window = window
        self._calls: dict[Verb, Callable[[JobId], Awaitable[HResult]]] = {
            Verb.RESUME: manager.resume,
            Verb.SUSPEND: manager.suspend,
            Verb.COMPLETE: manager.complete,
            Verb.CANCEL: partial(manager.cancel, undo_s=UNDO_S),
        }

    def start(self, verb: Verb, jobs: Sequence[Job]) -> None:
        """Run the verb on those jobs that offer it."""
        able = [job for job in jobs if verb in offered_verbs(job)]
        if able:
            self._tasks.start(self._run(verb, able), name=f"{verb} {len(able)} jobs")

    async def _run(self, verb: Verb, jobs: Sequence[Job]) -> None:
        question = _question(verb, jobs)
        if question is not None and not await _is_confirmed(question, self._window):
            return
        refused = await carry_out(jobs, lambda job: self._calls[verb](job.id))
        if refused:
            self.refused.emit(refusal_text(verb, refused))
        kept = {job.id for job, _ in refused}
        done = [job for job in jobs if job.id not in kept]
        if done and verb is Verb.CANCEL:
            self.cancelled.emit(done)


def _question(verb: Verb, jobs: Sequence[Job]) -> Question | None:
    if verb is Verb.CANCEL:
        return cancel_question(jobs)
    partly = [job for job in jobs if job.is_partly_transferred]
    return complete_question(partly) if verb is Verb.COMPLETE and partly else None


async def _is_confirmed(question: Question, window: QWidget) -> bool:
    """Ask without blocking; Escape and Return keep everything as it is."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, window.windowTitle(), question.text, parent=window)
    box.setIconPixmap(icon("alert-circle-outline", "error").pixmap(_SIGN))
    box.setObjectName("confirm")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(question.detail)
    yes = box.addButton(question.yes, QMessageBox.ButtonRole.DestructiveRole)
    yes.setObjectName("confirm_yes")
    yes.setProperty("danger", True)
    yes.style().unpolish(yes)  # the box has dressed it already, before it was known to be one
    yes.style().polish(yes)
    no = box.addButton(question.no, QMessageBox.ButtonRole.RejectRole)
    no.setObjectName("confirm_no")
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    await open_dialog(box)
    confirmed = box.clickedButton() is yes
    box.deleteLater()
    return confirmed
