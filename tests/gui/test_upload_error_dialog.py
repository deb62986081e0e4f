"""The error dialog of uploads over a stub manager: what is offered, what is pressed, and what is then called."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QRadioButton

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog, Outcome
from bitsgui.gui.tasks import Tasks
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy
from bitsgui.model.upload import UploadPhase
from tests.support.failed_jobs import LOCAL, PROGRAM, REMOTE, failed_upload
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

P = UploadPhase
REFUSED = failed_upload(codes.E_ACCESSDENIED, status=403)
CHANGED = failed_upload(codes.BG_E_LOCAL_FILE_CHANGED, LOCAL)
PROGRAM_FAILED = failed_upload(from_http_status(500), PROGRAM, P.SERVER_PROGRAM)
REPLY_GONE = failed_upload(from_http_status(404), REMOTE, P.REPLY)
REPLY_BARRED = failed_upload(codes.E_ACCESSDENIED, LOCAL, P.REPLY, received=3_000_000)
NOT_SAVED = failed_upload(codes.E_ACCESSDENIED, LOCAL, P.CLOSED, state=JobState.TRANSFERRED, received=3_000_000)


class Bench:
    """A dialog over a stub manager."""

    def __init__(self, job: Job) -> None:
        self.manager = StubManager([job])
        self.dialog = JobErrorDialog(self.manager, Tasks(), [job], None)
        self.dialog.show()

    def offered(self) -> list[str]:
        return [choice.objectName() for choice in self.dialog.findChildren(QRadioButton)]

    def choose(self, remedy: Remedy) -> None:
        self.dialog.findChild(QRadioButton, remedy.name).click()

    def button(self, name: str) -> QPushButton:
        return self.dialog.findChild(QPushButton, name)

    def field(self, name: str) -> QLineEdit:
        shown = (e for e in self.dialog.findChildren(QLineEdit) if e.isVisibleTo(self.dialog))
        return next(e for e in shown if e.accessibleName() == name)

    def words(self) -> str:
        return "\n".join(label.text() for label in self.dialog.findChildren(QLabel) if label.isVisibleTo(self.dialog))

    def calls(self) -> list[str]:
        return [verb for verb, _ in self.manager.calls]


@pytest.fixture
def bench(qapp: QApplication, still_meter: None) -> Iterator[Callable[[Job], Bench]]:
    made: list[Bench] = []

    def make(job: Job) -> Bench:
        made.append(Bench(job))
        return made[-1]

    yield make
    for one in made:
        one.dialog.hide()
        one.dialog.deleteLater()
    qapp.processEvents()


@pytest.mark.parametrize(
    ("job", "offered", "barred", "cancel"),
    [
        (
            REFUSED,
            ["NEW_ADDRESS", "SIGN_IN_SERVER", "HEADERS", "TRY_AGAIN"],
            "Part of an upload cannot be completed.",
            "asks the server to drop what it has",
        ),
        (
            CHANGED,
            ["SEND_AGAIN", "LOCATE_SOURCE"],
            "Part of an upload cannot be completed.",
            "asks the server to drop what it has",
        ),
        (
            PROGRAM_FAILED,
            ["HAND_OVER_AGAIN", "SEND_AGAIN"],
            "Part of an upload cannot be completed.",
            "drops only the reply; the server keeps the file",
        ),
        (
            REPLY_GONE,
            ["FETCH_REPLY_AGAIN", "TRY_AGAIN", "SEND_AGAIN"],
            "Part of an upload cannot be completed.",
            "drops only the reply; the server keeps the file",
        ),
        (
            NOT_SAVED,
            ["OTHER_FOLDER", "TRY_AGAIN"],
            "The reply is here; putting it in place is what failed.",
            "drops only the reply; the server keeps the file",
        ),
    ],
)
def test_the_ways_out(bench: Callable[[Job], Bench], job: Job, offered: list[str], barred: str, cancel: str) -> None:
    one = bench(job)
    assert one.offered() == offered
    complete = one.button("Complete partial")
    assert complete.isVisibleTo(one.dialog)
    assert not complete.isEnabled()
    assert complete.accessibleDescription() == barred
    assert one.button("Cancel job").accessibleDescription() == f"{cancel}; can be undone for 10 minutes"


@pytest.mark.parametrize(
    ("job", "remedy", "calls"),
    [
        (CHANGED, Remedy.SEND_AGAIN, ["mend", "resume"]),
        (PROGRAM_FAILED, Remedy.HAND_OVER_AGAIN, ["resume"]),
        (PROGRAM_FAILED, Remedy.SEND_AGAIN, ["mend", "resume"]),
        (REPLY_GONE, Remedy.TRY_AGAIN, ["resume"]),
        (NOT_SAVED, Remedy.TRY_AGAIN, ["complete"]),
    ],
)
def test_a_remedy_does_what_it_says(
    bench: Callable[[Job], Bench], qapp: QApplication, job: Job, remedy: Remedy, calls: list[str]
) -> None:
    async def scenario() -> None:
        one = bench(job)
        one.choose(remedy)
        one.button("Fix and Resume").click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert one.calls() == calls

    run_on_qt(qapp, scenario())


def test_another_address_for_the_file(bench: Callable[[Job], Bench], qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(REFUSED)
        address = one.field("Address")
        assert address.text() == "https://inbox.example/in/survey.tar"
        assert not one.button("Fix and Resume").isEnabled()
        assert "beginning of all" not in one.words()
        address.selectAll()
        QTest.keyClicks(address, "https://other.example/in/survey.tar")
        assert one.button("Fix and Resume").accessibleDescription() == "checks, then starts at the beginning"
        one.button("Fix and Resume").click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert one.calls() == ["mend", "resume"]
        assert one.manager.get(REFUSED.id).files[0].remote_name == "https://other.example/in/survey.tar"

    run_on_qt(qapp, scenario())


@pytest.mark.parametrize(("job", "calls"), [(REPLY_BARRED, ["resume"]), (NOT_SAVED, ["complete"])])
def test_the_reply_goes_to_another_folder(
    bench: Callable[[Job], Bench], qapp: QApplication, tmp_path: Path, job: Job, calls: list[str]
) -> None:
    async def scenario() -> None:
        one = bench(job)
        folder = one.field("Folder")
        assert folder.text() == "/srv/replies"
        assert "What is here (3.0 MB) is moved there." in one.words()
        folder.setText(str(tmp_path))
        one.button("Fix and Resume").click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert one.calls() == ["set_local_folder", *calls]
        assert one.manager.folders == [tmp_path]

    run_on_qt(qapp, scenario())


def test_a_second_delivery_says_what_it_is(bench: Callable[[Job], Bench]) -> None:
    one = bench(REPLY_GONE)
    one.choose(Remedy.SEND_AGAIN)
    assert "The server program then gets it twice" in one.words()
    assert one.button("Fix and Resume").accessibleDescription() == "checks, then the server gets the file once more"
    other = bench(CHANGED)
    assert "the 200 MB that were sent before do not count" in other.words()


def test_a_sign_in_for_the_reply_warns_of_http(bench: Callable[[Job], Bench]) -> None:
    one = bench(failed_upload(from_http_status(401), REMOTE, P.REPLY))
    assert one.offered()[0] == "SIGN_IN_SERVER"
    assert "not encrypted" not in one.words()


@pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY])
@pytest.mark.parametrize("at", P)
@pytest.mark.parametrize("context", [LOCAL, REMOTE, PROGRAM])
def test_every_failure_has_a_dialog(
    bench: Callable[[Job], Bench], type: JobType, at: UploadPhase, context: ErrorContext
) -> None:
    for code in (codes.E_ACCESSDENIED, codes.BG_E_SESSION_NOT_FOUND, codes.E_FAIL):
        one = bench(failed_upload(code, context, at, type=type))
        assert one.offered()
        assert "download" not in one.words().lower()
