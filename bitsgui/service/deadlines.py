"""Timers of a job, as pure questions: what is due now, and when to look again."""

from collections.abc import Iterator
from enum import Enum, auto

from bitsgui.model.cancel_effect import may_be_undone
from bitsgui.model.enums import FINAL_STATES, JobState
from bitsgui.model.job import Job
from bitsgui.model.limits import DAY_S, REMINDER_DAYS, Policy


class Timer(Enum):
    """What runs out: a pause, the patience with errors, the time to transfer in, the job's life, the way back."""

    RETRY = auto()
    NO_PROGRESS = auto()
    DOWNLOAD_TIME = auto()
    INACTIVITY = auto()
    REMINDER = auto()
    UNDO = auto()


def has_timers(job: Job) -> bool:
    """Whether anything can run out: the job is in the queue, or may come back to it."""
    return job.state not in FINAL_STATES or may_be_undone(job)


def due_timer(job: Job, started: float | None, policy: Policy, now: float) -> Timer | None:
    """What is due at `now`, seconds since the epoch; `started`: when the running attempt began, None if none runs."""
    return next((timer for when, timer in _timers(job, started, policy) if when <= now), None)


def next_deadline(job: Job, started: float | None, policy: Policy) -> float:
    """The earliest timer of a job, seconds since the epoch."""
    return min(when for when, _ in _timers(job, started, policy))


def inactivity_ends(job: Job, policy: Policy) -> float:
    """When the job is cancelled if nobody touches it, seconds since the epoch."""
    return max(job.times.modification + policy.job_inactivity_timeout_s, policy.spared_until)


def days_to_tell(job: Job, policy: Policy, now: float) -> int | None:
    """The reminder that is due: 30, 7 or 1 days; of those slept through only the last, None if there is none."""
    return min((days for when, days in _reminders(job, policy) if when <= now), default=None)


def _timers(job: Job, started: float | None, policy: Policy) -> Iterator[tuple[float, Timer]]:
    if job.undo_until is not None:
        yield job.undo_until, Timer.UNDO
        return
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
    yield inactivity_ends(job, policy), Timer.INACTIVITY
    yield from ((when, Timer.REMINDER) for when, _ in _reminders(job, policy))


def _reminders(job: Job, policy: Policy) -> Iterator[tuple[float, int]]:
    """When each reminder is due that has not come due yet, with the days that are left then."""
    for days in REMINDER_DAYS:
        # A job that never lives so long needs no such reminder.
        if days * DAY_S < policy.job_inactivity_timeout_s and (job.reminder is None or days < job.reminder):
            yield inactivity_ends(job, policy) - days * DAY_S, days
