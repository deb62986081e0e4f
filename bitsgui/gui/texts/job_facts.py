"""The facts of one job as labelled texts, for the overview: which ones there are depends on its type."""

import time
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.formats import display_path, format_duration, format_size, format_when
from bitsgui.gui.texts.state_texts import priority_text, state_text
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.gui.texts.warning_texts import warning_text
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import JobType
from bitsgui.model.job import Job, JobFile
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.upload import Upload, UploadPhase
from bitsgui.model.urls import display_url

LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "from": QT_TRANSLATE_NOOP("JobFacts", "From"),
        "to": QT_TRANSLATE_NOOP("JobFacts", "To"),
        "source": QT_TRANSLATE_NOOP("JobFacts", "File"),
        "address": QT_TRANSLATE_NOOP("JobFacts", "To"),
        "host": QT_TRANSLATE_NOOP("JobFacts", "Sent through"),
        "reply_file": QT_TRANSLATE_NOOP("JobFacts", "Reply goes to"),
        "state": QT_TRANSLATE_NOOP("JobFacts", "State"),
        "warning": QT_TRANSLATE_NOOP("JobFacts", "Warning"),
        "received": QT_TRANSLATE_NOOP("JobFacts", "Received"),
        "sent": QT_TRANSLATE_NOOP("JobFacts", "Sent"),
        "reply": QT_TRANSLATE_NOOP("JobFacts", "Reply"),
        "fragment": QT_TRANSLATE_NOOP("JobFacts", "Piece size"),
        "resumable": QT_TRANSLATE_NOOP("JobFacts", "Resumable"),
        "priority": QT_TRANSLATE_NOOP("JobFacts", "Priority"),
        "added": QT_TRANSLATE_NOOP("JobFacts", "Added"),
        "completes": QT_TRANSLATE_NOOP("JobFacts", "When done"),
    }
)
"""Untranslated, in the order of the rows."""


def label_text(key: str) -> str:
    """The label of a fact."""
    return translate("JobFacts", LABELS[key])


def facts_of(job: Job) -> dict[str, str]:
    """The texts by the keys of LABELS; what is not there does not belong to this job."""
    own = _download_facts(job) if job.upload is None else _upload_facts(job, job.upload)
    warning = warning_text(job)
    if warning:
        own["warning"] = warning
    return own | {
        "state": state_text(job, time.time()),
        "priority": priority_text(job.settings.priority),
        "added": format_when(job.times.creation),
        "completes": _when_done(job),
    }


def _download_facts(job: Job) -> dict[str, str]:
    return {
        "from": breakable(display_url(job.files[0].remote_name)) if job.files else "",
        "to": _folders(job),
        "received": _amount_in_time(job),
        "resumable": _resumable(job),
    }


def _upload_facts(job: Job, upload: Upload) -> dict[str, str]:
    facts = {"sent": _amount_in_time(job), "fragment": _fragment(upload)}
    if job.files:
        facts["source"] = breakable(display_path(PurePath(job.files[0].local_name)))
        facts["address"] = breakable(display_url(job.files[0].remote_name))
    if upload.host_id is not None:
        facts["host"] = upload.host_id
    if job.reply is not None:
        facts["reply_file"] = _reply_place(job.reply)
        facts["reply"] = _reply_amount(job, job.reply, upload)
    return facts


def _amount_in_time(job: Job) -> str:
    progress = job.progress
    text = _amount(progress.bytes_transferred, progress.bytes_total)
    if job.download_time_s < 1:
        return text
    duration = format_duration(job.download_time_s)
    return translate("JobFacts", "{amount} in {time}").format(amount=text, time=duration)


def _amount(done: int, total: int | None) -> str:
    if total is None:
        return translate("JobFacts", "{done}, total unknown").format(done=format_size(done))
    return translate("JobFacts", "{done} of {total}").format(done=format_size(done), total=format_size(total))


def _fragment(upload: Upload) -> str:
    return translate("JobFacts", "{size} at a time, adapts to the line").format(size=format_size(upload.fragment_size))


def _reply_place(reply: JobFile) -> str:
    if not reply.local_name:
        return translate("JobFacts", "a name is chosen when it comes")
    return breakable(display_path(PurePath(reply.local_name)))


def _reply_amount(job: Job, reply: JobFile, upload: Upload) -> str:
    if needs_you(job) and phase_of(job) is Phase.SERVER_PROGRAM:
        return translate("JobFacts", "none: the server program failed")
    if upload.phase is UploadPhase.UPLOADING:
        return translate("JobFacts", "comes when the file is sent")
    if upload.phase is UploadPhase.SERVER_PROGRAM:
        return translate("JobFacts", "comes when the server program is done")
    return _amount(reply.bytes_transferred, reply.bytes_total)


def _resumable(job: Job) -> str:
    known = {file.resumable for file in job.files}
    if False in known:
        return translate("JobFacts", "no, the server sends it in one go only")
    if known == {True}:
        return _checked_by(job.files[0])
    return translate("JobFacts", "not known yet")


def _checked_by(file: JobFile) -> str:
    if file.validator and file.validator.etag:
        return translate("JobFacts", "yes, checked by ETag")
    if file.validator and file.validator.last_modified:
        return translate("JobFacts", "yes, checked by date")
    return translate("JobFacts", "yes, checked by the last 64 KiB")


def _when_done(job: Job) -> str:
    if not job.settings.auto_complete:
        return translate("JobFacts", "waits for Complete")
    if job.type is JobType.DOWNLOAD:
        return translate("JobFacts", "takes its final name by itself")
    return translate("JobFacts", "completes by itself")


def _folders(job: Job) -> str:
    folders = {PurePath(file.local_name).parent for file in job.files}
    return ", ".join(sorted(display_path(folder) for folder in folders))


def breakable(text: str) -> str:
    """The text with places to break it: a label only wraps at spaces."""
    return "\u200b".join(text[i : i + 16] for i in range(0, len(text), 16))
