"""Rows to values and back: JSON by msgspec, every type checked. A row that cannot be read is told, never lost."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

import msgspec

from bitsgui.model import codes
from bitsgui.model.answers import Draft, RemedyTried
from bitsgui.model.enums import RUNNING_STATES, ErrorContext, JobState, JobType
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobFile, JobId, JobSettings, JobTimes
from bitsgui.model.upload import REPLY_INDEX

T = TypeVar("T")


def _from_plain(kind: type[HResult], value: Any) -> HResult:
    return kind(value)


# HResult is the one type in these values that msgspec does not know.
_encoder = msgspec.json.Encoder(enc_hook=int)
_job_decoder = msgspec.json.Decoder(Job, dec_hook=_from_plain)
_file_decoder = msgspec.json.Decoder(JobFile, dec_hook=_from_plain)
_error_decoder = msgspec.json.Decoder(JobError, dec_hook=_from_plain)
_tried_decoder = msgspec.json.Decoder(RemedyTried, dec_hook=_from_plain)
_draft_decoder = msgspec.json.Decoder(Draft)

# Bad JSON, bad values, bad UTF-8, no text at all, nested without end, a file row that is missing.
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, TypeError, RecursionError, LookupError)


def encode_job(job: Job) -> str:
    """The job without its files and its reply; a running state is stored as QUEUED: after a crash it is that."""
    state = JobState.QUEUED if job.state in RUNNING_STATES else job.state
    return _encoder.encode(replace(job, files=(), reply=None, state=state)).decode()


def encode_file(file: JobFile) -> str:
    """One file of a job."""
    return _encoder.encode(file).decode()


def encode_error(error: JobError) -> str:
    """One entry of a job's error history."""
    return _encoder.encode(error).decode()


def encode_answer(answer: RemedyTried | Draft) -> str:
    """A remedy that was tried, or a form that is filled in."""
    return _encoder.encode(answer).decode()


def decode_error(body: str) -> JobError | None:
    """The entry, or None if it cannot be read."""
    return _or_none(_error_decoder, body)


def decode_tried(body: str) -> RemedyTried | None:
    """The entry, or None if it cannot be read."""
    return _or_none(_tried_decoder, body)


def decode_draft(body: str) -> Draft | None:
    """The form, or None if it cannot be read."""
    return _or_none(_draft_decoder, body)


def _or_none(decoder: msgspec.json.Decoder[T], body: str) -> T | None:
    try:
        return decoder.decode(body)
    except _UNREADABLE:
        return None


def decode_job(job_id: str, body: str, files: Mapping[int, str], now: float) -> Job:
    """The job with its files; one that cannot be read becomes a job in ERROR, so that nobody misses it.

    `body` and `files` (by index) are what SQLite gave, of whatever type.
    """
    try:
        job = _checked_job(_job_decoder.decode(body), job_id)
        rows = dict(files)
        reply = rows.pop(REPLY_INDEX) if job.type is JobType.UPLOAD_REPLY else None
        read = tuple(_read_file(rows[index]) for index in range(len(rows)))
        # Nobody has seen this value yet: to fill it in takes a tenth of copying it, and a window waits for 10,000.
        object.__setattr__(job, "files", read)
        object.__setattr__(job, "reply", None if reply is None else _read_file(reply))
        return job
    except _UNREADABLE as error:
        return _unreadable(JobId(job_id), _name_in(body) or job_id, str(error), now)


def _read_file(row: str) -> JobFile:
    return _checked_file(_file_decoder.decode(row))


def _checked_job(job: Job, job_id: str) -> Job:
    is_typed = (job.upload is None) is (job.type is JobType.DOWNLOAD)
    if job.id != job_id or job.error_count < 0 or job.download_time_s < 0 or not is_typed:
        raise ValueError("the values contradict each other")
    # No attempt outlives its process: a running state means nothing here.
    return replace(job, state=JobState.QUEUED) if job.state in RUNNING_STATES else job


def _checked_file(file: JobFile) -> JobFile:
    beyond = file.bytes_total is not None and file.bytes_transferred > file.bytes_total
    if file.bytes_transferred < 0 or beyond:
        raise ValueError("byte counts contradict each other")
    return file


def _name_in(body: str) -> str | None:
    try:
        # What could not be read as UTF-8 came as surrogates: one bad letter does not hide the name.
        name = msgspec.json.decode(body.encode(errors="replace"))["settings"]["display_name"]
    except (*_UNREADABLE, AttributeError):
        return None
    return name if isinstance(name, str) else None


def _unreadable(job_id: JobId, display_name: str, detail: str, now: float) -> Job:
    error = JobError(
        context=ErrorContext.GENERAL_QUEUE_MANAGER,
        code=codes.BG_E_DATABASE_CORRUPT,
        detail=f"The stored job cannot be read: {detail}",
        when=now,
        attempt=1,
    )
    return Job(
        id=job_id,
        state=JobState.ERROR,
        settings=JobSettings(display_name=display_name),
        times=JobTimes(now, now),
        error=error,
        error_count=1,
    )
