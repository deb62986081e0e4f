"""What is said of a job at the end: the object of --json, the lines about a failure, the exit status."""

from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from bitsgui.model.codes import BG_S_PARTIAL_COMPLETE, S_OK
from bitsgui.model.diagnosis import Remedy, Side, diagnose, needs_you
from bitsgui.model.enums import FINAL_STATES, JobState, Verb
from bitsgui.model.error import JobError
from bitsgui.model.job import Job, JobFile
from bitsgui.model.transitions import allowed_verbs
from bitsgui.model.urls import display_url
from bitsgui.terminal.words import clean, size_text

SIDES: Final = {
    Side.THIS_COMPUTER: "this computer",
    Side.NETWORK: "the network",
    Side.PROXY: "the proxy",
    Side.SERVER: "the server",
    Side.SERVER_PROGRAM: "the server's program",
    Side.LINK: "the address",
    Side.SIGN_IN: "the sign-in",
    Side.FILE: "the file on the server",
    Side.POLICY: "a rule of this job",
    Side.UNKNOWN: "unknown",
}

HINTS: Final = {
    Remedy.TRY_AGAIN: "To go on, run the same command again.",
    Remedy.NEW_ADDRESS: "Check the address. To try again, run the same command; else give the right address.",
    Remedy.OTHER_FOLDER: "Make the folder writable, then run the same command again.",
    Remedy.SIGN_IN_SERVER: "To go on, run the same command with --user NAME and the right password.",
    Remedy.SIGN_IN_PROXY: "To go on, run the same command with --proxy http://NAME@HOST:PORT.",
    Remedy.RESTART_FILE: "To fetch it from the beginning, run the same command with --restart.",
}


class ExitStatus(IntEnum):
    """Exit statuses of `get`; an interrupted run ends with 128 + the signal's number."""

    DONE = 0
    FATAL = 1
    USAGE = 2
    PARTIAL = 3
    SIGNAL = 128


def exit_status(jobs: Iterable[Job]) -> ExitStatus:
    """DONE if every file arrived, PARTIAL if some did."""
    arrived: dict[str, bool] = {}
    for file in (file for job in jobs for file in job.files):
        # A file that one job dropped may have come with another.
        arrived[file.remote_name] = arrived.get(file.remote_name, False) or file.completed
    if all(arrived.values()):
        return ExitStatus.DONE
    return ExitStatus.PARTIAL if any(arrived.values()) else ExitStatus.FATAL


def failure_lines(job: Job, error: JobError) -> tuple[str, str]:
    """What failed, on which side and by which code; then what is kept and how to go on."""
    found = diagnose(job)
    name = error.file.remote_name if error.file else ""
    subject = display_url(name) or job.settings.display_name
    reason = (error.detail or error.code.meaning).rstrip(".")
    kept = job.progress.bytes_transferred
    kept_text = f"{size_text(kept)} are kept. " if kept else ""
    return (
        clean(f"{subject}: {reason} (at fault: {SIDES[found.side]}; {error.code.name}, {error.code.hex})"),
        f"  {kept_text}{HINTS[found.remedies[0]]}",
    )


def waiting_line(job: Job, error: JobError) -> str:
    """What is being waited for after a passing error."""
    return clean(f"{job.settings.display_name}: {(error.detail or error.code.meaning).rstrip('.')}")


def saved_lines(job: Job) -> list[str]:
    """Where the files of a finished job are."""
    return [clean(f"Saved {Path(file.local_name)}") for file in job.files if file.completed]


def as_json(job: Job) -> dict[str, Any]:
    """The object of `--json`: BITS names and numbers, unknown = None."""
    progress = job.progress
    return {
        "id": job.id,
        "display_name": job.settings.display_name,
        "type": job.type.name,
        "state": job.state.name,
        "priority": job.settings.priority.name,
        "error_count": job.error_count,
        "progress": {
            "bytes_total": progress.bytes_total,
            "bytes_transferred": progress.bytes_transferred,
            "files_total": progress.files_total,
            "files_transferred": progress.files_transferred,
        },
        "reply_progress": None,
        "error": _error_as_json(job, job.error) if job.error else None,
        "allowed": [verb.value for verb in Verb if verb in allowed_verbs(job)],
        "result": _result(job),
        "files": [_file_as_json(file) for file in job.files],
    }


def _result(job: Job) -> str | None:
    if job.state is not JobState.ACKNOWLEDGED:
        return None
    return (S_OK if all(file.completed for file in job.files) else BG_S_PARTIAL_COMPLETE).name


def _error_as_json(job: Job, error: JobError) -> dict[str, Any]:
    found = diagnose(job)
    return {
        "context": error.context.name,
        "code": error.code.hex,
        "name": error.code.name,
        "file": display_url(error.file.remote_name) if error.file else None,
        "side": found.side.value,
        "phase": found.phase.value,
        "http_status": error.http_status,
    }


def _file_as_json(file: JobFile) -> dict[str, Any]:
    return {
        "remote_name": display_url(file.remote_name),
        "local_name": file.local_name,
        "bytes_total": file.bytes_total,
        "bytes_transferred": file.bytes_transferred,
        "completed": file.completed,
    }


def is_final(job: Job) -> bool:
    """The job has left the queue."""
    return job.state in FINAL_STATES


def is_settled(job: Job) -> bool:
    """Nothing more happens to the job by itself."""
    return is_final(job) or needs_you(job)
