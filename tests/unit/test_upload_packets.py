"""The packets of the upload protocol: the vectors of its facts, what Windows sends, round trips, and garbage."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.engine import upload_packets as packets
from bitsgui.engine.upload_headers import (
    PROTOCOL,
    Span,
    content_name,
    hresult_text,
    offers_protocol,
    on_host,
    read_host_id,
    read_hresult,
    read_number,
    read_session_id,
    read_span,
    reply_url,
)
from bitsgui.engine.upload_packets import (
    Ack,
    BadAckError,
    Packet,
    PacketError,
    PacketType,
    ack_headers,
    read_ack,
    read_packet,
)
from bitsgui.model import codes
from bitsgui.model.hresult import HResult

MAX = 2**63 - 1


@pytest.mark.parametrize("text", ["0x8020001F", "8020001f", "x8020001F", "0X8020001F"])
def test_error_code_in_every_spelling(text: str) -> None:
    assert read_hresult(text) == 0x8020001F


@pytest.mark.parametrize("text", ["0", "0x0"])
def test_error_code_zero(text: str) -> None:
    assert read_hresult(text) == 0


@pytest.mark.parametrize("text", ["", "-2145386465", "0x1FFFFFFFF", "abc xyz", "0x", "x", "٣"])
def test_no_error_code(text: str) -> None:
    assert read_hresult(text) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("bytes 0-0/1", Span(0, 1, 1)),
        ("Bytes 5-9/10", Span(5, 10, 10)),
        ("bytes 0-9223372036854775806/9223372036854775807", Span(0, MAX, MAX)),
        ("bytes */0", Span(0, 0, 0)),
    ],
)
def test_content_range(text: str, span: Span) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        *("bytes 0-/10", "bytes 5-4/10", "bytes 0-10/10", "bytes 0-4/*", "items 0-4/5", "bytes 0-4", "bytes 0 - 4/5"),
        *("", "bytes */5", "bytes -0-4/5", "bytes +0-4/5", "bytes 0-4/99999999999999999999", "byte\u017f 0-4/5"),
    ],
)
def test_content_range_that_is_none(text: str) -> None:
    assert read_span(text) is None


@given(st.lists(st.integers(0, MAX), min_size=3, max_size=3))
def test_every_span_is_read_as_it_was_written(numbers: list[int]) -> None:
    start, end, total = sorted(numbers)
    span = Span(start, end, total) if start < end else Span(0, 0, 0)
    assert read_span(span.header) == span


@pytest.mark.parametrize(("text", "number"), [("213", 213), ("0", 0), ("7, 7", 7), (str(MAX), MAX)])
def test_offset(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["0-212", "-1", "", "7, 8", "+5", "1 2", "1_0", "٣", "9" * 20])
def test_offset_that_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "{AAAAAAAA-0000-0000-0000-000000000000} {7DF0354D-249B-430F-820D-3D2A9BEF4931}",
        "{aaaaaaaa-0000-0000-0000-000000000000},{7df0354d-249b-430f-820d-3d2a9bef4931}",
        " {7df0354d-249b-430f-820d-3d2a9bef4931}, ",
    ],
)
def test_protocol_is_offered(text: str) -> None:
    assert offers_protocol(text)


@pytest.mark.parametrize("text", ["", "7df0354d-249b-430f-820d-3d2a9bef4931", "{x} " * 100 + PROTOCOL])
def test_protocol_is_not_offered(text: str) -> None:
    assert not offers_protocol(text)


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("NODE1", "NODE1"),
        ("10.0.0.7", "10.0.0.7"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("node1:8080", "node1:8080"),
        ("[2001:db8::1]:81", "[2001:db8::1]:81"),
    ],
)
def test_host_id(text: str, authority: str) -> None:
    assert read_host_id(text) == authority


@pytest.mark.parametrize(
    "text", ["http://x/", "a@b", "a b", "", "a/b", "h\x00", "a:b", "::::", "h:99999", "é", "x" * 301]
)
def test_host_id_that_is_none(text: str) -> None:
    assert read_host_id(text) is None


@pytest.mark.parametrize(
    ("url", "host_id", "expected"),
    [
        ("https://up.example/a/b?q=1", "node3.example", "https://node3.example/a/b?q=1"),
        ("http://up.example:81/a", "node3", "http://node3:81/a"),
        ("http://up.example:81/a", "node3:82", "http://node3:82/a"),
        ("http://up.example/a", "[2001:db8::1]", "http://[2001:db8::1]/a"),
        ("http://up.example:81/a", "[2001:db8::1]", "http://[2001:db8::1]:81/a"),
    ],
)
def test_host_id_replaces_the_host_alone(url: str, host_id: str, expected: str) -> None:
    assert on_host(url, host_id) == expected


DESTINATION = "http://h/v/d/f.txt?q=1"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (r"BITS-Sessions\Replies\{G}\r.bin", "http://h/v/d/BITS-Sessions/Replies/%7BG%7D/r.bin"),
        ("replies/a b", "http://h/v/d/replies/a%20b"),
        ("/r?x=%2C1", "http://h/r?x=%2C1"),
        ("https://cdn.example/r.bin", "https://cdn.example/r.bin"),
        (r"\\evil\share", "http://evil/share"),
        (r"file:///etc\passwd", r"file:///etc%5Cpasswd"),
    ],
)
def test_reply_url(text: str, url: str) -> None:
    assert reply_url(DESTINATION, text) == url


@pytest.mark.parametrize("text", ["", "x" * 2201, "a\nb", "http://[::1"])
def test_reply_url_that_is_none(text: str) -> None:
    assert reply_url(DESTINATION, text) is None


@pytest.mark.parametrize("name", ["report.dat", "a b.txt", "x" * 260])
def test_content_name(name: str) -> None:
    assert content_name(name) == name


@pytest.mark.parametrize("name", ["", "é.txt", "a/b", "a\\b", 'a"b', "a\r\nb", "x" * 261])
def test_content_name_that_no_header_can_carry(name: str) -> None:
    assert content_name(name) is None
    assert "Content-Name" not in packets.create_session(name)


def lower(headers: dict[str, str] | list[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in dict(headers).items()}


SESSION = "{3F2B9C10-5D7A-4E61-9B0C-7A1E44D2F0A1}"
SPAN = Span(1_048_576, 2_000_000, 2_000_000)


@pytest.mark.parametrize(
    ("headers", "packet"),
    [
        (packets.ping(), Packet(PacketType.PING)),
        (packets.create_session("a"), Packet(PacketType.CREATE_SESSION)),
        (packets.fragment(SESSION, SPAN, "a"), Packet(PacketType.FRAGMENT, SESSION, SPAN)),
        (packets.fragment(SESSION, Span(0, 0, 0)), Packet(PacketType.FRAGMENT, SESSION, Span(0, 0, 0))),
        (packets.close_session(SESSION), Packet(PacketType.CLOSE_SESSION, SESSION)),
        (packets.cancel_session(SESSION), Packet(PacketType.CANCEL_SESSION, SESSION)),
    ],
)
def test_what_is_built_is_read(headers: dict[str, str], packet: Packet) -> None:
    assert read_packet(lower(headers)) == packet
    shouted = {n: v.upper() if n == "bits-packet-type" else v for n, v in lower(headers).items()}
    assert read_packet(shouted) == packet


def test_the_requests_of_the_protocols_example() -> None:
    assert list(packets.create_session("report.dat").items()) == [
        ("BITS-Packet-Type", "Create-Session"),
        ("BITS-Supported-Protocols", "{7df0354d-249b-430f-820d-3d2a9bef4931}"),
        ("Content-Name", "report.dat"),
        ("Content-Length", "0"),
    ]
    assert list(packets.fragment(SESSION, Span(0, 1_048_576, 2_000_000), "report.dat").items()) == [
        ("BITS-Packet-Type", "Fragment"),
        ("BITS-Session-Id", SESSION),
        ("Content-Name", "report.dat"),
        ("Content-Range", "bytes 0-1048575/2000000"),
        ("Content-Length", "1048576"),
    ]


FRAGMENT = lower(packets.fragment(SESSION, SPAN))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 411),
        ({"content-length": "0"}, 400),
        ({"content-length": "0", "bits-packet-type": "Peng"}, 400),
        ({"content-length": "5", "bits-packet-type": "Ping"}, 400),
        ({"content-length": "x", "bits-packet-type": "Ping"}, 400),
        ({"content-length": "0", "bits-packet-type": "Create-Session"}, 400),
        ({"content-length": "0", "bits-packet-type": "Close-Session"}, 400),
        ({**FRAGMENT, "content-length": "3"}, 400),
        ({**FRAGMENT, "content-range": "bytes 0-"}, 400),
        ({**FRAGMENT, "bits-session-id": ""}, 400),
        ({**FRAGMENT, "transfer-encoding": "chunked"}, 411),
    ],
)
def test_a_bad_packet_says_why(headers: dict[str, str], status: int) -> None:
    with pytest.raises(PacketError) as caught:
        read_packet(headers)
    assert (caught.value.status, caught.value.code) == (status, codes.E_INVALIDARG)


def test_acks_as_the_protocols_examples_have_them() -> None:
    lost = Ack(status=500, code=codes.BG_E_SESSION_NOT_FOUND, context=5)
    assert ack_headers(lost) == [
        ("BITS-Packet-Type", "Ack"),
        ("BITS-Error-Code", "0x8020001F"),
        ("BITS-Error", "0x8020001F"),
        ("BITS-Error-Context", "0x5"),
        ("Cache-Control", "no-store"),
        ("Pragma", "no-cache"),
        ("Content-Length", "0"),
    ]
    assert hresult_text(HResult(0)) == "0x0"


numbers = st.none() | st.integers(0, MAX)
ids = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=100)
acks = st.builds(
    Ack,
    status=st.integers(200, 599),
    session_id=st.none() | ids,
    protocol=st.none() | st.just(PROTOCOL),
    host_fallback_s=numbers,
    received=numbers,
    code=st.none() | st.integers(0, 2**32 - 1).map(HResult),
    context=st.none() | st.sampled_from((5, 7)),
)


@given(acks)
def test_every_ack_is_read_as_it_was_written(ack: Ack) -> None:
    assert read_ack(ack.status, lower(ack_headers(ack))) == ack


def test_both_spellings_and_the_misspelling_are_read() -> None:
    ack = read_ack(416, {"bits-packet-type": "ACK", "bits-error": "x80070057", "bits-recieved-content-range": "9"})
    assert ack == Ack(status=416, received=9, code=codes.E_INVALIDARG)


@pytest.mark.parametrize(
    ("status", "code", "is_success"),
    [(200, None, True), (201, None, True), (200, 1, True), (200, 0x80070005, False), (416, None, False)],
)
def test_a_2xx_fails_only_with_the_top_bit(status: int, code: int | None, is_success: bool) -> None:
    assert Ack(status=status, code=None if code is None else HResult(code)).is_success is is_success


@pytest.mark.parametrize("headers", [{}, {"bits-packet-type": "Nack"}, {"bits-error-code": "0x0"}])
def test_an_answer_that_is_no_ack(headers: dict[str, str]) -> None:
    assert read_ack(200, headers) is None


@pytest.mark.parametrize("name", ["bits-received-content-range", "bits-session-id"])
def test_an_ack_with_a_value_that_cannot_be_read(name: str) -> None:
    with pytest.raises(BadAckError):
        read_ack(200, {"bits-packet-type": "Ack", name: "\x01" * 101})


NAMES = sorted({name.lower() for name, _ in ack_headers(Ack(status=1, code=HResult(1)))} | set(FRAGMENT))
garbage = st.dictionaries(st.sampled_from([*NAMES, "bits-supported-protocols"]), st.text(max_size=40))


@given(garbage, st.sampled_from(PacketType))
def test_garbage_is_refused_and_never_crashes(headers: dict[str, str], packet_type: PacketType) -> None:
    with suppress(PacketError):
        assert read_packet({**headers, "bits-packet-type": packet_type.value}).type is packet_type
    with suppress(BadAckError):
        ack = read_ack(200, {**headers, "bits-packet-type": "Ack"})
        assert ack is not None
        assert ack.received is None or ack.received >= 0


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    authority, url = read_host_id(text), reply_url(DESTINATION, text)
    assert authority is None or on_host(DESTINATION, authority).startswith("http://")
    assert url is None or url.isprintable()
    assert read_session_id(text) in (text, None)
