"""`bitsgui put` to `bitsgui serve`: two processes, one on either end of the protocol."""

import asyncio
import os
import re
import shlex
import signal
import sys
import termios
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.cutting_proxy import CuttingProxy
from tests.support.scripted_server import Pattern, sha256_of
from tests.support.terminal import Terminal

Run = Callable[[Coroutine[Any, Any, None]], None]
SIZE = 20_000_000
CONTENT = Pattern(SIZE)[0:SIZE]

PROGRAM = """
import hashlib, pathlib, sys
uploaded, reply = map(pathlib.Path, sys.argv[1:3])
data = uploaded.read_bytes()
if not data:
    sys.exit(77)
reply.write_text(hashlib.sha256(data).hexdigest())
"""


@asynccontextmanager
async def serving(here: Terminal, inbox: Path, *options: str) -> AsyncIterator[str]:
    """The root URL of a server of `inbox`; ended at the end."""
    process = await here.start(str(inbox), "--port", "0", *options, command="serve")
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert line.startswith("Listening on "), line
    yield line.removeprefix("Listening on ").strip()
    process.send_signal(signal.SIGTERM)
    assert (await here.end_of(process)).status == 0


@asynccontextmanager
async def two_ends(tmp_path: Path) -> AsyncIterator[tuple[Terminal, Path]]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    here = Terminal(tmp_path)
    try:
        yield here, inbox
    finally:
        await here.aclose()


def test_a_file_goes_over_and_comes_back(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two_ends(tmp_path) as (here, inbox), serving(here, inbox) as url:
            (here.folder / "日本 1.bin").write_bytes(CONTENT)
            done = await here.put("日本 1.bin", url)
            assert done.status == 0, done.err
            assert (inbox / "日本 1.bin").read_bytes() == CONTENT
            again = await here.put("日本 1.bin", url)
            assert again.status == 1
            assert "A file of that name may be there already" in again.err
            address = done.err.rpartition(" to ")[2].strip()
            assert (await here.get(address, "-o", "back")).status == 0
            assert (here.folder / "back").read_bytes() == CONTENT

    run(scenario())


def test_a_program_replies_or_refuses(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        program = tmp_path / "program.py"
        program.write_text(PROGRAM)
        app = shlex.join([sys.executable, str(program)])
        async with two_ends(tmp_path) as (here, inbox), serving(here, inbox, "--app", app) as url:
            (here.folder / "a.bin").write_bytes(CONTENT)
            done = await here.put("a.bin", url, "--reply", "sum.txt")
            assert done.status == 0, done.err
            assert (here.folder / "sum.txt").read_text() == sha256_of(Pattern(SIZE))
            (here.folder / "empty").write_bytes(b"")
            done = await here.put("empty", url, "--reply", "sum2.txt", "--json")
            assert done.status == 1
            assert done.objects[0]["error"]["phase"] == "server_program"
            assert "the server's program failed" in done.err

    run(scenario())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_an_interrupted_upload_goes_on_after_a_restart_of_its_server(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two_ends(tmp_path) as (here, inbox):
            (here.folder / "a.bin").write_bytes(CONTENT)
            async with serving(here, inbox) as url:
                port = url.rstrip("/").rpartition(":")[2]
                control, terminal = os.openpty()
                termios.tcsetwinsize(terminal, (24, 120))
                process = await here.start("a.bin", url, "--limit-rate", "4M", command="put", stderr=terminal)
                os.close(terminal)
                seen = b""
                # By then the first fragments are acknowledged.
                while not re.search(rb" [5-9]\.\d MB / 20\.0 MB", seen):
                    seen += await asyncio.to_thread(os.read, control, 65_536)
                process.send_signal(signal.SIGINT)
                while b"run the same command again to go on" not in seen:
                    seen += await asyncio.to_thread(os.read, control, 65_536)
                assert await process.wait() == 130
                os.close(control)
            assert not (inbox / "a.bin").exists()
            async with serving(here, inbox, "--port", port) as url, CuttingProxy(int(port)) as counted:
                same_address = ("--proxy", f"http://127.0.0.1:{counted.port}")
                done = await here.put("a.bin", url, *same_address)
                assert done.status == 0, done.err
                assert counted.up < SIZE
            assert (inbox / "a.bin").read_bytes() == CONTENT

    run(scenario())
