"""All notifications of the window: which there are by the settings, and what pressing them leads to."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from bitsgui.gui.notifications.at_tray import TrayWay
from bitsgui.gui.notifications.deadline_notices import DeadlineNotices
from bitsgui.gui.notifications.error_notices import ErrorNotices
from bitsgui.gui.notifications.finished_notices import FinishedNotices
from bitsgui.gui.notifications.notice import Action, Kind, Notice
from bitsgui.gui.notifications.poster import Poster
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts.tray_texts import goes_on_text
from bitsgui.gui.windows.main_window import MainWindow
from bitsgui.gui.windows.tray import Tray
from bitsgui.model.settings import NotifySettings
from bitsgui.service.events import Changed, Event, JobRemoved

if TYPE_CHECKING:
    from bitsgui.service.manager import JobManager


class Notifications(QObject):
    """Signals: what is wanted of the window: `show_wanted`; `resolve_wanted` and `review_wanted` with a JobId."""

    show_wanted = Signal()
    resolve_wanted = Signal(str)
    review_wanted = Signal(str)

    def __init__(self, manager: "JobManager", window: MainWindow, tray: Tray, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._poster = Poster(tasks, lambda heard: TrayWay(tray, heard))
        self._errors = ErrorNotices(window.errors, self._poster, tasks)
        self._finished = FinishedNotices(self._poster, _has_focus, self)
        self._deadlines = DeadlineNotices(self._poster, self)
        for job in manager.enumerate():
            self._finished.note(job)
        self._unsubscribe = manager.subscribe(self._on_event)
        self._poster.acted.connect(self._on_acted)
        self._errors.resolve_wanted.connect(self.resolve_wanted)
        self._deadlines.review_wanted.connect(self.review_wanted)
        self._finished.folder_wanted.connect(lambda folder: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        self._watched = _application()
        self._watched.focusWindowChanged.connect(self._on_focus)

    async def aclose(self) -> None:
        """Hear and tell nothing more."""
        self._watched.focusWindowChanged.disconnect(self._on_focus)
        self._unsubscribe()
        await self._poster.aclose()

    def follow(self, wanted: NotifySettings) -> None:
        """Each kind can be switched off."""
        self._window.errors.pops = wanted.pops_dialog
        for room, is_on in (
            (self._errors, wanted.errors),
            (self._finished, wanted.transferred),
            (self._deadlines, wanted.deadlines),
        ):
            room.is_on = is_on

    def tell_of_tray(self) -> None:
        """Where the window went when it was closed for the first time."""
        self._poster.post(Notice("tray", Kind.HINT, "bitsgui", goes_on_text()))

    def withdraw_seen(self) -> None:
        """The window is there: its banner and its rows tell."""
        self._errors.withdraw()
        self._finished.withdraw()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, JobRemoved):
            self._deadlines.drop(event.job_id)
            return
        if getattr(event, "fields", Changed.STATE) & Changed.STATE:
            self._finished.note(event.job)
        self._deadlines.note(event.job)

    def _on_acted(self, _key: str, action: Action) -> None:
        if action is Action.SHOW:
            self.show_wanted.emit()

    def _on_focus(self) -> None:
        if _has_focus():
            self.withdraw_seen()


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _has_focus() -> bool:
    """Whether any window of ours has it."""
    return QApplication.activeWindow() is not None
