"""The main menu and the context menu of the table, made of the one table of actions."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from bitsgui.gui.texts.state_texts import priority_text
from bitsgui.gui.windows.actions import ActionId
from bitsgui.gui.windows.column_layout import ColumnLayout
from bitsgui.gui.windows.commands import Commands
from bitsgui.model.enums import JobPriority

_A: Final = ActionId
_MAIN: Final = (_A.NEW, _A.NEW_UPLOAD, _A.PASTE, None, _A.RETRY_WAITING, _A.NEXT_ERROR, None, _A.COMPACT, _A.DETAILS)
_JOB: Final = (_A.RESUME, _A.SUSPEND, _A.COMPLETE, _A.SHOW_ERROR, None, _A.OPEN_FOLDER, _A.COPY_ADDRESS, _A.PROPERTIES)
_ENDED: Final = (_A.UNDO_CANCEL, _A.RUN_AGAIN, _A.FORGET)


def main_menu(actions: Mapping[ActionId, QAction], columns: ColumnLayout, parent: QWidget) -> QMenu:
    """Behind the button at the right end of the tool bar."""
    menu = QMenu(parent)
    _fill(menu, actions, _MAIN)
    columns_menu = menu.addMenu(menu.tr("Columns"))
    columns_menu.setObjectName("columns")
    columns_menu.aboutToShow.connect(lambda: columns.fill(columns_menu))
    menu.addSeparator()
    menu.addAction(actions[_A.SETTINGS])
    menu.addAction(actions[_A.QUIT])
    return menu


class JobMenu(QMenu):
    """What can be done with the selected jobs; Cancel stands apart at the end."""

    def __init__(self, actions: Mapping[ActionId, QAction], commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("job_menu")
        self._commands = commands
        self.setToolTipsVisible(True)
        _fill(self, actions, _JOB)
        self._priorities = self.addMenu(self.tr("Priority"))
        self._priorities.setObjectName("priorities")
        self._ticks = {priority: self._priority(priority) for priority in JobPriority}
        _fill(self, actions, _ENDED)
        self.addSeparator()
        self.addAction(actions[_A.CANCEL])

    def popup_at(self, at: QPoint) -> None:
        """At a point of the screen."""
        common = self._commands.common_priority()
        for priority, action in self._ticks.items():
            action.setChecked(priority is common)
        self.popup(at)

    def _priority(self, priority: JobPriority) -> QAction:
        action = self._priorities.addAction(priority_text(priority))
        action.setObjectName(f"priority_{priority.name.lower()}")
        action.setCheckable(True)
        action.triggered.connect(lambda _=False, p=priority: self._commands.set_priority(p))
        return action


def _fill(menu: QMenu, actions: Mapping[ActionId, QAction], keys: tuple[ActionId | None, ...]) -> None:
    for key in keys:
        if key is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[key])
