"""Reminders before an untouched job ends: one notice for all, taken back when somebody touches them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from bitsgui.gui.notifications import deadline_notices
from bitsgui.gui.notifications.deadline_notices import DeadlineNotices
from bitsgui.gui.notifications.poster import Poster
from bitsgui.gui.tasks import Tasks
from bitsgui.model.enums import JobState
from tests.support.listed_jobs import listed
from tests.support.notice_board import NoticeBoard
from tests.support.qt_loop import run_on_qt, until_true

LATE = listed("late", JobState.SUSPENDED, reminder=7)
LATER = listed("later", JobState.ERROR, reminder=1)


class Calendar:
    """Deadline notices on a board."""

    def __init__(self) -> None:
        self.boards: list[NoticeBoard] = []

        def make(heard: object) -> NoticeBoard:
            self.boards.append(NoticeBoard(heard))
            return self.boards[-1]

        self.owner = QObject()
        self.notices = DeadlineNotices(Poster(Tasks(), make, make), self.owner)
        self.reviewed: list[str] = []
        self.notices.review_wanted.connect(self.reviewed.append)

    async def shows(self, *titles: str) -> None:
        await until_true(lambda: len(self.boards) > 1 and self.boards[-1].titles == list(titles))


@pytest.fixture
def calendar(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Calendar]:
    monkeypatch.setattr(deadline_notices, "GATHER_MS", 20)
    made = Calendar()
    yield made
    made.owner.deleteLater()


def test_all_share_a_notice_that_opens_the_first_to_end(calendar: Calendar, qapp: QApplication) -> None:
    async def scenario() -> None:
        calendar.notices.note(LATE)
        calendar.notices.note(LATER)
        await calendar.shows("2 jobs will be cancelled")
        (notice,) = calendar.boards[-1].posted
        assert notice.text == "Nobody touched it for a long time. Without a decision it ends in 1 day."
        assert [label for _, label in notice.buttons] == ["Review"]
        calendar.boards[-1].press("2 jobs will be cancelled")
        assert calendar.reviewed == [LATER.id]

    run_on_qt(qapp, scenario())


def test_it_goes_when_nobody_is_left_to_remind_of(calendar: Calendar, qapp: QApplication) -> None:
    async def scenario() -> None:
        calendar.notices.note(LATE)
        calendar.notices.note(LATER)
        await calendar.shows("2 jobs will be cancelled")
        calendar.notices.note(replace(LATE, reminder=None))
        calendar.notices.note(LATER)
        await calendar.shows("2 jobs will be cancelled")
        calendar.notices.note(replace(LATER, state=JobState.CANCELLED))
        await calendar.shows()
        assert len(calendar.boards[-1].posted) == 1

    run_on_qt(qapp, scenario())


def test_the_next_reminder_of_the_same_job_is_told_anew(calendar: Calendar, qapp: QApplication) -> None:
    async def scenario() -> None:
        calendar.notices.note(LATE)
        await calendar.shows("late will be cancelled")
        calendar.notices.note(replace(LATE, reminder=1))
        await until_true(lambda: len(calendar.boards[-1].posted) == 2)
        before, after = calendar.boards[-1].posted
        assert (before.key, "in 7 days" in before.text, "in 1 day" in after.text) == (after.key, True, True)

    run_on_qt(qapp, scenario())
