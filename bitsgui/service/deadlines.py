"""Timers of all jobs, as pure questions: what is due now, and when to look again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bitsgui.model import codes
from bitsgui.model.enums import JobState
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import Policy


@dataclass(frozen=True, slots=True)
class Due:
    """Jobs to try again, to fail with a code, and to cancel for inactivity."""

    retry: tuple[JobId, ...] = ()
    fatal: tuple[tuple[JobId, HResult], ...] = ()
    expired: tuple[JobId, ...] = ()


def due_jobs(jobs: Iterable[Job], started: Mapping[JobId, float], policy: Policy, now: float) -> Due:
    """What is due at `now`, seconds since the epoch; `started`: when the running attempts began."""
    retry: list[JobId] = []
    fatal: list[tuple[JobId, HResult]] = []
    expired: list[JobId] = []
    for job in jobs:
        for when, kind in _timers(job, started, policy):
            if when > now:
                continue
            if kind == "retry":
                retry.append(job.id)
            elif kind == "inactive":
                expired.append(job.id)
            else:
                fatal.append((job.id, _FATAL_CODES[kind]))
            break
    return Due(tuple(retry), tuple(fatal), tuple(expired))


def next_deadline(jobs: Iterable[Job], started: Mapping[JobId, float], policy: Policy) -> float | None:
    """The earliest timer of all, or None for an empty queue."""
    return min((when for job in jobs for when, _ in _timers(job, started, policy)), default=None)


_FATAL_CODES = {
    "no progress": codes.BG_E_NO_PROGRESS,
    "download time": codes.BG_E_MAXDOWNLOAD_TIMEOUT,
}


def _timers(job: Job, started: Mapping[JobId, float], policy: Policy) -> Iterator[tuple[float, str]]:
    settings = job.settings
    if job.state is JobState.TRANSIENT_ERROR:
        if job.retry_at is not None:
            yield job.retry_at, "retry"
        elif job.no_progress_since is not None:
            yield job.no_progress_since + settings.no_progress_timeout_s, "no progress"
    if job.id in started:
        yield started[job.id] + settings.maximum_download_time_s - job.download_time_s, "download time"
    else:
        yield job.times.modification + policy.job_inactivity_timeout_s, "inactive"
