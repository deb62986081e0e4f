"""The program as a process: starts, ends in order when asked, and says why when it cannot start."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bitsgui.service.manager import JobManager

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no polite kill")


_SAYS_WHEN_SHOWN = """
import pathlib, sys
from PySide6.QtCore import QTimer
from bitsgui import app

class Window(app.MainWindow):
    def showEvent(self, event):
        QTimer.singleShot(0, lambda: print("shown", flush=True))

app.MainWindow = Window
sys.exit(app.run_window(pathlib.Path(sys.argv[1])))
"""

_SAYS_WHAT_OPENS = """
import sys
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit
from bitsgui import app, cli
from bitsgui.gui.dialogs.new_job import NewJobDialog

def shown(self, event):
    print("; ".join(["dialog:", *self.findChild(QPlainTextEdit).toPlainText().split()]), flush=True)

class Window(app.MainWindow):
    def showEvent(self, event):
        QGuiApplication.clipboard().setText("http://h.example/copied.zip")

app.MainWindow = Window
NewJobDialog.showEvent = shown
sys.exit(cli.main(sys.argv[1:]))
"""


async def _start(*arguments: str, **changes: str | None) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in os.environ.items() if name not in changes}
    given = {name: value for name, value in changes.items() if value is not None}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bitsgui", *arguments),
        env={**kept, **given},
        stderr=asyncio.subprocess.PIPE,
    )


def test_without_a_display_it_says_what_to_do(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        none = {name: None for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        process = await _start("--state-dir", str(tmp_path), **none)
        _, said = await process.communicate()
        assert process.returncode == 1
        assert b"no display" in said
        assert b"bitsgui get URL" in said

    run(scenario())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_as_closing_the_window_does(run: Any, tmp_path: Path, number: signal.Signals) -> None:
    async def scenario() -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _SAYS_WHEN_SHOWN, str(tmp_path / "state")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert await process.stdout.readline() == b"shown\n"
        process.send_signal(number)
        _, said = await process.communicate()
        assert (process.returncode, said) == (0, b"")
        assert (tmp_path / "state" / "window.ini").exists()
        await (await JobManager.open(tmp_path / "state")).aclose()

    run(scenario())


_IMPATIENT = """
import sys
from bitsgui import cli
from bitsgui.remote import ownership

ownership.PATIENCE_S = 0.5
sys.exit(cli.main(sys.argv[1:]))
"""


_SESSION_ENDS = """
import pathlib, sys
from PySide6.QtCore import QTimer
from bitsgui import app

def end(window):
    app.Application.instance().leave_session()
    print("left", (folder / "window.ini").exists(), flush=True)

class Window(app.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        QTimer.singleShot(400, lambda: end(self))

app.MainWindow = Window
folder = pathlib.Path(sys.argv[1])
status = app.run_window(folder)
print("ended", flush=True)
sys.exit(status)
"""


def test_the_end_of_the_session_waits_until_everything_is_stored(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _SESSION_ENDS, str(tmp_path / "state")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        told, said = await process.communicate()
        assert (process.returncode, told, said) == (0, b"left True\nended\n", b"")
        await (await JobManager.open(tmp_path / "state")).aclose()

    run(scenario())


def test_a_locked_state_folder_is_refused_in_words(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        manager = await JobManager.open(tmp_path)
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _IMPATIENT, "--state-dir", str(tmp_path)), stderr=asyncio.subprocess.PIPE
            )
            said = await process.stderr.readline()
            assert b"Another bitsgui works with the state folder" in said
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 1
        finally:
            await manager.aclose()

    run(scenario())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--new"], b"dialog:\n"),
        (["--paste"], b"dialog:; http://h.example/copied.zip\n"),
        (["http://h.example/given.zip"], b"dialog:; http://h.example/given.zip\n"),
    ],
)
def test_the_dialog_that_was_asked_for_opens(run: Any, tmp_path: Path, words: list[str], said: bytes) -> None:
    async def scenario() -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _SAYS_WHAT_OPENS, "--state-dir", str(tmp_path), *words),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert await process.stdout.readline() == said
        process.send_signal(signal.SIGTERM)
        _, wrong = await process.communicate()
        assert process.returncode == 0, wrong
        assert b"Traceback" not in wrong

    run(scenario())
