"""The window as a process of its own, offscreen, that says in lines what a person would see of it."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path

_TELLS = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit
from bitsgui import app, cli
from bitsgui.engine import checkpoint
from bitsgui.gui.dialogs.new_job import NewJobDialog

checkpoint.CHECKPOINT_BYTES, checkpoint.CHECKPOINT_S = 1_000_000, 0.0

def tell(line):
    print(line, flush=True)

class Window(app.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        QTimer.singleShot(0, lambda: tell("shown"))

    def raise_(self):
        super().raise_()
        tell("raised")

def dialog_shown(self, event):
    tell("; ".join(["dialog:", *self.findChild(QPlainTextEdit).toPlainText().split()]))

app.MainWindow = Window
NewJobDialog.showEvent = dialog_shown
sys.exit(cli.main(sys.argv[1:]))
"""


async def start_window(state_dir: Path, *arguments: str, **changes: str) -> asyncio.subprocess.Process:
    """Its standard output has `shown`, `raised` and `dialog:; ADDRESS; ADDRESS` as they come."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _TELLS, "--state-dir", str(state_dir), *arguments),
        env={**os.environ, **changes},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )


async def said(process: asyncio.subprocess.Process) -> str:
    """Its next line; empty when it has ended."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().rstrip("\n")


async def listening(state_dir: Path) -> None:
    """Return as soon as somebody may be asked about this state folder."""
    await asyncio.to_thread(_look_for, state_dir / "control" / "socket")


def _look_for(place: Path) -> None:
    end = time.monotonic() + 60
    while not place.exists():
        assert time.monotonic() < end, f"nobody listens at {place}"
        time.sleep(0.01)
