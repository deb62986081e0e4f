"""The job table: rows by JobId, filtered and in order; knows no manager, no widget and no colour.

A QSortFilterProxyModel would call into Python for each comparison (seconds at 10,000 rows), so the model
keeps the visible order itself: cached keys, list.sort, persistent indexes mapped only when the order moved.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby, product
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from bitsgui.gui.models.cell_values import Role, value
from bitsgui.gui.models.columns import SPECS, Column, title
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.models.state_groups import StateGroup, test_of
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job, JobId

AnyIndex = QModelIndex | QPersistentModelIndex

_MANY_RUNS = 64
"""Above this many separate row ranges one reset is cheaper than telling each."""
_MANY_SPANS = 16
"""Up to here only the rows that changed are painted; above, telling each costs more than painting all between."""
_ALL_COLUMNS = ((Column.NAME, Column.ERROR),)
_PROGRESS_COLUMNS = (Column.PROGRESS, Column.SPEED, Column.TIME_LEFT)
_CHANGING_ROLES = [
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
    Role.ROW,
    Role.RAW,
]


class JobTableModel(QAbstractTableModel):
    """Signals: `counts_changed` when the number of jobs in some group moved."""

    counts_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[JobId, JobRow] = {}
        self._shown: list[JobRow] = []
        self._position: dict[JobId, int] = {}
        self._group = StateGroup.ALL
        self._words: tuple[str, ...] = ()
        self._column = Column.ADDED
        self._descending = True
        self._needs_order = False
        self._members: dict[StateGroup, dict[JobId, JobRow]] = {group: {} for group in StateGroup}

    def row(self, job_id: JobId) -> JobRow | None:
        """The row of a job, shown or not."""
        return self._rows.get(job_id)

    def members(self, group: StateGroup) -> Collection[JobRow]:
        """The rows of a group other than ALL, shown or not."""
        return self._members[group].values()

    def counts(self) -> dict[StateGroup, int]:
        """Jobs of each group other than ALL."""
        return {group: len(members) for group, members in self._members.items() if group is not StateGroup.ALL}

    def has_jobs(self) -> bool:
        """Whether there is any row, shown or not."""
        return bool(self._rows)

    def shown(self, index: int) -> JobRow:
        """The visible row at a position."""
        return self._shown[index]

    def position(self, job_id: JobId) -> int | None:
        """Where the job is shown, None if the filter hides it."""
        return self._position.get(job_id)

    def add(self, jobs: Iterable[Job]) -> None:
        """Take new jobs in."""
        self.apply((job, 0.0) for job in jobs)

    def apply(self, changes: Iterable[tuple[Job, float]]) -> bool:
        """Take jobs with their rates (bytes a second): a few dataChanged spans, or one for all.

        Whether only the progress of known jobs changed.
        """
        before = self.counts()
        old, touched = {}, []
        for job, rate_bps in changes:
            old[job.id] = self._rows.get(job.id)
            touched.append(self._replace(job, rate_bps))
        quiet = all(_differs_by_progress_only(old[row.job.id], row) for row in touched)
        moved = any(self._is_wanted(r) != (r.job.id in self._position) for r in touched)
        if quiet:
            self._announce_progress(old, touched)
        else:
            self._announce(touched, _ALL_COLUMNS)
        if moved:
            self._show()
        elif not self._needs_order:
            self._needs_order = any(self._is_out_of_place(r) for r in touched)
        if self.counts() != before:
            self.counts_changed.emit()
        return quiet

    def remove(self, job_ids: Iterable[JobId]) -> None:
        """Forget jobs."""
        for job_id in job_ids:
            row = self._rows.pop(job_id, None)
            if row is not None:
                del self._members[row.group][job_id]
        self._show()
        self.counts_changed.emit()

    def set_filter(self, group: StateGroup, text: str) -> None:
        """Show one group, and of it what holds every word of the text."""
        self._group, self._words = group, tuple(text.casefold().split())
        self._show()

    def tick(self) -> None:
        """Count the retries down and put rows that moved in their order; call it once a second.

        Not at every flush: rows that change places four times a second cannot be read or hit.
        """
        if self._needs_order:
            self._reorder(self._in_order(self._shown))
        waiting = [r for r in self.members(StateGroup.WAITING) if r.job.state is JobState.TRANSIENT_ERROR]
        self._announce(waiting, ((Column.STATE, Column.STATE),))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        return value(self._shown[index.row()], Column(index.column()), role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = SPECS[Column(section)].right_aligned
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return title(Column(section)) if role == Qt.ItemDataRole.DisplayRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column = Column(column)
        self._descending = order is Qt.SortOrder.DescendingOrder
        key = SPECS[self._column].key
        for row in self._rows.values():
            row.key = key(row)
        self._show()

    def _replace(self, job: Job, rate_bps: float) -> JobRow:
        row = JobRow(job, rate_bps)
        row.key = SPECS[self._column].key(row)
        old = self._rows.get(job.id)
        if old is not None:
            del self._members[old.group][job.id]
        self._members[row.group][job.id] = row
        self._rows[job.id] = row
        position = self._position.get(job.id)
        if position is not None:
            self._shown[position] = row
        return row

    def _is_wanted(self, row: JobRow) -> bool:
        return test_of(self._group)(row.group) and all(word in row.search_text for word in self._words)

    def _is_out_of_place(self, row: JobRow) -> bool:
        at = self._position.get(row.job.id)
        if at is None:
            return False
        around = self._shown[max(0, at - 1) : at + 2]
        keys = [r.key for r in around]
        return keys != sorted(keys, reverse=self._descending)

    def _announce_progress(self, old: Mapping[JobId, JobRow | None], rows: list[JobRow]) -> None:
        """Only what reads otherwise now: of a few columns of numbers, most stand still between two flushes."""
        is_few = len(rows) <= _MANY_SPANS  # above, comparing costs more than painting
        for column in _PROGRESS_COLUMNS:
            moved = [r for r in rows if _text(old[r.job.id], column) != _text(r, column)] if is_few else rows
            self._announce(moved, ((column, column),))

    def _announce(self, rows: Iterable[JobRow], columns: tuple[tuple[Column, Column], ...]) -> None:
        at = sorted({self._position[r.job.id] for r in rows if r.job.id in self._position})
        spans = runs(at)
        if len(spans) > _MANY_SPANS:
            spans = [(at[0], at[-1])]
        for (top, bottom), (first, last) in product(spans, columns):
            self.dataChanged.emit(self.index(top, first), self.index(bottom, last), _CHANGING_ROLES)

    def _show(self) -> None:
        """Bring the visible rows to what filter and order say, keeping every index that can be kept."""
        passes = test_of(self._group)
        words = self._words
        wanted = [r for r in self._rows.values() if passes(r.group) and all(w in r.search_text for w in words)]
        wanted = self._in_order(wanted)
        keep = {r.job.id for r in wanted}
        gone = runs(i for i, r in enumerate(self._shown) if r.job.id not in keep)
        new = [r for r in wanted if r.job.id not in self._position]
        if len(gone) > _MANY_RUNS or len(new) > _MANY_RUNS:
            self._reset(wanted)
            return
        self._take_out(gone)
        self._append(new)
        self._reorder(wanted)

    def _in_order(self, rows: list[JobRow]) -> list[JobRow]:
        self._needs_order = False
        return sorted(rows, key=attrgetter("key"), reverse=self._descending)

    def _reset(self, wanted: list[JobRow]) -> None:
        self.beginResetModel()
        self._set_shown(wanted)
        self.endResetModel()

    def _take_out(self, runs: list[tuple[int, int]]) -> None:
        for first, last in reversed(runs):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._set_shown(self._shown[:first] + self._shown[last + 1 :])
            self.endRemoveRows()

    def _append(self, new: list[JobRow]) -> None:
        if new:
            self.beginInsertRows(QModelIndex(), len(self._shown), len(self._shown) + len(new) - 1)
            self._set_shown(self._shown + new)
            self.endInsertRows()

    def _reorder(self, wanted: list[JobRow]) -> None:
        if wanted == self._shown:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._shown[index.row()].job.id for index in before]
        self._permute_shown(wanted)
        after = [self.index(self._position[job_id], index.column()) for job_id, index in zip(ids, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _set_shown(self, rows: list[JobRow]) -> None:
        self._shown = rows
        self._position = {row.job.id: i for i, row in enumerate(rows)}

    def _permute_shown(self, rows: list[JobRow]) -> None:
        """The same rows in another order: usually a few moved among thousands."""
        pairs = list(zip(self._shown, rows, strict=True))
        first = next(i for i, (old, new) in enumerate(pairs) if old is not new)
        last = next(i for i in reversed(range(len(pairs))) if pairs[i][0] is not pairs[i][1])
        self._position.update((rows[i].job.id, i) for i in range(first, last + 1))
        self._shown = rows


def _text(row: JobRow | None, column: Column) -> str | None:
    return None if row is None else value(row, column, Qt.ItemDataRole.DisplayRole)


def _differs_by_progress_only(old: JobRow | None, new: JobRow) -> bool:
    """The usual change of a running job: only the columns of its numbers need painting."""
    return old is not None and _at_rest(old) == _at_rest(new)


def _at_rest(row: JobRow) -> tuple[object, ...]:
    job = row.job
    phase = job.upload and job.upload.phase
    return job.state, phase, job.settings, job.error, job.error_count, len(job.files), row.bytes_total


def runs(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Neighbouring positions as (first, last)."""
    runs = []
    for _, group in groupby(enumerate(positions), lambda pair: pair[1] - pair[0]):
        members = [position for _, position in group]
        runs.append((members[0], members[-1]))
    return runs
