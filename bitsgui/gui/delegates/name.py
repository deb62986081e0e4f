"""The name cell: an icon, the name, and below it the host and the kind."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from bitsgui.gui.delegates.cells import CellDelegate, bold, content_rect, is_compact, mirrored, paint_text
from bitsgui.gui.models.cell_values import Role
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.resources import icon
from bitsgui.gui.texts.state_texts import subtitle
from bitsgui.gui.theme import STEP, colours
from bitsgui.model.enums import JobType

_ICON = 20
_MIDDLE = Qt.TextElideMode.ElideMiddle


class NameDelegate(CellDelegate):
    """Two lines at full height, one in the compact mode."""

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: JobRow = index.data(Role.ROW)
        rect = content_rect(option)
        at = QRect(rect.left() + STEP, rect.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        icon(_icon_name(row), "secondary").paint(painter, mirrored(option, at))
        paint = _paint_one_line if is_compact(option) else _paint_two_lines
        paint(painter, option, _text_rect(rect), row)

    def is_cut_off(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> bool:
        row: JobRow = index.data(Role.ROW)
        room = _text_rect(content_rect(option)).width()
        name = QFontMetrics(bold(option.font)).horizontalAdvance(row.job.settings.display_name)
        return max(name, QFontMetrics(option.font).horizontalAdvance(subtitle(row.job))) > room


def _text_rect(rect: QRect) -> QRect:
    return rect.adjusted(_ICON + 4 * STEP, 0, 0, 0)


def _icon_name(row: JobRow) -> str:
    if row.job.type is not JobType.DOWNLOAD:
        return "tray-arrow-up"
    return "file-outline" if len(row.job.files) == 1 else "file-multiple-outline"


def _paint_two_lines(painter: QPainter, option: QStyleOptionViewItem, rect: QRect, row: JobRow) -> None:
    height = QFontMetrics(option.font).height()
    top = rect.center().y() - height
    first = QRect(rect.left(), top, rect.width(), height)
    paint_text(
        painter, option, first, row.job.settings.display_name, colours().text, font=bold(option.font), elide=_MIDDLE
    )
    second = first.translated(0, height + 1)
    paint_text(painter, option, second, subtitle(row.job), colours().secondary)


def _paint_one_line(painter: QPainter, option: QStyleOptionViewItem, rect: QRect, row: JobRow) -> None:
    name = row.job.settings.display_name
    paint_text(painter, option, rect, name, colours().text, font=bold(option.font), elide=_MIDDLE)
    used = QFontMetrics(bold(option.font)).horizontalAdvance(name) + 3 * STEP
    rest = rect.adjusted(used, 0, 0, 0)
    if rest.width() > 10 * STEP:
        paint_text(painter, option, rest, subtitle(row.job), colours().secondary)
