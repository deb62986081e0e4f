"""The main window over a stub manager: what a person presses, sees and loses."""

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)

from bitsgui.gui import theme
from bitsgui.gui.models.columns import GIVES_WAY, Column
from bitsgui.gui.models.state_groups import StateGroup
from bitsgui.gui.resources import icon
from bitsgui.gui.windows.actions import ActionId
from bitsgui.model.codes import BG_E_INVALID_STATE, ERROR_DISK_FULL
from bitsgui.model.enums import ErrorContext, JobPriority, JobState
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId
from tests.support.jobs import a_file, a_job
from tests.support.listed_jobs import listed, one_of_each
from tests.support.qt_loop import until_true
from tests.support.window_bench import Bench, dialog_of, question_of

FULL = JobError(ErrorContext.LOCAL_FILE, ERROR_DISK_FULL, when=1.0)
S = JobState


@pytest.mark.parametrize(
    ("job", "verbs"),
    [
        (listed("a", S.SUSPENDED), {"resume", "cancel"}),
        (listed("a", S.TRANSFERRING, done=400), {"suspend", "cancel"}),
        (listed("a", S.ERROR), {"resume", "cancel"}),
        (listed("a", S.TRANSFERRED, done=1000), {"complete", "cancel"}),
        (listed("a", S.ACKNOWLEDGED, done=1000), set()),
    ],
)
def test_buttons_follow_the_selected_job(on_window: Any, job: Job, verbs: set[str]) -> None:
    async def scenario(bench: Bench) -> None:
        bench.window._groups.choose(StateGroup.HISTORY if not verbs else StateGroup.ALL)
        bench.select(job)
        assert bench.enabled() == verbs

    on_window(scenario, job)


def test_a_verb_acts_on_those_that_offer_it(on_window: Any) -> None:
    jobs = [listed("a", S.SUSPENDED), listed("b", S.TRANSFERRING), listed("c", S.ERROR)]

    async def scenario(bench: Bench) -> None:
        bench.select(*jobs)
        bench.action(ActionId.RESUME).trigger()
        await until_true(lambda: len(bench.manager.calls) == 2)
        assert {job_id for _, job_id in bench.manager.calls} == {jobs[0].id, jobs[2].id}

    on_window(scenario, *jobs)


def test_what_a_verb_refuses_stays_on_screen(on_window: Any) -> None:
    job = listed("a", S.SUSPENDED)

    async def scenario(bench: Bench) -> None:
        bench.manager.refuse["resume"] = BitsError(BG_E_INVALID_STATE, "It is on fire.")
        bench.select(job)
        bench.action(ActionId.RESUME).trigger()
        said = bench.part(QLabel, "message_text")
        await until_true(said.isVisible)
        assert said.text() == "“a” could not be resumed. It is on fire."
        bench.part(QAbstractButton, "message_close").click()
        assert not said.isVisible()

    on_window(scenario, job)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_cancel_says_what_is_lost_and_keys_keep_the_job(on_window: Any, key: Qt.Key) -> None:
    job = listed("a", S.SUSPENDED, done=1_200_000_000, total=2_000_000_000)

    async def scenario(bench: Bench) -> None:
        bench.select(job)
        bench.action(ActionId.CANCEL).trigger()
        box = await question_of(bench)
        assert box.findChild(QAbstractButton, "confirm_yes").text() == "Cancel job and delete 1.2 GB"
        QTest.keyClick(box, key)
        await until_true(lambda: not box.isVisible())
        assert bench.manager.calls == []

    on_window(scenario, job)


def test_a_confirmed_cancel_cancels_every_selected_job(on_window: Any) -> None:
    jobs = [listed(name, S.SUSPENDED, done=500_000_000, total=10**9) for name in "ab"]

    async def scenario(bench: Bench) -> None:
        bench.select(*jobs)
        bench.action(ActionId.CANCEL).trigger()
        yes = (await question_of(bench)).findChild(QAbstractButton, "confirm_yes")
        assert yes.text() == "Cancel 2 jobs and delete 1.0 GB"
        yes.click()
        await until_true(lambda: len(bench.manager.calls) == 2)
        bench.window.bridge.flush()
        assert bench.states() == []

    on_window(scenario, *jobs)


def test_a_partial_complete_says_what_is_kept(on_window: Any) -> None:
    done, half = a_file("a", bytes_total=9, bytes_transferred=9, transferred=True), a_file("b")
    job = a_job(done, half, state=S.ERROR, error=FULL)

    async def scenario(bench: Bench) -> None:
        bench.select(job)
        bench.action(ActionId.COMPLETE).trigger()
        yes = (await question_of(bench)).findChild(QAbstractButton, "confirm_yes")
        assert yes.text() == "Keep 1 finished file, drop 1"
        yes.click()
        await until_true(lambda: bench.manager.calls == [("complete", job.id)])

    on_window(scenario, job)


def test_the_selection_follows_the_job_through_order_filter_and_change(on_window: Any) -> None:
    jobs = [listed(f"{n:03}", S.SUSPENDED) for n in range(200)]

    async def scenario(bench: Bench) -> None:
        view = bench.window.view
        bench.select(jobs[7], jobs[150])
        chosen = sorted(view.selected_ids())
        view.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
        assert sorted(view.selected_ids()) == chosen
        bench.window._bar.search.setText("1")
        assert view.selected_ids() == [jobs[150].id]
        bench.manager.change(jobs[150].id, state=S.QUEUED)
        bench.window.bridge.flush()
        assert view.selected_ids() == [jobs[150].id]
        assert bench.enabled() == {"suspend", "cancel"}

    on_window(scenario, *jobs)


def test_a_new_download_that_was_thought_better_of_leaves_the_selection(on_window: Any) -> None:
    jobs = [listed(name, S.SUSPENDED) for name in ("a", "b")]

    async def scenario(bench: Bench) -> None:
        created: list[list[JobId]] = []
        bench.window.commands.created.connect(created.append, Qt.ConnectionType.QueuedConnection)
        bench.select(jobs[1])
        bench.action(ActionId.NEW).trigger()
        (await dialog_of(bench)).reject()
        await until_true(lambda: created == [[]])
        assert bench.window.view.selected_ids() == [jobs[1].id]

    on_window(scenario, *jobs)


def test_the_side_bar_counts_and_filters(on_window: Any) -> None:
    async def scenario(bench: Bench) -> None:
        count = bench.window._groups.groups.count
        assert [count(group) for group in StateGroup] == [7, 2, 2, 1, 1, 1, 2]
        bench.window._groups.choose(StateGroup.ACTIVE)
        assert set(bench.states()) == {"CONNECTING", "TRANSFERRING"}
        assert bench.part(QLabel, "status_jobs").text() == "7 jobs, 2 active"

    on_window(scenario, *one_of_each())


def test_the_banner_names_who_needs_you_and_leads_to_the_dialog(on_window: Any) -> None:
    job = listed("Atlas", S.SUSPENDED)

    async def scenario(bench: Bench) -> None:
        banner = bench.part(QWidget, "banner")
        assert not banner.isVisible()
        bench.manager.change(job.id, state=S.ERROR, error=FULL)
        bench.window.bridge.flush()
        assert bench.part(QLabel, "banner_text").text().startswith("1 job needs you. “Atlas”: The disk of ")
        bench.part(QAbstractButton, "banner_button").click()
        await until_true(lambda: bench.window.errors.dialog is not None)
        bench.manager.change(job.id, state=S.QUEUED, error=None)
        bench.window.bridge.flush()
        assert not banner.isVisible()

    on_window(scenario, job)


def test_an_empty_table_says_why(on_window: Any) -> None:
    async def scenario(bench: Bench) -> None:
        empty = bench.part(QWidget, "empty_state")
        words = lambda: [label.text() for label in empty.findChildren(QLabel)]  # noqa: E731
        assert empty.isVisible()
        assert "No jobs yet" in words()
        bench.manager.add(listed("a"))
        bench.window.bridge.flush()
        assert not empty.isVisible()
        bench.window._bar.search.setText("zzz")
        assert empty.isVisible()
        assert "Nothing matches" in words()

    on_window(scenario)


def test_everything_about_the_view_is_remembered(on_window: Any) -> None:
    jobs = one_of_each()

    async def change(bench: Bench) -> None:
        window, header = bench.window, bench.window.view.horizontalHeader()
        window.resize(780, 500)
        window.view.sortByColumn(Column.SIZE, Qt.SortOrder.AscendingOrder)
        window.view.columns.set_shown(Column.SPEED, False)
        header.moveSection(header.visualIndex(Column.PRIORITY), 1)
        header.resizeSection(Column.STATE, 333)
        window._groups.choose(StateGroup.WAITING)
        bench.action(ActionId.COMPACT).trigger()
        bench.action(ActionId.DETAILS).trigger()

    async def look(bench: Bench) -> None:
        window, header = bench.window, bench.window.view.horizontalHeader()
        assert (window.width(), window.height()) == (780, 500)
        window.resize(1500, 700)
        assert not header.isSectionHidden(Column.ADDED)
        assert header.sortIndicatorSection() == Column.SIZE
        assert header.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        assert header.isSectionHidden(Column.SPEED)
        assert header.visualIndex(Column.PRIORITY) == 1
        assert header.sectionSize(Column.STATE) == 333
        assert window._groups.group() is StateGroup.WAITING
        assert window.view.verticalHeader().defaultSectionSize() == 28
        assert not window.details.isVisible()

    on_window(change, *jobs)
    on_window(look, *jobs)


def test_columns_give_way_in_their_order_and_come_back(on_window: Any) -> None:
    async def scenario(bench: Bench) -> None:
        header = bench.window.view.horizontalHeader()
        hidden: list[Column] = []
        for width in range(1800, 760, -20):
            bench.window.resize(width, 520)
            now = [column for column in GIVES_WAY if header.isSectionHidden(column)]
            assert now == list(GIVES_WAY[: len(now)])
            assert len(now) >= len(hidden)
            hidden = now
        assert Column.PRIORITY in hidden
        assert bench.window.view.horizontalScrollBar().maximum() == 0
        assert header.sectionSize(Column.NAME) >= 200
        bench.window.resize(1800, 520)
        assert not any(header.isSectionHidden(column) for column in Column)

    on_window(scenario, *one_of_each())


def test_shortcuts_work_from_the_keyboard_alone(on_window: Any) -> None:
    job = listed("a", S.ERROR, error=FULL)

    async def scenario(bench: Bench) -> None:
        window, search = bench.window, bench.part(QLineEdit, "search")
        window.activateWindow()
        await until_true(window.isActiveWindow)
        assert window.view.hasFocus()
        QTest.keyClick(window.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert search.hasFocus()
        QTest.keyClicks(search, "a")
        QTest.keyClick(search, Qt.Key.Key_Escape)
        assert search.text() == ""
        QTest.keyClick(search, Qt.Key.Key_Escape)
        assert window.view.hasFocus()
        QTest.keyClick(window.view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        await until_true(lambda: window.errors.dialog is not None)

    on_window(scenario, job)


def test_the_space_bar_and_the_numbers(on_window: Any) -> None:
    job = listed("a", S.TRANSFERRING)

    async def scenario(bench: Bench) -> None:
        bench.window.activateWindow()
        await until_true(bench.window.isActiveWindow)
        QTest.keyClick(bench.window.view, Qt.Key.Key_Space)
        await until_true(lambda: bench.manager.calls == [("suspend", job.id)])
        QTest.keyClick(bench.window.view, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
        assert bench.window._groups.group() is StateGroup.WAITING

    on_window(scenario, job)


def test_tab_reaches_every_part(on_window: Any) -> None:
    async def scenario(bench: Bench) -> None:
        bench.window.activateWindow()
        await until_true(bench.window.isActiveWindow)
        seen = set()
        for _ in range(30):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            seen.add(QApplication.focusWidget().objectName())
        assert {"button_new_download", "button_cancel", "search", "menu", "groups", "jobs"} <= seen

    on_window(scenario, listed("a", S.SUSPENDED))


def test_every_control_has_a_name_for_assistive_technology(on_window: Any) -> None:
    async def scenario(bench: Bench) -> None:
        for widget in bench.window.findChildren(QWidget):
            if isinstance(widget, QAbstractButton) and widget.isVisible():
                assert widget.accessibleName() or widget.text(), widget.objectName()
            if isinstance(widget, QLineEdit | QTableView):
                assert widget.accessibleName(), widget.objectName()

    on_window(scenario, listed("a", S.ERROR, error=FULL))


def test_details_follow_the_current_job(on_window: Any) -> None:
    job = listed("a", S.TRANSFERRING, done=400)

    async def scenario(bench: Bench) -> None:
        bench.manager.errors[job.id] = (FULL, FULL)
        bench.select(job)
        received = bench.part(QLabel, "fact_received")
        assert received.text() == "400 B of 1.0 kB"
        bench.manager.change(job.id, files=(a_file("a", bytes_total=1000, bytes_transferred=900),), error_count=1)
        bench.window.bridge.flush()
        await until_true(lambda: received.text() == "900 B of 1.0 kB")
        await until_true(lambda: bench.window.details._tabs.tabText(2) == "Errors (2)")

    on_window(scenario, job)


def test_priority_is_set_for_the_selection(on_window: Any) -> None:
    jobs = [listed("a"), listed("b")]

    async def scenario(bench: Bench) -> None:
        bench.select(*jobs)
        bench.window.commands.set_priority(JobPriority.HIGH)
        await until_true(lambda: len(bench.manager.calls) == 2)
        bench.window.bridge.flush()
        assert bench.window.commands.common_priority() is JobPriority.HIGH

    on_window(scenario, *jobs)


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_addresses_come_by_paste_and_by_drop(on_window: Any, way: str) -> None:
    data = QMimeData()
    if way == "paste":
        data.setText("see http://h.example/a.zip\nand https://h.example/b.zip, not ftp://h/c")
    else:
        data.setUrls([QUrl("http://h.example/a.zip"), QUrl("file:///etc/passwd")])

    async def scenario(bench: Bench) -> None:
        if way == "paste":
            QGuiApplication.clipboard().setMimeData(data)
            bench.action(ActionId.PASTE).trigger()
        else:
            bench.window.dropEvent(
                QDropEvent(
                    QPointF(5, 5),
                    Qt.DropAction.CopyAction,
                    data,
                    Qt.MouseButton.LeftButton,
                    Qt.KeyboardModifier.NoModifier,
                )
            )
        dialog = await dialog_of(bench)
        typed = " ".join(e.toPlainText() for e in dialog.findChildren(QWidget) if hasattr(e, "toPlainText"))
        assert "http://h.example/a.zip" in typed
        assert "passwd" not in typed
        assert "ftp:" not in typed
        dialog.reject()
        await until_true(lambda: not dialog.isVisible())

    on_window(scenario)


def test_a_clipboard_without_an_address_says_so(on_window: Any) -> None:
    async def scenario(bench: Bench) -> None:
        QGuiApplication.clipboard().setText("no address")
        bench.action(ActionId.PASTE).trigger()
        assert "no address" in bench.part(QLabel, "message_text").text()

    on_window(scenario)


def test_another_scheme_repaints_everything(on_window: Any) -> None:
    def corner(widget: QWidget) -> str:
        image: QImage = widget.grab().toImage()
        return image.pixelColor(QPoint(image.width() - 3, image.height() - 3)).name()

    async def scenario(bench: Bench) -> None:
        before = icon("play").pixmap(16, 16).toImage()
        assert corner(bench.window.view.viewport()) == theme.LIGHT.background
        theme.set_scheme("dark")
        assert corner(bench.window.view.viewport()) == theme.DARK.background
        assert corner(bench.part(QWidget, "groups")) == theme.DARK.side
        assert icon("play").pixmap(16, 16).toImage() != before

    on_window(scenario, listed("a"))


def test_ten_thousand_jobs_are_listed_filtered_and_sorted(on_window: Any) -> None:
    jobs = [listed(f"file-{n:05}", S.SUSPENDED) for n in range(10_000)]

    async def scenario(bench: Bench) -> None:
        assert bench.window.model.rowCount() == 10_000
        bench.window._bar.search.setText("file-0123")
        assert bench.window.model.rowCount() == 10
        bench.window._bar.search.clear()
        bench.window.view.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
        assert bench.states()[0] == "file-09999"
        bench.window.view.selectAll()
        assert len(bench.window.view.selected_ids()) == 10_000

    on_window(scenario, *jobs)
