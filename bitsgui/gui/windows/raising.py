"""Brings a window to the front for another process, with the desktop's leave where it gives one."""

import os
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

_ACTIVATION_TOKEN: Final = "XDG_ACTIVATION_TOKEN"


def raise_window(window: QWidget, token: str = "") -> None:
    """Show the window, not minimised, above the others. `token`: of the start that asks for it, empty = none."""
    if token:
        # Qt's Wayland plug-in takes it from here with the next activation.
        os.environ[_ACTIVATION_TOKEN] = token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
