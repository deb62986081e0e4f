"""Jobs as the window lists them: a name, a host, a state, and how far they are."""

from typing import Any

from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import Job, JobFile
from bitsgui.model.upload import Upload, UploadPhase
from tests.support.jobs import NOW, a_file, a_job


def listed(
    name: str, state: JobState = JobState.QUEUED, *, done: int = 0, total: int | None = 1000, **values: Any
) -> Job:
    """A job of one file with that name; `done` and `total` in bytes."""
    file = a_file(name, bytes_total=total, bytes_transferred=done, transferred=done == total)
    return a_job(file, state=state, display_name=name, **values)


def one_of_each() -> list[Job]:
    """A job in every state, named like it; the waiting one has a time to retry."""
    jobs = [listed(state.name, state, done=400) for state in JobState if state is not JobState.TRANSIENT_ERROR]
    waiting = listed("TRANSIENT_ERROR", JobState.TRANSIENT_ERROR, done=400, retry_at=NOW)
    return [*jobs, waiting]


def uploading(
    name: str,
    phase: UploadPhase = UploadPhase.UPLOADING,
    state: JobState = JobState.TRANSFERRING,
    *,
    type: JobType = JobType.UPLOAD_REPLY,
    done: int = 400,
    received: int = 30,
    reply_total: int | None = 120,
    **values: Any,
) -> Job:
    """An upload of 1000 bytes in this phase; `received` and `reply_total` are the reply's once that is fetched."""
    is_sent, has_reply = phase is not UploadPhase.UPLOADING, phase is UploadPhase.REPLY
    file = a_file(name, bytes_total=1000, bytes_transferred=1000 if is_sent else done, transferred=is_sent)
    reply = JobFile(
        remote_name="http://h/out/1" if has_reply else "",
        local_name=f"/replies/{name} reply",
        bytes_total=reply_total if has_reply else None,
        bytes_transferred=received if has_reply else 0,
    )
    upload = Upload(phase=phase, session_id="{S}")
    return a_job(file, state=state, type=type, upload=upload, reply=reply, display_name=name, **values)
