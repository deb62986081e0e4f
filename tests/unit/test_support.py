"""The parts of the test support that could lie about the product if they were wrong."""

import asyncio
import hashlib
import ssl
from pathlib import Path

import httpx
import pytest

from tests.support.certificates import Certificates, Flaw
from tests.support.content import PERIOD, Pattern, sha256_of
from tests.support.fake_clock import FakeClock
from tests.support.proxy import ForwardProxy
from tests.support.scripted_server import (
    Framing,
    Ranges,
    Resource,
    ScriptedServer,
    garbage,
    in_turn,
    needs_basic,
    needs_digest,
    redirect,
    status,
)


def test_pattern_slices_agree_with_the_whole() -> None:
    pattern = Pattern(3 * PERIOD + 17, seed=4)
    whole = pattern[:]
    assert len(whole) == len(pattern)
    for start, stop in [(0, 1), (PERIOD - 1, PERIOD + 1), (5, 2 * PERIOD + 9), (3 * PERIOD, 3 * PERIOD + 99)]:
        assert pattern[start:stop] == whole[start:stop]
    assert sha256_of(pattern) == hashlib.sha256(whole).hexdigest()


def test_pattern_differs_at_every_aligned_offset_and_by_seed() -> None:
    huge = Pattern(8 << 30)
    heads = {huge[offset : offset + 64] for offset in (0, 65_536, 1 << 20, 64 << 20, 1 << 32, (1 << 32) + 1)}
    assert len(heads) == 6
    assert Pattern(64, seed=1)[:] != Pattern(64, seed=2)[:]


def test_ranges_are_cut_right(run) -> None:
    async def scenario() -> None:
        content = Pattern(300_000)
        async with ScriptedServer() as server, httpx.AsyncClient() as client:
            server.files["/a"] = Resource(content=content)
            reply = await client.get(server.url("/a"), headers={"Range": "bytes=100-", "If-Range": '"v1"'})
            assert reply.status_code == 206
            assert reply.headers["Content-Range"] == "bytes 100-299999/300000"
            assert reply.content == content[100:]
            whole = await client.get(server.url("/a"), headers={"Range": "bytes=100-", "If-Range": '"old"'})
            assert (whole.status_code, whole.content) == (200, content[:])
            past = await client.get(server.url("/a"), headers={"Range": "bytes=300000-"})
            assert (past.status_code, past.headers["Content-Range"]) == (416, "bytes */300000")
            assert server.connections == 1
            assert server.bytes_sent("/a") == 299_900 + 300_000

    run(scenario())


def test_lies_are_told_as_ordered(run) -> None:
    async def scenario() -> None:
        async with ScriptedServer() as server, httpx.AsyncClient(follow_redirects=True) as client:
            server.files["/start"] = Resource(content=b"0123456789", ranges=Ranges.WRONG_START)
            reply = await client.get(server.url("/start"), headers={"Range": "bytes=4-"})
            assert reply.headers["Content-Range"] == "bytes 5-9/10"
            server.files["/chunked"] = Resource(content=b"0123456789", framing=Framing.CHUNKED)
            assert (await client.get(server.url("/chunked"))).content == b"0123456789"
            server.files["/close"] = Resource(content=b"0123456789", framing=Framing.CLOSE)
            assert (await client.get(server.url("/close"))).content == b"0123456789"
            server.files["/short"] = Resource(content=b"0123456789", cut_after=4)
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get(server.url("/short"))
            server.files["/reset"] = Resource(content=Pattern(900_000), cut_after=400_000, cut_by_reset=True)
            with pytest.raises(httpx.ReadError):
                await client.get(server.url("/reset"))
            server.files["/later"] = in_turn(status(503, retry_after=2), redirect("/chunked"))
            assert (await client.get(server.url("/later"))).headers["Retry-After"] == "2"
            assert (await client.get(server.url("/later"))).content == b"0123456789"
            server.files["/garbage"] = garbage
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get(server.url("/garbage"))

    run(scenario())


def test_a_gate_stops_the_body_at_its_byte(run) -> None:
    async def scenario() -> None:
        async with ScriptedServer() as server, httpx.AsyncClient() as client:
            server.files["/a"] = Resource(content=Pattern(500_000))
            gate = server.hold("/a", after=200_000)
            fetch = asyncio.ensure_future(client.get(server.url("/a")))
            await gate.reached.wait()
            assert server.bytes_sent("/a") == 200_000
            gate.release()
            assert (await fetch).content == Pattern(500_000)[:]

    run(scenario())


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_digest_takes_the_right_answer_only(run, algorithm: str) -> None:
    async def scenario() -> None:
        async with ScriptedServer() as server, httpx.AsyncClient() as client:
            server.files["/d"] = needs_digest("ann", "pw", Resource(content=b"secret"), algorithm=algorithm)
            right = httpx.DigestAuth("ann", "pw")
            first, second = [await client.get(server.url("/d"), auth=right) for _ in range(2)]
            assert first.content == second.content == b"secret"
            wrong = await client.get(server.url("/d"), auth=httpx.DigestAuth("ann", "no"))
            assert wrong.status_code == 401
            replayed = {"Authorization": server.requests_for("/d")[1].header("Authorization")}
            assert (await client.get(server.url("/d"), headers=replayed)).status_code == 401

    run(scenario())


@pytest.mark.parametrize(("flaw", "complaint"), [
    (Flaw.WRONG_HOST, "IP address mismatch|Hostname mismatch"),
    (Flaw.EXPIRED, "expired"),
    (Flaw.UNKNOWN_CA, "unable to get local issuer|self.signed"),
])  # fmt: skip
def test_flawed_certificates_fail_for_their_flaw(run, certificates: Certificates, flaw: Flaw, complaint: str) -> None:
    async def scenario() -> None:
        trust = ssl.create_default_context(cafile=certificates.ca_file)
        async with (
            ScriptedServer(tls=certificates.server_context(flaw)) as server,
            httpx.AsyncClient(verify=trust) as client,
        ):
            with pytest.raises(httpx.ConnectError, match=complaint):
                await client.get(server.url("/"))

    run(scenario())


def test_the_proxy_forwards_tunnels_and_demands_a_sign_in(run, certificates: Certificates) -> None:
    async def scenario() -> None:
        trust = ssl.create_default_context(cafile=certificates.ca_file)
        async with (
            ScriptedServer() as plain,
            ScriptedServer(tls=certificates.server_context()) as secure,
            ForwardProxy(user="p", password="q") as proxy,
        ):
            for server in (plain, secure):
                server.files["/a"] = needs_basic("u", "v", Resource(content=b"through"))
                signed_in = httpx.Proxy(proxy.url, auth=("p", "q"))
                async with httpx.AsyncClient(proxy=signed_in, verify=trust) as client:
                    assert (await client.get(server.url("/a"), auth=("u", "v"))).content == b"through"
            async with httpx.AsyncClient(proxy=proxy.url) as client:
                assert (await client.get(plain.url("/a"))).status_code == 407
        assert [request.method for request in proxy.requests] == ["GET", "CONNECT", "GET"]
        assert plain.requests[0].header("Proxy-Authorization") is None

    run(scenario())


def test_the_clock_wakes_sleepers_in_order_at_their_own_time(run) -> None:
    async def scenario() -> None:
        clock, woken = FakeClock(now=100), []

        async def sleeper(name: str, delay: float) -> None:
            await clock.sleep_until(clock.now() + delay)
            woken.append((name, clock.now()))

        async with asyncio.TaskGroup() as group:
            group.create_task(sleeper("late", 20))
            group.create_task(sleeper("early", 5))
            await clock.advance(10)
            assert woken == [("early", 105)]
            await clock.advance(10)
        assert woken == [("early", 105), ("late", 120)]

    run(scenario())


@pytest.mark.peer
def test_nginx_serves_what_its_locations_promise(nginx, tmp_path: Path) -> None:
    (nginx.root / "a.bin").write_bytes(Pattern(100_000)[:])
    ranged = {"Range": "bytes=10-"}
    assert httpx.get(nginx.url("/a.bin"), headers=ranged).status_code == 206
    assert httpx.get(nginx.url("/norange/a.bin"), headers=ranged).status_code == 200
    assert httpx.get(nginx.url("/auth/a.bin")).status_code == 401
    assert httpx.get(nginx.url("/auth/a.bin"), auth=("alice", "secret")).content == Pattern(100_000)[:]
