"""The world must change first: room on the disk with a live meter, or a file or drive that becomes free."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QPushButton, QWidget
from shiboken6 import isValid

from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld, said
from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.theme import STEP
from bitsgui.model import fix as fixes
from bitsgui.model.cause_group import folder_of
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job
from bitsgui.service.local_trial import Room, room_for

BY_ITSELF: Final = "goes_on_by_itself"
"""Name of the tick."""
FIRST_LOOK_MS: Final = 100
_LOOK_MS: Final = 2000
_STEPS: Final = 1000


class WaitForm(FixForm):
    """Until something here is free; ticked, the jobs then go on by themselves."""

    shares_volume = True

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._by_itself = QCheckBox(self._promise())
        self._by_itself.setObjectName(BY_ITSELF)
        self._by_itself.toggled.connect(self.changed)
        self._folder = folder_of(self.jobs[0])
        self._open = QPushButton(self.tr("Open folder"))
        self._open.setObjectName("open_folder")
        self._open.setAutoDefault(False)
        self._open.setEnabled(bool(self._folder))
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder)))
        self.setFocusProxy(self._by_itself)
        self._lay_out()

    def fix_for(self, job: Job) -> Fix:
        return fixes.TryAgain()

    @property
    def goes_on_by_itself(self) -> bool:
        return self._by_itself.isChecked()

    def _promise(self) -> str:
        return self.tr("&Go on by itself as soon as it is free")

    def _lay_out(self) -> None:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._by_itself, 1)
        line.addWidget(self._open)
        self.fill(row)


class SpaceForm(WaitForm):
    """A bar for what is free of what is needed, looked at anew every two seconds while it is shown."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        self._meter = QProgressBar()
        self._meter.setObjectName("space_meter")
        self._meter.setTextVisible(False)
        self._meter.setFixedHeight(2 * STEP)
        self._meter.setRange(0, _STEPS)
        self._numbers = said()
        self._numbers.setObjectName("space_numbers")
        self._numbers.setWordWrap(False)
        super().__init__(jobs, world)
        self._look = QTimer(self)
        self._look.timeout.connect(self._on_look)
        self._show_room(_known_room(self.jobs[0]))

    def set_active(self, active: bool) -> None:
        if not active:
            self._look.stop()
        elif not self._look.isActive():
            self._look.start(FIRST_LOOK_MS)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        super().show_jobs(jobs)
        if self._look.isActive():
            self._look.start(FIRST_LOOK_MS)

    def _promise(self) -> str:
        return self.tr("&Go on by itself as soon as there is room")

    def _lay_out(self) -> None:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3 * STEP)
        line.addWidget(self._meter, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._numbers)
        line.addWidget(self._open)
        column = self.fill(row, self._by_itself)
        column.setSpacing(2 * STEP)

    def _on_look(self) -> None:
        if not self.isVisible():
            return
        self._look.setInterval(_LOOK_MS)
        self.world.tasks.start(self._measure(self.jobs), name="room for failed jobs")

    async def _measure(self, jobs: tuple[Job, ...]) -> None:
        room = await room_for(jobs)
        # The dialog may be gone by now, and this form with it.
        if isValid(self) and jobs == self.jobs and self._look.isActive():
            self._show_room(room)

    def _show_room(self, room: Room | None) -> None:
        if room is None:
            self._numbers.setText("")
            self._meter.setValue(0)
            return
        part = 1.0 if room.free >= room.needed else room.free / room.needed
        self._meter.setValue(round(part * _STEPS))
        text = self.tr("{free} of {needed} free") if room.free < room.needed else self.tr("{free} free: enough")
        words = text.format(free=format_size(room.free), needed=format_size(room.needed))
        self._numbers.setText(words)
        self._meter.setAccessibleName(words)


def _known_room(job: Job) -> Room | None:
    """What was found out when it failed."""
    facts = job.error.facts if job.error else None
    if facts is None or facts.free_bytes is None:
        return None
    missing = sum((file.bytes_total or 0) - file.bytes_transferred for file in job.incoming.values())
    return Room(missing, facts.free_bytes)
