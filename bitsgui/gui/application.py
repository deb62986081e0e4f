"""What the system asks of the program as a whole: to quit, or to leave before the session ends. Knows no window."""

from typing import Final

from PySide6.QtCore import QEvent, QEventLoop, QTimer, Signal
from PySide6.QtWidgets import QApplication

_PATIENCE_MS: Final = 5_000
"""Windows calls a program hung after about as long; the queue survives being killed, too."""


class Application(QApplication):
    """Signals: `quit_asked` by the application menu or the Dock of macOS, and may be asked back; `session_ends` may
    not."""

    quit_asked = Signal()
    session_ends = Signal()

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.commitDataRequest.connect(self.leave_session)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Quit:
            event.ignore()
            self.quit_asked.emit()
            return True
        return super().event(event)

    def leave_session(self) -> None:
        """Return only when everything is stored: Windows ends the process as soon as this returns.

        No coroutine is on the stack, so a loop may run here; the end of the program's own loop ends it.
        """
        self.session_ends.emit()
        waiting = QEventLoop()
        QTimer.singleShot(_PATIENCE_MS, waiting, waiting.quit)
        waiting.exec()
