"""The dry run in the error dialog: its lines, its verdict, and what the button then does; and what was tried before."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QRadioButton

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog, Outcome
from bitsgui.gui.dialogs.fix_card import Answers
from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts.check_texts import line_text
from bitsgui.model import codes
from bitsgui.model import fix as fixes
from bitsgui.model.answers import Draft, RemedyTried
from bitsgui.model.check import CheckLine, CheckResult, Step, Verdict
from bitsgui.model.check import Outcome as Ended
from bitsgui.model.hresult import BitsError, from_http_status
from bitsgui.model.job import Job, JobId
from bitsgui.model.remedy import Remedy
from tests.support.failed_jobs import LOCAL, REMOTE, failed_job
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

NOT_FOUND = from_http_status(404)
GONE = failed_job(NOT_FOUND)
FULL = failed_job(codes.ERROR_DISK_FULL, LOCAL)
NEW = "https://new.example/plate.tif"
FITS = CheckResult(
    (
        CheckLine(step=Step.ANSWERS, outcome=Ended.PASSED, index=3, host="new.example"),
        CheckLine(step=Step.SIZE_MATCHES, outcome=Ended.PASSED, found=400_000_000),
        CheckLine(step=Step.VALIDATOR_MATCHES, outcome=Ended.SKIPPED),
    ),
    Verdict.KEEPS_BYTES,
)
REFUSED = CheckResult(
    (CheckLine(step=Step.ANSWERS, outcome=Ended.FAILED, index=3, host="new.example", code=NOT_FOUND, http_status=404),),
    Verdict.FAILED,
)


class Bench:
    """A dialog over a stub manager whose checks end as the test says."""

    def __init__(self, *jobs: Job) -> None:
        self.manager = StubManager(jobs)
        self.tasks = Tasks()
        self.dialog = JobErrorDialog(self.manager, self.tasks, jobs, None)  # type: ignore[arg-type]
        self.dialog.show()

    def button(self, name: str) -> QPushButton:
        return self.dialog.findChild(QPushButton, name)

    def words(self) -> str:
        labels = self.dialog.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisibleTo(self.dialog))

    def verdict(self) -> str:
        return self.dialog.findChild(QLabel, "check_verdict").text()

    def type_address(self, url: str = NEW) -> None:
        self.dialog.findChild(QLineEdit, "address").setText(url)

    async def checked(self, result: CheckResult) -> None:
        self.manager.check = result
        self.button("Check").click()
        await until_true(lambda: self.manager.checked and self.button("Check").text() == "Check")
        self.manager.checked.clear()

    def remedies(self) -> list[str]:
        shown = self.dialog.findChildren(QRadioButton)
        return [b.objectName() for b in sorted(shown, key=lambda b: b.mapTo(self.dialog, b.rect().topLeft()).y())]


@pytest.fixture
def bench(qapp: QApplication, still_meter: None) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(*jobs: Job) -> Bench:
        made.append(Bench(*jobs))
        return made[-1]

    yield make
    for one in made:
        one.dialog.hide()
        one.dialog.deleteLater()
    qapp.processEvents()


def test_a_check_says_each_step_and_what_it_means(bench: Callable[..., Bench], qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(GONE)
        assert not one.button("Check").isEnabled(), "the address that failed is nothing to try"
        one.type_address()
        await one.checked(FITS)
        for line in ("new.example gives the file", "The size is the same (400 MB)", "names no version to compare"):
            assert line in one.words()
        assert one.verdict() == "It is the same file: the 200 MB that is here is kept."
        assert one.button("Fix and Resume").accessibleDescription() == "goes on at 1.4 GB"
        assert one.manager.calls == []
        one.button("Fix and Resume").click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert one.manager.checked == [], "what has passed is not tried twice"
        assert [verb for verb, _ in one.manager.calls] == ["mend", "resume"]
        assert one.manager.noted == [(Remedy.NEW_ADDRESS, "")]
        assert one.dialog.result_text == "Atlas: resumed at 1.4 GB with the new address."

    run_on_qt(qapp, scenario())


def test_fix_and_resume_checks_first_and_goes_no_further_when_that_fails(
    bench: Callable[..., Bench], qapp: QApplication
) -> None:
    async def scenario() -> None:
        one = bench(GONE)
        one.type_address()
        one.manager.check = REFUSED
        fix = one.button("Fix and Resume")
        assert fix.accessibleDescription() == "checks, then goes on at 1.4 GB if it is the same file"
        fix.click()
        await until_true(lambda: fix.text() == "Resume anyway")
        assert one.manager.checked == [(GONE.id, fixes.NewAddress(3, NEW))]
        assert one.manager.calls == []
        assert "new.example does not give the file: there is no such file, HTTP 404" in one.words()
        assert one.verdict() == "This does not work yet. The job stays as it is."
        assert fix.accessibleName() == "Resume anyway"
        assert fix.accessibleDescription() == "it may fail once more; nothing is lost by it"
        fix.click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert [verb for verb, _ in one.manager.calls] == ["mend", "resume"]
        assert len(one.manager.checked) == 1
        assert one.manager.places == {}, "nothing is remembered that did not pass"

    run_on_qt(qapp, scenario())


def test_what_can_lead_nowhere_is_barred(bench: Callable[..., Bench], qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(GONE)
        one.type_address()
        await one.checked(CheckResult(REFUSED.lines, Verdict.FAILED, may_resume_anyway=False))
        assert not one.button("Fix and Resume").isEnabled()
        assert one.button("Fix and Resume").accessibleDescription() == "The check failed: this could lead nowhere."
        one.type_address(NEW + "?2")
        assert one.button("Fix and Resume").isEnabled()
        assert one.button("Fix and Resume").text() == "Fix and Resume"
        assert one.verdict() == "", "what was found was about another address"

    run_on_qt(qapp, scenario())


@pytest.mark.parametrize(
    ("verdict", "asks"),
    [
        (Verdict.RESTARTS_FILE, "It is not the same file any more: going on fetches it from the beginning; 200 MB"),
        (Verdict.DIFFERENT_FILE, "It is a file of another size. Is it the right one?"),
    ],
)
def test_another_file_is_a_question(
    bench: Callable[..., Bench], qapp: QApplication, verdict: Verdict, asks: str
) -> None:
    async def scenario() -> None:
        one = bench(GONE)
        one.type_address()
        one.manager.check = CheckResult(FITS.lines, verdict)
        one.button("Fix and Resume").click()
        await until_true(lambda: one.verdict().startswith(asks))
        assert one.manager.calls == []
        assert one.button("Fix and Resume").text() == "Resume anyway"
        assert one.button("Fix and Resume").accessibleDescription() == "fetches the file from the beginning"

    run_on_qt(qapp, scenario())


def test_a_check_can_be_stopped(bench: Callable[..., Bench], qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(FULL)
        cancelled: list[JobId] = []

        async def never(job_id: JobId, *_: object) -> CheckResult:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.append(job_id)
            raise AssertionError

        one.manager.check_fix = never  # type: ignore[method-assign]
        one.button("Fix and Resume").click()
        await until_true(lambda: one.button("Check").text() == "Stop")
        assert not one.button("Fix and Resume").isEnabled()
        assert one.button("Check").isEnabled()
        one.button("Check").click()
        await until_true(lambda: cancelled == [FULL.id])
        await until_true(lambda: one.button("Check").text() == "Check")
        assert one.verdict() == "Stopped."
        assert one.button("Fix and Resume").isEnabled()
        assert one.manager.calls == []
        one.button("Check").click()
        await until_true(lambda: one.button("Check").text() == "Stop")
        QTest.keyClick(one.dialog, Qt.Key.Key_Escape)
        await until_true(lambda: len(cancelled) == 2)
        assert not one.dialog.isVisible()
        await one.tasks.aclose()

    run_on_qt(qapp, scenario())


def test_many_jobs_are_all_tried_and_summed_up(bench: Callable[..., Bench], qapp: QApplication) -> None:
    room = CheckLine(step=Step.SPACE, outcome=Ended.PASSED, wanted=100, found=1150)

    async def scenario() -> None:
        jobs = [failed_job(codes.ERROR_DISK_FULL, LOCAL, name=f"{n:02}") for n in range(12)]
        one = bench(*jobs)
        await one.checked(CheckResult((room,), Verdict.PASSED))
        assert one.verdict() == "12 of 12 passed. This does not work yet. The job stays as it is."
        assert "Not enough room yet: 50 B missing" in one.words(), "each has room alone, all of them have not"
        one.manager.check = CheckResult((), Verdict.PASSED)
        one.dialog.findChild(QRadioButton, "OTHER_FOLDER").click()
        one.dialog.findChild(QRadioButton, "FREE_SPACE").click()
        one.button("Fix and Resume").click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert len(one.manager.calls) == 12

    run_on_qt(qapp, scenario())


def test_a_fix_that_the_job_cannot_have_is_said(bench: Callable[..., Bench], qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(FULL)
        one.manager.refuse["check_fix"] = BitsError(codes.E_NOTIMPL, "Not with this job.")
        one.button("Check").click()
        await until_true(lambda: "Not with this job." in one.words())
        assert not one.button("Fix and Resume").isEnabled()

    run_on_qt(qapp, scenario())


def test_a_fix_that_did_not_hold_moves_down(bench: Callable[..., Bench]) -> None:
    one = bench(GONE)
    assert one.remedies() == ["NEW_ADDRESS", "TRY_AGAIN"]
    one.dialog.show_answers(Answers(("NEW_ADDRESS",)))
    assert one.remedies() == ["TRY_AGAIN", "NEW_ADDRESS"]
    assert one.dialog.findChild(QRadioButton, "TRY_AGAIN").isChecked()
    assert "The last fix did not hold: the same trouble came back after “Use another address”." in one.words()


def test_what_worked_here_goes_first(bench: Callable[..., Bench]) -> None:
    one = bench(failed_job(from_http_status(403)))
    assert one.remedies()[0] != "SIGN_IN_SERVER"
    one.dialog.show_answers(Answers(remembered=(Draft("SIGN_IN_SERVER", {"user_name": "ann"}),)))
    assert one.remedies()[0] == "SIGN_IN_SERVER"
    assert one.dialog.findChild(QRadioButton, "SIGN_IN_SERVER").text().endswith("(worked here before)")
    assert one.dialog.findChild(QLineEdit, "user_name").text() == "ann"
    assert one.dialog.findChild(QLineEdit, "password").text() == ""


def test_what_was_answered_is_kept_and_comes_back(bench: Callable[..., Bench], qapp: QApplication) -> None:
    async def scenario() -> None:
        window, tasks = bench(FULL).dialog, Tasks()
        manager = StubManager([GONE])
        slots = JobErrorSlots(manager, tasks, window)  # type: ignore[arg-type]
        slots.show_error(GONE.id)
        await until_true(lambda: slots.dialog is not None)
        assert slots.dialog is not None
        slots.dialog.findChild(QLineEdit, "address").setText("https://half.typed/")
        await until_true(lambda: manager.kept_drafts)
        assert manager.kept_drafts[GONE.id].values["address_0"] == "https://half.typed/"
        slots.dialog.reject()
        await until_true(lambda: slots.dialog is None)
        manager.tried[GONE.id] = (
            RemedyTried(remedy="TRY_AGAIN", when=1_799_999_990.0, context=REMOTE, code=from_http_status(404)),
        )
        slots.show_error(GONE.id)
        await until_true(
            lambda: slots.dialog and "did not hold" in slots.dialog.findChild(QLabel, "did_not_hold").text()
        )
        assert slots.dialog.findChild(QLineEdit, "address").text() == "https://half.typed/"
        slots.dialog.findChild(QPushButton, "Fix and Resume").click()
        await until_true(lambda: slots.dialog is None)
        assert manager.kept_drafts == {}, "done is done"
        slots.close()
        await tasks.aclose()

    run_on_qt(qapp, scenario())


def test_a_tick_is_watched_also_when_the_dialog_is_put_away(bench: Callable[..., Bench], qapp: QApplication) -> None:
    async def scenario() -> None:
        window, tasks = bench(GONE).dialog, Tasks()
        manager = StubManager([FULL])
        slots = JobErrorSlots(manager, tasks, window)  # type: ignore[arg-type]
        slots.show_error(FULL.id)
        await until_true(lambda: slots.dialog is not None)
        assert slots.dialog is not None
        slots.dialog.findChild(QCheckBox, "goes_on_by_itself").click()
        assert slots.watched == {FULL.id}
        slots.dialog.reject()
        await until_true(lambda: manager.kept_drafts)
        slots.close()
        await tasks.aclose()
        again = JobErrorSlots(manager, tasks, window)  # type: ignore[arg-type]
        again.leave_to_banner()
        await until_true(lambda: again.watched == {FULL.id})
        again.close()
        await tasks.aclose()

    run_on_qt(qapp, scenario())


def test_a_dialog_that_grows_stays_on_the_screen(bench: Callable[..., Bench], qapp: QApplication) -> None:
    async def scenario() -> None:
        one = bench(GONE)
        one.type_address()
        room = one.dialog.screen().availableGeometry()
        one.dialog.move(room.left(), room.bottom() - one.dialog.height())
        await one.checked(CheckResult(FITS.lines * 4, Verdict.KEEPS_BYTES))
        await until_true(lambda: room.contains(one.dialog.frameGeometry()))

    run_on_qt(qapp, scenario())


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("outcome", Ended)
def test_every_step_has_words(step: Step, outcome: Ended) -> None:
    text = line_text(CheckLine(step=step, outcome=outcome, host="h.example", wanted=2, found=1))
    assert text
    assert "{" not in text
