"""The main window over a stub manager, with its settings in a file: what a test presses and looks at."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QDialog, QMessageBox

from bitsgui.gui.windows.actions import VERB_ACTIONS, ActionId
from bitsgui.gui.windows.main_window import MainWindow
from bitsgui.model.job import Job
from tests.support.preferred import preferred
from tests.support.qt_loop import until_true
from tests.support.stub_manager import StubManager


class Bench:
    """A window over a stub manager, with its settings in a file of the test."""

    def __init__(self, ini: Path, *jobs: Job) -> None:
        self.manager = StubManager(jobs)
        self.settings = QSettings(str(ini), QSettings.Format.IniFormat)
        self.preferences = preferred(ini.parent, self.manager)
        self.window = MainWindow(self.manager, self.settings, self.preferences)
        self.window.show()

    def action(self, key: ActionId) -> Any:
        return next(a for a in self.window.actions() if a.objectName() == key.value)

    def part(self, kind: type, name: str) -> Any:
        return self.window.findChild(kind, name)

    def select(self, *jobs: Job) -> None:
        self.window.view.select([job.id for job in jobs])

    def states(self) -> list[str]:
        model = self.window.model
        return [model.shown(row).job.settings.display_name for row in range(model.rowCount())]

    def enabled(self) -> set[str]:
        return {key.value for key in VERB_ACTIONS if self.action(key).isEnabled()}

    async def close(self) -> None:
        self.window.save()
        self.window.hide()
        await self.window.aclose()
        self.window.deleteLater()


Scenario = Callable[[Bench], Coroutine[Any, Any, None]]


async def question_of(bench: Bench) -> QMessageBox:
    """The question that the window asks."""
    await until_true(lambda: bench.window.findChild(QMessageBox))
    box = bench.window.findChild(QMessageBox)
    await until_true(box.isVisible)
    return box


async def dialog_of(bench: Bench) -> QDialog:
    """The dialog that opens over the window."""
    found = lambda: [d for d in bench.window.findChildren(QDialog) if d.isVisible()]  # noqa: E731
    await until_true(found)
    return found()[0]
