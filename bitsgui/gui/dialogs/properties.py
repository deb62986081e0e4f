"""The Properties dialog: what may be changed of a job in the queue, saved by the manager's setters one by one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import TallScroll, fit_to_content
from bitsgui.gui.dialogs.property_fields import CommandField, NameField
from bitsgui.gui.dialogs.proxy_field import ProxyField
from bitsgui.gui.dialogs.setting_fields import ChoiceField, DurationField, RateField, SettingField, TickField
from bitsgui.gui.tasks import Tasks, open_dialog
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.state_texts import priority_text
from bitsgui.gui.theme import STEP
from bitsgui.model.enums import JobPriority
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId, JobSettings, NotifyCommand, ProxySettings
from bitsgui.model.setting_rules import RANGES
from bitsgui.service.manager import JobManager

_WIDTH_IN_LINES: Final = 40


def tr(text: str) -> str:
    """In the context of this dialog."""
    return QCoreApplication.translate("Properties", text)


@dataclass(frozen=True, slots=True)
class Property:
    """One line of the table: the field, its value in a job's settings, and the setter of the manager."""

    name: str
    field: SettingField
    read: Callable[[JobSettings], Any]
    save: Callable[[JobManager, JobId, Any], Awaitable[object]]


def _properties() -> tuple[Property, ...]:
    priorities = [(priority_text(priority), priority) for priority in JobPriority]
    completes = TickField(tr("&Complete when finished"))
    return (
        Property("display_name", NameField(tr("&Name")), lambda s: s.display_name, JobManager.set_display_name),
        Property("priority", ChoiceField(tr("P&riority"), priorities), lambda s: s.priority, JobManager.set_priority),
        Property("rate_limit", RateField(tr("Speed &limit")), lambda s: s.rate_limit_bps, JobManager.set_rate_limit),
        Property("auto_complete", completes, lambda s: s.auto_complete, JobManager.set_auto_complete),
        _time(tr("Wait before the next &attempt"), "minimum_retry_delay_s", JobManager.set_minimum_retry_delay),
        _time(tr("&Give up when nothing arrived for"), "no_progress_timeout_s", JobManager.set_no_progress_timeout),
        _time(tr("L&ongest time of a transfer"), "maximum_download_time_s", JobManager.set_maximum_download_time),
        Property("proxy", ProxyField(tr("Pro&xy")), lambda s: s.proxy, _save_proxy),
        Property("notify_command", CommandField(tr("&Tell this program")), lambda s: s.notify_command, _save_command),
    )


def _time(label: str, name: str, save: Callable[[JobManager, JobId, Any], Awaitable[object]]) -> Property:
    return Property(name, DurationField(label, RANGES[name]), lambda s: getattr(s, name), save)


def _save_proxy(manager: JobManager, job_id: JobId, value: ProxySettings) -> Awaitable[object]:
    return manager.set_proxy_settings(job_id, value.usage, value.proxy_list, value.bypass_list)


def _save_command(manager: JobManager, job_id: JobId, value: NotifyCommand | None) -> Awaitable[object]:
    if value is None:
        return manager.set_notify_cmd_line(job_id, None)
    return manager.set_notify_cmd_line(job_id, value.program, value.parameters)


async def open_properties(manager: JobManager, job: Job, tasks: Tasks, parent: QWidget) -> None:
    """Until it is saved or left."""
    dialog = PropertiesDialog(manager, job, tasks, parent)
    try:
        await open_dialog(dialog)
    finally:
        dialog.deleteLater()


class PropertiesDialog(QDialog):
    """Save sets what was changed; where a setter refuses, its words stand below the field and the dialog stays."""

    def __init__(self, manager: JobManager, job: Job, tasks: Tasks, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Properties"))
        self.setObjectName("properties")
        self._manager = manager
        self._job_id = job.id
        self._tasks = tasks
        self._is_busy = False
        self._properties = _properties()
        self._build()
        for line in self._properties:
            line.field.show_value(line.read(job.settings), anyway=True)
            line.field.edited.connect(self._on_edited)
        self._begun = {line.name: line.field.read() for line in self._properties}
        self._on_edited()

    def reject(self) -> None:
        if not self._is_busy:
            super().reject()

    def _build(self) -> None:
        form = QWidget()
        fields = QVBoxLayout(form)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(4 * STEP)
        for line in self._properties:
            line.field.setObjectName(line.name)
            fields.addWidget(line.field)
        fields.addStretch(1)
        self._form = form
        self._buttons = QDialogButtonBox()
        self._save = self._buttons.addButton(self.tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._save.setObjectName("save")
        self._save.setProperty("primary", "true")
        self._save.setDefault(True)
        cancel = self._buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        self._buttons.accepted.connect(self._on_save)
        self._buttons.rejected.connect(self.reject)
        scroll = TallScroll(form)
        scroll.setMinimumWidth(_WIDTH_IN_LINES * self.fontMetrics().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(*(6 * STEP,) * 4)
        column.setSpacing(3 * STEP)
        column.addWidget(scroll, 1)
        column.addWidget(self._buttons)
        scroll.content_resized.connect(lambda: fit_to_content(self))

    def _on_edited(self) -> None:
        is_sound = all(line.field.problem() is None for line in self._properties)
        self._save.setEnabled(is_sound and not self._is_busy)

    def _on_save(self) -> None:
        if self._save.isEnabled():
            self._tasks.start(self._save_all(), name="properties")

    async def _save_all(self) -> None:
        self._set_busy(True)
        refused = [line for line in self._properties if not await self._save_one(line)]
        self._set_busy(False)
        if refused:
            refused[0].field.setFocus()
        else:
            self.accept()

    async def _save_one(self, line: Property) -> bool:
        value = line.field.read()
        if value == self._begun[line.name]:
            return True
        try:
            await line.save(self._manager, self._job_id, value)
        except BitsError as error:
            line.field.say(bits_error_text(error))
            return False
        self._begun[line.name] = value
        return True

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._form.setEnabled(not busy)
        self._on_edited()
