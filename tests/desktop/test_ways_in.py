"""How a download comes in from another program: its address is dropped on the window."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.accessibility import Node
from tests.support.desk import Desk, desk
from tests.support.scripted_server import Pattern, Resource, sha256_of

pytestmark = pytest.mark.desktop


def test_an_address_dropped_from_another_window_is_downloaded(run: Any, tmp_path: Path) -> None:
    content = Pattern(300_000)

    async def scenario() -> None:
        async with desk(tmp_path) as it, it.running() as bitsgui:
            it.server.files["/dropped.bin"] = Resource(content=content)
            url = it.server.url("/dropped.bin")
            async with dropped(it, url, await bitsgui.root.find("list", "Groups of jobs")):
                assert await (await bitsgui.root.find("text", "Addresses")).text() == url
            await bitsgui.fill("Save to", str(it.downloads))
            await bitsgui.press("push button", "Download")
            assert await it.file("dropped.bin") == sha256_of(content)

    run(scenario())


@asynccontextmanager
async def dropped(it: Desk, url: str, target: Node) -> AsyncIterator[None]:
    """Drag an address from a window of another program, which lives in the block, onto the target with the mouse."""
    command = (sys.executable, "-m", "tests.support.drag_source", url)
    other = await asyncio.create_subprocess_exec(*command, env=it.screen.environment, stdout=asyncio.subprocess.PIPE)
    try:
        assert other.stdout is not None
        x, y = (int(part) for part in (await other.stdout.readline()).split())
        to_x, to_y = await target.centre()
        await it.screen.xdotool("mousemove", str(x), str(y), "mousedown", "1")
        for step in range(1, 7):
            now = (str(x + (to_x - x) * step // 6), str(y + (to_y - y) * step // 6))
            await it.screen.xdotool("mousemove", *now, "sleep", "0.08")
        await it.screen.xdotool("mouseup", "1")
        yield
    finally:
        other.terminate()
        await other.wait()
