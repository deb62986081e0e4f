"""Progress on the standard error: a live table where it is a terminal, sparse lines where it is not."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.terminal.report import is_settled, waiting_line
from bitsgui.terminal.words import clean, duration_text, size_text

if TYPE_CHECKING:
    from rich.table import Table

RateOf = Callable[[Job], float]
"""Bytes a second of a job, now."""


class Screen(Protocol):
    """Where the run of `get` speaks to a person."""

    interval_s: float
    """How often `show` is wanted."""

    def say(self, line: str) -> None: ...
    def show(self, jobs: Sequence[Job], rate_of: RateOf) -> None: ...
    def close(self) -> None: ...


def screen_for(*, quiet: bool) -> Screen:
    """The screen that suits the standard error."""
    if quiet:
        return QuietScreen()
    return LiveScreen() if sys.stderr.isatty() else PlainScreen()


class QuietScreen:
    """Errors only."""

    interval_s = 3600.0

    def say(self, line: str) -> None:
        """Nothing."""

    def show(self, jobs: Sequence[Job], rate_of: RateOf) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class PlainScreen:
    """A line for every job that runs, now and then, for logs and pipes."""

    interval_s = 10.0

    def say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    def show(self, jobs: Sequence[Job], rate_of: RateOf) -> None:
        for job in jobs:
            if not is_settled(job):
                self.say(f"{clean(job.settings.display_name)}: {_amount(job)}, {_status(job, rate_of(job))}")

    def close(self) -> None:
        """Nothing is left open."""


class LiveScreen:
    """A table that is painted anew: a row for every job that runs, and the total."""

    interval_s = 0.25

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        # No thread of its own: the run calls `show`.
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def say(self, line: str) -> None:
        from rich.text import Text

        self._console.print(Text(line), soft_wrap=True)

    def show(self, jobs: Sequence[Job], rate_of: RateOf) -> None:
        self._live.update(_table(jobs, rate_of), refresh=True)

    def close(self) -> None:
        self._live.stop()


def _table(jobs: Sequence[Job], rate_of: RateOf) -> "Table":
    from rich.table import Table

    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(width=20)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=44)
    running = [job for job in jobs if not is_settled(job)]
    for job in running:
        _add_row(table, job.settings.display_name, [job], _status(job, rate_of(job)))
    if len(jobs) > 1:
        done = sum(file.completed for job in jobs for file in job.files)
        total = sum(len(job.files) for job in jobs)
        rate = sum(map(rate_of, running))
        _add_row(table, f"Total: {done} of {total} files", jobs, f"{size_text(rate)}/s")
    return table


def _add_row(table: "Table", name: str, jobs: Sequence[Job], status: str) -> None:
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    received = sum(job.progress.bytes_transferred for job in jobs)
    totals = [job.progress.bytes_total for job in jobs]
    known = [total for total in totals if total is not None]
    total = sum(known) if len(known) == len(totals) else None
    bar = ProgressBar(total=total, completed=received, width=20) if total else ""
    amount = size_text(received) if total is None else f"{size_text(received)} / {size_text(total)}"
    table.add_row(Text(clean(name)), bar, Text(amount), Text(status))


def _amount(job: Job) -> str:
    received, total = job.progress.bytes_transferred, job.progress.bytes_total
    return f"{size_text(received)} of {size_text(total)}" if total is not None else size_text(received)


def _status(job: Job, rate: float) -> str:
    if job.state is JobState.TRANSFERRING:
        return f"{size_text(rate)}/s{_time_left(job, rate)}"
    if job.state is JobState.TRANSIENT_ERROR and job.error is not None:
        return f"{countdown(job)} ({waiting_line(job, job.error)})"
    return job.state.name.lower()


def _time_left(job: Job, rate: float) -> str:
    total = job.progress.bytes_total
    if total is None or rate <= 0:
        return ""
    return f", {duration_text((total - job.progress.bytes_transferred) / rate)} left"


def countdown(job: Job) -> str:
    """When the job is tried again."""
    if job.retry_at is None:
        return "waiting for the network"
    return f"again in {duration_text(job.retry_at - time.time())}"
