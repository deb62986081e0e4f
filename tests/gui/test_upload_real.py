"""Uploads through the real manager and a server of other people's making: from the dialog to the server's file, and
from a failure of each part through the error dialog to the mended job."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPlainTextEdit, QPushButton, QRadioButton

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog
from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.dialogs.new_upload import NewUploadDialog, open_new_upload
from bitsgui.gui.stop_strip import StopStrip
from bitsgui.gui.tasks import Tasks
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import Job, JobFile, JobSettings
from bitsgui.service.creation import NewJob
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.bits_peer import BitsPeer, ack
from tests.support.preferred import preferred
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.scripted_server import ScriptedServer
from tests.support.waiting import until_state

PATH = "/inbox/a.csv"
CONTENT = b"one;two\n" * 1000
DENIED = 0x80070005


@dataclass
class House:
    """A window with its error slots over a real queue, and a server that answers uploads backwards."""

    manager: JobManager
    server: ScriptedServer
    peer: BitsPeer
    tasks: Tasks
    window: QMainWindow
    slots: JobErrorSlots
    source: Path
    told: list[str] = field(default_factory=list)

    async def send(self, type: JobType = JobType.UPLOAD_REPLY) -> Job:
        """A job of the source, under way."""
        file = JobFile(remote_name=self.server.url(PATH), local_name=str(self.source))
        settings = JobSettings(display_name="a.csv", auto_complete=True)
        (job,) = await self.manager.create_jobs([NewJob(settings=settings, files=(file,), type=type)])
        return job

    async def failure(self) -> JobErrorDialog:
        """The dialog that the failure brings up."""
        await until_true(lambda: self.slots.dialog)
        assert self.slots.dialog is not None
        return self.slots.dialog

    def reply(self) -> bytes:
        return (self.source.parent / "a reply.csv").read_bytes()


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    window, tasks = QMainWindow(), Tasks()
    window.show()
    source = folder / "a.csv"
    await asyncio.to_thread(source.write_bytes, CONTENT)
    async with ScriptedServer() as server:
        peer = BitsPeer(server, PATH, program=lambda data: data[::-1])
        manager = await JobManager.open(folder / "state", secrets=MemorySecrets())
        slots = JobErrorSlots(manager, tasks, window)
        manager.set_notify_interface(slots)
        at = House(manager, server, peer, tasks, window, slots, source)
        slots.told.connect(at.told.append)
        try:
            yield at
        finally:
            slots.close()
            await tasks.aclose()
            await manager.aclose()
            window.deleteLater()


def words(dialog: JobErrorDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def press(dialog: JobErrorDialog, name: str) -> None:
    dialog.findChild(QPushButton, name).click()


@pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY])
def test_from_the_dialog_to_the_file_on_the_server(qapp: QApplication, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.peer.program = at.peer.program if type is JobType.UPLOAD_REPLY else None
            preferences = preferred(tmp_path, at.manager)
            asked = at.tasks.start(
                open_new_upload(at.manager, preferences, at.tasks, at.window, [at.source]), name="ask"
            )
            await until_true(lambda: at.window.findChildren(NewUploadDialog))
            dialog = at.window.findChildren(NewUploadDialog)[-1]
            address = next(e for e in dialog.findChildren(QPlainTextEdit) if e.accessibleName() == "Address")
            address.setPlainText(at.server.url("/inbox/"))
            dialog.findChild(QRadioButton, type.name).click()
            go = dialog.findChild(QPushButton, "Upload")
            await until_true(go.isEnabled)
            go.click()
            (job,) = await asked
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)
            assert at.peer.published[PATH] == CONTENT
            if type is JobType.UPLOAD_REPLY:
                assert await asyncio.to_thread(at.reply) == CONTENT[::-1]

    run_on_qt(qapp, scenario())


def test_an_upload_that_is_refused(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.peer.answers["Create-Session", 1] = ack(403, code=DENIED)
            job = await at.send()
            dialog = await at.failure()
            assert "Upload stopped. 127.0.0.1 does not let you put this file there" in words(dialog)
            assert "Server: upload failed here" in dialog.findChild(StopStrip).accessibleDescription()
            assert "Nothing was sent yet." in words(dialog)
            dialog.findChild(QRadioButton, "TRY_AGAIN").click()
            press(dialog, "Fix and Resume")
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)
            assert at.peer.published[PATH] == CONTENT

    run_on_qt(qapp, scenario())


def test_a_source_that_changed_is_sent_again_from_the_start(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.peer.before["Create-Session", 1] = lambda: at.source.write_bytes(b"new")
            job = await at.send(JobType.UPLOAD)
            dialog = await at.failure()
            assert "Upload stopped. a.csv changed while it was being sent" in words(dialog)
            assert dialog.findChild(QRadioButton, "SEND_AGAIN").text() == "Send again from the start"
            press(dialog, "Fix and Resume")
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)
            assert at.peer.published[PATH] == b"new"

    run_on_qt(qapp, scenario())


def test_a_program_that_refuses_is_asked_once_more(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.peer.answers["Fragment", 1] = ack(403, code=DENIED, context=7)
            job = await at.send()
            dialog = await at.failure()
            said = "The program behind 127.0.0.1 refused the file (403) and is not asked again by itself."
            assert f"File sent, not processed. {said}" in words(dialog)
            assert "Server program: failed here" in dialog.findChild(StopStrip).accessibleDescription()
            assert not dialog.findChild(QPushButton, "Complete partial").isEnabled()
            press(dialog, "Fix and Resume")
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)
            assert await asyncio.to_thread(at.reply) == CONTENT[::-1]
            await until_true(lambda: at.told)
            assert at.told == ["a.csv: resumed, the program is asked once more."]

    run_on_qt(qapp, scenario())


def test_a_reply_that_is_missing(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.peer.reply_url = "/nowhere/{session}"
            job = await at.send()
            dialog = await at.failure()
            assert "File sent, reply not fetched. The reply is not at 127.0.0.1 any more." in words(dialog)
            stops = dialog.findChild(StopStrip).accessibleDescription()
            assert "Server: reply failed here. Server program: fine" in stops
            press(dialog, "Cancel job")
            await until_true(lambda: at.manager.get(job.id).state is JobState.CANCELLED)
            assert await asyncio.to_thread(at.source.read_bytes) == CONTENT

    run_on_qt(qapp, scenario())
