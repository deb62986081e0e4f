"""Composition root of the window: builds the layers, owns the loop, starts and ends them in order."""

import asyncio
import contextlib
import gc
import os
import signal
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QMessageBox

from bitsgui import __version__
from bitsgui.gui.application import Application
from bitsgui.gui.i18n import install_language
from bitsgui.gui.loop import WindowLoop
from bitsgui.gui.network import NetworkWatch
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.resources import icon
from bitsgui.gui.theme import apply_theme
from bitsgui.gui.windows.background import Background
from bitsgui.gui.windows.main_window import MainWindow
from bitsgui.gui.windows.raising import raise_window
from bitsgui.model.limits import Policy
from bitsgui.remote.client import UnansweredError
from bitsgui.remote.messages import Role, Show
from bitsgui.remote.ownership import window_queue
from bitsgui.remote.server import answering
from bitsgui.service.manager import JobManager, StateLockedError
from bitsgui.service.pause_all import PauseAll
from bitsgui.service.process import allow_many_files
from bitsgui.store.migrations import TooNewError
from bitsgui.store.settings import load_settings

_NO_DISPLAY: Final = (
    "bitsgui: there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
    "Start it from a desktop session, or give it a virtual one:  xvfb-run -a bitsgui\n"
    "To download without a window:  bitsgui get URL, or bitsgui service\n"
)
_JUST_OPEN: Final = Show()
_SETTINGS_FILE: Final = "window.ini"
_FIRST_PAINT_S: Final = 0.2
"""What the window gets for itself before the queue begins, which wants the processor, too."""
_QUIT_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def run_window(state_dir: Path, show: Show = _JUST_OPEN, *, demo: bool = False) -> int:
    """Show the window on a state folder until the person quits, and return the exit status.

    Raises WindowRunsError if another one has the queue by now and was shown in its place.
    `demo` uses a throw-away folder in place of `state_dir`, with a server on loopback; `show`: what it begins with.
    """
    if not _has_display():
        sys.stderr.write(_NO_DISPLAY)
        return 1
    allow_many_files()
    app = _dressed()
    with asyncio.Runner(loop_factory=lambda: WindowLoop(app)) as runner:
        if not demo:
            return runner.run(_main(state_dir, show, None))
        with tempfile.TemporaryDirectory(prefix="bitsgui-demo-") as folder:
            downloads = Path(folder) / "Downloads"
            downloads.mkdir()
            return runner.run(_main(Path(folder) / "state", show, downloads))


def _has_display() -> bool:
    """Only X11 and Wayland can lack one; without it Qt would abort the process."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in named)


def _dressed() -> Application:
    app = Application(sys.argv[:1])
    app.setApplicationName("bitsgui")
    app.setApplicationDisplayName("bitsgui")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("bitsgui")
    # The last window closing ends `_main`, which still has the queue to close.
    app.setQuitOnLastWindowClosed(False)
    install_language(app)
    apply_theme(app)
    app.setWindowIcon(icon("bitsgui.svg"))
    return app


async def _main(state_dir: Path, show: Show, demo_folder: Path | None) -> int:
    gc.disable()  # what is loaded stays: nothing to collect before the window is there
    async with contextlib.AsyncExitStack() as stack:
        try:
            wishes = await asyncio.to_thread(load_settings, state_dir)
            opening = partial(JobManager.open, state_dir, policy=wishes.policy(Policy()), shares_loop=True)
            manager = await stack.enter_async_context(window_queue(state_dir, opening, show))
        except (StateLockedError, UnansweredError, TooNewError, OSError, sqlite3.Error) as error:
            await _say_why_not(error)
            return 1
        settings = QSettings(str(state_dir / _SETTINGS_FILE), QSettings.Format.IniFormat)
        preferences = Preferences(state_dir, wishes, manager)
        async with _demo(manager, preferences, demo_folder):
            await _show_window(manager, settings, preferences, state_dir, show)
    return 0


async def _show_window(
    manager: JobManager, settings: QSettings, preferences: Preferences, state_dir: Path, show: Show
) -> None:
    """Until the person quits, the session ends or the process is asked to end."""
    ended = asyncio.Event()
    window = MainWindow(manager, settings, preferences)
    pausing = await PauseAll.open(manager, state_dir)
    background = Background(manager, window, preferences, pausing)
    background.left.connect(ended.set)
    NetworkWatch(manager.network_is_back, parent=window)
    with _quit_signals(ended):
        async with answering(manager, Role.WINDOW, state_dir, on_show=partial(_raise, window)):
            await _first_paint(window, show, ended)
            manager.set_notify_interface(window.errors)
            if show.paste:  # only now: Wayland shows the clipboard to the window that has the focus
                window.commands.paste()
            await manager.begin()
            # The queue lives as long as the process: 10,000 jobs need not be walked by every full collection.
            gc.freeze()
            gc.enable()
            await ended.wait()
    manager.set_notify_interface(None)
    window.save()
    window.hide()
    await background.aclose()
    await pausing.aclose()
    await window.aclose()
    window.deleteLater()


async def _first_paint(window: MainWindow, show: Show, ended: asyncio.Event) -> None:
    """Show it and leave it the processor for a moment."""
    if not show.hidden:
        window.errors.leave_to_banner()
        window.show()
    if show.urls or show.new:
        window.commands.new_download(show.urls)
    await asyncio.wait([asyncio.create_task(ended.wait())], timeout=_FIRST_PAINT_S)


def _raise(window: MainWindow, show: Show) -> None:
    """What a second start asks of the window of the first."""
    if not show.hidden:
        # Not on the stack of the coroutine that was asked.
        QTimer.singleShot(0, window, partial(raise_window, window, show.activation_token))
    if show.urls or show.new:
        window.commands.new_download(show.urls)
    if show.paste:
        QTimer.singleShot(int(_FIRST_PAINT_S * 1000), window, window.commands.paste)


@contextlib.asynccontextmanager
async def _demo(manager: JobManager, preferences: Preferences, folder: Path | None) -> AsyncIterator[None]:
    """The demo's server and jobs around the window; nothing without a folder."""
    if folder is None:
        yield
        return
    # Only the demo pays for the server's 10 MB.
    from bitsgui.server.demo import start_demo

    # Of the demo everything is thrown away: nothing to ask about.
    preferences.are_lasting = False
    await preferences.change(download_folder=str(folder), asks_before_loss=False)
    server = await start_demo(manager, folder)
    try:
        yield
    finally:
        await server.aclose()


@contextlib.contextmanager
def _quit_signals(ended: asyncio.Event) -> Iterator[None]:
    """Ctrl+C and a polite kill end the program as closing the window does."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":  # no signal handlers on a Windows loop, and no polite kill either
        before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(ended.set))
        yield
        signal.signal(signal.SIGINT, before)
        return
    for number in _QUIT_SIGNALS:
        loop.add_signal_handler(number, ended.set)
    try:
        yield
    finally:
        for number in _QUIT_SIGNALS:
            loop.remove_signal_handler(number)


async def _say_why_not(error: Exception) -> None:
    """On stderr for a terminal, and in a box for a desktop."""
    closed = asyncio.Event()
    box = QMessageBox(QMessageBox.Icon.Warning, "bitsgui", str(error))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.finished.connect(closed.set)
    with _quit_signals(closed):
        sys.stderr.write(f"bitsgui: {error}\n")
        box.open()
        await closed.wait()
