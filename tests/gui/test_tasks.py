"""Tasks and dialogs on Qt's loop."""

import asyncio

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from bitsgui.gui.tasks import Tasks, open_dialog
from tests.support.qt_loop import run_on_qt, until_true


def test_a_failed_task_is_logged_by_name(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("no")

    async def scenario() -> None:
        tasks = Tasks()
        tasks.start(fail(), name="the culprit")
        await until_true(lambda: caplog.records)
        await tasks.aclose()

    run_on_qt(qapp, scenario())
    assert "the culprit" in caplog.text
    caplog.clear()


def test_closing_ends_what_runs_but_not_the_closer(qapp: QApplication) -> None:
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("forever")

    async def scenario() -> None:
        tasks = Tasks()
        tasks.start(forever(), name="forever")
        await asyncio.sleep(0)
        closer = tasks.start(tasks.aclose(), name="closer")
        await closer
        ended.append("closer")

    run_on_qt(qapp, scenario())
    assert ended == ["forever", "closer"]


def test_an_open_dialog_lets_other_tasks_run(qapp: QApplication) -> None:
    async def scenario() -> int:
        dialog = QDialog()
        tasks = Tasks()

        async def accept() -> None:
            await until_true(dialog.isVisible)
            dialog.accept()

        tasks.start(accept(), name="accept")
        result = await open_dialog(dialog)
        assert not dialog.isVisible()
        return result

    assert run_on_qt(qapp, scenario()) == QDialog.DialogCode.Accepted


def test_a_cancelled_wait_closes_its_dialog(qapp: QApplication) -> None:
    async def scenario() -> None:
        dialog = QDialog()
        tasks = Tasks()
        tasks.start(open_dialog(dialog), name="dialog")
        await until_true(dialog.isVisible)
        await tasks.aclose()
        assert not dialog.isVisible()

    run_on_qt(qapp, scenario())
