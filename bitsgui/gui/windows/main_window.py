"""The main window: puts the parts together, and tells each what changed; all job logic is elsewhere."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QMainWindow, QSplitter, QVBoxLayout, QWidget

from bitsgui.gui.bridge import FLUSH_MS, JobBridge
from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.dropped import files_in, is_offer
from bitsgui.gui.models.job_table import JobTableModel
from bitsgui.gui.models.rate_history import RateHistory
from bitsgui.gui.models.state_groups import StateGroup
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.resources import icon
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.theme import STEP
from bitsgui.gui.windows.actions import build_actions
from bitsgui.gui.windows.commands import Commands
from bitsgui.gui.windows.filter_bar import FilterBar
from bitsgui.gui.windows.history_commands import HistoryCommands
from bitsgui.gui.windows.job_details import JobDetails
from bitsgui.gui.windows.job_pane import JobPane
from bitsgui.gui.windows.menus import JobMenu, main_menu
from bitsgui.gui.windows.status_line import StatusLine
from bitsgui.gui.windows.tool_bar import ToolBar
from bitsgui.model.job import Job, JobId

if TYPE_CHECKING:
    from bitsgui.service.manager import JobManager

_TICK_MS: Final = 500
"""Half a second: table and details take turns, so that neither holds the loop for long."""
_FREE_EVERY_TICKS: Final = 20
_LEAST_WIDTH, _LEAST_HEIGHT = 640, 420
_USUAL_WIDTH, _USUAL_HEIGHT = 1280, 800


class MainWindow(QMainWindow):
    """Signals: `close_wanted` when it was asked to close; whether it hides or the program ends is not its decision.
    `came` and `went` when it was shown or hidden, by whomever."""

    close_wanted = Signal()
    came = Signal()
    went = Signal()

    def __init__(self, manager: "JobManager", settings: QSettings, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("bitsgui")
        self.setWindowIcon(icon("bitsgui.svg"))
        self.setAcceptDrops(True)
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self.tasks = Tasks()
        self._manager = manager
        self._settings = settings
        self._preferences = preferences
        self._rates = RateHistory()
        self._ticks = 0
        self.model = JobTableModel(self)
        self.bridge = JobBridge(manager, self)
        self.errors = JobErrorSlots(manager, self.tasks, self)
        self._build()
        self._connect()
        self._restore()
        self.model.add((*manager.history(), *manager.enumerate()))
        self._on_counts()
        self._after_change()
        self._show_first()
        if (damaged := manager.replaced_database) is not None:
            kept = self.tr("The queue was damaged and could not be read; a new one was begun. The old one: {path}")
            self.pane.tell(kept.format(path=damaged))
        self._soon = QTimer(self, singleShot=True, interval=FLUSH_MS // 2)
        self._soon.timeout.connect(self._after_change)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()
        self._on_tick()

    async def aclose(self) -> None:
        """Stop listening and end what the window started."""
        self._timer.stop()
        self._soon.stop()
        self.bridge.close()
        self.errors.close()
        await self.tasks.aclose()

    def _build(self) -> None:
        actions = build_actions(self)
        self._groups = FilterBar(self)
        self.pane = JobPane(self.model, self)
        self.view = self.pane.view
        self.details = JobDetails(self._manager, self._rates, self.tasks, self)
        self.status = StatusLine(self)
        self.commands = Commands(self._manager, self._preferences, self.tasks, self.view, actions, self)
        self.history = HistoryCommands(self._manager, self.tasks, self.view, actions, self)
        self._bar = ToolBar(actions, main_menu(actions, self.view.columns, self), self)
        self._menu = JobMenu(actions, self.commands, self)
        self._halves = _splitter("details_splitter", Qt.Orientation.Vertical, self.pane, self.details)
        self._sides = _splitter("side_splitter", Qt.Orientation.Horizontal, self._groups, self._halves)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget, stretch in ((self._bar, 0), (_hairline(page), 0), (self._sides, 1)):
            layout.addWidget(widget, stretch)
        self.setCentralWidget(page)
        self.setStatusBar(self.status)

    def _connect(self) -> None:
        self.bridge.jobs_added.connect(self._on_jobs)
        self.bridge.jobs_changed.connect(self._on_jobs)
        self.bridge.jobs_removed.connect(self._on_removed)
        self.model.counts_changed.connect(self._on_counts)
        self._groups.group_chosen.connect(self._on_filter)
        self._bar.search.textChanged.connect(self._on_filter)
        self._bar.search.left.connect(self.view.setFocus)
        self.view.selection_changed.connect(self._on_selection)
        self.view.menu_wanted.connect(self._menu.popup_at)
        self.pane.review_wanted.connect(self.errors.review)
        self.details.review_wanted.connect(self.errors.show_error)
        self.errors.told.connect(self.status.tell)
        commands = self.commands
        self.pane.download_wanted.connect(commands.new_download)
        self.pane.upload_wanted.connect(commands.new_upload)
        commands.refused.connect(self.pane.tell)
        ended = self.history
        self.errors.cancelled.connect(ended.offer_undo)
        commands.cancelled.connect(ended.offer_undo)
        ended.undo_offered.connect(self.pane.offer_undo)
        self.pane.undo_wanted.connect(ended.undo_last)
        ended.refused.connect(self.pane.tell)
        ended.told.connect(self.status.tell)
        ended.created.connect(self._on_created, Qt.ConnectionType.QueuedConnection)
        commands.error_wanted.connect(self.errors.show_error)
        commands.search_wanted.connect(self._on_search)
        # Queued: what was created is told from a coroutine, and slots never run on its stack.
        commands.created.connect(self._on_created, Qt.ConnectionType.QueuedConnection)
        commands.compact_toggled.connect(self.view.set_compact)
        commands.details_toggled.connect(self._after_change)

    def _show_first(self) -> None:
        """Start with the first job selected, so that the pane below has something to say."""
        if self.model.rowCount():
            self.view.select([self.model.shown(0).job.id])
            self.view.setFocus()
        else:
            self._groups.setFocus()

    def _on_jobs(self, changes: Sequence[tuple[Job, float]]) -> None:
        """Where only bytes moved, the rest follows between two flushes: one repaint of all would hold the loop long."""
        if not self.model.apply(changes):
            self._after_change()
        elif not self._soon.isActive():
            self._soon.start()

    def _on_created(self, job_ids: list[JobId]) -> None:
        """Show new jobs selected, without waiting for the next flush."""
        if not job_ids:  # the person thought better of it
            return
        if self._groups.group() is StateGroup.HISTORY:
            self._groups.choose(StateGroup.ALL)
        self.model.add([self._manager.get(job_id) for job_id in job_ids])
        self.view.select(job_ids)
        self._after_change()

    def _on_removed(self, job_ids: list[JobId]) -> None:
        self.model.remove(job_ids)
        self._after_change()

    def _after_change(self) -> None:
        self.pane.refresh()
        self.details.setVisible(self.commands.wants_details() and not self.pane.is_empty())
        self._on_selection()
        self._show_rates()

    def _on_selection(self) -> None:
        current = self.view.current_id()
        self.details.show_row(None if current is None else self.model.row(current))
        rows = self.view.selected()
        self.commands.refresh(rows)
        self.history.refresh(rows)

    def _on_counts(self) -> None:
        self._groups.groups.set_counts(self.model.counts())
        count = self._groups.groups.count
        self.status.show_jobs(count(StateGroup.ALL), count(StateGroup.ACTIVE))
        self.pane.refresh()

    def _on_filter(self) -> None:
        self.model.set_filter(self._groups.group(), self._bar.search.text())
        self._after_change()

    def _on_search(self) -> None:
        self._bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._bar.search.selectAll()

    def _on_tick(self) -> None:
        (self._tick_details if self._ticks % 2 else self.model.tick)()
        if self._ticks % _FREE_EVERY_TICKS == 0:
            self.tasks.start(self.status.show_free(self.commands.folder()), name="free space")
        self._ticks += 1

    def _tick_details(self) -> None:
        running = self.model.members(StateGroup.ACTIVE)
        self._rates.record(time.monotonic(), {row.job.id: row.rate_bps for row in running})
        self.details.tick()

    def _show_rates(self) -> None:
        running = self.model.members(StateGroup.ACTIVE)
        sent = sum(row.rate_bps for row in running if row.is_sending)
        received = sum(row.rate_bps for row in running) - sent
        self.status.show_rates(received, sent, self._manager.policy.rate_limit_bps)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_offer(event.mimeData()) or files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Addresses are to be downloaded, files of this computer to be uploaded."""
        event.acceptProposedAction()
        if is_offer(event.mimeData()):
            self.commands.take(event.mimeData())
        elif files := files_in(event.mimeData()):
            self.commands.new_upload(files)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.came.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.went.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.save()
        self.close_wanted.emit()

    @property
    def is_on_screen(self) -> bool:
        """Neither hidden nor minimised."""
        return self.isVisible() and not self.isMinimized()

    def save(self) -> None:
        """Geometry and views, into the settings."""
        self._settings.setValue("window/geometry", self.saveGeometry())
        self._settings.setValue("window/sides", self._sides.saveState())
        self._settings.setValue("window/halves", self._halves.saveState())
        self._settings.setValue("filter/group", self._groups.group().value)
        self.commands.save(self._settings)
        self.view.save(self._settings)
        self._settings.sync()

    def _restore(self) -> None:
        self.resize(_USUAL_WIDTH, _USUAL_HEIGHT)
        self._sides.setSizes([self._groups.sizeHint().width(), _USUAL_WIDTH])
        self._halves.setSizes([_USUAL_HEIGHT * 2 // 3, _USUAL_HEIGHT // 3])
        for key, restore in (
            ("window/geometry", self.restoreGeometry),
            ("window/sides", self._sides.restoreState),
            ("window/halves", self._halves.restoreState),
        ):
            stored = self._settings.value(key)
            if stored is not None:
                restore(stored)
        self.view.restore(self._settings)
        self.commands.restore(self._settings)
        group = self._settings.value("filter/group")
        self._groups.choose(StateGroup(group) if group in tuple(StateGroup) else StateGroup.ALL)


def _splitter(name: str, direction: Qt.Orientation, first: QWidget, second: QWidget) -> QSplitter:
    splitter = QSplitter(direction)
    splitter.setObjectName(name)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    splitter.addWidget(first)
    splitter.addWidget(second)
    # A side bar keeps its width; above and below share what there is.
    sideways = direction is Qt.Orientation.Horizontal
    splitter.setStretchFactor(0, 0 if sideways else 2)
    splitter.setStretchFactor(1, 1)
    return splitter


def _hairline(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("role", "hairline")
    line.setFixedHeight(STEP // 4)
    return line
