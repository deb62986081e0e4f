"""What a job becomes when its attempt ends: pure values."""

from dataclasses import replace

from bitsgui.engine.retry import NOT_COUNTED, TransientUntil, after_error
from bitsgui.engine.stop import Failure
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.error import FileRef, JobError
from bitsgui.model.facts import Facts, looks_signed
from bitsgui.model.job import Job


def job_error_of(job: Job, failure: Failure, now: float) -> JobError:
    """The error object of a failed attempt, `now` in seconds since the epoch."""
    stop = failure.stop
    return JobError(
        stop.context,
        stop.code,
        failure.file,
        failure.protocol,
        stop.detail,
        when=now,
        attempt=job.error_count + 1,
        status=stop.http_status,
        facts=_first_facts(failure),
        offset=_offset(job, failure.file),
    )


def _offset(job: Job, file: FileRef | None) -> int | None:
    entry = None if file is None else job.entries.get(file.index)
    return None if entry is None else entry.bytes_transferred


def _first_facts(failure: Failure) -> Facts | None:
    """What the failure itself tells of its surroundings."""
    file, facts = failure.file, failure.stop.facts
    if file is None or failure.stop.context is not ErrorContext.REMOTE_FILE:
        return facts
    return replace(facts or Facts(), url_looks_signed=looks_signed(file.remote_name))


def job_after_failure(job: Job, error: JobError, failure: Failure, now: float) -> Job:
    """The job in TRANSIENT_ERROR with its next attempt, or in ERROR."""
    since = job.no_progress_since if job.no_progress_since is not None else now
    decision = after_error(
        job.settings, since, error.context, error.code, now, failure.stop.retry_after_s, error.http_status
    )
    counted = job.error_count + (error.code not in NOT_COUNTED)
    if isinstance(decision, TransientUntil):
        return replace(
            job,
            state=JobState.TRANSIENT_ERROR,
            error=error,
            error_count=counted,
            retry_at=decision.when,
            no_progress_since=since,
        )
    return replace(job, state=JobState.ERROR, error=error, error_count=counted, retry_at=None, notified=False)


def transferred_job(job: Job, now: float) -> Job:
    """The job with every byte here."""
    return replace(
        job,
        state=JobState.TRANSFERRED,
        times=replace(job.times, transfer_completion=now),
        error=None,
        retry_at=None,
        no_progress_since=None,
        notified=False,
    )
