"""The two questions on the way out: what closing does where there is no tray, and whether to lose a transfer.

Decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QMessageBox, QPushButton, QWidget

from bitsgui.gui.resources import icon
from bitsgui.gui.tasks import open_dialog
from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.notice_texts import shortened
from bitsgui.gui.texts.translating import translate
from bitsgui.model.job import Job

_SIGN: Final = QSize(32, 32)
_NAMED: Final = 5
"""Jobs that are named; of more the number is told."""
_WIDTH_IN_LINES: Final = 26
_ROLE = QMessageBox.ButtonRole


class Leave(StrEnum):
    """An answer; also the object name of its button."""

    KEEP_RUNNING = "keep_running"
    QUIT = "quit_now"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen, and whether that holds for next time."""

    leave: Leave
    is_remembered: bool


def close_question(active: int, window: QWidget) -> QMessageBox:
    """What closing means where nothing shows a hidden program; Return keeps running, Escape keeps the window."""
    box = _box("close_question", translate("Leaving", "Keep running without a window?"), window)
    box.setInformativeText(_close_detail(active))
    keep = _button(box, Leave.KEEP_RUNNING, translate("Leaving", "Keep running"), _ROLE.AcceptRole)
    _button(box, Leave.QUIT, translate("Leaving", "Quit and continue at next start"), _ROLE.ActionRole)
    stay = _button(box, Leave.STAY, translate("Leaving", "Don't close"), _ROLE.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(stay)
    _remember(box, translate("Leaving", "Remember my choice"), checked=True)
    return box


def loss_question(jobs: Sequence[Job], window: QWidget) -> QMessageBox:
    """Name what would have to come again; Return and Escape stay."""
    text = translate("Leaving", "%n transfer(s) cannot be continued later", "", len(jobs))
    box = _box("loss_question", text, window)
    box.setInformativeText(_loss_detail(jobs))
    leave = _button(box, Leave.QUIT, translate("Leaving", "Quit anyway"), _ROLE.DestructiveRole)
    leave.setProperty("danger", True)
    _dress_anew(leave)
    stay = _button(box, Leave.STAY, translate("Leaving", "Don't quit"), _ROLE.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    _remember(box, translate("Leaving", "Don't ask again"), checked=False)
    return box


async def answer_of(box: QMessageBox) -> Answer:
    """Ask without blocking."""
    try:
        await open_dialog(box)
        chosen = box.clickedButton() or box.escapeButton()
        check = box.checkBox()
        return Answer(Leave(chosen.objectName()), check is not None and check.isChecked())
    finally:
        box.deleteLater()


def _box(name: str, text: str, window: QWidget) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.NoIcon, "bitsgui", text, parent=window)
    box.setObjectName(name)
    box.setIconPixmap(icon("alert-circle-outline", "warning").pixmap(_SIGN))
    box.setTextFormat(Qt.TextFormat.PlainText)
    headline = box.findChild(QLabel, "qt_msgbox_label")
    assert isinstance(headline, QLabel)
    headline.setProperty("role", "heading")
    _dress_anew(headline)
    headline.setMinimumWidth(_WIDTH_IN_LINES * box.fontMetrics().height())
    return box


def _dress_anew(part: QWidget) -> None:
    """The box has dressed it already, before it was known what it is."""
    part.style().unpolish(part)
    part.style().polish(part)


def _button(box: QMessageBox, leave: Leave, text: str, role: QMessageBox.ButtonRole) -> QPushButton:
    button = box.addButton(text, role)
    button.setObjectName(leave.value)
    return button


def _remember(box: QMessageBox, text: str, *, checked: bool) -> None:
    check = QCheckBox(text, box)
    check.setObjectName("remember")
    check.setChecked(checked)
    box.setCheckBox(check)


def _close_detail(active: int) -> str:
    back = translate("Leaving", "This desktop has no place for an icon: start bitsgui again to get its window back.")
    goes_on = translate("Leaving", "%n transfer(s) would go on.", "", active) if active else ""
    return " ".join(part for part in (goes_on, back) if part)


def _loss_detail(jobs: Sequence[Job]) -> str:
    lines = [_lost_line(job) for job in jobs[:_NAMED]]
    if len(jobs) > _NAMED:
        lines.append(translate("Leaving", "and %n more", "", len(jobs) - _NAMED))
    why = translate("Leaving", "The server sends such a file in one go only: it would have to come again.")
    rest = translate("Leaving", "Everything else goes on at the next start.")
    return "\n".join([*lines, "", f"{why} {rest}"])


def _lost_line(job: Job) -> str:
    size = format_size(sum(f.bytes_transferred for f in job.incoming.values() if f.resumable is False))
    text = translate("Leaving", "{name}, {size} received")
    return text.format(name=shortened(job.settings.display_name), size=size)
