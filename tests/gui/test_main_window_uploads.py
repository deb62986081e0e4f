"""Uploads in the main window: every way to a new one, its rates and story, and what its verbs say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QToolButton, QWidget

from bitsgui.gui.windows.actions import ActionId
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.upload import Upload, UploadPhase
from tests.support.listed_jobs import listed, uploading
from tests.support.qt_loop import until_true
from tests.support.window_bench import Bench, dialog_of, question_of

S = JobState


def drop(bench: Bench, path: Path) -> None:
    """A file of this computer on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, buttons, keys = QPointF(5, 5), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    bench.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    bench.window.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, data, buttons, keys))


@pytest.mark.parametrize("way", ["drop", "shortcut", "button", "menu", "empty"])
def test_every_way_to_a_new_upload(on_window: Any, way: str, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"1")

    async def scenario(bench: Bench) -> None:
        if way == "drop":
            drop(bench, source)
        elif way == "shortcut":
            bench.window.activateWindow()
            await until_true(bench.window.isActiveWindow)
            keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            QTest.keyClick(bench.window, Qt.Key.Key_N, keys)
        elif way == "menu":
            menu = bench.part(QToolButton, "menu").menu()
            next(a for a in menu.actions() if a.objectName() == "new_upload").trigger()
        else:
            name = "button_new_upload" if way == "button" else "empty_new_upload"
            bench.part(QAbstractButton, name).click()
        dialog = await dialog_of(bench)
        assert dialog.windowTitle() == "New upload"
        (files,) = [e for e in dialog.findChildren(QPlainTextEdit) if e.accessibleName() == "Files"]
        assert files.toPlainText() == (str(source) if way == "drop" else "")
        dialog.reject()
        await until_true(lambda: not dialog.isVisible())

    on_window(scenario)


def test_a_new_upload_is_listed_and_selected(on_window: Any, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"1")

    async def scenario(bench: Bench) -> None:
        drop(bench, source)
        dialog = await dialog_of(bench)
        box = next(e for e in dialog.findChildren(QPlainTextEdit) if e.accessibleName() == "Address")
        box.setPlainText("https://h.example/in/")
        go = dialog.findChild(QAbstractButton, "Upload")
        await until_true(go.isEnabled)
        go.click()
        await until_true(lambda: bench.states() == ["a.csv"])
        (job,) = bench.window.view.selected_jobs()
        assert (job.type, job.files[0].remote_name) == (JobType.UPLOAD, "https://h.example/in/a.csv")

    on_window(scenario)


@pytest.mark.parametrize("state", [S.TRANSFERRING, S.ERROR, S.SUSPENDED])
def test_complete_says_why_it_is_not_for_uploads(on_window: Any, state: JobState) -> None:
    job = uploading("a", state=state)

    async def scenario(bench: Bench) -> None:
        bench.select(job)
        complete = bench.action(ActionId.COMPLETE)
        assert not complete.isEnabled()
        assert complete.toolTip() == "Part of an upload cannot be completed."
        assert bench.part(QAbstractButton, "button_complete").toolTip() == complete.toolTip()
        bench.manager.change(
            job.id,
            state=S.TRANSFERRED,
            upload=Upload(phase=UploadPhase.CLOSED),
            reply=replace(job.reply, transferred=True),
        )
        bench.window.bridge.flush()
        assert complete.isEnabled()
        assert complete.toolTip().startswith("Complete (")

    on_window(scenario, job)


def test_what_became_of_a_cancelled_upload_is_told(on_window: Any) -> None:
    job = uploading("a", state=S.SUSPENDED)

    async def scenario(bench: Bench) -> None:
        bench.select(job)
        bench.action(ActionId.CANCEL).trigger()
        box = await question_of(bench)
        what = "The server is asked to drop what it has. Your file stays where it is. "
        what += "This can be undone for 10 minutes."
        assert box.informativeText() == what
        box.findChild(QAbstractButton, "confirm_yes").click()
        await until_true(lambda: bench.manager.calls == [("cancel", job.id)])
        await until_true(lambda: bench.part(QLabel, "undo_text").text() == f"a: cancelled. {what}")

    on_window(scenario, job)


def test_rates_go_up_and_down(on_window: Any) -> None:
    up, down, back = uploading("a"), listed("b", S.TRANSFERRING, done=1), uploading("c", UploadPhase.REPLY)

    async def scenario(bench: Bench) -> None:
        bench.manager.rates = {up.id: 5000.0, down.id: 300.0, back.id: 20.0}
        for job in (up, down, back):
            bench.manager.change(job.id, error_count=1)
        await until_true(lambda: bench.part(QLabel, "status_rate").text() == "↓ 320 B/s   ↑ 5.0 kB/s")
        bench.select(up)
        await until_true(lambda: "now 5.0 kB/s" in bench.part(QWidget, "speed_graph").accessibleName())

    on_window(scenario, up, down, back)


def test_the_details_of_an_upload_follow_its_reply(on_window: Any) -> None:
    job = uploading("a", UploadPhase.SERVER_PROGRAM)

    async def scenario(bench: Bench) -> None:
        bench.select(job)
        steps = bench.part(QWidget, "upload_steps")
        assert steps.accessibleDescription() == "Upload: sent. Server program: at work. Reply: to come"
        assert bench.window.details._tabs.tabText(1) == "Files (2)"
        late = uploading("a", UploadPhase.REPLY)
        bench.manager.change(job.id, upload=late.upload, reply=late.reply)
        bench.window.bridge.flush()
        assert steps.accessibleDescription() == "Upload: sent. Server program: done. Reply: 25 %"
        assert bench.part(QLabel, "fact_reply").text() == "30 B of 120 B"

    on_window(scenario, job)
