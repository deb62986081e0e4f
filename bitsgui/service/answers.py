"""The calls about a person's answers to errors: kept beside the queue, never part of a job's state.

None of them is worth an error of its own: what cannot be stored is logged, and known no longer.
"""

import logging
from collections.abc import Awaitable

from bitsgui.engine.ports import Clock
from bitsgui.model.answers import Draft, RemedyTried
from bitsgui.model.job import JobId
from bitsgui.model.remedy import Remedy
from bitsgui.service.job_queue import JobQueue
from bitsgui.store.answer_rows import AnswerRows
from bitsgui.store.job_store import StoreError

log = logging.getLogger(__name__)


class AnswerCalls:
    """Unknown jobs are fine: nothing is kept for them."""

    _answers: AnswerRows
    _queue: JobQueue
    _clock: Clock

    async def note_remedy(self, job_id: JobId, remedy: Remedy, note: str = "") -> None:
        """A remedy is tried against the job's error: the last entry of its history; `note`: in the person's words."""
        error = self._queue.get(job_id).error
        if error is not None:
            entry = RemedyTried(
                remedy=remedy.name, when=self._clock.now(), context=error.context, code=error.code, note=note
            )
            await _try_to(self._answers.add_tried(job_id, entry))

    async def remedies_tried(self, job_id: JobId) -> tuple[RemedyTried, ...]:
        """Every remedy of the job, oldest first; outlives state and restart."""
        return await self._answers.tried(job_id)

    async def keep_draft(self, job_id: JobId, draft: Draft | None) -> None:
        """What is typed for the job and not yet done; None = nothing any more."""
        await _try_to(self._answers.put_draft(job_id, draft))

    async def drafts(self) -> dict[JobId, Draft]:
        """What was typed, of every job."""
        return await self._answers.drafts()

    async def draft_of(self, job_id: JobId) -> Draft | None:
        """What was typed for the job."""
        return await self._answers.draft(job_id)

    async def remember(self, place: str, draft: Draft) -> None:
        """What was typed has worked at a host, proxy or folder."""
        await _try_to(self._answers.remember(place, draft))

    async def forget_remembered(self, place: str, remedy: str) -> None:
        """It works there no longer."""
        await _try_to(self._answers.forget(place, remedy))

    async def remembered(self, place: str) -> tuple[Draft, ...]:
        """What worked at a host, proxy or folder, the newest first."""
        return await self._answers.remembered(place)


async def _try_to(keep: Awaitable[None]) -> None:
    try:
        await keep
    except StoreError as error:
        log.warning("an answer to an error is known until the program ends only: %s", error)
