"""Finished transfers: told while nobody watches, gathered, made anew once a minute, all done at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from bitsgui.gui.notifications import finished_notices
from bitsgui.gui.notifications.finished_notices import FinishedNotices
from bitsgui.gui.notifications.notice import Action
from bitsgui.gui.notifications.poster import Poster
from bitsgui.gui.tasks import Tasks
from bitsgui.model.enums import JobState, JobType, NotifyFlags
from bitsgui.model.job import Job
from tests.support.listed_jobs import listed, uploading
from tests.support.notice_board import NoticeBoard
from tests.support.qt_loop import run_on_qt, until_true


class Away:
    """Notices of what finishes while the person is away; `is_here` may change."""

    def __init__(self) -> None:
        self.is_here = False
        self.tasks = Tasks()
        self.boards: list[NoticeBoard] = []

        def make(heard: object) -> NoticeBoard:
            self.boards.append(NoticeBoard(heard))
            return self.boards[-1]

        self.owner = QObject()
        self.poster = Poster(self.tasks, make, make)
        self.notices = FinishedNotices(self.poster, lambda: self.is_here, self.owner)
        self.folders: list[Path] = []
        self.notices.folder_wanted.connect(self.folders.append)

    def run(self, *jobs: Job) -> None:
        for job in jobs:
            self.notices.note(replace(job, state=JobState.TRANSFERRING))

    def finish(self, *jobs: Job, state: JobState = JobState.ACKNOWLEDGED) -> None:
        for job in jobs:
            self.notices.note(replace(job, state=state))

    async def shows(self, *titles: str) -> None:
        await until_true(lambda: len(self.boards) > 1 and self.boards[-1].titles == list(titles))

    @property
    def text(self) -> str:
        return self.boards[-1].posted[-1].text


@pytest.fixture
def away(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Away]:
    monkeypatch.setattr(finished_notices, "SOON_S", 0.05)
    made = Away()
    yield made
    made.owner.deleteLater()


JOBS = tuple(listed(f"{n}.bin", done=1000) for n in range(6))


def test_one_is_named_and_its_folder_offered(away: Away, qapp: QApplication) -> None:
    async def scenario() -> None:
        away.run(JOBS[0])
        away.finish(JOBS[0])
        await away.shows("0.bin is here")
        away.boards[-1].press("0.bin is here", Action.OPEN_FOLDER)
        assert away.folders == [Path(JOBS[0].files[0].local_name).parent]

    run_on_qt(qapp, scenario())


def test_several_are_counted_and_the_minute_is_kept(
    away: Away, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        away.run(*JOBS)
        away.finish(*JOBS[:2])
        await away.shows("2 downloads finished")
        away.finish(JOBS[2])
        assert away.notices._timer.remainingTime() > 50_000
        away.finish(*JOBS[3:])
        await away.shows("All done: 6 transfers finished")
        assert len(away.boards[-1].posted) == 2
        assert len({notice.key for notice in away.boards[-1].posted}) == 1
        assert away.text == "0.bin, 1.bin, 2.bin and 3 more\n6.0 kB"

    run_on_qt(qapp, scenario())


def test_what_the_person_saw_is_not_counted_again(away: Away, qapp: QApplication) -> None:
    async def scenario() -> None:
        away.run(*JOBS)
        away.finish(*JOBS[:2])
        await away.shows("2 downloads finished")
        away.notices.withdraw()
        await away.shows()
        away.finish(JOBS[2])
        await away.shows("2.bin is here")

    run_on_qt(qapp, scenario())


def test_nothing_is_told_to_somebody_who_watches(away: Away, qapp: QApplication) -> None:
    async def scenario() -> None:
        away.run(*JOBS)
        away.is_here = True
        away.finish(JOBS[0])
        away.is_here = False
        away.finish(JOBS[1])
        await away.shows("1.bin is here")

    run_on_qt(qapp, scenario())


def test_what_waits_for_complete_says_so(away: Away, qapp: QApplication) -> None:
    async def scenario() -> None:
        away.run(JOBS[0])
        away.finish(JOBS[0], state=JobState.TRANSFERRED)
        await away.shows("0.bin is here")
        assert away.text == "1.0 kB\nPress Complete to give the files their names."

    run_on_qt(qapp, scenario())


def test_an_upload_was_sent_and_has_no_folder(away: Away, qapp: QApplication) -> None:
    job = replace(uploading("a.tar", type=JobType.UPLOAD), reply=None)

    async def scenario() -> None:
        away.run(job)
        away.finish(job)
        await away.shows("a.tar was sent")
        assert away.boards[-1].posted[-1].buttons == ()

    run_on_qt(qapp, scenario())


def test_cancelled_silent_and_switched_off_are_not_told(away: Away, qapp: QApplication) -> None:
    silent = replace(JOBS[1], settings=replace(JOBS[1].settings, notify_flags=NotifyFlags.DISABLE))

    async def scenario() -> None:
        away.run(JOBS[0], silent, *JOBS[2:4])
        away.finish(JOBS[0], state=JobState.CANCELLED)
        away.finish(silent)
        away.notices.is_on = False
        away.finish(JOBS[2])
        await until_true(lambda: not away.notices._timer.isActive())
        away.notices.withdraw()
        away.notices.is_on = True
        away.finish(JOBS[3])
        await away.shows("3.bin is here")

    run_on_qt(qapp, scenario())
