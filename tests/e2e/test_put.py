"""`bitsgui put`: right bytes at the right address, the reply in its place, sign-in, what is refused beforehand."""

import asyncio
import os
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.bits_peer import BitsPeer
from tests.support.certificates import Certificates
from tests.support.proxy import ForwardProxy
from tests.support.scripted_server import Exchange, Pattern, ScriptedServer, needs_basic, needs_digest
from tests.support.terminal import Play, Terminal

SIZE = 3_000_000
CONTENT = Pattern(SIZE)[0:SIZE]
ANSWER = b"the program's answer"


def answered(data: bytes) -> bytes:
    return ANSWER + b" to %d bytes" % len(data)


def test_the_file_arrives_under_its_name(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        source = here.folder / "Größe 100% #1.bin"
        source.write_bytes(CONTENT)
        peer = BitsPeer(server, "/inbox/Gr%C3%B6%C3%9Fe%20100%25%20%231.bin")
        done = await here.put(source.name, server.url("/inbox/"))
        assert (done.status, done.out) == (0, ""), done.err
        assert done.err == f"Sent {source} to {server.url(peer.path)}\n"
        assert peer.published == {peer.path: CONTENT}
        assert source.read_bytes() == CONTENT
        assert here.files() == [source.name]
        assert here.queues("put") == []

    play(scenario)


def test_an_address_without_a_slash_names_the_file(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(b"")
        peer = BitsPeer(server, "/inbox/other")
        done = await here.put("a.bin", server.url("/inbox/other"), "--quiet")
        assert (done.status, done.out, done.err) == (0, "", "")
        assert peer.published == {peer.path: b""}

    play(scenario)


@pytest.mark.parametrize(("reply", "saved"), [("new/", "new/a reply.bin"), (".", "a reply.bin"), ("r.txt", "r.txt")])
def test_the_reply_is_saved_where_it_is_wanted(play: Play, reply: str, saved: str) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(CONTENT)
        peer = BitsPeer(server, "/inbox/a.bin", program=answered)
        done = await here.put("a.bin", server.url("/inbox/"), "--reply", reply)
        assert done.status == 0, done.err
        assert (here.folder / saved).read_bytes() == answered(CONTENT)
        assert f"Saved the reply as {here.folder / saved}\n" in done.err
        assert peer.published == {peer.path: CONTENT}
        assert peer.programs_run == 1
        assert here.queues("put") == []

    play(scenario)


def test_a_server_without_a_program_gives_an_empty_reply(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(CONTENT)
        BitsPeer(server, "/inbox/a.bin")
        done = await here.put("a.bin", server.url("/inbox/"), "--reply", "r")
        assert done.status == 0, done.err
        assert f"The server gave no reply: {here.folder / 'r'} is empty\n" in done.err
        assert (here.folder / "r").read_bytes() == b""

    play(scenario)


def test_a_file_in_the_replys_place_is_not_replaced_without_leave(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(CONTENT)
        (here.folder / "r").write_bytes(b"old")
        BitsPeer(server, "/inbox/a.bin", program=answered)
        command = ("a.bin", server.url("/inbox/"), "--reply", "r")
        done = await here.put(*command)
        assert done.status == 2
        assert f"{here.folder / 'r'} exists; use --overwrite" in done.err
        assert (here.folder / "r").read_bytes() == b"old"
        assert server.requests == []
        assert here.queues("put") == []
        done = await here.put(*command, "--overwrite")
        assert done.status == 0, done.err
        assert (here.folder / "r").read_bytes() == answered(CONTENT)

    play(scenario)


REFUSED = [
    (("nothing", "{url}"), "There is no file"),
    ((".", "{url}"), "Only a plain file can be sent"),
    (("a.bin", "ftp://h/x"), "must begin with http:// or https://"),
    (("a.bin", "example"), "must begin with http:// or https://"),
    (("a.bin", "http://h:port/x"), "malformed"),
    (("a.bin", "{url}", "--reply", "no/such/r"), "There is no folder"),
    (("a.bin", "{url}", "--reply", "a.bin", "--overwrite"), "would replace the file that is sent"),
    (("a.bin", "{url}", "--overwrite"), "--overwrite needs --reply"),
    (("a.bin",), "required: URL"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_cannot_be_is_refused_before_anything_is_sent(
    play: Play, arguments: tuple[str, ...], message: str
) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(b"kept")
        done = await here.put(*(argument.format(url=server.url("/inbox/")) for argument in arguments))
        assert (done.status, done.out) == (2, "")
        assert message in done.err
        assert server.requests == []
        assert here.queues("put") == []
        assert (here.folder / "a.bin").read_bytes() == b"kept"

    play(scenario)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").touch(mode=0)
        done = await here.put("a.bin", server.url("/inbox/"))
        assert done.status == 2
        assert "may not be read" in done.err

    play(scenario)


@pytest.mark.parametrize("protect", [needs_basic, needs_digest])
@pytest.mark.parametrize("is_in_address", [True, False])
def test_sign_in_and_headers_are_sent_and_the_password_shows_nowhere(
    play: Play, protect: Callable[..., Any], is_in_address: bool
) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        secret = here.home / "secret"
        secret.write_text("s3cret\n")
        (here.folder / "a.bin").write_bytes(CONTENT)
        peer = BitsPeer(server, "/inbox/a.bin")
        server.files[peer.path] = protect("me", "s3cret", peer)
        url = server.url("/inbox/")
        options = ("--user", "me", "--password-file", str(secret))
        where = (url.replace("//", "//me:s3cret@"),) if is_in_address else (url, *options)
        done = await here.put("a.bin", *where, "--json", "--header", "X-One: t0ken")
        assert done.status == 0, done.err
        assert peer.published == {peer.path: CONTENT}
        assert {r.header("X-One") for r in peer.packets} == {"t0ken"}
        assert "s3cret" not in done.out + done.err
        assert "t0ken" not in done.out + done.err

    play(scenario)


def test_a_proxy_with_a_sign_in_and_an_authority_of_ones_own(play: Play, tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)

    async def scenario(here: Terminal, plain: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(CONTENT)
        async with (
            ScriptedServer(tls=certificates.server_context()) as server,
            ForwardProxy(user="me", password="s3cret") as proxy,
        ):
            peer = BitsPeer(server, "/inbox/a.bin")
            command = ("a.bin", server.url("/inbox/"), "--proxy", f"http://me:s3cret@127.0.0.1:{proxy.port}")
            untrusted = await here.put(*command)
            assert untrusted.status == 1
            assert "ERROR_WINHTTP_SECURE_INVALID_CA" in untrusted.err
            done = await here.put(*command, "--cacert", str(certificates.ca_file))
            assert done.status == 0, done.err
            assert proxy.requests[-1].method == "CONNECT"
            assert peer.published == {peer.path: CONTENT}

    play(scenario)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_the_wait_for_the_program_is_seen(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(CONTENT)
        peer = BitsPeer(server, "/inbox/a.bin", program=answered)
        is_awaited = asyncio.Event()

        async def work_slowly(exchange: Exchange) -> None:
            await is_awaited.wait()
            await peer.handle(exchange)

        peer.answers["Fragment", 2] = work_slowly
        control, terminal = os.openpty()
        termios.tcsetwinsize(terminal, (24, 120))
        arguments = ("a.bin", server.url("/inbox/"), "--reply", "r")
        process = await here.start(*arguments, command="put", stderr=terminal)
        os.close(terminal)
        seen = b""
        while b"waiting for the server program" not in seen:
            seen += await asyncio.to_thread(os.read, control, 65_536)
        assert b"3.0 MB / 3.0 MB" in seen
        is_awaited.set()
        while b"Saved the reply as" not in seen:
            seen += await asyncio.to_thread(os.read, control, 65_536)
        assert await process.wait() == 0
        os.close(control)

    play(scenario)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_put_needs_no_qt_and_little_memory(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        size = 100_000_000
        (here.folder / "a.bin").write_bytes(Pattern(size)[0:size])
        BitsPeer(server, "/a.bin")
        assert await here.measured("put", "a.bin", server.url("/")) < 80

    play(scenario)
