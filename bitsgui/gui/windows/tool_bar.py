"""The bar on top: New, the verbs, the search box and the menu; words give way to icons in a narrow window."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from bitsgui.gui.resources import icon
from bitsgui.gui.theme import STEP
from bitsgui.gui.windows.actions import VERB_ACTIONS, ActionId


class SearchBox(QLineEdit):
    """Escape clears it; pressed again, or Down, goes to the table. Signal: `left`."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class ToolBar(QWidget):
    """`search` is the search box; the buttons follow their actions."""

    def __init__(self, actions: Mapping[ActionId, QAction], menu: QMenu, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tool_bar")
        new_upload = _button(actions[ActionId.NEW_UPLOAD], "flat", self)
        verbs = [_button(actions[key], "flat", self) for key in VERB_ACTIONS]
        self._plain = [new_upload, *verbs]
        self.search = self._search_box()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(_button(actions[ActionId.NEW], "primary", self))
        layout.addWidget(new_upload)
        layout.addSpacing(2 * STEP)
        for button in verbs:
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(self.search, 2)
        layout.addWidget(self._menu_button(menu))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # Words may give way, so they must not keep the window wide.
        return QSize(100 * STEP, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Icons alone where the words have no room beside the search box."""
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in self._plain:
            button.setToolButtonStyle(style)
        if super().minimumSizeHint().width() > self.width():
            for button in self._plain:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _search_box(self) -> SearchBox:
        box = SearchBox(self)
        box.setObjectName("search")
        box.setPlaceholderText(self.tr("Search jobs"))
        box.setAccessibleName(self.tr("Search jobs"))
        box.setClearButtonEnabled(True)
        box.setMinimumWidth(36 * STEP)
        box.setMaximumWidth(75 * STEP)
        return box

    def _menu_button(self, menu: QMenu) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("menu")
        button.setProperty("flat", True)
        button.setIcon(icon("menu"))
        button.setIconSize(QSize(20, 20))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setShortcut("F10")
        button.setAccessibleName(self.tr("Menu"))
        button.setToolTip(self.tr("Menu (F10)"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


def _button(action: QAction, look: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setObjectName(f"button_{action.objectName()}")
    button.setDefaultAction(action)
    button.setProperty(look, True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(18, 18))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    return button
