"""The speed of the last five minutes, painted by us; knows samples, no jobs."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from bitsgui.gui.models.rate_history import SPAN_S
from bitsgui.gui.texts.formats import format_duration, format_rate
from bitsgui.gui.theme import STEP, colours

Samples = Sequence[tuple[float, float]]

_LINES: Final = 3


class SpeedGraph(QWidget):
    """Filled curve over hairlines, from the left (five minutes ago) to the right (now)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("speed_graph")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._samples: Samples = ()
        self._now = -math.inf
        self.show_samples((), 0.0)

    def show_samples(self, samples: Samples, now: float) -> None:
        """Samples are (seconds, bytes a second); `now` is the right edge. Paints when it is worth it."""
        if samples == self._samples and now < self._now + 1:
            return
        self._samples, self._now = samples, now
        rate = samples[-1][1] if samples else 0.0
        top = max((r for _, r in samples), default=0.0)
        words = self.tr("Speed of the last five minutes: now {now}, at most {top}")
        self.setAccessibleName(words.format(now=format_rate(rate), top=format_rate(top)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80 * STEP, 40 * STEP)

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * STEP, 20 * STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height() + STEP
        area = self.rect().adjusted(0, line, 0, -line)
        top = _round_up(max((rate for _, rate in self._samples), default=0.0))
        _paint_lines(painter, area)
        if len(self._samples) > 1:
            self._paint_curve(painter, area, top)
        self._paint_words(painter, top)

    def _paint_curve(self, painter: QPainter, area: QRect, top: float) -> None:
        points = [self._point(area, top, sample) for sample in self._samples]
        curve = QPainterPath()
        curve.addPolygon(QPolygonF(points))
        painter.fillPath(_closed(curve, points, area), _fading(area))
        painter.setPen(QPen(QColor(colours().accent), 2))
        painter.drawPath(curve)

    def _point(self, area: QRect, top: float, sample: tuple[float, float]) -> QPointF:
        seconds, rate = sample
        x = area.right() - (self._now - seconds) / SPAN_S * area.width()
        return QPointF(x, area.bottom() - rate / top * (area.height() - 2))

    def _paint_words(self, painter: QPainter, top: float) -> None:
        painter.setPen(QColor(colours().secondary))
        rect = self.rect()
        high, low = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if self._samples:
            painter.drawText(rect, high | left, format_rate(top))
        ago = self.tr("%1 ago").replace("%1", format_duration(SPAN_S))
        painter.drawText(rect, low | left, ago)
        painter.drawText(rect, low | right, self.tr("now"))


def _paint_lines(painter: QPainter, area: QRect) -> None:
    for number in range(_LINES + 1):
        y = area.top() + round(number * area.height() / _LINES)
        painter.fillRect(area.left(), y, area.width(), 1, QColor(colours().line))


def _closed(curve: QPainterPath, points: Sequence[QPointF], area: QRect) -> QPainterPath:
    path = QPainterPath(curve)
    path.lineTo(points[-1].x(), area.bottom())
    path.lineTo(points[0].x(), area.bottom())
    path.closeSubpath()
    return path


def _fading(area: QRect) -> QLinearGradient:
    gradient = QLinearGradient(QRectF(area).topLeft(), QRectF(area).bottomLeft())
    for at, alpha in ((0.0, 0.30), (1.0, 0.04)):
        colour = QColor(colours().accent)
        colour.setAlphaF(alpha)
        gradient.setColorAt(at, colour)
    return gradient


def _round_up(rate: float) -> float:
    """The next 1, 2 or 5 times a power of ten, so that the scale does not twitch."""
    if rate <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rate))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= rate * 0.999)
