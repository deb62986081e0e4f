"""Real nginx as the peer: what curl fetches and what a job fetches are the same bytes."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import AuthScheme, AuthTarget, ErrorContext, JobPriority, JobState
from bitsgui.model.job import Job, JobFile, JobSettings
from bitsgui.service.manager import JobManager, NewJob
from bitsgui.store.secrets import MemorySecrets
from tests.support.content import Pattern, sha256_of
from tests.support.nginx import Nginx
from tests.support.waiting import until, until_state

pytestmark = pytest.mark.peer

MIB = 1 << 20
SETTINGS = JobSettings(display_name="from nginx", priority=JobPriority.FOREGROUND)
ENDS = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)


def serve(nginx: Nginx, size: int) -> Pattern:
    content = Pattern(size)
    (nginx.root / "a.bin").write_bytes(content[:])
    return content


def curl(url: str, target: Path, *options: str) -> str:
    subprocess.run(["curl", "--silent", "--fail", "--output", target, *options, url], check=True)
    return sha256_of(target)


@asynccontextmanager
async def a_manager(tmp_path: Path) -> AsyncIterator[JobManager]:
    manager = await JobManager.open(tmp_path / "state", secrets=MemorySecrets())
    try:
        yield manager
    finally:
        await manager.aclose()


async def create(manager: JobManager, url: str, target: Path, settings: JobSettings = SETTINGS) -> Job:
    file = JobFile(remote_name=url, local_name=str(target))
    (job,) = await manager.create_jobs([NewJob(settings=settings, files=(file,))])
    return job


async def interrupted(manager: JobManager, job: Job, after: int) -> Job:
    """Suspend the job once it has more than `after` bytes, and resume it."""
    await until(manager, job.id, lambda job: job.progress.bytes_transferred > after)
    await manager.suspend(job.id)
    suspended = manager.get(job.id)
    assert after < suspended.progress.bytes_transferred < (suspended.progress.bytes_total or 0)
    await manager.resume(job.id)
    return suspended


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_file_is_what_curl_gets(run, nginx: Nginx, tmp_path: Path, tls: bool) -> None:
    async def scenario() -> None:
        serve(nginx, 20 * MIB + 13)
        url, target = nginx.url("/a.bin", tls=tls), tmp_path / "a.bin"
        async with a_manager(tmp_path) as manager:
            job = await create(manager, url, target, replace(SETTINGS, ca_file=str(nginx.ca_file)))
            done = await until_state(manager, job.id, *ENDS)
            assert (done.state, done.error) == (JobState.TRANSFERRED, None)
            assert not target.exists()
            assert await manager.complete(job.id) == codes.S_OK
        by_curl = await asyncio.to_thread(curl, url, tmp_path / "c", "--cacert", str(nginx.ca_file))
        assert sha256_of(target) == by_curl
        assert int(target.stat().st_mtime) == int((nginx.root / "a.bin").stat().st_mtime)

    run(scenario())


def test_an_authority_that_nobody_named_is_not_trusted(run, nginx: Nginx, tmp_path: Path) -> None:
    async def scenario() -> None:
        serve(nginx, MIB)
        async with a_manager(tmp_path) as manager:
            job = await create(manager, nginx.url("/a.bin", tls=True), tmp_path / "a.bin")
            failed = await until_state(manager, job.id, *ENDS)
        assert failed.state is JobState.ERROR
        assert failed.error is not None
        assert failed.error.code == codes.ERROR_WINHTTP_SECURE_INVALID_CA
        assert nginx.log_lines() == []

    run(scenario())


def test_after_an_interruption_only_the_rest_is_fetched(run, nginx: Nginx, tmp_path: Path) -> None:
    async def scenario() -> None:
        content, target = serve(nginx, 3 * MIB), tmp_path / "a.bin"
        async with a_manager(tmp_path) as manager:
            job = await create(manager, nginx.url("/slow/a.bin"), target)
            suspended = await interrupted(manager, job, after=MIB)
            await until_state(manager, job.id, *ENDS)
            await manager.complete(job.id)
        assert sha256_of(target) == sha256_of(content)
        have = suspended.progress.bytes_transferred
        assert nginx.log_lines()[-1] == f'206 {len(content) - have} /slow/a.bin "bytes={have}-"'

    run(scenario())


def test_without_ranges_an_interruption_is_said_and_never_patched(run, nginx: Nginx, tmp_path: Path) -> None:
    async def scenario() -> None:
        content, target = serve(nginx, 40 * MIB), tmp_path / "a.bin"
        async with a_manager(tmp_path) as manager:
            settings = replace(SETTINGS, rate_limit_bps=20 * MIB)
            job = await create(manager, nginx.url("/norange/a.bin"), target, settings)
            await interrupted(manager, job, after=2 * MIB)
            failed = await until_state(manager, job.id, *ENDS)
            assert failed.state is JobState.ERROR
            assert failed.error is not None
            assert failed.error.context is ErrorContext.REMOTE_FILE
            assert failed.error.code == codes.BG_E_INSUFFICIENT_RANGE_SUPPORT
            await manager.restart_files(job.id)
            await manager.resume(job.id)
            await until_state(manager, job.id, *ENDS)
            await manager.complete(job.id)
        assert sha256_of(target) == sha256_of(content)

    run(scenario())


def test_a_sign_in_that_was_missing_is_given_and_the_job_goes_on(run, nginx: Nginx, tmp_path: Path) -> None:
    async def scenario() -> None:
        serve(nginx, MIB)
        url, target = nginx.url("/auth/a.bin"), tmp_path / "a.bin"
        async with a_manager(tmp_path) as manager:
            job = await create(manager, url, target)
            failed = await until_state(manager, job.id, *ENDS)
            assert failed.error is not None
            assert failed.error.http_status == 401
            await manager.set_credentials(job.id, AuthTarget.SERVER, AuthScheme.BASIC, "alice", "secret")
            await manager.resume(job.id)
            await until_state(manager, job.id, JobState.TRANSFERRED)
            await manager.complete(job.id)
        assert sha256_of(target) == await asyncio.to_thread(curl, url, tmp_path / "c", "--user", "alice:secret")

    run(scenario())
