"""Timers of a job, as pure questions: what is due now, and when to look again."""

from collections.abc import Iterator
from enum import Enum, auto

from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.model.limits import Policy


class Timer(Enum):
    """What runs out: a pause, the patience with errors, the time to transfer in, the job's life."""

    RETRY = auto()
    NO_PROGRESS = auto()
    DOWNLOAD_TIME = auto()
    INACTIVITY = auto()


def due_timer(job: Job, started: float | None, policy: Policy, now: float) -> Timer | None:
    """What is due at `now`, seconds since the epoch; `started`: when the running attempt began, None if none runs."""
    return next((timer for when, timer in _timers(job, started, policy) if when <= now), None)


def next_deadline(job: Job, started: float | None, policy: Policy) -> float:
    """The earliest timer of a job, seconds since the epoch."""
    return min(when for when, _ in _timers(job, started, policy))


def _timers(job: Job, started: float | None, policy: Policy) -> Iterator[tuple[float, Timer]]:
    settings = job.settings
    if started is not None:
        yield started + settings.maximum_download_time_s - job.download_time_s, Timer.DOWNLOAD_TIME
        return
    if job.state is JobState.TRANSIENT_ERROR:
        since = job.times.modification if job.no_progress_since is None else job.no_progress_since
        patience_ends = since + settings.no_progress_timeout_s
        if job.retry_at is None or job.retry_at > patience_ends:
            yield patience_ends, Timer.NO_PROGRESS
        else:
            yield job.retry_at, Timer.RETRY
    yield job.times.modification + policy.job_inactivity_timeout_s, Timer.INACTIVITY
