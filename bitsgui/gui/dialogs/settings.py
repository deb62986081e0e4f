"""The Settings dialog: pages at the side, what is chosen holds at once; knows no particular setting."""

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bitsgui.gui.dialogs.fields import TallScroll, plain_label
from bitsgui.gui.dialogs.settings_page import Edit, SettingsPage
from bitsgui.gui.dialogs.settings_pages import DifferencesPage, NewJobsPage, NoticesPage, ProgramPage, QueuePage
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.resources import icon
from bitsgui.gui.tasks import Tasks, open_dialog
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.theme import STEP
from bitsgui.model.hresult import BitsError
from bitsgui.model.settings import Settings
from bitsgui.service.autostart import Autostart, start_command, system_autostart

_WIDTH_IN_LINES: Final = 50
_HEIGHT_IN_LINES: Final = 34
_ICON: Final = 18


async def open_settings(preferences: Preferences, tasks: Tasks, parent: QWidget) -> None:
    """Until the person closes it."""
    dialog = SettingsDialog(preferences, tasks, parent)
    try:
        await open_dialog(dialog)
    finally:
        dialog.deleteLater()


class SettingsDialog(QDialog):
    """No OK and no Cancel: a field that is valid holds, one that is not says why and holds nothing."""

    def __init__(
        self, preferences: Preferences, tasks: Tasks, parent: QWidget | None, autostart: Autostart | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setObjectName("settings")
        self._preferences = preferences
        self._tasks = tasks
        self._autostart = autostart or system_autostart()
        self._turn = asyncio.Lock()
        self._work: set[asyncio.Task[None]] = set()
        self._is_closing = self._was_warned = self._starts = False
        self._program = ProgramPage()
        self._pages: tuple[SettingsPage, ...] = (
            self._program,
            QueuePage(),
            NewJobsPage(),
            NoticesPage(),
            DifferencesPage(),
        )
        self._said = plain_label("", "field-error")
        self._said.hide()
        self._build()
        self._on_changed(preferences.settings)
        for page in self._pages:
            page.edited.connect(self._on_edited)
        preferences.changed.connect(self._on_changed)
        login = self._program.starts_at_login
        login.setEnabled(False)
        login.chosen.connect(lambda on: self._change(self._set_autostart(on)))
        self._start(self._show_autostart())

    def done(self, code: int) -> None:
        """What was typed last is stored first; what is invalid, or cannot be stored, is shown once more."""
        if not self._is_closing:
            self._is_closing = True
            self._tasks.start(self._close(code), name="close settings")

    def _build(self) -> None:
        self._list = _page_list(self._pages)
        self._list.setAccessibleName(self.tr("Pages"))
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(TallScroll(page))
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._list.setCurrentRow(0)
        buttons = QDialogButtonBox()
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("close")
        close.setAutoDefault(False)  # Enter in a field is the field's
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.setContentsMargins(*(6 * STEP,) * 4)
        right.setSpacing(3 * STEP)
        right.addWidget(self._stack, 1)
        right.addWidget(self._said)
        right.addWidget(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list)
        row.addLayout(right, 1)
        line = self.fontMetrics().height()
        room = self.screen().availableSize()
        self.resize(QSize(_WIDTH_IN_LINES * line, _HEIGHT_IN_LINES * line).boundedTo(room))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that touches the fields, so that the dialog stays until it is done."""
        task = self._tasks.start(work, name="settings")
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def _change(self, change: Awaitable[None]) -> None:
        self._start(self._carry_out(change))

    def _on_changed(self, settings: Settings) -> None:
        for page in self._pages:
            page.show_settings(settings)

    def _on_edited(self, edit: Edit) -> None:
        self._change(self._preferences.edit(edit))

    async def _close(self, code: int) -> None:
        for page in self._pages:
            page.flush()
        await asyncio.gather(*self._work)
        is_stored = self._said.isHidden()
        wrong = next((page for page in self._pages if page.has_problem()), None)
        if (is_stored and wrong is None) or self._was_warned:
            super().done(code)
            return
        self._is_closing, self._was_warned = False, True
        if wrong is not None:
            self._list.setCurrentRow(self._pages.index(wrong))
            wrong.focus_problem()
            self._say(
                self.tr("One value is not valid and was not taken. Correct it, or close again to keep the old one.")
            )

    async def _carry_out(self, change: Awaitable[None]) -> None:
        """In the order in which they were chosen; a refused one leaves everything as it was."""
        async with self._turn:
            self._said.hide()
            try:
                await change
            except BitsError as error:
                self._refuse(bits_error_text(error))
            except OSError as error:
                text = self.tr("This could not be stored, so nothing was changed: {reason}")
                self._refuse(text.format(reason=error.strerror or error))

    def _refuse(self, text: str) -> None:
        self._say(text)
        for page in self._pages:
            page.show_settings(self._preferences.settings, anyway=True)
        self._program.starts_at_login.show_value(self._starts, anyway=True)

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.show()

    async def _show_autostart(self) -> None:
        """The system's own entry; where it cannot be read there is nothing to switch."""
        field = self._program.starts_at_login
        try:
            self._starts = await asyncio.to_thread(self._autostart.is_on)
        except OSError as error:
            field.setToolTip(str(error.strerror or error))
            return
        field.show_value(self._starts, anyway=True)
        field.setEnabled(self._preferences.are_lasting)

    async def _set_autostart(self, on: bool) -> None:
        if on:
            await asyncio.to_thread(self._autostart.turn_on, start_command(self._preferences.state_dir))
        else:
            await asyncio.to_thread(self._autostart.turn_off)
        self._starts = on


def _page_list(pages: Sequence[SettingsPage]) -> QListWidget:
    view = QListWidget()
    view.setObjectName("pages")
    view.setProperty("role", "side")
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    line = view.fontMetrics().height()
    view.setIconSize(QSize(_ICON, _ICON))
    for page in pages:
        item = QListWidgetItem(icon(page.icon_name, "secondary"), page.title, view)
        item.setSizeHint(QSize(0, line + 6 * STEP))
    widest = max(view.fontMetrics().horizontalAdvance(page.title) for page in pages)
    view.setFixedWidth(widest + _ICON + 16 * STEP)
    return view
