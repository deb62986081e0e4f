"""The queue as a table: fitted to a terminal, in colour; whole and plain where it goes elsewhere."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.remote.messages import JobReport
from bitsgui.remote.selection import short_ids
from bitsgui.terminal.job_words import name_of, state_line
from bitsgui.terminal.screens import bytes_moved
from bitsgui.terminal.words import size_text

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES: Final = {
    JobState.ERROR: "red",
    JobState.TRANSIENT_ERROR: "yellow",
    JobState.TRANSFERRED: "green",
    JobState.SUSPENDED: "dim",
}
_GAP: Final = "  "


class Row(NamedTuple):
    """What is shown of a job; the number is empty for one that has left the queue."""

    number: str
    name: str
    state: str
    progress: str
    id: str
    style: str = ""


_HEAD: Final = Row("#", "Name", "State", "Progress", "Id")


def print_jobs(reports: Sequence[JobReport]) -> None:
    """Print them as a table; nothing for none."""
    rows = rows_of(reports)
    if not rows:
        return
    if not sys.stdout.isatty():
        print("\n".join(plain_lines(rows)))
        return
    from rich.console import Console

    Console(highlight=False, markup=False, emoji=False).print(table_of(rows))


def rows_of(reports: Sequence[JobReport]) -> list[Row]:
    """One row a job."""
    short = short_ids(report.job for report in reports)
    return [_row(report, short[report.job.id]) for report in reports]


def plain_lines(rows: Sequence[Row]) -> Iterable[str]:
    """Whoever reads them gets every name whole."""
    from rich.cells import cell_len  # letters may be two columns wide, or none

    cells = [row[:-1] for row in (_HEAD, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    for number, *rest in cells:
        padded = [text + " " * (width - cell_len(text)) for text, width in zip(rest, widths[1:], strict=True)]
        yield _GAP.join([number.rjust(widths[0]), *padded]).rstrip()


def table_of(rows: Sequence[Row]) -> "Table":
    """The table for a terminal, which narrows names and states where it must."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_HEAD.number, justify="right", no_wrap=True)
    table.add_column(_HEAD.name, min_width=8)
    table.add_column(_HEAD.state, min_width=9)
    table.add_column(_HEAD.progress, no_wrap=True)
    table.add_column(_HEAD.id, no_wrap=True)
    for row in rows:
        table.add_row(row.number, _narrowed(row.name), _narrowed(row.state, row.style), row.progress, row.id)
    return table


def _row(report: JobReport, short_id: str) -> Row:
    job = report.job
    state = state_line(job, report.rate_bps)
    number = str(report.row) if report.row else ""
    return Row(number, name_of(job), state, _progress(job), short_id, _STYLES.get(job.state, ""))


def _narrowed(text: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(text, style, no_wrap=True, overflow="ellipsis")


def _progress(job: Job) -> str:
    moved, total = bytes_moved(job)
    if total is None:
        return size_text(moved)
    return f"{100 if moved == total else 100 * moved // total} %  {size_text(moved)} of {size_text(total)}"
