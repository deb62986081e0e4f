"""Jobs that have ended: a Cancel is undone, jobs run again and leave the list, their errors stay to be read."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QWidget

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog
from bitsgui.gui.models.state_groups import StateGroup
from bitsgui.gui.windows.actions import ActionId
from bitsgui.gui.windows.main_window import MainWindow
from bitsgui.model.codes import BG_E_INVALID_STATE, ERROR_DISK_FULL
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import CredentialRef, Job, JobFile, JobSettings
from bitsgui.service.again import spec_again
from bitsgui.service.creation import NewJob
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.failed_jobs import failed_job, failed_upload
from tests.support.listed_jobs import listed
from tests.support.preferred import preferred
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.scripted_server import Resource, ScriptedServer
from tests.support.waiting import until_state
from tests.support.window_bench import Bench, dialog_of, question_of

S = JobState


async def cancel(bench: Bench, *jobs: Job) -> None:
    """Select the jobs and cancel them, and say yes."""
    bench.select(*jobs)
    bench.action(ActionId.CANCEL).trigger()
    (await question_of(bench)).findChild(QAbstractButton, "confirm_yes").click()
    await until_true(lambda: all(bench.manager.get(job.id).state is S.CANCELLED for job in jobs))
    await until_true(lambda: bench.part(QWidget, "undo").isVisible())
    await until_true(lambda: not bench.window.findChild(QMessageBox))
    bench.window.bridge.flush()


def undo_text(bench: Bench) -> str:
    return str(bench.part(QLabel, "undo_text").text())


@pytest.mark.parametrize(
    "press",
    [
        lambda bench: bench.part(QAbstractButton, "undo_button").click(),
        lambda bench: QTest.keyClick(bench.window.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
    ],
    ids=["button", "Ctrl+Z"],
)
def test_a_cancel_is_undone(on_window: Any, press: Callable[[Bench], None]) -> None:
    jobs = [listed("a", S.TRANSFERRING, done=400), listed("b", S.ERROR, done=10), listed("c", S.QUEUED)]

    async def scenario(bench: Bench) -> None:
        await cancel(bench, *jobs[:2])
        bench.window.activateWindow()
        await until_true(bench.window.isActiveWindow)
        assert bench.states() == ["c"]
        assert undo_text(bench) == "2 jobs cancelled. This can be undone for 10 minutes."
        press(bench)
        await until_true(lambda: not bench.part(QWidget, "undo").isVisible())
        bench.window.bridge.flush()
        assert [bench.manager.get(job.id).state for job in jobs] == [S.SUSPENDED, S.ERROR, S.QUEUED]
        assert sorted(bench.states()) == ["a", "b", "c"]
        assert bench.window.status.currentMessage() == "2 jobs are back."

    on_window(scenario, *jobs)


def test_an_older_cancel_is_undone_from_the_history(on_window: Any) -> None:
    jobs = [listed("a", S.SUSPENDED), listed("b", S.SUSPENDED)]

    async def scenario(bench: Bench) -> None:
        await cancel(bench, jobs[0])
        await cancel(bench, jobs[1])
        bench.window._groups.choose(StateGroup.HISTORY)
        bench.select(jobs[0])
        bench.action(ActionId.UNDO_CANCEL).trigger()
        await until_true(lambda: bench.manager.get(jobs[0].id).state is S.SUSPENDED)
        assert bench.manager.get(jobs[1].id).state is S.CANCELLED
        assert undo_text(bench).startswith("b: cancelled."), "the last one can still be undone"

    on_window(scenario, *jobs)


def test_an_undo_that_comes_too_late_says_so(on_window: Any) -> None:
    job = listed("a", S.SUSPENDED)

    async def scenario(bench: Bench) -> None:
        await cancel(bench, job)
        bench.manager.refuse["undo_cancel"] = BitsError(BG_E_INVALID_STATE, "It is too late to undo this.")
        bench.part(QAbstractButton, "undo_button").click()
        said = bench.part(QLabel, "message_text")
        await until_true(said.isVisible)
        assert said.text() == "“a” could not be brought back. It is too late to undo this."
        assert not bench.part(QWidget, "undo").isVisible()

    on_window(scenario, job)


def test_a_cancel_in_the_error_dialog_can_be_undone_too(on_window: Any) -> None:
    job = failed_job(ERROR_DISK_FULL, ErrorContext.LOCAL_FILE)

    async def scenario(bench: Bench) -> None:
        bench.part(QAbstractButton, "banner_button").click()
        dialog = await dialog_of(bench)
        assert isinstance(dialog, JobErrorDialog)
        dialog.findChild(QAbstractButton, "Cancel job").click()
        await until_true(lambda: undo_text(bench).startswith("Atlas: cancelled."))
        bench.part(QAbstractButton, "undo_button").click()
        await until_true(lambda: bench.manager.get(job.id).state is S.ERROR)
        assert bench.manager.get(job.id).error == job.error

    on_window(scenario, job)


def test_what_has_ended_runs_again(on_window: Any) -> None:
    done, other = listed("a", S.ACKNOWLEDGED, done=1000), listed("b", S.SUSPENDED)

    async def scenario(bench: Bench) -> None:
        bench.select(other)
        assert not bench.action(ActionId.RUN_AGAIN).isVisible()
        bench.window._groups.choose(StateGroup.HISTORY)
        bench.select(done)
        bench.action(ActionId.RUN_AGAIN).trigger()
        await until_true(lambda: bench.window._groups.group() is StateGroup.ALL)
        (spec,) = bench.manager.created
        assert (spec.settings, spec.resume) == (done.settings, True)
        assert [(f.remote_name, f.local_name, f.bytes_transferred) for f in spec.files] == [("http://h/a", "/d/a", 0)]
        assert bench.window.view.selected_jobs()[0].state is S.QUEUED

    on_window(scenario, done, other)


def test_what_runs_again_has_no_secrets_and_replaces_nothing() -> None:
    job = failed_upload(ERROR_DISK_FULL)
    secret = replace(job.settings, credentials=(CredentialRef(1, 1, "ann"),), custom_header_names=("Cookie",))  # type: ignore[arg-type]
    spec = spec_again(replace(job, settings=secret))
    assert (spec.settings.credentials, spec.settings.custom_header_names) == ((), ())
    assert (spec.type, spec.reply_file_name, spec.replace_reply) == (job.type, "/srv/replies/survey reply.tar", False)
    assert not any(file.replace_existing for file in spec.files)


def test_what_has_ended_leaves_the_list(on_window: Any) -> None:
    jobs = [listed("a", S.ACKNOWLEDGED, done=1000), listed("b", S.CANCELLED), listed("c", S.CANCELLED)]

    async def scenario(bench: Bench) -> None:
        bench.window._groups.choose(StateGroup.HISTORY)
        bench.select(*jobs[:2])
        bench.action(ActionId.FORGET).trigger()
        await until_true(lambda: len(bench.manager.calls) == 2)
        bench.window.bridge.flush()
        assert bench.states() == ["c"]

    on_window(scenario, *jobs)


def test_the_errors_of_a_job_that_has_ended_stay_to_be_read(on_window: Any) -> None:
    job = listed("a", S.CANCELLED)

    async def scenario(bench: Bench) -> None:
        bench.manager.errors[job.id] = (JobError(ErrorContext.LOCAL_FILE, ERROR_DISK_FULL, when=1.0),)
        bench.window._groups.choose(StateGroup.HISTORY)
        bench.select(job)
        await until_true(lambda: bench.window.details._tabs.tabText(2) == "Errors (1)")
        texts = [label.text() for label in bench.window.details.findChildren(QLabel)]
        assert any(text.startswith("The disk of ") for text in texts)

    on_window(scenario, job)


def test_cancel_undo_and_run_again_on_the_real_queue(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with ScriptedServer() as server:
            server.files["/a.bin"] = Resource(content=b"whole")
            manager = await JobManager.open(tmp_path / "state", secrets=MemorySecrets())
            ini = QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat)
            window = MainWindow(manager, ini, preferred(tmp_path, manager))
            window.show()
            file = JobFile(remote_name=server.url("/a.bin"), local_name=str(tmp_path / "a.bin"))
            settings = JobSettings(display_name="a.bin")
            (job,) = await manager.create_jobs([NewJob(settings=settings, files=(file,))])
            await until_state(manager, job.id, S.TRANSFERRED)
            window.bridge.flush()
            window.view.select([job.id])
            window.commands._verbs._tasks.start(manager.cancel(job.id, 600), name="cancel")
            await until_state(manager, job.id, S.CANCELLED)
            window.history.offer_undo([job])
            window.history.undo_last()
            back = await until_state(manager, job.id, S.TRANSFERRED)
            assert back.progress.bytes_transferred == 5
            await manager.complete(job.id)
            window.bridge.flush()
            window._groups.choose(StateGroup.HISTORY)
            window.view.select([job.id])
            window.history._run_again()
            await until_true(lambda: manager.enumerate())
            (again,) = manager.enumerate()
            await until_state(manager, again.id, S.TRANSFERRED)
            await manager.complete(again.id)
            assert sorted(path.name for path in await asyncio.to_thread(lambda: list(tmp_path.glob("a*")))) == [
                "a (1).bin",
                "a.bin",
            ]
            window.save()
            await window.aclose()
            await manager.aclose()
            window.deleteLater()

    run_on_qt(qapp, scenario())
