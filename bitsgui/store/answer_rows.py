"""The rows about a person's answers to errors: remedies that were tried, drafts of forms, what worked at a place."""

from typing import Final

from bitsgui.model.answers import Draft, RemedyTried
from bitsgui.model.job import JobId
from bitsgui.store.codec import decode_draft, decode_tried, encode_answer
from bitsgui.store.job_store import JobStore

_MOST_REMEMBERED: Final = 500


class AnswerRows:
    """Every method returns after its change is on the disk, and raises StoreError; rows of a job go with the job."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    async def add_tried(self, job_id: JobId, tried: RemedyTried) -> None:
        """Another entry of a job's history."""
        sql = "INSERT INTO remedies (job_id, body) SELECT id, ? FROM jobs WHERE id = ?"
        await self._store.change((sql, (encode_answer(tried), job_id)))

    async def tried(self, job_id: JobId) -> tuple[RemedyTried, ...]:
        """All of a job, oldest first."""
        bodies = await self._store.bodies("SELECT body FROM remedies WHERE job_id = ? ORDER BY sequence", job_id)
        return tuple(entry for entry in map(decode_tried, bodies) if entry is not None)

    async def put_draft(self, job_id: JobId, draft: Draft | None) -> None:
        """In place of the job's draft; None = there is none any more."""
        if draft is None:
            await self._store.change(("DELETE FROM drafts WHERE job_id = ?", (job_id,)))
            return
        sql = "INSERT OR REPLACE INTO drafts (job_id, body) SELECT id, ? FROM jobs WHERE id = ?"
        await self._store.change((sql, (encode_answer(draft), job_id)))

    async def draft(self, job_id: JobId) -> Draft | None:
        """The job's draft."""
        bodies = await self._store.bodies("SELECT body FROM drafts WHERE job_id = ?", job_id)
        return decode_draft(bodies[0]) if bodies else None

    async def drafts(self) -> dict[JobId, Draft]:
        """Those of all jobs."""
        rows = await self._store.bodies("SELECT job_id || ' ' || body FROM drafts")
        read = [(JobId(job_id), decode_draft(body)) for job_id, _, body in (row.partition(" ") for row in rows)]
        return {job_id: draft for job_id, draft in read if draft is not None}

    async def remember(self, place: str, draft: Draft) -> None:
        """What worked at a place, the newest of each remedy; the oldest of too many go."""
        put = "INSERT OR REPLACE INTO remembered (place, remedy, body) VALUES (?, ?, ?)"
        cut = "DELETE FROM remembered WHERE sequence NOT IN (SELECT sequence FROM remembered ORDER BY 1 DESC LIMIT ?)"
        await self._store.change((put, (place, draft.remedy, encode_answer(draft))), (cut, (_MOST_REMEMBERED,)))

    async def forget(self, place: str, remedy: str) -> None:
        """It does not work there any more."""
        await self._store.change(("DELETE FROM remembered WHERE place = ? AND remedy = ?", (place, remedy)))

    async def remembered(self, place: str) -> tuple[Draft, ...]:
        """What worked at a place, the newest first."""
        query = "SELECT body FROM remembered WHERE place = ? ORDER BY sequence DESC"
        drafts = map(decode_draft, await self._store.bodies(query, place))
        return tuple(draft for draft in drafts if draft is not None)
