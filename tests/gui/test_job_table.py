"""The table's model: order, filter and persistent indexes, against the plain way to work them out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from bitsgui.gui.models.cell_values import Role
from bitsgui.gui.models.columns import SPECS, Column
from bitsgui.gui.models.file_table import FileTableModel
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.models.job_table import JobTableModel
from bitsgui.gui.models.state_groups import StateGroup, group_of
from bitsgui.gui.windows.filter_bar import GroupModel
from bitsgui.model.codes import BG_E_CONNECT_FAILURE, ERROR_DISK_FULL
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.error import JobError
from bitsgui.model.job import Job
from tests.support.jobs import a_file, a_job
from tests.support.listed_jobs import listed, one_of_each

ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
FULL = JobError(ErrorContext.LOCAL_FILE, ERROR_DISK_FULL, when=1.0)


def shown(model: JobTableModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def model_of(*jobs: Job) -> JobTableModel:
    model = JobTableModel()
    model.add(jobs)
    model.sort(Column.NAME)
    return model


def test_models_keep_qts_rules(qtmodeltester: ModelTester) -> None:
    model = model_of(*one_of_each())
    files = FileTableModel()
    files.show_job(a_job(a_file("a"), a_file("b", bytes_total=10, bytes_transferred=5)))
    for one in (model, files, GroupModel()):
        qtmodeltester.check(one)
    qtmodeltester.check(model)
    for state in JobState:
        model.apply([(listed(state.name, state), 0.0)])
    model.sort(Column.PROGRESS, DESCENDING)
    model.set_filter(StateGroup.WAITING, "")
    model.set_filter(StateGroup.ALL, "e")


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("order", [ASCENDING, DESCENDING])
def test_every_column_sorts_by_its_raw_value(column: Column, order: Qt.SortOrder) -> None:
    model = model_of(*one_of_each(), listed("unknown", JobState.TRANSFERRING, total=None))
    model.apply([(listed("fast", JobState.TRANSFERRING, done=10), 500.0), (listed("bad", error=FULL), 0.0)])
    model.sort(column, order)
    raw = [model.index(row, column).data(Role.RAW) for row in range(model.rowCount())]
    assert raw == sorted(raw, reverse=order is DESCENDING)
    assert len(set(map(str, raw))) > 1 or column in (Column.PRIORITY, Column.ADDED)


@pytest.mark.parametrize(
    ("group", "text", "names"),
    [
        (StateGroup.ALL, "", ["Lecture 7", "atlas", "tool"]),
        (StateGroup.ALL, "TOOL", ["tool"]),
        (StateGroup.ALL, "7 lec", ["Lecture 7"]),
        (StateGroup.ALL, "http://h/atlas", ["atlas"]),
        (StateGroup.WAITING, "", ["tool"]),
        (StateGroup.HISTORY, "", ["old"]),
        (StateGroup.NEEDS_YOU, "tool", []),
    ],
)
def test_filter_by_group_and_every_word(group: StateGroup, text: str, names: list[str]) -> None:
    model = model_of(
        listed("tool"),
        listed("atlas", JobState.ERROR),
        listed("Lecture 7", JobState.SUSPENDED),
        listed("old", JobState.ACKNOWLEDGED),
    )
    model.set_filter(group, text)
    assert sorted(shown(model)) == names


@given(st.data())
def test_any_history_shows_what_sorting_everything_anew_would(data: st.DataObject) -> None:
    model = JobTableModel()
    jobs: dict[str, Job] = {}
    group, column, order = StateGroup.ALL, Column.NAME, ASCENDING
    model.sort(column, order)
    kept: dict[str, QPersistentModelIndex] = {}
    for _ in range(data.draw(st.integers(1, 8))):
        action = data.draw(st.sampled_from(["change", "remove", "filter", "sort"]))
        if action == "change":
            drawn = data.draw(
                st.lists(st.tuples(st.integers(0, 9), st.sampled_from(JobState)), max_size=6, unique_by=lambda d: d[0])
            )
            fresh = [_like(jobs.get(str(n)), str(n), state, data.draw(st.integers(0, 1000))) for n, state in drawn]
            jobs |= {job.settings.display_name: job for job in fresh}
            model.apply([(job, 0.0) for job in fresh])
        elif action == "remove" and jobs:
            model.remove([jobs.pop(data.draw(st.sampled_from(sorted(jobs)))).id])
        elif action == "filter":
            group = data.draw(st.sampled_from(StateGroup))
            model.set_filter(group, "")
        elif action == "sort":
            column, order = (
                data.draw(st.sampled_from([Column.NAME, Column.PROGRESS])),
                data.draw(st.sampled_from([ASCENDING, DESCENDING])),
            )
            model.sort(column, order)
        model.tick()
        for name, index in kept.items():
            assert not index.isValid() or index.data() == name
        kept = {str(name): QPersistentModelIndex(model.index(row, 0)) for row, name in enumerate(shown(model))}
        wanted = [job for job in jobs.values() if _belongs(job, group)]
        assert sorted(shown(model)) == sorted(job.settings.display_name for job in wanted)
        keys = [SPECS[column].key(model.shown(row)) for row in range(model.rowCount())]
        assert keys == sorted(keys, reverse=order is DESCENDING)
        assert {g: n for g, n in model.counts().items() if n} == _counts(jobs.values())


def _like(old: Job | None, name: str, state: JobState, done: int) -> Job:
    values: dict[str, Any] = {"id": old.id} if old else {}
    return listed(name, state, done=done, **values)


def _belongs(job: Job, group: StateGroup) -> bool:
    own = group_of(job)
    return own is group or (group is StateGroup.ALL and own is not StateGroup.HISTORY)


def _counts(jobs: Any) -> dict[StateGroup, int]:
    groups = [group_of(job) for job in jobs]
    return {group: groups.count(group) for group in set(groups)}


def test_only_the_cells_that_moved_are_told(qtbot: Any) -> None:
    jobs = [listed(name, JobState.TRANSFERRING) for name in "abcdef"]
    model = model_of(*jobs)
    spans = []
    model.dataChanged.connect(lambda a, b, _: spans.append((a.row(), b.row(), a.column(), b.column())))
    model.apply([(listed(n, JobState.TRANSFERRING, done=90, id=jobs[i].id), 5.0) for i, n in ((4, "e"), (1, "b"))])
    moving = [Column.PROGRESS, Column.SPEED, Column.TIME_LEFT]
    assert spans == [(row, row, column, column) for column in moving for row in (1, 4)]
    model.apply([(listed("b", JobState.TRANSFERRING, done=91, id=jobs[1].id), 6.0)])
    assert spans[6:] == [(1, 1, column, column) for column in (Column.SPEED, Column.TIME_LEFT)]
    model.apply([(listed("b", JobState.TRANSFERRING, done=91, id=jobs[1].id), 6.0)])
    assert spans[8:] == []
    model.apply([(listed("c", JobState.SUSPENDED, id=jobs[2].id), 0.0)])
    assert spans[8:] == [(2, 2, Column.NAME, Column.ERROR)]


def test_many_rows_that_move_are_told_as_one_span(qtbot: Any) -> None:
    jobs = [listed(f"job {number}", JobState.TRANSFERRING) for number in range(40)]
    model = model_of(*jobs)
    spans = []
    model.dataChanged.connect(lambda a, b, _: spans.append((a.row(), b.row(), a.column(), b.column())))
    model.apply([(job, 5.0) for job in jobs[::2]])
    assert spans == [(0, 38, column, column) for column in (Column.PROGRESS, Column.SPEED, Column.TIME_LEFT)]


def test_many_scattered_changes_are_told_as_one_span() -> None:
    jobs = [listed(f"{n:02}", JobState.TRANSFERRING) for n in range(80)]
    model = model_of(*jobs)
    spans = []
    model.dataChanged.connect(lambda a, b, _: spans.append((a.row(), b.row())))
    model.apply([(job, 1.0) for job in jobs[3:70:2]])
    assert set(spans) == {(3, 69)}


def test_rows_change_places_at_the_tick_not_at_the_flush() -> None:
    slow, fast = listed("slow", JobState.TRANSFERRING), listed("fast", JobState.TRANSFERRING)
    model = model_of(slow, fast)
    model.apply([(slow, 1.0), (fast, 2.0)])
    model.sort(Column.SPEED, DESCENDING)
    model.apply([(slow, 9.0)])
    assert shown(model) == ["fast", "slow"]
    model.tick()
    assert shown(model) == ["slow", "fast"]


def test_a_tick_counts_only_the_waiting_down() -> None:
    model = model_of(listed("a"), listed("b", JobState.TRANSIENT_ERROR, retry_at=1.0), listed("c"))
    spans = []
    model.dataChanged.connect(lambda a, b, _: spans.append((a.row(), b.row(), a.column(), b.column())))
    model.tick()
    assert spans == [(1, 1, Column.STATE, Column.STATE)]


def test_every_cell_speaks_for_itself() -> None:
    model = model_of(*one_of_each(), listed("x", error=FULL, state=JobState.ERROR, total=None))
    for row in range(model.rowCount()):
        for column in Column:
            text = model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole)
            assert text.strip(", :")
            assert text == str(model.index(row, column).data()) or len(text) > len(str(model.index(row, column).data()))


def test_markup_in_a_name_stays_text_in_the_tool_tip() -> None:
    model = model_of(listed("<img src=x>&amp;<b>"))
    tip = model.index(0, Column.NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img src=x&gt;&amp;amp;&lt;b&gt;" in tip
    assert tip.startswith("<qt>")


@pytest.mark.parametrize(
    ("job", "rate", "left"),
    [
        (listed("a", JobState.TRANSFERRING, done=400), 100.0, 6.0),
        (listed("a", JobState.TRANSFERRING, done=400), 0.0, None),
        (listed("a", JobState.TRANSFERRING, done=400, total=None), 100.0, None),
        (listed("a", JobState.SUSPENDED, done=400), 100.0, None),
    ],
)
def test_time_left(job: Job, rate: float, left: float | None) -> None:
    assert JobRow(job, rate).time_left_s == left


def test_a_transferred_job_that_was_not_saved_needs_you() -> None:
    unsaved = listed("a", JobState.TRANSFERRED, done=1000, error=FULL)
    waiting = listed(
        "b", JobState.TRANSIENT_ERROR, error=JobError(ErrorContext.GENERAL_TRANSPORT, BG_E_CONNECT_FAILURE)
    )
    assert group_of(unsaved) is StateGroup.NEEDS_YOU
    assert group_of(waiting) is StateGroup.WAITING
