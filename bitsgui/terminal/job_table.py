"""The queue as a table that fits the terminal; whole and without colour where it goes elsewhere."""

import sys
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.remote.messages import JobReport
from bitsgui.remote.selection import short_ids
from bitsgui.terminal.job_words import name_of, state_line
from bitsgui.terminal.screens import bytes_moved
from bitsgui.terminal.words import size_text

_STYLES: Final = {
    JobState.ERROR: "red",
    JobState.TRANSIENT_ERROR: "yellow",
    JobState.TRANSFERRED: "green",
    JobState.SUSPENDED: "dim",
}
_UNCUT: Final = 10_000
"""Columns of what is no terminal: whoever reads it gets every name whole."""


def print_jobs(reports: Sequence[JobReport]) -> None:
    """Print them as a table; nothing for none."""
    console = Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else _UNCUT)
    if reports:
        console.print(table_of(reports))


def table_of(reports: Sequence[JobReport]) -> Table:
    """One row a job."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Name", min_width=8)  # this one and the next may be narrowed
    table.add_column("State", min_width=9)
    table.add_column("Progress", no_wrap=True)
    table.add_column("Id", no_wrap=True)
    short = short_ids(report.job for report in reports)
    for report in reports:
        job = report.job
        table.add_row(
            str(report.row) if report.row else "",
            _narrowed(name_of(job)),
            _narrowed(state_line(job, report.rate_bps), _STYLES.get(job.state, "")),
            Text(_progress(job)),
            Text(short[job.id]),
        )
    return table


def _narrowed(text: str, style: str = "") -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")


def _progress(job: Job) -> str:
    moved, total = bytes_moved(job)
    if total is None:
        return size_text(moved)
    return f"{100 if moved == total else 100 * moved // total} %  {size_text(moved)} of {size_text(total)}"
