"""What desktop notifications say: titles of one line, texts of two; nothing of an address but its host."""

from collections.abc import Sequence
from typing import Final

from bitsgui.gui.texts.error_texts import cause_text
from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.group_texts import group_line
from bitsgui.gui.texts.translating import translate
from bitsgui.gui.texts.tray_texts import needs_you_text
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import Job

_NAME_LENGTH: Final = 48
_NAMED: Final = 3
"""Jobs that are named in a text; of more the number is told."""


def failed_title(jobs: Sequence[Job]) -> str:
    """Who needs a person."""
    if len(jobs) == 1:
        return translate("Notices", "{name} needs you").format(name=_name(jobs[0]))
    return needs_you_text(len(jobs))


def failed_text(jobs: Sequence[Job]) -> str:
    """What happened to jobs of one cause, and to which file."""
    return f"{cause_text(jobs[0], diagnose(jobs[0]))}\n{group_line(jobs)}"


def many_causes_text(causes: int) -> str:
    """What is said when there are too many reasons to name."""
    return translate("Notices", "They stopped for %n different reasons. Nothing was deleted.", "", causes)


def finished_title(jobs: Sequence[Job], *, is_all: bool) -> str:
    """How many are done; `is_all`: and nothing else is to come."""
    if len(jobs) == 1:
        done = (
            translate("Notices", "{name} was sent") if _is_upload(jobs[0]) else translate("Notices", "{name} is here")
        )
        return done.format(name=_name(jobs[0]))
    if is_all:
        return translate("Notices", "All done: %n transfer(s) finished", "", len(jobs))
    if any(_is_upload(job) for job in jobs):
        return translate("Notices", "%n transfer(s) finished", "", len(jobs))
    return translate("Notices", "%n download(s) finished", "", len(jobs))


def finished_text(jobs: Sequence[Job]) -> str:
    """Which ones, how much, and whether they wait for Complete."""
    lines = [] if len(jobs) == 1 else [_names(jobs)]
    lines.append(format_size(sum(job.progress.bytes_transferred for job in jobs)))
    if any(job.state is JobState.TRANSFERRED for job in jobs):
        lines.append(translate("Notices", "Press Complete to give the files their names."))
    return "\n".join(lines)


def deadline_title(jobs: Sequence[Job]) -> str:
    """Who ends soon."""
    if len(jobs) == 1:
        return translate("Notices", "{name} will be cancelled").format(name=_name(jobs[0]))
    return translate("Notices", "%n jobs will be cancelled", "", len(jobs))


def deadline_text(days: int) -> str:
    """When, and what prevents it."""
    left = translate("Notices", "in 1 day") if days == 1 else translate("Notices", "in %n days", "", days)
    text = translate("Notices", "Nobody touched it for a long time. Without a decision it ends {left}.")
    return text.format(left=left)


def _is_upload(job: Job) -> bool:
    return job.type is not JobType.DOWNLOAD


def shortened(name: str) -> str:
    """Both ends of a long name."""
    half = _NAME_LENGTH // 2
    return name if len(name) <= _NAME_LENGTH else f"{name[:half]}\N{HORIZONTAL ELLIPSIS}{name[-half:]}"


def _name(job: Job) -> str:
    return shortened(job.settings.display_name)


def _names(jobs: Sequence[Job]) -> str:
    named = ", ".join(_name(job) for job in jobs[:_NAMED])
    left = len(jobs) - _NAMED
    return named if left <= 0 else translate("Notices", "{names} and %n more", "", left).format(names=named)
