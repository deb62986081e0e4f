"""`bitsgui get`: interrupted, killed, started twice; on a terminal; without Qt."""

import asyncio
import os
import re
import signal
import sys
import termios

import pytest

from tests.support.scripted_server import (
    Pattern,
    Resource,
    ScriptedServer,
    sha256_of,
)
from tests.support.terminal import Play, Terminal, taken

BIG = 32_000_000
"""More than the socket buffers of both ends: a server held after 24 MB has a client that received some."""
HELD_AFTER = 24_000_000
SIZE = 3_000_000


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_call_goes_on_when_run_again(play: Play, number: signal.Signals) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(BIG))
        gate = server.hold("/a", after=HELD_AFTER)
        process = await here.start(server.url("/a"), "--json")
        await gate.reached.wait()
        process.send_signal(number)
        done = await here.end_of(process)
        assert done.status == 128 + number
        assert "run the same command again" in done.err
        (job,) = done.objects
        assert (job["state"], job["result"]) == ("SUSPENDED", None)
        assert 0 < job["progress"]["bytes_transferred"] <= HELD_AFTER
        assert "a" not in here.files()
        assert len(here.queues()) == 1

        gate.release()
        done = await here.get(server.url("/a"))
        assert done.status == 0, done.err
        assert here.files() == ["a"]
        assert sha256_of(here.folder / "a") == sha256_of(Pattern(BIG))
        again = server.requests_for("/a")[1].header("Range")
        assert again is not None
        assert re.fullmatch(r"bytes=[1-9]\d*-(\d*)", again)
        assert here.queues() == []

    play(scenario)


def test_an_interrupt_before_anything_has_begun_is_no_traceback(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        urls = here.folder.parent / "urls"
        os.mkfifo(urls)
        process = await here.start("--url-file", str(urls))
        with await asyncio.to_thread(urls.open, "w") as pipe:
            await taken(pipe)
            process.send_signal(signal.SIGINT)
            done = await here.end_of(process)
        assert done.status == 130
        assert done.err == "bitsgui: interrupted\n"

    play(scenario)


def test_restart_forgets_what_was_received(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(BIG))
        gate = server.hold("/a", after=HELD_AFTER)
        process = await here.start(server.url("/a"))
        await gate.reached.wait()
        process.send_signal(signal.SIGINT)
        await here.end_of(process)
        gate.release()
        done = await here.get(server.url("/a"), "--restart")
        assert done.status == 0, done.err
        assert server.requests_for("/a")[1].header("Range") in (None, "bytes=0-")
        assert sha256_of(here.folder / "a") == sha256_of(Pattern(BIG))

    play(scenario)


def test_a_killed_call_goes_on_when_run_again(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(BIG), disposition='attachment; filename="named.bin"')
        gate = server.hold("/a", after=HELD_AFTER)
        process = await here.start(server.url("/a"))
        await gate.reached.wait()
        process.kill()
        await process.wait()
        gate.release()
        done = await here.get(server.url("/a"))
        assert done.status == 0, done.err
        assert here.files() == ["named.bin"]
        assert sha256_of(here.folder / "named.bin") == sha256_of(Pattern(BIG))

    play(scenario)


def test_two_calls_at_once_do_not_hinder_each_other(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(BIG))
        server.files["/b"] = Resource(content=Pattern(SIZE))
        gate = server.hold("/a", after=HELD_AFTER)
        first = await here.start(server.url("/a"))
        await gate.reached.wait()
        second = await here.get(server.url("/b"))
        assert second.status == 0, second.err
        same = await here.get(server.url("/a"))
        assert same.status == 1
        assert "another bitsgui" in same.err
        gate.release()
        assert (await here.end_of(first)).status == 0
        assert here.files() == ["a", "b"]

    play(scenario)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_progress_is_painted_and_ctrl_c_keeps_the_part(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(BIG), rate_bps=4_000_000)
        gate = server.hold("/a", after=HELD_AFTER)
        control, terminal = os.openpty()
        termios.tcsetwinsize(terminal, (24, 100))
        process = await here.start(server.url("/a"), stderr=terminal)
        os.close(terminal)
        seen = b""
        while b" MB / 32.0 MB" not in seen:
            seen += await asyncio.to_thread(os.read, control, 65_536)
        await gate.reached.wait()
        process.send_signal(signal.SIGINT)
        while b"run the same command again" not in seen:
            seen += await asyncio.to_thread(os.read, control, 65_536)
        assert await process.wait() == 130
        os.close(control)
        assert "a" not in here.files()

    play(scenario)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_get_needs_no_qt_and_little_memory(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(BIG))
        assert await here.measured("get", server.url("/a")) < 60

    play(scenario)
