"""Which part of a job an error belongs to, by the rule of IBackgroundCopyCallback::JobError. Pure."""

from enum import StrEnum

from bitsgui.model.enums import ErrorContext, JobType
from bitsgui.model.job import Job


class Phase(StrEnum):
    """Which part of the job failed."""

    DOWNLOAD = "download"
    UPLOAD = "upload"
    SERVER_PROGRAM = "server_program"
    REPLY = "reply"


def phase_of(job: Job) -> Phase:
    """The part that the job's error belongs to; without an error, the part that has begun last."""
    if job.type is JobType.DOWNLOAD:
        return Phase.DOWNLOAD
    if job.error is not None and job.error.context is ErrorContext.REMOTE_APPLICATION:
        return Phase.SERVER_PROGRAM
    reply = job.reply_progress
    # LOCAL_FILE goes by the same rule: the source before the reply phase, the reply file in it.
    return Phase.UPLOAD if reply is None or reply.bytes_total is None else Phase.REPLY
