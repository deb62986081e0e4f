"""Property changes of a job: pure functions from Job to Job that raise what BITS's setters return. No files here.

Every function refuses a job in a final state with BG_E_INVALID_STATE.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bitsgui.model import codes, limits
from bitsgui.model.enums import (
    JobPriority,
    JobType,
    NotifyFlags,
    ProxyUsage,
    SecurityFlags,
)
from bitsgui.model.file_rules import check_local_name, check_text
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import CredentialRef, Job, ProxySettings
from bitsgui.model.notify_rules import checked_command
from bitsgui.model.proxy_rules import check_proxy
from bitsgui.model.secret_rules import check_custom_headers, is_token
from bitsgui.model.transitions import check_not_final, only_downloads


def display_name(job: Job, text: str) -> Job:
    """SetDisplayName."""
    if not text or len(text) > limits.DISPLAY_NAME_MAX:
        raise BitsError(codes.BG_E_STRING_TOO_LONG if text else codes.E_INVALIDARG, "A name has 1 to 256 characters.")
    check_text(text)
    return _set(job, display_name=text)


def description(job: Job, text: str) -> Job:
    """SetDescription."""
    if len(text) > limits.DESCRIPTION_MAX:
        raise BitsError(codes.BG_E_STRING_TOO_LONG, f"At most {limits.DESCRIPTION_MAX} characters.")
    check_text(text)
    return _set(job, description=text)


def priority(job: Job, value: int) -> Job:
    """SetPriority; locked once another HTTP method was set."""
    if value not in tuple(JobPriority):
        raise BitsError(codes.E_NOTIMPL, f"There is no priority {value}.")
    if job.settings.http_method != "GET":
        raise BitsError(codes.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD, "The priority is locked at FOREGROUND.")
    return _set(job, priority=JobPriority(value))


def minimum_retry_delay(job: Job, seconds: float) -> Job:
    """SetMinimumRetryDelay; a smaller value than 5 s is raised silently."""
    _check_seconds(seconds)
    return _set(job, minimum_retry_delay_s=max(seconds, limits.MINIMUM_RETRY_DELAY_FLOOR_S))


def no_progress_timeout(job: Job, seconds: float) -> Job:
    """SetNoProgressTimeout; 0 makes every error fatal."""
    _check_seconds(seconds)
    return _set(job, no_progress_timeout_s=seconds)


def maximum_download_time(job: Job, seconds: float) -> Job:
    """SetMaximumDownloadTime."""
    _check_seconds(seconds)
    return _set(job, maximum_download_time_s=seconds)


def notify_flags(job: Job, flags: int) -> Job:
    """SetNotifyFlags."""
    _known_bits(flags, sum(NotifyFlags))
    return _set(job, notify_flags=NotifyFlags(flags))


def notify_command(job: Job, program: str | None, parameters: Sequence[str]) -> Job:
    """SetNotifyCmdLine; None removes it."""
    return _set(job, notify_command=checked_command(program, parameters))


def security_flags(job: Job, flags: int) -> Job:
    """SetSecurityFlags: certificate exceptions and the redirect policy."""
    _known_bits(flags, sum(SecurityFlags))
    both = SecurityFlags.REDIRECT_ALLOW_REPORT | SecurityFlags.REDIRECT_DISALLOW
    if flags & both == both:
        raise BitsError(codes.E_NOTIMPL, "One redirect policy only.")
    return _set(job, security_flags=SecurityFlags(flags))


def proxy_settings(job: Job, usage: int, proxy_list: str, bypass_list: str) -> Job:
    """SetProxySettings; the lists belong to OVERRIDE, which needs the first of them."""
    check_proxy(usage, proxy_list, bypass_list)
    return _set(job, proxy=ProxySettings(ProxyUsage(usage), proxy_list, bypass_list))


def custom_headers(job: Job, headers: Sequence[tuple[str, str]]) -> Job:
    """SetCustomHeaders: the names only; the values are for the secret store."""
    check_custom_headers(headers)
    return _set(job, custom_header_names=tuple(name for name, _ in headers))


def http_method(job: Job, verb: str) -> Job:
    """SetHttpMethod: another verb locks FOREGROUND; before the first Resume only."""
    check_not_final(job)
    if verb == job.settings.http_method:
        return job
    only_downloads(job)
    _before_first_resume(job)
    if not is_token(verb):
        raise BitsError(codes.E_INVALIDARG, f"{verb!r} is not an HTTP method.")
    if job.settings.dynamic_content:
        raise BitsError(codes.BG_E_UNSUPPORTED_JOB_CONFIGURATION, "Dynamic content excludes another method.")
    return _set(job, http_method=verb, priority=JobPriority.FOREGROUND)


def dynamic_content(job: Job, value: bool) -> Job:
    """BITS_JOB_PROPERTY_DYNAMIC_CONTENT: before the first Resume, downloads without ranges only."""
    check_not_final(job)
    if job.type is not JobType.DOWNLOAD:
        raise BitsError(codes.BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY)
    _before_first_resume(job)
    if value and (any(f.ranges for f in job.files) or job.settings.http_method != "GET"):
        raise BitsError(codes.BG_E_UNSUPPORTED_JOB_CONFIGURATION, "Ranges and other methods exclude dynamic content.")
    return _set(job, dynamic_content=value)


def rate_limit(job: Job, bytes_per_second: int) -> Job:
    """Our own property: at most this many bytes a second, 0 = no limit."""
    if not 0 <= bytes_per_second <= limits.OFFSET_MAX:
        raise BitsError(codes.E_INVALIDARG, "A rate is 0 or more bytes a second.")
    return _set(job, rate_limit_bps=bytes_per_second)


def auto_complete(job: Job, value: bool) -> Job:
    """Our own property: Complete by itself when TRANSFERRED."""
    return _set(job, auto_complete=value)


def ca_file(job: Job, path: str | None) -> Job:
    """Our own property: a PEM file of certificate authorities trusted in place of the system's, for this job."""
    if path is not None:
        check_local_name(path)
    return _set(job, ca_file=path)


def certificate_pin(job: Job, sha256: str | None) -> Job:
    """Our own property: the one server certificate that this job accepts, by its SHA-256 fingerprint."""
    pin = None if sha256 is None else re.sub(r"[\s:]", "", sha256).lower()
    if pin is not None and re.fullmatch(r"[0-9a-f]{64}", pin) is None:
        raise BitsError(codes.E_INVALIDARG, "A SHA-256 fingerprint has 64 hexadecimal digits.")
    return _set(job, certificate_pin=pin)


def client_certificate(job: Job, certificate: str | None, key: str | None = None) -> Job:
    """Our own property: PEM files that prove who this user is; the passphrase is for the secret store."""
    for path in (certificate, key):
        if path is not None:
            check_local_name(path)
    if certificate is None and key is not None:
        raise BitsError(codes.E_INVALIDARG, "A key needs its certificate.")
    return _set(job, client_certificate=certificate, client_key=key)


def redirects_allowed(job: Job) -> Job:
    """Our own: the security flags without what refuses redirects; where they allow them, also from https to http."""
    flags = job.settings.security_flags
    if flags & SecurityFlags.REDIRECT_DISALLOW:
        return _set(job, security_flags=flags & ~SecurityFlags.REDIRECT_DISALLOW)
    return _set(job, security_flags=flags | SecurityFlags.REDIRECT_ALLOW_HTTPS_TO_HTTP)


def in_one_go(job: Job) -> Job:
    """Our own: foreground with dynamic content, also after the first Resume: a way out of an error, not a property."""
    only_downloads(job)
    if any(file.ranges for file in job.files) or job.settings.http_method != "GET":
        raise BitsError(codes.BG_E_UNSUPPORTED_JOB_CONFIGURATION, "Ranges and other methods exclude dynamic content.")
    return _set(job, priority=JobPriority.FOREGROUND, dynamic_content=True)


def credentials(job: Job, entry: CredentialRef) -> Job:
    """SetCredentials: one entry per (target, scheme); the password is for the secret store."""
    return _set(job, credentials=(*without_credentials(job, entry.target, entry.scheme).settings.credentials, entry))


def without_credentials(job: Job, target: int, scheme: int) -> Job:
    """RemoveCredentials; the same job back (S_FALSE) if there was none."""
    check_not_final(job)
    kept = tuple(c for c in job.settings.credentials if (c.target, c.scheme) != (target, scheme))
    return job if kept == job.settings.credentials else _set(job, credentials=kept)


def taken_by(job: Job, owner: str) -> Job:
    """TakeOwnership: drops credentials, custom headers, the client certificate and the notification's command."""
    dropped = _set(job, credentials=(), custom_header_names=(), client_certificate=None, client_key=None)
    return replace(_set(dropped, notify_command=None), owner=owner)


def _set(job: Job, **values: Any) -> Job:
    check_not_final(job)
    return replace(job, settings=replace(job.settings, **values))


def _check_seconds(value: float) -> None:
    if not 0 <= value <= limits.SECONDS_MAX:
        raise BitsError(codes.E_INVALIDARG, f"A time is 0 to {limits.SECONDS_MAX} seconds.")


def _known_bits(flags: int, known: int) -> None:
    if flags < 0 or flags & ~known:
        raise BitsError(codes.E_NOTIMPL, f"Unknown bits in 0x{flags:X}.")


def _before_first_resume(job: Job) -> None:
    if job.resumed:
        raise BitsError(
            codes.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, "Set it before the first Resume, or make a new job."
        )
