"""Timers of the queue, and what a job becomes when its attempt ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.engine.retry import NOT_COUNTED
from bitsgui.engine.stop import Failure, TransferStop
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.error import FileRef
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import Job
from bitsgui.model.limits import DAY_S, Policy
from bitsgui.service.deadlines import Timer, days_to_tell, due_timer, next_deadline
from bitsgui.service.outcomes import job_after_failure, job_error_of, transferred_job
from tests.support.jobs import NOW, a_file, a_job, jobs

POLICY = Policy()
WAITING = JobState.TRANSIENT_ERROR


def due(job: Job, now: float, started: float | None = None) -> Timer | None:
    return due_timer(job, started, POLICY, now)


def deadline(job: Job, started: float | None = None) -> float:
    return next_deadline(job, started, POLICY)


@pytest.mark.parametrize("state", [s for s in JobState if s.name not in {"ACKNOWLEDGED", "CANCELLED", WAITING.name}])
def test_an_untouched_job_expires_after_90_days_in_every_state(state: JobState) -> None:
    job = a_job(state=state, reminder=1)
    assert deadline(job) == NOW + 90 * DAY_S
    assert due(job, NOW + 90 * DAY_S - 1) is None
    assert due(job, NOW + 90 * DAY_S) is Timer.INACTIVITY


@pytest.mark.parametrize(
    ("lives", "told", "expected"),
    [
        (90, None, {59: None, 60: 30, 83: 7, 89: 1}),
        (90, 30, {60: None, 82: None, 83: 7, 89: 1}),
        (90, 1, {89: None}),
        (30, None, {0: None, 22: None, 23: 7}),
        (1, None, {0: None}),
    ],
)
def test_the_end_is_told_30_7_and_1_days_before(lives: int, told: int | None, expected: dict[int, int | None]) -> None:
    policy = Policy(job_inactivity_timeout_s=lives * DAY_S)
    job = a_job(state=JobState.ERROR, reminder=told)
    for day, days_left in expected.items():
        now = NOW + day * DAY_S
        assert days_to_tell(job, policy, now) == days_left
        assert due_timer(job, None, policy, now) is (None if days_left is None else Timer.REMINDER)


@pytest.mark.parametrize(("wanted", "bounded"), [(0, DAY_S), (DAY_S, DAY_S), (5e9, 999 * DAY_S)])
def test_an_inactivity_timeout_is_1_to_999_days(wanted: float, bounded: float) -> None:
    assert Policy(job_inactivity_timeout_s=wanted).job_inactivity_timeout_s == bounded


def test_a_transient_error_is_retried_at_its_time() -> None:
    job = a_job(state=WAITING, retry_at=NOW + 600, no_progress_since=NOW)
    assert deadline(job) == NOW + 600
    assert due(job, NOW + 599) is None
    assert due(job, NOW + 600) is Timer.RETRY


def test_no_try_comes_after_the_no_progress_timeout() -> None:
    job = a_job(state=WAITING, retry_at=NOW + 3600, no_progress_since=NOW - 500, no_progress_timeout_s=1000)
    assert deadline(job) == NOW + 500
    assert due(job, NOW + 3600) is Timer.NO_PROGRESS


@pytest.mark.parametrize("since", [None, NOW])
def test_who_waits_for_the_network_gives_up_after_the_no_progress_timeout(since: float | None) -> None:
    job = a_job(state=WAITING, no_progress_since=since, no_progress_timeout_s=1000)
    assert deadline(job) == NOW + 1000
    assert due(job, NOW + 1000) is Timer.NO_PROGRESS


def test_a_patience_longer_than_90_days_ends_with_them() -> None:
    job = a_job(state=WAITING, no_progress_since=NOW, no_progress_timeout_s=100 * DAY_S)
    assert due(job, NOW + 90 * DAY_S) is Timer.INACTIVITY


def test_the_download_time_of_earlier_attempts_counts() -> None:
    job = a_job(state=JobState.TRANSFERRING, maximum_download_time_s=100, download_time_s=30)
    assert deadline(job, started=NOW) == NOW + 70
    assert due(job, NOW + 69, started=NOW) is None
    assert due(job, NOW + 70, started=NOW) is Timer.DOWNLOAD_TIME


def test_a_running_job_is_never_inactive() -> None:
    job = a_job(state=JobState.TRANSFERRING, maximum_download_time_s=200 * DAY_S)
    assert due(job, NOW + 91 * DAY_S, started=NOW) is None


def test_a_retry_after_a_long_sleep_goes_before_the_inactivity_timeout() -> None:
    job = a_job(state=WAITING, retry_at=NOW + 600, no_progress_since=NOW)
    assert due(job, NOW + 400 * DAY_S) is Timer.RETRY


@given(jobs, st.none() | st.floats(0, 1e11), st.floats(0, 1e11))
def test_a_timer_is_due_from_the_deadline_on(job: Job, started: float | None, now: float) -> None:
    when = next_deadline(job, started, POLICY)
    assert (due_timer(job, started, POLICY, now) is not None) == (now >= when)


def failure(
    code: HResult, context: ErrorContext = ErrorContext.REMOTE_FILE, retry_after: float | None = None
) -> Failure:
    file = a_file()
    ref = FileRef(0, file.remote_name, file.local_name)
    return Failure(TransferStop(context, code, "why", retry_after_s=retry_after), ref, "http")


def failed(job: Job, why: Failure, now: float = NOW) -> Job:
    return job_after_failure(job, job_error_of(job, why, now), why, now)


def test_the_error_object_holds_all_that_is_known() -> None:
    why = failure(from_http_status(404))
    error = job_error_of(a_job(error_count=2), why, NOW)
    assert (error.context, error.code, error.file, error.protocol) == (
        why.stop.context,
        why.stop.code,
        why.file,
        "http",
    )
    assert (error.detail, error.when, error.attempt) == ("why", NOW, 3)


def test_a_fatal_error_leads_to_error() -> None:
    job = failed(a_job(a_file(), state=JobState.TRANSFERRING, retry_at=5.0), failure(from_http_status(404)))
    assert (job.state, job.retry_at, job.error_count) == (JobState.ERROR, None, 1)
    assert job.error is not None
    assert job.error.http_status == 404


def test_a_transient_error_waits_and_remembers_when_the_trouble_began() -> None:
    first = failed(a_job(a_file()), failure(from_http_status(503), retry_after=900))
    assert (first.state, first.retry_at, first.no_progress_since) == (WAITING, NOW + 900, NOW)
    second = failed(first, failure(codes.ERROR_WINHTTP_TIMEOUT), NOW + 1000)
    assert (second.retry_at, second.no_progress_since, second.error_count) == (NOW + 1600, NOW, 2)


def test_the_trouble_ends_in_error_when_it_lasts_too_long() -> None:
    job = a_job(a_file(), no_progress_since=NOW - 1000, no_progress_timeout_s=1000)
    assert failed(job, failure(codes.ERROR_WINHTTP_TIMEOUT)).state is JobState.ERROR


@pytest.mark.parametrize("code", sorted(NOT_COUNTED))
def test_waiting_for_a_condition_is_no_counted_error(code: HResult) -> None:
    assert failed(a_job(a_file(), error_count=3), failure(code)).error_count == 3


def test_a_transferred_job_has_forgotten_its_troubles() -> None:
    ill = failed(a_job(a_file()), failure(codes.ERROR_WINHTTP_TIMEOUT))
    well = transferred_job(ill, NOW + 5)
    assert (well.state, well.error, well.retry_at, well.no_progress_since) == (JobState.TRANSFERRED, None, None, None)
    assert well.times.transfer_completion == NOW + 5
    assert well.error_count == 1
