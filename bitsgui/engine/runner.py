"""One attempt of one job: its files one after another, then an Outcome. Holds the one except."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from bitsgui.engine.checkpoint import Checkpointer
from bitsgui.engine.client import JobClient
from bitsgui.engine.download import Download
from bitsgui.engine.meter import PROGRESS_INTERVAL_S, Meter
from bitsgui.engine.part_file import PartFile, part_path
from bitsgui.engine.ports import AttemptSink, JobSecrets
from bitsgui.engine.proxies import SystemProxies
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.throttle import Pacer, Throttle, TokenBucket
from bitsgui.engine.transport import WirePool
from bitsgui.model.enums import ErrorContext
from bitsgui.model.error import FileRef
from bitsgui.model.job import Job, JobFile

log = logging.getLogger(__name__)

_WITH_FILE = frozenset({ErrorContext.LOCAL_FILE, ErrorContext.REMOTE_FILE})
_WITH_PROTOCOL = frozenset({ErrorContext.REMOTE_FILE, ErrorContext.GENERAL_TRANSPORT})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all attempts share."""

    pool: WirePool
    disk: Executor
    bucket: TokenBucket
    pacer: Pacer | None
    system_proxies: Callable[[], Awaitable[SystemProxies]]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt ended, where, and at which file."""

    stop: TransferStop
    file: FileRef | None
    protocol: str | None


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
        self._index = 0
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
        system = await self._around.system_proxies()
        client = JobClient(self._job.settings, self._secrets, self._around.pool, system)
        for index in self._job.pending_files():
            self._index = index
            file = self._job.files[index]
            path = part_path(self._job.id, index, file.local_name)
            self._part = await PartFile.open(path, file.bytes_transferred, self._around.disk)
            report = _Report(self, checkpointer)
            download = Download(file, self._part, client, self._job.settings, self._throttle, report)
            checkpointer.begin(index, self._part, file, download.snapshot)
            with closing(report):
                finished = await download.run()
            self._part = None
            checkpointer.finish(index, path, finished)
            self._sink.progress(self._job.id, index, finished)

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
        file = self._job.files[self._index]
        ref = FileRef(self._index, file.remote_name, file.local_name)
        protocol = urlsplit(file.remote_name).scheme if stop.context in _WITH_PROTOCOL else None
        return Failure(stop, ref if stop.context in _WITH_FILE else None, protocol)


class _Report:
    """FileReport of the attempt's current file."""

    def __init__(self, attempt: Attempt, checkpointer: Checkpointer) -> None:
        self._attempt = attempt
        self._checkpointer = checkpointer
        self._sink = attempt._sink
        self._job_id = attempt._job.id
        self._index = attempt._index
        self._untold: JobFile | None = None
        self._later: asyncio.TimerHandle | None = None

    def close(self) -> None:
        """Tell nothing more."""
        if self._later is not None:
            self._later.cancel()

    def connecting(self) -> None:
        self._sink.connecting(self._job_id)

    def transferring(self) -> None:
        self._sink.transferring(self._job_id)

    def progress(self, file: JobFile) -> None:
        self._untold = file
        if self._attempt.meter.is_due(_now()):
            self._tell()
        elif self._later is None:
            # A transfer that stalls now would else show less than is here.
            self._later = asyncio.get_running_loop().call_later(PROGRESS_INTERVAL_S, self._tell)

    def _tell(self) -> None:
        self.close()
        self._later = None
        if self._untold is not None:
            self._sink.progress(self._job_id, self._index, self._untold)
            self._untold = None

    async def received(self, count: int) -> None:
        self._attempt.meter.add(count, _now())
        await self._checkpointer.received(count)

    async def store(self, file: JobFile) -> None:
        await self._checkpointer.restart(self._index, file)

    async def claim_name(self, name: str) -> str:
        return await self._sink.claim_name(self._job_id, self._index, name)


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
