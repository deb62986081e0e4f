"""The first tab of the details: the facts of one job beside its speed graph."""

import time
from pathlib import PurePath

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QStyle, QWidget

from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.models.rate_history import RateHistory
from bitsgui.gui.texts.error_texts import display_path
from bitsgui.gui.texts.formats import format_duration, format_size, format_when
from bitsgui.gui.texts.state_texts import priority_text, state_text
from bitsgui.gui.theme import STEP
from bitsgui.gui.windows.speed_graph import SpeedGraph
from bitsgui.model.job import Job, JobFile
from bitsgui.model.urls import display_url


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
        self._values: dict[str, QLabel] = {}
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
        layout.addWidget(self.graph, 6)

    def show_row(self, row: JobRow, history: RateHistory) -> None:
        """Bring texts and graph up to date."""
        for key, label, text in self._texts(row):
            self._set(key, label, text)
        self.show_graph(row, history)

    def show_graph(self, row: JobRow, history: RateHistory) -> None:
        """The graph alone, once a second."""
        self.graph.show_samples(history.samples(row.job.id), time.monotonic())

    def _texts(self, row: JobRow) -> list[tuple[str, str, str]]:
        job = row.job
        return [
            ("from", self.tr("From"), _from(job)),
            ("to", self.tr("To"), _to(job)),
            ("state", self.tr("State"), state_text(job, time.time())),
            ("received", self.tr("Received"), self._received(row)),
            ("resumable", self.tr("Resumable"), self._resumable(job)),
            ("priority", self.tr("Priority"), priority_text(job.settings.priority)),
            ("added", self.tr("Added"), format_when(job.times.creation)),
            ("completes", self.tr("When done"), self._when_done(job)),
        ]

    def _received(self, row: JobRow) -> str:
        done = format_size(row.bytes_transferred)
        if row.bytes_total is None:
            text = self.tr("{done}, total unknown").format(done=done)
        else:
            text = self.tr("{done} of {total}").format(done=done, total=format_size(row.bytes_total))
        if row.job.download_time_s < 1:
            return text
        return self.tr("{amount} in {time}").format(amount=text, time=format_duration(row.job.download_time_s))

    def _resumable(self, job: Job) -> str:
        known = {file.resumable for file in job.files}
        if False in known:
            return self.tr("no, the server sends it in one go only")
        if known == {True}:
            return self._checked_by(job.files[0])
        return self.tr("not known yet")

    def _checked_by(self, file: JobFile) -> str:
        if file.validator and file.validator.etag:
            return self.tr("yes, checked by ETag")
        if file.validator and file.validator.last_modified:
            return self.tr("yes, checked by date")
        return self.tr("yes, checked by the last 64 KiB")

    def _when_done(self, job: Job) -> str:
        if job.settings.auto_complete:
            return self.tr("takes its final name by itself")
        return self.tr("waits for Complete")

    def _set(self, key: str, label: str, text: str) -> None:
        value = self._values.get(key)
        if value is None:
            value = self._add(key, label)
        if value.text() != text:
            value.setText(text)

    def _add(self, key: str, label: str) -> QLabel:
        value = QLabel(self._facts)
        value.setObjectName(f"fact_{key}")
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        value.setSizePolicy(policy)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        name = QLabel(label, self._facts)
        name.setProperty("role", "secondary")
        name.setBuddy(value)
        self._form.addRow(name, value)
        self._values[key] = value
        return value


class _Facts(QWidget):
    def minimumSizeHint(self) -> QSize:
        # The form's own minimum wraps every text as narrowly as it can; the height for the true width decides.
        return QSize()

    def heightForWidth(self, width: int) -> int:
        # The scroll area asks before it knows that its own bar will take a part of the width.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        return super().heightForWidth(width - bar)


def _from(job: Job) -> str:
    """The URL with places to break it: a label only wraps at spaces."""
    if not job.files:
        return ""
    url = display_url(job.files[0].remote_name)
    return "\u200b".join(_pieces(url))


def _pieces(text: str) -> list[str]:
    return [text[i : i + 16] for i in range(0, len(text), 16)]


def _to(job: Job) -> str:
    folders = {PurePath(file.local_name).parent for file in job.files}
    return ", ".join(sorted(display_path(folder) for folder in folders))
