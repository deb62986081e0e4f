"""Checks of fixes under test: run, with proof that nothing of the job or its folder changed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bitsgui.model.check import CheckLine, CheckResult, Outcome, Step
from bitsgui.model.enums import JobState
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job, JobId
from bitsgui.service.fixes import check_fix
from bitsgui.service.manager import JobManager
from tests.support.downloads import Desk
from tests.support.scripted_server import Resource, in_turn, status


async def checked(manager: JobManager, job_id: JobId, fix: Fix, *folders: Path, **how: Any) -> CheckResult:
    """The result; the job and all that lies in `folders` is as before, and every line was told at once."""
    before, there, told = manager.get(job_id), _contents(folders), list[CheckLine]()
    result = await check_fix(manager, job_id, fix, told.append, **how)
    # The facts of the error may come meanwhile.
    assert replace(manager.get(job_id), error=None, times=before.times) == replace(before, error=None)
    assert _contents(folders) == there
    assert tuple(told) == result.lines
    return result


def failed(result: CheckResult) -> list[Step]:
    """The steps that failed."""
    return [line.step for line in result.lines if line.outcome is Outcome.FAILED]


def passed(result: CheckResult) -> list[Step]:
    """The steps that passed."""
    return [line.step for line in result.lines if line.outcome is Outcome.PASSED]


def line_of(result: CheckResult, step: Step) -> CheckLine:
    """The last line about a step."""
    return [line for line in result.lines if line.step is step][-1]


async def half_done(desk: Desk, path: str, file: Resource, half: int, **settings: Any) -> Job:
    """A job in ERROR with the first `half` bytes of a file, which its address now refuses with 403."""
    desk.server.files[path] = in_turn(replace(file, cut_after=half), status(403))
    job = await desk.again(await desk.fetch(path, **settings))
    assert (job.state, job.files[0].bytes_transferred) == (JobState.ERROR, half)
    return job


def _contents(folders: tuple[Path, ...]) -> dict[Path, bytes]:
    found = (path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file())
    return {path: path.read_bytes() for path in found}
