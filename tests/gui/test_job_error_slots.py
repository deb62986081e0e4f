"""The JobError slot: S_OK at once, one dialog a cause, nothing over a hidden window, gone when the jobs heal."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPushButton

from bitsgui.gui.dialogs.job_error import JobErrorSlots
from bitsgui.gui.tasks import Tasks
from bitsgui.model import codes
from bitsgui.model.codes import S_OK
from bitsgui.model.enums import JobState
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job
from bitsgui.service.events import Changed, JobChanged
from tests.support.failed_jobs import LOCAL, failed_job
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

DENIED = tuple(failed_job(codes.E_ACCESSDENIED, LOCAL, name=name) for name in ("one", "two", "three"))
GONE = tuple(failed_job(from_http_status(404), name=name, server=f"https://{name}/x") for name in ("four", "five"))


class House:
    """Slots over a window and a stub manager."""

    def __init__(self, *jobs: Job) -> None:
        self.manager = StubManager(jobs)
        self.window = QMainWindow()
        self.slots = JobErrorSlots(self.manager, Tasks(), self.window)
        self.told: list[str] = []
        self.cancelled: list[list[Job]] = []
        self.slots.told.connect(self.told.append)
        self.slots.cancelled.connect(self.cancelled.append)

    def announce(self, *jobs: Job) -> None:
        for job in jobs:
            assert job.error is not None
            assert self.slots.job_error(job, job.error) == S_OK

    @property
    def shown(self) -> list[str]:
        return [job.settings.display_name for job in self.slots.dialog.jobs] if self.slots.dialog else []

    @property
    def chosen(self) -> list[str]:
        assert self.slots.dialog is not None
        return [job.settings.display_name for job in self.slots.dialog.chosen]

    def button(self, name: str) -> QPushButton:
        assert self.slots.dialog is not None
        return self.slots.dialog.findChild(QPushButton, name)


@pytest.fixture
def house(qapp: QApplication) -> Iterator[House]:
    made = House(*DENIED, *GONE)
    made.window.show()
    yield made
    made.slots.close()
    made.window.deleteLater()
    qapp.processEvents()


def test_it_returns_at_once_and_pops_without_taking_the_focus(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(GONE[0])
        assert house.slots.dialog is None
        await until_true(lambda: house.shown == ["four"])
        dialog = house.slots.dialog
        assert dialog is not None
        assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        assert not dialog.isModal()

    run_on_qt(qapp, scenario())


def test_one_cause_at_one_place_is_one_dialog(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(*DENIED)
        await until_true(lambda: house.shown == ["one", "two", "three"])
        assert house.chosen == ["one", "two", "three"]
        assert not house.button("Next").isVisible()

    run_on_qt(qapp, scenario())


def test_a_row_that_is_opened_is_the_only_one_chosen(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(GONE[1])
        await until_true(lambda: house.shown == ["five"])
        house.button("Decide later").click()
        assert house.shown == []
        house.slots.show_error(DENIED[1].id)
        assert house.shown == ["one", "two", "three"]
        assert house.chosen == ["two"]
        assert house.slots.dialog is not None
        assert house.slots.dialog.looked_at == DENIED[1]
        assert not house.slots.dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)

    run_on_qt(qapp, scenario())


def test_a_review_goes_from_cause_to_cause(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.slots.review()
        assert house.shown == ["one", "two", "three"]
        assert house.button("Next").text() == "2 more jobs need you: Next"
        house.button("Cancel job").click()
        await until_true(lambda: house.shown == ["four"])
        assert sorted(house.manager.calls) == sorted(("cancel", job.id) for job in DENIED)
        assert house.cancelled == [list(DENIED)]
        assert house.button("Next").text() == "1 more job needs you: Next"
        house.button("Next").click()
        assert house.shown == ["five"]
        house.button("Decide later").click()
        assert house.shown == []

    run_on_qt(qapp, scenario())


def test_later_means_all_of_them(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(*DENIED, *GONE)
        await until_true(lambda: house.shown)
        house.button("Decide later").click()
        await until_true(lambda: house.shown == [])
        assert house.manager.calls == []

    run_on_qt(qapp, scenario())


def test_nothing_pops_over_a_hidden_or_minimised_window(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        for away, back in (
            (house.window.hide, house.window.show),
            (house.window.showMinimized, house.window.showNormal),
        ):
            away()
            house.announce(GONE[0])
            back()
        house.announce(GONE[1])
        await until_true(lambda: house.shown == ["five"])
        assert not house.button("Next").isVisible()

    run_on_qt(qapp, scenario())


def test_what_failed_before_the_start_is_the_banner_s_until_it_fails_anew(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.slots.leave_to_banner()
        house.announce(*DENIED, *GONE)
        house.manager.change(GONE[1].id, state=JobState.QUEUED)
        house.manager.change(GONE[1].id, state=JobState.ERROR)
        house.announce(GONE[1])
        await until_true(lambda: house.shown == ["five"])
        assert not house.button("Next").isVisible()

    run_on_qt(qapp, scenario())


def test_a_job_that_heals_leaves_and_the_last_one_takes_the_dialog_away(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(*DENIED)
        await until_true(lambda: len(house.shown) == 3)
        house.manager.change(DENIED[0].id, state=JobState.QUEUED)
        await until_true(lambda: house.shown == ["two", "three"])
        house.manager.remove(DENIED[1].id)
        house.manager.change(DENIED[2].id, state=JobState.QUEUED)
        await until_true(lambda: house.slots.dialog is None)
        assert house.manager.calls == []
        assert house.told == ["2 jobs no longer need you."]

    run_on_qt(qapp, scenario())


def test_a_job_that_fails_alike_joins_the_open_dialog(house: House, qapp: QApplication) -> None:
    late = failed_job(codes.E_ACCESSDENIED, LOCAL, name="late")

    async def scenario() -> None:
        house.announce(DENIED[0])
        await until_true(lambda: len(house.shown) == 3)
        dialog = house.slots.dialog
        house.manager.add(late)
        house.announce(late)
        await until_true(lambda: house.shown == ["one", "two", "three", "late"])
        assert house.chosen == house.shown
        assert house.slots.dialog is dialog

    run_on_qt(qapp, scenario())


def test_a_job_that_fails_otherwise_changes_its_dialog(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        house.announce(*DENIED)
        await until_true(lambda: len(house.shown) == 3)
        other = failed_job(from_http_status(404), server="https://six/x")
        house.manager.change(DENIED[0].id, error=other.error, files=other.files)
        house.announce(house.manager.get(DENIED[0].id))
        await until_true(lambda: house.shown == ["two", "three"])
        assert house.button("Next").text() == "1 more job needs you: Next"

    run_on_qt(qapp, scenario())


def test_folders_of_one_full_disk_share_a_dialog(house: House, qapp: QApplication, tmp_path: Path) -> None:
    full = [failed_job(codes.ERROR_DISK_FULL, LOCAL, name=n, folder=str(tmp_path / n)) for n in ("a", "b")]

    async def scenario() -> None:
        house.manager.add(*full)
        house.announce(*full)
        await until_true(lambda: house.shown == ["a", "b"])

    run_on_qt(qapp, scenario())


def test_a_thousand_failures_are_one_dialog(house: House, qapp: QApplication) -> None:
    many = [failed_job(from_http_status(401), name=f"{n}", total=2, done=1) for n in range(1000)]

    async def scenario() -> None:
        house.manager.add(*many)
        house.announce(*many)
        await until_true(lambda: len(house.shown) == 1000)
        assert house.button("Cancel job").text() == "Cancel 1000 jobs"
        house.button("Cancel job").click()
        await until_true(lambda: house.slots.dialog is None)
        assert len(house.manager.calls) == 1000

    run_on_qt(qapp, scenario())


def test_a_rename_that_failed_is_shown_too(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        job = failed_job(codes.E_ACCESSDENIED, LOCAL, done=5, state=JobState.TRANSFERRED, name="renamed")
        house.manager.add(job)
        assert house.slots.job_transferred(job) == S_OK
        for listener in house.manager.listeners:
            listener(JobChanged(job, Changed.STATE | Changed.ERROR))
        await until_true(lambda: house.shown == ["renamed"])

    run_on_qt(qapp, scenario())


def test_closing_listens_no_more(house: House, qapp: QApplication) -> None:
    house.announce(GONE[0])
    house.slots.close()
    qapp.processEvents()
    assert house.shown == []
    assert house.manager.listeners == []
    house.slots = JobErrorSlots(house.manager, Tasks(), house.window)


def test_what_is_known_better_by_its_facts_comes_up_as_that(house: House, qapp: QApplication) -> None:
    async def scenario() -> None:
        job = failed_job(codes.ERROR_WINHTTP_NAME_NOT_RESOLVED, name="six")
        assert job.error is not None
        house.manager.add(job)
        house.announce(job)
        await until_true(lambda: house.shown == ["six"])
        first = house.slots.dialog
        house.manager.change(job.id, error=replace(job.error, facts=Facts(other_hosts_reachable=True)))
        await until_true(lambda: house.slots.dialog is not first)
        assert house.shown == ["six"]
        assert house.slots.dialog is not None
        sentences = [label.text() for label in house.slots.dialog.findChildren(QLabel)]
        assert "The name archive.example is not known. Other hosts answer, so the address may be wrong." in sentences
        assert house.told == []

    run_on_qt(qapp, scenario())
