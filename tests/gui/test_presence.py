"""Closing and quitting the window: what is asked, what is remembered, and what really ends the program."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QMessageBox, QPushButton

from bitsgui.gui.preferences import Preferences
from bitsgui.gui.windows.presence import Presence
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.model.leaving import loses_by_stopping
from bitsgui.model.settings import CloseAction, Settings
from tests.support.listed_jobs import listed
from tests.support.qt_loop import until_true
from tests.support.window_bench import Bench, question_of

OnWindow = Callable[..., None]


class Door:
    """The way out of a bench's window; `leaves` counts how often the program was to end."""

    def __init__(self, bench: Bench, folder: Path, *, has_tray: bool = False, **settings: Any) -> None:
        self.window = bench.window
        self.preferences = Preferences(folder, Settings(**settings), bench.manager)
        self.presence = Presence(bench.manager, bench.window, self.preferences, lambda: has_tray)
        self.leaves = 0
        self.first_times = 0
        self.presence.left.connect(self._on_left)
        self.presence.first_hidden.connect(self._on_first)

    def _on_left(self) -> None:
        self.leaves += 1

    def _on_first(self) -> None:
        self.first_times += 1


def answer(box: QMessageBox, button: str, *, remember: bool | None = None) -> None:
    if remember is not None:
        box.findChild(QCheckBox, "remember").setChecked(remember)
    box.findChild(QPushButton, button).click()


def once(done: int = 400) -> Job:
    """A running download that its server cannot continue."""
    job = listed("once.bin", JobState.TRANSFERRING, done=done)
    return replace(job, files=(replace(job.files[0], resumable=False),))


Scenario = Callable[[Bench], Coroutine[Any, Any, None]]


def test_with_a_tray_it_hides_and_the_first_time_is_told(on_window: OnWindow, tmp_path: Path) -> None:
    async def scenario(bench: Bench) -> None:
        door = Door(bench, tmp_path, has_tray=True)
        bench.window.close()
        assert not bench.window.isVisible()
        assert (door.first_times, door.leaves) == (1, 0)
        await door.preferences.change(was_told_of_tray=True)
        door.presence.show()
        bench.window.close()
        assert (bench.window.isVisible(), door.first_times) == (False, 1)

    on_window(scenario)


@pytest.mark.parametrize(
    ("button", "remember", "is_visible", "leaves", "stored"),
    [
        ("keep_running", True, False, 0, CloseAction.HIDE),
        ("keep_running", False, False, 0, CloseAction.ASK),
        ("quit_now", True, True, 1, CloseAction.QUIT),
        ("stay", True, True, 0, CloseAction.ASK),
    ],
)
def test_without_a_tray_it_asks(
    on_window: OnWindow,
    tmp_path: Path,
    button: str,
    remember: bool,
    is_visible: bool,
    leaves: int,
    stored: CloseAction,
) -> None:
    async def scenario(bench: Bench) -> None:
        door = Door(bench, tmp_path)
        bench.window.close()
        answer(await question_of(bench), button, remember=remember)
        await until_true(lambda: not door.presence._is_asking)
        assert (bench.window.isVisible(), door.leaves) == (is_visible, leaves)
        assert door.preferences.settings.on_close is stored

    on_window(scenario, listed("a", JobState.TRANSFERRING))


def test_escape_keeps_the_window_and_a_second_close_asks_no_second_time(on_window: OnWindow, tmp_path: Path) -> None:
    async def scenario(bench: Bench) -> None:
        door = Door(bench, tmp_path)
        bench.window.close()
        box = await question_of(bench)
        bench.window.close()
        door.presence.quit()
        assert bench.window.findChildren(QMessageBox) == [box]
        box.reject()
        await until_true(lambda: not door.presence._is_asking)
        assert (bench.window.isVisible(), door.leaves) == (True, 0)

    on_window(scenario)


@pytest.mark.parametrize(("action", "leaves"), [(CloseAction.QUIT, 1), (CloseAction.HIDE, 0)])
def test_what_was_chosen_once_is_done(on_window: OnWindow, tmp_path: Path, action: CloseAction, leaves: int) -> None:
    async def scenario(bench: Bench) -> None:
        door = Door(bench, tmp_path, on_close=action)
        bench.window.close()
        await until_true(lambda: not door.presence._is_asking)
        assert (door.leaves, bench.window.isVisible()) == (leaves, bool(leaves))

    on_window(scenario)


def test_quit_names_what_would_be_lost_also_from_a_hidden_window(on_window: OnWindow, tmp_path: Path) -> None:
    async def scenario(bench: Bench) -> None:
        door = Door(bench, tmp_path, has_tray=True)
        bench.window.close()
        door.presence.quit()
        box = await question_of(bench)
        assert bench.window.isVisible()
        said = [label.text() for label in box.findChildren(QLabel)]
        assert "1 transfer cannot be continued later" in said
        assert any("once.bin, 400 B received\n" in text for text in said)
        answer(box, "stay")
        await until_true(lambda: not bench.window.findChildren(QMessageBox))
        assert door.leaves == 0
        door.presence.quit()
        answer(await question_of(bench), "quit_now", remember=True)
        await until_true(lambda: door.leaves == 1)
        assert not door.preferences.settings.asks_before_loss
        door.presence.quit()
        await until_true(lambda: door.leaves == 2)

    on_window(scenario, once(), listed("other", JobState.TRANSFERRING, done=10))


def test_quit_asks_nothing_where_nothing_is_lost(on_window: OnWindow, tmp_path: Path) -> None:
    async def scenario(bench: Bench) -> None:
        door = Door(bench, tmp_path)
        bench.window.commands.quit_wanted.emit()
        await until_true(lambda: door.leaves == 1)

    on_window(
        scenario, listed("a", JobState.TRANSFERRING, done=500), once(done=0), replace(once(), state=JobState.QUEUED)
    )


def test_only_received_bytes_that_cannot_be_continued_are_lost() -> None:
    assert loses_by_stopping(once())
    assert not loses_by_stopping(once(done=0))
    assert not loses_by_stopping(listed("a", JobState.TRANSFERRING, done=400))
    assert not loses_by_stopping(replace(once(), state=JobState.SUSPENDED))


def test_a_choice_that_cannot_be_stored_is_said(on_window: OnWindow, tmp_path: Path, qapp: QApplication) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    async def scenario(bench: Bench) -> None:
        door = Door(bench, in_the_way)
        bench.window.close()
        answer(await question_of(bench), "keep_running", remember=True)
        await until_true(lambda: not door.presence._is_asking)
        assert any("could not be stored" in label.text() for label in bench.window.findChildren(QLabel))
        assert not bench.window.isVisible()

    on_window(scenario)
