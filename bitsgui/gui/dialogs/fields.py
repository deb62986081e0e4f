"""The small parts that the dialogs' forms are made of; knows no jobs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bitsgui.gui.resources import icon
from bitsgui.gui.theme import STEP

SECRET: Final = "secret"
"""The property of a field whose text is stored nowhere."""
_TITLE_BAR: Final = 48
"""Room that a window manager may want above a dialog, pixels."""
_SETTLED_MS: Final = 300
"""How long a window manager may take to give a new dialog its place."""
_LOOK_AGAIN_MS: Final = 20
_KB: Final = 1000
_RATE_MAX: Final = 10_000_000
"""kB/s"""


def plain_label(text: str = "", role: str = "") -> QLabel:
    """A wrapping label that never interprets its text; `role` picks its look in the style sheet."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def buddy_label(text: str, field: QWidget) -> QLabel:
    """The label of a field, with the field's mnemonic; it names the field to assistive technology."""
    label = QLabel(text)
    label.setBuddy(field)
    field.setAccessibleName(text.replace("&", "").rstrip(":"))
    return label


def show_lines(box: QPlainTextEdit, count: int) -> None:
    """Make the box as high as that many lines, its text where a line edit has its own."""
    box.document().setDocumentMargin(1)
    box.setFixedHeight(count * box.fontMetrics().lineSpacing() + 3 * STEP)


def add_group(column: QVBoxLayout, widgets: Sequence[QWidget]) -> None:
    """Widgets that belong together, with a gap below them."""
    for widget in widgets:
        column.addWidget(widget)
    column.addSpacing(2 * STEP)


class FieldError(QLabel):
    """What is wrong with a field, in words below it; takes no room while nothing is."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self._field = field
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", "field-error")
        self.hide()

    def say(self, problem: str | None) -> None:
        """Show the problem, or that there is none."""
        self.setText(problem or "")
        self.setVisible(bool(problem))
        self._field.setAccessibleDescription(problem or "")
        self._field.setProperty("invalid", bool(problem))
        self._field.style().polish(self._field)


def path_of(text: str) -> Path:
    """What was typed as a path, with ~ as the home folder."""
    return Path.home() / text[2:] if text.startswith("~/") else Path(text)


class PasswordField(QWidget):
    """A masked line with a button that reveals it; `changed` when its text changes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.edit = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.edit.textChanged.connect(self.changed)
        self.edit.setObjectName("password")
        self.edit.setProperty(SECRET, True)
        self._reveal = QToolButton()
        self._reveal.setObjectName("reveal_password")
        self._reveal.setCheckable(True)
        self._reveal.setIcon(icon("eye-outline", "secondary"))
        self._reveal.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self._reveal.setAccessibleName(self.tr("Show the password"))
        self._reveal.setToolTip(self.tr("Show the password"))
        self._reveal.toggled.connect(self._on_reveal)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        row.addWidget(self._reveal)

    def _on_reveal(self, shown: bool) -> None:
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


class FolderField(QWidget):
    """A folder, typed or picked; `changed` when its text changes, `picked` when it was picked.

    `if_empty`: what no folder means, if it may be.
    """

    changed = Signal()
    picked = Signal()

    def __init__(self, folder: str, *, if_empty: str = "") -> None:
        super().__init__()
        self.edit = QLineEdit(folder, placeholderText=if_empty)
        self.edit.textChanged.connect(self.changed)
        self.edit.setObjectName("folder")
        browse = QPushButton(self.tr("Browse…"))
        browse.setObjectName("browse")
        browse.setAutoDefault(False)
        browse.setAccessibleName(self.tr("Choose a folder"))
        browse.clicked.connect(self._on_browse)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        row.addWidget(browse)

    @property
    def folder(self) -> Path:
        """What is typed, with ~ as the home folder."""
        return path_of(self.edit.text().strip())

    def problem(self) -> str | None:
        """What is wrong with the text; whether the folder can be used needs the disk and is asked later."""
        if not self.edit.text().strip():
            return None if self.edit.placeholderText() else self.tr("Choose a folder.")
        if not self.folder.is_absolute():
            return self.tr("Give the whole path of the folder.")
        return None

    def _on_browse(self) -> None:
        picker = QFileDialog(self, self.tr("Choose a folder"), self.edit.text())
        picker.setFileMode(QFileDialog.FileMode.Directory)
        picker.setOption(QFileDialog.Option.ShowDirsOnly)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.fileSelected.connect(self.edit.setText)
        picker.fileSelected.connect(self.picked)
        picker.open()


class RateBox(QSpinBox):
    """A speed limit in kB/s; nothing is no limit."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, _RATE_MAX)
        self.setSingleStep(100)
        self.setSuffix(self.tr(" kB/s"))
        self.setSpecialValueText(self.tr("No limit"))

    @property
    def rate_bps(self) -> int:
        """Bytes a second, 0 = no limit."""
        return self.value() * _KB

    @rate_bps.setter
    def rate_bps(self, rate: int) -> None:
        self.setValue(-(-rate // _KB))


class Fold(QPushButton):
    """A plain toggle with an arrow that shows and hides `content`."""

    def __init__(self, text: str, content: QWidget) -> None:
        super().__init__(text)
        self._content = content
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty("flat", "true")
        self.setProperty("fold", "true")
        self.toggled.connect(self._on_toggled)
        self._on_toggled(False)

    def _on_toggled(self, unfolded: bool) -> None:
        self.setIcon(icon("chevron-down" if unfolded else "chevron-right", "secondary"))
        self._content.setVisible(unfolded)


class TallScroll(QScrollArea):
    """Asks for the height of its whole content, and scrolls where the screen has not got it.

    `content_resized` when that height may be another one.
    """

    content_resized = Signal()

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setWidget(content)

    def sizeHint(self) -> QSize:
        content, layout = self._content, self._content.layout()
        width = max(self.width(), content.minimumSizeHint().width())
        tall = layout.totalHeightForWidth(width) if layout else content.sizeHint().height()
        return QSize(width, max(tall, content.minimumSizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # A bar makes its own need: beside it the text is narrower, so higher.
        fits = self.sizeHint().height() <= event.size().height()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._content.minimumSizeHint().width() + bar, 120)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = super().eventFilter(watched, event)
        if watched is self._content and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.content_resized.emit()
        return done


def fit_to_content(dialog: QDialog) -> None:
    """Make the dialog as high as its content now is, within the screen."""
    if dialog.isVisible() and not dialog.windowHandle().isExposed():
        # While a window manager takes a new dialog in, it is told to be at a corner: a new size would leave it there.
        QTimer.singleShot(_LOOK_AGAIN_MS, dialog, lambda: fit_to_content(dialog))
        return
    room = dialog.screen().availableSize()
    hint, layout = dialog.sizeHint(), dialog.layout()
    width = min(max(dialog.width(), hint.width()), room.width())
    tall = layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else hint.height()
    dialog.resize(width, min(tall, room.height() - _TITLE_BAR))
    if dialog.isVisible():
        QTimer.singleShot(_SETTLED_MS, dialog, lambda: _keep_on_screen(dialog))


def _keep_on_screen(dialog: QDialog) -> None:
    """What has grown must not reach over an edge: neither its title nor its buttons."""
    frame, room = dialog.frameGeometry(), dialog.screen().availableGeometry()
    left = max(room.left(), min(frame.left(), room.left() + room.width() - frame.width()))
    top = max(room.top(), min(frame.top(), room.top() + room.height() - frame.height()))
    if (left, top) != (frame.left(), frame.top()):
        dialog.move(left, top)
