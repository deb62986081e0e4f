"""What a verb will do to the selected jobs and why it was refused: questions, button texts, failures."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.cancel_texts import cancel_detail
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.history_texts import undo_promise
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.model.cancel_effect import lost_bytes
from bitsgui.model.enums import JobState, JobType, Verb
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job

_REFUSED: Final = MappingProxyType(
    {
        Verb.RESUME: QT_TRANSLATE_NOOP("VerbTexts", "{name} could not be resumed."),
        Verb.SUSPEND: QT_TRANSLATE_NOOP("VerbTexts", "{name} could not be suspended."),
        Verb.COMPLETE: QT_TRANSLATE_NOOP("VerbTexts", "{name} could not be completed."),
        Verb.CANCEL: QT_TRANSLATE_NOOP("VerbTexts", "{name} could not be cancelled."),
    }
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question before something is lost; `yes` names the effect, `no` is the safe way."""

    text: str
    detail: str
    yes: str
    no: str


def cancel_question(jobs: Sequence[Job]) -> Question:
    """Before Cancel."""
    lost = lost_bytes(jobs)
    if len(jobs) == 1:
        text = translate("VerbTexts", "Cancel “{name}”?").format(name=jobs[0].settings.display_name)
    else:
        text = translate("VerbTexts", "Cancel %n job(s)?", "", len(jobs))
    detail = f"{cancel_detail(jobs)} {undo_promise()}"
    return Question(text, detail, _cancel_button(len(jobs), lost), _keep_button(len(jobs)))


def complete_question(jobs: Sequence[Job]) -> Question:
    """Before a Complete that keeps only a part."""
    kept = sum(job.progress.files_transferred for job in jobs)
    dropped = sum(job.progress.files_total for job in jobs) - kept
    text = translate("VerbTexts", "Complete now with a part of the files?")
    detail = translate("VerbTexts", "Files that are not finished are dropped with what they received.")
    keep = translate("VerbTexts", "Keep %n finished file(s)", "", kept)
    drop = translate("VerbTexts", "drop {count}").format(count=dropped)
    return Question(text, detail, f"{keep}, {drop}", translate("VerbTexts", "Go on with all files"))


def refusal_text(verb: Verb, refused: Sequence[tuple[Job, BitsError]]) -> str:
    """Why a verb failed: the first reason, and how many more there are."""
    job, error = refused[0]
    text = translate("VerbTexts", _REFUSED[verb]).format(name=f"“{job.settings.display_name}”")
    parts = [text, bits_error_text(error)]
    if len(refused) > 1:
        parts.append(translate("VerbTexts", "The same holds for %n more job(s).", "", len(refused) - 1))
    return " ".join(parts)


def no_complete_reason(job: Job) -> str | None:
    """Why Complete is not possible for a job that is in the queue, or None."""
    if job.type is not JobType.DOWNLOAD:
        if job.state is JobState.TRANSFERRED and not job.has_pending_files:
            return None
        return translate("VerbTexts", "Part of an upload cannot be completed.")
    if not job.progress.files_transferred:
        return translate("VerbTexts", "No file is finished yet; completing would keep nothing.")
    return None


def refused_priority(job: Job, error: BitsError) -> str:
    """Why a priority was not set."""
    text = translate("VerbTexts", "The priority of {name} could not be changed.")
    return f"{text.format(name=f'“{job.settings.display_name}”')} {bits_error_text(error)}"


def _cancel_button(count: int, lost: int) -> str:
    one = count == 1
    what = translate("VerbTexts", "Cancel job") if one else translate("VerbTexts", "Cancel %n job(s)", "", count)
    if not lost:
        return what
    return translate("VerbTexts", "{what} and delete {size}").format(what=what, size=format_size(lost))


def _keep_button(count: int) -> str:
    return translate("VerbTexts", "Keep job") if count == 1 else translate("VerbTexts", "Keep jobs")
