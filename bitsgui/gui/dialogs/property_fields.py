"""The fields of a job's properties that the settings do not have: its name, and the command line that is told of it."""

import shlex
import subprocess
import sys
from pathlib import PurePath
from typing import Any

from PySide6.QtWidgets import QLineEdit

from bitsgui.gui.dialogs.setting_fields import TypedField
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.translating import translate
from bitsgui.model import limits
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import NotifyCommand
from bitsgui.model.notify_rules import checked_command
from bitsgui.model.shell_words import split_local_words


class NameField(TypedField):
    """A display name."""

    def __init__(self, label: str) -> None:
        edit = QLineEdit()
        super().__init__(label, edit, edit)

    def put(self, value: Any) -> None:
        self.edit.setText(value)
        self.edit.setCursorPosition(0)

    def read(self) -> Any:
        return self.edit.text().strip()

    def problem(self) -> str | None:
        if 0 < len(self.read()) <= limits.DISPLAY_NAME_MAX:
            return None
        return translate("Properties", "A name has 1 to {most} characters.").format(most=limits.DISPLAY_NAME_MAX)


class CommandField(TypedField):
    """A program and its parameters as one would type them; its value is a NotifyCommand, or None for an empty line."""

    def __init__(self, label: str) -> None:
        edit = QLineEdit(placeholderText=translate("Properties", "/path/to/program {job_id} {state} {error}"))
        meaning = translate(
            "Properties",
            "Runs when the job is finished or fails and no window takes it. Nothing secret belongs here: "
            "other users can see it.",
        )
        super().__init__(label, edit, edit, meaning)

    def put(self, value: Any) -> None:
        words = () if value is None else (value.program, *value.parameters[1:])
        self.edit.setText(subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words))
        self.edit.setCursorPosition(0)

    def read(self) -> Any:
        return self._command()

    def problem(self) -> str | None:
        try:
            self._command()
        except BitsError as error:
            return bits_error_text(error)
        return None

    def _command(self) -> NotifyCommand | None:
        words = split_local_words(self.edit.text())
        return checked_command(words[0], (PurePath(words[0]).name, *words[1:])) if words else None
