"""What all painted cells share: background, hairline, text that elides, and mirroring for right-to-left."""

from functools import lru_cache

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from bitsgui.gui.theme import STEP, colours

MARGIN = 2 * STEP
_SELECTED = QStyle.StateFlag.State_Selected
_RIGHT = Qt.TextElideMode.ElideRight


class CellDelegate(QStyledItemDelegate):
    """Paints the row's background; a subclass paints what is in it."""

    align = Qt.AlignmentFlag.AlignVCenter

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, option)
        self.paint_content(painter, option, index)
        painter.restore()

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One line of text."""
        text = str(index.data() or "")
        if text:
            paint_text(painter, option, content_rect(option), text, self.text_colour(), self.align)

    def text_colour(self) -> str:
        """The colour of a plain cell."""
        return colours().text

    def is_cut_off(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the cell could not show its whole text."""
        metrics = QFontMetrics(option.font)
        return metrics.horizontalAdvance(str(index.data() or "")) > content_rect(option).width()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """A tool tip only where something could not be read."""
        if event.type() is QEvent.Type.ToolTip and not self.is_cut_off(option, index):
            QToolTip.hideText()
            return True
        return super().helpEvent(event, view, option, index)


class NumberDelegate(CellDelegate):
    """A plain cell, right-aligned."""

    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class SecondaryDelegate(CellDelegate):
    """A plain cell that stands back."""

    def text_colour(self) -> str:
        return colours().secondary


def paint_background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Selection, and the hairline below every row."""
    table = colours()
    rect: QRect = option.rect
    if option.state & _SELECTED:
        painter.fillRect(rect, brush_colour(table.accent_soft))
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, brush_colour(table.line))


@lru_cache
def brush_colour(hex_value: str) -> QColor:
    """Parsed once: a cell asks for two or three."""
    return QColor(hex_value)


def content_rect(option: QStyleOptionViewItem) -> QRect:
    """The cell without its margins."""
    rect: QRect = option.rect
    return rect.adjusted(MARGIN, 0, -MARGIN, -1)


def mirrored(option: QStyleOptionViewItem, rect: QRect) -> QRect:
    """The rectangle as the reading direction places it."""
    return QStyle.visualRect(option.direction, option.rect, rect)


def paint_text(
    painter: QPainter,
    option: QStyleOptionViewItem,
    rect: QRect,
    text: str,
    colour: str,
    align: Qt.AlignmentFlag = CellDelegate.align,
    font: QFont | None = None,
    elide: Qt.TextElideMode = _RIGHT,
) -> None:
    """Plain text in a rectangle given for left-to-right; what does not fit is elided."""
    painter.setFont(font or option.font)
    painter.setPen(brush_colour(colour))
    short = painter.fontMetrics().elidedText(text.replace("\n", " "), elide, rect.width() + 1)
    painter.drawText(mirrored(option, rect), _flags(option.direction, align), short)


@lru_cache
def _flags(direction: Qt.LayoutDirection, align: Qt.AlignmentFlag) -> int:
    """PySide's flags are Python enums: joining them anew for each cell costs more than drawing it."""
    return int((QStyle.visualAlignment(direction, align)).value | Qt.TextFlag.TextSingleLine.value)


def is_compact(option: QStyleOptionViewItem) -> bool:
    """Too low for two lines."""
    return bool(option.rect.height() < 2 * QFontMetrics(option.font).height() + STEP)


def bold(font: QFont) -> QFont:
    """The same font, demi-bold."""
    result = QFont(font)
    result.setWeight(QFont.Weight.DemiBold)
    return result
