"""The columns of the job table as one table: title, alignment, sort key, and which give way first."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.texts.formats import format_duration, format_rate, format_size, format_when, upward
from bitsgui.gui.texts.state_texts import longest_priority_text, longest_state_text

_LATE: Final = 1_798_664_340.0
"""30 December 2026, 20:59 UTC: two digits everywhere."""


class Column(IntEnum):
    """Logical columns; the names (lower case) stand in the settings file."""

    NAME = 0
    STATE = 1
    PROGRESS = 2
    SIZE = 3
    SPEED = 4
    TIME_LEFT = 5
    PRIORITY = 6
    ADDED = 7
    ERROR = 8


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """`sample` makes the longest usual text, from which the width follows; `key` is what a column sorts by."""

    title: str
    sample: Callable[[], str]
    right_aligned: bool
    key: Callable[[JobRow], Any]


def _spec(title: object, sample: Callable[[], str], key: Callable[[JobRow], Any], *, right: bool = False) -> ColumnSpec:
    return ColumnSpec(str(title), sample, right, key)


SPECS: Final = MappingProxyType(
    {
        Column.NAME: _spec(QT_TRANSLATE_NOOP("Columns", "Name"), lambda: "", lambda r: r.sort_name),
        Column.STATE: _spec(QT_TRANSLATE_NOOP("Columns", "State"), longest_state_text, lambda r: r.job.state),
        Column.PROGRESS: _spec(
            QT_TRANSLATE_NOOP("Columns", "Progress"), lambda: "M" * 14, lambda r: _known_first(r.fraction)
        ),
        Column.SIZE: _spec(
            QT_TRANSLATE_NOOP("Columns", "Size"),
            lambda: format_size(999_949_000_000),
            lambda r: _known_first(r.bytes_total),
            right=True,
        ),
        Column.SPEED: _spec(
            QT_TRANSLATE_NOOP("Columns", "Speed"),
            lambda: upward(format_rate(99_900_000)),
            lambda r: r.rate_bps,
            right=True,
        ),
        Column.TIME_LEFT: _spec(
            QT_TRANSLATE_NOOP("Columns", "Time left"),
            lambda: format_duration(3599),
            lambda r: r.sort_time_left,
            right=True,
        ),
        Column.PRIORITY: _spec(
            QT_TRANSLATE_NOOP("Columns", "Priority"), longest_priority_text, lambda r: r.job.settings.priority
        ),
        Column.ADDED: _spec(
            QT_TRANSLATE_NOOP("Columns", "Added"), lambda: format_when(_LATE), lambda r: r.job.times.creation
        ),
        Column.ERROR: _spec(QT_TRANSLATE_NOOP("Columns", "Error"), lambda: "M" * 20, lambda r: r.sort_error),
    }
)

GIVES_WAY: Final = (
    Column.ERROR,
    Column.ADDED,
    Column.PRIORITY,
    Column.TIME_LEFT,
    Column.SIZE,
    Column.SPEED,
)
"""Which columns leave a narrow window, first to last."""


def title(column: Column) -> str:
    """The translated heading."""
    return QCoreApplication.translate("Columns", SPECS[column].title)


def _known_first(value: float | None) -> float:
    return -1.0 if value is None else value
