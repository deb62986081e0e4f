"""What stays when the window is hidden: tray, notifications, Pause all, staying awake, and how to show and leave."""

import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from bitsgui.gui.application import Application
from bitsgui.gui.models.overall import Overall
from bitsgui.gui.models.state_groups import StateGroup
from bitsgui.gui.notifications.notifications import Notifications
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.texts.tray_texts import Traffic
from bitsgui.gui.windows.main_window import MainWindow
from bitsgui.gui.windows.presence import Presence, store_or_tell
from bitsgui.gui.windows.tray import Tray, TrayMenu
from bitsgui.model.job import Job, JobId
from bitsgui.model.settings import Settings
from bitsgui.service.keep_awake import KeepAwake
from bitsgui.service.pause_all import PauseAll

if TYPE_CHECKING:
    from bitsgui.service.manager import JobManager

_REFRESH_MS: Final = 1_000
"""A panel is no place for fast changes."""


class Background(QObject):
    """Signal: `left` when the program is to end."""

    left = Signal()

    def __init__(self, manager: "JobManager", window: MainWindow, preferences: Preferences, pausing: PauseAll) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self._pausing = pausing
        self._overall = Overall()
        self._menu = TrayMenu()
        self._tray = Tray(self._menu, self)
        self.presence = Presence(manager, window, preferences, lambda: self._tray.is_there)
        self.notifications = Notifications(manager, window, self._tray, window.tasks)
        self._awake = KeepAwake(manager, self._on_no_awake)
        self._refreshing = QTimer(self, interval=_REFRESH_MS)
        self._refreshing.timeout.connect(self._refresh)
        self._refreshing.start()
        self._menu.show_window(visible=window.is_on_screen)
        for job in manager.enumerate():
            self._overall.note(job)
        self._connect_menu()
        self._connect_window()
        self._connect_system()
        self._follow(preferences.settings)
        self._refresh()

    async def aclose(self) -> None:
        """Take icon and notifications away."""
        self._refreshing.stop()
        await self._awake.aclose()
        await self.notifications.aclose()
        self._tray.close()
        self._menu.deleteLater()

    def _connect_menu(self) -> None:
        menu = self._menu
        self._tray.activated.connect(self.presence.toggle)
        menu.toggle_wanted.connect(self.presence.toggle)
        menu.pause_wanted.connect(lambda: self._start(self._pausing.pause(), "pause all"))
        menu.resume_wanted.connect(lambda: self._start(self._pausing.resume(), "resume all"))
        menu.limit_wanted.connect(lambda limit: self._change(total_rate_limit_bps=limit))
        menu.review_wanted.connect(lambda: self._review(None))
        menu.quit_wanted.connect(self.presence.quit)

    def _connect_window(self) -> None:
        bridge, notifications = self._window.bridge, self.notifications
        bridge.jobs_added.connect(self._on_jobs)
        bridge.jobs_changed.connect(self._on_jobs)
        bridge.jobs_removed.connect(self._on_removed)
        self._window.came.connect(self._on_window)
        self._window.went.connect(self._on_window)
        self.presence.first_hidden.connect(self._on_first_hidden)
        self.presence.left.connect(self.left)
        notifications.show_wanted.connect(self.presence.show)
        notifications.resolve_wanted.connect(self._review)
        notifications.review_wanted.connect(self._show_job)
        self._preferences.changed.connect(self._follow)

    def _connect_system(self) -> None:
        app = Application.instance()
        if isinstance(app, Application):
            app.quit_asked.connect(self.presence.quit)
            app.session_ends.connect(self.left)
            if sys.platform == "darwin":  # a click on the Dock's icon
                app.applicationStateChanged.connect(self._on_application_state)

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and not self._window.isVisible():
            self.presence.show()

    def _follow(self, settings: Settings) -> None:
        self._menu.show_limit(settings.total_rate_limit_bps)
        self.notifications.follow(settings.notify)
        self._awake.set_wanted(settings.keeps_awake)

    def _on_jobs(self, changes: list[tuple[Job, float]]) -> None:
        for job, _ in changes:
            self._overall.note(job)

    def _on_removed(self, job_ids: list[JobId]) -> None:
        for job_id in job_ids:
            self._overall.drop(job_id)

    def _on_window(self) -> None:
        self._menu.show_window(visible=self._window.is_on_screen)
        if self._window.is_on_screen:
            self.notifications.withdraw_seen()

    def _on_no_awake(self) -> None:
        self._window.pane.tell(
            self.tr("This system cannot be kept awake: it may go to sleep while something is transferred.")
        )

    def _on_first_hidden(self) -> None:
        self.notifications.tell_of_tray()
        self._change(was_told_of_tray=True)

    def _review(self, first: JobId | None) -> None:
        self.presence.show()
        self._window.errors.review(first)

    def _show_job(self, job_id: JobId) -> None:
        self.presence.show()
        self._window.view.select([job_id], job_id)
        self._window.errors.show_error(job_id)

    def _refresh(self) -> None:
        self._tray.show_traffic(self._traffic())

    def _traffic(self) -> Traffic:
        model = self._window.model
        running = model.members(StateGroup.ACTIVE)
        sent = sum(row.rate_bps for row in running if row.is_sending)
        return Traffic(
            received_bps=sum(row.rate_bps for row in running) - sent,
            sent_bps=sent,
            active=len(running),
            waiting=len(model.members(StateGroup.WAITING)),
            paused=len(self._pausing.paused),
            needs_you=len(model.members(StateGroup.NEEDS_YOU)),
            fraction=self._overall.fraction,
        )

    def _change(self, **fields: Any) -> None:
        self._start(store_or_tell(self._preferences, self._window, **fields), "store a setting")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._window.tasks.start(work, name=name)
