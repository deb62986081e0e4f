"""More time: until a server that lets nothing through is given up, or for the whole transfer."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QSpinBox

from bitsgui.gui.dialogs.fields import buddy_label
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld
from bitsgui.model import fix as fixes
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job
from bitsgui.model.limits import DAY_S

_MOST_DAYS: Final = 3650


class DeadlineForm(FixForm):
    """In days; twice the old limit at first."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._is_of_all = diagnose(self.jobs[0]).cause is Cause.TOOK_TOO_LONG
        old = math.ceil(self._old_s() / DAY_S)
        self._days = QSpinBox()
        self._days.setObjectName("days")
        self._days.setRange(1, _MOST_DAYS)
        self._days.setValue(2 * old)
        self._days.setSuffix(self.tr(" days"))
        self._days.valueChanged.connect(self.changed)
        self.setFocusProxy(self._days)
        name = self.tr("&Longest transfer:") if self._is_of_all else self.tr("&Give up without progress after:")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(buddy_label(name, self._days))
        row.addWidget(self._days)
        row.addStretch()

    def problem(self) -> str | None:
        if self._days.value() * DAY_S <= self._old_s():
            return self.tr("This is no more than was allowed before.")
        return None

    def fix_for(self, job: Job) -> Fix:
        seconds = self._days.value() * DAY_S
        if self._is_of_all:
            return fixes.LongerDeadline(maximum_download_s=seconds)
        return fixes.LongerDeadline(no_progress_s=seconds)

    def _old_s(self) -> float:
        settings = self.jobs[0].settings
        return settings.maximum_download_time_s if self._is_of_all else settings.no_progress_timeout_s
