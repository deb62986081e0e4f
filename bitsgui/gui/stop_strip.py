"""A way as stops side by side: each with an icon, a name and a word; a state is told by shape as well as colour.

Knows stops, no jobs.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bitsgui.gui import theme
from bitsgui.gui.resources import icon


class StopState(Enum):
    """What is known of a stop."""

    FAILED = auto()
    CURRENT = auto()
    DONE = auto()
    FINE = auto()
    NOT_REACHED = auto()
    NOT_INVOLVED = auto()
    NOT_KNOWN = auto()


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop as it is drawn."""

    name: str
    word: str
    icon_name: str
    state: StopState


_COLOURS: Final = {
    StopState.FAILED: "error",
    StopState.CURRENT: "accent",
    StopState.DONE: "good",
    StopState.FINE: "good",
    StopState.NOT_REACHED: "secondary",
    StopState.NOT_INVOLVED: "secondary",
    StopState.NOT_KNOWN: "secondary",
}
_BADGES: Final = {StopState.FAILED: "close-thick", StopState.DONE: "check"}
_TINTS: Final = {StopState.FAILED: "error_soft", StopState.CURRENT: "accent_soft"}
_EMPHASIZED: Final = frozenset({StopState.FAILED, StopState.CURRENT})
_FAINT: Final = frozenset({StopState.NOT_INVOLVED, StopState.NOT_REACHED, StopState.NOT_KNOWN})


class StopStrip(QWidget):
    """Paints the stops side by side; reads them out as its accessible description."""

    RING: Final = 36
    BADGE: Final = 16
    ICON: Final = 20

    def __init__(self, name: str, stops: tuple[Stop, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self._stops: tuple[Stop, ...] = ()
        self.show_stops(stops)

    def show_stops(self, stops: tuple[Stop, ...]) -> None:
        """Other stops, or the same ones in another state."""
        if stops == self._stops:
            return
        is_wider = len(stops) != len(self._stops)
        self._stops = stops
        self.setAccessibleDescription(". ".join(f"{s.name}: {s.word}" for s in stops))
        if is_wider:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        lines = 2 * self._line_height() + 3 * theme.STEP
        return QSize(len(self._stops) * self._widest(), self.RING + self.BADGE // 2 + lines)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter)
        for number, stop in enumerate(self._stops):
            self._paint_stop(painter, stop, self._centre(number))

    def _paint_line(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme.colours().line), 2))
        reach = self.RING / 2 + 2 * theme.STEP
        for number in range(len(self._stops) - 1):
            left, right = sorted((self._centre(number).x(), self._centre(number + 1).x()))
            y = self._centre(number).y()
            painter.drawLine(QPointF(left + reach, y), QPointF(right - reach, y))

    def _paint_stop(self, painter: QPainter, stop: Stop, centre: QPointF) -> None:
        table = theme.colours()
        colour = QColor(getattr(table, _COLOURS[stop.state]))
        painter.setPen(QPen(colour, 2.5 if stop.state in _EMPHASIZED else 1.5))
        painter.setBrush(QColor(getattr(table, _TINTS.get(stop.state, "background"))))
        painter.drawEllipse(centre, self.RING / 2, self.RING / 2)
        icon(stop.icon_name, _COLOURS[stop.state]).paint(painter, _square(centre, self.ICON))
        if stop.state in _BADGES:
            self._paint_badge(painter, centre, stop.state)
        self._paint_words(painter, stop, centre, colour)

    def _paint_badge(self, painter: QPainter, centre: QPointF, state: StopState) -> None:
        table = theme.colours()
        offset = self.RING * 0.36
        middle = centre + QPointF(offset, -offset)
        painter.setPen(QPen(QColor(table.background), 2))
        painter.setBrush(QColor(getattr(table, _COLOURS[state])))
        painter.drawEllipse(middle, self.BADGE / 2, self.BADGE / 2)
        icon(_BADGES[state], "background").paint(painter, _square(middle, self.BADGE - 6))

    def _paint_words(self, painter: QPainter, stop: Stop, centre: QPointF, colour: QColor) -> None:
        font = self._font(bold=stop.state in _EMPHASIZED)
        faint = stop.state in _FAINT
        top = centre.y() + self.RING / 2 + 1.5 * theme.STEP
        self._paint_text(painter, stop.name, centre.x(), top, font, colour if faint else None)
        below = top + self._line_height()
        self._paint_text(painter, stop.word, centre.x(), below, self._font(small=True), colour)

    def _paint_text(self, painter: QPainter, text: str, x: float, y: float, font: QFont, colour: QColor | None) -> None:
        width = self.width() / len(self._stops) - 2 * theme.STEP
        painter.setFont(font)
        painter.setPen(colour or QColor(theme.colours().text))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(width))
        box = QRectF(x - width / 2, y, width, self._line_height())
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, shown)

    def _centre(self, number: int) -> QPointF:
        column = len(self._stops) - 1 - number if self.isRightToLeft() else number
        width = self.width() / len(self._stops)
        return QPointF((column + 0.5) * width, self.RING / 2 + self.BADGE / 4 + 1)

    def _font(self, *, bold: bool = False, small: bool = False) -> QFont:
        font = self.font()
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        if small:
            font.setPointSizeF(font.pointSizeF() * 0.9)
        return font

    def _line_height(self) -> int:
        return self.fontMetrics().height() + 2

    def _widest(self) -> int:
        metrics = QFontMetrics(self._font(bold=True))
        texts = [text for stop in self._stops for text in (stop.name, stop.word)]
        return max((metrics.horizontalAdvance(text) for text in texts), default=0) + 4 * theme.STEP


def _square(centre: QPointF, size: int) -> QRect:
    return QRect(round(centre.x() - size / 2), round(centre.y() - size / 2), size, size)
