"""The JobError slot: S_OK at once, one dialog at a time, nothing over a hidden window, gone when the job heals."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton

from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.tasks import Tasks
from bitsgui.model import codes
from bitsgui.model.codes import S_OK
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.service.events import Changed, JobChanged
from tests.support.failed_jobs import LOCAL, failed_job
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

JOBS = tuple(failed_job(codes.ERROR_DISK_FULL, LOCAL, name=name) for name in ("one", "two", "three"))


class House:
    """Slots over a window and a stub manager."""

    def __init__(self, *jobs: Job) -> None:
        self.manager = StubManager(jobs)
        self.window = QMainWindow()
        self.slots = JobErrorSlots(self.manager, Tasks(), self.window)
        self.told: list[str] = []
        self.slots.told.connect(self.told.append)

    def announce(self, *jobs: Job) -> None:
        for job in jobs:
            assert job.error is not None
            assert self.slots.job_error(job, job.error) == S_OK

    @property
    def shown(self) -> str | None:
        return self.slots.dialog.job.settings.display_name if self.slots.dialog else None

    def press(self, name: str) -> None:
        assert self.slots.dialog is not None
        self.slots.dialog.findChild(QPushButton, name).click()


@pytest.fixture
def house(qapp: QApplication) -> Iterator[House]:
    made = House(*JOBS)
    made.window.show()
    yield made
    made.slots.close()
    made.window.deleteLater()
    qapp.processEvents()


def test_it_returns_at_once_and_pops_without_taking_the_focus(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(JOBS[0])
        assert house.slots.dialog is None
        await until_true(lambda: house.shown == "one")
        dialog = house.slots.dialog
        assert dialog is not None
        assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        assert not dialog.isModal()

    run_on_qt(qapp, scenario())


def test_what_waited_before_pops_only_when_asked(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(JOBS[1])
        await until_true(lambda: house.shown == "two")
        house.press("Decide later")
        assert house.shown is None
        house.slots.show_error(JOBS[0].id)
        assert house.shown == "one"
        assert house.slots.dialog is not None
        assert not house.slots.dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)

    run_on_qt(qapp, scenario())


def test_many_failures_make_one_dialog_and_a_next(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(*JOBS)
        await until_true(lambda: house.shown == "one")
        assert house.slots.dialog is not None
        assert house.slots.dialog.findChild(QPushButton, "Next").text() == "2 more jobs need you: Next"
        house.press("Next")
        assert house.shown == "two"
        assert house.slots.dialog.findChild(QPushButton, "Next").text() == "1 more job needs you: Next"
        house.press("Cancel job")
        await until_true(lambda: house.shown == "three")
        assert house.manager.calls == [("cancel", JOBS[1].id)]
        assert house.told == ["two: cancelled."]
        house.press("Decide later")
        assert house.shown is None

    run_on_qt(qapp, scenario())


def test_later_means_all_of_them(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(*JOBS)
        await until_true(lambda: house.shown == "one")
        house.press("Decide later")
        qapp.processEvents()
        assert house.shown is None

    run_on_qt(qapp, scenario())


def test_nothing_pops_over_a_hidden_or_minimised_window(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        for away, back in (
            (house.window.hide, house.window.show),
            (house.window.showMinimized, house.window.showNormal),
        ):
            away()
            house.announce(JOBS[0])
            qapp.processEvents()
            assert house.shown is None
            back()
        house.announce(JOBS[1])
        await until_true(lambda: house.shown == "two")

    run_on_qt(qapp, scenario())


def test_a_job_that_heals_takes_its_dialog_away(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(JOBS[0], JOBS[1])
        await until_true(lambda: house.shown == "one")
        house.manager.change(JOBS[1].id, state=JobState.QUEUED)
        house.manager.change(JOBS[0].id, state=JobState.QUEUED)
        await until_true(lambda: house.shown is None)
        assert house.manager.calls == []

    run_on_qt(qapp, scenario())


def test_a_rename_that_failed_is_shown_too(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        job = failed_job(codes.E_ACCESSDENIED, LOCAL, done=5, state=JobState.TRANSFERRED, name="renamed")
        house.manager.add(job)
        assert house.slots.job_transferred(job) == S_OK
        for listener in house.manager.listeners:
            listener(JobChanged(job, Changed.STATE | Changed.ERROR))
        await until_true(lambda: house.shown == "renamed")

    run_on_qt(qapp, scenario())


def test_closing_listens_no_more(house: House, qapp: QApplication) -> None:
    house.announce(JOBS[0])
    house.slots.close()
    qapp.processEvents()
    assert house.shown is None
    assert house.manager.listeners == []
    house.slots = JobErrorSlots(house.manager, Tasks(), house.window)
