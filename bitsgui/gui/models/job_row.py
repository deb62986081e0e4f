"""What the table shows of one job, computed once per change; knows no Qt model."""

from typing import Any

from bitsgui.gui.models.state_groups import StateGroup, group_of
from bitsgui.gui.texts.state_texts import look_of
from bitsgui.model.enums import RUNNING_STATES
from bitsgui.model.job import Job
from bitsgui.model.urls import display_url

_NEVER_S = float("inf")


class JobRow:
    """One job with its rate and what filter, sort order and painting need often.

    `key` is the value that the table sorts by now; `time_left_s` is None while it cannot be told.
    """

    __slots__ = (
        "bytes_total",
        "bytes_transferred",
        "fraction",
        "group",
        "job",
        "key",
        "rate_bps",
        "search_text",
    )

    def __init__(self, job: Job, rate_bps: float) -> None:
        progress = job.progress
        self.job = job
        self.rate_bps = rate_bps if job.state in RUNNING_STATES else 0.0
        self.group: StateGroup = group_of(job)
        self.bytes_total = progress.bytes_total
        self.bytes_transferred = progress.bytes_transferred
        self.fraction = progress.fraction
        self.search_text = _search_text(job)
        self.key: Any = None

    @property
    def bar_colour(self) -> str:
        """The theme colour of the progress bar."""
        return look_of(self.job).colour

    @property
    def time_left_s(self) -> float | None:
        """Seconds at the present rate."""
        if self.bytes_total is None or self.rate_bps <= 0:
            return None
        return (self.bytes_total - self.bytes_transferred) / self.rate_bps

    @property
    def sort_name(self) -> str:
        """Letter case does not count."""
        return self.job.settings.display_name.casefold()

    @property
    def sort_time_left(self) -> float:
        """What never ends comes last."""
        left = self.time_left_s
        return _NEVER_S if left is None else left

    @property
    def sort_error(self) -> int:
        """By code; without an error first."""
        return self.job.error.code if self.job.error else 0


def _search_text(job: Job) -> str:
    """Name and URLs, which hold the hosts; what is typed is looked for in here."""
    urls = (display_url(file.remote_name) for file in job.files)
    return "\n".join((job.settings.display_name, *urls)).casefold()
