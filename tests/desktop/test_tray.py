"""The tray as a panel shows it: icon, tool tip, menu, clicks; and what closing and quitting do around it."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk import desk
from tests.support.desk_host import TrayHost
from tests.support.scripted_server import Framing, Pattern, Resource
from tests.support.turns import until

pytestmark = pytest.mark.desktop


async def labels(tray: TrayHost) -> list[str]:
    """The menu's entries, without separators."""
    return [entry.label for entry in await tray.menu() if entry.label]


def test_clicks_hide_and_show_and_closing_hides_and_says_so_once(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as it, it.tray() as tray, it.running() as bitsgui:
            await bitsgui.window_shows(True)
            assert (await tray.item())["ToolTip"][2] == "bitsgui\nNothing to transfer"
            assert await labels(tray) == [
                "Hide bitsgui",
                "Pause all",
                "Resume all",
                "Speed limit",
                "No job needs you",
                "Quit",
            ]
            await tray.activate()
            await bitsgui.window_shows(False)
            assert (await labels(tray))[0] == "Show bitsgui"
            await tray.click("Show bitsgui")
            await bitsgui.window_shows(True)
            for _ in range(2):
                await it.close_window()
                await bitsgui.window_shows(False)
                await tray.activate()
                await bitsgui.window_shows(True)
            told = await it.daemon.shown(lambda one: "notification area" in one.body)
            assert told.body == "Transfers go on. Find bitsgui in the notification area."
            await tray.click("Quit")
            assert await bitsgui.status() == 0
            assert len(it.daemon.log) == 1
            assert json.loads((it.state / "settings.json").read_text())["was_told_of_tray"] is True

    run(scenario())


def test_the_menu_pauses_limits_and_resumes(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as it, it.tray() as tray:
            it.server.files["/a.bin"] = Resource(content=Pattern(4_000_000), etag='"1"')
            gate = it.server.hold("/a.bin", after=2_000_000)
            async with it.running() as bitsgui:
                await it.new_download(bitsgui, "/a.bin")
                await gate.reached.wait()
                assert "1 active, 0 waiting" in await tray.tip_with("50 %")
                await tray.click("500 kB/s")
                await tray.click("Pause all")
                assert "1 job paused by Pause all" in await tray.tip_with("paused")
                assert "Resume all (1)" in await labels(tray)
                await tray.click("Quit")
                assert await bitsgui.status() == 0
            settings = json.loads((it.state / "settings.json").read_text())
            assert settings["total_rate_limit_bps"] == 500_000
            async with it.running() as bitsgui:
                assert "1 job paused by Pause all" in await tray.tip_with("paused")
                gate.release()
                await tray.click("No limit")
                await tray.click("Resume all (1)")
                await until((it.downloads / "a.bin").exists)
                await tray.click("Quit")
                assert await bitsgui.status() == 0

    run(scenario())


def test_a_tray_that_comes_later_and_comes_back_is_found(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as it, it.running("--hidden") as bitsgui:
            async with it.tray() as tray:
                await tray.item()
                await bitsgui.window_shows(False)
            async with it.tray() as tray:
                await tray.activate()
                await bitsgui.window_shows(True)
                await tray.click("Quit")
                assert await bitsgui.status() == 0

    run(scenario())


def test_without_a_tray_closing_asks(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as it, it.running() as bitsgui:
            await bitsgui.window_shows(True)
            for answer, is_shown in (("Don't close", True), ("Keep running", False)):
                await it.close_window()
                await bitsgui.press("push button", answer)
                await bitsgui.root.lose("push button", answer)
                await bitsgui.window_shows(is_shown)
            assert json.loads((it.state / "settings.json").read_text())["on_close"] == "hide"
            async with it.running():  # a second start brings the window of the first back
                await bitsgui.window_shows(True)
            bitsgui.process.send_signal(signal.SIGTERM)
            assert await bitsgui.status() == 0

    run(scenario())


def test_a_transfer_that_would_be_lost_is_named_before_the_end(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desk(tmp_path) as it, it.tray() as tray, it.running() as bitsgui:
            it.server.files["/once.bin"] = Resource(content=Pattern(4_000_000), framing=Framing.CHUNKED)
            gate = it.server.hold("/once.bin", after=2_000_000)
            await it.new_download(bitsgui, "/once.bin")
            await gate.reached.wait()
            await bitsgui.root.find("label", "2.0 MB, total unknown")
            await tray.activate()
            await bitsgui.window_shows(False)
            await tray.click("Quit")
            await bitsgui.press("push button", "Don't quit")
            bitsgui.process.send_signal(signal.SIGINT)  # a signal never asks
            assert await bitsgui.status() == 0

    run(scenario())
