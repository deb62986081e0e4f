"""Proxies: absolute-form, CONNECT, sign-in, bypass, a list of them, SOCKS5; and that no server sees their sign-in."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import AuthScheme, AuthTarget, ErrorContext, JobState, ProxyUsage
from bitsgui.model.job import Job, ProxySettings
from tests.support.certificates import Certificates
from tests.support.content import Pattern
from tests.support.downloads import Desk, a_desk, failure
from tests.support.proxy import ForwardProxy
from tests.support.resource import Resource
from tests.support.scripted_server import redirect

CONTENT = Pattern(700_000, seed=6)
FILE = Resource(content=CONTENT)
PASSWORD = "pr0xy-pa55"


def through(*proxies: str, bypass: str = "") -> ProxySettings:
    return ProxySettings(ProxyUsage.OVERRIDE, " ".join(proxies), bypass)


async def signed_in(desk: Desk, url: str, password: str, **settings: Any) -> Job:
    """A job that failed for want of the proxy's sign-in, given one and resumed."""
    job = await desk.fetch(url, **settings)
    await desk.manager.set_credentials(job.id, AuthTarget.PROXY, AuthScheme.BASIC, "pu", password)
    return await desk.again(job)


def test_plain_http_through_a_proxy(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk, ForwardProxy() as proxy:
            desk.server.files |= {"/a.bin": redirect("/b%2Cc.bin?x=%2F"), "/b%2Cc.bin": FILE}
            job = await desk.fetch("/a.bin", proxy=through(proxy.url))
            await desk.assert_whole(job, "a.bin", CONTENT)
            targets = [request.target for request in proxy.requests]
            assert targets == [desk.server.url("/a.bin"), desk.server.url("/b%2Cc.bin?x=%2F")]
            assert desk.asked("/b%2Cc.bin", "Proxy-Authorization") == [None]

    run(scenario())


def test_https_goes_through_a_tunnel(run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context()) as desk, ForwardProxy() as proxy:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", proxy=through(proxy.url), ca_file=str(certificates.ca_file))
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert [(r.method, r.target) for r in proxy.requests] == [("CONNECT", f"127.0.0.1:{desk.server.port}")]

    run(scenario())


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("password", [PASSWORD, "wr0ng-one"], ids=["right", "wrong"])
def test_a_proxy_that_wants_a_sign_in(
    run, tmp_path: Path, certificates: Certificates, caplog: pytest.LogCaptureFixture, tls: bool, password: str
) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        context = certificates.server_context() if tls else None
        async with a_desk(tmp_path, tls=context) as desk, ForwardProxy(user="pu", password=PASSWORD) as proxy:
            desk.server.files["/a.bin"] = FILE
            settings = {"proxy": through(proxy.url), "ca_file": str(certificates.ca_file)}
            job = await signed_in(desk, "/a.bin", password, **settings)
            first, *_ = await desk.manager.error_history(job.id)
            assert (first.context, first.code) == (ErrorContext.GENERAL_TRANSPORT, codes.BG_E_HTTP_ERROR_407)
            assert not any(password.encode() in file.read_bytes() for file in desk.state_dir.iterdir())
            if password == PASSWORD:
                await desk.assert_whole(job, "a.bin", CONTENT)
                assert desk.asked("/a.bin", "Proxy-Authorization") == [None]
                assert desk.asked("/a.bin", "Authorization") == [None]
            else:
                assert failure(job) == (
                    JobState.ERROR,
                    ErrorContext.GENERAL_TRANSPORT,
                    codes.BG_E_HTTP_ERROR_407,
                )
                assert desk.server.requests == []

    run(scenario())
    assert password not in caplog.text


@pytest.mark.parametrize("bypass", ["127.0.0.1", "127.*", "*", "other.example 127.0.0.1"])
def test_bypass(run, tmp_path: Path, bypass: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk, ForwardProxy() as proxy:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", proxy=through(proxy.url, bypass=bypass))
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert proxy.requests == []

    run(scenario())


def test_the_next_proxy_of_the_list_where_one_is_dead(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk, ForwardProxy() as proxy:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", proxy=through(f"http://127.0.0.1:{dead_port()}", proxy.url))
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert len(proxy.requests) == 1

    run(scenario())


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_dead_proxy(run, tmp_path: Path, scheme: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", proxy=through(f"{scheme}://127.0.0.1:{dead_port()}"))
            assert failure(job) == (
                JobState.TRANSIENT_ERROR,
                ErrorContext.GENERAL_TRANSPORT,
                codes.ERROR_WINHTTP_CANNOT_CONNECT,
            )
            assert desk.server.connections == 0

    run(scenario())


@pytest.mark.parametrize("unusable", ["ftp://127.0.0.1:1", "http://", "http://127.0.0.1:0", "http://[::1"])
def test_a_proxy_list_that_cannot_be_read(run, tmp_path: Path, unusable: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", proxy=through(unusable))
            assert failure(job) == (JobState.ERROR, ErrorContext.GENERAL_TRANSPORT, codes.BG_E_INVALID_PROXY_INFO)
            assert desk.server.connections == 0

    run(scenario())


def test_a_proxy_of_the_environment(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk, ForwardProxy(user="pu", password=PASSWORD) as proxy:
            monkeypatch.setenv("http_proxy", f"http://pu:{PASSWORD}@127.0.0.1:{proxy.port}")
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", proxy=ProxySettings())
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert len(proxy.requests) == 1
            monkeypatch.setenv("no_proxy", "127.0.0.1")
            await desk.fetch("/a.bin", names=["b.bin"], proxy=ProxySettings())
            assert len(proxy.requests) == 1

    run(scenario())


def dead_port() -> int:
    """A port of loopback where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@asynccontextmanager
async def socks5(*, sign_in: tuple[bytes, bytes] | None = None) -> AsyncIterator[tuple[int, list[str]]]:
    """A SOCKS5 proxy (RFC 1928, 1929): its port, and the targets that it was asked for."""
    targets: list[str] = []
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            _, count = await reader.readexactly(2)
            await reader.readexactly(count)
            writer.write(b"\x05\x02" if sign_in else b"\x05\x00")
            if sign_in:
                _, size = await reader.readexactly(2)
                user = await reader.readexactly(size)
                password = await reader.readexactly((await reader.readexactly(1))[0])
                writer.write(b"\x01\x00" if (user, password) == sign_in else b"\x01\x01")
                if (user, password) != sign_in:
                    return
            _, _, _, kind = await reader.readexactly(4)
            size = 4 if kind == 1 else (await reader.readexactly(1))[0]
            host = await reader.readexactly(size)
            name = socket.inet_ntoa(host) if kind == 1 else host.decode()
            port = int.from_bytes(await reader.readexactly(2), "big")
            targets.append(f"{name}:{port}")
            far_reader, far_writer = await asyncio.open_connection(name, port)
            writer.write(b"\x05\x00\x00\x01" + bytes(6))
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(converse(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1], targets
    finally:
        listener.close()
        await asyncio.gather(*tasks, return_exceptions=True)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("sign_in", [None, (b"su", b"sp")], ids=["open", "signed in"])
def test_socks5(
    run, tmp_path: Path, certificates: Certificates, tls: bool, sign_in: tuple[bytes, bytes] | None
) -> None:
    async def scenario() -> None:
        async with (
            socks5(sign_in=sign_in) as (port, targets),
            a_desk(tmp_path, tls=certificates.server_context() if tls else None) as desk,
        ):
            desk.server.files["/a.bin"] = FILE
            proxy = through(f"socks5://127.0.0.1:{port}")
            job = await desk.start("/a.bin", proxy=proxy, ca_file=str(certificates.ca_file))
            if sign_in is not None:
                await desk.ended(job)
                await desk.manager.set_credentials(job.id, AuthTarget.PROXY, AuthScheme.BASIC, "su", "sp")
                await desk.manager.resume(job.id)
            await desk.ended(job)
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert targets[-1] == f"127.0.0.1:{desk.server.port}"

    run(scenario())


def test_the_desktops_socks_proxy(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GNOME names it socks://host:port/ in ALL_PROXY."""

    async def scenario() -> None:
        async with socks5() as (port, targets), a_desk(tmp_path) as desk:
            monkeypatch.setenv("ALL_PROXY", f"socks://127.0.0.1:{port}/")
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", proxy=ProxySettings())
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert targets == [f"127.0.0.1:{desk.server.port}"]

    run(scenario())
