"""What a cell of the job table holds, by role: texts for eyes and screen readers, raw values for machines."""

import html
import time
from collections.abc import Callable
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, Qt

from bitsgui.gui.models.columns import SPECS, Column, title
from bitsgui.gui.models.job_row import JobRow
from bitsgui.gui.texts.error_texts import cause_text
from bitsgui.gui.texts.formats import (
    format_duration,
    format_percent,
    format_rate,
    format_size,
    format_when,
    upward,
)
from bitsgui.gui.texts.state_texts import priority_text, state_text, subtitle
from bitsgui.model.diagnosis import diagnose


class Role(IntEnum):
    """Our roles beside Qt's."""

    ROW = Qt.ItemDataRole.UserRole + 1
    RAW = Qt.ItemDataRole.UserRole + 2


def error_text(row: JobRow) -> str:
    """What went wrong, in one sentence; empty without an error."""
    return cause_text(row.job, diagnose(row.job)) if row.job.error else ""


def _progress_text(row: JobRow) -> str:
    if row.fraction is None:
        return format_size(row.bytes_transferred)
    return format_percent(row.fraction)


def _speed_text(row: JobRow) -> str:
    """Downloads are the rule; what goes up says so."""
    if not row.rate_bps:
        return ""
    return upward(format_rate(row.rate_bps)) if row.is_sending else format_rate(row.rate_bps)


def _time_left_text(row: JobRow) -> str:
    left = row.time_left_s
    return "" if left is None else format_duration(left)


_TEXTS: Final = MappingProxyType[Column, Callable[[JobRow], str]](
    {
        Column.NAME: lambda r: r.job.settings.display_name,
        Column.STATE: lambda r: state_text(r.job, time.time()),
        Column.PROGRESS: _progress_text,
        Column.SIZE: lambda r: "" if r.bytes_total is None else format_size(r.bytes_total),
        Column.SPEED: _speed_text,
        Column.TIME_LEFT: _time_left_text,
        Column.PRIORITY: lambda r: priority_text(r.job.settings.priority),
        Column.ADDED: lambda r: format_when(r.job.times.creation),
        Column.ERROR: error_text,
    }
)


def _accessible(row: JobRow, column: Column) -> str:
    """The cell as a sentence of its own: a screen reader does not say which column it is in."""
    text = _TEXTS[column](row)
    if column is Column.NAME:
        return f"{text}, {subtitle(row.job)}"
    if column is Column.STATE:
        return text
    return f"{title(column)}: {text or QCoreApplication.translate('Columns', 'none')}"


def _tool_tip(row: JobRow, column: Column) -> str:
    """Qt would read markup out of a hostile name, so the text is escaped."""
    lines = [_TEXTS[column](row)]
    if column is Column.NAME:
        lines.append(subtitle(row.job))
    if column is Column.STATE:
        lines.append(error_text(row))
    text = "<br>".join(html.escape(line) for line in lines if line)
    return f"<qt>{text}</qt>" if text else ""


_BY_ROLE: Final = MappingProxyType[int, Callable[[JobRow, Column], Any]](
    {
        Qt.ItemDataRole.DisplayRole: lambda row, column: _TEXTS[column](row),
        Qt.ItemDataRole.AccessibleTextRole: _accessible,
        Qt.ItemDataRole.ToolTipRole: _tool_tip,
        Role.ROW: lambda row, _: row,
        Role.RAW: lambda row, column: SPECS[column].key(row),
    }
)


def value(row: JobRow, column: Column, role: int) -> Any:
    """The cell's value for a role, None where there is none."""
    made = _BY_ROLE.get(role)
    return None if made is None else made(row, column)
