"""The remedies, by the real manager against a real server: the fix holds, or the job stays as it was."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import codes, fix
from bitsgui.model.enums import AuthTarget, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobFile, JobSettings
from bitsgui.model.upload import UploadPhase
from bitsgui.service import remedies
from bitsgui.service.creation import NewJob
from bitsgui.service.fixes import apply_fix
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.failed_jobs import REMOTE, failed_job, failed_upload
from tests.support.scripted_server import Pattern, Resource, ScriptedServer, needs_basic, sha256_of, status
from tests.support.waiting import until, until_state

Run = Callable[[Coroutine[Any, Any, None]], None]
CONTENT = Pattern(300_000)


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[JobManager, ScriptedServer]]:
    async with ScriptedServer() as server:
        manager = await JobManager.open(folder / "state", secrets=MemorySecrets())
        try:
            yield manager, server
        finally:
            await manager.aclose()


async def in_error(manager: JobManager, folder: Path, *urls: str) -> Job:
    """A job of these addresses that has failed."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    files = tuple(JobFile(remote_name=url, local_name=str(folder / f"file-{i}.bin")) for i, url in enumerate(urls))
    settings = JobSettings(display_name="job", auto_complete=True)
    (job,) = await manager.create_jobs([NewJob(settings=settings, files=files)])
    return await until_state(manager, job.id, JobState.ERROR)


def test_a_new_address_brings_the_file(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            server.files["/here.bin"] = Resource(content=CONTENT)
            job = await in_error(manager, tmp_path / "out", server.url("/gone.bin"))
            await apply_fix(manager, job.id, fix.NewAddress(0, server.url("/here.bin")))
            await until_state(manager, job.id, JobState.ACKNOWLEDGED)
            assert sha256_of(tmp_path / "out/file-0.bin") == sha256_of(CONTENT)

    run(scenario())


def test_a_bad_address_leaves_the_job_in_error(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            job = await in_error(manager, tmp_path / "out", server.url("/gone.bin"))
            with pytest.raises(BitsError) as refused:
                await apply_fix(manager, job.id, fix.NewAddress(0, "ftp://elsewhere/x"))
            assert refused.value.hresult == codes.E_INVALIDARG
            after = manager.get(job.id)
            assert (after.state, after.files[0].remote_name) == (JobState.ERROR, server.url("/gone.bin"))

    run(scenario())


def test_a_new_beginning_moves_every_unfinished_file(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            for name in ("a.bin", "b.bin"):
                server.files[f"/new/{name}"] = Resource(content=CONTENT)
            job = await in_error(manager, tmp_path / "out", server.url("/old/a.bin"), server.url("/old/b.bin"))
            prefix = remedies.common_prefix(job)
            assert prefix == server.url("/old/")
            await apply_fix(manager, job.id, fix.NewPrefix(prefix, server.url("/new/")))
            await until_state(manager, job.id, JobState.ACKNOWLEDGED)
            assert sha256_of(tmp_path / "out/file-1.bin") == sha256_of(CONTENT)

    run(scenario())


def test_user_info_in_a_new_beginning_becomes_the_sign_in(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            for name in ("a.bin", "b.bin"):
                server.files[f"/new/{name}"] = needs_basic("ann", "pa:ss", Resource(content=CONTENT))
            job = await in_error(manager, tmp_path / "out", server.url("/old/a.bin"), server.url("/old/b.bin"))
            with_user = server.url("/new/").replace("http://", "http://ann:pa%3Ass@")
            await apply_fix(manager, job.id, fix.NewPrefix(server.url("/old/"), with_user))
            done = await until_state(manager, job.id, JobState.ACKNOWLEDGED)
            assert [f.remote_name for f in done.files] == [server.url("/new/a.bin"), server.url("/new/b.bin")]

    run(scenario())


def test_a_sign_in_opens_the_door(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            server.files["/a.bin"] = needs_basic("ann", "secret", Resource(content=CONTENT))
            job = await in_error(manager, tmp_path / "out", server.url("/a.bin"))
            assert job.error is not None
            assert job.error.code == codes.BG_E_HTTP_ERROR_401
            await apply_fix(manager, job.id, fix.SignIn(AuthTarget.SERVER, "ann", "secret"))
            await until_state(manager, job.id, JobState.ACKNOWLEDGED)

    run(scenario())


def test_trying_again_goes_on_when_the_world_has_healed(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            server.files["/a.bin"] = status(403)
            job = await in_error(manager, tmp_path / "out", server.url("/a.bin"))
            server.files["/a.bin"] = Resource(content=CONTENT)
            await apply_fix(manager, job.id, fix.TryAgain())
            await until_state(manager, job.id, JobState.ACKNOWLEDGED)

    run(scenario())


def test_another_folder_takes_the_whole_job(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            server.files["/a.bin"] = status(403)
            job = await in_error(manager, tmp_path / "out", server.url("/a.bin"))
            server.files["/a.bin"] = Resource(content=CONTENT)
            other = tmp_path / "other"
            with pytest.raises(BitsError):
                await apply_fix(manager, job.id, fix.OtherFolder(other))
            assert manager.get(job.id).state is JobState.ERROR
            await asyncio.to_thread(other.mkdir)
            await apply_fix(manager, job.id, fix.OtherFolder(other))
            await until_state(manager, job.id, JobState.ACKNOWLEDGED)
            assert sha256_of(other / "file-0.bin") == sha256_of(CONTENT)
            assert not list((tmp_path / "out").iterdir())

    run(scenario())


def test_a_rename_that_failed_is_completed_again(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            server.files["/a.bin"] = Resource(content=CONTENT)
            in_the_way = tmp_path / "out/a.bin"
            await asyncio.to_thread(in_the_way.mkdir, parents=True)
            settings = JobSettings(display_name="job", auto_complete=True)
            file = JobFile(remote_name=server.url("/a.bin"), local_name=str(in_the_way))
            (job,) = await manager.create_jobs([NewJob(settings=settings, files=(file,))])
            await until_state(manager, job.id, JobState.TRANSFERRED)
            with pytest.raises(BitsError):
                await apply_fix(manager, job.id, fix.TryAgain())
            await asyncio.to_thread(in_the_way.rmdir)
            await apply_fix(manager, job.id, fix.TryAgain())
            assert manager.get(job.id).state is JobState.ACKNOWLEDGED
            assert sha256_of(in_the_way) == sha256_of(CONTENT)

    run(scenario())


def test_a_restart_fetches_from_the_first_byte(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as (manager, server):
            server.files["/a.bin"] = Resource(content=CONTENT)
            gate = server.hold("/a.bin", after=200_000)
            settings = JobSettings(display_name="job", auto_complete=True)
            await asyncio.to_thread((tmp_path / "out").mkdir)
            file = JobFile(remote_name=server.url("/a.bin"), local_name=str(tmp_path / "out/a.bin"))
            (job,) = await manager.create_jobs([NewJob(settings=settings, files=(file,))])
            await until(manager, job.id, lambda now: now.progress.bytes_transferred > 0)
            await manager.suspend(job.id)
            assert manager.get(job.id).progress.bytes_transferred > 0
            gate.release()
            await apply_fix(manager, job.id, fix.RestartFiles())
            await until_state(manager, job.id, JobState.ACKNOWLEDGED)
            assert server.requests_for("/a.bin")[-1].header("Range") is None
            assert sha256_of(tmp_path / "out/a.bin") == sha256_of(CONTENT)

    run(scenario())


def test_the_common_beginning() -> None:
    code = codes.BG_E_HTTP_ERROR_404
    assert remedies.common_prefix(failed_job(code, done=1)) == "https://archive.example/atlas/"
    assert remedies.common_prefix(failed_job(code, done=4)) is None, "one unfinished file"
    elsewhere = JobFile(remote_name="https://other.example/atlas/x", local_name="/srv/x")
    job = failed_job(code, done=0, total=1)
    assert remedies.common_prefix(replace(job, files=(*job.files, elsewhere))) is None
    upload = failed_upload(code, REMOTE, UploadPhase.REPLY)
    assert remedies.common_prefix(upload) is None, "the file and its reply have nothing in common"
