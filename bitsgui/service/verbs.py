"""Resume, Suspend, Complete, Cancel and the moves of a job's files, exactly as BITS answers in each state.

Each verb holds the job's lock and ends its attempt first, so that nothing writes behind its back, and goes to its
end once begun.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bitsgui.engine.ports import Clock
from bitsgui.engine.runner import Failure
from bitsgui.engine.stop import TransferStop, local_stop
from bitsgui.model import codes
from bitsgui.model.edits import forgotten
from bitsgui.model.enums import ACTION_STATES, JobState, JobType
from bitsgui.model.error import FileRef
from bitsgui.model.file_rules import check_local_name
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobFile, JobId
from bitsgui.model.transitions import check_not_final
from bitsgui.service.completion import (
    Published,
    check_folder,
    copy_parts,
    names_in,
    publish,
    remove_other_parts,
    remove_parts,
    with_free_names,
)
from bitsgui.service.dispatcher import Dispatcher
from bitsgui.service.events import Changed
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.locks import JobLocks, carried_out
from bitsgui.service.notifier import Notifier
from bitsgui.service.outcomes import job_error_of
from bitsgui.store.secrets import SecretStore

log = logging.getLogger(__name__)

_SUSPENDABLE = ACTION_STATES | {JobState.ERROR}


class Verbs:
    """The state-changing calls; each returns an HResult and raises BitsError with BITS's code."""

    def __init__(
        self,
        queue: JobQueue,
        locks: JobLocks,
        secrets: SecretStore,
        notifier: Notifier,
        clock: Clock,
        history_length: Callable[[], int],
    ) -> None:
        self._queue = queue
        self._locks = locks
        self._secrets = secrets
        self._notifier = notifier
        self._clock = clock
        self._history_length = history_length
        self.dispatcher: Dispatcher

    @carried_out
    async def resume(self, job_id: JobId) -> HResult:
        """IBackgroundCopyJob::Resume; raises BG_E_EMPTY, BG_E_INVALID_STATE."""
        async with self._locks.holding(job_id):
            job = self._live(job_id)
            if not job.files:
                raise BitsError(codes.BG_E_EMPTY, "Add a file first.")
            if job.type is not JobType.DOWNLOAD:
                raise BitsError(codes.E_NOTIMPL, "This version transfers downloads only.")
            is_done = job.state is JobState.TRANSFERRED and not job.has_pending_files
            if is_done or job.state in ACTION_STATES - {JobState.TRANSIENT_ERROR}:
                return codes.S_OK
            self._notifier.withdraw(job_id)
            job = replace(
                job,
                state=JobState.QUEUED,
                retry_at=None,
                no_progress_since=None,
                download_time_s=0.0,
                resumed=True,
            )
            await self._queue.put(job, Changed.STATE)
        return codes.S_OK

    @carried_out
    async def suspend(self, job_id: JobId) -> HResult:
        """IBackgroundCopyJob::Suspend; in ERROR the error is kept, in TRANSFERRED nothing changes."""
        async with self._locks.holding(job_id):
            self._live(job_id)
            await self.dispatcher.stop(job_id)
            job = self._live(job_id)
            if job.state not in _SUSPENDABLE:
                return codes.S_OK
            self._notifier.withdraw(job_id)
            await self._queue.put(replace(job, state=JobState.SUSPENDED, retry_at=None), Changed.STATE)
        return codes.S_OK

    @carried_out
    async def cancel(self, job_id: JobId) -> HResult:
        """IBackgroundCopyJob::Cancel: deletes the part files; an existing destination is never touched."""
        async with self._locks.holding(job_id):
            self._live(job_id)
            await self.dispatcher.stop(job_id)
            self._notifier.withdraw(job_id)
            job = await self._queue.put(
                replace(self._live(job_id), state=JobState.CANCELLED, retry_at=None), Changed.STATE
            )
            left = await asyncio.to_thread(remove_parts, job)
            await self._leave_queue(job)
        return codes.BG_S_UNABLE_TO_DELETE_FILES if left else codes.S_OK

    @carried_out
    async def complete(self, job_id: JobId) -> HResult:
        """IBackgroundCopyJob::Complete: BG_S_PARTIAL_COMPLETE if some files were dropped.

        Raises BG_E_INVALID_STATE for an unfinished upload, or the code of a rename that failed: the job stays
        TRANSFERRED then, and Complete may be called again.
        """
        async with self._locks.holding(job_id):
            job = self._live(job_id)
            if job.type is not JobType.DOWNLOAD and job.state is not JobState.TRANSFERRED:
                raise BitsError(codes.BG_E_INVALID_STATE, "A part of an upload cannot be completed.")
            await self.dispatcher.stop(job_id)
            return await self.complete_locked(job_id)

    async def complete_locked(self, job_id: JobId) -> HResult:
        """Complete for a caller that holds the job's lock."""
        self._notifier.withdraw(job_id)
        job = self._live(job_id)
        was_cut_short = job.completing
        files = job.files if was_cut_short else await asyncio.to_thread(with_free_names, job)
        # From here on a crash is followed by the rest of this Complete.
        begun = replace(job, completing=True, files=files)
        job = await self._queue.put(begun, Changed.FILES, files=_changed_files(job, begun))
        published = await asyncio.to_thread(publish, job, was_cut_short)
        if published.stop is not None:
            await self._complete_failed(job, published, published.stop)
        job = await self._queue.put(
            replace(job, state=JobState.ACKNOWLEDGED, files=published.files, error=None),
            Changed.FILES,
            files=dict(enumerate(published.files)),
        )
        left = await asyncio.to_thread(remove_parts, job)
        await self._leave_queue(job)
        if job.has_pending_files:
            return codes.BG_S_PARTIAL_COMPLETE
        return codes.BG_S_UNABLE_TO_DELETE_FILES if left else codes.S_OK

    @carried_out
    async def set_local_folder(self, job_id: JobId, folder: Path) -> HResult:
        """Our own: continue an unfinished job in another folder; the part files move with it."""
        async with self._locks.holding(job_id):
            self._live(job_id)
            await self.dispatcher.stop(job_id)
            job = self._live(job_id)
            names = names_in(folder, job)
            for name in names:
                check_local_name(name)
            try:
                await asyncio.to_thread(check_folder, folder)
                await asyncio.to_thread(copy_parts, job, names)
            except OSError as error:
                raise _as_bits_error(error, str(folder)) from error
            files = tuple(replace(f, local_name=name) for f, name in zip(job.files, names, strict=True))
            moved = replace(self._live(job_id), files=files)
            try:
                await self._queue.put(moved, Changed.FILES, files=dict(enumerate(files)))
            except BitsError:
                await asyncio.to_thread(remove_other_parts, moved, job)
                raise
            await asyncio.to_thread(remove_other_parts, job, moved)
        return codes.S_OK

    @carried_out
    async def edit_files(self, job_id: JobId, edit: Callable[[Job], Job]) -> HResult:
        """Change file values of a job whose attempt is ended first; S_FALSE if the edit changes nothing."""
        async with self._locks.holding(job_id):
            edit(self._live(job_id))
            await self.dispatcher.stop(job_id)
            before = self._live(job_id)
            after = edit(before)
            if after == before:
                return codes.S_FALSE
            await self._queue.put(after, Changed.FILES, files=_changed_files(before, after))
        return codes.S_OK

    def _live(self, job_id: JobId) -> Job:
        job = self._queue.get(job_id)
        check_not_final(job)
        return job

    async def _complete_failed(self, job: Job, published: Published, stop: TransferStop) -> None:
        """The rename failed: keep what was renamed, tell why, stay TRANSFERRED (or where it was)."""
        now = self._clock.now()
        file = job.files[published.failed_index]
        failure = Failure(stop, FileRef(published.failed_index, file.remote_name, file.local_name), None)
        error = job_error_of(job, failure, now)
        files = tuple(forgotten(f) if i in published.lost else f for i, f in enumerate(published.files))
        state = JobState.ERROR if published.lost and job.state is JobState.TRANSFERRED else job.state
        job = await self._queue.put(
            replace(job, state=state, files=files, error=error, completing=False),
            Changed.FILES | Changed.ERROR,
            files=dict(enumerate(files)),
            error=error,
        )
        if state is JobState.ERROR:
            self._notifier.notify(job)
        raise BitsError(stop.code, stop.detail)

    async def _leave_queue(self, job: Job) -> None:
        if job.settings.credentials or job.settings.custom_header_names:
            await self._secrets.delete(job.id)
        history = self._queue.history()
        surplus = len(history) - self._history_length()
        if surplus > 0:
            await self._queue.remove([old.id for old in history[:surplus]])


def _changed_files(before: Job, after: Job) -> dict[int, JobFile]:
    """The files of `after` whose rows differ from those of `before`, by index."""
    return {i: f for i, f in enumerate(after.files) if i >= len(before.files) or f != before.files[i]}


def _as_bits_error(error: OSError, path: str) -> BitsError:
    stop = local_stop(error, path)
    return BitsError(stop.code, stop.detail)
