"""What an answer to an upload packet means: the table of the facts' section 11, walked."""

import pytest

from bitsgui.engine.retry import is_transient
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.upload_answers import FRAGMENT_MAX, FRAGMENT_MIN, Outcome, judge, next_size
from bitsgui.engine.upload_packets import Ack, PacketType
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import HResult, from_http_status

P = PacketType
LATER = [packet for packet in P if packet is not P.CREATE_SESSION]


def stop_of(packet: PacketType, status: int, ack: Ack | None, *, is_last: bool = False) -> TransferStop:
    with pytest.raises(TransferStop) as caught:
        judge(packet, status, ack, is_last=is_last)
    return caught.value


@pytest.mark.parametrize("packet", P)
@pytest.mark.parametrize("status", [200, 201])
def test_a_2xx_ack_is_taken(packet: PacketType, status: int) -> None:
    assert judge(packet, status, Ack(status=status)) is Outcome.TAKEN
    assert judge(packet, status, Ack(status=status, code=HResult(1))) is Outcome.TAKEN


@pytest.mark.parametrize("packet", P)
def test_a_lost_session(packet: PacketType) -> None:
    assert judge(packet, 500, Ack(status=500, code=codes.BG_E_SESSION_NOT_FOUND)) is Outcome.SESSION_LOST


@pytest.mark.parametrize("packet", P)
def test_416_and_413_speak_of_fragments(packet: PacketType) -> None:
    if packet is P.FRAGMENT:
        assert judge(packet, 416, Ack(status=416, received=5)) is Outcome.OUT_OF_STEP
        assert judge(packet, 413, Ack(status=413)) is judge(packet, 413, None) is Outcome.TOO_BIG
    else:
        assert stop_of(packet, 416, Ack(status=416)).code == from_http_status(416)
        assert stop_of(packet, 413, None).code == from_http_status(413)


FATAL_STATUSES = [300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 412]
FATAL_STATUSES += [414, 415, 417, 451, 501, 505]
TRANSIENT_STATUSES = [408, 429, 500, 502, 503, 504, 506, 507, 599]


@pytest.mark.parametrize("status", FATAL_STATUSES + TRANSIENT_STATUSES)
@pytest.mark.parametrize("packet", P)
def test_statuses(packet: PacketType, status: int) -> None:
    stop = stop_of(packet, status, Ack(status=status))
    assert (stop.context, stop.code) == (ErrorContext.REMOTE_FILE, from_http_status(status))
    assert is_transient(stop.context, stop.code, stop.http_status) is (status in TRANSIENT_STATUSES)


@pytest.mark.parametrize("status", FATAL_STATUSES + TRANSIENT_STATUSES)
def test_statuses_of_the_program(status: int) -> None:
    ack = Ack(status=status, code=from_http_status(status), context=7)
    stop = stop_of(P.FRAGMENT, status, ack, is_last=True)
    assert (stop.context, stop.code) == (ErrorContext.REMOTE_APPLICATION, from_http_status(status))
    assert is_transient(stop.context, stop.code, stop.http_status) is (status in TRANSIENT_STATUSES)
    assert stop_of(P.FRAGMENT, status, ack).context is ErrorContext.REMOTE_FILE


def test_a_conflict_is_the_programs_to_settle_and_nobody_elses() -> None:
    assert is_transient(ErrorContext.REMOTE_APPLICATION, from_http_status(409), 409)
    assert not is_transient(ErrorContext.REMOTE_FILE, from_http_status(409), 409)


@pytest.mark.parametrize(
    "code",
    [
        codes.E_ACCESSDENIED,
        codes.E_INVALIDARG,
        codes.BG_E_TOO_LARGE,
        codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH,
        codes.BG_E_SERVER_EXECUTE_ENABLE,
    ],
)
@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_codes_that_are_final_with_any_status(code: HResult, status: int) -> None:
    stop = stop_of(P.FRAGMENT, status, Ack(status=status, code=code, context=5))
    assert (stop.code, stop.http_status) == (code, status)
    assert not is_transient(stop.context, stop.code, stop.http_status)


@pytest.mark.parametrize("code", [codes.ERROR_DISK_FULL, HResult(0x80070112), HResult(0xA0040001)])
def test_codes_that_go_by_the_status(code: HResult) -> None:
    for status, heals in ((500, True), (403, False)):
        stop = stop_of(P.FRAGMENT, status, Ack(status=status, code=code, context=5))
        assert is_transient(stop.context, stop.code, stop.http_status) is heals


def test_a_failure_in_a_2xx() -> None:
    stop = stop_of(P.FRAGMENT, 200, Ack(status=200, code=codes.E_ACCESSDENIED))
    assert (stop.code, stop.http_status) == (codes.E_ACCESSDENIED, 200)


@pytest.mark.parametrize("status", [200, 201, 204, 400, 405, 501])
def test_no_ack_to_create_session_is_no_bits_server(status: int) -> None:
    stop = stop_of(P.CREATE_SESSION, status, None)
    assert (stop.code, stop.http_status) == (codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, status)
    assert not is_transient(stop.context, stop.code, stop.http_status)


@pytest.mark.parametrize("packet", LATER)
def test_no_ack_later_may_be_a_portal_that_goes_away(packet: PacketType) -> None:
    stop = stop_of(packet, 200, None)
    assert is_transient(stop.context, stop.code, stop.http_status)
    assert stop_of(packet, 502, None).code == from_http_status(502)


def test_retry_after_is_kept() -> None:
    with pytest.raises(TransferStop) as caught:
        judge(P.FRAGMENT, 503, Ack(status=503), retry_after_s=17)
    assert caught.value.retry_after_s == 17


def test_fragments_take_two_to_ten_seconds() -> None:
    assert next_size(1000_000, 1.0, FRAGMENT_MAX) == 2000_000
    assert next_size(1000_000, 5.0, FRAGMENT_MAX) == 1000_000
    assert next_size(1000_000, 11.0, FRAGMENT_MAX) == 500_000
    assert next_size(FRAGMENT_MAX, 0.1, FRAGMENT_MAX) == FRAGMENT_MAX
    assert next_size(FRAGMENT_MIN, 99.0, FRAGMENT_MAX) == FRAGMENT_MIN
    assert next_size(1000_000, 1.0, 1500_000) == 1500_000
