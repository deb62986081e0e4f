"""One attempt of one job: its files one after another, then an Outcome. Holds the one except."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bitsgui.engine.checkpoint import Checkpointer
from bitsgui.engine.client import JobClient
from bitsgui.engine.content_check import fault_of
from bitsgui.engine.download import Download
from bitsgui.engine.meter import Meter
from bitsgui.engine.part_file import PartFile, part_path
from bitsgui.engine.ports import AttemptSink, JobSecrets
from bitsgui.engine.reports import FileReporter, UploadReporter
from bitsgui.engine.stop import Failure, TransferStop
from bitsgui.engine.surroundings import Surroundings
from bitsgui.engine.throttle import Throttle
from bitsgui.engine.upload import Uploader
from bitsgui.engine.upload_session import UploadSession
from bitsgui.model.codes import BG_E_VALIDATION_FAILED
from bitsgui.model.enums import ErrorContext
from bitsgui.model.error import FileRef
from bitsgui.model.file_edits import forgotten
from bitsgui.model.job import Job, JobFile
from bitsgui.model.upload import REPLY_INDEX, Upload

log = logging.getLogger(__name__)

_WITH_FILE = frozenset({ErrorContext.LOCAL_FILE, ErrorContext.REMOTE_FILE})
_WITH_PROTOCOL = frozenset({ErrorContext.REMOTE_FILE, ErrorContext.GENERAL_TRANSPORT})


class Attempt:
    """One run of one job. `failure` is None when every file is whole."""

    def __init__(
        self,
        job: Job,
        secrets: JobSecrets,
        sink: AttemptSink,
        around: Surroundings,
        own_rate_bps: Callable[[], int],
    ) -> None:
        self._job = job
        self._secrets = secrets
        self._sink = sink
        self._around = around
        self._throttle = Throttle(around.bucket, own_rate_bps, around.pacer)
        self._part: PartFile | None = None
        self._current = (0, job.files[0])
        self.meter = Meter(_now())

    async def run(self) -> Failure | None:
        """Transfer what is missing. Cancelling it makes what was received durable first."""
        checkpointer = Checkpointer(self._store, self._around.disk)
        try:
            try:
                await self._transfer(checkpointer)
            finally:
                await _to_the_end(self._wind_up(checkpointer))
        except TransferStop as stop:
            return self._failure(stop)
        return None

    async def _transfer(self, checkpointer: Checkpointer) -> None:
        job, around = self._job, self._around
        home = job.files[0].remote_name if job.upload is not None else None
        client = JobClient(job.settings, self._secrets, around.pool, await around.system_proxies(), home)
        if job.upload is not None:
            await self._upload(job.upload, client, checkpointer)
            return
        await self._fetch_all(client, checkpointer)

    async def _fetch_all(self, client: JobClient, checkpointer: Checkpointer) -> None:
        """Every file that misses something; one whose content is wrong does not keep the others from coming."""
        wrong: list[tuple[tuple[int, JobFile], TransferStop]] = []
        for index in self._job.pending_files():
            try:
                await self._fetch(index, self._job.files[index], client, checkpointer)
            except TransferStop as stop:
                if stop.code != BG_E_VALIDATION_FAILED:
                    raise
                wrong.append((self._current, stop))
        if wrong:
            self._current, first = wrong[0]
            raise first

    async def _fetch(self, index: int, file: JobFile, client: JobClient, checkpointer: Checkpointer) -> JobFile:
        """Receive one file, or the reply of an upload; its value then."""
        self._current = (index, file)
        path = part_path(self._job.id, index, file.local_name)
        self._part = await PartFile.open(path, file.bytes_transferred, self._around.disk)
        if not file.remote_name:
            return await self._empty(self._part, file)
        report = FileReporter(self._sink, self._job.id, index, self.meter, checkpointer)
        download = Download(file, self._part, client, self._job.settings, self._throttle, report)
        checkpointer.begin(index, self._part, file, download.snapshot)
        with closing(report):
            finished = await download.run()
        self._part = None
        if finished.expected_checksum is not None:
            await self._prove(index, path, finished, checkpointer)
        self._keep(index, path, finished, checkpointer)
        return finished

    async def _prove(self, index: int, path: Path, file: JobFile, checkpointer: Checkpointer) -> None:
        """Raise TransferStop unless the file is what its checksum says; until then its bytes are here, no more."""
        self._keep(index, path, replace(file, transferred=False), checkpointer)
        fault = await fault_of(path, file, self._around.disk)
        if fault is None:
            return
        if self._job.upload is not None:
            # A reply has no other remedy than to be fetched again.
            self._keep(index, path, forgotten(file), checkpointer)
        raise fault

    def _keep(self, index: int, path: Path, file: JobFile, checkpointer: Checkpointer) -> None:
        checkpointer.finish(index, path, file)
        self._sink.progress(self._job.id, index, file)

    async def _empty(self, part: PartFile, file: JobFile) -> JobFile:
        await part.rewind(0)
        await part.finish(None)
        self._part = None
        return replace(file, bytes_total=0, bytes_transferred=0, transferred=True)

    async def _upload(self, upload: Upload, client: JobClient, checkpointer: Checkpointer) -> None:
        report = UploadReporter(self._sink, self._job.id, self.meter, (upload, self._job.files[0]))
        session = UploadSession(self._job, client, report, self._around.clock)

        async def fetch_reply(reply: JobFile) -> JobFile:
            finished = await self._fetch(REPLY_INDEX, reply, client, checkpointer)
            # Before the session is closed: the server has no other copy then.
            await checkpointer.aclose()
            return finished

        with closing(report):
            try:
                await Uploader(session, self._around, self._throttle, fetch_reply).run()
            finally:
                self._current = session.current

    async def _wind_up(self, checkpointer: Checkpointer) -> None:
        try:
            await checkpointer.aclose()
        finally:
            if self._part is not None:
                await self._part.aclose()
            # What was told may be ahead of the disk: after a failed write the next attempt would leave a hole.
            for index, file in checkpointer.unfinished.items():
                self._sink.progress(self._job.id, index, file)

    async def _store(self, files: Mapping[int, JobFile]) -> None:
        await self._sink.checkpoint(self._job.id, files)

    def _failure(self, stop: TransferStop) -> Failure:
        if self._job.upload is not None and stop.context is ErrorContext.GENERAL_TRANSPORT:
            # Upload and reply are told apart by the reply's total, and both are REMOTE_FILE.
            stop = stop.at(ErrorContext.REMOTE_FILE)
        index, file = self._current
        ref = FileRef(index, file.remote_name, file.local_name)
        protocol = urlsplit(file.remote_name).scheme if stop.context in _WITH_PROTOCOL else None
        return Failure(stop, ref if stop.context in _WITH_FILE else None, protocol)


async def _to_the_end(work: Awaitable[None]) -> None:
    """Await `work` even if the caller is cancelled meanwhile; the cancellation follows after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        task.result()
        return
    if (failure := task.exception()) is not None:
        log.warning("an attempt did not end cleanly: %s", failure)
    # Whoever cancelled may wait for the end under a lock that a failure would ask for, too.
    raise cancelled


def _now() -> float:
    return asyncio.get_running_loop().time()
