"""The error dialog of one job: words, ways out, keyboard, and nothing lost when a fix fails."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog, Outcome
from bitsgui.gui.dialogs.route_strip import StopState, route
from bitsgui.gui.tasks import Tasks
from bitsgui.model import codes
from bitsgui.model.diagnosis import Side, diagnose
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError, from_http_status
from bitsgui.model.job import Job
from tests.support.failed_jobs import LOCAL, REMOTE, failed_job
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

DISK_FULL = failed_job(codes.ERROR_DISK_FULL, LOCAL)
NOT_FOUND = failed_job(from_http_status(404))


class Bench:
    """A dialog over a stub manager."""

    def __init__(self, job: Job) -> None:
        self.manager = StubManager([job])
        self.tasks = Tasks()
        self.dialog = JobErrorDialog(self.manager, self.tasks, [job], None)
        self.cancelled: list[list[Job]] = []
        self.dialog.cancelled.connect(self.cancelled.append)

    def button(self, name: str) -> QPushButton:
        return self.dialog.findChild(QPushButton, name)

    def texts(self) -> str:
        return "\n".join(label.text() for label in self.dialog.findChildren(QLabel))

    def shown(self) -> str:
        labels = self.dialog.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisibleTo(self.dialog))

    def choose(self, remedy: str) -> None:
        self.dialog.findChild(QRadioButton, remedy).click()

    def field(self, name: str) -> QLineEdit:
        shown = (e for e in self.dialog.findChildren(QLineEdit) if e.isVisibleTo(self.dialog))
        return next(e for e in shown if e.accessibleName() == name)


@pytest.fixture
def bench(qapp: QApplication, still_meter: None) -> Callable[[Job], Bench]:
    made: list[Bench] = []

    def make(job: Job) -> Bench:
        made.append(Bench(job))
        return made[-1]

    yield make
    for one in made:
        one.dialog.hide()
        one.dialog.deleteLater()
    qapp.processEvents()


def test_it_says_what_where_and_what_is_safe(bench: Any) -> None:
    words = bench(DISK_FULL).texts()
    assert "The disk of /srv/maps is full." in words
    assert "Atlas \N{EM DASH} plate-3.tif from archive.example" in words
    assert "3 of 5 files are complete, 1.4 GB is kept. Nothing was deleted." in words


def test_the_day_on_which_the_job_dies(bench: Any) -> None:
    day = QDateTime.fromSecsSinceEpoch(1_800_000_000 + 90 * 86_400).date()
    assert QLocale().toString(day, QLocale.FormatType.LongFormat) in bench(DISK_FULL).texts()


def test_three_ways_in_fixed_order_with_their_effects(bench: Any) -> None:
    ways = [bench(DISK_FULL).button(n) for n in ("Fix and Resume", "Complete partial", "Cancel job")]
    told = [(w.text(), w.accessibleName(), w.accessibleDescription(), w.isEnabled()) for w in ways]
    assert told == [
        ("Fix and Resume", "Fix and Resume", "checks, then goes on at 1.4 GB", True),
        ("Complete partial", "Complete partial", "keeps 3 files, drops 2", True),
        ("Cancel job", "Cancel job", "deletes 1.4 GB; can be undone for 10 minutes", True),
    ]


def test_a_barred_way_stays_visible_and_says_why(bench: Any) -> None:
    none_done = bench(failed_job(codes.ERROR_DISK_FULL, LOCAL, done=0))
    partial = none_done.button("Complete partial")
    assert not partial.isEnabled()
    assert partial.accessibleDescription() == "No file is finished yet; completing would keep nothing."
    assert partial.accessibleDescription() in none_done.texts()
    upload = bench(failed_job(from_http_status(403), done=1, total=1, type=JobType.UPLOAD))
    assert upload.button("Complete partial").accessibleDescription() == "Part of an upload cannot be completed."
    empty = bench(failed_job(codes.BG_E_DATABASE_CORRUPT, ErrorContext.GENERAL_QUEUE_MANAGER, done=0, total=0))
    assert not empty.button("Fix and Resume").isEnabled()
    assert empty.button("Cancel job").isEnabled()


def test_enter_is_the_fix_and_never_a_way_that_destroys(bench: Any, qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(DISK_FULL)
        one.dialog.show()
        assert one.button("Fix and Resume").isDefault()
        for name in ("Cancel job", "Complete partial", "Decide later"):
            one.button(name).setFocus()
            QTest.keyClick(one.button(name), Qt.Key.Key_Return)
            assert one.manager.calls == []
        one.dialog.findChild(QRadioButton, "FREE_SPACE").setFocus()
        QTest.keyClick(one.dialog.focusWidget(), Qt.Key.Key_Return)
        await until_true(lambda: one.manager.calls)
        assert one.manager.calls == [("resume", DISK_FULL.id)]
        await until_true(lambda: one.dialog.result() == QDialog.DialogCode.Accepted)
        assert one.dialog.outcome is Outcome.RESOLVED

    run_on_qt(qapp, scenario())


def test_tab_visits_everything_and_arrows_choose_a_remedy(bench: Any) -> None:
    one = bench(NOT_FOUND)
    one.dialog.show()
    one.dialog.activateWindow()
    assert QTest.qWaitForWindowActive(one.dialog)
    choice = one.dialog.findChild(QRadioButton, "NEW_ADDRESS")
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    again = one.dialog.findChild(QRadioButton, "TRY_AGAIN")
    assert again.isChecked()
    assert one.button("Fix and Resume").isEnabled()
    visited = []
    for _ in range(7):
        QTest.keyClick(one.dialog.focusWidget(), Qt.Key.Key_Tab)
        visited.append(one.dialog.focusWidget().text())
    ways = ["Fix and Resume", "Complete partial", "Cancel job"]
    assert visited == ["Check", "Details", "Copy report", "Decide later", *ways]
    QTest.keyClick(one.dialog.focusWidget(), Qt.Key.Key_Tab)
    assert one.dialog.focusWidget() is again


def test_escape_decides_nothing(bench: Any) -> None:
    one = bench(DISK_FULL)
    one.dialog.show()
    QTest.keyClick(one.dialog, Qt.Key.Key_Escape)
    assert not one.dialog.isVisible()
    assert (one.dialog.outcome, one.manager.calls) == (Outcome.LATER, [])


@pytest.mark.parametrize(("name", "verb"), [("Complete partial", "complete"), ("Cancel job", "cancel")])
def test_the_other_ways_take_one_click(bench: Any, qapp: QApplication, name: str, verb: str) -> None:
    async def scenario() -> None:
        one = bench(DISK_FULL)
        one.dialog.show()
        QTest.mouseClick(one.button(name), Qt.MouseButton.LeftButton)
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert one.manager.calls == [(verb, DISK_FULL.id)]
        completed = "Atlas: completed, keeps 3 files, drops 2."
        assert one.dialog.result_text == (completed if verb == "complete" else "")
        assert one.cancelled == ([] if verb == "complete" else [[DISK_FULL]])

    run_on_qt(qapp, scenario())


def test_a_fix_that_fails_is_said_and_nothing_typed_is_lost(bench: Any, qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(NOT_FOUND)
        one.dialog.show()
        one.manager.refuse["mend"] = BitsError(codes.E_INVALIDARG, "The address names no server.")
        address = one.field("Address")
        address.selectAll()
        QTest.keyClicks(address, "https://new.example/plate.tif")
        assert one.button("Fix and Resume").isEnabled()
        one.button("Fix and Resume").click()
        await until_true(lambda: "The address names no server." in one.texts())
        assert one.dialog.isVisible()
        assert address.text() == "https://new.example/plate.tif"
        assert one.button("Fix and Resume").isEnabled()
        assert one.manager.calls == [("mend", NOT_FOUND.id)]

    run_on_qt(qapp, scenario())


def test_an_address_is_checked_beside_its_field(bench: Any) -> None:
    one = bench(NOT_FOUND)
    address = one.field("Address")
    assert address.text() == "https://archive.example/atlas/plate-3.tif"
    assert not one.button("Fix and Resume").isEnabled(), "the address that failed is no fix"
    address.selectAll()
    QTest.keyClicks(address, "ftp://x/y")
    assert address.accessibleDescription() == "The address must begin with http:// or https://."
    assert not one.button("Fix and Resume").isEnabled()


def test_a_new_beginning_for_all_addresses(bench: Any, qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(NOT_FOUND)
        one.dialog.show()
        tick = next(b for b in one.dialog.findChildren(QWidget) if "beginning" in getattr(b, "text", str)())
        tick.click()
        edit = one.field("Addresses begin with")
        assert edit.text() == "https://archive.example/atlas/"
        edit.selectAll()
        QTest.keyClicks(edit, "https://mirror.example/atlas/")
        one.button("Fix and Resume").click()
        await until_true(lambda: len(one.manager.calls) == 2)
        names = [file.remote_name for file in one.manager.get(NOT_FOUND.id).files if not file.transferred]
        assert names == [f"https://mirror.example/atlas/plate-{n}.tif" for n in (3, 4)]

    run_on_qt(qapp, scenario())


def test_the_password_is_masked_until_revealed_and_http_warns(bench: Any) -> None:
    one = bench(failed_job(from_http_status(401), server="http://archive.example"))
    assert "not encrypted" in one.shown()
    assert "not encrypted" not in bench(failed_job(from_http_status(401))).shown()
    password = one.field("Password")
    assert password.echoMode() is QLineEdit.EchoMode.Password
    reveal = next(b for b in one.dialog.findChildren(QWidget) if b.accessibleName() == "Show the password")
    reveal.click()
    assert password.echoMode() is QLineEdit.EchoMode.Normal


def test_a_rename_that_failed_can_be_mended(bench: Any, qapp: QApplication) -> None:
    job = failed_job(codes.E_ACCESSDENIED, LOCAL, done=5, state=JobState.TRANSFERRED)

    async def scenario() -> None:
        one = bench(job)
        one.dialog.show()
        assert "Everything is here" in one.texts()
        assert not one.button("Complete partial").isEnabled()
        one.choose("TRY_AGAIN")
        one.button("Fix and Resume").click()
        await until_true(lambda: one.manager.calls == [("complete", job.id)])
        await until_true(lambda: not one.dialog.isVisible())

    run_on_qt(qapp, scenario())


def test_the_report_holds_facts_and_no_secrets(bench: Any, qapp: QApplication) -> None:
    folder = str(Path.home() / "maps")
    job = failed_job(from_http_status(403), folder=folder, server="https://ann:pw@archive.example/a")
    assert job.error is not None
    assert job.error.file is not None
    secret = replace(job.error.file, remote_name=job.error.file.remote_name + "?token=hush")
    job = replace(job, error=replace(job.error, file=secret, detail=f"in {folder}"))
    one = bench(job)
    one.dialog.details.show_history(job, (JobError(REMOTE, from_http_status(404), when=1_700_000_000.0),))
    one.button("Copy report").click()
    report = QGuiApplication.clipboard().text()
    assert "BG_E_HTTP_ERROR_403 (0x80190193)" in report
    assert "HTTP status: 403" in report
    assert "https://archive.example/a/plate-3.tif" in report
    assert "BG_E_HTTP_ERROR_404" in report
    assert "REMOTE_FILE, 5" in report
    assert not [word for word in ("ann", "pw@", "hush", str(Path.home())) if word in report]
    assert one.dialog.findChild(QPlainTextEdit).toPlainText() == report


def test_it_closes_itself_when_the_job_no_longer_needs_anybody(bench: Any) -> None:
    one = bench(DISK_FULL)
    one.dialog.show()
    one.dialog.show_jobs(())
    assert not one.dialog.isVisible()
    assert one.dialog.outcome is Outcome.RESOLVED


def test_no_text_of_the_outside_is_interpreted(bench: Any) -> None:
    one = bench(failed_job(from_http_status(404), name="<b>bold</b>", folder="/srv/<img src=x>"))
    labels = [w for w in one.dialog.findChildren(QLabel) if "<" in w.text()]
    assert labels
    assert all(w.textFormat() is Qt.TextFormat.PlainText for w in labels)


@pytest.mark.parametrize("side", Side)
def test_the_strip_marks_the_failing_stop(side: Side) -> None:
    stops = route(DISK_FULL, replace(diagnose(DISK_FULL), side=side))
    failed = [stop for stop in stops if stop.state is StopState.FAILED]
    assert len(failed) == (0 if side is Side.UNKNOWN else 1)
    assert all(stop.word for stop in stops)
    assert (stops[1].name == "Proxy") == (side is Side.PROXY)
