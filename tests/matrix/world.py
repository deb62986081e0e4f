"""Where a row of the matrix happens: a real queue, a server that takes and gives files, and whoever else is needed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bitsgui.model.checksum import Checksum
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import FileRange, Job, JobFile
from bitsgui.service.manager import JobManager, NewJob
from tests.support.bits_peer import BitsPeer
from tests.support.certificates import Certificates
from tests.support.content import Pattern
from tests.support.downloads import SETTINGS, Desk, a_desk
from tests.support.fake_clock import FakeClock
from tests.support.scripted_server import Resource, ScriptedServer
from tests.support.waiting import until, until_state

PATIENCE_S = 25.0
"""How long a row may take before it counts as hung, on a busy machine."""
CONTENT = Pattern(300_000, seed=36)
FILE = Resource(content=CONTENT)
SENT = Pattern(20_000, seed=37)[0:20_000]
REPLY = b"the answer"
INBOX = "/inbox/a.bin"
ENDS = (JobState.ERROR, JobState.TRANSFERRED, JobState.ACKNOWLEDGED)


@dataclass(slots=True, kw_only=True)
class World:
    """`desk`: manager, server and the folder for what comes; `kept`: what a row wants to find again."""

    desk: Desk
    peer: BitsPeer
    stack: AsyncExitStack
    tmp: Path
    certificates: Certificates
    clock: FakeClock | None
    tls: ssl.SSLContext | None
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def manager(self) -> JobManager:
        return self.desk.manager

    @property
    def server(self) -> ScriptedServer:
        return self.desk.server

    @property
    def source(self) -> Path:
        """The file that goes up."""
        return self.tmp / "sources" / "a.bin"

    def url(self, path: str) -> str:
        return self.server.url(path)

    def serve(self, path: str = "/a.bin") -> None:
        """The right file at a path."""
        self.server.files[path] = FILE

    async def a_is_right(self) -> None:
        """The world is mended by serving the right file where it belongs."""
        self.serve()

    async def other_server(self, tls: ssl.SSLContext | None = None) -> ScriptedServer:
        """A right one beside the world's own."""
        other = await self.stack.enter_async_context(ScriptedServer(tls=tls))
        other.files["/a.bin"] = FILE
        return other

    async def download(
        self,
        *urls: str,
        checksum: Checksum | None = None,
        ranges: tuple[FileRange, ...] = (),
        **settings: Any,
    ) -> Job:
        """A job of these addresses that has ended in ERROR (or TRANSFERRED without its names)."""
        is_held = checksum is not None or bool(ranges)
        job = await self.desk.start(*(urls or ("/a.bin",)), ranges=ranges, is_held=is_held, **settings)
        if checksum is not None:
            await self.manager.set_checksum(job.id, 0, checksum)
        if is_held:
            await self.manager.resume(job.id)
        return await self.ended(job)

    async def upload(self, *, reply: bool = False, **settings: Any) -> Job:
        """A job that sends `source` and has ended in ERROR; a reply goes into the desk's folder."""
        return await self.ended(await self._send(reply, settings))

    async def upload_waiting(self) -> Job:
        """A job that sends `source` and waits for a passing trouble to pass."""
        return await self.waiting(await self._send(False, {}))

    async def _send(self, reply: bool, settings: dict[str, Any]) -> Job:
        self.source.parent.mkdir(exist_ok=True)
        self.source.write_bytes(SENT)
        spec = NewJob(
            settings=replace(SETTINGS, **settings),
            files=(JobFile(remote_name=self.url(INBOX), local_name=str(self.source)),),
            type=JobType.UPLOAD_REPLY if reply else JobType.UPLOAD,
            reply_file_name=str(self.desk.folder / "answer.bin") if reply else "",
        )
        (job,) = await self.manager.create_jobs([spec])
        return job

    async def could_not_complete(self, job: Job) -> Job:
        """The job as soon as every byte is here and its files could not be put in place."""
        await until(self.manager, job.id, needs_you)
        return await self.manager.facts_found(job.id)

    async def again(self, job: Job) -> Job:
        """Resume, then `ended`."""
        await self.manager.resume(job.id)
        return await self.ended(job)

    async def ended(self, job: Job) -> Job:
        """The job in ERROR with all that is found out around it, or TRANSFERRED."""
        await until_state(self.manager, job.id, *ENDS)
        return await self.manager.facts_found(job.id)

    async def tried(self, job: Job, attempts: int) -> Job:
        """The job as soon as its attempts have failed so often."""
        return await until(self.manager, job.id, lambda now: now.error_count >= attempts)

    async def waiting(self, job: Job) -> Job:
        """The job as soon as it waits for a passing trouble to pass."""
        return await until_state(self.manager, job.id, JobState.TRANSIENT_ERROR)


@asynccontextmanager
async def a_world(
    tmp: Path, certificates: Certificates, *, clock: FakeClock | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[World]:
    """Everything started; closed in order at the end."""
    async with asyncio.timeout(PATIENCE_S), AsyncExitStack() as stack:
        desk = await stack.enter_async_context(a_desk(tmp, tls=tls, clock=clock))
        peer = BitsPeer(desk.server, INBOX)
        yield World(desk=desk, peer=peer, stack=stack, tmp=tmp, certificates=certificates, clock=clock, tls=tls)
