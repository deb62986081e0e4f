"""Every row of the protocol's tables of refusals and of offsets, on a real server."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.content import Pattern
from tests.support.loops import run_to_end
from tests.support.raw_http import Answer, connected
from tests.support.serving import CREATE, PING, PROTOCOL, Served, ending, fragment, serving

OTHER = "{AAAAAAAA-249b-430f-820d-3d2a9bef4931}"
ODD = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True, slots=True)
class Row:
    """What is sent, and the status and code of the Ack."""

    path: str
    headers: dict[str, str]
    status: int
    code: str | None = None
    body: bytes = b""


INVALID = "0x80070057"
FRAGMENT = {"BITS-Packet-Type": "Fragment"}
ROWS = {
    "ping": Row("/new.bin", PING, 200),
    "ping of nothing yet": Row("/missing/new.bin", PING, 200),
    "create": Row("/new.bin", CREATE, 200),
    "no length": Row("/new.bin", {"BITS-Packet-Type": "Ping"}, 411, INVALID),
    "chunked": Row("/new.bin", {**FRAGMENT, "Transfer-Encoding": "chunked"}, 411, INVALID, b"1\r\nx\r\n0\r\n\r\n"),
    "long header": Row("/new.bin", {**PING, "X-Long": "x" * 4097}, 400, INVALID),
    "header of 4 KB": Row("/new.bin", {**PING, "X-Long": "x" * 4096}, 200),
    "no type": Row("/new.bin", {"Content-Length": "0"}, 400, INVALID),
    "unknown type": Row("/new.bin", {"BITS-Packet-Type": "Pong", "Content-Length": "0"}, 400, INVALID),
    "a folder": Row("/folder", PING, 400, INVALID),
    "a folder with a slash": Row("/folder/", CREATE, 400, INVALID),
    "the root": Row("/", CREATE, 400, INVALID),
    "a name too long": Row("/" + "x" * 256, CREATE, 400, INVALID),
    "outside": Row("/folder/../../x", PING, 403, "0x80070005"),
    "hidden": Row("/.profile", CREATE, 403, "0x80070005"),
    "the store": Row("/.bitsgui-sessions/x", CREATE, 403, "0x80070005"),
    "a link": Row("/link", CREATE, 403, "0x80070005"),
    "below a link": Row("/linked/x", CREATE, 403, "0x80070005"),
    "no parent": Row("/missing/new.bin", CREATE, 404, "0x80070003"),
    "below a file": Row("/old.bin/x", CREATE, 404, "0x80070003"),
    "exists": Row("/old.bin", CREATE, 403, "0x80070005"),
    "no protocol list": Row("/new.bin", {"BITS-Packet-Type": "Create-Session", "Content-Length": "0"}, 400, INVALID),
    "another protocol": Row("/new.bin", {**CREATE, "BITS-Supported-Protocols": OTHER}, 400, INVALID),
    "two protocols": Row("/new.bin", {**CREATE, "BITS-Supported-Protocols": f"{OTHER},{PROTOCOL}"}, 200),
    "create with a body": Row("/new.bin", {**CREATE, "Content-Length": "1"}, 400, INVALID, b"x"),
    "ping with a body": Row("/new.bin", {**PING, "Content-Length": "1"}, 400, INVALID, b"x"),
    "no session id": Row("/new.bin", {"BITS-Packet-Type": "Close-Session", "Content-Length": "0"}, 400, INVALID),
    "unknown session": Row("/new.bin", ending("Cancel-Session", "{1}"), 500, "0x8020001F"),
    "session id too long": Row("/new.bin", ending("Close-Session", "x" * 101), 400, INVALID),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_a_packet_is_answered(run, tmp_path: Path, row: Row) -> None:
    async def scenario() -> None:
        furnish(tmp_path)
        async with serving(tmp_path / "served") as it:
            answer = await it.packet(row.path, row.headers, row.body)
            assert (answer.status, answer["BITS-Error-Code"], answer["BITS-Error"]) == (row.status, row.code, row.code)
            assert (answer["BITS-Packet-Type"], answer["Content-Length"]) == ("Ack", "0")
            assert answer["BITS-Error-Context"] == (None if row.code is None else "0x5")
            assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")

    run(scenario())


def furnish(home: Path) -> None:
    served = home / "served"
    (served / "folder").mkdir(parents=True)
    (served / "old.bin").write_bytes(b"old")
    (home / "outside").mkdir()
    (home / "outside/secret").write_bytes(b"secret")
    (served / "link").symlink_to(home / "outside/secret")
    (served / "linked").symlink_to(home / "outside")


@pytest.mark.parametrize(
    "span",
    ["bytes 0-/10", "bytes 5-4/10", "bytes 0-10/10", "bytes 0-4/*", "items 0-4/5", "bytes 0-4", "bytes 0 - 4/5", ""],
)
def test_a_range_that_cannot_be_read(run, tmp_path: Path, span: str) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            session = await it.create("/a.bin")
            answer = await it.packet("/a.bin", {**fragment(session, 0, b"12345", 5), "Content-Range": span}, b"12345")
            assert (answer.status, answer["BITS-Error-Code"]) == (400, INVALID)

    run(scenario())


def test_http_1_0_is_not_spoken_to_clients_of_the_protocol(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it, connected(it.port) as connection:
            await connection.send(b"BITS_POST /a HTTP/1.0\r\nBITS-Packet-Type: Ping\r\nContent-Length: 0\r\n\r\n")
            assert (await connection.answer()).status == 505

    run(scenario())


def test_a_client_may_have_so_many_sessions(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path, sessions_per_client=2) as it:
            first, _ = [await it.create("/a.bin") for _ in range(2)]
            refused = await it.packet("/b.bin", CREATE)
            assert (refused.status, refused["BITS-Error-Code"]) == (503, "0x801901F7")
            await it.cancel("/a.bin", first)
            await it.create("/b.bin")

    run(scenario())


def test_of_two_sessions_for_one_address_the_second_to_end_loses(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            one, two = [await it.create("/a.bin") for _ in range(2)]
            await it.send("/a.bin", one, 0, b"one", 3)
            await it.send("/a.bin", two, 0, b"two", 3)
            assert (await it.close("/a.bin", two)).status == 200
            assert (await it.close("/a.bin", one)).status == 403
            assert (tmp_path / "a.bin").read_bytes() == b"two"
            assert len(it.sessions()) == 1

    run(scenario())


def test_a_refused_body_is_read_so_that_its_sender_sees_the_answer(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        body = Pattern(4_000_000)[:]
        async with serving(tmp_path, max_size=1000) as it, connected(it.port) as connection:
            session = await it.create("/a.bin")
            headers = fragment(session, 0, body, len(body))
            for _ in range(2):
                assert (await connection.ask("BITS_POST", "/a.bin", headers, body)).status == 500

    run(scenario())


@ODD
@given(
    size=st.integers(1, 5000),
    spans=st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 5000)), max_size=12),
)
def test_whatever_overlaps_and_gaps_are_sent_the_file_is_right(
    tmp_path: Path, size: int, spans: list[tuple[int, int]]
) -> None:
    body = Pattern(size)[:]

    async def scenario() -> None:
        async with serving(tmp_path) as it:
            expected, path = 0, "/a.bin"
            session = await it.create(path)
            for first, length in [*spans, (0, size)]:
                piece = body[first : first + length]
                if not piece:
                    continue
                answer = await it.send(path, session, first, piece, size)
                if first > expected:
                    assert_out_of_step(answer, expected)
                    continue
                expected = max(expected, first + len(piece))
                assert (answer.status, answer["BITS-Received-Content-Range"]) == (200, str(expected))
            assert (await it.close(path, session)).status == 200
            assert (tmp_path / "a.bin").read_bytes() == body
            (tmp_path / "a.bin").unlink()

    run_to_end(scenario())


def assert_out_of_step(answer: Answer, expected: int) -> None:
    assert (answer.status, answer["BITS-Received-Content-Range"]) == (416, str(expected))
    assert (answer["BITS-Error-Code"], answer["BITS-Error-Context"]) == ("0x0", "0x5")


NAMES = st.sampled_from(
    ["BITS-Packet-Type", "BITS-Session-Id", "BITS-Supported-Protocols", "Content-Range", "Host", "X-Y", "Authorization"]
)
TYPES = st.sampled_from(["Ping", "Create-Session", "Fragment", "Close-Session", "Cancel-Session", "Ack", ""])
TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60)
PATHS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="?#"), max_size=40)


@ODD
@given(path=PATHS, kind=TYPES, headers=st.dictionaries(NAMES, TEXT), body=st.binary(max_size=50))
def test_garbage_is_answered_by_an_ack(
    tmp_path: Path, path: str, kind: str, headers: dict[str, str], body: bytes
) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it, connected(it.port) as connection:
            given_type = {"BITS-Packet-Type": kind, "Content-Length": str(len(body))}
            answer = await connection.ask("BITS_POST", f"/{path}", given_type | headers, body)
            # The HTTP layer itself refuses an address or a header that is none, without an Ack.
            assert answer["BITS-Packet-Type"] == "Ack" or answer.status == 400
            assert answer.status != 500 or answer["BITS-Error-Code"] == "0x8020001F"
            assert await responds(it)

    run_to_end(scenario())


async def responds(it: Served) -> bool:
    return (await asyncio.wait_for(it.packet("/a", PING), 5)).status == 200
