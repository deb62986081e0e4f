"""The Settings dialog: what is chosen holds at once and is stored, what is wrong is said and holds nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QListWidget, QPushButton

from bitsgui.gui import theme
from bitsgui.gui.dialogs.setting_fields import SettingField
from bitsgui.gui.dialogs.settings import SettingsDialog
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.windows.actions import ActionId
from bitsgui.model.enums import ProxyUsage
from bitsgui.model.job import ProxySettings
from bitsgui.model.limits import DAY_S
from bitsgui.model.settings import CloseAction, Settings, Theme
from bitsgui.store.settings import SETTINGS_FILE, load_settings
from tests.support.fake_autostart import FakeAutostart
from tests.support.long_words import assert_buttons_fit
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager
from tests.support.window_bench import Bench, dialog_of


class House:
    """The dialog and what it changes."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.manager = StubManager()
        self.preferences = Preferences(folder, settings, self.manager)
        self.autostart = FakeAutostart()
        self.tasks = Tasks()
        self.dialog = SettingsDialog(self.preferences, self.tasks, None, self.autostart)

    @property
    def settings(self) -> Settings:
        return self.preferences.settings

    def field(self, name: str) -> Any:
        field = self.dialog.findChild(SettingField, name)
        assert field is not None, name
        return field

    def type(self, name: str, text: str) -> None:
        edit = self.field(name).edit
        edit.clear()
        QTest.keyClicks(edit, text)
        edit.editingFinished.emit()

    def choose(self, box: QComboBox, value: object) -> None:
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())

    def pick(self, name: str, value: object) -> None:
        field = self.field(name)
        field.put(value)
        field.box.activated.emit(field.box.currentIndex())

    def said(self) -> list[str]:
        labels = self.dialog.findChildren(QLabel)
        return [label.text() for label in labels if label.property("role") == "field-error" and not label.isHidden()]

    async def until(self, **fields: Any) -> None:
        await until_true(lambda: all(getattr(self.settings, name) == value for name, value in fields.items()))


@asynccontextmanager
async def house(folder: Path, settings: Settings | None = None) -> AsyncIterator[House]:
    at = House(folder, settings or Settings())
    at.dialog.open()
    await until_true(at.dialog.isVisible)
    await until_true(lambda: at.field("starts_at_login").isEnabled() or at.autostart.failure)
    try:
        yield at
    finally:
        await at.tasks.aclose()
        at.dialog.deleteLater()


def test_every_field_shows_what_holds_and_stores_what_is_chosen(qapp: QApplication, tmp_path: Path) -> None:
    begin = Settings(background_slots=3, minimum_retry_delay_s=90, no_progress_timeout_s=0, theme=Theme.LIGHT)

    async def scenario() -> None:
        async with house(tmp_path, begin) as at:
            assert at.field("background_slots").edit.text() == "3"
            assert (
                at.field("minimum_retry_delay_s").edit.text(),
                at.field("minimum_retry_delay_s").unit.currentData(),
            ) == (
                "90",
                1,
            )
            at.type("background_slots", "5")
            at.type("inactivity_days", "999")
            at.type("history_length", "0")
            at.type("minimum_retry_delay_s", "2")
            at.choose(at.field("minimum_retry_delay_s").unit, 3600)
            at.type("no_progress_timeout_s", "7")
            at.type("maximum_download_time_s", "1.5")
            at.type("download_folder", "/srv/downloads")
            at.field("total_rate_limit_bps").box.setValue(500)
            at.field("job_rate_limit_bps").box.setValue(200)
            for name in ("completes_itself", "asks_before_loss", "keeps_awake", "errors", "transferred", "pops_dialog"):
                at.field(name).tick.click()
            at.pick("on_close", CloseAction.QUIT)
            at.pick("theme", Theme.DARK)
            await at.until(
                background_slots=5,
                inactivity_days=999,
                history_length=0,
                minimum_retry_delay_s=7200,
                no_progress_timeout_s=7 * DAY_S,
                maximum_download_time_s=1.5 * DAY_S,
                download_folder="/srv/downloads",
                total_rate_limit_bps=500_000,
                job_rate_limit_bps=200_000,
                completes_itself=False,
                asks_before_loss=False,
                keeps_awake=True,
                on_close=CloseAction.QUIT,
                theme=Theme.DARK,
            )
            notify = at.settings.notify
            assert (notify.errors, notify.transferred, notify.deadlines, notify.pops_dialog) == (
                False,
                False,
                True,
                False,
            )
            assert at.said() == []
            assert (at.settings.theme, at.settings.on_close) == (Theme.DARK, CloseAction.QUIT)
            assert type(at.settings.theme) is Theme
            assert theme.scheme() == "dark"
            assert at.manager.policy.rate_limit_bps == 500_000
            assert load_settings(tmp_path) == at.settings

    run_on_qt(qapp, scenario())


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("background_slots", "0", "from 1 to 100"),
        ("inactivity_days", "1000", "from 1 to 999"),
        ("history_length", "many", "whole number"),
        ("minimum_retry_delay_s", "0", "At least 5 s"),
        ("no_progress_timeout_s", "99999999", "At most"),
        ("maximum_download_time_s", "", "Give a number"),
        ("download_folder", "here", "whole path"),
    ],
)
def test_what_is_wrong_is_said_and_holds_nothing(
    qapp: QApplication, tmp_path: Path, name: str, text: str, part: str
) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.type(name, text)
            assert [part in said for said in at.said()] == [True]
            at.field("keeps_awake").tick.click()
            await at.until(keeps_awake=True)
            assert at.settings == Settings(keeps_awake=True)
            assert at.field(name).edit.text() == text

    run_on_qt(qapp, scenario())


def test_closing_stores_what_is_typed_and_asks_once_about_what_is_wrong(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.field("history_length").edit.setText("7")  # not left yet
            at.field("inactivity_days").edit.setText("0")
            pages = at.dialog.findChild(QListWidget, "pages")
            QTest.keyClick(at.dialog, Qt.Key.Key_Escape)
            await at.until(history_length=7)
            await until_true(lambda: len(at.said()) == 2)
            assert at.dialog.isVisible()
            assert pages.currentItem().text() == "Transfers"
            at.dialog.findChild(QPushButton, "close").click()
            await until_true(lambda: not at.dialog.isVisible())
            assert at.settings == Settings(history_length=7)

    run_on_qt(qapp, scenario())


def test_what_cannot_be_stored_is_said_and_the_old_value_stays(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / SETTINGS_FILE).mkdir()
        async with house(tmp_path) as at:
            at.pick("theme", Theme.DARK)
            await until_true(lambda: at.said())
            assert "could not be stored" in at.said()[0]
            assert at.field("theme").read() is Theme.SYSTEM
            assert (at.settings, theme.scheme()) == (Settings(), "light")

    run_on_qt(qapp, scenario())


def test_a_proxy_holds_when_it_can_be_used(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            proxy = at.field("proxy")
            at.choose(proxy.usage, ProxyUsage.OVERRIDE)
            assert at.said() == ["Give the address of a proxy."]
            for bad in ("http://:1", "me:pw@proxy:1", "ftp://x:1"):
                proxy.proxies.setText(bad)
                proxy.proxies.editingFinished.emit()
                assert len(at.said()) == 1, bad
            assert at.settings.proxy == ProxySettings()
            proxy.proxies.setText(" proxy.example:8080  socks5://localhost:1080 ")
            proxy.bypass.setText("<local>")
            proxy.bypass.editingFinished.emit()
            wanted = ProxySettings(ProxyUsage.OVERRIDE, "proxy.example:8080 socks5://localhost:1080", "<local>")
            await at.until(proxy=wanted)
            at.choose(proxy.usage, ProxyUsage.NO_PROXY)
            await at.until(proxy=ProxySettings(ProxyUsage.NO_PROXY))
            at.choose(proxy.usage, ProxyUsage.OVERRIDE)
            await at.until(proxy=wanted)  # what was typed is still there

    run_on_qt(qapp, scenario())


def test_the_switch_of_the_session_is_the_systems(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            login = at.field("starts_at_login")
            assert not login.tick.isChecked()
            login.tick.click()
            await until_true(lambda: at.autostart.command)
            assert "--hidden" in at.autostart.command
            assert str(tmp_path) in at.autostart.command
            at.autostart.failure = PermissionError(13, "Permission denied")
            login.tick.click()
            await until_true(lambda: at.said())
            assert "Permission denied" in at.said()[0]
            assert login.tick.isChecked()
            at.autostart.failure = None
            login.tick.click()
            await until_true(lambda: at.autostart.command is None)

    run_on_qt(qapp, scenario())


def test_what_changes_elsewhere_is_shown_and_what_is_being_typed_stays(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.field("history_length").edit.setText("12x")
            await at.preferences.change(total_rate_limit_bps=2_000_500)
            assert at.field("total_rate_limit_bps").box.value() == 2001
            assert at.field("history_length").edit.text() == "12x"
            assert at.settings.total_rate_limit_bps == 2_000_500  # shown rounded, not changed by that

    run_on_qt(qapp, scenario())


def test_ctrl_comma_opens_it_over_the_window(on_window: Any) -> None:
    async def scenario(bench: Bench) -> None:
        action = bench.action(ActionId.SETTINGS)
        assert action.shortcut().toString() == "Ctrl+,"
        action.trigger()
        dialog = await dialog_of(bench)
        assert isinstance(dialog, SettingsDialog)
        dialog.findChild(QPushButton, "close").click()
        await until_true(lambda: not bench.window.findChildren(SettingsDialog))

    on_window(scenario)


def test_every_page_is_reached_by_keyboard_and_every_control_has_a_name(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            pages = at.dialog.findChild(QListWidget, "pages")
            pages.setFocus()
            for _ in range(pages.count()):
                QTest.keyClick(pages, Qt.Key.Key_Down)
            assert pages.currentRow() == pages.count() - 1
            for field in at.dialog.findChildren(SettingField):
                control = field.focusProxy()
                while control.focusProxy() is not None:
                    control = control.focusProxy()
                assert control.accessibleName() or control.text(), field.objectName()

    run_on_qt(qapp, scenario())


@pytest.mark.usefixtures("long_words")
def test_long_words_fit_a_small_screen(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.dialog.resize(800, 520)
            pages = at.dialog.findChild(QListWidget, "pages")
            for row in range(pages.count()):
                pages.setCurrentRow(row)
                await asyncio.sleep(0)
                assert_buttons_fit(at.dialog)
                assert (at.dialog.width(), at.dialog.height()) == (800, 520)

    run_on_qt(qapp, scenario())
