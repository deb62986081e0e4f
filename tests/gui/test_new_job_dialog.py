"""The New Download dialog over the real manager and a real server: from typed addresses to files."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from bitsgui.gui.dialogs.address_edit import AddressEdit
from bitsgui.gui.dialogs.collisions import Choice, CollisionsDialog
from bitsgui.gui.dialogs.fields import Fold
from bitsgui.gui.dialogs.new_job import NewJobDialog, open_new_job
from bitsgui.gui.dropped import Offer
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.tasks import Tasks
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.job import Job
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.preferred import preferred
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.scripted_server import Resource, ScriptedServer, needs_basic
from tests.support.waiting import until_state


@dataclass
class House:
    """The dialog's surroundings."""

    manager: JobManager
    server: ScriptedServer
    tasks: Tasks
    window: QWidget
    preferences: Preferences
    folder: Path

    def ask(self, *urls: str) -> "asyncio.Task[tuple[Job, ...]]":
        opening = open_new_job(self.manager, self.preferences, self.tasks, self.window, Offer(urls=urls))
        return self.tasks.start(opening, name="ask")

    async def dialog(self) -> NewJobDialog:
        await until_true(lambda: self.window.findChildren(NewJobDialog))
        dialog: NewJobDialog = self.window.findChildren(NewJobDialog)[-1]
        await until_true(dialog.isVisible)
        return dialog

    async def collisions(self, dialog: NewJobDialog) -> CollisionsDialog:
        await until_true(lambda: [d for d in dialog.findChildren(CollisionsDialog) if d.isVisible()])
        return next(d for d in dialog.findChildren(CollisionsDialog) if d.isVisible())


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    window = QWidget()
    window.show()
    downloads = folder / "downloads"
    await asyncio.to_thread(downloads.mkdir)
    async with ScriptedServer() as server:
        manager = await JobManager.open(folder / "state", secrets=MemorySecrets())
        tasks = Tasks()
        preferences = preferred(folder, manager, download_folder=str(downloads))
        try:
            yield House(manager, server, tasks, window, preferences, downloads)
        finally:
            await tasks.aclose()
            await manager.aclose()
            window.deleteLater()


def field(dialog: QWidget, name: str) -> QLineEdit:
    return next(e for e in dialog.findChildren(QLineEdit) if e.accessibleName() == name)


def go(dialog: QDialog) -> QPushButton:
    return dialog.findChild(QPushButton, "Download")


def words(dialog: QWidget) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_one_address_becomes_a_file(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.server.files["/a.bin"] = Resource(content=b"hello")
            asked = at.ask(at.server.url("/a.bin"))
            dialog = await at.dialog()
            assert field(dialog, "File name").placeholderText() == "a.bin"
            assert dialog.findChild(QCheckBox).isChecked(), "completes itself"
            go(dialog).click()
            (job,) = await asked
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)
            assert await asyncio.to_thread((at.folder / "a.bin").read_bytes) == b"hello"

    run_on_qt(qapp, scenario())


def test_a_typed_name_wins_and_all_options_arrive(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.server.files["/a.bin"] = needs_basic(
                "ann", "secret", Resource(content=b"x", disposition="attachment; filename=other.bin")
            )
            asked = at.ask(at.server.url("/a.bin"))
            dialog = await at.dialog()
            dialog.findChild(Fold).click()
            field(dialog, "File name").setText("mine.bin")
            field(dialog, "User name").setText("ann")
            assert "not encrypted" in words(dialog)
            field(dialog, "Password").setText("secret")
            priority = next(b for b in dialog.findChildren(QComboBox) if b.accessibleName() == "Priority")
            priority.setCurrentIndex(priority.findData(JobPriority.FOREGROUND))
            go(dialog).click()
            (job,) = await asked
            assert job.settings.priority is JobPriority.FOREGROUND
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)
            assert await asyncio.to_thread((at.folder / "mine.bin").read_bytes) == b"x"

    run_on_qt(qapp, scenario())


def test_bad_input_is_said_and_download_waits_for_the_fix(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.ask()
            dialog = await at.dialog()
            box = dialog.findChild(AddressEdit)
            assert not go(dialog).isEnabled()
            QTest.keyClicks(box, "htp://x")
            assert "Line 1: The address must begin with http:// or https://." in words(dialog)
            assert box.accessibleDescription().startswith("Line 1")
            assert not go(dialog).isEnabled()
            box.setPlainText("http://127.0.0.1/a\nhttp://127.0.0.1/b")
            assert go(dialog).isEnabled()
            assert go(dialog).text() == "Download 2 files"
            assert not field(dialog, "File name").isEnabled()
            field(dialog, "Save to").setText("downloads")
            assert "Give the whole path of the folder." in words(dialog)
            assert not go(dialog).isEnabled()
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

    run_on_qt(qapp, scenario())


def test_a_missing_folder_is_said_and_nothing_typed_is_lost(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            asked = at.ask("http://127.0.0.1:9/a.bin")
            dialog = await at.dialog()
            field(dialog, "Save to").setText(str(tmp_path / "nowhere"))
            go(dialog).click()
            await until_true(lambda: "There is no such folder." in words(dialog))
            assert dialog.isVisible()
            assert dialog.findChild(AddressEdit).toPlainText() == "http://127.0.0.1:9/a.bin"
            await asyncio.to_thread((tmp_path / "nowhere").mkdir)
            await until_true(go(dialog).isEnabled)
            go(dialog).click()
            (job,) = await asked
            assert at.preferences.folder == str(tmp_path / "nowhere")
            await at.manager.cancel(job.id)

    run_on_qt(qapp, scenario())


def test_taken_names_are_asked_before_bytes_flow(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            for name in ("a", "b", "c"):
                at.server.files[f"/{name}.bin"] = Resource(content=b"new")
                await asyncio.to_thread((at.folder / f"{name}.bin").write_bytes, b"old")
            asked = at.ask(*(at.server.url(f"/{name}.bin") for name in ("a", "b", "c")))
            dialog = await at.dialog()
            go(dialog).click()
            question = await at.collisions(dialog)
            assert at.server.requests == []
            boxes = {b.accessibleName(): b for b in question.findChildren(QComboBox)}
            assert "exists already" in words(question)
            boxes["b.bin"].setCurrentIndex(boxes["b.bin"].findData(Choice.OVERWRITE))
            boxes["c.bin"].setCurrentIndex(boxes["c.bin"].findData(Choice.SKIP))
            question.accept()
            jobs = await asked
            for job in jobs:
                await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)
            found = {p.name: p.read_bytes() for p in await asyncio.to_thread(lambda: sorted(at.folder.iterdir()))}
            assert found == {"a.bin": b"old", "a (1).bin": b"new", "b.bin": b"new", "c.bin": b"old"}

    run_on_qt(qapp, scenario())


def test_going_back_from_the_question_keeps_the_form(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            asked = at.ask("http://127.0.0.1:9/a.bin", "http://127.0.0.1:9/a.bin")
            dialog = await at.dialog()
            go(dialog).click()
            question = await at.collisions(dialog)
            assert "twice in this list" in words(question)
            question.reject()
            await until_true(go(dialog).isEnabled)
            dialog.reject()
            assert await asked == ()
            assert at.manager.enumerate() == ()

    run_on_qt(qapp, scenario())


def test_a_sign_in_in_an_address_is_used_and_never_shown(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.server.files["/a.bin"] = needs_basic("ann", "secret", Resource(content=b"x"))
            asked = at.ask()
            dialog = await at.dialog()
            dropped = QMimeData()
            dropped.setUrls([QUrl(at.server.url("/a.bin").replace("http://", "http://ann:secret@"))])
            box = dialog.findChild(AddressEdit)
            box.insertFromMimeData(dropped)
            assert box.toPlainText() == at.server.url("/a.bin")
            box.undo()
            assert "secret" not in box.toPlainText()
            box.redo()
            assert "The sign-in was taken out of the address." in words(dialog)
            go(dialog).click()
            (job,) = await asked
            assert "secret" not in repr(job)
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)

    run_on_qt(qapp, scenario())


def test_many_files_in_one_job(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            for name in ("a", "b"):
                at.server.files[f"/{name}.bin"] = Resource(content=b"new")
            asked = at.ask(at.server.url("/a.bin"), at.server.url("/b.bin"))
            dialog = await at.dialog()
            dialog.findChild(Fold).click()
            next(b for b in dialog.findChildren(QCheckBox) if "one job" in b.text().replace("&", "")).click()
            go(dialog).click()
            (job,) = await asked
            assert len(job.files) == 2
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)

    run_on_qt(qapp, scenario())


def test_the_whole_path_by_keyboard(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.server.files["/a.bin"] = Resource(content=b"x")
            asked = at.ask()
            dialog = await at.dialog()
            dialog.activateWindow()
            box = dialog.findChild(AddressEdit)
            assert dialog.focusWidget() is box
            QTest.keyClicks(box, at.server.url("/a.bin"))
            seen = []
            for _ in range(6):
                QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
                seen.append(dialog.focusWidget().accessibleName() or dialog.focusWidget().text().replace("&", ""))
            assert seen == [
                "Save to",
                "Choose a folder",
                "File name",
                "Complete when finished",
                "More options",
                "Download",
            ]
            QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            (job,) = await asked
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)

    run_on_qt(qapp, scenario())


def test_a_pasted_checksum_goes_with_a_single_file(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            at.server.files["/a.bin"] = Resource(content=b"hello")
            asked = at.ask(at.server.url("/a.bin"))
            dialog = await at.dialog()
            dialog.findChild(Fold).click()
            box = field(dialog, "Checksum")
            box.setText("sha256:abc")
            assert "A checksum of SHA-256 has 64 digits; this one has 3." in words(dialog)
            assert not go(dialog).isEnabled()
            dialog.findChild(AddressEdit).appendPlainText(at.server.url("/b.bin"))
            assert not box.isEnabled()
            assert go(dialog).isEnabled(), "a checksum is for a single file"
            dialog.findChild(AddressEdit).setPlainText(at.server.url("/a.bin"))
            right = hashlib.sha256(b"hello").hexdigest()
            box.clear()
            QApplication.clipboard().setText(f"{'0' * 64}  b.bin\n{right}  a.bin\n")
            box.paste()
            go(dialog).click()
            (job,) = await asked
            assert job.files[0].checksum == Checksum(HashAlgorithm.SHA_256, right)
            await until_state(at.manager, job.id, JobState.ACKNOWLEDGED)

    run_on_qt(qapp, scenario())


@pytest.fixture(autouse=True)
def quiet_queue(qapp: QApplication) -> None:
    """Qt deletes what the previous test left before this one looks for its own."""
    qapp.processEvents()
