"""A front end without a face, to be killed: one upload-reply on a real state folder.

python -m tests.support.upload_process STATE_DIR SOURCE URL REPLY FRAGMENT_BYTES

Says `opened`, `transferred` and `completed` on standard output, a line each, as soon as it is true. A passing error is
tried again at once; a final one ends it, with the reason on standard error.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bitsgui.engine import checkpoint, upload_answers, upload_fragments
from bitsgui.model.enums import JobPriority, JobState, JobType
from bitsgui.model.job import Job, JobFile, JobSettings
from bitsgui.service.manager import JobManager, NewJob
from tests.support.waiting import until_state

S = JobState
PACE_S = 0.05
"""Between two tries, for the machine's sake."""


async def transfer(state_dir: Path, source: Path, url: str, reply: Path) -> None:
    """Open the queue, create the job if it is not there, bring it to its end and complete it."""
    manager = await JobManager.open(state_dir)
    try:
        _say("opened")
        job = next(iter(manager.enumerate()), None) or await _create(manager, source, url, reply)
        await _until_transferred(manager, job)
        _say("transferred")
        await manager.complete(job.id)
        _say("completed")
    finally:
        await manager.aclose()


async def _until_transferred(manager: JobManager, job: Job) -> None:
    while job.state is not S.TRANSFERRED:
        job = await until_state(manager, job.id, S.TRANSFERRED, S.TRANSIENT_ERROR, S.ERROR)
        if job.state is S.ERROR:
            sys.exit(f"{job.error}")
        if job.state is S.TRANSIENT_ERROR:
            await asyncio.sleep(PACE_S)
            await manager.resume(job.id)


async def _create(manager: JobManager, source: Path, url: str, reply: Path) -> Job:
    spec = NewJob(
        settings=JobSettings(display_name="up", priority=JobPriority.FOREGROUND),
        files=(JobFile(remote_name=url, local_name=str(source)),),
        type=JobType.UPLOAD_REPLY,
        reply_file_name=str(reply),
    )
    (job,) = await manager.create_jobs([spec])
    return job


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> None:
    """Run `transfer` with small fragments and checkpoints: many packets without gigabytes."""
    state_dir, source, url, reply, fragment_bytes = arguments
    upload_answers.FRAGMENT_MAX = upload_fragments.FRAGMENT_MAX = int(fragment_bytes)  # type: ignore[misc]
    checkpoint.CHECKPOINT_BYTES = int(fragment_bytes)  # type: ignore[misc]
    checkpoint.CHECKPOINT_S = 0.0  # type: ignore[misc]
    asyncio.run(transfer(Path(state_dir), Path(source), url, Path(reply)))


if __name__ == "__main__":
    main(sys.argv[1:])
