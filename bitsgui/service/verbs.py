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
from bitsgui.engine.stop import Failure, TransferStop, local_stop
from bitsgui.model import codes
from bitsgui.model.cancel_effect import to_withdraw
from bitsgui.model.enums import ACTION_STATES, JobState, JobType
from bitsgui.model.error import FileRef
from bitsgui.model.file_edits import forgotten
from bitsgui.model.file_rules import check_local_name
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobFile, JobId
from bitsgui.model.transitions import check_not_final, may_complete
from bitsgui.service.completion import (
    Moved,
    Published,
    check_folder,
    copy_parts,
    moved_to,
    publish,
    remove_other_parts,
    remove_parts,
    with_free_names,
)
from bitsgui.service.dispatcher import Dispatcher
from bitsgui.service.events import Changed
from bitsgui.service.history import History
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.locks import JobLocks, carried_out
from bitsgui.service.notifier import Notifier
from bitsgui.service.outcomes import job_error_of
from bitsgui.service.replies import beside_source, with_reply_name
from bitsgui.service.tombstones import Tombstones
from bitsgui.service.withdrawals import Withdrawals

log = logging.getLogger(__name__)

_SUSPENDABLE = ACTION_STATES | {JobState.ERROR}


class Verbs:
    """The state-changing calls; each returns an HResult and raises BitsError with BITS's code."""

    def __init__(
        self,
        queue: JobQueue,
        locks: JobLocks,
        notifier: Notifier,
        clock: Clock,
        history: History,
        withdrawals: Withdrawals,
        tombstones: Tombstones,
    ) -> None:
        self._queue = queue
        self._locks = locks
        self._notifier = notifier
        self._clock = clock
        self._history = history
        self._withdrawals = withdrawals
        self._tombstones = tombstones
        self.dispatcher: Dispatcher

    @carried_out
    async def resume(self, job_id: JobId) -> HResult:
        """IBackgroundCopyJob::Resume; raises BG_E_EMPTY, BG_E_INVALID_STATE."""
        async with self._locks.holding(job_id):
            job = self._live(job_id)
            if not job.files:
                raise BitsError(codes.BG_E_EMPTY, "Add a file first.")
            is_done = job.state is JobState.TRANSFERRED and not job.has_pending_files
            if is_done or job.state in ACTION_STATES - {JobState.TRANSIENT_ERROR}:
                return codes.S_OK
            named = await with_reply_name(job, self._queue)
            self._notifier.withdraw(job_id)
            resumed = replace(
                named,
                state=JobState.QUEUED,
                retry_at=None,
                no_progress_since=None,
                download_time_s=0.0,
                resumed=True,
            )
            await self._queue.put(resumed, Changed.STATE, files=_changed_rows(job, resumed))
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
    async def cancel(self, job_id: JobId, undo_s: float = 0) -> HResult:
        """IBackgroundCopyJob::Cancel, as `cancel_effect` says; no file with a final name is ever touched.

        `undo_s`: seconds until then, in which `Tombstones.undo` brings the job back.
        """
        async with self._locks.holding(job_id):
            self._live(job_id)
            await self.dispatcher.stop(job_id)
            self._notifier.withdraw(job_id)
            return await self._tombstones.cancel_locked(self._live(job_id), undo_s)

    @carried_out
    async def complete(self, job_id: JobId) -> HResult:
        """IBackgroundCopyJob::Complete: BG_S_PARTIAL_COMPLETE if some files were dropped.

        Raises BG_E_INVALID_STATE for an unfinished upload, or the code of a rename that failed: the job stays
        TRANSFERRED then, and Complete may be called again.
        """
        async with self._locks.holding(job_id):
            job = self._live(job_id)
            if job.type is not JobType.DOWNLOAD and not may_complete(job):
                raise BitsError(codes.BG_E_INVALID_STATE, "A part of an upload cannot be completed.")
            await self.dispatcher.stop(job_id)
            return await self.complete_locked(job_id)

    async def complete_locked(self, job_id: JobId) -> HResult:
        """Complete for a caller that holds the job's lock."""
        self._notifier.withdraw(job_id)
        job = self._live(job_id)
        was_cut_short = job.completing
        named = job if was_cut_short else await asyncio.to_thread(with_free_names, job)
        # From here on a crash is followed by the rest of this Complete.
        begun = replace(named, completing=True)
        job = await self._queue.put(begun, Changed.FILES, files=_changed_rows(job, begun))
        published = await asyncio.to_thread(publish, job, was_cut_short)
        if published.stop is not None:
            await self._complete_failed(job, published, published.stop)
        job = await self._queue.put(
            replace(published.job, state=JobState.ACKNOWLEDGED, error=None), Changed.FILES, files=published.job.incoming
        )
        left = await asyncio.to_thread(remove_parts, job)
        await self._history.take_in(job)
        if job.has_pending_files:
            return codes.BG_S_PARTIAL_COMPLETE
        return codes.BG_S_UNABLE_TO_DELETE_FILES if left else codes.S_OK

    @carried_out
    async def set_local_folder(self, job_id: JobId, folder: Path, told: Moved = lambda _: None) -> HResult:
        """Our own: continue in another folder with what this job receives; the part files move with it.

        `told` hears on the loop how many bytes more have been copied. Raises E_NOTIMPL for a plain upload, which
        receives nothing.
        """
        async with self._locks.holding(job_id):
            in_folder(self._live(job_id), folder)
            await self.dispatcher.stop(job_id)
            job = self._live(job_id)
            moved = in_folder(job, folder)
            loop = asyncio.get_running_loop()
            try:
                await asyncio.to_thread(check_folder, folder)
                await asyncio.to_thread(copy_parts, job, moved, lambda n: loop.call_soon_threadsafe(told, n))
            except OSError as error:
                raise _as_bits_error(error, str(folder)) from error
            moved = in_folder(self._live(job_id), folder)
            try:
                await self._queue.put(moved, Changed.FILES, files=moved.incoming)
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
            fields = Changed.FILES | Changed.SETTINGS
            await self._queue.put(after, fields, files=_changed_rows(before, after))
            if after.upload is not None and after.upload.session_id is None:
                self._withdrawals.begin(to_withdraw(before, self._clock.now()))
        return codes.S_OK

    def _live(self, job_id: JobId) -> Job:
        job = self._queue.get(job_id)
        check_not_final(job)
        return job

    async def _complete_failed(self, job: Job, published: Published, stop: TransferStop) -> None:
        """The rename failed: keep what was renamed, tell why, stay TRANSFERRED (or where it was)."""
        now = self._clock.now()
        file = job.entry(published.failed_index)
        failure = Failure(stop, FileRef(published.failed_index, file.remote_name, file.local_name), None)
        error = job_error_of(job, failure, now)
        kept = replace(published.job, error=error, completing=False)
        # A reply cannot be fetched again: its session is closed, so Complete may only be tried again.
        lost = published.lost if job.upload is None else ()
        for index in lost:
            kept = kept.with_entry(index, forgotten(kept.entry(index)))
        if lost and job.state is JobState.TRANSFERRED:
            kept = replace(kept, state=JobState.ERROR)
        if kept.state is JobState.ERROR:
            kept = replace(kept, notified=False)
        kept = await self._queue.put(kept, Changed.FILES | Changed.ERROR, files=kept.incoming, error=error)
        self._notifier.notify(kept)
        raise BitsError(stop.code, stop.detail)


def in_folder(job: Job, folder: Path) -> Job:
    """The job, receiving into `folder`; raises BitsError (E_NOTIMPL for a plain upload, which receives nothing)."""
    if job.type is JobType.UPLOAD:
        raise BitsError(codes.E_NOTIMPL, "An upload receives nothing.")
    moved = moved_to(folder, beside_source(job))
    for file in moved.incoming.values():
        if file.local_name:
            check_local_name(file.local_name)
    return moved


def _changed_rows(before: Job, after: Job) -> dict[int, JobFile]:
    """The entries of `after` whose rows differ from those of `before`, by index."""
    return {i: f for i, f in after.entries.items() if f != before.entries.get(i)}


def _as_bits_error(error: OSError, path: str) -> BitsError:
    stop = local_stop(error, path)
    return BitsError(stop.code, stop.detail)
