"""A desk for download tests: a manager on a fresh state folder, a scripted server, a folder for the files."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bitsgui.engine.ports import Clock
from bitsgui.model.enums import ErrorContext, JobPriority, JobState, ProxyUsage
from bitsgui.model.hresult import HResult
from bitsgui.model.job import FileRange, Job, JobFile, JobSettings, ProxySettings
from bitsgui.model.limits import Policy
from bitsgui.service.manager import Credentials, JobManager, NewJob
from bitsgui.store.secrets import MemorySecrets
from tests.support.content import Content, sha256_of
from tests.support.scripted_server import Gate, ScriptedServer
from tests.support.waiting import until, until_state

ENDS = (JobState.TRANSFERRED, JobState.ACKNOWLEDGED, JobState.ERROR, JobState.TRANSIENT_ERROR)
SETTINGS = JobSettings(
    display_name="test", priority=JobPriority.FOREGROUND, proxy=ProxySettings(usage=ProxyUsage.NO_PROXY)
)


@dataclass(slots=True)
class Desk:
    """What a download test needs; files land in `folder`, the queue lives in `state_dir`."""

    manager: JobManager
    server: ScriptedServer
    folder: Path
    state_dir: Path
    secrets: MemorySecrets

    def target(self, name: str) -> Path:
        """The final name of a file."""
        return self.folder / name

    def parts(self) -> list[Path]:
        """The part files in the folder."""
        return sorted(self.folder.glob(".BIT*.tmp"))

    def asked(self, path: str, header: str = "Range") -> list[str | None]:
        """One header of every request for a path, in order."""
        return [request.header(header) for request in self.server.requests_for(path)]

    async def start(
        self,
        *urls: str,
        names: Sequence[str] = (),
        name_from_server: bool = False,
        credentials: Credentials | None = None,
        custom_headers: tuple[tuple[str, str], ...] = (),
        ranges: tuple[FileRange, ...] = (),
        is_held: bool = False,
        **settings: Any,
    ) -> Job:
        """A running job (suspended if `is_held`) of URLs or paths of the server, named as they end or by `names`."""
        whole = [self.server.url(url) if url.startswith("/") else url for url in urls]
        locals_ = names or [url.rpartition("/")[2].partition("?")[0] for url in whole]
        files = tuple(
            JobFile(
                remote_name=url, local_name=str(self.target(name)), name_from_server=name_from_server, ranges=ranges
            )
            for url, name in zip(whole, locals_, strict=True)
        )
        spec = NewJob(
            settings=replace(SETTINGS, **settings),
            files=files,
            credentials=credentials,
            custom_headers=custom_headers,
            resume=not is_held,
        )
        (job,) = await self.manager.create_jobs([spec])
        return job

    async def ended(self, job: Job) -> Job:
        """The job as soon as it needs no more bytes or cannot get them now."""
        return await until_state(self.manager, job.id, *ENDS)

    async def fetch(self, *urls: str, **settings: Any) -> Job:
        """`start`, then `ended`."""
        return await self.ended(await self.start(*urls, **settings))

    async def again(self, job: Job) -> Job:
        """Resume, then `ended`."""
        await self.manager.resume(job.id)
        return await self.ended(job)

    async def suspended(self, job: Job, gate: Gate, received: int) -> Job:
        """The job, suspended once it has got the `received` bytes that a gate let through; the gate opens then."""
        await gate.reached.wait()
        await until(self.manager, job.id, lambda job: job.progress.bytes_transferred >= received)
        await self.manager.suspend(job.id)
        gate.release()
        return self.manager.get(job.id)

    async def reopen(self, clock: Clock | None = None) -> None:
        """Close the manager and open the same state again, as a restart does."""
        await self.manager.aclose()  # closing twice is fine
        self.manager = await JobManager.open(self.state_dir, secrets=self.secrets, clock=clock)

    async def assert_whole(self, job: Job, name: str, content: Content) -> None:
        """The job is TRANSFERRED, shows no file yet, and gives exactly `content` on Complete."""
        now = self.manager.get(job.id)
        assert (now.state, now.error) == (JobState.TRANSFERRED, None)
        assert not self.target(name).exists()
        await self.manager.complete(job.id)
        assert sha256_of(self.target(name)) == sha256_of(content)
        assert self.parts() == []


@asynccontextmanager
async def a_desk(
    tmp_path: Path,
    *,
    tls: ssl.SSLContext | None = None,
    hosts: tuple[str, ...] = ("127.0.0.1",),
    clock: Clock | None = None,
    policy: Policy | None = None,
) -> AsyncIterator[Desk]:
    """A desk below `tmp_path`; the other arguments are those of ScriptedServer and JobManager.open."""
    folder, state_dir = tmp_path / "files", tmp_path / "state"
    folder.mkdir(exist_ok=True)
    secrets = MemorySecrets()
    async with ScriptedServer(tls=tls, hosts=hosts) as server:
        manager = await JobManager.open(state_dir, secrets=secrets, clock=clock, policy=policy)
        desk = Desk(manager, server, folder, state_dir, secrets)
        try:
            yield desk
        finally:
            await desk.manager.aclose()


def failure(job: Job) -> tuple[JobState, ErrorContext, HResult]:
    """State, context and code of a job that carries an error."""
    assert job.error is not None
    return job.state, job.error.context, job.error.code
