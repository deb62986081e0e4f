"""A job that has ended as one to create anew: the same files and settings, none of its bytes and no secrets."""

from dataclasses import replace

from bitsgui.model.job import Job, JobFile
from bitsgui.service.creation import NewJob


def spec_again(job: Job) -> NewJob:
    """What to create; its sign-ins and header values were forgotten when it ended.

    What the job has brought here is never replaced: the new files take free names beside it.
    """
    files = tuple(
        JobFile(remote_name=f.remote_name, local_name=f.local_name, ranges=f.ranges, replace_existing=False)
        for f in job.files
    )
    settings = replace(job.settings, credentials=(), custom_header_names=())
    reply_name = job.reply.local_name if job.reply else ""
    return NewJob(settings=settings, files=files, type=job.type, reply_file_name=reply_name)
