"""Our manager and our server on one loop, with a relay between them that keeps a log of the packets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bitsgui.model.enums import ErrorContext, JobPriority, JobState, JobType
from bitsgui.model.job import Job, JobFile, JobId, JobSettings
from bitsgui.server.serve import FileServer
from bitsgui.server.sessions import STORE_NAME
from bitsgui.server.settings import ServerSettings
from bitsgui.service.manager import Credentials, NewJob
from tests.support.content import Pattern
from tests.support.lab import Lab, lab
from tests.support.packet_relay import PacketRelay

PATH = "/inbox/a.bin"
S = JobState


@dataclass(slots=True)
class BothEnds:
    """`source` holds `sent`; `folder` is where the server publishes, `reply` the file of the answer."""

    it: Lab
    server: FileServer
    settings: ServerSettings
    relay: PacketRelay
    source: Path
    reply: Path
    sent: bytes = b""

    @property
    def published(self) -> bytes | None:
        """What lies under the upload's name on the server."""
        path = self.target
        return path.read_bytes() if path.exists() else None

    @property
    def target(self) -> Path:
        """The upload's name on the server."""
        return self.settings.folder / PATH.strip("/")

    def sessions(self) -> list[Path]:
        """The folders of the sessions that are on the server's disk."""
        return [path for path in (self.settings.folder / STORE_NAME).iterdir() if path.is_dir()]

    async def restart_server(self, meanwhile: Callable[[], None]) -> None:
        """Stop the server, change something on its disk, start it again."""
        await self.server.aclose()
        await asyncio.to_thread(meanwhile)
        self.server = await FileServer.start(self.settings, lambda event: None)
        self.relay.target = _port(self.server)

    async def upload(
        self,
        size: int,
        *,
        type: JobType = JobType.UPLOAD,
        path: str = PATH,
        credentials: Credentials | None = None,
        **settings: object,
    ) -> JobId:
        """A job that sends `size` bytes through the relay."""
        self.sent = Pattern(size, seed=1)[0:size]
        self.source.write_bytes(self.sent)
        values = JobSettings(display_name="up", priority=JobPriority.FOREGROUND, **settings)  # type: ignore[arg-type]
        spec = NewJob(
            settings=values,
            files=(JobFile(remote_name=self.relay.url(path), local_name=str(self.source)),),
            type=type,
            reply_file_name=str(self.reply) if type is JobType.UPLOAD_REPLY else "",
            credentials=credentials,
        )
        (job,) = await self.it.manager.create_jobs([spec])
        return job.id

    async def end_of(self, job_id: JobId) -> Job:
        """The job at rest; passing errors are waited out by the clock."""
        while (job := await self.it.until(job_id, S.TRANSFERRED, S.TRANSIENT_ERROR, S.ERROR)).state is (
            S.TRANSIENT_ERROR
        ):
            await self.it.clock.advance(600)
        return job


def failed_part(job: Job) -> str:
    """By the context first, then by the reply's total."""
    assert job.error is not None
    if job.error.context is ErrorContext.REMOTE_APPLICATION:
        return "server program"
    has_total = job.reply_progress is not None and job.reply_progress.bytes_total is not None
    return "reply" if has_total else "upload"


@asynccontextmanager
async def both_ends(tmp_path: Path, *, patience_s: float = 20, **settings: object) -> AsyncIterator[BothEnds]:
    """Everything started; `settings` are those of the server."""
    inbox = tmp_path / "served" / "inbox"
    await asyncio.to_thread(inbox.mkdir, parents=True, exist_ok=True)
    choice = ServerSettings(folder=inbox.parent, **settings)  # type: ignore[arg-type]
    server = await FileServer.start(choice, lambda event: None)
    async with PacketRelay(_port(server)) as relay:
        # First ends who asks, then who answers.
        async with lab(tmp_path, patience_s=patience_s) as it:
            ends = BothEnds(it, server, choice, relay, tmp_path / "a.bin", tmp_path / "reply.bin")
            yield ends
        await ends.server.aclose()


def _port(server: FileServer) -> int:
    port = urlsplit(server.url).port
    assert port is not None
    return port
