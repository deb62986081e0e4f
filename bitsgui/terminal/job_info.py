"""Everything of one job that a person may want to know, as lines."""

import time
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from bitsgui.model.enums import JobState, ProxyUsage, Verb
from bitsgui.model.job import JobFile
from bitsgui.model.transitions import allowed_verbs
from bitsgui.model.urls import display_url
from bitsgui.remote.messages import JobReport
from bitsgui.remote.selection import short_ids
from bitsgui.terminal.job_words import name_of, state_line
from bitsgui.terminal.queue_hints import hint
from bitsgui.terminal.report import failure_lines
from bitsgui.terminal.screens import amount_text
from bitsgui.terminal.words import clean, duration_text, size_text

_PROXIES: Final = MappingProxyType(
    {
        ProxyUsage.PRECONFIG: "the system's",
        ProxyUsage.NO_PROXY: "none",
        ProxyUsage.OVERRIDE: "",
        ProxyUsage.AUTODETECT: "found automatically",
    }
)


def info_lines(report: JobReport) -> list[str]:
    """The job's properties, a line each, then its files."""
    job = report.job
    pairs = [(label, value) for label, value in _pairs(report) if value]
    width = max(len(label) for label, _ in pairs)
    lines = [f"{label.ljust(width)}  {clean(value)}" for label, value in pairs]
    return [*lines, "", *(line for file in job.entries.values() for line in _file_lines(file))]


def _pairs(report: JobReport) -> Iterator[tuple[str, str]]:
    job, settings = report.job, report.job.settings
    yield "Name", name_of(job)
    yield "Id", job.id
    yield "Description", settings.description
    yield "Type", job.type.name.lower().replace("_", "-")
    yield "State", state_line(job, report.rate_bps)
    if job.state in (JobState.ERROR, JobState.TRANSIENT_ERROR) and job.error is not None:
        yield "Error", failure_lines(job, job.error)[0]
        if job.state is JobState.ERROR:
            yield "What helps", hint(job, short_ids([job])[job.id])
    yield "You may", ", ".join(verb.value for verb in Verb if verb in allowed_verbs(job))
    progress = job.progress
    yield "Progress", f"{amount_text(job)}, {progress.files_transferred} of {progress.files_total} files"
    yield "Priority", settings.priority.name.lower()
    yield "Errors so far", str(job.error_count) if job.error_count else ""
    yield "Rate limit", f"{size_text(settings.rate_limit_bps)}/s" if settings.rate_limit_bps else ""
    yield "Retry delay", duration_text(settings.minimum_retry_delay_s)
    yield "Proxy", settings.proxy.proxy_list or _PROXIES[settings.proxy.usage]
    yield "Headers", ", ".join(settings.custom_header_names)
    yield "Sign-in", ", ".join(dict.fromkeys(entry.user_name for entry in settings.credentials))
    if settings.notify_command is not None:
        yield "Notifies", settings.notify_command.program
    yield "Completes itself", "yes" if settings.auto_complete else "no"
    yield "Created", _moment(job.times.creation)
    yield "Changed", _moment(job.times.modification)


def _file_lines(file: JobFile) -> list[str]:
    total = "" if file.bytes_total is None else f" of {size_text(file.bytes_total)}"
    state = "completed" if file.completed else "transferred" if file.transferred else "to come"
    return [
        clean(display_url(file.remote_name) or "(the reply)"),
        clean(f"  {file.local_name}  {size_text(file.bytes_transferred)}{total}, {state}"),
    ]


def _moment(when: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(when))
