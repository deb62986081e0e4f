"""The details of a failed job as text to read, select and send: no query strings, secrets or user names."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from PySide6.QtCore import QDateTime, Qt

from bitsgui import __version__
from bitsgui.gui.texts.error_texts import cause_text, context_text, kept_text, side_text
from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.remedy_texts import tried_text
from bitsgui.gui.texts.translating import translate
from bitsgui.gui.texts.upload_error_texts import phase_text
from bitsgui.model.answers import RemedyTried, result_of
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.error import JobError
from bitsgui.model.job import Job
from bitsgui.model.urls import log_url


def error_report(job: Job, history: Sequence[JobError], tried: Sequence[RemedyTried] = ()) -> str:
    """One line a fact, then the earlier errors and what was tried against each, the newest first."""
    diagnosis = diagnose(job)
    lines = [cause_text(job, diagnosis), ""]
    if job.error is not None:
        lines += [f"{name}: {value}" for name, value in _facts(job, job.error) if value]
    lines.append(f"{translate('ErrorReport', 'Part')}: {phase_text(diagnosis.phase)}")
    lines.append(f"{translate('ErrorReport', 'Side')}: {side_text(diagnosis.side)}")
    lines.append(f"{translate('ErrorReport', 'Data')}: {kept_text(job)}")
    lines.append(f"bitsgui {__version__}")
    told = [(error.when, _line(error)) for error in history if job.error is None or error.when != job.error.when]
    told += [(entry.when, _answer(entry, job, history)) for entry in tried]
    if told:
        lines += ["", translate("ErrorReport", "Before that:"), *(line for _, line in sorted(told, reverse=True))]
    return _redacted("\n".join(lines))


def _facts(job: Job, error: JobError) -> list[tuple[str, str]]:
    context = f"{context_text(error.context)} ({error.context.name}, {int(error.context)})"
    file = error.file
    return [
        (translate("ErrorReport", "Job"), job.settings.display_name),
        (translate("ErrorReport", "Code"), str(error.code)),
        (translate("ErrorReport", "Where"), context),
        (translate("ErrorReport", "HTTP status"), str(error.http_status or "")),
        (translate("ErrorReport", "File"), PurePath(file.local_name).name if file else ""),
        (translate("ErrorReport", "Address"), log_url(file.remote_name) if file else ""),
        (translate("ErrorReport", "At"), format_size(error.offset) if error.offset else ""),
        (translate("ErrorReport", "Time"), _moment(error.when)),
        (translate("ErrorReport", "Attempt"), str(error.attempt)),
        (translate("ErrorReport", "Message"), error.detail),
    ]


def _line(error: JobError) -> str:
    where = PurePath(error.file.local_name).name if error.file else context_text(error.context)
    return f"{_moment(error.when)}  {error.code}  {where}"


def _answer(entry: RemedyTried, job: Job, history: Sequence[JobError]) -> str:
    return f"{_moment(entry.when)}  {tried_text(entry, result_of(entry, job, history))}"


def _moment(seconds: float) -> str:
    # ISO with the offset: a report is read in other places than where it was made.
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    return moment.toOffsetFromUtc(moment.offsetFromUtc()).toString(Qt.DateFormat.ISODate)


def _redacted(text: str) -> str:
    home = Path.home()
    homeless = text.replace(str(home), "~")
    # The home folder's name is the user's, and media are mounted under it elsewhere.
    return re.sub(rf"(?<=[/\\]){re.escape(home.name)}(?=[/\\]|\s|$)", "~", homeless) if home.name else homeless
