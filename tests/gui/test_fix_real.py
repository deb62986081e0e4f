"""Fixes through the real dialog, on the real loop, against real servers and a real full disk."""

import asyncio
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QMainWindow, QPushButton, QRadioButton
from shiboken6 import isValid

from bitsgui.engine.download import TAIL
from bitsgui.gui.dialogs.error_dialog import JobErrorDialog
from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.tasks import Tasks
from bitsgui.model import codes
from bitsgui.model.answers import RemedyResult, result_of
from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy
from bitsgui.service import healing
from tests.e2e.test_download_disk import needs_mount
from tests.support.content import Pattern, sha256_of
from tests.support.crash import Crashable
from tests.support.downloads import Desk, a_desk, failure
from tests.support.fix_checks import half_done
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.resource import Gate, Resource
from tests.support.scripted_server import in_turn, needs_basic, status
from tests.support.waiting import until, until_state

HALF = 200_000
FILE = Resource(content=Pattern(500_000, seed=5))
KIB = 1024


class Window:
    """The slots over a real manager and a plain window."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tasks = Tasks()
        self.window = QMainWindow()
        self.window.show()
        self.slots = JobErrorSlots(desk.manager, self.tasks, self.window)
        self.told: list[str] = []
        self.slots.told.connect(self.told.append)

    @property
    def dialog(self) -> JobErrorDialog:
        assert self.slots.dialog is not None
        return self.slots.dialog

    async def opened(self, job: Job) -> JobErrorDialog:
        """The job's dialog, with what was answered before; its facts are found out by then."""
        await until(self.desk.manager, job.id, lambda now: now.error is None or now.error.facts is not None)
        self.slots.show_error(job.id)
        await until_true(lambda: self.slots.dialog)
        return self.dialog

    def button(self, name: str) -> QPushButton:
        return self.dialog.findChild(QPushButton, name)

    def type(self, **texts: str) -> None:
        for name, text in texts.items():
            self.dialog.findChild(QLineEdit, name).setText(text)

    def choose(self, remedy: Remedy) -> None:
        self.dialog.findChild(QRadioButton, remedy.name).click()

    def words(self) -> str:
        labels = self.dialog.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisibleTo(self.dialog))

    async def aclose(self) -> None:
        self.slots.close()
        await self.tasks.aclose()
        self.window.deleteLater()


@asynccontextmanager
async def a_window(tmp_path: Path) -> AsyncIterator[tuple[Window, Desk]]:
    async with a_desk(tmp_path) as desk:
        window = Window(desk)
        try:
            yield window, desk
        finally:
            await window.aclose()


def test_a_new_address_is_tried_and_keeps_what_is_here(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_window(tmp_path) as (window, desk):
            job = await half_done(desk, "/a.bin", FILE, HALF, auto_complete=True)
            desk.server.files["/mirror/a.bin"] = FILE
            await window.opened(job)
            window.choose(Remedy.NEW_ADDRESS)
            window.type(address=desk.server.url("/mirror/a.bin"))
            window.button("Check").click()
            await until_true(lambda: "It is the same file: the 200 kB that is here is kept." in window.words())
            assert desk.manager.get(job.id).state is JobState.ERROR
            asked = len(desk.asked("/mirror/a.bin"))
            window.button("Fix and Resume").click()
            await until_state(desk.manager, job.id, JobState.ACKNOWLEDGED)
            assert sha256_of(desk.target("a.bin")) == sha256_of(FILE.content)
            begins = [int(str(asked)[6:].split("-")[0]) for asked in desk.asked("/mirror/a.bin")[asked:]]
            assert min(begins) >= HALF - TAIL, "no more is fetched again than is compared"
            await until_true(lambda: window.told == ["test: resumed at 200 kB with the new address."])
            (tried,) = await desk.manager.remedies_tried(job.id)
            assert tried.remedy == "NEW_ADDRESS"
            errors = await desk.manager.error_history(job.id)
            assert result_of(tried, desk.manager.get(job.id), errors) is RemedyResult.HELD

    run_on_qt(qapp, scenario())


def test_another_file_of_equal_size_is_refused_and_nothing_is_touched(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_window(tmp_path) as (window, desk):
            job = await half_done(desk, "/a.bin", FILE, HALF)
            desk.server.files["/other.bin"] = Resource(content=Pattern(500_000, seed=6))
            (part,) = desk.parts()
            before = part.read_bytes()
            await window.opened(job)
            window.choose(Remedy.NEW_ADDRESS)
            window.type(address=desk.server.url("/other.bin"))
            window.button("Fix and Resume").click()
            await until_true(lambda: window.button("Fix and Resume").text() == "Resume anyway")
            assert "The last 65.5 kB that are here are other ones there" in window.words()
            assert "It is not the same file any more" in window.words()
            now = desk.manager.get(job.id)
            assert (now.state, now.files[0].remote_name) == (JobState.ERROR, desk.server.url("/a.bin"))
            assert part.read_bytes() == before

    run_on_qt(qapp, scenario())


def test_a_sign_in_that_is_wrong_then_right_and_offered_the_next_time(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_window(tmp_path) as (window, desk):
            for path in ("/a.bin", "/b.bin"):
                desk.server.files[path] = needs_basic("ann", "hush", FILE)
            job = await desk.fetch("/a.bin", auto_complete=True)
            assert desk.manager.get(job.id).state is JobState.ERROR
            await window.opened(job)
            window.type(user_name="ann", password="wrong")
            window.button("Fix and Resume").click()
            await until_true(lambda: window.button("Fix and Resume").text() == "Resume anyway")
            assert "The sign-in is not accepted" in window.words()
            assert desk.manager.get(job.id).settings.credentials == ()
            window.type(password="hush")
            window.button("Fix and Resume").click()
            await until_state(desk.manager, job.id, JobState.ACKNOWLEDGED)
            await until_true(lambda: window.slots.dialog is None)
            await window.opened(await desk.fetch("/b.bin"))
            user = window.dialog.findChild(QLineEdit, "user_name")
            await until_true(lambda: user.text() == "ann")
            assert window.dialog.findChild(QLineEdit, "password").text() == ""
            stored = b"".join(path.read_bytes() for path in desk.state_dir.iterdir() if path.is_file())
            assert b"hush" not in stored

    run_on_qt(qapp, scenario())


def test_a_fix_that_did_not_hold_is_said_the_next_time(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_window(tmp_path) as (window, desk):
            job = await half_done(desk, "/a.bin", FILE, HALF)
            await window.opened(job)
            window.choose(Remedy.TRY_AGAIN)
            window.button("Fix and Resume").click()
            await until_true(lambda: window.button("Fix and Resume").text() == "Resume anyway")
            failed_at = desk.manager.get(job.id).error_count
            window.button("Fix and Resume").click()
            await until(desk.manager, job.id, lambda now: now.error_count > failed_at and now.state is JobState.ERROR)
            await until_true(lambda: window.slots.dialog is None)
            await window.opened(desk.manager.get(job.id))
            await until_true(lambda: "The last fix did not hold" in window.words())
            (tried,) = await desk.manager.remedies_tried(job.id)
            errors = await desk.manager.error_history(job.id)
            assert result_of(tried, desk.manager.get(job.id), errors) is RemedyResult.DID_NOT_HOLD

    run_on_qt(qapp, scenario())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The desk's folder on a disk of 2 MiB."""
    folder = tmp_path / "files"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts")
    yield folder
    subprocess.run(["umount", folder], check=True)


async def twelve_on_a_full_disk(desk: Desk) -> list[Job]:
    """Each has the first of its two files; for the second of any of them there is no room."""
    jobs = []
    for n in range(12):
        desk.server.files[f"/{n:02}a.bin"] = Resource(content=Pattern(64 * KIB, seed=n))
        desk.server.files[f"/{n:02}b.bin"] = in_turn(status(503), Resource(content=Pattern(300 * KIB, seed=n)))
        jobs.append(await desk.fetch(f"/{n:02}a.bin", f"/{n:02}b.bin", auto_complete=True, display_name=f"{n:02}"))
    await asyncio.to_thread((desk.folder / "ballast").write_bytes, bytes(1100 * KIB))
    failed = [await desk.again(job) for job in jobs]
    assert {failure(job)[2] for job in failed} == {codes.ERROR_DISK_FULL}
    assert {job.progress.bytes_transferred for job in failed} == {64 * KIB}
    return failed


@needs_mount
def test_one_folder_change_mends_twelve_downloads_and_loses_no_byte(
    qapp: QApplication, tmp_path: Path, small_disk: Path
) -> None:
    async def scenario() -> None:
        async with a_window(tmp_path) as (window, desk):
            opened: list[int] = []
            desk.manager.set_notify_interface(window.slots)
            jobs = await twelve_on_a_full_disk(desk)
            await until_true(lambda: window.slots.dialog and len(window.dialog.jobs) == 12)
            opened.append(len(window.window.findChildren(JobErrorDialog)))
            assert opened == [1]
            big = tmp_path / "big"
            await asyncio.to_thread(big.mkdir)
            window.choose(Remedy.OTHER_FOLDER)
            window.type(folder=str(big))
            window.button("Fix and Resume").click()
            for n, job in enumerate(jobs):
                await until_state(desk.manager, job.id, JobState.ACKNOWLEDGED)
                assert sha256_of(big / f"{n:02}a.bin") == sha256_of(Pattern(64 * KIB, seed=n))
                assert sha256_of(big / f"{n:02}b.bin") == sha256_of(Pattern(300 * KIB, seed=n))
                assert len(desk.asked(f"/{n:02}a.bin")) == 1, "what was here was not fetched again"
            await until_true(lambda: window.told == ["12 jobs resumed."])
            assert [path.name for path in desk.folder.iterdir()] == ["ballast"]

    run_on_qt(qapp, scenario(), 60)


@needs_mount
def test_ticked_they_go_on_by_themselves_as_soon_as_there_is_room(
    qapp: QApplication, tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(healing, "LOOK_S", 0.1)

    async def scenario() -> None:
        async with a_window(tmp_path) as (window, desk):
            desk.server.files["/a.bin"] = FILE
            ballast = desk.folder / "ballast"
            await asyncio.to_thread(ballast.write_bytes, bytes(1800 * KIB))
            job = await desk.fetch("/a.bin", auto_complete=True)
            assert failure(job)[2] == codes.ERROR_DISK_FULL
            await window.opened(job)
            window.dialog.findChild(QCheckBox, "goes_on_by_itself").click()
            window.button("Check").click()
            await until_true(lambda: "Not enough room yet" in window.words())
            window.dialog.reject()
            await until_true(lambda: window.slots.watched == {job.id})
            await asyncio.to_thread(ballast.unlink)
            await until_state(desk.manager, job.id, JobState.ACKNOWLEDGED)
            assert sha256_of(desk.target("a.bin")) == sha256_of(FILE.content)
            await until_true(lambda: window.told == ["test: resumed."])

    run_on_qt(qapp, scenario())


def test_a_dialog_that_goes_takes_its_check_with_it(qapp: QApplication, tmp_path: Path) -> None:
    """A Check that a silent server holds up, and a job that somebody cancels meanwhile: nothing touches the dialog."""

    async def scenario() -> None:
        async with a_window(tmp_path) as (window, desk):
            job = await half_done(desk, "/a.bin", FILE, HALF, auto_complete=True)
            gate = Gate(after=0)
            desk.server.files["/mirror/a.bin"] = replace(FILE, gate=gate)
            dialog = await window.opened(job)
            window.choose(Remedy.NEW_ADDRESS)
            window.type(address=desk.server.url("/mirror/a.bin"))
            window.button("Fix and Resume").click()
            await gate.reached.wait()
            (checking,) = [task for task in asyncio.all_tasks() if task.get_name().startswith("check a fix")]
            await desk.manager.cancel(job.id)
            await until_true(lambda: not isValid(dialog))
            gate.release()
            await asyncio.wait([checking])
            assert checking.exception() is None
            assert desk.manager.get(job.id).state is JobState.CANCELLED

    run_on_qt(qapp, scenario())


class Broken:
    """A front end that fails at every call."""

    calls = 0

    def job_error(self, job: Job, error: object) -> HResult:
        self.calls += 1
        raise ValueError("broken")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_after_a_listener_that_fails_the_command_runs_once_and_the_error_is_shown_after_a_restart(
    qapp: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script, said = tmp_path / "tell.sh", tmp_path / "said"
    script.write_text(f"#!/bin/sh\necho told >> {shlex.quote(str(said))}\n")
    script.chmod(0o700)

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            broken = Broken()
            desk.manager.set_notify_interface(broken)  # type: ignore[arg-type]
            desk.server.files["/a.bin"] = status(404)
            job = await desk.start("/a.bin", is_held=True)
            await desk.manager.set_notify_cmd_line(job.id, str(script), ["tell.sh"])
            await desk.manager.resume(job.id)
            await until(desk.manager, job.id, lambda now: now.notified)
            await desk.reopen()
            window = Window(desk)
            window.slots.leave_to_banner()
            desk.manager.set_notify_interface(window.slots)
            window.slots.review()
            await until_true(lambda: window.slots.dialog and "no longer at this address" in window.words())
            assert broken.calls == 1
            assert said.read_text() == "told\n"
            caplog.clear()
            await window.aclose()

    run_on_qt(qapp, scenario())


_KILLED = """
import asyncio, pathlib, sys
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit
from bitsgui import app

async def work(window, typed):
    while not window.errors.groups.all_jobs() or window.errors.groups.all_jobs()[0].error.facts is None:
        await asyncio.sleep(0.01)
    job = window.errors.groups.all_jobs()[0]
    window.errors.show_error(job.id)
    edit = window.errors.dialog.findChild(QLineEdit, "address")
    if typed:
        edit.setText(typed)
        while await window._manager.draft_of(job.id) is None:
            await asyncio.sleep(0.01)
    before = None
    while before != edit.text() or not edit.text().startswith("http://half"):
        before = edit.text()
        await asyncio.sleep(0.1)
    words = [label.text() for label in window.errors.dialog.findChildren(QLabel) if label.text()]
    errors = await window._manager.error_history(job.id)
    print(" | ".join([words[0], str(len(errors)), str(errors[0].code), edit.text()]), flush=True)

class Window(app.MainWindow):
    def showEvent(self, event):
        self.tasks.start(work(self, sys.argv[2]), name="work")

app.MainWindow = Window
sys.exit(app.run_window(pathlib.Path(sys.argv[1])))
"""


def test_killed_with_the_dialog_open_it_comes_back_with_error_history_and_what_was_typed(
    run: Any, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = status(404)
            await desk.fetch("/a.bin", priority=JobPriority.FOREGROUND)
            await desk.manager.aclose()
            first = Crashable("-c", _KILLED, str(desk.state_dir), "http://half.typed/a.bin")
            await first.start()
            said = await first.line()
            await first.kill()
            second = Crashable("-c", _KILLED, str(desk.state_dir), "")
            await second.start()
            assert await second.line() == said
            await second.kill()
            assert said.split(" | ")[1:] == ["1", "BG_E_HTTP_ERROR_404 (0x80190194)", "http://half.typed/a.bin"]

    run(scenario())
