"""Transient or fatal: pure (bits-job-model sections 4.7 and 4.8, design section 6)."""

from dataclasses import dataclass
from typing import Final

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import HResult
from bitsgui.model.job import JobSettings

_TRANSIENT_STATUSES: Final = frozenset({408, 429})
_FATAL_5XX: Final = frozenset({501, 505})

TRANSIENT_CODES: Final = frozenset(
    {
        codes.BG_E_NETWORK_DISCONNECTED,
        codes.BG_E_DESTINATION_LOCKED,
        codes.BG_E_BLOCKED_BY_POLICY,
        codes.E_OUTOFMEMORY,
        codes.ERROR_TOO_MANY_OPEN_FILES,
        codes.ERROR_SHARING_VIOLATION,
        codes.ERROR_LOCK_VIOLATION,
        codes.ERROR_NETWORK_UNREACHABLE,
        codes.ERROR_HOST_UNREACHABLE,
        codes.ERROR_WINHTTP_TIMEOUT,
        codes.ERROR_WINHTTP_NAME_NOT_RESOLVED,
        codes.ERROR_WINHTTP_CANNOT_CONNECT,
        codes.ERROR_WINHTTP_CONNECTION_ERROR,
        codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
    }
)

FATAL_ACK_CODES: Final = frozenset(
    {
        codes.E_ACCESSDENIED,
        codes.E_INVALIDARG,
        codes.BG_E_TOO_LARGE,
        codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH,
        codes.BG_E_SERVER_EXECUTE_ENABLE,
    }
)
"""What no later try changes, whatever status an upload server sends it with ([MC-BUP] section 3.1.5.2.1)."""

WAITS_FOR_CONDITION: Final = frozenset({codes.BG_E_NETWORK_DISCONNECTED, codes.BG_E_BLOCKED_BY_POLICY})
"""No timed retry: these wait until the network is back or the policy's interval is over."""

NOT_COUNTED: Final = WAITS_FOR_CONDITION | {codes.BG_E_DESTINATION_LOCKED}
"""GetErrorCount does not count these."""


@dataclass(frozen=True, slots=True)
class TransientUntil:
    """Wait, then try again: `when` in seconds since the epoch, None = until the condition ends."""

    when: float | None


@dataclass(frozen=True, slots=True)
class Fatal:
    """Give up: the job needs its owner."""

    code: HResult


Decision = TransientUntil | Fatal


def is_transient(context: ErrorContext, code: HResult, http_status: int | None = None) -> bool:
    """Whether a later try may succeed without anybody's help; `http_status`: of an answer with another code."""
    if code in FATAL_ACK_CODES:
        return False
    status = http_status if code.http_status is None else code.http_status
    if status is None or code in TRANSIENT_CODES:
        return code in TRANSIENT_CODES
    if status >= 500:
        return status not in _FATAL_5XX
    # A server application's other answers below 300 are transient, its conflicts, too (section 4.8).
    is_application = context is ErrorContext.REMOTE_APPLICATION
    return status in _TRANSIENT_STATUSES or (is_application and (status < 300 or status == 409))


def after_error(
    settings: JobSettings,
    no_progress_since: float,
    context: ErrorContext,
    code: HResult,
    now: float,
    retry_after_s: float | None = None,
    http_status: int | None = None,
) -> Decision:
    """What follows an error at `now`, seconds since the epoch.

    `no_progress_since`: the first transient error since bytes moved. A transient error becomes fatal with its
    own code when a custom HTTP method forbids resuming, when the no-progress timeout is over, or when the retry
    delay is longer than it. A next try that comes after the timeout is for the timers to prevent.
    """
    if settings.http_method != "GET" or not is_transient(context, code, http_status):
        return Fatal(code)
    deadline = no_progress_since + settings.no_progress_timeout_s
    if settings.no_progress_timeout_s == 0 or now >= deadline:
        return Fatal(code)
    if code in WAITS_FOR_CONDITION:
        return TransientUntil(None)
    if settings.minimum_retry_delay_s > settings.no_progress_timeout_s:
        return Fatal(code)
    return TransientUntil(now + max(settings.minimum_retry_delay_s, retry_after_s or 0.0))
