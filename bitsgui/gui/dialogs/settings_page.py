"""What every page of the settings is made of: fields bound to settings; knows no particular setting."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import plain_label
from bitsgui.gui.dialogs.setting_fields import SettingField
from bitsgui.gui.theme import STEP
from bitsgui.model.settings import Settings

Edit = Callable[[Settings], Settings]


class SettingsPage(QWidget):
    """Signal: `edited` carries an Edit. `title` and `icon_name` are what the list of pages shows."""

    edited = Signal(object)

    def __init__(self, title: str, icon_name: str) -> None:
        super().__init__()
        self.title = title
        self.icon_name = icon_name
        self._bound: list[tuple[SettingField, Callable[[Settings], Any]]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 3 * STEP, 0)
        self._column.setSpacing(4 * STEP)

    def show_settings(self, settings: Settings, *, anyway: bool = False) -> None:
        """What holds now; what is being typed stays, unless `anyway`."""
        for field, read in self._bound:
            field.show_value(read(settings), anyway=anyway)

    def flush(self) -> None:
        """Tell what was typed and not yet told."""
        for field, _ in self._bound:
            field.flush()

    def has_problem(self) -> bool:
        """Whether something typed is not valid."""
        return any(field.problem() is not None for field, _ in self._bound)

    def focus_problem(self) -> None:
        """Go to the first field that is not valid."""
        next(field for field, _ in self._bound if field.problem() is not None).setFocus()

    def say(self, text: str) -> None:
        """A sentence between the fields."""
        self._column.addWidget(plain_label(text, "secondary"))

    def tell(self, title: str, text: str) -> None:
        """A heading with a paragraph."""
        both = QVBoxLayout()
        both.setSpacing(STEP)
        both.addWidget(plain_label(title, "heading"))
        both.addWidget(plain_label(text))
        self._column.addLayout(both)

    def put(self, widget: QWidget) -> None:
        """Something that is no setting."""
        self._column.addWidget(widget)

    def bind(self, name: str, field: SettingField) -> None:
        """A field of Settings."""
        self._add(name, field, lambda settings: getattr(settings, name))
        field.chosen.connect(lambda value: self.edited.emit(lambda settings: replace(settings, **{name: value})))

    def bind_notice(self, name: str, field: SettingField) -> None:
        """A field of NotifySettings."""
        self._add(name, field, lambda settings: getattr(settings.notify, name))
        field.chosen.connect(
            lambda value: self.edited.emit(
                lambda settings: replace(settings, notify=replace(settings.notify, **{name: value}))
            )
        )

    def close_column(self) -> None:
        """After the last field: they stay at the top."""
        self._column.addStretch(1)

    def _add(self, name: str, field: SettingField, read: Callable[[Settings], Any]) -> None:
        field.setObjectName(name)
        self._bound.append((field, read))
        self._column.addWidget(field)
