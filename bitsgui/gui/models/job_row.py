"""What the table shows of one job, computed once per change; knows no Qt model."""

from collections.abc import Iterable
from typing import Any

from bitsgui.gui.models.state_groups import StateGroup, group_of
from bitsgui.gui.texts.state_texts import look_of
from bitsgui.model.enums import RUNNING_STATES, JobType, Verb
from bitsgui.model.job import Job
from bitsgui.model.progress import JobProgress
from bitsgui.model.transitions import allowed_verbs
from bitsgui.model.upload import UploadPhase

_NEVER_S = float("inf")


class JobRow:
    """One job with its rate and what filter, sort order and painting need often.

    `key` is the value that the table sorts by now; `time_left_s` is None while it cannot be told.
    Bytes and `fraction` are those of the part that an upload is at; its reply counts for itself. `fraction` is None
    while a total is unknown, but 0 before the first byte: nothing is nothing of any total.
    """

    __slots__ = (
        "_offered",
        "_search_text",
        "bytes_total",
        "bytes_transferred",
        "fraction",
        "group",
        "job",
        "key",
        "rate_bps",
    )

    def __init__(self, job: Job, rate_bps: float) -> None:
        progress = progress_of_part(job)
        self.job = job
        self.rate_bps = rate_bps if job.state in RUNNING_STATES else 0.0
        self.group: StateGroup = group_of(job)
        self.bytes_total = progress.bytes_total
        self.bytes_transferred = progress.bytes_transferred
        untouched = not progress.bytes_transferred and job.state not in RUNNING_STATES
        self.fraction = 0.0 if progress.fraction is None and untouched else progress.fraction
        self.key: Any = None
        self._offered: frozenset[Verb] | None = None
        self._search_text: str | None = None

    @property
    def offered(self) -> frozenset[Verb]:
        """The verbs that are worth a button, worked out when first asked for."""
        if self._offered is None:
            self._offered = offered_verbs(self.job)
        return self._offered

    @property
    def search_text(self) -> str:
        """Name and URLs, which hold the hosts, worked out when first searched; what is typed is looked for in here."""
        if self._search_text is None:
            names = (file.remote_name for file in self.job.files)
            self._search_text = "\n".join((self.job.settings.display_name, *names)).casefold()
        return self._search_text

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
    def is_sending(self) -> bool:
        """Its bytes go up, not down."""
        return self.job.upload is not None and self.job.upload.phase is not UploadPhase.REPLY

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


def progress_of_part(job: Job) -> JobProgress:
    """How far the part is that the job is at: its reply while that is fetched, else its files."""
    reply = job.reply
    if reply is None or job.upload is None or job.upload.phase is not UploadPhase.REPLY:
        return job.progress
    return JobProgress(reply.bytes_total, reply.bytes_transferred, 1, int(reply.transferred))


def offered_verbs(job: Job) -> frozenset[Verb]:
    """What is worth a button: Complete only where it would keep a file."""
    allowed = allowed_verbs(job)
    if job.type is JobType.DOWNLOAD and not job.progress.files_transferred:
        return allowed - {Verb.COMPLETE}
    return allowed


def offered_for_any(rows: Iterable[JobRow]) -> frozenset[Verb]:
    """Union over the selection; each verb then acts on those that offer it."""
    return frozenset[Verb]().union(*{row.offered for row in rows})
