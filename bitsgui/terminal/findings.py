"""What was found out around an error, as a few words for a terminal; empty where nothing is known."""

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.error import JobError
from bitsgui.model.facts import Facts
from bitsgui.model.interception import product_behind
from bitsgui.model.job import Job
from bitsgui.terminal.words import size_text


def finding(job: Job, error: JobError, cause: Cause) -> str:
    """What the facts add to the reason of an error."""
    told = _FINDINGS.get(cause)
    return "" if told is None else told(job, error.facts or Facts())


def _realm(_: Job, facts: Facts) -> str:
    return f"for {facts.realm!r}" if facts.realm else ""


def _schemes(_: Job, facts: Facts) -> str:
    return f"it only offers {', '.join(facts.schemes)}" if facts.schemes else ""


def _proxy(_: Job, facts: Facts) -> str:
    return f"the proxy is {facts.proxy}" if facts.proxy else ""


def _target(_: Job, facts: Facts) -> str:
    return f"it sends the request to {facts.redirected_to}" if facts.redirected_to else ""


def _space(job: Job, facts: Facts) -> str:
    index = failing_index(job)
    file = None if index is None else job.entry(index)
    if file is None or file.bytes_total is None or facts.free_bytes is None:
        return ""
    return f"{size_text(file.bytes_total - file.bytes_transferred)} needed, {size_text(facts.free_bytes)} free"


def _sizes(_: Job, facts: Facts) -> str:
    if facts.size_before is None or facts.size_now is None:
        return ""
    return f"it had {size_text(facts.size_before)}, now {size_text(facts.size_now)}"


def _dates(_: Job, facts: Facts) -> str:
    if not facts.certificates:
        return ""
    own = facts.certificates[0]
    return f"the certificate holds from {_day(own.not_before)} to {_day(own.not_after)}"


def _names(_: Job, facts: Facts) -> str:
    names = facts.certificates[0].names if facts.certificates else ()
    return f"the certificate is for {', '.join(names[:3])}" if names else ""


def _issuer(_: Job, facts: Facts) -> str:
    return f"issued by {facts.certificates[0].issuer}" if facts.certificates else ""


def _product(_: Job, facts: Facts) -> str:
    return f"{product_behind(facts.certificates or ())} replaces the certificates"


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))


_FINDINGS: Final[Mapping[Cause, Callable[[Job, Facts], str]]] = MappingProxyType(
    {
        Cause.SIGN_IN_WANTED: _realm,
        Cause.SIGN_IN_REFUSED: _realm,
        Cause.SIGN_IN_SCHEME: _schemes,
        Cause.PROXY_SIGN_IN: _proxy,
        Cause.PROXY_SCHEME: _schemes,
        Cause.PROXY_UNREACHABLE: _proxy,
        Cause.PROXY_REFUSED: _proxy,
        Cause.LINK_EXPIRED: lambda _job, _facts: "the address has probably expired",
        Cause.REDIRECT_REFUSED: _target,
        Cause.REMOTE_CHANGED: _sizes,
        Cause.SOURCE_CHANGED: _sizes,
        Cause.TLS_DATE: _dates,
        Cause.TLS_TOO_EARLY: _dates,
        Cause.CLOCK_WRONG: _dates,
        Cause.TLS_NAME: _names,
        Cause.TLS_AUTHORITY: _issuer,
        Cause.TLS_SELF_SIGNED: lambda _job, _facts: "it vouches for itself only",
        Cause.TLS_INTERCEPTED: _product,
        Cause.NAME_UNKNOWN: lambda _job, _facts: "other hosts answer, so the address may be wrong",
        Cause.CAPTIVE_PORTAL: lambda _job, _facts: "this network wants you to log in first",
        Cause.DISK_FULL: _space,
    }
)
