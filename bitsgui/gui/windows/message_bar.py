"""An inline bar above the table: what went wrong or who is needed, with one button; steals no focus."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from bitsgui.gui.resources import icon
from bitsgui.gui.theme import STEP, colours

_ICON = QSize(18, 18)


@dataclass(frozen=True, slots=True)
class _Look:
    """An icon and the names of two theme colours."""

    icon: str
    colour: str
    soft: str


_URGENT: Final = _Look("alert-circle", "error", "error_soft")
_CALM: Final = _Look("undo", "secondary", "neutral_soft")


class MessageBar(QWidget):
    """Signals: `acted` when the button was pressed, `dismissed` when the cross was. `calm`: nothing went wrong."""

    acted = Signal()
    dismissed = Signal()

    def __init__(
        self, object_name: str, button_text: str, *, closable: bool, parent: QWidget, calm: bool = False
    ) -> None:
        super().__init__(parent)
        self._look = _CALM if calm else _URGENT
        self.setObjectName(object_name)
        self._sign = QLabel(self)
        self._paint_sign()
        self._text = QLabel(self)
        self._text.setObjectName(f"{object_name}_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        if button_text:
            layout.addWidget(self._button(button_text))
        if closable:
            layout.addWidget(self._cross())
        self.hide()

    def show_text(self, text: str) -> None:
        """Show the text, or hide the bar when it is empty."""
        self._text.setText(text)
        self.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colours(), self._look.soft)))
        painter.drawRoundedRect(self.rect(), 8, 8)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._paint_sign()
        super().changeEvent(event)

    def _paint_sign(self) -> None:
        self._sign.setPixmap(icon(self._look.icon, self._look.colour).pixmap(_ICON, self.devicePixelRatioF()))

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"{self.objectName()}_button")
        button.clicked.connect(self.acted)
        return button

    def _cross(self) -> QToolButton:
        cross = QToolButton(self)
        cross.setObjectName(f"{self.objectName()}_close")
        cross.setAccessibleName(self.tr("Close this message"))
        cross.setProperty("flat", True)
        cross.setIcon(icon("close"))
        cross.clicked.connect(self.hide)
        cross.clicked.connect(self.dismissed)
        return cross
