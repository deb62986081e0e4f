"""One window a state folder: a second start raises it, hands over what it was started with, and ends with 0."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.support.windows import listening, said, start_window

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no polite kill")

Run = Callable[[Coroutine[Any, Any, None]], None]
URL = "http://h.example/a.zip"


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """Exit status and standard error, without what Qt says of a platform that has no windows."""
    _, errors = await process.communicate()
    lines = errors.decode().splitlines(keepends=True)
    return process.returncode, "".join(line for line in lines if not line.startswith("This plugin does not"))


async def close(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGTERM)
    assert await ended(process) == (0, "")


def test_a_second_start_raises_the_window_and_hands_its_addresses_over(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        first = await start_window(tmp_path)
        assert await said(first) == "shown"
        again = await start_window(tmp_path)
        assert await ended(again) == (0, "bitsgui is running already; its window is shown.\n")
        assert await said(first) == "raised"
        with_urls = await start_window(tmp_path, URL, f"{URL}?2")
        assert (await ended(with_urls))[0] == 0
        assert {await said(first), await said(first)} == {"raised", f"dialog:; {URL}; {URL}?2"}
        await close(first)

    run(scenario())


def test_a_hidden_start_raises_nothing(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        first = await start_window(tmp_path)
        assert await said(first) == "shown"
        hidden = await start_window(tmp_path, "--hidden")
        assert await ended(hidden) == (0, "bitsgui is running already.\n")
        await ended(await start_window(tmp_path, "--new"))
        assert {await said(first), await said(first)} == {"raised", "dialog:"}
        await close(first)

    run(scenario())


def test_a_hidden_window_is_shown_by_the_next_start(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        first = await start_window(tmp_path, "--hidden")
        await listening(tmp_path)
        assert (await ended(await start_window(tmp_path)))[0] == 0
        assert {await said(first), await said(first)} == {"shown", "raised"}
        await close(first)

    run(scenario())


def test_a_second_start_needs_no_display(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        first = await start_window(tmp_path)
        assert await said(first) == "shown"
        none = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
        assert (await ended(await start_window(tmp_path, **none)))[0] == 0
        assert await said(first) == "raised"
        await close(first)

    run(scenario())


def test_of_two_starts_at_once_exactly_one_opens(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        both = [await start_window(tmp_path), await start_window(tmp_path)]
        lines = {asyncio.create_task(said(process)): process for process in both}
        # The one that opens says so; the other one ends without a word.
        await asyncio.wait(lines)
        heard = {task.result(): process for task, process in lines.items()}
        assert set(heard) == {"shown", ""}
        assert await ended(heard[""]) == (0, "bitsgui is running already; its window is shown.\n")
        assert await said(heard["shown"]) == "raised"
        await close(heard["shown"])

    run(scenario())


def test_a_killed_window_leaves_nothing_in_the_way(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        first = await start_window(tmp_path)
        assert await said(first) == "shown"
        await listening(tmp_path)
        first.kill()
        await first.communicate()
        assert (tmp_path / "control" / "socket").exists()
        second = await start_window(tmp_path)
        assert await said(second) == "shown"
        await close(second)
        assert not (tmp_path / "control" / "socket").exists()

    run(scenario())
