"""The whole way of a failed download: hidden window, notification, Resolve, fixed, finished, quit from the tray."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk import desk, fails_on
from tests.support.scripted_server import Pattern, Resource, sha256_of
from tests.support.turns import until

pytestmark = pytest.mark.desktop


def test_a_failure_is_notified_resolved_and_finished(run: Any, tmp_path: Path) -> None:
    content = Pattern(3_000_000)

    async def scenario() -> None:
        async with desk(tmp_path) as it, it.tray() as tray, it.running() as bitsgui:
            gone = asyncio.Event()
            it.server.files["/maps/atlas.bin"] = fails_on(gone)
            it.server.files["/new/atlas.bin"] = Resource(content=content, etag='"v2"')
            await it.new_download(bitsgui, "/maps/atlas.bin?token=secret")
            await tray.activate()
            await bitsgui.window_shows(False)
            gone.set()
            failed = await it.daemon.shown(lambda one: "needs you" in one.summary)
            assert failed.summary == "atlas.bin needs you"
            assert failed.body == "The file is no longer at this address.\natlas.bin from 127.0.0.1"
            assert list(failed.actions.values()) == ["", "Resolve", "Later"]
            assert failed.hints["category"] == "transfer.error"
            await tray.tip_with("1 job needs you")
            it.daemon.press(failed, "Resolve", closes=False)
            await until(lambda: failed.id in it.daemon.closed)

            held = it.server.hold("/new/atlas.bin", after=1_000_000)
            await bitsgui.fill("Address", it.server.url("/new/atlas.bin"))
            await bitsgui.press("push button", "Fix and Resume")
            await held.reached.wait()
            await tray.tip_with("1 active")
            await tray.activate()
            await bitsgui.window_shows(False)
            held.release()
            assert await it.file("atlas.bin") == sha256_of(content)
            finished = await it.daemon.shown(lambda one: one.summary == "atlas.bin is here")
            assert list(finished.actions.values()) == ["", "Open folder"]
            assert finished.hints["category"] == "transfer.complete"
            assert "secret" not in repr(it.daemon.log)
            await tray.click("Quit")
            assert await bitsgui.status() == 0

    run(scenario())
