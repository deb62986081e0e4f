"""A real JobManager on a temporary state folder, a scripted server and a clock that a test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bitsgui.engine.ports import Clock
from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.job import Job, JobFile, JobId, JobSettings
from bitsgui.model.limits import Policy
from bitsgui.service.manager import JobManager, NewJob
from bitsgui.store.secrets import MemorySecrets, SecretStore
from tests.support.fake_clock import FakeClock
from tests.support.scripted_server import Behaviour, Exchange, Pattern, Resource, ScriptedServer, sha256_of
from tests.support.waiting import until, until_state

PATIENCE_S = 8.0
"""How long a scenario may take before it counts as hung."""


@dataclass(slots=True)
class Lab:
    """What a scenario works with; `folder` is where downloads go."""

    server: ScriptedServer
    manager: JobManager
    clock: FakeClock
    folder: Path
    state_dir: Path
    policy: Policy
    secrets: SecretStore
    contents: dict[str, Pattern] = field(default_factory=dict)

    def serve(self, path: str, size: int = 100_000, **how: object) -> Pattern:
        """Put a file on the server."""
        content = Pattern(size, seed=len(self.contents))
        self.contents[path] = content
        self.server.files[path] = Resource(content=content, **how)  # type: ignore[arg-type]
        return content

    async def job(
        self,
        *paths: str,
        resume: bool = True,
        priority: JobPriority = JobPriority.FOREGROUND,
        name_from_server: bool = False,
        **settings: object,
    ) -> JobId:
        """A download of these paths into `folder`; a path that nobody serves yet gets a file of 100 kB."""
        for path in paths:
            if path not in self.server.files:
                self.serve(path)
        files = tuple(
            JobFile(
                remote_name=self.server.url(path),
                local_name=str(self.folder / path.strip("/")),
                name_from_server=name_from_server,
            )
            for path in paths
        )
        values = JobSettings(display_name=paths[0] if paths else "empty", priority=priority, **settings)  # type: ignore[arg-type]
        (job,) = await self.manager.create_jobs([NewJob(settings=values, files=files, resume=resume)])
        return job.id

    def get(self, job_id: JobId) -> Job:
        return self.manager.get(job_id)

    async def until(self, job_id: JobId, *states: JobState) -> Job:
        """The job as soon as it is in one of `states`."""
        return await until_state(self.manager, job_id, *states)

    async def until_true(self, job_id: JobId, true: Callable[[Job], bool]) -> Job:
        """The job as soon as `true(job)`."""
        return await until(self.manager, job_id, true)

    async def reopen(self) -> None:
        """Close and open the same state folder."""
        await self.manager.aclose()
        self.manager = await self._open()

    async def _open(self) -> JobManager:
        return await JobManager.open(self.state_dir, policy=self.policy, clock=self.clock, secrets=self.secrets)

    async def calm(self) -> None:
        """Return once nobody changes a job and what follows from the last changes has happened."""
        for job in (*self.manager.enumerate(), *self.manager.history()):
            async with self.manager._locks.holding(job.id):
                pass
        await asyncio.gather(*self.manager._facts._tasks)
        await quiet()

    def local(self, path: str) -> Path:
        """Where a path's file ends up."""
        return self.folder / path.strip("/")

    def parts(self, folder: Path | None = None) -> list[Path]:
        """The part files there."""
        return sorted((folder or self.folder).glob(".BIT*.tmp"))

    def is_right(self, *paths: str) -> bool:
        """Whether the finished files have the bytes of the server's."""
        return all(sha256_of(self.local(path)) == sha256_of(self.contents[path]) for path in paths)


@asynccontextmanager
async def lab(
    tmp_path: Path,
    *,
    policy: Policy | None = None,
    clock: Clock | None = None,
    secrets: SecretStore | None = None,
    hosts: tuple[str, ...] = ("127.0.0.1",),
    patience_s: float = PATIENCE_S,
) -> AsyncIterator[Lab]:
    """Everything started; at the end closed in order. A scenario that hangs is cut after `patience_s`."""
    folder = tmp_path / "downloads"
    folder.mkdir(exist_ok=True)
    time = clock or FakeClock()
    chosen, kept = policy or Policy(), secrets or MemorySecrets()
    async with asyncio.timeout(patience_s), ScriptedServer(hosts=hosts) as server:
        manager = await JobManager.open(tmp_path / "state", policy=chosen, clock=time, secrets=kept)
        it = Lab(server, manager, time, folder, tmp_path / "state", chosen, kept)  # type: ignore[arg-type]
        try:
            yield it
        finally:
            await it.manager.aclose()


def silent() -> tuple[Behaviour, asyncio.Event]:
    """A behaviour that sends nothing until the event is set, then 404."""
    speak = asyncio.Event()

    async def behave(exchange: Exchange) -> None:
        await speak.wait()
        await exchange.reply(404)

    return behave, speak


async def quiet(rounds: int = 50) -> None:
    """Let the loop turn, so that whatever was about to happen has begun."""
    for _ in range(rounds):
        await asyncio.sleep(0)


@asynccontextmanager
async def nothing_can_be_stored(it: Lab) -> AsyncIterator[None]:
    """SQLite refuses every write meanwhile, as on a disk that takes no more."""
    connection = it.manager._store._connection
    await connection.execute("PRAGMA query_only = ON")
    yield
    await connection.execute("PRAGMA query_only = OFF")
