"""The Properties dialog over the real manager: what is changed is saved, what is refused is said beside its field."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from bitsgui.gui.dialogs.properties import PropertiesDialog
from bitsgui.gui.dialogs.setting_fields import SettingField
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.windows.actions import ActionId
from bitsgui.model.enums import JobPriority, JobState, ProxyUsage
from bitsgui.model.job import Job, JobFile, JobSettings, NotifyCommand, ProxySettings
from bitsgui.service.creation import NewJob
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.jobs import a_file, a_job
from tests.support.long_words import assert_buttons_fit
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.window_bench import Bench, dialog_of

BEGIN = JobSettings(
    display_name="a.bin",
    rate_limit_bps=1_500,
    proxy=ProxySettings(ProxyUsage.AUTODETECT),
    notify_command=NotifyCommand("/usr/bin/true", ("true", "{job_id}", "two words")),
)


class House:
    """A suspended job and its dialog."""

    def __init__(self, manager: JobManager, job: Job) -> None:
        self.manager = manager
        self.job = job
        self.tasks = Tasks()
        self.dialog = PropertiesDialog(manager, job, self.tasks, None)
        self.save = self.dialog.findChild(QPushButton, "save")

    @property
    def settings(self) -> JobSettings:
        return self.manager.get(self.job.id).settings

    def field(self, name: str) -> Any:
        return self.dialog.findChild(SettingField, name)

    def said(self) -> list[str]:
        labels = self.dialog.findChildren(QLabel)
        return [label.text() for label in labels if label.property("role") == "field-error" and not label.isHidden()]

    async def saved(self) -> None:
        self.save.click()
        await until_true(lambda: not self.dialog.isVisible())


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    manager = await JobManager.open(folder / "state", secrets=MemorySecrets())
    file = JobFile(remote_name="http://h.example/a.bin", local_name=str(folder / "a.bin"))
    (job,) = await manager.create_jobs([NewJob(settings=BEGIN, files=(file,), resume=False)])
    at = House(manager, job)
    at.dialog.open()
    try:
        yield at
    finally:
        await at.tasks.aclose()
        at.dialog.deleteLater()
        await manager.aclose()


def test_what_is_changed_is_saved(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.field("display_name").edit.setText("Atlas")
            at.field("priority").put(JobPriority.FOREGROUND)
            at.field("rate_limit").box.setValue(200)
            at.field("auto_complete").tick.click()
            at.field("minimum_retry_delay_s").edit.setText("1")
            at.field("no_progress_timeout_s").edit.setText("2")
            at.field("maximum_download_time_s").edit.setText("3")
            proxy = at.field("proxy")
            proxy.put(ProxySettings(ProxyUsage.OVERRIDE, "proxy.example:8080", "<local>"))
            at.field("notify_command").edit.setText("/usr/bin/notify-send 'a b' {state}")
            await at.saved()
            assert at.settings == JobSettings(
                display_name="Atlas",
                priority=JobPriority.FOREGROUND,
                rate_limit_bps=200_000,
                auto_complete=True,
                minimum_retry_delay_s=60,
                no_progress_timeout_s=2 * 86_400,
                maximum_download_time_s=3 * 86_400,
                proxy=ProxySettings(ProxyUsage.OVERRIDE, "proxy.example:8080", "<local>"),
                notify_command=NotifyCommand("/usr/bin/notify-send", ("notify-send", "a b", "{state}")),
            )

    run_on_qt(qapp, scenario())


def test_what_is_only_looked_at_stays_as_it_is(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            assert at.field("notify_command").edit.text() == "/usr/bin/true '{job_id}' 'two words'"
            await at.saved()
            assert at.settings == BEGIN

    run_on_qt(qapp, scenario())


def test_an_empty_command_is_none(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.field("notify_command").edit.clear()
            await at.saved()
            assert at.settings.notify_command is None

    run_on_qt(qapp, scenario())


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("display_name", "  ", "1 to 256"),
        ("minimum_retry_delay_s", "x", "Give a number"),
        ("notify_command", "notify-send", "whole path"),
        ("notify_command", "/usr/bin/x 'open", "left open"),
    ],
)
def test_what_is_wrong_is_said_and_cannot_be_saved(
    qapp: QApplication, tmp_path: Path, name: str, text: str, part: str
) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.field(name).edit.setText(text)
            assert [part in said for said in at.said()] == [True]
            assert not at.save.isEnabled()
            QTest.keyClick(at.dialog, Qt.Key.Key_Escape)
            await until_true(lambda: not at.dialog.isVisible())
            assert at.settings == BEGIN

    run_on_qt(qapp, scenario())


def test_what_the_manager_refuses_is_said_beside_its_field(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.field("priority").put(JobPriority.LOW)
            at.field("display_name").edit.setText("Atlas")
            await at.manager.cancel(at.job.id)
            at.save.click()
            await until_true(lambda: len(at.said()) == 2)
            assert at.dialog.isVisible()
            assert at.save.isEnabled()
            assert at.field("display_name").edit.text() == "Atlas"

    run_on_qt(qapp, scenario())


def test_the_menu_offers_it_for_one_job_of_the_queue(on_window: Any) -> None:
    one, two = a_job(a_file("one")), a_job(a_file("two"))
    ended = a_job(a_file("three"), state=JobState.ACKNOWLEDGED)

    async def scenario(bench: Bench) -> None:
        action = bench.action(ActionId.PROPERTIES)
        bench.select(one, two)
        assert not action.isEnabled()
        bench.select(one)
        assert action.isEnabled()
        assert action.shortcut().toString() == "Alt+Return"
        action.trigger()
        dialog = await dialog_of(bench)
        assert isinstance(dialog, PropertiesDialog)
        dialog.reject()
        await until_true(lambda: not bench.window.findChildren(PropertiesDialog))
        await asyncio.sleep(0)

    on_window(scenario, one, two, ended)


def test_no_two_letters_are_the_same(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            texts = [label.text() for label in at.dialog.findChildren(QLabel)]
            texts.append(at.field("auto_complete").tick.text())
            letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
            assert len(letters) > 8
            assert len(set(letters)) == len(letters)

    run_on_qt(qapp, scenario())


@pytest.mark.usefixtures("long_words")
def test_long_words_fit(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.field("proxy").put(ProxySettings(ProxyUsage.OVERRIDE, "proxy.example:8080"))
            at.dialog.resize(800, 520)
            await asyncio.sleep(0)
            assert_buttons_fit(at.dialog)
            assert at.dialog.width() == 800

    run_on_qt(qapp, scenario())
