"""The settings in force: what is changed holds at once, reaches the queue's policies and outlives the program."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from bitsgui.gui.preferences import Preferences
from bitsgui.model.settings import Settings, Theme
from bitsgui.service.manager import JobManager
from bitsgui.store.settings import load_settings
from tests.support.qt_loop import run_on_qt


def test_a_change_holds_at_once_and_is_stored(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        manager = await JobManager.open(tmp_path)
        try:
            preferences = Preferences(tmp_path, load_settings(tmp_path), manager)
            told: list[Settings] = []
            preferences.changed.connect(told.append)
            await preferences.change(total_rate_limit_bps=500_000, theme=Theme.DARK)
            assert manager.policy.rate_limit_bps == 500_000
            assert told == [preferences.settings]
            assert load_settings(tmp_path) == preferences.settings
            assert load_settings(tmp_path).theme is Theme.DARK
        finally:
            await manager.aclose()

    run_on_qt(qapp, scenario())
