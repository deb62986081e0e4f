"""The head of the job table: the sort arrow stands beside its word, not at the far end of the column."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QStyle, QWidget

from bitsgui.gui.delegates.cells import MARGIN
from bitsgui.gui.theme import STEP, changes, colours

_ARROW: Final = 7
ARROW_ROOM: Final = _ARROW + STEP + 2
"""What the arrow takes beside the word, pixels."""


class TableHeader(QHeaderView):
    """Flat words over a hairline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        changes.scheme_changed.connect(self.viewport().update)

    def dataChanged(
        self,
        topLeft: QModelIndex | QPersistentModelIndex,
        bottomRight: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Nothing: the titles do not depend on the cells, and Qt would paint them anew at every flush."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + 4 * STEP)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, QColor(colours().background))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(colours().line))
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        room = rect.adjusted(MARGIN, 0, -MARGIN, 0)
        word = self._paint_word(painter, room, logicalIndex, ARROW_ROOM if is_sorted else 0)
        if is_sorted:
            self._paint_arrow(painter, word, self._is_right_aligned(logicalIndex))
        painter.restore()

    def _paint_word(self, painter: QPainter, room: QRect, section: int, arrow: int) -> QRect:
        """Paint the title and return where it went."""
        title = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        metrics = self.fontMetrics()
        text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room.width() - arrow + 1)
        side = Qt.AlignmentFlag.AlignRight if self._is_right_aligned(section) else Qt.AlignmentFlag.AlignLeft
        size = QSize(metrics.horizontalAdvance(text) + 1, metrics.height())
        align = side | Qt.AlignmentFlag.AlignVCenter
        word = QStyle.alignedRect(self.layoutDirection(), align, size, room)
        painter.setPen(QColor(colours().text if arrow else colours().secondary))
        painter.drawText(word, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        return word

    def _paint_arrow(self, painter: QPainter, word: QRect, before: bool) -> None:
        """A small triangle that points to where the values grow less."""
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = word.left() - STEP - _ARROW if before != mirrored else word.right() + STEP
        ascending = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        middle = QPointF(left + _ARROW / 2, word.center().y() + 1)
        tip = -2 if ascending else 2
        corners = [
            QPointF(middle.x() - _ARROW / 2, middle.y() - tip),
            QPointF(middle.x() + _ARROW / 2, middle.y() - tip),
            QPointF(middle.x(), middle.y() + tip),
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().text))
        painter.drawPolygon(QPolygonF(corners))

    def _is_right_aligned(self, section: int) -> bool:
        align = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        return bool(align & Qt.AlignmentFlag.AlignRight)
