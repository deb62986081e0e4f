"""What an attempt tells of itself while it runs: to the sink of the job, not oftener than anybody can see."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from bitsgui.engine.checkpoint import Checkpointer
from bitsgui.engine.meter import PROGRESS_INTERVAL_S, Meter
from bitsgui.engine.ports import AttemptSink
from bitsgui.model.job import JobFile, JobId
from bitsgui.model.upload import Upload

T = TypeVar("T")


class Teller(Generic[T]):
    """Passes the newest value on, at most every 100 ms, and the last one even if nothing follows it."""

    def __init__(self, meter: Meter, tell: Callable[[T], None]) -> None:
        self._meter = meter
        self._tell = tell
        self._untold: list[T] = []
        self._later: asyncio.TimerHandle | None = None

    def put(self, value: T) -> None:
        """There is something new."""
        self._untold = [value]
        loop = asyncio.get_running_loop()
        if self._meter.is_due(loop.time()):
            self._pass_on()
        elif self._later is None:
            # A transfer that stalls now would else show less than is there.
            self._later = loop.call_later(PROGRESS_INTERVAL_S, self._pass_on)

    def close(self) -> None:
        """Tell nothing more."""
        if self._later is not None:
            self._later.cancel()

    def _pass_on(self) -> None:
        self.close()
        self._later = None
        untold, self._untold = self._untold, []
        for value in untold:
            self._tell(value)


class FileReporter:
    """FileReport of one file that comes in."""

    def __init__(self, sink: AttemptSink, job_id: JobId, index: int, meter: Meter, checkpointer: Checkpointer) -> None:
        self._sink = sink
        self._job_id = job_id
        self._index = index
        self._meter = meter
        self._checkpointer = checkpointer
        self._teller = Teller[JobFile](meter, lambda file: sink.progress(job_id, index, file))

    def close(self) -> None:
        """Tell nothing more."""
        self._teller.close()

    def connecting(self) -> None:
        self._sink.connecting(self._job_id)

    def transferring(self) -> None:
        self._sink.transferring(self._job_id)

    def progress(self, file: JobFile) -> None:
        self._teller.put(file)

    async def received(self, count: int) -> None:
        self._meter.add(count, asyncio.get_running_loop().time())
        await self._checkpointer.received(count)

    async def store(self, file: JobFile) -> None:
        await self._checkpointer.restart(self._index, file)

    async def claim_name(self, name: str) -> str:
        return await self._sink.claim_name(self._job_id, self._index, name)


class UploadReporter:
    """UploadReport of one upload; `stored`: what the next attempt may count on."""

    def __init__(self, sink: AttemptSink, job_id: JobId, meter: Meter, stored: tuple[Upload, JobFile]) -> None:
        self._sink = sink
        self._job_id = job_id
        self._meter = meter
        self._stored = stored
        self._sent = stored[1].bytes_transferred
        self._teller = Teller[tuple[Upload, JobFile]](meter, lambda told: sink.sending(job_id, *told))

    def close(self) -> None:
        """Tell nothing more, and take back what was sent but not acknowledged."""
        self._teller.close()
        self._sink.sending(self._job_id, *self._stored)

    def connecting(self) -> None:
        self._sink.connecting(self._job_id)

    def transferring(self) -> None:
        self._sink.transferring(self._job_id)

    def sending(self, upload: Upload, file: JobFile) -> None:
        moved = file.bytes_transferred - self._sent
        self._sent = file.bytes_transferred
        self._meter.add(max(0, moved), asyncio.get_running_loop().time())
        self._teller.put((upload, file))

    async def store(self, upload: Upload, entries: Mapping[int, JobFile]) -> None:
        self._stored = (upload, entries[0])
        await self._sink.acknowledged(self._job_id, upload, entries)
