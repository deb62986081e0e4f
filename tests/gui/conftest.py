"""For every test of the window: the application as `app.py` dresses it, in the light scheme."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from bitsgui.gui import theme
from bitsgui.gui.dialogs.fixes import space
from bitsgui.gui.i18n import install_language
from bitsgui.model.job import Job
from tests.support.long_words import LongWords
from tests.support.qt_loop import run_on_qt
from tests.support.window_bench import Bench, Scenario


@pytest.fixture(scope="session")
def _dressed(qapp: QApplication) -> QApplication:
    install_language(qapp)
    theme.set_scheme("light")
    theme.apply_theme(qapp)
    gc.freeze()  # makes the collections below cheap
    return qapp


@pytest.fixture(autouse=True)
def dressed(_dressed: QApplication) -> Iterator[QApplication]:
    """The dressed application; a test that forces the dark scheme leaves the light one behind."""
    yield _dressed
    # What a test dropped is deleted here: left to the collector, a worker thread might delete a widget.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    if theme.scheme() != "light":
        theme.set_scheme("light")


@pytest.fixture
def still_meter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Error dialogs that are looked at without a loop: nothing is there to measure the room on the disk."""
    monkeypatch.setattr(space, "FIRST_LOOK_MS", 3_600_000)


@pytest.fixture
def long_words(qapp: QApplication) -> Iterator[None]:
    translator = LongWords()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture
def on_window(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Run a scenario on a window with these jobs; several windows of a test share the settings file."""

    def run(scenario: Scenario, *jobs: Job) -> None:
        async def whole() -> None:
            bench = Bench(tmp_path / "window.ini", *jobs)
            try:
                await scenario(bench)
            finally:
                await bench.close()

        run_on_qt(qapp, whole())
        qapp.processEvents()

    yield run
    QGuiApplication.clipboard().clear()
