"""What a person answered to an error: the remedy that was tried, whether it held, and what is typed but not yet done.

Values and one rule; no secrets, no texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bitsgui.model.enums import FINAL_STATES, ErrorContext, JobState
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job


class RemedyResult(StrEnum):
    """What came of a remedy."""

    UNDER_WAY = "under_way"
    HELD = "held"
    DID_NOT_HOLD = "did_not_hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyTried:
    """One entry of a job's history: the name of a Remedy, when (seconds since the epoch), and against which error.

    `note`: what the person said of it.
    """

    remedy: str
    when: float
    context: ErrorContext
    code: HResult
    note: str = ""

    def is_against(self, error: JobError) -> bool:
        """Whether the error is the one that it was to mend, or that one again."""
        return (self.context, self.code) == (error.context, error.code)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that is filled in: the name of its Remedy, and the texts of its fields by their names; no secrets."""

    remedy: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


def result_of(tried: RemedyTried, job: Job, errors: Sequence[JobError]) -> RemedyResult:
    """What came of it; `errors`: all of the job, oldest first.

    The same error within the retry delay says that it did not hold, and so does a job that never left its error; a
    later one, or another, that it did for a while.
    """
    later = [error for error in errors if error.when > tried.when]
    if later and is_return_of(tried, later[0], job):
        return RemedyResult.DID_NOT_HOLD
    if not later and job.state is JobState.ERROR:
        return RemedyResult.DID_NOT_HOLD
    is_through = job.state in FINAL_STATES or job.state is JobState.TRANSFERRED
    return RemedyResult.HELD if later or is_through else RemedyResult.UNDER_WAY


def is_return_of(tried: RemedyTried, error: JobError, job: Job) -> bool:
    """Whether the error came back too soon after the remedy."""
    window = job.settings.minimum_retry_delay_s
    return tried.is_against(error) and tried.when < error.when <= tried.when + window


def unheld(job: Job, tried: Sequence[RemedyTried]) -> tuple[str, ...]:
    """The remedies after which the job's present error came back, the last one first."""
    error = job.error
    if error is None:
        return ()
    back = [entry.remedy for entry in reversed(tried) if is_return_of(entry, error, job)]
    return tuple(dict.fromkeys(back))
