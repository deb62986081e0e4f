"""Where one attempt reports to: the queue, as long as the attempt is the job's running one. Decides no outcome."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bitsgui.engine.stop import TransferStop
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobFile, JobId
from bitsgui.model.upload import Upload
from bitsgui.service.events import Changed
from bitsgui.service.job_queue import JobQueue


class LiveSink:
    """AttemptSink of one attempt; deaf once `is_live` says that it has ended."""

    def __init__(self, queue: JobQueue, is_live: Callable[[], bool]) -> None:
        self._queue = queue
        self._is_live = is_live

    def connecting(self, job_id: JobId) -> None:
        self._move(job_id, JobState.CONNECTING)

    def transferring(self, job_id: JobId) -> None:
        self._move(job_id, JobState.TRANSFERRING)

    def progress(self, job_id: JobId, index: int, file: JobFile) -> None:
        if not self._is_live():
            return
        job = self._queue.get(job_id)
        has_moved = file.bytes_transferred > job.entry(index).bytes_transferred
        since = None if has_moved else job.no_progress_since
        self._queue.keep(replace(job.with_entry(index, file), no_progress_since=since), Changed.PROGRESS)

    async def checkpoint(self, job_id: JobId, files: Mapping[int, JobFile]) -> None:
        try:
            await self._queue.checkpoint(job_id, files)
        except BitsError as error:
            raise TransferStop(ErrorContext.GENERAL_QUEUE_MANAGER, error.hresult, error.detail) from error
        for index, file in files.items():
            # The last one of an attempt is ahead of what was told: without it a Resume would fetch bytes twice.
            if file.bytes_transferred > self._queue.get(job_id).entry(index).bytes_transferred:
                self.progress(job_id, index, file)

    def sending(self, job_id: JobId, upload: Upload, file: JobFile) -> None:
        if not self._is_live():
            return
        job = self._queue.get(job_id)
        # Its rows say in words where an upload is.
        has_turned = job.upload is None or job.upload.phase is not upload.phase
        fields = Changed.PROGRESS | Changed.STATE if has_turned else Changed.PROGRESS
        self._queue.keep(replace(job.with_entry(0, file), upload=upload), fields)

    async def acknowledged(self, job_id: JobId, upload: Upload, entries: Mapping[int, JobFile]) -> None:
        job = self._queue.get(job_id)
        gains = job.upload is None or upload.farthest > job.upload.farthest
        self.sending(job_id, upload, entries[0])
        job = self._queue.get(job_id)
        for index, entry in entries.items():
            job = job.with_entry(index, entry)
        self._queue.keep(replace(job, no_progress_since=None if gains else job.no_progress_since), Changed.PROGRESS)
        await self.checkpoint(job_id, entries)

    async def claim_name(self, job_id: JobId, index: int, local_name: str) -> str:
        return await self._queue.claim_local_name(job_id, index, local_name)

    def _move(self, job_id: JobId, state: JobState) -> None:
        if not self._is_live():
            return
        job = self._queue.get(job_id)
        if job.state is state:
            return
        # The error describes the last failure until data moves again.
        error = None if state is JobState.TRANSFERRING else job.error
        self._queue.keep(replace(job, state=state, error=error), Changed.STATE)
