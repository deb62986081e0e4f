"""What may be shown, logged and stored of a URL, and when two URLs share an origin. Nothing here raises."""

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

SUPPORTED_SCHEMES = frozenset({"http", "https"})
Origin = tuple[str, str, int | None]
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UP_TO_AT = re.compile(r"^([a-z][a-z0-9+.-]*:)?(/*).*@", re.IGNORECASE | re.DOTALL)


def split_user_info(url: str) -> tuple[str, tuple[str, str] | None]:
    """The URL without user info, and (user name, password) if it carried one; percent-escapes decoded.

    A malformed URL comes back as it is: `check_remote_name` refuses it.
    """
    parts = _split(url)
    if parts is None or "@" not in parts.netloc:
        return url, None
    user_info, _, host = parts.netloc.rpartition("@")
    user, _, password = user_info.partition(":")
    return urlunsplit(parts._replace(netloc=host)), (unquote(user), unquote(password))


def with_user_info(url: str, user_info: tuple[str, str] | None) -> str:
    """The URL (one without user info) that carries this user name and password; for the wire only."""
    if user_info is None:
        return url
    user, password = (quote(part, safe="") for part in user_info)
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{user}:{password}@{rest}"


def display_url(url: str) -> str:
    """For people: no user info; of a malformed URL nothing that could be one."""
    if _split(url) is None:
        return _UP_TO_AT.sub(r"\1\2", url)
    return split_user_info(url)[0]


def log_url(url: str) -> str:
    """For logs and reports: no user info, no query, no fragment."""
    return re.split(r"[?#]", display_url(url), maxsplit=1)[0]


def host_of(url: str) -> str:
    """The host name, without port and user info; empty if there is none."""
    parts = _split(url)
    return (parts.hostname or "") if parts else ""


def same_origin(a: str, b: str) -> bool:
    """Scheme, host and port are equal (RFC 6454); a malformed URL shares its origin with none."""
    origin = origin_of(a)
    return origin is not None and origin == origin_of(b)


def are_kin(url: str, home: str) -> bool:
    """Whether secrets for `home` may go to `url`: the same origin, or a host below it, as BITS-Host-Id may name one."""
    if same_origin(url, home):
        return True
    node, own = origin_of(url), origin_of(home)
    if node is None or own is None:
        return False
    return node[1].endswith(f".{own[1]}") and (node[0], node[2]) == (own[0], own[2])


def origin_of(url: str) -> Origin | None:
    """Scheme, host and port (RFC 6454), or None for a malformed URL."""
    parts = _split(url)
    if parts is None:
        return None
    port = _DEFAULT_PORTS.get(parts.scheme) if parts.port is None else parts.port
    return parts.scheme, parts.hostname or "", port


def origin_url(url: str) -> str:
    """The shortest URL of the same origin, without user info; a malformed URL comes back as it is."""
    parts = _split(split_user_info(url)[0])
    return url if parts is None else urlunsplit((parts.scheme, parts.netloc, "/", "", ""))


def _split(url: str) -> SplitResult | None:
    """The parts of a URL that names a host and a possible port, else None."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None
