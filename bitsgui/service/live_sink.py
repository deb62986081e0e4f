"""Where one attempt reports to: the queue, as long as the attempt is the job's running one. Decides no outcome."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bitsgui.engine.stop import TransferStop
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobFile, JobId
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
