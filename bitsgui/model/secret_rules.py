"""What credentials and custom headers must be; their values may be secrets, so that no job holds them."""

import re
from collections.abc import Sequence

from bitsgui.model import codes, limits
from bitsgui.model.enums import AuthScheme, AuthTarget
from bitsgui.model.file_rules import check_text
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import CredentialRef, Job
from bitsgui.model.urls import same_origin

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_HEADER = re.compile(r"[^\t\x20-\x7e]")
_RESERVED_HEADERS = frozenset(
    {
        "range",
        "host",
        "content-length",
        "content-range",
        "connection",
        "transfer-encoding",
        "accept-encoding",
        "te",
        "trailer",
        "upgrade",
        "keep-alive",
    }
)
_RESERVED_BEGINNINGS = ("if-", "bits-")
_SCHEMES_WE_SPEAK = frozenset({AuthScheme.BASIC, AuthScheme.DIGEST})


def home_sign_ins(job: Job) -> tuple[CredentialRef, ...]:
    """The sign-ins of a job less those that came with the address of another server than it asks."""
    asked = [file.remote_name for file in job.files if job.upload is not None or not file.transferred]
    return tuple(
        entry
        for entry in job.settings.credentials
        if entry.origin is None or all(same_origin(entry.origin, address) for address in asked)
    )


def is_token(text: str) -> bool:
    """Whether it may be the name of a header or of a method (RFC 9110 section 5.6.2)."""
    return _TOKEN.fullmatch(text) is not None


def is_reserved_header(name: str) -> bool:
    """Whether the transfer itself sets it, so that nobody else may."""
    return name.lower() in _RESERVED_HEADERS or name.lower().startswith(_RESERVED_BEGINNINGS)


def check_custom_headers(headers: Sequence[tuple[str, str]]) -> None:
    """Raise BitsError(E_INVALIDARG | BG_E_STRING_TOO_LONG) for headers that may not be sent."""
    for name, value in headers:
        if not is_token(name):
            raise BitsError(codes.E_INVALIDARG, f"{name!r} is not a header name.")
        if is_reserved_header(name):
            raise BitsError(codes.E_INVALIDARG, f"The header {name} is set by bitsgui itself.")
        if _NOT_IN_HEADER.search(value):
            raise BitsError(
                codes.E_INVALIDARG, f"The value of the header {name} holds a line break or is not plain ASCII."
            )
    if sum(len(name) + len(value) + 4 for name, value in headers) + 1 > limits.CUSTOM_HEADERS_MAX:
        raise BitsError(codes.BG_E_STRING_TOO_LONG, f"At most {limits.CUSTOM_HEADERS_MAX} characters of headers.")


def check_credentials(target: int, scheme: int, user_name: str, password: str) -> None:
    """Raise what SetCredentials returns."""
    if target not in tuple(AuthTarget):
        raise BitsError(codes.BG_E_INVALID_AUTH_TARGET)
    if scheme not in tuple(AuthScheme):
        raise BitsError(codes.BG_E_INVALID_AUTH_SCHEME)
    if scheme not in _SCHEMES_WE_SPEAK:
        raise BitsError(codes.E_NOTIMPL, "Basic and Digest are the schemes that bitsgui speaks.")
    if not user_name:
        raise BitsError(codes.E_INVALIDARG, "A user name is needed.")
    if len(user_name) > limits.USER_NAME_MAX:
        raise BitsError(codes.BG_E_USERNAME_TOO_LARGE, f"At most {limits.USER_NAME_MAX} characters.")
    if len(password) > limits.PASSWORD_MAX:
        raise BitsError(codes.BG_E_PASSWORD_TOO_LARGE, f"At most {limits.PASSWORD_MAX} characters.")
    check_text(user_name + password)
