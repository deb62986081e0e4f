"""The literal exchanges of the upload protocol's description, answered as it says."""

import asyncio
import re
from pathlib import Path

import pytest

from bitsgui.server.events import Happening
from tests.support.content import Pattern
from tests.support.raw_http import connected
from tests.support.serving import CREATE, PING, PROTOCOL, ending, fragment, serving, stuck, written

LOST = [
    "500",
    "bits-error-code: 0x8020001F",
    "bits-error-context: 0x5",
    "bits-error: 0x8020001F",
    "bits-packet-type: Ack",
    "content-length: 0",
]


def content(size: int) -> bytes:
    return Pattern(size)[:]


def error(status: int, code: str, *more: str, context: str = "0x5") -> list[str]:
    """What an Ack of a failure says."""
    lines = [
        "bits-packet-type: Ack",
        f"bits-error-code: {code}",
        f"bits-error: {code}",
        f"bits-error-context: {context}",
        "content-length: 0",
        *more,
    ]
    return [str(status), *sorted(lines)]


def test_a_simple_upload_of_two_fragments(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        body, path = content(2_000_000), "/inbox/report.dat"
        (tmp_path / "inbox").mkdir()
        async with serving(tmp_path) as it, connected(it.port) as connection:
            created = await connection.ask("BITS_POST", path, {**CREATE, "Content-Name": "report.dat", "Accept": "*/*"})
            session = created["BITS-Session-Id"]
            assert session is not None
            assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", session)
            assert [f"{key}: {value}" for key, value in created.headers if key not in ("server", "date")] == [
                "bits-packet-type: Ack",
                f"bits-protocol: {PROTOCOL}",
                f"bits-session-id: {session}",
                "accept-encoding: identity",
                "cache-control: no-store",
                "pragma: no-cache",
                "content-length: 0",
            ]
            for first, last in ((0, 1_048_575), (1_048_576, 1_999_999)):
                piece = body[first : last + 1]
                headers = {**fragment(session, first, piece, len(body)), "Content-Name": "report.dat"}
                answer = await connection.ask("BITS_POST", path, headers, piece)
                assert answer.said == [
                    "200",
                    "bits-packet-type: Ack",
                    f"bits-received-content-range: {last + 1}",
                    f"bits-session-id: {session}",
                    "content-length: 0",
                ]
            assert not (tmp_path / "inbox/report.dat").exists()
            closed = await connection.ask("BITS_POST", path, ending("Close-Session", session))
            assert closed.said == ["200", "bits-packet-type: Ack", f"bits-session-id: {session}", "content-length: 0"]
            assert (tmp_path / "inbox/report.dat").read_bytes() == body
            assert it.sessions() == []
            assert [(e.happening, e.path, e.size) for e in it.events] == [(Happening.RECEIVED, path, len(body))]

    run(scenario())


def test_a_broken_connection_keeps_the_prefix_and_the_overlap_is_trimmed(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        body = content(5_000_000)
        async with serving(tmp_path) as it:
            session = await it.create("/disk.img")
            await it.send("/disk.img", session, 0, body[:2_097_152], len(body))
            async with connected(it.port) as broken:
                piece = body[2_097_152:3_145_728]
                headers = fragment(session, 2_097_152, piece, len(body))
                await stuck(broken, "/disk.img", headers, piece[:502_848])
                broken.abort()
            data = it.sessions()[0] / "data"
            await written(data, 2_600_000)
            assert (await it.packet("/disk.img", PING)).said == ["200", "bits-packet-type: Ack", "content-length: 0"]
            answer = await it.send("/disk.img", session, 2_097_152, piece, len(body))
            assert (answer.status, answer["BITS-Received-Content-Range"]) == (200, "3145728")
            answer = await it.send("/disk.img", session, 3_145_728, body[3_145_728:], len(body))
            assert answer["BITS-Received-Content-Range"] == "5000000"
            assert (await it.close("/disk.img", session)).status == 200
            assert (tmp_path / "disk.img").read_bytes() == body

    run(scenario())


def test_a_lost_session(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        unknown = "{B7C5D0E2-91A4-4F0B-8D53-2E6A7F10CC01}"
        async with serving(tmp_path) as it:
            assert (await it.send("/disk.img", unknown, 3_648_576, content(100_000), 5_000_000)).said == LOST
            assert (await it.close("/disk.img", unknown)).said == LOST
            assert (await it.cancel("/disk.img", unknown)).said == LOST
            # Neither another address nor another query is the session's own.
            session = await it.create("/disk.img")
            assert (await it.send("/other.img", session, 0, b"x", 1)).said == LOST
            assert (await it.send("/disk.img?x=1", session, 0, b"x", 1)).said == LOST
            assert (await it.send("/disk.img", session.lower(), 0, b"x", 1)).status == 200

    run(scenario())


def test_a_gap_and_a_malformed_range(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        body = content(10_000)
        async with serving(tmp_path) as it:
            session = await it.create("/a.txt")
            own = f"bits-session-id: {session}"
            await it.send("/a.txt", session, 0, body[:1024], len(body))
            gap = await it.send("/a.txt", session, 4096, body[4096:8192], len(body))
            assert gap.said == error(416, "0x0", own, "bits-received-content-range: 1024")
            for span, length in (("bytes 9000-8000/10000", 0), ("bytes 1024-1123/12000", 100)):
                headers = {**fragment(session, 0, b"", 0), "Content-Range": span, "Content-Length": str(length)}
                answer = await it.packet("/a.txt", headers, body[1024 : 1024 + length])
                assert answer.said == error(400, "0x80070057", own)
            answer = await it.send("/a.txt", session, 1024, body[1024:5120], len(body))
            assert (answer.status, answer["BITS-Received-Content-Range"]) == (200, "5120")

    run(scenario())


def test_too_large(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path, max_size=1_000_000, max_fragment=4096) as it:
            session = await it.create("/huge.bin")
            answer = await it.send("/huge.bin", session, 0, content(4096), 50_000_000_000)
            own = f"bits-session-id: {session}"
            assert answer.said == error(500, "0x80200020", own, "bits-received-content-range: 0")
            # One fragment too long says so by its status alone.
            long = await it.send("/huge.bin", session, 0, content(4097), 900_000)
            assert (long.status, long["BITS-Packet-Type"], long["BITS-Error-Code"]) == (413, "Ack", None)
            assert (await it.send("/huge.bin", session, 0, content(4096), 900_000)).status == 200
            assert (await it.cancel("/huge.bin", session)).status == 200

    run(scenario())


def test_forbidden_and_uploads_disabled(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            assert (await it.packet("/../x.bin", CREATE)).said == error(403, "0x80070005")
        async with serving(tmp_path, uploads=False) as it:
            assert (await it.packet("/x.bin", CREATE)).said == error(501, "0x80070005")

    run(scenario())


def test_the_target_exists(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        target = tmp_path / "x.bin"
        target.write_bytes(b"old")
        async with serving(tmp_path) as it:
            assert (await it.packet("/x.bin", CREATE)).said == error(403, "0x80070005")
            target.unlink()
            session = await it.create("/x.bin")
            await it.send("/x.bin", session, 0, b"new", 3)
            target.write_bytes(b"meanwhile")
            refused = await it.close("/x.bin", session)
            assert refused.said == error(403, "0x80070005", f"bits-session-id: {session}")
            assert target.read_bytes() == b"meanwhile"
            target.unlink()
            assert (await it.close("/x.bin", session)).status == 200
            assert target.read_bytes() == b"new"
        async with serving(tmp_path, overwrite=True) as it:
            assert (await it.upload("/x.bin", b"newer")).status == 200
            assert target.read_bytes() == b"newer"

    run(scenario())


def test_cancel(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            session = await it.create("/report.dat")
            await it.send("/report.dat", session, 0, b"abc", 3)
            done = await it.cancel("/report.dat", session)
            assert done.said == ["200", "bits-packet-type: Ack", f"bits-session-id: {session}", "content-length: 0"]
            assert (await it.cancel("/report.dat", session)).said == LOST
            assert (it.sessions(), (tmp_path / "report.dat").exists()) == ([], False)

    run(scenario())


def test_close_before_all_bytes_publishes_nothing_and_keeps_the_session(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            session = await it.create("/a.bin")
            await it.send("/a.bin", session, 0, b"ab", 3)
            early = await it.close("/a.bin", session)
            assert early.said == error(400, "0x80070057", f"bits-session-id: {session}")
            assert (await it.send("/a.bin", session, 2, b"c", 3)).status == 200
            assert (await it.close("/a.bin", session)).status == 200
            assert (tmp_path / "a.bin").read_bytes() == b"abc"

    run(scenario())


@pytest.mark.parametrize("with_fragment", [False, True])
def test_an_empty_file(run, tmp_path: Path, with_fragment: bool) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            session = await it.create("/empty")
            if with_fragment:
                answer = await it.send("/empty", session, 0, b"", 0)
                assert (answer.status, answer["BITS-Received-Content-Range"]) == (200, "0")
            assert (await it.close("/empty", session)).status == 200
            assert (tmp_path / "empty").read_bytes() == b""

    run(scenario())


def test_a_newer_request_takes_over_from_one_that_hangs(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        body = content(3_000_000)
        async with serving(tmp_path) as it, connected(it.port) as old:
            session = await it.create("/a.bin")
            await stuck(old, "/a.bin", fragment(session, 0, body, len(body)), body[:2_500_000])
            await written(it.sessions()[0] / "data", 1_048_576)
            answer = await it.send("/a.bin", session, 1_000_000, body[1_000_000:], len(body))
            assert (answer.status, answer["BITS-Received-Content-Range"]) == (200, "3000000")
            superseded = await old.answer()
            assert superseded.status == 416
            assert int(superseded["BITS-Received-Content-Range"] or 0) >= 1_048_576
            assert (await it.close("/a.bin", session)).status == 200
            assert (tmp_path / "a.bin").read_bytes() == body

    run(scenario())


def test_a_client_with_headers_of_its_own_ways(run, tmp_path: Path) -> None:
    """Upper-case packet types, Content-Name and a protocol list on everything, ids in lower case."""

    async def scenario() -> None:
        extra = {"Content-Name": "x.bin", "BITS-Supported-Protocols": PROTOCOL.upper(), "X-Unknown": "1"}
        async with serving(tmp_path) as it:
            it.extra = extra
            created = await it.packet("/x.bin", {**CREATE, "BITS-Packet-Type": "CREATE-SESSION"})
            assert (created.status, created["BITS-Protocol"]) == (200, PROTOCOL)
            session = created["BITS-Session-Id"] or ""
            assert (await it.packet("/x.bin", {**PING, "BITS-Packet-Type": "PING"})).status == 200
            headers = {**fragment(session, 0, b"abc", 3), "BITS-Packet-Type": "FRAGMENT"}
            headers["Content-Range"] = "Bytes 0-2/3"
            assert (await it.packet("/x.bin", headers, b"abc")).status == 200
            assert (await it.packet("/x.bin", ending("CLOSE-SESSION", session))).status == 200
            assert (tmp_path / "x.bin").read_bytes() == b"abc"

    run(scenario())


def test_many_uploads_at_once_lose_nothing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            bodies = {f"/{index}.bin": Pattern(100_000, seed=index)[:] for index in range(40)}
            answers = await asyncio.gather(*(it.upload(path, body) for path, body in bodies.items()))
            assert {answer.status for answer in answers} == {200}
            assert all((tmp_path / path[1:]).read_bytes() == body for path, body in bodies.items())
            assert it.sessions() == []

    run(scenario())
