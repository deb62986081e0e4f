"""Jobs that need a person, as values: for the diagnosis, its texts and its dialog."""

from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.error import FileRef, JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobFile, JobSettings, JobTimes, new_job_id

LOCAL, REMOTE = ErrorContext.LOCAL_FILE, ErrorContext.REMOTE_FILE
PART = 400_000_000
"""Bytes of each file; the failing one has half of them."""


def failed_job(
    code: HResult,
    context: ErrorContext = REMOTE,
    *,
    done: int = 3,
    total: int = 5,
    state: JobState = JobState.ERROR,
    type: JobType = JobType.DOWNLOAD,
    name: str = "Atlas",
    folder: str = "/srv/maps",
    server: str = "https://archive.example/atlas",
    started: bool = True,
) -> Job:
    """The first `done` of `total` files are whole, the next one failed with (context, code)."""
    files = tuple(
        JobFile(
            remote_name=f"{server}/plate-{i}.tif",
            local_name=f"{folder}/plate-{i}.tif",
            bytes_total=PART,
            bytes_transferred=_received(i, done, started),
            transferred=i < done,
        )
        for i in range(total)
    )
    failing = min(done, total - 1)
    named = context in (LOCAL, REMOTE) and bool(files)
    file = FileRef(failing, files[failing].remote_name, files[failing].local_name) if named else None
    return Job(
        id=new_job_id(),
        type=type,
        state=state,
        settings=JobSettings(display_name=name),
        files=files,
        times=JobTimes(1_800_000_000.0, 1_800_000_000.0),
        error=JobError(context, code, file, "http", "", 1_800_000_000.0, 2),
        error_count=2,
    )


def _received(index: int, done: int, started: bool) -> int:
    if index < done:
        return PART
    return PART // 2 if started and index == done else 0
