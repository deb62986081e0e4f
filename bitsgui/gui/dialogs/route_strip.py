"""The way of the bytes as four stops, the failing one marked by ring, cross and word."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bitsgui.gui import theme
from bitsgui.gui.resources import icon
from bitsgui.gui.texts.error_texts import side_text, translate
from bitsgui.model.diagnosis import Diagnosis, Side
from bitsgui.model.job import Job


class StopState(Enum):
    """What is known of a stop."""

    FAILED = auto()
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


_ICONS: Final = ("laptop", "web", "server", "application-cog-outline")
_COLOURS: Final = {
    StopState.FAILED: "error",
    StopState.FINE: "good",
    StopState.NOT_REACHED: "secondary",
    StopState.NOT_INVOLVED: "secondary",
    StopState.NOT_KNOWN: "secondary",
}
_FAILING: Final = {
    Side.THIS_COMPUTER: 0,
    Side.POLICY: 0,
    Side.NETWORK: 1,
    Side.PROXY: 1,
    Side.SERVER: 2,
    Side.LINK: 2,
    Side.SIGN_IN: 2,
    Side.FILE: 2,
    Side.SERVER_PROGRAM: 3,
}


def route(job: Job, diagnosis: Diagnosis) -> tuple[Stop, ...]:
    """The four stops of a download and what is known of each."""
    way = Side.PROXY if diagnosis.side is Side.PROXY else Side.NETWORK
    sides = (Side.THIS_COMPUTER, way, Side.SERVER, Side.SERVER_PROGRAM)
    states = _states(_FAILING.get(diagnosis.side), job.progress.bytes_transferred > 0)
    return tuple(
        Stop(side_text(side), _word(state, diagnosis.side), name, state)
        for side, name, state in zip(sides, _ICONS, states, strict=True)
    )


def _states(failing: int | None, bytes_came: bool) -> tuple[StopState, ...]:
    s = StopState
    after_computer = s.FINE if bytes_came else s.NOT_INVOLVED
    return {
        None: (s.NOT_KNOWN, s.NOT_KNOWN, s.NOT_KNOWN, s.NOT_INVOLVED),
        0: (s.FAILED, after_computer, after_computer, s.NOT_INVOLVED),
        1: (s.FINE, s.FAILED, s.NOT_REACHED, s.NOT_INVOLVED),
        2: (s.FINE, s.FINE, s.FAILED, s.NOT_INVOLVED),
        3: (s.FINE, s.FINE, s.FINE, s.FAILED),
    }[failing]


def _word(state: StopState, side: Side) -> str:
    if state is StopState.FAILED:
        return _failed_word(side)
    return {
        StopState.FINE: translate("RouteStrip", "fine"),
        StopState.NOT_REACHED: translate("RouteStrip", "not reached"),
        StopState.NOT_INVOLVED: translate("RouteStrip", "not involved"),
        StopState.NOT_KNOWN: translate("RouteStrip", "not known"),
    }[state]


def _failed_word(side: Side) -> str:
    words = {
        Side.POLICY: translate("RouteStrip", "a rule stops it"),
        Side.LINK: translate("RouteStrip", "the address failed"),
        Side.SIGN_IN: translate("RouteStrip", "wants a sign-in"),
        Side.FILE: translate("RouteStrip", "the file failed"),
    }
    return words.get(side, translate("RouteStrip", "failed here"))


class RouteStrip(QWidget):
    """Paints the stops side by side; reads them out as its accessible description."""

    RING: Final = 36
    BADGE: Final = 16
    ICON: Final = 20

    def __init__(self, stops: tuple[Stop, ...]) -> None:
        super().__init__()
        self._stops = stops
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(translate("RouteStrip", "Where it failed"))
        self.setAccessibleDescription(". ".join(f"{s.name}: {s.word}" for s in stops))

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
        failed = stop.state is StopState.FAILED
        colour = QColor(getattr(table, _COLOURS[stop.state]))
        painter.setPen(QPen(colour, 2 if failed else 1.5))
        painter.setBrush(QColor(table.error_soft if failed else table.background))
        painter.drawEllipse(centre, self.RING / 2, self.RING / 2)
        icon(stop.icon_name, _COLOURS[stop.state]).paint(painter, _square(centre, self.ICON))
        if failed:
            self._paint_badge(painter, centre)
        self._paint_words(painter, stop, centre, colour)

    def _paint_badge(self, painter: QPainter, centre: QPointF) -> None:
        table = theme.colours()
        offset = self.RING * 0.36
        middle = centre + QPointF(offset, -offset)
        painter.setPen(QPen(QColor(table.background), 2))
        painter.setBrush(QColor(table.error))
        painter.drawEllipse(middle, self.BADGE / 2, self.BADGE / 2)
        icon("close-thick", "background").paint(painter, _square(middle, self.BADGE - 6))

    def _paint_words(self, painter: QPainter, stop: Stop, centre: QPointF, colour: QColor) -> None:
        failed = stop.state is StopState.FAILED
        faint = stop.state in (StopState.NOT_INVOLVED, StopState.NOT_REACHED, StopState.NOT_KNOWN)
        top = centre.y() + self.RING / 2 + 1.5 * theme.STEP
        self._paint_text(painter, stop.name, centre.x(), top, self._font(bold=failed), colour if faint else None)
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
        return max(metrics.horizontalAdvance(text) for text in texts) + 4 * theme.STEP


def _square(centre: QPointF, size: int) -> QRect:
    return QRect(round(centre.x() - size / 2), round(centre.y() - size / 2), size, size)
