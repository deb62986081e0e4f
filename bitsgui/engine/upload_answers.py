"""What an answer to an upload packet is worth: pure ([MC-BUP] sections 3.1.5.1 and 3.1.5.2).

Knows no sockets and no files. The order of the tests: is it an Ack at all, its error code, its status.
"""

from enum import Enum, auto
from typing import Final

from bitsgui.engine.stop import TransferStop
from bitsgui.engine.upload_headers import PROTOCOL
from bitsgui.engine.upload_packets import Ack, PacketType
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import HResult, from_http_status

FRAGMENT_MIN: Final = 5 * 1024
FRAGMENT_MAX: Final = 13 * 1024 * 1024
"""Bytes of a fragment, as BITS 2.5 and later send them."""

_QUICK_S: Final = 2.0
_SLOW_S: Final = 10.0
_REFUSES_METHOD: Final = frozenset({400, 405, 501})


class Outcome(Enum):
    """What follows: go on, go on at the server's offset, send smaller pieces, make a new session."""

    TAKEN = auto()
    OUT_OF_STEP = auto()
    TOO_BIG = auto()
    SESSION_LOST = auto()


def judge(
    packet: PacketType,
    status: int,
    ack: Ack | None,
    *,
    is_last: bool = False,
    retry_after_s: float | None = None,
    facts: Facts | None = None,
) -> Outcome:
    """Decide what an answer means; `ack` None: it was no Ack, from a proxy perhaps. `is_last`: every byte is up.

    `facts`: what goes with a refusal.

    Raises TransferStop: REMOTE_APPLICATION if the server's program failed, else REMOTE_FILE.
    """
    if packet is PacketType.FRAGMENT and status == 413:
        return Outcome.TOO_BIG
    if ack is None:
        raise _not_an_ack(packet, status, retry_after_s, facts)
    if ack.is_success:
        return Outcome.TAKEN
    if ack.is_session_lost:
        return Outcome.SESSION_LOST
    if packet is PacketType.FRAGMENT and status == 416:
        return Outcome.OUT_OF_STEP
    # Some servers say 0x7 of their own errors: before every byte is up there is nothing a program could fail on.
    is_program = is_last and ack.is_from_program
    context = ErrorContext.REMOTE_APPLICATION if is_program else ErrorContext.REMOTE_FILE
    raise TransferStop(context, _code_of(ack), retry_after_s=retry_after_s, http_status=status, facts=facts)


def session_of(outcome: Outcome, ack: Ack) -> str:
    """The session that a Create-Session made; raises TransferStop for an answer that makes none."""
    if outcome is not Outcome.TAKEN or ack.session_id is None or (ack.protocol or PROTOCOL).lower() != PROTOCOL:
        raise _no_bits_server(ack.status)
    return ack.session_id


def next_size(size: int, elapsed_s: float, ceiling: int) -> int:
    """The size of the next fragment, so that one takes 2 to 10 s, within the limits and what the host takes."""
    if elapsed_s < _QUICK_S:
        size *= 2
    elif elapsed_s > _SLOW_S:
        size //= 2
    return max(FRAGMENT_MIN, min(size, ceiling, FRAGMENT_MAX))


def invalid(detail: str) -> TransferStop:
    """The server breaks the protocol."""
    return TransferStop(ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_SERVER_RESPONSE, detail)


def _no_bits_server(status: int) -> TransferStop:
    """What answered does not know the upload protocol."""
    return TransferStop(
        ErrorContext.REMOTE_FILE,
        codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH,
        "What answers at this address does not take uploads by the BITS protocol.",
        http_status=status,
    )


def _code_of(ack: Ack) -> HResult:
    return ack.code if ack.code is not None and ack.code.failed else from_http_status(ack.status)


def _not_an_ack(packet: PacketType, status: int, retry_after_s: float | None, facts: Facts | None) -> TransferStop:
    if packet is PacketType.CREATE_SESSION and (200 <= status < 300 or status in _REFUSES_METHOD):
        return _no_bits_server(status)
    if 200 <= status < 300:
        return TransferStop(
            ErrorContext.REMOTE_FILE,
            codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
            "Something between here and the server answered in its place.",
            http_status=status,
        )
    place = ErrorContext.GENERAL_TRANSPORT if status == 407 else ErrorContext.REMOTE_FILE
    return TransferStop(place, from_http_status(status), retry_after_s=retry_after_s, facts=facts)
