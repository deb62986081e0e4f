"""The head of the error dialog: one sentence that says it all, and which file from where."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from bitsgui.gui import theme
from bitsgui.gui.dialogs.fields import plain_label
from bitsgui.gui.resources import icon
from bitsgui.gui.texts.error_texts import cause_text
from bitsgui.gui.texts.group_texts import group_kept_text, group_line
from bitsgui.gui.theme import STEP
from bitsgui.model.diagnosis import Diagnosis, Side, diagnose
from bitsgui.model.job import Job

_ICONS: Final[Mapping[Side, str]] = MappingProxyType(
    {
        Side.THIS_COMPUTER: "harddisk-remove",
        Side.NETWORK: "lan-disconnect",
        Side.PROXY: "shield-lock-outline",
        Side.SERVER: "server-off",
        Side.SERVER_PROGRAM: "application-cog-outline",
        Side.LINK: "link-off",
        Side.SIGN_IN: "account-lock-outline",
        Side.FILE: "file-alert-outline",
        Side.POLICY: "timer-alert-outline",
        Side.UNKNOWN: "help-circle-outline",
    }
)
_SENTENCE_SCALE: Final = 1.4


class _Tile(QWidget):
    """The side's icon on a soft tint."""

    SIZE: Final = 56

    def __init__(self, side: Side) -> None:
        super().__init__()
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.SIZE, self.SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colours().error_soft))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        icon(_ICONS[self._side], "error").paint(painter, self.rect().adjusted(12, 12, -12, -12))


class ErrorHead(QWidget):
    """Tile, sentence, file; of several jobs how many."""

    def __init__(self, jobs: Sequence[Job], diagnosis: Diagnosis) -> None:
        super().__init__()
        self._line = plain_label(group_line(jobs), "secondary")
        self._sentence = sentence = plain_label(cause_text(jobs[0], diagnosis))
        font = QFont(sentence.font())
        font.setPointSizeF(font.pointSizeF() * _SENTENCE_SCALE)
        font.setWeight(QFont.Weight.DemiBold)
        sentence.setFont(font)
        words = QVBoxLayout()
        words.setSpacing(STEP)
        words.addStretch()
        words.addWidget(sentence)
        words.addWidget(self._line)
        words.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4 * STEP)
        row.addWidget(_Tile(diagnosis.side), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """All that are left of them, with what is known by now."""
        self._sentence.setText(cause_text(jobs[0], diagnose(jobs[0])))
        self._line.setText(group_line(jobs))


class KeptLine(QWidget):
    """What of the data is safe, beside a shield."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        super().__init__()
        self._text = plain_label(group_kept_text(jobs))
        shield = QLabel()
        shield.setPixmap(icon("shield-check-outline", "good").pixmap(20, 20))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        row.addWidget(shield, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """All that are left of them."""
        self._text.setText(group_kept_text(jobs))
