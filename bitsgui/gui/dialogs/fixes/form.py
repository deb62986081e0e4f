"""What every form of a fix has in common; knows no dialog.

A form is filled once for all chosen jobs, says what is wrong with what was typed, and yields one fix a job: the same
value is checked and applied. What was typed stays when either fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import SECRET, plain_label
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.theme import STEP
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job
from bitsgui.service.manager import JobManager

Values = Mapping[str, str]
"""What was typed into a form, by the object names of its fields; no secrets."""


@dataclass(frozen=True, slots=True)
class FormWorld:
    """What a form that shows more than its jobs may ask."""

    manager: JobManager
    tasks: Tasks


class FixForm(QWidget):
    """What a remedy needs to know; `changed` whenever `problem` may have another answer.

    `jobs`: those that are chosen, at least one. `shares_volume`: the fix brings all of them to one volume.
    """

    changed = Signal()
    shares_volume = False

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__()
        self.jobs = tuple(jobs)
        self.world = world

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Other jobs are chosen, or the same ones have changed."""
        self.jobs = tuple(jobs)

    def problem(self) -> str | None:
        """Why the fix cannot be applied as it stands, in words, or None."""
        return None

    def fix_for(self, job: Job) -> Fix:
        """The fix of one of the jobs; only without a problem. Raises BitsError."""
        raise NotImplementedError

    def set_active(self, active: bool) -> None:
        """The form is the one that is shown, or no longer."""

    @property
    def note(self) -> str:
        """What the person said of the fix, for the history."""
        return ""

    @property
    def goes_on_by_itself(self) -> bool:
        """The jobs are to go on as soon as the fix would help."""
        return False

    def values(self) -> dict[str, str]:
        """What was typed and may be stored."""
        return {widget.objectName(): _value(widget) for widget in self._fields()}

    def restore(self, values: Values) -> None:
        """Fill in what was typed before, as far as its fields are there."""
        for widget in self._fields():
            if widget.objectName() in values:
                _set_value(widget, values[widget.objectName()])

    def _fields(self) -> list[QWidget]:
        kinds = (QLineEdit, QCheckBox, QSpinBox, QComboBox)
        named = [widget for kind in kinds for widget in self.findChildren(kind) if widget.objectName()]
        return [widget for widget in named if not widget.property(SECRET) and not widget.objectName().startswith("qt_")]

    def fill(self, *widgets: QWidget) -> QVBoxLayout:
        """Lay out the form from top to bottom."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for widget in widgets:
            column.addWidget(widget)
        return column


def said(text: str = "") -> QLabel:
    """A quiet sentence below a field."""
    return plain_label(text, "secondary")


def _value(widget: QWidget) -> str:
    if isinstance(widget, QCheckBox):
        return "1" if widget.isChecked() else ""
    if isinstance(widget, QSpinBox):
        return str(widget.value())
    if isinstance(widget, QComboBox):
        return str(widget.currentIndex())
    assert isinstance(widget, QLineEdit)
    return widget.text()


def _set_value(widget: QWidget, value: str) -> None:
    if isinstance(widget, QCheckBox):
        widget.setChecked(bool(value))
    elif isinstance(widget, QLineEdit):
        widget.setText(value)
    elif value.isdecimal() and isinstance(widget, QSpinBox):
        widget.setValue(int(value))
    elif value.isdecimal() and isinstance(widget, QComboBox):
        widget.setCurrentIndex(min(int(value), widget.count() - 1))
