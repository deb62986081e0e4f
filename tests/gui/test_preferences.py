"""The settings in force: what is changed holds at once, reaches the queue's policies and outlives the program."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from bitsgui.gui import theme
from bitsgui.gui.preferences import Preferences, system_folder
from bitsgui.model.hresult import BitsError
from bitsgui.model.settings import Settings, Theme
from bitsgui.service.manager import JobManager
from bitsgui.store.settings import SETTINGS_FILE, load_settings
from tests.support.qt_loop import run_on_qt
from tests.support.stub_manager import StubManager


def test_a_change_holds_at_once_and_is_stored(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        manager = await JobManager.open(tmp_path)
        try:
            preferences = Preferences(tmp_path, load_settings(tmp_path), manager)
            told: list[Settings] = []
            preferences.changed.connect(told.append)
            await preferences.change(total_rate_limit_bps=500_000, theme=Theme.DARK)
            assert manager.policy.rate_limit_bps == 500_000
            assert theme.scheme() == "dark"
            assert told == [preferences.settings]
            assert load_settings(tmp_path) == preferences.settings
            assert load_settings(tmp_path).theme is Theme.DARK
        finally:
            await manager.aclose()

    run_on_qt(qapp, scenario())


def test_changes_at_the_same_time_lose_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        preferences = Preferences(tmp_path, Settings(), StubManager())
        await asyncio.gather(*(preferences.change(**{name: 7}) for name in ("background_slots", "history_length")))
        stored = load_settings(tmp_path)
        assert (stored.background_slots, stored.history_length) == (7, 7)
        assert stored == preferences.settings

    run_on_qt(qapp, scenario())


@pytest.mark.parametrize("fields", [{"background_slots": 0}, {"download_folder": "x", "history_length": 3}])
def test_a_value_that_is_none_changes_nothing(qapp: QApplication, tmp_path: Path, fields: dict[str, Any]) -> None:
    async def scenario() -> None:
        preferences = Preferences(tmp_path, Settings(), StubManager())
        with pytest.raises(BitsError):
            await preferences.change(**fields)
        assert preferences.settings == Settings()
        assert not (tmp_path / SETTINGS_FILE).exists()

    run_on_qt(qapp, scenario())


def test_what_cannot_be_stored_changes_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / SETTINGS_FILE).mkdir()  # a folder in the way: the last step of storing fails
        manager = StubManager()
        preferences = Preferences(tmp_path, Settings(), manager)
        told: list[Settings] = []
        preferences.changed.connect(told.append)
        with pytest.raises(OSError, match=SETTINGS_FILE):
            await preferences.change(total_rate_limit_bps=1, theme=Theme.DARK)
        assert (preferences.settings, told) == (Settings(), [])
        assert (manager.policy.rate_limit_bps, theme.scheme()) == (0, "light")

    run_on_qt(qapp, scenario())


def test_the_folder_used_last_goes_before_the_one_set(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        preferences = Preferences(tmp_path, Settings(), StubManager())
        assert preferences.folder == system_folder()
        preferences.use_folder(tmp_path / "used")
        assert preferences.folder == str(tmp_path / "used")
        await preferences.change(download_folder=str(tmp_path / "set"))
        assert preferences.folder == str(tmp_path / "set")

    run_on_qt(qapp, scenario())
