"""The packets of the BITS upload protocol ([MC-BUP] section 2.2.1), built and read: sans-I/O, shared by both ends.

Knows no sockets, files or sessions. Header names are looked up in any case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from bitsgui.engine.upload_headers import (
    PROTOCOL,
    Span,
    content_name,
    hresult_text,
    offers_protocol,
    read_hresult,
    read_number,
    read_session_id,
    read_span,
)
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import HResult

T = TypeVar("T")

METHOD: Final = "BITS_POST"
HEADER_VALUE_MAX: Final = 4096
"""Characters of one header's value that a server reads."""


class PacketType(StrEnum):
    """BITS-Packet-Type of a request, as Windows spells it; compared in any case."""

    CREATE_SESSION = "Create-Session"
    PING = "Ping"
    FRAGMENT = "Fragment"
    CLOSE_SESSION = "Close-Session"
    CANCEL_SESSION = "Cancel-Session"


_TYPES: Final = {packet_type.value.lower(): packet_type for packet_type in PacketType}
_WITH_SESSION: Final = frozenset({PacketType.FRAGMENT, PacketType.CLOSE_SESSION, PacketType.CANCEL_SESSION})


class PacketError(Exception):
    """A packet that breaks the protocol: the Ack's status and code that say so."""

    def __init__(self, status: int, code: HResult, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Packet:
    """A request as its headers describe it. `session_id` None on Create-Session and Ping, `span` on Fragments only."""

    type: PacketType
    session_id: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """An answer ([MC-BUP] 2.2.3 to 2.2.11). `received`: the next offset that the server expects, bytes.

    `code` and `context` describe a failure: 0x5 the server, 0x7 its program. `host_fallback_s`: seconds.
    """

    status: int
    session_id: str | None = None
    protocol: str | None = None
    host_id: str | None = None
    host_fallback_s: int | None = None
    received: int | None = None
    reply_url: str | None = None
    code: HResult | None = None
    context: int | None = None

    @property
    def is_success(self) -> bool:
        """A 2xx, unless its error code has the top bit set (some servers put a code of 1 on everything)."""
        return 200 <= self.status < 300 and not (self.code is not None and self.code.failed)

    @property
    def is_session_lost(self) -> bool:
        """The server does not know the session."""
        return not self.is_success and self.code == codes.BG_E_SESSION_NOT_FOUND

    @property
    def is_from_program(self) -> bool:
        """The server's program failed, not the server."""
        return not self.is_success and self.context == ErrorContext.REMOTE_APPLICATION


# Building requests: the headers of each; every one but a Fragment has an empty body.


def create_session(name: str) -> dict[str, str]:
    """Create-Session for a file of that name."""
    head = {"BITS-Packet-Type": PacketType.CREATE_SESSION.value, "BITS-Supported-Protocols": PROTOCOL}
    return head | _named(name) | {"Content-Length": "0"}


def ping() -> dict[str, str]:
    """Ping: opens the connection and gets signing in done; it has no session id."""
    return {"BITS-Packet-Type": PacketType.PING.value, "Content-Length": "0"}


def fragment(session_id: str, span: Span, name: str | None = None) -> dict[str, str]:
    """Fragment; `name` with the first one only."""
    head = {"BITS-Packet-Type": PacketType.FRAGMENT.value, "BITS-Session-Id": session_id}
    tail = {"Content-Range": span.header, "Content-Length": str(span.length)}
    return head | ({} if name is None else _named(name)) | tail


def close_session(session_id: str) -> dict[str, str]:
    """Close-Session: the upload is complete, and its reply is safe."""
    return _ending(PacketType.CLOSE_SESSION, session_id)


def cancel_session(session_id: str) -> dict[str, str]:
    """Cancel-Session: drop what was received."""
    return _ending(PacketType.CANCEL_SESSION, session_id)


def _ending(packet_type: PacketType, session_id: str) -> dict[str, str]:
    return {"BITS-Packet-Type": packet_type.value, "BITS-Session-Id": session_id, "Content-Length": "0"}


def _named(name: str) -> dict[str, str]:
    return {} if content_name(name) is None else {"Content-Name": name}


# Reading requests


def read_packet(headers: Mapping[str, str]) -> Packet:
    """The packet of a request's headers (names in lower case); raises PacketError with what the Ack says."""
    length = _content_length(headers)
    if any(len(value) > HEADER_VALUE_MAX for value in headers.values()):
        raise _invalid("A header is too long.")
    packet_type = _TYPES.get(headers.get("bits-packet-type", "").strip().lower())
    if packet_type is None:
        raise _invalid("There is no such packet.")
    if packet_type is not PacketType.FRAGMENT and length:
        raise _invalid(f"A {packet_type} has no body.")
    if packet_type is PacketType.CREATE_SESSION and not offers_protocol(headers.get("bits-supported-protocols", "")):
        raise _invalid("No common protocol.")
    session_id = read_session_id(headers.get("bits-session-id", "")) if packet_type in _WITH_SESSION else None
    if packet_type in _WITH_SESSION and session_id is None:
        raise _invalid("The session id is missing.")
    return Packet(packet_type, session_id, _span(headers, length) if packet_type is PacketType.FRAGMENT else None)


def _content_length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length")
    if text is None or "transfer-encoding" in headers:
        raise PacketError(411, codes.E_INVALIDARG, "Content-Length is needed.")
    length = read_number(text)
    if length is None:
        raise _invalid("Content-Length is not a number.")
    return length


def _span(headers: Mapping[str, str], length: int) -> Span:
    span = read_span(headers.get("content-range", "").strip())
    if span is None:
        raise _invalid("Content-Range cannot be read.")
    if span.length != length:
        raise _invalid("Content-Range and Content-Length contradict each other.")
    return span


def _invalid(detail: str) -> PacketError:
    return PacketError(400, codes.E_INVALIDARG, detail)


# Building Acks


def ack_headers(ack: Ack) -> list[tuple[str, str]]:
    """The headers of an Ack in the order of the protocol's own examples."""
    written: list[tuple[str, str | None]] = [
        ("BITS-Packet-Type", "Ack"),
        ("BITS-Protocol", ack.protocol),
        ("BITS-Session-Id", ack.session_id),
        ("BITS-Host-Id", ack.host_id),
        ("BITS-Host-Id-Fallback-Timeout", _text(ack.host_fallback_s)),
        ("Accept-Encoding", "identity" if ack.protocol else None),
        ("BITS-Received-Content-Range", _text(ack.received)),
        ("BITS-Reply-URL", ack.reply_url),
        # One name is in the protocol's document, the other is what clients read.
        ("BITS-Error-Code", None if ack.code is None else hresult_text(ack.code)),
        ("BITS-Error", None if ack.code is None else hresult_text(ack.code)),
        ("BITS-Error-Context", None if ack.context is None else hresult_text(HResult(ack.context))),
        ("Cache-Control", "no-store"),
        ("Pragma", "no-cache"),
        ("Content-Length", "0"),
    ]
    return [(name, value) for name, value in written if value is not None]


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


# Reading Acks


class BadAckError(Exception):
    """An Ack with a value that cannot be read: the server breaks the protocol."""


def read_ack(status: int, headers: Mapping[str, str]) -> Ack | None:
    """The Ack of an answer (header names in lower case); None for an answer that is none, from a proxy perhaps.

    Raises BadAckError for a session id or an offset that is not one.
    """
    if headers.get("bits-packet-type", "").strip().lower() != "ack":
        return None
    # One Go server misspells it.
    offset = headers.get("bits-received-content-range", headers.get("bits-recieved-content-range"))
    code = headers.get("bits-error-code", headers.get("bits-error"))
    context = read_hresult(headers.get("bits-error-context", ""))
    return Ack(
        status=status,
        session_id=_checked(headers.get("bits-session-id"), read_session_id, "session id"),
        protocol=headers.get("bits-protocol"),
        host_id=headers.get("bits-host-id"),
        host_fallback_s=read_number(headers.get("bits-host-id-fallback-timeout", "")),
        received=_checked(offset, read_number, "offset"),
        reply_url=headers.get("bits-reply-url"),
        code=None if code is None else read_hresult(code),
        context=None if context is None else int(context),
    )


def _checked(text: str | None, read: Callable[[str], T | None], what: str) -> T | None:
    if text is None:
        return None
    value = read(text.strip())
    if value is None:
        raise BadAckError(f"The server's {what} cannot be read.")
    return value
