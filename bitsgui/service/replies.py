"""The reply file of an upload-reply job: the name that it gets by itself, and its bytes for a caller."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from bitsgui.engine.part_file import part_path
from bitsgui.engine.stop import local_stop
from bitsgui.model import codes
from bitsgui.model.enums import JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobFile
from bitsgui.model.names import reply_name
from bitsgui.model.upload import REPLY_INDEX
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.local_side import check_folders

REPLY_DATA_MAX: Final = 1024 * 1024
"""Bytes that GetReplyData gives."""


async def with_reply_name(job: Job, queue: JobQueue) -> Job:
    """The job as it may start: its reply has a place. Raises BitsError for a folder that cannot take it."""
    named = beside_source(job)
    if named is job:
        return job
    reply = named.entry(REPLY_INDEX)
    await check_folders([Path(reply.local_name).parent])
    name = await queue.unused_local_name(job.id, REPLY_INDEX, reply.local_name)
    return named.with_entry(REPLY_INDEX, replace(reply, local_name=name))


def beside_source(job: Job) -> Job:
    """The job with a reply that nobody gave a place beside the file that is sent; the same job if there is none."""
    if job.reply is None or job.reply.local_name or not job.files:
        return job
    source = Path(job.files[0].local_name)
    name = source.with_name(reply_name(source))
    # Nobody agreed that it may replace anything.
    return job.with_entry(REPLY_INDEX, replace(job.reply, local_name=str(name), replace_existing=False))


async def reply_data(job: Job) -> bytes:
    """GetReplyData; raises E_NOTIMPL, BG_E_INVALID_STATE, BG_E_TOO_LARGE, or the code of a read that failed."""
    if job.reply is None:
        raise BitsError(codes.E_NOTIMPL, "For upload-reply jobs only.")
    if not job.reply.transferred or job.state is JobState.CANCELLED:
        raise BitsError(codes.BG_E_INVALID_STATE, "The reply is not here.")
    try:
        data = await asyncio.to_thread(_read, _path_of(job, job.reply))
    except OSError as error:
        stop = local_stop(error, job.reply.local_name)
        raise BitsError(stop.code, stop.detail) from error
    if len(data) > REPLY_DATA_MAX:
        raise BitsError(codes.BG_E_TOO_LARGE, "The reply is larger than 1 MiB: read it from its file.")
    return data


def _path_of(job: Job, reply: JobFile) -> Path:
    return Path(reply.local_name) if reply.completed else part_path(job.id, REPLY_INDEX, reply.local_name)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(REPLY_DATA_MAX + 1)
