"""Transient or fatal: every status, every code, every timer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.engine import stop, wire_errors
from bitsgui.engine.retry import (
    NOT_COUNTED,
    TRANSIENT_CODES,
    WAITS_FOR_CONDITION,
    Fatal,
    TransientUntil,
    after_error,
    is_transient,
)
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import HResult, from_http_status, named_codes
from bitsgui.model.job import JobSettings

DOWNLOAD, APPLICATION = ErrorContext.REMOTE_FILE, ErrorContext.REMOTE_APPLICATION
TIMEOUT = codes.ERROR_WINHTTP_TIMEOUT
NOW = 1_800_000_000.0


def settings(delay: float = 600, timeout: float = 1_209_600, method: str = "GET") -> JobSettings:
    return JobSettings(display_name="j", minimum_retry_delay_s=delay, no_progress_timeout_s=timeout, http_method=method)


def test_downloads_retry_what_the_server_may_overcome() -> None:
    transient = {n for n in range(100, 600) if is_transient(DOWNLOAD, from_http_status(n))}
    assert transient == {408, 429} | (set(range(500, 600)) - {501, 505})


def test_a_server_application_is_classed_as_microsoft_publishes_it() -> None:
    """Section 4.8; 429 and "any 3xx is fatal" are our own decisions."""
    transient = {n for n in range(100, 600) if is_transient(APPLICATION, from_http_status(n))}
    assert transient == set(range(100, 300)) | {408, 409, 429} | (set(range(500, 600)) - {501, 505})


@pytest.mark.parametrize("context", [c for c in ErrorContext if c is not APPLICATION])
def test_the_place_of_a_download_error_changes_nothing(context: ErrorContext) -> None:
    assert is_transient(context, from_http_status(503))
    assert not is_transient(context, from_http_status(407))
    assert not is_transient(context, from_http_status(409))


@pytest.mark.parametrize("code", sorted(named_codes()), ids=lambda c: HResult(c).name)
def test_of_the_named_codes_only_the_listed_are_retried(code: int) -> None:
    decision = after_error(settings(), NOW, DOWNLOAD, HResult(code), NOW)
    status = HResult(code).http_status
    if status is None:
        assert isinstance(decision, TransientUntil) == (code in TRANSIENT_CODES)


# Section 5.5, class F; all else that local files and the wire can give is T.
FATAL_PLACES = {
    codes.ERROR_DISK_FULL,
    codes.ERROR_DISK_QUOTA_EXCEEDED,
    codes.ERROR_FILE_TOO_LARGE,
    codes.E_ACCESSDENIED,
    codes.ERROR_WRITE_PROTECT,
    codes.ERROR_PATH_NOT_FOUND,
    codes.ERROR_DIRECTORY,
    codes.ERROR_ALREADY_EXISTS,
    codes.ERROR_FILENAME_EXCED_RANGE,
    codes.ERROR_INVALID_NAME,
    codes.ERROR_NOT_SAME_DEVICE,
    codes.ERROR_IO_DEVICE,
    codes.ERROR_NOT_READY,
    codes.BG_E_VOLUME_CHANGED,
    codes.ERROR_WINHTTP_SECURE_CHANNEL_ERROR,
    codes.ERROR_WINHTTP_SECURE_FAILURE,
    codes.ERROR_WINHTTP_REDIRECT_FAILED,
    codes.ERROR_WINHTTP_UNRECOGNIZED_SCHEME,
    codes.ERROR_WINHTTP_INVALID_URL,
}


def test_what_the_disk_and_the_wire_give_has_the_class_of_the_facts() -> None:
    places = [(ErrorContext.LOCAL_FILE, code) for code in stop.LOCAL_ERRNO.values()]
    places += [(ErrorContext.GENERAL_TRANSPORT, code) for code in wire_errors.TRANSPORT_ERRNO.values()]
    places += [place for _, place in wire_errors.EXCEPTIONS]
    assert {code for context, code in places if not is_transient(context, code)} == FATAL_PLACES


def test_a_transient_error_waits_for_the_minimum_delay() -> None:
    assert after_error(settings(delay=42), NOW, DOWNLOAD, TIMEOUT, NOW) == TransientUntil(NOW + 42)


@pytest.mark.parametrize(("retry_after", "wait"), [(None, 600), (0.0, 600), (60.0, 600), (3600.0, 3600)])
def test_retry_after_makes_the_wait_longer_never_shorter(retry_after: float | None, wait: float) -> None:
    decision = after_error(settings(), NOW, DOWNLOAD, from_http_status(503), NOW, retry_after)
    assert decision == TransientUntil(NOW + wait)


@pytest.mark.parametrize("code", sorted(TRANSIENT_CODES))
def test_timeout_zero_makes_every_error_fatal(code: HResult) -> None:
    assert after_error(settings(timeout=0), NOW, DOWNLOAD, code, NOW) == Fatal(code)


@pytest.mark.parametrize("code", sorted(TRANSIENT_CODES))
def test_another_method_makes_every_error_fatal(code: HResult) -> None:
    assert after_error(settings(method="POST"), NOW, DOWNLOAD, code, NOW) == Fatal(code)


def test_no_progress_for_the_timeout_is_fatal_with_the_last_code() -> None:
    within = after_error(settings(5, 100), NOW - 95, DOWNLOAD, TIMEOUT, NOW)
    over = after_error(settings(5, 100), NOW - 100, DOWNLOAD, TIMEOUT, NOW)
    assert (within, over) == (TransientUntil(NOW + 5), Fatal(TIMEOUT))


def test_a_delay_beyond_the_timeout_is_no_delay() -> None:
    assert after_error(settings(101, 100), NOW, DOWNLOAD, TIMEOUT, NOW) == Fatal(TIMEOUT)
    assert after_error(settings(100, 100), NOW, DOWNLOAD, TIMEOUT, NOW) == TransientUntil(NOW + 100)


def test_a_try_after_the_timeout_is_left_to_the_timers() -> None:
    assert after_error(settings(60, 100), NOW - 96, DOWNLOAD, TIMEOUT, NOW) == TransientUntil(NOW + 60)
    late = after_error(settings(60, 100), NOW, DOWNLOAD, from_http_status(503), NOW, retry_after_s=3600)
    assert late == TransientUntil(NOW + 3600)


@pytest.mark.parametrize("code", sorted(WAITS_FOR_CONDITION))
def test_some_wait_for_a_condition_without_a_time(code: HResult) -> None:
    assert after_error(settings(), NOW, DOWNLOAD, code, NOW, 5.0) == TransientUntil(None)
    assert after_error(settings(5, 100), NOW - 100, DOWNLOAD, code, NOW) == Fatal(code)


def test_what_waits_is_retried_and_not_counted() -> None:
    assert WAITS_FOR_CONDITION < NOT_COUNTED <= TRANSIENT_CODES


@given(
    st.floats(5, 1e6),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.none() | st.floats(0, 1e6),
    st.sampled_from(ErrorContext),
)
def test_the_next_try_is_never_too_early(
    delay: float, timeout: float, age: float, retry_after: float | None, context: ErrorContext
) -> None:
    decision = after_error(settings(delay, timeout), NOW - age, context, TIMEOUT, NOW, retry_after)
    if isinstance(decision, TransientUntil):
        assert decision.when == NOW + max(delay, retry_after or 0)
        assert delay <= timeout
        assert NOW - age + timeout > NOW
    else:
        assert delay > timeout or NOW - age + timeout <= NOW
