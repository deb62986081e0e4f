"""A front end without a face, to be killed: one job of several files on a real state folder.

python -m tests.support.queue_process STATE_DIR FOLDER CHECKPOINT_BYTES URL...

Says `opened`, `transferred` and `completed` on standard output, a line each, as soon as it is true.
Status 4 and the reason on standard error when another process holds the state folder.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from bitsgui.engine import checkpoint
from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.job import Job, JobFile, JobSettings
from bitsgui.service.manager import JobManager, NewJob, StateLockedError
from tests.support.waiting import until_state


async def transfer(state_dir: Path, folder: Path, urls: Sequence[str]) -> None:
    """Open the queue, create the job if it is not there, fetch it whole and complete it."""
    manager = await JobManager.open(state_dir)
    try:
        _say("opened")
        if urls:
            await _work(manager, folder, urls)
        else:
            await asyncio.Event().wait()
    finally:
        await manager.aclose()


async def _work(manager: JobManager, folder: Path, urls: Sequence[str]) -> None:
    job = next(iter(manager.enumerate()), None) or await _create(manager, folder, urls)
    job = await until_state(manager, job.id, JobState.TRANSFERRED, JobState.ERROR)
    if job.state is JobState.ERROR:
        sys.exit(f"{job.error}")
    _say("transferred")
    await manager.complete(job.id)
    _say("completed")


async def _create(manager: JobManager, folder: Path, urls: Sequence[str]) -> Job:
    settings = JobSettings(display_name="five files", priority=JobPriority.FOREGROUND)
    files = [JobFile(remote_name=url, local_name=str(folder / PurePosixPath(urlsplit(url).path).name)) for url in urls]
    (job,) = await manager.create_jobs([NewJob(settings=settings, files=tuple(files))])
    return job


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Run `transfer` with smaller checkpoints: the rule is the same and the test needs no gigabytes."""
    state_dir, folder, checkpoint_bytes, *urls = arguments
    checkpoint.CHECKPOINT_BYTES = int(checkpoint_bytes)  # type: ignore[misc]
    checkpoint.CHECKPOINT_S = 0.0  # type: ignore[misc]
    try:
        asyncio.run(transfer(Path(state_dir), Path(folder), urls))
    except StateLockedError as error:
        sys.stderr.write(f"{error}\n")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
