"""Whether the window is there, and the one way out of the program; knows no tray menu and no notification."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from bitsgui.gui.dialogs.leave_questions import Leave, answer_of, close_question, loss_question
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.texts.translating import translate
from bitsgui.gui.windows.main_window import MainWindow
from bitsgui.gui.windows.raising import raise_window
from bitsgui.model.enums import ACTION_STATES
from bitsgui.model.leaving import loses_by_stopping
from bitsgui.model.settings import CloseAction

if TYPE_CHECKING:
    from bitsgui.service.manager import JobManager


class Presence(QObject):
    """Signals: `first_hidden` when closing hid the window for the first time, `left` when the program is to end."""

    first_hidden = Signal()
    left = Signal()

    def __init__(
        self,
        manager: "JobManager",
        window: MainWindow,
        preferences: Preferences,
        has_tray: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._manager = manager
        self._window = window
        self._preferences = preferences
        self._has_tray = has_tray
        self._is_asking = False
        window.close_wanted.connect(self._on_close)
        window.commands.quit_wanted.connect(self.quit)

    def show(self) -> None:
        """Bring the window back, in front and with the focus."""
        raise_window(self._window)

    def hide(self) -> None:
        """The window goes, the transfers stay."""
        self._window.errors.put_away()
        self._window.hide()

    def toggle(self) -> None:
        """What a click on the tray does; a dialog that waits for an answer is brought to the front."""
        if self._raise_question():
            return
        if self._window.is_on_screen:
            self.hide()
        else:
            self.show()

    def quit(self) -> None:
        """End the program; asks first where a transfer could not go on later."""
        self._ask_in_turn(self._quit)

    def _on_close(self) -> None:
        action = self._preferences.settings.on_close
        if action is CloseAction.QUIT:
            self.quit()
        elif action is CloseAction.HIDE:
            self.hide()
        elif self._has_tray():
            self.hide()
            if not self._preferences.settings.was_told_of_tray:
                self.first_hidden.emit()
        else:
            self._ask_in_turn(self._close)

    def _ask_in_turn(self, leave: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """One question at a time."""
        if self._is_asking:
            self._raise_question()
            return
        self._is_asking = True
        self._window.tasks.start(leave(), name="leaving").add_done_callback(self._on_asked)

    def _raise_question(self) -> bool:
        """Bring a dialog that waits for an answer to the front; whether there is one."""
        waiting = QApplication.activeModalWidget()
        if waiting is None:
            return False
        waiting.raise_()
        waiting.activateWindow()
        return True

    def _on_asked(self, _: object) -> None:
        self._is_asking = False

    async def _close(self) -> None:
        active = sum(job.state in ACTION_STATES for job in self._manager.enumerate())
        answer = await answer_of(close_question(active, self._window))
        if answer.leave is Leave.STAY:
            return
        keeps_running = answer.leave is Leave.KEEP_RUNNING
        if answer.is_remembered:
            action = CloseAction.HIDE if keeps_running else CloseAction.QUIT
            await store_or_tell(self._preferences, self._window, on_close=action)
        if keeps_running:
            self.hide()
        else:
            await self._quit()

    async def _quit(self) -> None:
        lost = [job for job in self._manager.enumerate() if loses_by_stopping(job)]
        if lost and self._preferences.settings.asks_before_loss:
            self.show()
            answer = await answer_of(loss_question(lost, self._window))
            if answer.leave is Leave.STAY:
                return
            if answer.is_remembered:
                await store_or_tell(self._preferences, self._window, asks_before_loss=False)
        self.left.emit()


async def store_or_tell(preferences: Preferences, window: MainWindow, **fields: Any) -> None:
    """Change settings; the window says it where they cannot be stored."""
    try:
        await preferences.change(**fields)
    except OSError as error:
        text = translate("Presence", "The setting could not be stored: {reason}")
        window.pane.tell(text.format(reason=error.strerror or error))
