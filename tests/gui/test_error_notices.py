"""Failures while the window is hidden: one notice a cause, one in all for many, none once solved."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow

from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.notifications import error_notices
from bitsgui.gui.notifications.error_notices import ErrorNotices
from bitsgui.gui.notifications.notice import Action
from bitsgui.gui.notifications.poster import Poster
from bitsgui.gui.tasks import Tasks
from bitsgui.model import codes
from bitsgui.model.codes import S_OK
from bitsgui.model.enums import JobState
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job
from tests.support.failed_jobs import LOCAL, failed_job
from tests.support.notice_board import NoticeBoard
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

DENIED = tuple(failed_job(codes.E_ACCESSDENIED, LOCAL, name=name) for name in ("one", "two"))


def gone(host: str, name: str = "Atlas") -> Job:
    """A 404 of its own host: each is a cause of its own."""
    return failed_job(from_http_status(404), name=name, server=f"https://{host}/x?token=secret")


class Hidden:
    """Slots over a hidden window, their notices on a board."""

    def __init__(self) -> None:
        self.manager = StubManager()
        self.window = QMainWindow()
        self.tasks = Tasks()
        self.slots = JobErrorSlots(self.manager, self.tasks, self.window)
        boards: list[NoticeBoard] = []

        def make(heard: object) -> NoticeBoard:
            boards.append(NoticeBoard(heard))
            return boards[-1]

        self.poster = Poster(self.tasks, make, make)
        self.notices = ErrorNotices(self.slots, self.poster, self.tasks)
        self.resolved: list[str] = []
        self.notices.resolve_wanted.connect(self.resolved.append)
        self._boards = boards

    @property
    def board(self) -> NoticeBoard:
        return self._boards[-1]

    def fail(self, *jobs: Job) -> None:
        self.manager.add(*jobs)
        for job in jobs:
            assert job.error is not None
            assert self.slots.job_error(job, job.error) == S_OK

    async def titles(self, *expected: str) -> None:
        await until_true(lambda: len(self._boards) > 1 and sorted(self.board.titles) == sorted(expected))


@pytest.fixture
def hidden(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hidden]:
    monkeypatch.setattr(error_notices, "GATHER_MS", 50)
    made = Hidden()
    yield made
    made.slots.close()
    made.window.deleteLater()
    qapp.processEvents()


def test_jobs_of_one_cause_share_a_notice(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.fail(*DENIED, gone("a.example"))
        await hidden.titles("2 jobs need you", "Atlas needs you")
        (single,) = [notice for notice in hidden.board.posted if notice.title == "Atlas needs you"]
        assert single.text == "The file is no longer at this address.\nAtlas \N{EM DASH} plate-3.tif from a.example"
        assert [label for _, label in single.buttons] == ["Resolve", "Later"]
        assert "secret" not in repr(hidden.board.posted)

    run_on_qt(qapp, scenario())


def test_a_thousand_failures_are_one_notice(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.fail(*(failed_job(from_http_status(404), name=f"{n}") for n in range(1000)))
        await hidden.titles("1000 jobs need you")
        assert len(hidden.board.posted) == 1

    run_on_qt(qapp, scenario())


def test_many_causes_are_told_in_one(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.fail(*(gone(f"{n}.example") for n in range(3)))
        await until_true(lambda: len(hidden._boards) > 1 and len(hidden.board.shown) == 3)
        hidden.fail(gone("3.example"))
        await hidden.titles("4 jobs need you")
        assert hidden.board.posted[-1].text == "They stopped for 4 different reasons. Nothing was deleted."
        hidden.fail(gone("4.example"))
        await hidden.titles("5 jobs need you")
        for job in hidden.manager.enumerate():
            assert hidden.board.titles == ["5 jobs need you"]
            hidden.manager.change(job.id, state=JobState.QUEUED, error=None)
        await hidden.titles()

    run_on_qt(qapp, scenario())


def test_what_is_solved_is_taken_back(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.fail(*DENIED)
        await hidden.titles("2 jobs need you")
        hidden.manager.change(DENIED[0].id, state=JobState.QUEUED)
        await hidden.titles("2 jobs need you")
        hidden.manager.remove(DENIED[1].id)
        await hidden.titles()

    run_on_qt(qapp, scenario())


def test_what_is_known_better_replaces_its_notice(hidden: Hidden, qapp: QApplication) -> None:
    job = gone("a.example")

    async def scenario() -> None:
        hidden.fail(job)
        await hidden.titles("Atlas needs you")
        assert job.error is not None
        hidden.manager.change(job.id, error=replace(job.error, code=from_http_status(403)))
        await until_true(lambda: len(hidden.board.posted) == 2)
        before, after = hidden.board.posted
        assert before.key == after.key
        assert "(403)" in after.text

    run_on_qt(qapp, scenario())


def test_resolve_names_the_job_and_later_does_not(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.fail(gone("a.example", "first"), gone("b.example", "second"))
        await hidden.titles("first needs you", "second needs you")
        hidden.board.press("first needs you", Action.LATER)
        assert hidden.resolved == []
        hidden.board.press("second needs you")
        assert [hidden.manager.get(job_id).settings.display_name for job_id in hidden.resolved] == ["second"]

    run_on_qt(qapp, scenario())


def test_what_was_dismissed_counts_no_more(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.fail(*(gone(f"{n}.example", f"{n}") for n in range(3)))
        await hidden.titles("0 needs you", "1 needs you", "2 needs you")
        hidden.board.dismiss("0 needs you")
        hidden.fail(gone("9.example", "9"))
        await hidden.titles("1 needs you", "2 needs you", "9 needs you")

    run_on_qt(qapp, scenario())


def test_a_person_who_comes_back_sees_the_banner(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.fail(gone("a.example"))
        await hidden.titles("Atlas needs you")
        hidden.notices.withdraw()
        await hidden.titles()

    run_on_qt(qapp, scenario())


def test_errors_can_be_switched_off(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.notices.is_on = False
        hidden.fail(gone("a.example", "first"))
        await until_true(lambda: not hidden.notices._fresh)
        hidden.notices.is_on = True
        hidden.fail(gone("b.example", "second"))
        await hidden.titles("second needs you")
        assert [notice.title for notice in hidden.board.posted] == ["second needs you"]

    run_on_qt(qapp, scenario())


def test_over_a_window_on_the_screen_the_dialog_tells_unless_it_may_not_pop(hidden: Hidden, qapp: QApplication) -> None:
    async def scenario() -> None:
        hidden.window.show()
        hidden.fail(gone("a.example", "first"))
        await until_true(lambda: hidden.slots.dialog is not None)
        hidden.slots.put_away()
        assert hidden.slots.dialog is None
        hidden.slots.pops = False
        hidden.fail(gone("b.example", "second"))
        await hidden.titles("second needs you")
        assert hidden.slots.dialog is None

    run_on_qt(qapp, scenario())


def test_where_nobody_shows_notices_nothing_is_lost(
    hidden: Hidden, qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        hidden.poster.post(error_notices._notice("x", "x", "x"))
        await until_true(lambda: len(hidden._boards) > 1 and hidden.board.titles == ["x"])
        for board in hidden._boards:
            board.takes = False
        hidden.fail(gone("a.example"))
        await until_true(lambda: "the window tells" in caplog.text)
        assert hidden.slots.groups.all_jobs()

    with caplog.at_level("INFO"):
        run_on_qt(qapp, scenario())
