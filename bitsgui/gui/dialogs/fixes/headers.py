"""Cookies and headers as a browser sends them, by pasting its curl command; their values are never shown."""

import base64
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit

from bitsgui.gui.dialogs.fields import FieldError, buddy_label, show_lines
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld, said
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.model import fix as fixes
from bitsgui.model.cause_group import server_of
from bitsgui.model.curl_command import CurlCommand, read_curl_command
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.urls import host_of


class HeadersForm(FixForm):
    """A command that could be read leaves the box at once: what stays are the names in it."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._command: CurlCommand | None = None
        self._wrong: str | None = None
        self._box = _CurlBox()
        self._box.entered.connect(self._on_entered)
        self._problem = FieldError(self._box)
        how = self.tr("In the browser's developer tools: Network, the file, Copy as cURL. Then paste it here.")
        self._taken = said(how)
        self._taken.setObjectName("headers_taken")
        self.setFocusProxy(self._box)
        self.fill(buddy_label(self.tr("c&url command:"), self._box), self._box, self._problem, self._taken)

    def problem(self) -> str | None:
        if self._wrong is not None:
            return self._wrong
        if self._command is None:
            return self.tr("Paste the curl command of the browser.")
        if not _headers_of(self._command):
            return self.tr("There are no headers and no cookies in this command.")
        return self._foreign(self._command)

    def fix_for(self, job: Job) -> Fix:
        return fixes.Headers(() if self._command is None else _headers_of(self._command))

    def _foreign(self, command: CurlCommand) -> str | None:
        """Cookies of one site are not given to another."""
        there = host_of(command.urls[0])
        here = next((server_of(job) for job in self.jobs if server_of(job) != there), None)
        if here is None:
            return None
        text = self.tr("This command is for {there}, but the file comes from {here}.")
        return text.format(there=there, here=here)

    def _on_entered(self, text: str) -> None:
        self._command = self._wrong = None
        try:
            self._command = read_curl_command(text)
        except BitsError as error:
            self._wrong = bits_error_text(error)
        if self._command is not None:
            self._box.forget()
            self._taken.setText(self._summary(self._command))
        self._problem.say(self.problem())
        self.changed.emit()

    def _summary(self, command: CurlCommand) -> str:
        names = ", ".join(name for name, _ in _headers_of(command))
        text = self.tr("Taken from the command, values hidden: {names}.").format(names=names)
        if not command.left_out:
            return text
        left = self.tr("Left out: {options}.").format(options=", ".join(command.left_out))
        return f"{text} {left}"


class _CurlBox(QPlainTextEdit):
    """`entered` carries the whole text when something was pasted, or typed and left."""

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("curl_command")
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setPlaceholderText("curl 'https://…' -H 'Cookie: …'")
        show_lines(self, 2)

    def forget(self) -> None:
        """Nothing of it stays, not even for Undo."""
        self.setPlainText("")
        self.document().clearUndoRedoStacks()

    def insertFromMimeData(self, source: QMimeData) -> None:
        super().insertFromMimeData(source)
        self.entered.emit(self.toPlainText())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.toPlainText().strip():
            self.entered.emit(self.toPlainText())


def _headers_of(command: CurlCommand) -> tuple[tuple[str, str], ...]:
    """Its headers, and a sign-in as curl would send it."""
    if command.sign_in is None or any(name.lower() == "authorization" for name, _ in command.headers):
        return command.headers
    pair = base64.b64encode(":".join(command.sign_in).encode()).decode()
    return (*command.headers, ("Authorization", f"Basic {pair}"))
