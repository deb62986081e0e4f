"""The grammar of the BITS upload protocol's header values ([MC-BUP] section 2.2): pure, for both ends.

Every reader takes any text and returns None for what it cannot read; nothing here raises.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from bitsgui.model.hresult import HResult
from bitsgui.model.urls import origin_of

PROTOCOL: Final = "{7df0354d-249b-430f-820d-3d2a9bef4931}"
"""The BITS 1.5 Upload Protocol, the only one there is."""

SESSION_ID_MAX: Final = 100
REPLY_URL_MAX: Final = 2200
HOST_ID_MAX: Final = 300
PROTOCOLS_MAX: Final = 100
CONTENT_NAME_MAX: Final = 260

_NUMBER: Final = r"[0-9]{1,19}"
_DECIMAL: Final = re.compile(_NUMBER)
_CONTENT_RANGE: Final = re.compile(rf"bytes ({_NUMBER})-({_NUMBER})/({_NUMBER})", re.IGNORECASE | re.ASCII)
_NO_BYTES: Final = re.compile(r"bytes \*/0", re.IGNORECASE | re.ASCII)
_HRESULT: Final = re.compile(r"(?:0?x)?([0-9a-f]{1,8})", re.IGNORECASE | re.ASCII)
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?(:[0-9]{1,5})?")
_IPV6: Final = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_BRACKETED: Final = re.compile(rf"\[{_IPV6.pattern}\](:[0-9]{{1,5}})?")
_SESSION_ID: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NOT_IN_NAMES: Final = frozenset('\\/:*?"<>|')
_URL_SAFE: Final = "%/:?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes [start, end) of a file of `total` bytes; empty only for a file of 0 bytes."""

    start: int
    end: int
    total: int

    @property
    def length(self) -> int:
        """Bytes."""
        return self.end - self.start

    @property
    def header(self) -> str:
        """Content-Range; `bytes */0` is our own, for an empty file with a reply."""
        return f"bytes {self.start}-{self.end - 1}/{self.total}" if self.length else "bytes */0"


def read_span(text: str) -> Span | None:
    """Content-Range of a Fragment: zero-based, inclusive, inside a numeric total."""
    if _NO_BYTES.fullmatch(text):
        return Span(0, 0, 0)
    found = _CONTENT_RANGE.fullmatch(text)
    if found is None:
        return None
    first, last, total = map(int, found.groups())
    return Span(first, last + 1, total) if first <= last < total else None


def read_number(text: str) -> int | None:
    """A decimal number of at most 19 digits; one that a proxy has doubled counts once, two different ones not."""
    values = {value.strip() for value in text.split(",")}
    value = values.pop()
    return int(value) if not values and _DECIMAL.fullmatch(value) else None


def read_hresult(text: str) -> HResult | None:
    """An error code in any of the spellings that servers use: 0x8020001F, x8020001F, 8020001f."""
    found = _HRESULT.fullmatch(text.strip())
    return HResult(int(found[1], 16)) if found else None


def hresult_text(code: HResult) -> str:
    """The spelling to send: eight digits, or 0x0, 0x5, 0x7."""
    return code.hex if code > 0xF else f"0x{int(code):X}"


def read_session_id(text: str) -> str | None:
    """Any printable text of at most 100 characters; opaque, never parsed or re-cased."""
    return text if len(text) <= SESSION_ID_MAX and _SESSION_ID.fullmatch(text) else None


def offers_protocol(text: str) -> bool:
    """Whether BITS-Supported-Protocols holds ours, in any case, among its first 100."""
    offered = re.split(r"[ ,]+", text.strip(), maxsplit=PROTOCOLS_MAX)[:PROTOCOLS_MAX]
    return PROTOCOL in (protocol.lower() for protocol in offered)


def content_name(name: str) -> str | None:
    """`name` if a header can carry it as Content-Name: ASCII, no path; servers make no use of it."""
    is_plain = name.isascii() and name.isprintable() and not _NOT_IN_NAMES.intersection(name)
    return name if is_plain and 0 < len(name) <= CONTENT_NAME_MAX else None


def read_host_id(text: str) -> str | None:
    """A host name or address, perhaps with a port, as an URL's authority; None for anything that is more than that."""
    if len(text) > HOST_ID_MAX:
        return None
    if _HOST_NAME.fullmatch(text) or _BRACKETED.fullmatch(text):
        authority = text
    elif _IPV6.fullmatch(text):
        authority = f"[{text}]"
    else:
        return None
    return authority if origin_of(f"http://{authority}/") else None


def on_host(url: str, host_id: str) -> str:
    """`url` with that host; scheme, path and query stay, the port, too, unless the host id names one."""
    parts = urlsplit(url)
    names_port = host_id.rpartition(":")[2].isdigit() and not host_id.endswith("]")
    port = "" if names_port or parts.port is None else f":{parts.port}"
    return urlunsplit(parts._replace(netloc=host_id + port))


def reply_url(destination: str, text: str) -> str | None:
    """BITS-Reply-URL as an absolute address; relative ones may have IIS's backslashes. None if unreadable."""
    if not text or len(text) > REPLY_URL_MAX or not text.isprintable():
        return None
    plain = text if _SCHEME.match(text) else text.replace("\\", "/")
    try:
        return urljoin(destination, quote(plain, safe=_URL_SAFE))
    except ValueError:
        return None
