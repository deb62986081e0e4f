"""From a filled in form to jobs that go on: check, apply, and what is kept of the answer."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from bitsgui.gui.dialogs.fix_card import Answers, FixCard
from bitsgui.gui.texts.formats import format_size
from bitsgui.model.answers import Draft, unheld
from bitsgui.model.cause_group import key_of
from bitsgui.model.job import Job, JobId
from bitsgui.model.remedy import Remedy
from bitsgui.service.fixes import apply_fix
from bitsgui.service.group_check import GroupResult
from bitsgui.service.manager import JobManager

_REMEMBERED: Final = frozenset(
    {
        Remedy.SIGN_IN_SERVER,
        Remedy.SIGN_IN_PROXY,
        Remedy.PROXY,
        Remedy.OTHER_FOLDER,
        Remedy.CA_FILE,
        Remedy.CLIENT_CERTIFICATE,
    }
)
"""Answers that help the next job at the same place."""
_DRAFTED: Final = 20
"""Of how many jobs of a group a draft is kept: whoever is left of it finds it."""


class FixFlow(QObject):
    """Signal: `progressed` with words, while something takes its time."""

    progressed = Signal(str)

    def __init__(self, manager: JobManager, card: FixCard) -> None:
        super().__init__(card)
        self._manager = manager
        self._card = card

    async def check(self, jobs: Sequence[Job]) -> GroupResult | None:
        """Try the fix out; None when that was stopped."""
        form = self._card.form
        plan = [(job.id, form.fix_for(job)) for job in jobs]
        return await self._card.panel.check(jobs, plan, shares_volume=form.shares_volume)

    def applying(self, jobs: Sequence[Job]) -> Callable[[Job], Awaitable[None]]:
        """What mends one of the jobs and goes on with it, by the form as it is now; it raises BitsError."""
        card, form = self._card, self._card.form
        remedy, note, draft, was_checked = (
            card.remedy,
            form.note,
            card.draft,
            bool(card.result and card.result.is_passed),
        )
        moved = self._moving(jobs)

        async def apply(job: Job) -> None:
            await apply_fix(self._manager, job.id, form.fix_for(job), remedy, note, moved)
            await self._manager.keep_draft(job.id, None)
            if was_checked and remedy in _REMEMBERED:
                await self._manager.remember(key_of(job).place, draft)

        return apply

    def _moving(self, jobs: Sequence[Job]) -> Callable[[int], None]:
        total = sum(file.bytes_transferred for job in jobs for file in job.incoming.values())
        done = 0

        def moved(count: int) -> None:
            nonlocal done
            done += count
            text = self.tr("Moving: {done} of {total}")
            self.progressed.emit(text.format(done=format_size(min(done, total)), total=format_size(total)))

        return moved


async def answers_for(manager: JobManager, jobs: Sequence[Job]) -> Answers:
    """What was answered before to what these jobs suffer from."""
    first, place = jobs[0], key_of(jobs[0]).place
    back = unheld(first, await manager.remedies_tried(first.id))
    for remedy in back:
        await manager.forget_remembered(place, remedy)
    drafts = [draft for job in jobs[:_DRAFTED] if (draft := await manager.draft_of(job.id)) is not None]
    return Answers(back, await manager.remembered(place), drafts[0] if drafts else None)


async def keep_draft(manager: JobManager, job_ids: Sequence[JobId], draft: Draft) -> None:
    """So that a restart finds it."""
    for job_id in job_ids[:_DRAFTED]:
        await manager.keep_draft(job_id, draft)
