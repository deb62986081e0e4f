"""A box for request headers, one a line; values that came with a pasted command are masked until they are asked for."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QToolButton, QWidget

from bitsgui.gui.dialogs.fields import show_lines
from bitsgui.gui.resources import icon
from bitsgui.gui.theme import STEP

_LINES: Final = 3
_MASK: Final = "\N{BULLET}" * 8


class HeaderField(QWidget):
    """`changed` when its text changes. `box` is the box itself."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._hidden: dict[str, str] = {}
        self.box = QPlainTextEdit()
        self.box.setTabChangesFocus(True)
        self.box.setPlaceholderText(self.tr("Name: value — one header a line"))
        show_lines(self.box, _LINES)
        self.box.textChanged.connect(self.changed)
        self._reveal = QToolButton()
        self._reveal.setObjectName("reveal_headers")
        self._reveal.setCheckable(True)
        self._reveal.setIcon(icon("eye-outline", "secondary"))
        self._reveal.setAccessibleName(self.tr("Show the values"))
        self._reveal.setToolTip(self.tr("Show the values"))
        self._reveal.toggled.connect(self._on_reveal)
        self._reveal.hide()
        self.setFocusProxy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(STEP)
        row.addWidget(self.box)
        row.addWidget(self._reveal, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def text(self) -> str:
        """The headers with their true values."""
        return "\n".join(map(self._true, self.box.toPlainText().splitlines()))

    def add(self, headers: Sequence[tuple[str, str]]) -> None:
        """Add headers whose values may be secrets; one of the same name gives way."""
        if not headers:
            return
        self._reveal.setChecked(False)
        new = {name.lower() for name, _ in headers}
        kept = [line for line in self.box.toPlainText().splitlines() if line.strip() and _name(line).lower() not in new]
        self._hidden |= {name.lower(): value for name, value in headers}
        self.box.setPlainText("\n".join([*kept, *(f"{name}: {_MASK}" for name, _ in headers)]))
        self._reveal.show()

    def _on_reveal(self, shown: bool) -> None:
        if shown:
            self.box.setPlainText(self.text)
            return
        lines = [line for line in self.box.toPlainText().splitlines()]
        for line in lines:
            if _name(line).lower() in self._hidden:
                self._hidden[_name(line).lower()] = line.partition(":")[2].strip()
        self.box.setPlainText("\n".join(self._masked(line) for line in lines))

    def _true(self, line: str) -> str:
        name, _, value = line.partition(":")
        hidden = self._hidden.get(name.strip().lower())
        return line if hidden is None or value.strip() != _MASK else f"{name}: {hidden}"

    def _masked(self, line: str) -> str:
        return f"{_name(line)}: {_MASK}" if _name(line).lower() in self._hidden else line


def _name(line: str) -> str:
    return line.partition(":")[0].strip()
