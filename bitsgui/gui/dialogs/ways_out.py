"""The three ways out of a failed job: equal buttons in fixed order, each with its effect below it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import plain_label
from bitsgui.gui.texts import way_out_texts as texts
from bitsgui.gui.texts.cancel_texts import cancel_text
from bitsgui.gui.theme import STEP
from bitsgui.model.diagnosis import Remedy
from bitsgui.model.job import Job


class _Way(QWidget):
    """A button and what it does; a barred one says why in place of its effect."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self.button = QPushButton(text)
        self.button.setObjectName(name)
        self.button.setAccessibleName(text)
        self.button.setAutoDefault(False)
        self.button.setMinimumHeight(9 * STEP)
        self._effect = plain_label("", "secondary")
        self._effect.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        font = QFont(self._effect.font())
        font.setPointSizeF(font.pointSizeF() * 0.9)
        self._effect.setFont(font)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self.button)
        column.addWidget(self._effect, 1)

    def tell(self, effect: str, barred: str | None) -> None:
        """Show the effect, or bar the way for a reason."""
        self.button.setEnabled(barred is None)
        self._effect.setText(barred or effect)
        self.button.setAccessibleDescription(barred or effect)
        self.button.setToolTip(barred or "")


class WaysOut(QWidget):
    """`fix`, `complete` and `cancel` when the person chose."""

    fix = Signal()
    complete = Signal()
    cancel = Signal()

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self._fix = _Way("Fix and Resume", self.tr("Fix and Resume"))
        self._complete = _Way("Complete partial", self.tr("Complete partial"))
        self._cancel = _Way("Cancel job", self.tr("Cancel job"))
        self._fix.button.setProperty("primary", "true")
        self._fix.button.setDefault(True)
        self._cancel.button.setProperty("danger", "true")
        self._fix.button.clicked.connect(self.fix)
        self._complete.button.clicked.connect(self.complete)
        self._cancel.button.clicked.connect(self.cancel)
        self.setFocusProxy(self._fix.button)
        self._complete.tell(texts.complete_effect(job), texts.no_complete_reason(job))
        self._cancel.tell(cancel_text(job), None)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * STEP)
        for way in (self._fix, self._complete, self._cancel):
            row.addWidget(way, 1)

    def show_fix(self, remedy: Remedy, problem: str | None) -> None:
        """What the chosen remedy does, or why it cannot be applied as it stands."""
        self._fix.tell(texts.resume_effect(self._job, remedy), texts.no_resume_reason(self._job) or problem)
