"""The fields of the settings' pages: what is chosen is told once it is valid, what is wrong is said below.

A field knows its value, no settings.
"""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from bitsgui.gui.dialogs.fields import FieldError, FolderField, RateBox, buddy_label, plain_label
from bitsgui.gui.texts.formats import format_duration
from bitsgui.gui.texts.translating import translate
from bitsgui.gui.theme import STEP

_NUMBER_LETTERS: Final = 12
_UNITS_S: Final = (1, 60, 3600, 86_400)


class SettingField(QWidget):
    """Signals: `edited` at every letter and click, `chosen` carries a value that is valid and new."""

    edited = Signal()
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(STEP)
        self._value: Any = None
        self._error: FieldError | None = None

    def show_value(self, value: Any, *, anyway: bool = False) -> None:
        """Show a value that holds now; what is being typed stays unless it is another one, or `anyway`."""
        if anyway or value != self._value:
            self._value = value
            self.put(value)

    def put(self, value: Any) -> None:
        """Fill the controls."""
        raise NotImplementedError

    def problem(self) -> str | None:
        """What is wrong with what is in the controls."""
        return None

    def read(self) -> Any:
        """The value in the controls, where there is no problem."""
        raise NotImplementedError

    def say(self, problem: str | None) -> None:
        """Show what is wrong below the field."""
        if self._error is None:
            self._error = FieldError(self.focusProxy() or self)
            self.column.addWidget(self._error)
        self._error.say(problem)

    def check(self) -> None:
        """Say what is wrong with what is in the controls."""
        if self._error is not None or self.problem() is not None:
            self.say(self.problem())
        self.edited.emit()

    def flush(self) -> None:
        """Tell what is in the controls if it is new and valid."""
        if self.problem() is None and (value := self.read()) != self._value:
            self._value = value
            self.chosen.emit(value)

    def pick(self) -> None:
        """Something was clicked: nothing is left half done."""
        self.check()
        self.flush()


class TickField(SettingField):
    """A tick, with what it means below it."""

    def __init__(self, text: str, meaning: str = "") -> None:
        super().__init__()
        self.tick = QCheckBox(text)
        self.tick.clicked.connect(self.pick)
        self.setFocusProxy(self.tick)
        self.column.addWidget(self.tick)
        if meaning:
            self.tick.setAccessibleDescription(meaning)
            told = plain_label(meaning, "secondary")
            told.setContentsMargins(6 * STEP, 0, 0, 0)
            self.column.addWidget(told)

    def put(self, value: Any) -> None:
        self.tick.setChecked(value)

    def read(self) -> Any:
        return self.tick.isChecked()


class ChoiceField(SettingField):
    """One of several values."""

    def __init__(self, label: str, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__()
        self.box = QComboBox()
        self._values = tuple(value for _, value in choices)  # Qt would make plain texts of them
        self.box.addItems([text for text, _ in choices])
        self.box.activated.connect(self.pick)
        self.setFocusProxy(self.box)
        self.column.addWidget(buddy_label(label, self.box))
        self.column.addWidget(_beside(self.box))

    def put(self, value: Any) -> None:
        self.box.setCurrentIndex(self._values.index(value))

    def read(self) -> Any:
        return self._values[self.box.currentIndex()]


class TypedField(SettingField):
    """Something typed; told when the field is left or Enter is pressed."""

    def __init__(self, label: str, edit: QLineEdit, row: QWidget, meaning: str = "") -> None:
        super().__init__()
        self.edit = edit
        self._error = FieldError(edit)
        edit.textChanged.connect(self.check)
        edit.editingFinished.connect(self.flush)
        self.setFocusProxy(edit)
        self.column.addWidget(buddy_label(label, edit))
        self.column.addWidget(row)
        self.column.addWidget(self._error)
        if meaning:
            self.column.addWidget(plain_label(meaning, "secondary"))


class NumberField(TypedField):
    """A whole number in a range, with its unit behind it."""

    def __init__(self, label: str, bounds: tuple[float, float], unit: str = "", meaning: str = "") -> None:
        self._least, self._most = bounds
        edit = _short_edit()
        super().__init__(label, edit, _beside(edit, QLabel(unit)), meaning)

    def put(self, value: Any) -> None:
        self.edit.setText(QLocale().toString(value))

    def read(self) -> Any:
        return QLocale().toInt(self.edit.text().strip())[0]

    def problem(self) -> str | None:
        number, is_one = QLocale().toInt(self.edit.text().strip())
        if is_one and self._least <= number <= self._most:
            return None
        least, most = (QLocale().toString(int(bound)) for bound in (self._least, self._most))
        text = translate("Settings", "Give a whole number from {least} to {most}.")
        return text.format(least=least, most=most)


class DurationField(TypedField):
    """A time in seconds, typed in the unit that suits it."""

    def __init__(self, label: str, bounds: tuple[float, float], meaning: str = "") -> None:
        self._least, self._most = bounds
        edit = _short_edit()
        self.unit = QComboBox()
        self.unit.setAccessibleName(translate("Settings", "Unit"))
        for text, seconds in zip(_unit_texts(), _UNITS_S, strict=True):
            self.unit.addItem(text, seconds)
        super().__init__(label, edit, _beside(edit, self.unit), meaning)
        self.unit.activated.connect(self.pick)

    def put(self, value: Any) -> None:
        unit = max((size for size in _UNITS_S if value % size == 0), default=1) if value else _UNITS_S[-1]
        self.unit.setCurrentIndex(self.unit.findData(unit))
        self.edit.setText(QLocale().toString(value / unit, "g", 12))

    def read(self) -> Any:
        return QLocale().toDouble(self.edit.text().strip())[0] * self.unit.currentData()

    def problem(self) -> str | None:
        _, is_one = QLocale().toDouble(self.edit.text().strip())
        if not is_one:
            return translate("Settings", "Give a number.")
        if self.read() < self._least:
            return translate("Settings", "At least {time}.").format(time=format_duration(self._least))
        if self.read() > self._most:
            return translate("Settings", "At most {time}.").format(time=format_duration(self._most))
        return None


class RateField(SettingField):
    """Bytes a second, 0 = no limit."""

    def __init__(self, label: str, meaning: str = "") -> None:
        super().__init__()
        self.box = RateBox()
        self.box.setKeyboardTracking(False)
        self.box.valueChanged.connect(self.pick)
        self.setFocusProxy(self.box)
        self.column.addWidget(buddy_label(label, self.box))
        self.column.addWidget(_beside(self.box))
        if meaning:
            self.column.addWidget(plain_label(meaning, "secondary"))

    def put(self, value: Any) -> None:
        self.box.blockSignals(True)  # what is shown is not chosen, and may be rounded
        self.box.rate_bps = value
        self.box.blockSignals(False)

    def read(self) -> Any:
        return self.box.rate_bps


class FolderSetting(TypedField):
    """A folder, or none for the system's own."""

    def __init__(self, label: str, if_empty: str) -> None:
        self.folder = FolderField("", if_empty=if_empty)
        super().__init__(label, self.folder.edit, self.folder)
        self.folder.picked.connect(self.flush)

    def put(self, value: Any) -> None:
        self.folder.edit.setText(value)

    def read(self) -> Any:
        return str(self.folder.folder) if self.folder.edit.text().strip() else ""

    def problem(self) -> str | None:
        return self.folder.problem()


def _short_edit() -> QLineEdit:
    edit = QLineEdit()
    edit.setFixedWidth(edit.fontMetrics().horizontalAdvance("0" * _NUMBER_LETTERS) + 6 * STEP)
    return edit


def _beside(*widgets: QWidget) -> QWidget:
    """In a row, at the beginning of the line."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return row


def _unit_texts() -> tuple[str, ...]:
    return (
        translate("Settings", "seconds"),
        translate("Settings", "minutes"),
        translate("Settings", "hours"),
        translate("Settings", "days"),
    )
