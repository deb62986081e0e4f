"""Widths, order and visibility of the table's columns, and which give way in a narrow window."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QSettings
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from bitsgui.gui.delegates.cells import MARGIN
from bitsgui.gui.delegates.state_pill import pill_width
from bitsgui.gui.models.columns import GIVES_WAY, SPECS, Column, title
from bitsgui.gui.theme import STEP
from bitsgui.gui.windows.table_header import ARROW_ROOM

_NAME_MIN_CHARS: Final = 36


class ColumnLayout(QObject):
    """The name takes what the others leave; a hidden column is the person's wish, one given way is not."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._header = view.horizontalHeader()
        self._hidden: set[Column] = set()
        self._is_fitting = False
        self._header.setMinimumSectionSize(6 * MARGIN)
        self._header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self._widths: dict[Column, int] = {c: self._natural_width(c) for c in Column if c is not Column.NAME}
        for column, width in self._widths.items():
            self._header.resizeSection(column, width)
        self._header.sectionResized.connect(self._on_resized)
        view.viewport().installEventFilter(self)

    def fill(self, menu: QMenu) -> None:
        """A tick for each column but the name."""
        menu.clear()
        for column in self._widths:
            action = menu.addAction(title(column))
            action.setObjectName(f"column_{column.name.lower()}")
            action.setCheckable(True)
            action.setChecked(column not in self._hidden)
            action.toggled.connect(lambda shown, c=column: self.set_shown(c, shown))

    def show_menu(self, at: QPoint) -> None:
        """The menu at a point of the header."""
        menu = QMenu(self._view)
        self.fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._header.mapToGlobal(at))

    def set_shown(self, column: Column, shown: bool) -> None:
        """The person's wish."""
        (self._hidden.discard if shown else self._hidden.add)(column)
        self.fit()

    def fit(self) -> None:
        """Hide as many columns as the name needs room, in their order; show what has room again."""
        hidden = set(self._hidden)
        room = self._view.viewport().width() - self._name_min()
        for column in GIVES_WAY:
            if self._used(hidden) <= room:
                break
            hidden.add(column)
        for column in Column:
            if self._header.isSectionHidden(column) != (column in hidden):
                self._header.setSectionHidden(column, column in hidden)
        self._shrink_bar(room - self._used(hidden))

    def save(self, settings: QSettings) -> None:
        """Under columns/."""
        settings.setValue("columns/hidden", sorted(c.name.lower() for c in self._hidden))
        order = [Column(self._header.logicalIndex(i)).name.lower() for i in range(len(Column))]
        settings.setValue("columns/order", order)
        for column, width in self._widths.items():
            settings.setValue(f"columns/width_{column.name.lower()}", width)

    def restore(self, settings: QSettings) -> None:
        """What is missing or senseless stays as it is."""
        self._hidden = set(_columns(settings.value("columns/hidden"))) - {Column.NAME}
        order = _columns(settings.value("columns/order"))
        for place, column in enumerate(order):
            self._header.moveSection(self._header.visualIndex(column), place)
        for column in self._widths:
            width = settings.value(f"columns/width_{column.name.lower()}", type=int)
            if isinstance(width, int) and width > 0:
                self._widths[column] = width
                self._header.resizeSection(column, width)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self.fit()
        return False

    def _on_resized(self, section: int, _old: int, new: int) -> None:
        column = Column(section)
        if column in self._widths and new > 0 and not self._is_fitting:
            self._widths[column] = new

    def _shrink_bar(self, spare: int) -> None:
        """When no column is left to hide, the bar gives the name up to half of its own width."""
        wanted = self._widths[Column.PROGRESS]
        width = max(wanted // 2, wanted + min(0, spare))
        if self._header.sectionSize(Column.PROGRESS) != width:
            self._is_fitting = True
            self._header.resizeSection(Column.PROGRESS, width)
            self._is_fitting = False

    def _used(self, hidden: set[Column]) -> int:
        return sum(width for column, width in self._widths.items() if column not in hidden)

    def _name_min(self) -> int:
        return QFontMetrics(self._view.font()).averageCharWidth() * _NAME_MIN_CHARS

    def _natural_width(self, column: Column) -> int:
        """From the font and the language: the wider of title and content."""
        metrics = QFontMetrics(self._view.font())
        heading = metrics.horizontalAdvance(title(column)) + ARROW_ROOM
        return max(heading, self._content(metrics, column)) + 2 * MARGIN + STEP

    def _content(self, metrics: QFontMetrics, column: Column) -> int:
        sample = SPECS[column].sample()
        return pill_width(metrics, sample) if column is Column.STATE else metrics.horizontalAdvance(sample)


def _columns(stored: object) -> list[Column]:
    names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
    return [Column[name.upper()] for name in names if isinstance(name, str) and name.upper() in Column.__members__]
