"""Jobs that need a person, as values: for the diagnosis, its texts and its dialog."""

from dataclasses import replace

from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.error import FileRef, JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobFile, JobSettings, JobTimes, new_job_id
from bitsgui.model.upload import REPLY_PHASES, Upload, UploadPhase
from tests.support.jobs import as_typed

LOCAL, REMOTE = ErrorContext.LOCAL_FILE, ErrorContext.REMOTE_FILE
PROGRAM = ErrorContext.REMOTE_APPLICATION
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
    return as_typed(
        Job(
            id=new_job_id(),
            type=type,
            state=state,
            settings=JobSettings(display_name=name),
            files=files,
            times=JobTimes(1_800_000_000.0, 1_800_000_000.0),
            error=JobError(context, code, file, "http", "", 1_800_000_000.0, 2),
            error_count=2,
        )
    )


def failed_upload(
    code: HResult,
    context: ErrorContext = REMOTE,
    phase: UploadPhase = UploadPhase.UPLOADING,
    *,
    type: JobType = JobType.UPLOAD_REPLY,
    state: JobState = JobState.ERROR,
    status: int | None = None,
    sent: int = PART // 2,
    received: int = 0,
    name: str = "survey.tar",
) -> Job:
    """An upload of /srv/out/survey.tar to inbox.example that failed; `received` bytes of its reply are here."""
    is_whole = phase is not UploadPhase.UPLOADING
    source = JobFile(
        remote_name="https://inbox.example/in/survey.tar",
        local_name="/srv/out/survey.tar",
        bytes_total=PART,
        bytes_transferred=PART if is_whole else sent,
        transferred=phase in REPLY_PHASES,
    )
    reply = JobFile(
        remote_name="https://inbox.example/out/7" if phase in REPLY_PHASES else "",
        local_name="/srv/replies/survey reply.tar",
        bytes_total=PART if received else None,
        bytes_transferred=received,
    )
    job = failed_job(code, context, done=0, total=1, state=state, type=type, name=name)
    assert job.error is not None
    return replace(
        job,
        files=(source,),
        error=replace(job.error, status=status),
        upload=Upload(phase=phase, session_id="{S}" if sent or is_whole else None),
        reply=reply if type is JobType.UPLOAD_REPLY else None,
    )


def _received(index: int, done: int, started: bool) -> int:
    if index < done:
        return PART
    return PART // 2 if started and index == done else 0
