"""A file that nobody agreed to lose is never replaced: Complete takes a free name, whatever a crash leaves."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.engine.part_file import part_path
from bitsgui.model.codes import S_FALSE, S_OK
from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.job import Job, JobFile, JobSettings
from bitsgui.service.completion import publish, with_free_names
from bitsgui.service.manager import JobManager, NewJob
from bitsgui.store.secrets import MemorySecrets
from tests.support.jobs import a_file, a_job
from tests.support.scripted_server import Resource, ScriptedServer
from tests.support.waiting import until_state

NEW, OLD = b"new bytes" * 1000, b"somebody else's file"


def received(tmp_path: Path) -> Job:
    whole = replace(a_file(), bytes_total=len(NEW), bytes_transferred=len(NEW), transferred=True)
    file = replace(whole, local_name=str(tmp_path / "a.bin"), replace_existing=False)
    job = replace(a_job(file), state=JobState.TRANSFERRED)
    part_path(job.id, 0, file.local_name).write_bytes(NEW)
    return job


@pytest.mark.parametrize("may_replace", [True, False])
def test_a_file_that_appeared_meanwhile(tmp_path: Path, run, may_replace: bool) -> None:
    async def scenario() -> Path:
        async with ScriptedServer() as server:
            server.files["/a.bin"] = Resource(content=NEW)
            manager = await JobManager.open(tmp_path / "state", secrets=MemorySecrets())
            try:
                file = JobFile(
                    remote_name=server.url("/a.bin"),
                    local_name=str(tmp_path / "a.bin"),
                    replace_existing=may_replace,
                )
                settings = JobSettings(display_name="a", priority=JobPriority.FOREGROUND)
                (job,) = await manager.create_jobs([NewJob(settings=settings, files=(file,))])
                await until_state(manager, job.id, JobState.TRANSFERRED)
                await asyncio.to_thread((tmp_path / "a.bin").write_bytes, OLD)
                assert await manager.complete(job.id) == S_OK
                final = manager.get(job.id).files[0].local_name
            finally:
                await manager.aclose()
        return Path(final)

    final = run(scenario())
    assert final.read_bytes() == NEW
    assert (tmp_path / "a.bin").read_bytes() == (NEW if may_replace else OLD)
    assert final.name == ("a.bin" if may_replace else "a (1).bin")


def test_a_crash_between_link_and_unlink_is_finished(tmp_path: Path) -> None:
    job = received(tmp_path)
    part = part_path(job.id, 0, job.files[0].local_name)
    os.link(part, tmp_path / "a.bin")
    published = publish(replace(job, completing=True), was_cut_short=True)
    assert published.stop is None
    assert not part.exists()
    assert (tmp_path / "a.bin").read_bytes() == NEW


def test_a_name_taken_in_the_last_moment_is_an_error_not_a_loss(tmp_path: Path) -> None:
    job = received(tmp_path)
    job = with_free_names(job)
    (tmp_path / "a.bin").write_bytes(OLD)
    published = publish(job, was_cut_short=False)
    assert published.stop is not None
    assert (tmp_path / "a.bin").read_bytes() == OLD
    again = with_free_names(job)
    assert publish(again, was_cut_short=False).stop is None
    assert (tmp_path / "a (1).bin").read_bytes() == NEW


def test_leave_to_replace_may_be_given_and_taken_later(tmp_path: Path, run) -> None:
    async def scenario() -> list[bool]:
        manager = await JobManager.open(tmp_path / "state", secrets=MemorySecrets())
        try:
            job = await manager.create_job("a")
            await manager.add_file(job.id, "http://127.0.0.1:9/a.bin", str(tmp_path / "a.bin"))
            seen = [manager.get(job.id).files[0].replace_existing]
            for value in (False, True):
                assert await manager.set_replace_existing(job.id, value) == S_OK
                seen.append(manager.get(job.id).files[0].replace_existing)
            assert await manager.set_replace_existing(job.id, True) == S_FALSE
        finally:
            await manager.aclose()
        return seen

    assert run(scenario()) == [True, False, True]
