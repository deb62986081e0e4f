"""The side bar: groups of jobs with their counts; knows counts, no jobs."""

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bitsgui.gui.delegates.cells import bold, mirrored, paint_text
from bitsgui.gui.models.job_table import AnyIndex
from bitsgui.gui.models.state_groups import StateGroup
from bitsgui.gui.resources import icon
from bitsgui.gui.texts.state_texts import group_look
from bitsgui.gui.theme import STEP, changes, colours

_GROUPS: Final = tuple(StateGroup)
_ICON: Final = 18
_COUNT: Final = Qt.ItemDataRole.UserRole + 1


class GroupModel(QAbstractListModel):
    """One row a group; `_COUNT` is its number of jobs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[StateGroup, int] = dict.fromkeys(_GROUPS, 0)

    def set_counts(self, counts: Mapping[StateGroup, int]) -> None:
        """ALL is the sum of the queue."""
        fresh = {group: counts.get(group, 0) for group in _GROUPS}
        fresh[StateGroup.ALL] = sum(n for group, n in fresh.items() if group is not StateGroup.HISTORY)
        if fresh != self._counts:
            self._counts = fresh
            self.dataChanged.emit(self.index(0), self.index(len(_GROUPS) - 1))

    def count(self, group: StateGroup) -> int:
        """Jobs in the group."""
        return self._counts[group]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(_GROUPS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        group = _GROUPS[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return group_look(group).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            number = QCoreApplication.translate("FilterBar", "%n job(s)", "", self._counts[group])
            return f"{group_look(group).text}, {number}"
        return self._counts[group] if role == _COUNT else None


class FilterBar(QListView):
    """Signal: `group_chosen` carries the StateGroup."""

    group_chosen = Signal(StateGroup)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("groups")
        self.setAccessibleName(self.tr("Groups of jobs"))
        self.setProperty("role", "side")
        self.groups = GroupModel(self)
        self.setModel(self.groups)
        self.setItemDelegate(_GroupDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMinimumWidth(_least_width(QFontMetrics(self.font())))
        self.selectionModel().currentChanged.connect(lambda now, _: self._tell(now))
        for number, group in enumerate(_GROUPS, start=1):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self, lambda g=group: self.choose(g))
        changes.scheme_changed.connect(self.viewport().update)

    def group(self) -> StateGroup:
        """The chosen one."""
        index = self.currentIndex()
        return _GROUPS[index.row()] if index.isValid() else StateGroup.ALL

    def choose(self, group: StateGroup) -> None:
        """As if it were clicked."""
        self.setCurrentIndex(self.groups.index(_GROUPS.index(group)))

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth() + 8 * STEP, super().sizeHint().height())

    def _tell(self, now: QModelIndex) -> None:
        if now.isValid():
            self.group_chosen.emit(_GROUPS[now.row()])


def _least_width(metrics: QFontMetrics) -> int:
    words = max(metrics.horizontalAdvance(group_look(group).text) for group in _GROUPS)
    return words + metrics.horizontalAdvance("10000") + _ICON + 14 * STEP


class _GroupDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, QFontMetrics(option.font).height() + 6 * STEP)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_group(painter, option, _GROUPS[index.row()], index.data(_COUNT))
        painter.restore()


def _paint_group(painter: QPainter, option: QStyleOptionViewItem, group: StateGroup, count: int) -> None:
    table, look = colours(), group_look(group)
    box: QRect = option.rect.adjusted(2 * STEP, 1, -2 * STEP, -1)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    if selected or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(table.accent_soft if selected else table.hover))
        painter.drawRoundedRect(QRectF(box), 6, 6)
    at = QRect(box.left() + 3 * STEP, box.center().y() - _ICON // 2 + 1, _ICON, _ICON)
    icon(look.icon, look.colour).paint(painter, mirrored(option, at))
    urgent = group is StateGroup.NEEDS_YOU and count > 0
    words = box.adjusted(_ICON + 6 * STEP, 0, -2 * STEP, 0)
    room = QFontMetrics(option.font).horizontalAdvance(str(count)) + 2 * STEP
    font = bold(option.font) if urgent else option.font
    paint_text(painter, option, words.adjusted(0, 0, -room, 0), look.text, table.text, font=font)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    paint_text(painter, option, words, str(count), table.error if urgent else table.secondary, right, font)
