"""Failures that no dialog tells of: one notice for each cause, one in all where there are many, none that is stale."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.notifications.notice import Action, Kind, Notice
from bitsgui.gui.notifications.poster import Poster
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts.notice_texts import failed_text, failed_title, many_causes_text
from bitsgui.gui.texts.translating import translate
from bitsgui.model.cause_group import CauseKey
from bitsgui.model.job import JobId

GATHER_MS: Final = 3_000
HANDFUL: Final = 3
"""More causes than these are told in one notice."""
_SUMMARY: Final = "errors"


class ErrorNotices(QObject):
    """Signal: `resolve_wanted` with the JobId whose group comes first, or "" for all."""

    resolve_wanted = Signal(str)

    def __init__(self, slots: JobErrorSlots, poster: Poster, tasks: Tasks) -> None:
        super().__init__(slots)
        self.is_on = True
        self._slots = slots
        self._poster = poster
        self._tasks = tasks
        self._numbers = count(1)
        self._fresh: dict[JobId, None] = {}
        self._told: dict[CauseKey, _Told] = {}
        self._gathering = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gathering.timeout.connect(self._on_gathered)
        slots.unseen.connect(self._on_unseen)
        slots.regrouped.connect(self._on_regrouped)
        poster.acted.connect(self._on_acted)
        poster.closed.connect(self._forget)

    def withdraw(self) -> None:
        """The person is here: the window's banner tells."""
        self._gathering.stop()
        self._fresh.clear()
        for number in self._numbers_shown():
            self._poster.withdraw(number)
        self._told.clear()

    def _numbers_shown(self) -> set[str]:
        return {told.number for told in self._told.values()}

    def _on_unseen(self, job_id: JobId) -> None:
        self._fresh[job_id] = None
        if not self._gathering.isActive():
            self._gathering.start()

    def _on_gathered(self) -> None:
        self._tasks.start(self._tell(), name="notify of failures")

    async def _tell(self) -> None:
        await self._slots.place()
        found = dict.fromkeys(self._slots.groups.key(job_id) for job_id in self._fresh)
        self._fresh.clear()
        keys = [key for key in found if key is not None]
        if not keys or not self.is_on:
            return
        if len(self._told.keys() | keys) > HANDFUL or _SUMMARY in self._numbers_shown():
            self._tell_in_all(keys)
            return
        for key in keys:
            self._tell_one(key, f"error-{next(self._numbers)}")

    def _tell_one(self, key: CauseKey, number: str) -> None:
        jobs = self._slots.groups.jobs(key)
        number = self._told[key].number if key in self._told else number
        self._told[key] = _Told(number, tuple(job.id for job in jobs))
        self._poster.post(_notice(number, failed_title(jobs), failed_text(jobs)))

    def _tell_in_all(self, keys: Sequence[CauseKey]) -> None:
        for old in self._numbers_shown() - {_SUMMARY}:
            self._poster.withdraw(old)
        groups = {key: self._slots.groups.jobs(key) for key in (*self._told, *keys)}
        self._told = {key: _Told(_SUMMARY, tuple(job.id for job in jobs)) for key, jobs in groups.items()}
        every = [job for jobs in groups.values() for job in jobs]
        self._poster.post(_notice(_SUMMARY, failed_title(every), many_causes_text(len(groups))))

    def _on_regrouped(self) -> None:
        for key in [key for key in self._told if not self._slots.groups.has(key)]:
            self._leave(key)

    def _leave(self, key: CauseKey) -> None:
        """Nobody is in that group any more: solved, or known better by now and told as that."""
        told = self._told.pop(key)
        better = next((found for job_id in told.jobs if (found := self._slots.groups.key(job_id)) is not None), None)
        if better is not None and told.number == _SUMMARY:
            self._told.setdefault(better, told)
        elif better is not None and better not in self._told:
            self._tell_one(better, told.number)
        elif told.number not in self._numbers_shown():
            self._poster.withdraw(told.number)

    def _on_acted(self, key: str, action: Action) -> None:
        causes = [cause for cause, told in self._told.items() if told.number == key]
        jobs = [job for cause in causes for job in self._slots.groups.jobs(cause)]
        self._forget(key)
        if jobs and action is Action.RESOLVE:
            self.resolve_wanted.emit(jobs[0].id)

    def _forget(self, key: str) -> None:
        self._told = {cause: told for cause, told in self._told.items() if told.number != key}


@dataclass(frozen=True, slots=True)
class _Told:
    """The notice that tells of a cause, and of whom."""

    number: str
    jobs: tuple[JobId, ...]


def _notice(key: str, title: str, text: str) -> Notice:
    buttons = (
        (Action.RESOLVE, translate("Notices", "Resolve")),
        (Action.LATER, translate("Notices", "Later")),
    )
    return Notice(key, Kind.ERROR, title, text, buttons, on_click=Action.RESOLVE)
