"""`bitsgui service`: the queue without a window, given to one and taken back; as processes."""

import asyncio
import re
import signal
import sys
from pathlib import Path

import pytest

from bitsgui.remote.messages import Role
from tests.support.asking import channel_to, download, received
from tests.support.scripted_server import Pattern, Resource, ScriptedServer, sha256_of
from tests.support.terminal import Play, Terminal
from tests.support.windows import listening, said, start_window

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no polite kill")

BIG = 32_000_000
FIRST_STOP, SECOND_STOP = 12_000_000, 24_000_000


async def until_said(process: asyncio.subprocess.Process, beginning: str) -> str:
    while line := await said(process):
        if line.startswith(beginning):
            return line
    raise AssertionError(f"it ended before it said {beginning!r}")


async def started(here: Terminal) -> asyncio.subprocess.Process:
    process = await here.start(command="service")
    await until_said(process, "Working on the queue")
    return process


async def ended(process: asyncio.subprocess.Process, number: signal.Signals) -> int | None:
    process.send_signal(number)
    _, errors = await process.communicate()
    assert "Traceback" not in errors.decode(), errors.decode()
    return process.returncode


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_service_works_off_the_queue_and_ends_when_asked(play: Play, number: signal.Signals, status: int) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(3_000_000))
        service = await started(here)
        await download(here.state, server.url("/a"), here.folder)
        assert await said(service) == "a: added"
        assert await said(service) == "a: transferring"
        assert await said(service) == "a: transferred, 3.0 MB"
        assert await said(service) == f"Saved {here.folder / 'a'}"
        assert sha256_of(here.folder / "a") == sha256_of(Pattern(3_000_000))
        assert await ended(service, number) == status

    play(scenario)


def test_a_second_service_is_refused(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        first = await started(here)
        second = await here.end_of(await here.start(command="service"))
        assert second.status == 1
        assert "another `bitsgui service` works for" in second.err
        assert await ended(first, signal.SIGTERM) == 0

    play(scenario)


def test_a_window_takes_the_queue_over_and_gives_it_back_without_a_byte_lost(play: Play) -> None:
    """The download runs in the service, then in the window, then in the service again."""

    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(BIG))
        gates = [server.hold("/a", after=FIRST_STOP)]
        service = await started(here)
        await download(here.state, server.url("/a"), here.folder)
        await received(here.state, FIRST_STOP)
        gates.append(server.hold("/a", after=SECOND_STOP - FIRST_STOP))
        window = await start_window(here.state)
        assert await said(window) == "shown"
        await until_said(service, "A window has the queue")
        await listening(here.state)
        await received(here.state, SECOND_STOP)
        server.files["/a"] = Resource(content=Pattern(BIG))
        assert await ended(window, signal.SIGTERM) == 0
        await until_said(service, "Working on the queue")
        await until_said(service, "Saved")
        assert sha256_of(here.folder / "a") == sha256_of(Pattern(BIG))
        ranges = [request.header("Range") for request in server.requests_for("/a")]
        assert ranges[1:] == [f"bytes={FIRST_STOP}-", f"bytes={SECOND_STOP}-"]
        assert await ended(service, signal.SIGTERM) == 0
        for gate in gates:
            gate.release()

    play(scenario)


def test_a_killed_window_gives_the_queue_back(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(BIG))
        gate = server.hold("/a", after=FIRST_STOP)
        service = await started(here)
        window = await start_window(here.state)
        await until_said(service, "A window has the queue")
        assert await said(window) == "shown"
        await listening(here.state)
        await download(here.state, server.url("/a"), here.folder)
        await gate.reached.wait()
        window.kill()
        await window.communicate()
        await until_said(service, "Working on the queue")
        gate.release()
        await until_said(service, "Saved")
        assert sha256_of(here.folder / "a") == sha256_of(Pattern(BIG))
        assert len(server.requests_for("/a")) == 2
        assert await ended(service, signal.SIGTERM) == 0

    play(scenario)


def test_of_two_windows_at_once_one_takes_the_queue_over(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        service = await started(here)
        windows = [await start_window(here.state), await start_window(here.state)]
        heard = {line: window for line, window in zip(await asyncio.gather(*map(said, windows)), windows, strict=True)}
        assert set(heard) == {"shown", ""}
        await heard[""].communicate()
        assert heard[""].returncode == 0
        assert await ended(heard["shown"], signal.SIGTERM) == 0
        await until_said(service, "Working on the queue")
        assert await ended(service, signal.SIGTERM) == 0

    play(scenario)


def test_a_service_waits_behind_a_window_that_was_there_first(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        window = await start_window(here.state)
        assert await said(window) == "shown"
        service = await here.start(command="service")
        assert await said(service) == "Another bitsgui has the queue: waiting until it ends."
        assert await ended(window, signal.SIGTERM) == 0
        await until_said(service, "Working on the queue")
        async with channel_to(here.state) as channel:
            assert channel.role is Role.SERVICE
        assert await ended(service, signal.SIGTERM) == 0

    play(scenario)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_service_needs_no_qt(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        service = await started(here)
        maps = await asyncio.to_thread(Path(f"/proc/{service.pid}/maps").read_text)
        assert not re.search(r"PySide6|libQt6|shiboken", maps)
        assert await ended(service, signal.SIGTERM) == 0

    play(scenario)
