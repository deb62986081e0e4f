"""The tray's icon by state: our own pictures, with the overall progress drawn on; knows no job."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from bitsgui.gui.resource_files import resource

_SIZES: Final = (16, 22, 24, 32, 44, 48, 64)
"""What panels ask for, at 1x and 2x."""
_UNIT: Final = 22
"""The side of the pictures, in their own units."""
_BAR: Final = QRectF(4, 16, 14, 2)
PROGRESS_STEPS: Final = 28
"""Half a unit each: no panel shows more, and the icon changes no oftener."""


@dataclass(frozen=True, slots=True)
class TrayLook:
    """`steps` of progress, None without a bar."""

    is_transferring: bool = False
    needs_you: bool = False
    steps: int | None = None


def look(*, is_transferring: bool, needs_you: bool, fraction: float | None) -> TrayLook:
    """What can be told apart on a panel."""
    steps = None if fraction is None or not is_transferring else math.floor(fraction * PROGRESS_STEPS)
    return TrayLook(is_transferring, needs_you, steps)


@lru_cache(maxsize=64)
def tray_icon(wanted: TrayLook) -> QIcon:
    """The icon in every size."""
    icon = QIcon()
    for side in _SIZES:
        icon.addPixmap(_pixmap(wanted, side))
    return icon


def _pixmap(wanted: TrayLook, side: int) -> QPixmap:
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side / _UNIT, side / _UNIT)
    _draw(painter, "tray-transferring.svg" if wanted.is_transferring else "tray-idle.svg")
    if wanted.steps is not None:
        done = QRectF(_BAR)
        done.setWidth(_BAR.width() * wanted.steps / PROGRESS_STEPS)
        painter.fillRect(done, QColor("white"))
    if wanted.needs_you:
        _draw(painter, "tray-attention.svg")
    painter.end()
    return pixmap


def _draw(painter: QPainter, name: str) -> None:
    QSvgRenderer(str(resource("icons", name))).render(painter, QRectF(0, 0, _UNIT, _UNIT))
