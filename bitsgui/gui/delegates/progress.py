"""A thin flat bar with the percent beside it; an unknown total shows the bytes and a dotted bar."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from bitsgui.gui.delegates.cells import CellDelegate, brush_colour, content_rect, mirrored, paint_text
from bitsgui.gui.models.cell_values import Role
from bitsgui.gui.texts.formats import format_percent
from bitsgui.gui.theme import STEP, colours

_BAR = 8
_DOTS = 7


class ProgressDelegate(CellDelegate):
    """Reads `fraction` and `colour` of the row behind Role.ROW, and the words of the DisplayRole."""

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row, text = index.data(Role.ROW), str(index.data() or "")
        rect = content_rect(option)
        words = _text_width(option, text)
        bar = QRect(rect.left(), rect.center().y() - _BAR // 2 + 1, rect.width() - words - 2 * STEP, _BAR)
        if bar.width() >= 6 * STEP:
            _paint_bar(painter, option, bar, row.fraction, getattr(colours(), row.bar_colour))
        else:
            words = rect.width()
        beside = QRect(rect.right() - words + 1, rect.top(), words, rect.height())
        paint_text(painter, option, beside, text, colours().secondary)


def _text_width(option: QStyleOptionViewItem, text: str) -> int:
    metrics = QFontMetrics(option.font)
    return max(metrics.horizontalAdvance(format_percent(1.0)), metrics.horizontalAdvance(text)) + 1


def _paint_bar(
    painter: QPainter, option: QStyleOptionViewItem, bar: QRect, fraction: float | None, colour: str
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if fraction is None:
        _paint_dots(painter, option, bar, colour)
        return
    _rounded(painter, mirrored(option, bar), colours().line)
    if fraction > 0:
        done = QRect(bar.left(), bar.top(), max(_BAR, round(bar.width() * fraction)), _BAR)
        _rounded(painter, mirrored(option, done), colour)


def _paint_dots(painter: QPainter, option: QStyleOptionViewItem, bar: QRect, colour: str) -> None:
    """No end is known, so nothing that looks like a part of a whole."""
    step = bar.width() / _DOTS
    size = _BAR // 2
    for number in range(_DOTS):
        at = QRect(bar.left() + round(number * step), bar.top() + size // 2, size, size)
        _rounded(painter, mirrored(option, at), colour)


def _rounded(painter: QPainter, rect: QRect, colour: str) -> None:
    painter.setBrush(brush_colour(colour))
    painter.drawRoundedRect(QRectF(rect), rect.height() / 2, rect.height() / 2)
