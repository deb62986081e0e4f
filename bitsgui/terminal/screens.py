"""Progress on the standard error: a live table where it is a terminal, sparse lines where it is not."""

import sys
import time
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from bitsgui.model.enums import RUNNING_STATES, JobState
from bitsgui.model.job import Job
from bitsgui.model.upload import UploadPhase
from bitsgui.terminal.report import is_settled, waiting_line
from bitsgui.terminal.words import clean, duration_text, size_text

if TYPE_CHECKING:
    from rich.table import Table

_PHASES: Final = MappingProxyType(
    {
        UploadPhase.SERVER_PROGRAM: "waiting for the server program",
        UploadPhase.CLOSING: "finishing",
        UploadPhase.CLOSED: "finishing",
    }
)

RateOf = Callable[[Job], float]
"""Bytes a second of a job, now."""


class Screen(Protocol):
    """Where a run speaks to a person."""

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
                self.say(f"{clean(job.settings.display_name)}: {amount_text(job)}, {status_text(job, rate_of(job))}")

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
        _add_row(table, job.settings.display_name, [job], status_text(job, rate_of(job)))
    if len(jobs) > 1:
        done = sum(file.completed for job in jobs for file in job.files)
        total = sum(len(job.files) for job in jobs)
        rate = sum(map(rate_of, running))
        _add_row(table, f"Total: {done} of {total} files", jobs, f"{size_text(rate)}/s")
    return table


def _add_row(table: "Table", name: str, jobs: Sequence[Job], status: str) -> None:
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    moved = sum(bytes_moved(job)[0] for job in jobs)
    totals = [bytes_moved(job)[1] for job in jobs]
    known = [total for total in totals if total is not None]
    total = sum(known) if len(known) == len(totals) else None
    bar = ProgressBar(total=total, completed=moved, width=20) if total else ""
    amount = size_text(moved) if total is None else f"{size_text(moved)} / {size_text(total)}"
    table.add_row(Text(clean(name)), bar, Text(amount), Text(status))


def amount_text(job: Job) -> str:
    moved, total = bytes_moved(job)
    return f"{size_text(moved)} of {size_text(total)}" if total is not None else size_text(moved)


def bytes_moved(job: Job) -> tuple[int, int | None]:
    """Bytes moved and to be moved: of the reply while that is fetched."""
    reply = job.reply_progress
    if reply is None or reply.bytes_total is None:
        return job.progress.bytes_transferred, job.progress.bytes_total
    return reply.bytes_transferred, reply.bytes_total or None


def status_text(job: Job, rate: float) -> str:
    if job.state is JobState.TRANSIENT_ERROR and job.error is not None:
        return f"{countdown(job)} ({waiting_line(job, job.error)})"
    phase = job.upload.phase if job.upload is not None else None
    if phase is not None and phase in _PHASES and job.state in RUNNING_STATES:
        return _PHASES[phase]
    if job.state is not JobState.TRANSFERRING:
        return job.state.name.lower()
    what = "fetching the reply, " if phase is UploadPhase.REPLY else ""
    return f"{what}{size_text(rate)}/s{_time_left(job, rate)}"


def _time_left(job: Job, rate: float) -> str:
    moved, total = bytes_moved(job)
    if total is None or rate <= 0:
        return ""
    return f", {duration_text((total - moved) / rate)} left"


def countdown(job: Job) -> str:
    """When the job is tried again."""
    if job.retry_at is None:
        return "waiting for the network"
    return f"again in {duration_text(job.retry_at - time.time())}"
