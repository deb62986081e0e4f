"""The status bar: total rates, the limit, how many jobs, and the room in the download folder."""

import asyncio
import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from bitsgui.gui.texts.formats import downward, format_rate, format_size, upward
from bitsgui.gui.theme import STEP

_MESSAGE_MS = 10_000


class StatusLine(QStatusBar):
    """Labels that stay, and one message that passes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(2 * STEP, 0, 2 * STEP, 0)
        self._rate = self._label("status_rate")
        self._limit = self._label("status_limit")
        self._jobs = self._label("status_jobs")
        self._free = self._label("status_free")
        self.addWidget(self._rate)
        self.addWidget(self._limit)
        self.addPermanentWidget(self._jobs)
        self.addPermanentWidget(self._free)

    def tell(self, text: str) -> None:
        """A sentence that passes."""
        self.showMessage(text, _MESSAGE_MS)

    def show_rates(self, received_bps: float, sent_bps: float, limit_bps: int) -> None:
        """Bytes a second over all jobs; a limit of 0 is none."""
        self._rate.setText(f"{downward(format_rate(received_bps))}   {upward(format_rate(sent_bps))}")
        limit = format_rate(limit_bps) if limit_bps else self.tr("none")
        self._limit.setText(self.tr("Limit: {limit}").format(limit=limit))

    def show_jobs(self, jobs: int, active: int) -> None:
        """Jobs in the queue, and how many of them move bytes."""
        text = self.tr("%n job(s)", "", jobs)
        self._jobs.setText(self.tr("{jobs}, {active} active").format(jobs=text, active=active))

    async def show_free(self, folder: Path) -> None:
        """Ask the disk off the loop; of a folder that is not there yet, its nearest parent."""
        free = await asyncio.to_thread(_free_bytes, folder)
        text = self.tr("{size} free in {folder}").format(size=format_size(free), folder=folder.name)
        self._free.setText(text if free is not None else "")

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "secondary")
        label.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        return label


def _free_bytes(folder: Path) -> int | None:
    there = next((path for path in (folder, *folder.parents) if path.exists()), None)
    return None if there is None else shutil.disk_usage(there).free
