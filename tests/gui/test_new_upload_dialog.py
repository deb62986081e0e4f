"""The New Upload dialog: real widgets, real files, and what is asked of the manager."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from bitsgui.gui.dialogs.fields import Fold
from bitsgui.gui.dialogs.new_upload import NewUploadDialog, open_new_upload
from bitsgui.gui.preferences import Preferences
from bitsgui.gui.tasks import Tasks
from bitsgui.model.codes import E_INVALIDARG
from bitsgui.model.enums import JobPriority, JobType
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from tests.support.preferred import preferred
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

FOLDER = "https://h.example/in/"


@dataclass
class House:
    """The dialog's surroundings."""

    manager: StubManager
    preferences: Preferences
    tasks: Tasks
    window: QWidget

    def ask(self, *paths: Path) -> "asyncio.Task[tuple[Job, ...]]":
        return self.tasks.start(
            open_new_upload(self.manager, self.preferences, self.tasks, self.window, paths), name="ask"
        )

    async def dialog(self) -> NewUploadDialog:
        await until_true(lambda: self.window.findChildren(NewUploadDialog))
        dialog: NewUploadDialog = self.window.findChildren(NewUploadDialog)[-1]
        await until_true(dialog.isVisible)
        return dialog


@asynccontextmanager
async def house(folder: Path = Path("/nowhere")) -> AsyncIterator[House]:
    window = QWidget()
    window.show()
    tasks = Tasks()
    try:
        manager = StubManager()
        yield House(manager, preferred(folder, manager), tasks, window)
    finally:
        await tasks.aclose()
        window.deleteLater()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file with a name outside ASCII."""
    path = tmp_path / "Übersicht.csv"
    path.write_bytes(b"1;2")
    return path


def box(dialog: QWidget, name: str) -> QPlainTextEdit:
    return next(e for e in dialog.findChildren(QPlainTextEdit) if e.accessibleName() == name)


def field(dialog: QWidget, name: str) -> QLineEdit:
    return next(e for e in dialog.findChildren(QLineEdit) if e.accessibleName() == name)


def go(dialog: QWidget) -> QPushButton:
    return dialog.findChild(QPushButton, "Upload")


def kind(dialog: QWidget, type: JobType) -> QRadioButton:
    return dialog.findChild(QRadioButton, type.name)


def words(dialog: QWidget) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def drop(dialog: QWidget, *urls: QUrl) -> QDropEvent:
    data = QMimeData()
    data.setUrls(list(urls))
    at, buttons, keys = QPointF(5, 5), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    dialog.dragEnterEvent(enter)
    assert enter.isAccepted()
    event = QDropEvent(at, Qt.DropAction.CopyAction, data, buttons, keys)
    dialog.dropEvent(event)
    return event


def test_a_file_and_a_folder_address_become_an_upload(qapp: QApplication, source: Path) -> None:
    async def scenario() -> None:
        async with house() as at:
            asked = at.ask(source)
            dialog = await at.dialog()
            assert dialog.focusWidget() is box(dialog, "Address"), "it is what is missing"
            QTest.keyClicks(dialog.focusWidget(), FOLDER)
            await until_true(go(dialog).isEnabled)
            assert "Goes to https://h.example/in/%C3%9Cbersicht.csv" in words(dialog)
            assert "3 B" in words(dialog)
            QTest.keyClick(box(dialog, "Address"), Qt.Key.Key_Return)
            (job,) = await asked
            assert (job.type, job.settings.display_name) == (JobType.UPLOAD, "Übersicht.csv")
            assert job.files[0].remote_name == FOLDER + "%C3%9Cbersicht.csv"
            assert job.files[0].local_name == str(source)
            assert job.settings.auto_complete

    run_on_qt(qapp, scenario())


def test_with_a_reply_and_every_option(qapp: QApplication, source: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house() as at:
            asked = at.ask(source)
            dialog = await at.dialog()
            reply = field(dialog, "Save the reply to")
            assert not reply.isVisible()
            kind(dialog, JobType.UPLOAD_REPLY).click()
            assert reply.isVisible()
            assert "answers with a file" in words(dialog)
            assert field(dialog, "Name of the reply").placeholderText() == "Übersicht reply.csv"
            reply.setText(str(tmp_path))
            field(dialog, "Name of the reply").setText("answer.csv")
            field(dialog, "Name in the list").setText("November")
            dialog.findChild(Fold).click()
            assert not [b for b in dialog.findChildren(QCheckBox) if b.isVisible() and "one job" in b.text()]
            box(dialog, "Address").setPlainText("http://ann:secret@h.example/program")
            field(dialog, "User name").setFocus()
            assert box(dialog, "Address").toPlainText() == "http://h.example/program"
            field(dialog, "User name").setText("bob")
            assert "not encrypted" in words(dialog)
            box(dialog, "Headers").setPlainText("X-Kind: survey")
            priority = next(b for b in dialog.findChildren(QComboBox) if b.accessibleName() == "Priority")
            priority.setCurrentIndex(priority.findData(JobPriority.HIGH))
            next(b for b in dialog.findChildren(QCheckBox) if "Complete" in b.text()).click()
            await until_true(go(dialog).isEnabled)
            QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await asked
            (spec,) = at.manager.created
            assert (spec.type, spec.reply_file_name) == (JobType.UPLOAD_REPLY, str(tmp_path / "answer.csv"))
            assert spec.files[0].remote_name == "http://h.example/program"
            assert spec.credentials is not None
            assert (spec.credentials.user_name, spec.credentials.password) == ("ann", "secret")
            assert spec.custom_headers == (("X-Kind", "survey"),)
            assert (spec.settings.display_name, spec.settings.priority) == ("November", JobPriority.HIGH)
            assert not spec.settings.auto_complete

    run_on_qt(qapp, scenario())


def test_what_the_disk_says_is_said_at_once(qapp: QApplication, source: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house() as at:
            at.ask()
            dialog = await at.dialog()
            files = box(dialog, "Files")
            assert dialog.focusWidget() is files
            box(dialog, "Address").setPlainText(FOLDER)
            for path, said in (
                (tmp_path, "This is a folder; files are sent one by one."),
                (tmp_path / "gone.csv", "There is no such file."),
            ):
                files.setPlainText(str(path))
                await until_true(lambda said=said: said in words(dialog))
                assert files.accessibleDescription() == said
                assert not go(dialog).isEnabled()
            await asyncio.to_thread((tmp_path / "empty").touch)
            files.setPlainText(str(tmp_path / "empty"))
            await until_true(lambda: "This file is empty" in words(dialog))
            assert go(dialog).isEnabled(), "it may be sent"
            files.setPlainText(str(source))
            await until_true(lambda: "empty" not in words(dialog) and go(dialog).isEnabled())
            box(dialog, "Address").setPlainText("ftp://h/")
            assert "The address must begin with http:// or https://." in words(dialog)
            assert not go(dialog).isEnabled()
            assert files.toPlainText() == str(source)
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

    run_on_qt(qapp, scenario())


def test_dropped_files_are_one_job_each(qapp: QApplication, source: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house() as at:
            asked = at.ask(source)
            dialog = await at.dialog()
            more = [tmp_path / "a.csv", tmp_path / "b.csv"]
            for path in more:
                await asyncio.to_thread(path.write_bytes, b"x")
            drop(dialog, *(QUrl.fromLocalFile(str(path)) for path in (*more, source)))
            drop(dialog, QUrl("https://h.example/in"))
            assert box(dialog, "Files").toPlainText().splitlines() == [str(source), *map(str, more)]
            assert "Several files need the address of a folder" in words(dialog)
            assert not field(dialog, "Name in the list").isEnabled()
            box(dialog, "Address").setPlainText(FOLDER)
            await until_true(go(dialog).isEnabled)
            assert go(dialog).text() == "Upload 3 files"
            assert "Go to https://h.example/in/%C3%9Cbersicht.csv and 2 more" in words(dialog)
            go(dialog).click()
            jobs = await asked
            assert [job.settings.display_name for job in jobs] == ["Übersicht.csv", "a.csv", "b.csv"]

    run_on_qt(qapp, scenario())


def test_files_are_pasted_as_paths(qapp: QApplication, source: Path) -> None:
    async def scenario() -> None:
        async with house() as at:
            at.ask()
            dialog = await at.dialog()
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(source))])
            box(dialog, "Files").insertFromMimeData(data)
            assert box(dialog, "Files").toPlainText() == str(source)
            text = QMimeData()
            text.setText(f"  {FOLDER}\nhttps://other/ ")
            address = box(dialog, "Address")
            address.insertFromMimeData(text)
            assert address.toPlainText() == FOLDER
            dialog.reject()

    run_on_qt(qapp, scenario())


def test_a_bad_place_for_the_reply_is_said_and_nothing_is_lost(
    qapp: QApplication, source: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with house() as at:
            asked = at.ask(source)
            dialog = await at.dialog()
            box(dialog, "Address").setPlainText(FOLDER)
            kind(dialog, JobType.UPLOAD_REPLY).click()
            folder = field(dialog, "Save the reply to")
            folder.setText("replies")
            assert "Give the whole path of the folder." in words(dialog)
            assert not go(dialog).isEnabled()
            kind(dialog, JobType.UPLOAD).click()
            await until_true(go(dialog).isEnabled)
            kind(dialog, JobType.UPLOAD_REPLY).click()
            folder.setText(str(tmp_path / "nowhere"))
            await until_true(go(dialog).isEnabled)
            go(dialog).click()
            await until_true(lambda: "There is no such folder." in words(dialog))
            assert folder.text() == str(tmp_path / "nowhere")
            folder.setText(str(tmp_path))
            await asyncio.to_thread((tmp_path / "Übersicht reply.csv").touch)
            field(dialog, "Name of the reply").setText("x")
            field(dialog, "Name of the reply").clear()
            await until_true(lambda: "will be called “Übersicht reply (1).csv”" in words(dialog))
            go(dialog).click()
            await asked
            assert at.manager.created[0].reply_file_name == str(tmp_path / "Übersicht reply.csv")

    run_on_qt(qapp, scenario())


def test_what_the_manager_refuses_is_said(qapp: QApplication, source: Path) -> None:
    async def scenario() -> None:
        async with house() as at:
            asked = at.ask(source)
            dialog = await at.dialog()
            box(dialog, "Address").setPlainText(FOLDER)
            await until_true(go(dialog).isEnabled)
            at.manager.refuse["create_jobs"] = BitsError(E_INVALIDARG, "It is on fire.")
            go(dialog).click()
            await until_true(lambda: "It is on fire." in words(dialog))
            assert box(dialog, "Files").toPlainText() == str(source)
            dialog.reject()
            assert await asked == ()

    run_on_qt(qapp, scenario())


def test_the_whole_path_by_keyboard(qapp: QApplication, source: Path) -> None:
    async def scenario() -> None:
        async with house() as at:
            asked = at.ask()
            dialog = await at.dialog()
            dialog.activateWindow()
            files = box(dialog, "Files")
            assert dialog.focusWidget() is files
            QTest.keyClicks(files, str(source))
            seen = []
            for _ in range(6):
                QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
                focus = dialog.focusWidget()
                seen.append(focus.accessibleName() or focus.text().replace("&", ""))
                if seen[-1] == "Address":
                    QTest.keyClicks(focus, FOLDER)
                    await until_true(go(dialog).isEnabled)
            assert seen == [
                "Choose files",
                "Address",
                "Upload",
                "Name in the list",
                "Complete when finished",
                "More options",
            ]
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            (job,) = await asked
            assert job.files[0].local_name == str(source)

    run_on_qt(qapp, scenario())


def test_no_two_letters_are_the_same_when_all_is_unfolded(qapp: QApplication) -> None:
    async def scenario() -> None:
        async with house() as at:
            at.ask()
            dialog = await at.dialog()
            kind(dialog, JobType.UPLOAD_REPLY).click()
            dialog.findChild(Fold).click()
            texts = [
                w.text() for w in (*dialog.findChildren(QLabel), *dialog.findChildren(QAbstractButton)) if w.isVisible()
            ]
            letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
            assert len(letters) > 8
            assert len(set(letters)) == len(letters)
            dialog.reject()

    run_on_qt(qapp, scenario())
