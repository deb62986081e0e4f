"""The state as words in a tinted pill with an icon: never colour alone."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from bitsgui.gui.delegates.cells import CellDelegate, content_rect, mirrored, paint_text
from bitsgui.gui.models.cell_values import Role
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.resources import icon
from bitsgui.gui.texts.state_texts import look_of
from bitsgui.gui.theme import STEP, colours

_ICON = 14
_AROUND = _ICON + 6 * STEP
"""Pill without its text: margins, icon and the gap."""


def pill_width(metrics: QFontMetrics, text: str) -> int:
    """Room that the pill of a text takes."""
    return metrics.horizontalAdvance(text) + _AROUND


class StatePillDelegate(CellDelegate):
    """A pill as wide as its words."""

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: JobRow = index.data(Role.ROW)
        look, text = look_of(row.job), str(index.data())
        pill = _pill_rect(option, text)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colours(), look.soft)))
        painter.drawRoundedRect(QRectF(mirrored(option, pill)), pill.height() / 2, pill.height() / 2)
        at = QRect(pill.left() + 2 * STEP, pill.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        icon(look.icon, look.colour).paint(painter, mirrored(option, at))
        words = pill.adjusted(_ICON + 3 * STEP + 1, 0, -2 * STEP, 0)
        paint_text(painter, option, words, text, getattr(colours(), look.colour))

    def is_cut_off(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Always worth a tip where an error explains itself."""
        row: JobRow = index.data(Role.ROW)
        width = pill_width(QFontMetrics(option.font), str(index.data()))
        return row.job.error is not None or width > content_rect(option).width() + STEP


def _pill_rect(option: QStyleOptionViewItem, text: str) -> QRect:
    rect = content_rect(option)
    metrics = QFontMetrics(option.font)
    height = min(rect.height() - STEP, metrics.height() + 2 * STEP)
    width = min(pill_width(metrics, text), rect.width() + STEP)
    return QRect(rect.left() - STEP, rect.center().y() - height // 2 + 1, width, height)
