"""All jobs in memory, their store and their listeners: checks a change, keeps it, stores it, announces it.

Memory is the truth while the program runs; every change is durable when the call that made it returns.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from pathlib import Path

from bitsgui.engine.ports import Clock
from bitsgui.model import codes
from bitsgui.model.cancel_effect import may_be_undone
from bitsgui.model.enums import FINAL_STATES
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobFile, JobId
from bitsgui.model.names import unused_name
from bitsgui.model.transitions import check
from bitsgui.service.events import Changed, Event, JobAdded, JobChanged, JobRemoved, Listener
from bitsgui.store.job_store import JobStore, StoreError

log = logging.getLogger(__name__)

_FIELDS = tuple(field.name for field in fields_of(Job))


class JobQueue:
    """The sole writer of job state."""

    def __init__(self, store: JobStore, clock: Clock, jobs: Sequence[Job]) -> None:
        self._store = store
        self._clock = clock
        self._jobs = {job.id: job for job in jobs}
        self._listeners: list[Listener] = []
        self._naming = asyncio.Lock()

    def jobs(self) -> tuple[Job, ...]:
        """The queue in the order of creation, without final states."""
        return tuple(job for job in self._jobs.values() if job.state not in FINAL_STATES)

    def history(self) -> tuple[Job, ...]:
        """Finished and cancelled jobs, the latest last."""
        done = [job for job in self._jobs.values() if job.state in FINAL_STATES]
        return tuple(sorted(done, key=lambda job: job.times.modification))

    def get(self, job_id: JobId) -> Job:
        """The job, also in a final state; raises BitsError(BG_E_NOT_FOUND)."""
        job = self._jobs.get(job_id)
        if job is None:
            raise BitsError(codes.BG_E_NOT_FOUND, f"There is no job {job_id}.")
        return job

    def has(self, job_id: JobId) -> bool:
        """Whether the job is in the queue or the history."""
        return job_id in self._jobs

    def subscribe(self, listener: Listener) -> None:
        """Announce every later event to `listener`."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        """Stop announcing to `listener`; unknown ones are fine."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    async def add(self, jobs: Sequence[Job]) -> None:
        """New jobs; raises BitsError if they could not be stored (then they do not exist)."""
        await self._stored(self._store.add(jobs))
        for job in jobs:
            self._jobs[job.id] = job
            self._announce(JobAdded(job))

    async def put(
        self,
        job: Job,
        fields: Changed,
        *,
        files: Mapping[int, JobFile] | None = None,
        error: JobError | None = None,
    ) -> Job:
        """Keep, announce and store a changed job; `files`: those whose rows change with it.

        Raises BitsError if it could not be stored; the job is then what it was.
        """
        before = self.get(job.id)
        job = self.keep(job, fields)
        try:
            await self._stored(self._store.save(job, files, error))
        except BitsError:
            self._take_back(before, job, fields)
            raise
        return job

    async def record(self, job: Job, fields: Changed, error: JobError | None = None) -> Job:
        """Keep, announce and store what happened by itself; it stays true if it cannot be stored (logged)."""
        job = self.keep(job, fields)
        await self._try_to_store(job, error)
        return job

    async def note(self, job: Job, fields: Changed = Changed.NOTICE) -> Job:
        """Keep, announce and store what was told or found out of a job, as `record` does: no activity of the job."""
        self._hold(job, fields)
        # Where only the row could not be read it must stay as it is: somebody may still read it.
        if job.error is None or job.error.code != codes.BG_E_DATABASE_CORRUPT:
            await self._try_to_store(job)
        return job

    def keep(self, job: Job, fields: Changed) -> Job:
        """Keep and announce without storing: for what a restart learns anew (running states, live progress)."""
        before = self.get(job.id)
        if job.state is not before.state:
            check(before.state, job.state)
            fields |= Changed.STATE
        job = replace(job, times=replace(job.times, modification=self._clock.now()), reminder=None)
        self._hold(job, fields)
        return job

    async def checkpoint(self, job_id: JobId, files: Mapping[int, JobFile]) -> None:
        """Store files whose bytes are on the disk, and what was only kept of their job."""
        await self._stored(self._store.save(self.get(job_id), files))

    async def remove(self, job_ids: Sequence[JobId]) -> None:
        """Forget jobs wholly."""
        await self._stored(self._store.delete(job_ids))
        for job_id in job_ids:
            if self._jobs.pop(job_id, None) is not None:
                self._announce(JobRemoved(job_id))

    async def errors(self, job_id: JobId) -> tuple[JobError, ...]:
        """A job's error history, oldest first."""
        return await self._store.errors(job_id)

    async def claim_local_name(self, job_id: JobId, index: int, local_name: str) -> str:
        """Give a file `local_name`, or "name (n)" beside it; neither the disk nor another file of the queue has it."""
        # One after another and kept at once: two that ask for the same name must not both get it.
        async with self._naming:
            name = await self.unused_local_name(job_id, index, local_name)
            job = self.get(job_id)
            self.keep(job.with_entry(index, replace(job.entry(index), local_name=name)), Changed.FILES)
        return name

    async def unused_local_name(self, job_id: JobId, index: int, local_name: str) -> str:
        """`local_name`, or "name (n)" beside it, that neither the disk nor another file of the queue has."""
        path = Path(local_name)
        folder = str(path.parent)
        taken = {
            os.path.normcase(file.local_name)
            for job in self._jobs.values()
            if job.state not in FINAL_STATES or may_be_undone(job)
            for number, file in job.entries.items()
            if file.local_name.startswith(folder) and (job.id, number) != (job_id, index)
        }

        def exists(name: str) -> bool:
            candidate = str(path.with_name(name))
            return os.path.normcase(candidate) in taken or os.path.lexists(candidate)

        name = await asyncio.to_thread(unused_name, path.name, exists)
        return str(path.with_name(name))

    def _take_back(self, before: Job, refused: Job, fields: Changed) -> None:
        """Undo one change; what an attempt reported meanwhile stays."""
        now = self.get(refused.id)
        old = {name: getattr(before, name) for name in _FIELDS if getattr(now, name) is getattr(refused, name)}
        self._hold(replace(now, **old), fields)

    def _hold(self, job: Job, fields: Changed) -> None:
        self._jobs[job.id] = job
        self._announce(JobChanged(job, fields))

    async def _try_to_store(self, job: Job, error: JobError | None = None) -> None:
        try:
            await self._stored(self._store.save(job, None, error))
        except BitsError as failure:
            log.error("%s: its new state is known until the program ends only: %s", job.id, failure)

    async def _stored(self, write: Awaitable[None]) -> None:
        try:
            await write
        except StoreError as error:
            code = codes.ERROR_DISK_FULL if error.is_full else codes.ERROR_IO_DEVICE
            raise BitsError(code, str(error)) from error

    def _announce(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
