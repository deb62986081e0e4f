"""The box for addresses, one a line; a sign-in inside an address is taken out of it and never shown."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from bitsgui.gui.dialogs.fields import show_lines
from bitsgui.gui.dialogs.new_job_input import Address, SignIn, addresses_in, without_user_info
from bitsgui.gui.dropped import files_in
from bitsgui.gui.texts.translating import translate
from bitsgui.model.curl_command import is_curl_command


class AddressEdit(QPlainTextEdit):
    """Takes typed, pasted and dropped addresses; `sign_in_taken` when one was taken out of an address.

    `command_pasted` carries a curl command, `lists_dropped` the paths of files: what is in them is its owner's to add.
    `single`: one address; Enter is then the dialog's, and drops are its, too.
    """

    sign_in_taken = Signal()
    command_pasted = Signal(str)
    lists_dropped = Signal(list)

    def __init__(self, *, single: bool = False) -> None:
        super().__init__()
        self._sign_ins: dict[str, SignIn] = {}
        self._is_single = single
        if single:
            self.setAcceptDrops(False)
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            show_lines(self, 1)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

    @property
    def addresses(self) -> tuple[Address, ...]:
        """What is in the box now, each with the sign-in that came with it."""
        self.take_sign_ins()
        return tuple(Address(url, self._sign_ins.get(url)) for url in addresses_in(self.toPlainText()))

    @property
    def hosts_with_sign_in(self) -> int:
        """How many of the addresses in the box came with a sign-in."""
        return sum(url in self._sign_ins for url in addresses_in(self.toPlainText()))

    def take_sign_ins(self) -> None:
        """Take the sign-ins out of the whole text."""
        text = self.toPlainText()
        clean = self._clean(text)
        if clean != text:
            self.setPlainText(clean)

    def add(self, urls: Sequence[str]) -> None:
        """Below what is there, each a line of its own."""
        lines = [*addresses_in(self.toPlainText()), *(self._clean_line(url) for url in urls)]
        self.setPlainText("\n".join(lines))
        self.moveCursor(QTextCursor.MoveOperation.End)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_single and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.take_sign_ins()

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = "\n".join(url.toString() for url in source.urls()) if source.hasUrls() else source.text()
        if self._is_single:
            self.insertPlainText(self._clean("".join(text.split()[:1])))
            return
        if files := files_in(source):
            self.lists_dropped.emit(list(files))
            return
        if is_curl_command(text):
            self.command_pasted.emit(text)
            return
        at_text = bool(self.textCursor().block().text().strip())
        if source.hasUrls() and at_text:
            text = "\n" + text  # a dropped address is a line of its own
        self.insertPlainText(self._clean(text))

    def _clean(self, text: str) -> str:
        if "@" not in text:
            return text
        return "\n".join(self._clean_line(line) for line in text.split("\n"))

    def _clean_line(self, line: str) -> str:
        address = without_user_info(line.strip())
        if address.sign_in is None:
            return line
        self._sign_ins[address.url] = address.sign_in
        self.sign_in_taken.emit()
        return address.url


def sign_in_taken_text() -> str:
    """What is said below the box then."""
    return translate(
        "AddressEdit", "The sign-in was taken out of the address. It is used, kept secret and not shown again."
    )
