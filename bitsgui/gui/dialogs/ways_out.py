"""The three ways out of a failed job: equal buttons in fixed order, each with its effect below it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import plain_label
from bitsgui.gui.texts import group_texts as texts
from bitsgui.gui.texts.way_out_texts import no_resume_reason
from bitsgui.gui.theme import STEP
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy
from bitsgui.service.group_check import GroupResult


class _Way(QWidget):
    """A button and what it does; a barred one says why in place of its effect."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self.button = QPushButton(text)
        self.button.setObjectName(name)
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
        self.button.setAccessibleName(self.button.text())
        self.button.setToolTip(barred or "")


class WaysOut(QWidget):
    """`fix`, `complete` and `cancel` when the person chose."""

    fix = Signal()
    complete = Signal()
    cancel = Signal()

    def __init__(self) -> None:
        super().__init__()
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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * STEP)
        for way in (self._fix, self._complete, self._cancel):
            row.addWidget(way, 1)

    def show_jobs(
        self, jobs: Sequence[Job], remedy: Remedy, problem: str | None, result: GroupResult | None = None
    ) -> None:
        """What each way does to the chosen jobs; `problem`: why the remedy cannot be applied as it stands.

        `result`: of its check; None = it is checked first.
        """
        is_question = result is not None and not result.is_passed
        self._fix.button.setText(self.tr("Resume anyway") if is_question else self.tr("Fix and Resume"))
        if not jobs:
            for way in (self._fix, self._complete, self._cancel):
                way.tell("", self.tr("Choose at least one job."))
            return
        self._cancel.button.setText(texts.cancel_button(len(jobs)))
        barred = no_resume_reason(jobs[0]) or problem or texts.no_anyway_reason(result)
        self._fix.tell(texts.fix_effect(jobs, remedy, result), barred)
        self._complete.tell(texts.complete_effect(jobs), texts.no_complete_reason(jobs))
        self._cancel.tell(texts.cancel_effect(jobs), None)
