"""The icon in the notification area and its menu; follows a tray that comes later or goes. Knows no manager."""

import sys
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from bitsgui.gui.texts.tray_texts import Traffic, limit_text, needs_you_text, resume_all_text, tool_tip
from bitsgui.gui.windows.tray_icon import look, tray_icon

_LOOK_FOR_TRAY_MS: Final = 2_000
_FIRST_LOOK_MS: Final = 250
"""The window is painted first."""
LIMITS_BPS: Final = (0, 100_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000)
"""Offered in the menu, bytes a second over all jobs."""


class TrayMenu(QMenu):
    """What every tray offers; the signals carry what is wanted, `limit_wanted` bytes a second."""

    toggle_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    limit_wanted = Signal(int)
    review_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tray_menu")
        self._toggle = self._entry("tray_toggle", "", self.toggle_wanted)
        self.addSeparator()
        self._pause = self._entry("tray_pause", self.tr("Pause all"), self.pause_wanted)
        self._resume = self._entry("tray_resume", "", self.resume_wanted)
        self._limits = self.addMenu(self.tr("Speed limit"))
        self._limits.setObjectName("tray_limits")
        self._group = QActionGroup(self)
        self.addSeparator()
        self._review = self._entry("tray_review", "", self.review_wanted)
        self.addSeparator()
        self._entry("tray_quit", self.tr("Quit"), self.quit_wanted)
        self.show_traffic(Traffic())
        self.show_window(visible=False)
        self.show_limit(0)

    def show_window(self, *, visible: bool) -> None:
        """What the first entry does."""
        self._toggle.setText(self.tr("Hide bitsgui") if visible else self.tr("Show bitsgui"))

    def show_traffic(self, traffic: Traffic) -> None:
        """What can be done about it now."""
        self._pause.setEnabled(bool(traffic.active or traffic.waiting))
        self._resume.setEnabled(bool(traffic.paused))
        self._resume.setText(resume_all_text(traffic.paused))
        self._review.setEnabled(bool(traffic.needs_you))
        self._review.setText(needs_you_text(traffic.needs_you) if traffic.needs_you else self.tr("No job needs you"))

    def show_limit(self, rate_bps: int) -> None:
        """Offer the usual limits, and the present one where it is another."""
        self._limits.clear()
        for old in self._group.actions():
            self._group.removeAction(old)
            old.deleteLater()
        for limit in sorted({*LIMITS_BPS, rate_bps}):
            action = QAction(limit_text(limit), self._group)
            action.setObjectName(f"tray_limit_{limit}")
            action.setCheckable(True)
            action.setChecked(limit == rate_bps)
            action.triggered.connect(lambda _=False, chosen=limit: self.limit_wanted.emit(chosen))
            self._limits.addAction(action)

    def _entry(self, name: str, text: str, wanted: SignalInstance) -> QAction:
        action = self.addAction(text)
        action.setObjectName(name)
        action.triggered.connect(lambda _=False: wanted.emit())
        return action


class Tray(QObject):
    """Signals: `activated` by a click on the icon, `message_clicked` by one on what `say` showed."""

    activated = Signal()
    message_clicked = Signal()

    def __init__(self, menu: TrayMenu, parent: QObject) -> None:
        super().__init__(parent)
        self.menu = menu
        self._icon: QSystemTrayIcon | None = None
        self._traffic = Traffic()
        self._timer = QTimer(self, interval=_LOOK_FOR_TRAY_MS)
        self._timer.timeout.connect(self._look_for_tray)
        self._timer.start()
        QTimer.singleShot(_FIRST_LOOK_MS, self, self._look_for_tray)

    @property
    def is_there(self) -> bool:
        """Whether somebody shows the icon now."""
        self._look_for_tray()
        return self._icon is not None

    def close(self) -> None:
        """Take the icon away."""
        self._timer.stop()
        self._drop()

    def show_traffic(self, traffic: Traffic) -> None:
        """Icon, tool tip and menu follow; nothing is told to the panel that it knows."""
        if traffic == self._traffic:
            return
        self._traffic = traffic
        self.menu.show_traffic(traffic)
        self._refresh()

    def say(self, title: str, text: str) -> bool:
        """A message at the icon, where the system shows such; False: it was not shown."""
        if self._icon is None or not QSystemTrayIcon.supportsMessages():
            return False
        self._icon.showMessage(title, text, self._icon.icon())
        return True

    def _look_for_tray(self) -> None:
        """An icon finds only the kind of tray that was there when it was made: another tray, another icon."""
        there = QSystemTrayIcon.isSystemTrayAvailable()
        if there and self._icon is None:
            self._make()
        elif not there and self._icon is not None:
            self._drop()

    def _make(self) -> None:
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self.menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.message_clicked)
        self._refresh()
        self._icon.show()

    def _drop(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _refresh(self) -> None:
        if self._icon is None:
            return
        now = self._traffic
        wanted = look(is_transferring=bool(now.active), needs_you=bool(now.needs_you), fraction=now.fraction)
        icon = tray_icon(wanted)
        if icon.cacheKey() != self._icon.icon().cacheKey():
            self._icon.setIcon(icon)
        self._icon.setToolTip(tool_tip(now))

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # In the menu bar of macOS a click opens the menu.
        if reason is QSystemTrayIcon.ActivationReason.Trigger and sys.platform != "darwin":
            self.activated.emit()
