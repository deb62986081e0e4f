"""Icons that ship with the program, in the colours of the scheme in force; knows nothing of jobs and windows."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from bitsgui.gui import theme
from bitsgui.gui.resource_files import resource

_OWN_SUFFIX: Final = ".svg"


def icon(name: str, colour: str | None = None) -> QIcon:
    """A Material Design icon ("play"), or one of our own ("bitsgui.svg").

    `colour` is a field of `theme.Colours` or a hex value, None the text colour. The icon paints itself in the
    colours of the scheme in force, so nobody has to set it anew when the scheme changes.
    """
    if name.endswith(_OWN_SUFFIX):
        return QIcon(str(resource("icons", name)))
    return QIcon(_ThemedEngine(name, colour or "text"))


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, width: int, height: int, ratio: float) -> QPixmap:
    """Painted once: an SVG costs a fifth of a millisecond, and a table shows one or two a row."""
    pixmap = QPixmap(QSize(width, height) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(width, height)
    _renderer(name, colour).render(painter, QRectF((width - side) / 2, (height - side) / 2, side, side))
    painter.end()
    return pixmap


def _renderer(name: str, colour: str) -> QSvgRenderer:
    # The set's files have one path each and no colour of their own.
    svg = resource("icons", "mdi", f"{name}.svg").read_bytes()
    return QSvgRenderer(QByteArray(svg.replace(b"<path ", f'<path fill="{colour}" '.encode())))


class _ThemedEngine(QIconEngine):
    """Looks its colour up whenever it paints."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colour = "control_line" if mode is QIcon.Mode.Disabled else self._colour
        hex_value = str(getattr(theme.colours(), colour, colour))
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, _pixmap(self._name, hex_value, rect.width(), rect.height(), ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(pixmap.rect()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _ThemedEngine(self._name, self._colour)
