"""The first tab of the details: the facts of one job beside its speed graph, and the steps of an upload."""

import time

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QStyle, QVBoxLayout, QWidget

from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.models.rate_history import RateHistory
from bitsgui.gui.stop_strip import StopStrip
from bitsgui.gui.texts.job_facts import LABELS, facts_of, label_text
from bitsgui.gui.theme import STEP
from bitsgui.gui.windows.speed_graph import SpeedGraph
from bitsgui.gui.windows.upload_story import steps_of


class Overview(QWidget):
    """Shows one row; the labels are made once and only their texts change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.graph = SpeedGraph(self)
        self._facts = _Facts(self)
        self._form = QFormLayout(self._facts)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(5 * STEP)
        self._form.setVerticalSpacing(STEP + 2)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._values = {key: self._add(key) for key in LABELS}
        self._steps = StopStrip(self.tr("Steps of the upload"), parent=self)
        self._steps.setObjectName("upload_steps")
        self._steps.setMinimumWidth(60 * STEP)  # words may be cut off, so they must not squeeze the facts
        scroll = QScrollArea(self)
        scroll.setObjectName("overview_facts")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._facts)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, 2 * STEP)
        layout.setSpacing(6 * STEP)
        layout.addWidget(scroll, 5)
        right = QVBoxLayout()
        right.setSpacing(STEP)
        right.addWidget(self._steps)
        right.addWidget(self.graph, 1)
        layout.addLayout(right, 6)

    def show_row(self, row: JobRow, history: RateHistory) -> None:
        """Bring steps, texts and graph up to date."""
        steps = steps_of(row.job)
        self._steps.setVisible(bool(steps))
        self._steps.show_stops(steps)
        facts = facts_of(row.job)
        for key, value in self._values.items():
            if self._form.isRowVisible(value) != (key in facts):
                self._form.setRowVisible(value, key in facts)
            if key in facts and value.text() != facts[key]:
                value.setText(facts[key])
        self.graph.show_samples(history.samples(row.job.id), time.monotonic())

    def _add(self, key: str) -> QLabel:
        value = QLabel(self._facts)
        value.setObjectName(f"fact_{key}")
        if key == "warning":
            value.setProperty("role", "warning")
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        value.setSizePolicy(policy)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        name = QLabel(label_text(key), self._facts)
        name.setProperty("role", "secondary")
        name.setBuddy(value)
        self._form.addRow(name, value)
        return value


class _Facts(QWidget):
    def minimumSizeHint(self) -> QSize:
        # The form's own minimum wraps every text as narrowly as it can; the height for the true width decides.
        return QSize()

    def heightForWidth(self, width: int) -> int:
        # The scroll area asks before it knows that its own bar will take a part of the width.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        return super().heightForWidth(width - bar)
