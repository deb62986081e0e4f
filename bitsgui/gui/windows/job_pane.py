"""The middle of the window: messages, banner, and the table or why there is none."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bitsgui.gui.models.cell_values import error_text
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.models.job_table import JobTableModel
from bitsgui.gui.models.state_groups import StateGroup
from bitsgui.gui.theme import STEP
from bitsgui.gui.windows.empty_state import EmptyState
from bitsgui.gui.windows.job_view import JobView
from bitsgui.gui.windows.message_bar import MessageBar


class JobPane(QWidget):
    """Signals: `review_wanted` and `undo_wanted` come from bars above the table, the others from the empty state."""

    review_wanted = Signal()
    undo_wanted = Signal()
    download_wanted = Signal()
    upload_wanted = Signal()

    def __init__(self, model: JobTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.view = JobView(model, self)
        self._message = MessageBar("message", "", closable=True, parent=self)
        self._banner = MessageBar("banner", self.tr("Review"), closable=False, parent=self)
        self._banner.acted.connect(self.review_wanted)
        self._undo = MessageBar("undo", self.tr("Undo"), closable=True, parent=self, calm=True)
        self._undo.acted.connect(self.undo_wanted)
        self._empty = EmptyState(self)
        self._empty.download_wanted.connect(self.download_wanted)
        self._empty.upload_wanted.connect(self.upload_wanted)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        bars = QVBoxLayout()
        bars.setContentsMargins(3 * STEP, 0, 3 * STEP, 0)
        bars.setSpacing(2 * STEP)
        bars.addWidget(self._message)
        bars.addWidget(self._banner)
        bars.addWidget(self._undo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2 * STEP, 0, 0)
        layout.setSpacing(2 * STEP)
        layout.addLayout(bars)
        layout.addWidget(self._stack, 1)

    def tell(self, text: str) -> None:
        """What could not be done; it stays until it is read and closed."""
        self._message.show_text(text)

    def offer_undo(self, text: str) -> None:
        """What was cancelled just now; nothing for an empty text."""
        self._undo.show_text(text)

    def refresh(self) -> None:
        """Banner and empty state follow the model."""
        waiting = list(self._model.members(StateGroup.NEEDS_YOU))
        self._banner.show_text(self._banner_text(waiting))
        if self._model.rowCount():
            self._stack.setCurrentWidget(self.view)
        else:
            self._empty.explain(filtered=self._model.has_jobs())
            self._stack.setCurrentWidget(self._empty)

    def is_empty(self) -> bool:
        """Nothing is listed."""
        return self._stack.currentWidget() is self._empty

    def _banner_text(self, waiting: list[JobRow]) -> str:
        if not waiting:
            return ""
        first = waiting[0]
        story = f"“{first.job.settings.display_name}”: {error_text(first)}"
        if len(waiting) == 1:
            return self.tr("1 job needs you. {story}").format(story=story)
        return self.tr("{count} jobs need you. {story}").format(count=len(waiting), story=story)
