"""What stands where the table would be empty: why, and what to do about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bitsgui.gui.resources import icon
from bitsgui.gui.theme import STEP

_SIGN = 48


class EmptyState(QWidget):
    """Signals: `download_wanted` and `upload_wanted` when their buttons were pressed."""

    download_wanted = Signal()
    upload_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("empty_state")
        self._sign = _Sign(self)
        self._heading = QLabel(self)
        self._heading.setProperty("role", "heading")
        self._hint = QLabel(self)
        self._hint.setProperty("role", "secondary")
        self._hint.setWordWrap(True)
        for label in (self._heading, self._hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = self._make_buttons()
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * STEP)
        layout.addStretch(2)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(STEP)
        layout.addWidget(self._heading)
        layout.addWidget(self._hint)
        layout.addSpacing(2 * STEP)
        layout.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def explain(self, *, filtered: bool) -> None:
        """Say that nothing matches, or that there is nothing yet."""
        self._sign.name = "magnify" if filtered else "tray-arrow-down"
        self._sign.update()
        self._buttons.setVisible(not filtered)
        if filtered:
            self._heading.setText(self.tr("Nothing matches"))
            self._hint.setText(self.tr("Try other words, or choose another group on the left."))
        else:
            self._heading.setText(self.tr("No jobs yet"))
            self._hint.setText(self.tr("Drop an address here to download it, or a file to upload it."))

    def _make_buttons(self) -> QWidget:
        buttons = QWidget(self)
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * STEP)
        for name, text, wanted, look in (
            ("empty_new_download", self.tr("New Download"), self.download_wanted, "primary"),
            ("empty_new_upload", self.tr("New Upload"), self.upload_wanted, "plain"),
        ):
            button = QPushButton(text, buttons)
            button.setObjectName(name)
            button.setProperty(look, True)
            button.clicked.connect(wanted)
            row.addWidget(button)
        return buttons


class _Sign(QWidget):
    """A large faint icon."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = ""
        self.setFixedSize(_SIGN, _SIGN)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icon(self.name, "control_line").paint(painter, self.rect())
