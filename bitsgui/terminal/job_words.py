"""What is said of a job of the queue: its state in a line, what a verb did to it, why a call on it was refused."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.model.cancel_effect import CancelEffect, felt_effect, lost_bytes
from bitsgui.model.codes import BG_S_PARTIAL_COMPLETE
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.enums import JobState, Verb
from bitsgui.model.job import Job
from bitsgui.remote.messages import JobReport
from bitsgui.remote.selection import short_ids
from bitsgui.terminal.queue_hints import hint
from bitsgui.terminal.report import SIDES, failure_lines, saved_lines
from bitsgui.terminal.screens import countdown, status_text
from bitsgui.terminal.words import clean, coded, size_text

_CANCELLED: Final[Mapping[CancelEffect, str]] = MappingProxyType(
    {
        CancelEffect.DELETES_PARTS: "nothing was received yet",
        CancelEffect.NOTHING_SENT: "nothing was sent; your file stays where it is",
        CancelEffect.ASKS_SERVER: "the server is asked to drop what it has; your file stays where it is",
        CancelEffect.REPLY_ONLY: "only the reply is dropped; the server keeps the file",
        CancelEffect.FILE_STAYS: "the file stays on the server",
    }
)


def name_of(job: Job) -> str:
    """The display name, harmless for a terminal."""
    return clean(job.settings.display_name)


def state_line(job: Job, rate_bps: float) -> str:
    """Where the job is: its state, its rate, the side at fault, when it is tried again."""
    if job.state is JobState.ERROR:
        return f"error: {SIDES[diagnose(job).side]}"
    if job.state is JobState.TRANSIENT_ERROR:
        return countdown(job) if job.retry_at is None else f"waiting: {countdown(job)}"
    if job.state is JobState.TRANSFERRING:
        return f"transferring, {status_text(job, rate_bps)}"
    return status_text(job, rate_bps)


def verb_lines(verb: Verb, report: JobReport) -> list[str]:
    """What a verb that was not refused did."""
    return _VERB_LINES[verb](report)


def refusal_lines(report: JobReport) -> list[str]:
    """Why the call on a job was refused: with the side and what to do, where the job's own error is the reason."""
    job = report.job
    if job.error is not None and job.error.code == report.code:
        return [failure_lines(job, job.error)[0], f"  {hint(job, short_ids([job])[job.id])}"]
    return [clean(f"{job.settings.display_name}: {coded(report.detail, report.code)}")]


def _moved(word: str) -> Callable[[JobReport], list[str]]:
    def lines(report: JobReport) -> list[str]:
        job, before = report.job, report.before
        if before is not None and before.state is job.state:
            return [f"{name_of(job)}: {job.state.name.lower().replace('_', ' ')}, as before"]
        return [f"{word} {name_of(job)}"]

    return lines


def _completed(report: JobReport) -> list[str]:
    job = report.job
    lines = saved_lines(job) or [f"Completed {name_of(job)}"]
    if report.code == BG_S_PARTIAL_COMPLETE:
        dropped = sum(not file.completed for file in job.files)
        lines.append(f"{name_of(job)}: {dropped} of {len(job.files)} files were not whole and are dropped")
    return lines


def _cancelled(report: JobReport) -> list[str]:
    before = report.before or report.job
    effect, lost = felt_effect(before), lost_bytes([before])
    what = f"{size_text(lost)} deleted" if lost and effect is CancelEffect.DELETES_PARTS else _CANCELLED[effect]
    return [f"Cancelled {name_of(before)}; {what}"]


_VERB_LINES: Final[Mapping[Verb, Callable[[JobReport], list[str]]]] = MappingProxyType(
    {
        Verb.RESUME: _moved("Resumed"),
        Verb.SUSPEND: _moved("Suspended"),
        Verb.COMPLETE: _completed,
        Verb.CANCEL: _cancelled,
    }
)
