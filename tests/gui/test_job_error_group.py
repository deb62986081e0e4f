"""The error dialog of many jobs: who is listed and chosen, what the ways out then do; and all of it read aloud."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QTableView, QWidget

from bitsgui.gui.dialogs.error_dialog import JobErrorDialog, Outcome
from bitsgui.gui.models.group_table import GroupColumn
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.texts.group_texts import last_day_text
from bitsgui.model import codes
from bitsgui.model.hresult import BitsError, HResult, from_http_status
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import DAY_S, Policy
from tests.support.failed_jobs import LOCAL, PROGRAM, REMOTE, failed_job, failed_upload
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

NAMES = tuple(f"{n:02}" for n in range(12))


def twelve(code: HResult = codes.ERROR_DISK_FULL) -> list[Job]:
    """Jobs of 5 files, 3 of them whole, that failed alike; each has a folder of its own at the server."""
    return [failed_job(code, LOCAL, name=name, server=f"https://archive.example/{name}") for name in NAMES]


class Bench:
    """A dialog for several jobs over a stub manager."""

    def __init__(self, jobs: list[Job], only: JobId | None = None) -> None:
        self.manager = StubManager(jobs)
        self.dialog = JobErrorDialog(self.manager, Tasks(), jobs, None, only)
        self.dialog.show()
        self.cancelled: list[Job] = []
        self.dialog.cancelled.connect(self.cancelled.extend)
        self.view: QTableView = self.dialog.findChild(QTableView, "group_jobs")
        self.all: QCheckBox = self.dialog.findChild(QCheckBox, "apply_to_all")

    def button(self, name: str) -> QPushButton:
        return self.dialog.findChild(QPushButton, name)

    def effect(self, name: str) -> str:
        return self.button(name).accessibleDescription()

    def words(self) -> str:
        return "\n".join(label.text() for label in self.dialog.findChildren(QLabel))

    def chosen(self) -> list[str]:
        return [job.settings.display_name for job in self.dialog.chosen]

    def cells(self, row: int) -> list[str]:
        model = self.view.model()
        return [model.index(row, column).data() for column in GroupColumn]

    def press(self, row: int) -> None:
        """A row's tick, by the keyboard."""
        self.view.setCurrentIndex(self.view.model().index(row, GroupColumn.WHEN))
        QTest.keyClick(self.view, Qt.Key.Key_Space)


@pytest.fixture
def bench(qapp: QApplication, still_meter: None) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(*arguments: object) -> Bench:
        made.append(Bench(*arguments))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.dialog.hide()
        one.dialog.deleteLater()
    qapp.processEvents()


def test_one_job_has_no_list(bench: Callable[..., Bench]) -> None:
    one = bench(twelve()[:1])
    assert not one.view.isVisible()
    assert not one.all.isVisible()
    assert one.dialog.windowTitle() == "00 needs you"


def test_it_tells_of_all_and_lists_each(bench: Callable[..., Bench]) -> None:
    one = bench(twelve())
    assert one.dialog.windowTitle() == "12 jobs need you"
    assert "12 jobs stopped for this reason" in one.words()
    assert "16.8 GB of these jobs is kept. Nothing was deleted." in one.words()
    assert one.view.model().rowCount() == 12
    assert one.cells(0)[:3] == ["00", "archive.example", "1.4 GB"]
    assert one.all.text() == "Apply to all 12 jobs"


def test_effects_are_those_of_the_chosen_jobs(bench: Callable[..., Bench]) -> None:
    one = bench(twelve())
    assert one.effect("Fix and Resume") == "checks, then goes on with 12 jobs at 16.8 GB"
    assert one.effect("Complete partial") == "12 of 12 jobs: keeps 36 files, drops 24"
    assert one.effect("Cancel job") == "deletes 16.8 GB; can be undone for 10 minutes"
    assert one.button("Cancel job").text() == one.button("Cancel job").accessibleName() == "Cancel 12 jobs"
    for row in range(1, 12):
        one.press(row)
    assert one.chosen() == ["00"]
    assert one.all.checkState() is Qt.CheckState.PartiallyChecked
    assert one.all.text() == "Apply to 1 of 12 jobs"
    assert one.effect("Fix and Resume") == "checks, then goes on at 1.4 GB"
    assert one.button("Cancel job").text() == "Cancel job"


def test_nothing_chosen_is_nothing_to_do(bench: Callable[..., Bench]) -> None:
    one = bench(twelve())
    one.all.click()
    assert one.chosen() == []
    for name in ("Fix and Resume", "Complete partial", "Cancel job"):
        assert not one.button(name).isEnabled()
        assert one.effect(name) == "Choose at least one job."
    one.all.click()
    assert len(one.chosen()) == 12


def test_a_half_ticked_box_then_ticks_all(bench: Callable[..., Bench]) -> None:
    jobs = twelve()
    one = bench(jobs, jobs[3].id)
    assert one.chosen() == ["03"]
    one.all.click()
    assert len(one.chosen()) == 12


def test_the_chosen_go_and_the_others_stay(bench: Callable[..., Bench], qapp: QApplication) -> None:
    jobs = twelve()

    async def scenario() -> None:
        one = bench(jobs)
        one.press(0)
        one.button("Cancel job").click()
        await until_true(lambda: len(one.cancelled) == 11)
        assert one.manager.calls == [("cancel", job.id) for job in jobs[1:]]
        assert one.dialog.isVisible()
        one.dialog.show_jobs(jobs[:1])
        assert one.chosen() == ["00"], "the last one is what it is all about"
        assert not one.view.isVisible()
        one.button("Fix and Resume").click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert one.manager.calls[-1] == ("resume", jobs[0].id)

    run_on_qt(qapp, scenario())


def test_one_folder_mends_all(bench: Callable[..., Bench], qapp: QApplication, tmp_path: Path) -> None:
    jobs = [_named(job, job.settings.display_name) for job in twelve(codes.E_ACCESSDENIED)]

    async def scenario() -> None:
        one = bench(jobs)
        assert "What is here (16.8 GB) is moved there." in one.words()
        one.dialog.findChild(QLineEdit, "folder").setText(str(tmp_path))
        one.button("Fix and Resume").click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        assert one.manager.folders == [tmp_path] * 12
        assert {job.state.name for job in one.manager.jobs.values()} == {"QUEUED"}
        assert one.dialog.result_text == "12 jobs resumed."

    run_on_qt(qapp, scenario())


def test_two_files_of_one_name_do_not_go_to_one_folder(bench: Callable[..., Bench], tmp_path: Path) -> None:
    one = bench(twelve(codes.E_ACCESSDENIED))
    one.dialog.findChild(QLineEdit, "folder").setText(str(tmp_path))
    assert not one.button("Fix and Resume").isEnabled()
    assert "Two of these jobs have a file plate-0.tif: they cannot go to one folder." in one.words()


def test_one_new_beginning_mends_all_addresses(bench: Callable[..., Bench], qapp: QApplication) -> None:
    jobs = [replace(job, error=failed_job(from_http_status(404)).error) for job in twelve()]

    async def scenario() -> None:
        one = bench(jobs)
        address = one.dialog.findChild(QLineEdit, "address")
        assert (address.accessibleName(), address.text()) == ("Addresses begin with", "https://archive.example/")
        address.selectAll()
        QTest.keyClicks(address, "https://mirror.example/")
        one.button("Fix and Resume").click()
        await until_true(lambda: one.dialog.outcome is Outcome.RESOLVED)
        names = {job.files[4].remote_name for job in one.manager.jobs.values()}
        assert names == {f"https://mirror.example/{name}/plate-4.tif" for name in NAMES}

    run_on_qt(qapp, scenario())


def test_what_was_typed_outlives_a_job_that_leaves(bench: Callable[..., Bench]) -> None:
    jobs = [replace(job, error=failed_job(from_http_status(404)).error) for job in twelve()]
    one = bench(jobs)
    address = one.dialog.findChild(QLineEdit, "address")
    address.selectAll()
    QTest.keyClicks(address, "https://mirror.example/")
    one.dialog.show_jobs(jobs[1:])
    assert address.text() == "https://mirror.example/"
    for row in range(1, 11):
        one.press(row)
    assert address.text() == "https://archive.example/01/plate-3.tif"


def test_one_refusal_among_many_is_said_and_the_rest_goes_on(bench: Callable[..., Bench], qapp: QApplication) -> None:
    jobs = twelve()

    async def scenario() -> None:
        one = bench(jobs)
        resume = one.manager.resume

        async def refuse_first(job_id: JobId) -> HResult:
            if job_id == jobs[0].id:
                raise BitsError(codes.BG_E_INVALID_STATE, "It is on fire.")
            return await resume(job_id)

        one.manager.resume = refuse_first  # type: ignore[method-assign]
        one.button("Fix and Resume").click()
        await until_true(lambda: "“00” could not be resumed. It is on fire." in one.words())
        assert len(one.manager.calls) == 11
        assert one.dialog.isVisible()
        assert one.dialog.result_text == ""

    run_on_qt(qapp, scenario())


def test_the_days_that_are_left(qapp: QApplication) -> None:
    job = failed_job(codes.ERROR_DISK_FULL)
    failed = job.times.modification
    told = [last_day_text([job], Policy(), failed + days * DAY_S).rpartition("; ")[2] for days in (0, 60, 89, 89.5)]
    assert told == ["90 days left.", "30 days left.", "1 day left.", "0 days left."]
    assert last_day_text([job, job], Policy(), failed).startswith("Without a decision the first of these jobs is ")


@pytest.mark.parametrize(
    "jobs",
    [
        twelve(),
        [failed_job(from_http_status(401))],
        [failed_job(from_http_status(407))],
        [failed_job(from_http_status(404))],
        [failed_job(codes.E_ACCESSDENIED, LOCAL)],
        [failed_upload(codes.BG_E_LOCAL_FILE_CHANGED, LOCAL)],
        [failed_upload(from_http_status(403), PROGRAM)],
        [failed_upload(from_http_status(404), REMOTE)],
    ],
)
def test_every_control_has_a_name_for_machines_and_for_people(bench: Callable[..., Bench], jobs: list[Job]) -> None:
    one = bench(jobs)
    one.button("Details").click()
    stops = [w for w in one.dialog.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(stops) > 5
    for widget in stops:
        told = QAccessible.queryAccessibleInterface(widget)
        assert told.text(QAccessible.Text.Name), widget
        assert widget.objectName(), told.text(QAccessible.Text.Name)
    names = [widget.objectName() for widget in stops]
    assert {"Fix and Resume", "Complete partial", "Cancel job", "Decide later", "Copy report"} <= set(names)


def test_a_screen_reader_hears_each_row_with_its_tick(bench: Callable[..., Bench]) -> None:
    one = bench(twelve())
    table = QAccessible.queryAccessibleInterface(one.view)
    cells = [table.child(number) for number in range(table.childCount())]
    (cell,) = [cell for cell in cells if cell.text(QAccessible.Text.Name) == "00"]
    assert cell.state().checkable
    assert cell.state().checked
    one.press(0)
    assert not cell.state().checked


def test_the_way_that_destroys_is_neither_default_nor_beside_it(bench: Callable[..., Bench]) -> None:
    one = bench(twelve())
    ways = sorted(
        (one.button(name) for name in ("Cancel job", "Fix and Resume", "Complete partial")),
        key=lambda button: button.mapToGlobal(button.rect().topLeft()).x(),
    )
    assert [way.objectName() for way in ways] == ["Fix and Resume", "Complete partial", "Cancel job"]
    assert [way.isDefault() for way in ways] == [True, False, False]


def _named(job: Job, name: str) -> Job:
    """Its files under names that no other job has."""
    files = tuple(replace(file, local_name=f"/srv/maps/{name}-{n}.tif") for n, file in enumerate(job.files))
    return replace(job, files=files)
