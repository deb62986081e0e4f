"""The JobError slot over the real manager and a real server; and both dialogs with texts half as long again."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QRadioButton

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog
from bitsgui.gui.dialogs.fields import Fold
from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.dialogs.new_job import NewJobDialog
from bitsgui.gui.dialogs.new_upload import NewUploadDialog
from bitsgui.gui.dropped import Offer
from bitsgui.gui.tasks import Tasks
from bitsgui.model import codes
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.model.upload import UploadPhase
from bitsgui.service.creation import NewJob
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.failed_jobs import LOCAL, failed_job, failed_upload
from tests.support.long_words import assert_nothing_is_cut
from tests.support.preferred import preferred
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.scripted_server import Resource, ScriptedServer
from tests.support.stub_manager import StubManager
from tests.support.waiting import until_state


def test_from_the_failure_through_the_dialog_to_the_file(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        window, tasks = QMainWindow(), Tasks()
        window.show()
        async with ScriptedServer() as server:
            server.files["/here.bin"] = Resource(content=b"whole")
            manager = await JobManager.open(tmp_path / "state", secrets=MemorySecrets())
            slots = JobErrorSlots(manager, tasks, window)
            manager.set_notify_interface(slots)
            file = JobFile(remote_name=server.url("/gone.bin"), local_name=str(tmp_path / "a.bin"))
            settings = JobSettings(display_name="a.bin", auto_complete=True)
            (job,) = await manager.create_jobs([NewJob(settings=settings, files=(file,))])
            await until_true(lambda: slots.dialog)
            assert slots.dialog is not None
            address = next(e for e in slots.dialog.findChildren(QLineEdit) if e.accessibleName() == "Address")
            address.selectAll()
            QTest.keyClicks(address, server.url("/here.bin"))
            slots.dialog.findChild(QPushButton, "Fix and Resume").click()
            await until_state(manager, job.id, JobState.ACKNOWLEDGED)
            await until_true(lambda: slots.dialog is None)
            assert await asyncio.to_thread((tmp_path / "a.bin").read_bytes) == b"whole"
            slots.close()
            await tasks.aclose()
            await manager.aclose()
            window.deleteLater()

    run_on_qt(qapp, scenario())


@pytest.mark.usefixtures("long_words", "still_meter")
@pytest.mark.parametrize("code", [codes.ERROR_DISK_FULL, from_http_status(401), from_http_status(404)])
def test_long_words_fit_the_error_dialog(qapp: QApplication, code: HResult) -> None:
    job = failed_job(code, LOCAL)
    dialog = JobErrorDialog(StubManager([job]), Tasks(), [job], None)
    dialog.show_waiting(3)
    assert_nothing_is_cut(dialog)


@pytest.mark.usefixtures("long_words", "still_meter")
def test_long_words_fit_the_new_download_dialog(qapp: QApplication, tmp_path: Path) -> None:
    dialog = NewJobDialog(
        StubManager(), preferred(tmp_path, StubManager()), Tasks(), None, Offer(urls=("http://a/b", "http://a/c"))
    )
    dialog.findChild(Fold).setChecked(True)
    assert_nothing_is_cut(dialog)


@pytest.mark.usefixtures("long_words", "still_meter")
def test_long_words_fit_the_new_upload_dialog(qapp: QApplication, tmp_path: Path) -> None:
    dialog = NewUploadDialog(StubManager(), preferred(tmp_path, StubManager()), Tasks(), None, ())
    dialog.findChild(Fold).setChecked(True)
    dialog.findChild(QRadioButton, JobType.UPLOAD_REPLY.name).setChecked(True)
    assert_nothing_is_cut(dialog)


@pytest.mark.usefixtures("long_words", "still_meter")
@pytest.mark.parametrize("phase", UploadPhase)
def test_long_words_fit_the_error_dialog_of_an_upload(qapp: QApplication, phase: UploadPhase) -> None:
    job = failed_upload(codes.E_ACCESSDENIED, phase=phase)
    assert_nothing_is_cut(JobErrorDialog(StubManager([job]), Tasks(), [job], None))
