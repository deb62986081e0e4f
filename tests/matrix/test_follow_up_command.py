"""Row 35: a follow-up command that fails is no error of the job, and is shown as a warning where the job is shown."""

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bitsgui.gui.texts.job_facts import facts_of
from bitsgui.gui.texts.state_texts import subtitle
from bitsgui.gui.texts.warning_texts import warning_text
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job, JobId
from tests.support.lab import Lab, lab
from tests.support.scripted_server import status

Run = Callable[[Coroutine[Any, Any, None]], None]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")


def program(folder: Path, text: str) -> str:
    path = folder / "after.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return str(path)


async def transferred(it: Lab, command: str) -> JobId:
    job_id = await it.job("/a.bin", resume=False, minimum_retry_delay_s=60)
    await it.manager.set_notify_cmd_line(job_id, command, [Path(command).stem])
    await it.manager.resume(job_id)
    await it.until(job_id, JobState.TRANSFERRED)
    return job_id


def warned(job: Job) -> bool:
    return job.command_status is not None


def test_it_is_a_warning_until_it_works(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await transferred(it, program(tmp_path, "exit 3"))
            job = await it.until_true(job_id, warned)
            assert (job.state, job.error) == (JobState.TRANSFERRED, None)
            said = "The transfer is fine, but the command that follows it failed (exit status 3)."
            assert warning_text(job) == facts_of(job)["warning"] == said
            assert subtitle(job) == "127.0.0.1 · follow-up command failed"
            await it.reopen()
            assert warning_text(it.get(job_id)) == said
            program(tmp_path, "exit 0")
            await it.calm()
            await it.clock.advance(60)
            job = await it.until_true(job_id, lambda job: not warned(job))
            assert "warning" not in facts_of(job)
            await it.manager.complete(job_id)
            assert it.is_right("/a.bin")

    run(scenario())


def test_one_that_cannot_be_started(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job = await it.until_true(await transferred(it, str(tmp_path / "no such program")), warned)
            assert warning_text(job).endswith("failed (it could not be started).")

    run(scenario())


def test_of_an_error_it_says_so(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/gone"] = status(404)
            job_id = await it.job("/gone", resume=False)
            await it.manager.set_notify_cmd_line(job_id, program(tmp_path, "exit 7"), ["after"])
            await it.manager.resume(job_id)
            job = await it.until_true(job_id, warned)
            assert job.state is JobState.ERROR
            assert warning_text(job) == "The command that tells of this error failed (exit status 7)."

    run(scenario())
