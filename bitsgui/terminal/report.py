"""What is said of a job at the end: the object of --json, the lines about a failure, the exit status."""

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from bitsgui.model.causes import Cause
from bitsgui.model.codes import BG_S_PARTIAL_COMPLETE, S_OK
from bitsgui.model.diagnosis import Diagnosis, Side, diagnose, needs_you
from bitsgui.model.enums import FINAL_STATES, JobState, Verb
from bitsgui.model.error import JobError
from bitsgui.model.job import Job, JobFile
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.remedy import Remedy
from bitsgui.model.transitions import allowed_verbs
from bitsgui.model.urls import display_url
from bitsgui.terminal.findings import finding
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
    Remedy.RESTART_FILE: "To begin anew, run the same command with --restart.",
    Remedy.FREE_SPACE: "Free some space there, then run the same command again.",
    Remedy.WAIT_UNTIL_FREE: "As soon as it is free, run the same command again.",
    Remedy.HEADERS: "To go on, run the same command with the --header 'Cookie: ...' that a browser sends there.",
    Remedy.CA_FILE: "If you know who vouches for it, run the same command with --cacert FILE.",
    Remedy.PIN_CERTIFICATE: "The window can accept this one certificate: add it there, with `bitsgui URL`.",
    Remedy.CLIENT_CERTIFICATE: "The window can show a certificate of yours: add it there, with `bitsgui URL`.",
    Remedy.PROXY: "To go on, run the same command with another --proxy URL, or --proxy none.",
    Remedy.ALLOW_REDIRECT: "If that is where the file is, run the command with that address.",
    Remedy.IN_ONE_GO: "To fetch it in one go, run the same command with --restart.",
    Remedy.LONGER_DEADLINE: "To allow more time, run the same command with a higher --no-progress-timeout S.",
    Remedy.SEND_AGAIN: "To send it again from the start, run the same command with --restart.",
    Remedy.HAND_OVER_AGAIN: "To hand the file over once more, run the same command again.",
    Remedy.FETCH_REPLY_AGAIN: "To fetch the reply, run the same command again.",
    Remedy.LOCATE_SOURCE: "Put the file back, then run the same command again; or give its new path.",
    Remedy.CORRECT_CHECKSUM: "If the checksum itself was wrong, run the same command with the right --checksum.",
}
ALTERNATIVES: Final = {
    Remedy.HEADERS: "Or give the --header 'Cookie: ...' that a browser sends there.",
    Remedy.PROXY: "Or use another way: --proxy URL, or --proxy none.",
    Remedy.CORRECT_CHECKSUM: "Or correct the --checksum.",
}
"""What else may help, behind the first."""
_OTHER_SERVER: Final = (
    "On the other computer, `bitsgui serve FOLDER` takes uploads by the BITS protocol. Then run the same command "
    "again, with the address that it prints."
)
CAUSE_HINTS: Final = {
    Cause.NOT_A_BITS_SERVER: _OTHER_SERVER,
    Cause.UPLOADS_OFF: f"Have uploads allowed there. Or: {_OTHER_SERVER[0].lower()}{_OTHER_SERVER[1:]}",
    Cause.UPLOAD_REFUSED: (
        "A file of that name may be there already, or a sign-in is needed: give another address, or --user NAME. To "
        "try again, run the same command."
    ),
    Cause.VALIDATION_FAILED: (
        "To fetch the file again, run the same command with --restart. If the checksum itself was wrong, run it with "
        "the right --checksum: what is here is kept if it agrees."
    ),
    Cause.SOURCE_CHANGED: "To send the file as it is now, run the same command again.",
    Cause.TOOK_TOO_LONG: "To allow more time, run the same command with a higher --max-time S.",
    Cause.CAPTIVE_PORTAL: "Log in to the network in a browser, then run the same command again.",
    Cause.CLOCK_WRONG: "Set the clock of this computer right, then run the same command again.",
    Cause.SIGN_IN_SCHEME: (
        "If a browser gets in, give what it sends: --header 'Cookie: ...' or --header 'Authorization: ...'."
    ),
    Cause.REPLY_SESSION_LOST: "To send the file a second time, for another reply, run the command with --restart.",
}
"""What helps in particular, in place of the remedy's own words."""

PHASES: Final = {
    Phase.DOWNLOAD: "",
    Phase.UPLOAD: "the upload failed: ",
    Phase.SERVER_PROGRAM: "the file is sent, the server's program failed: ",
    Phase.REPLY: "the file is sent, its reply failed: ",
}
"""Which part failed, before why."""


_EXCEPTION: Final = re.compile(r" \([A-Z][A-Za-z]+\)$")
"""The class that a detail names for reports; nobody at a terminal knows it."""


class ExitStatus(IntEnum):
    """Exit statuses of `get`; an interrupted run ends with 128 + the signal's number."""

    DONE = 0
    FATAL = 1
    USAGE = 2
    PARTIAL = 3
    SIGNAL = 128


def exit_status(jobs: Iterable[Job]) -> ExitStatus:
    """DONE if every file arrived, PARTIAL if some did; a reply that is wanted belongs to its file."""
    arrived: dict[str, bool] = {}
    for job in jobs:
        has_reply = job.reply is None or job.reply.completed
        for file in job.files:
            # A file that one job dropped may have come with another.
            arrived[file.remote_name] = arrived.get(file.remote_name, False) or (file.completed and has_reply)
    if all(arrived.values()):
        return ExitStatus.DONE
    return ExitStatus.PARTIAL if any(arrived.values()) else ExitStatus.FATAL


def failure_lines(job: Job, error: JobError) -> tuple[str, str]:
    """What failed, on which side and by which code; then what is kept and how to go on."""
    found = diagnose(job)
    # Of a reply, its own address says nothing to a person.
    name = job.files[0].remote_name if job.upload is not None else error.file.remote_name if error.file else ""
    subject = display_url(name) or job.settings.display_name
    kept = kept_text([job])
    also = finding(job, error, found.cause)
    reason = _reason(job, error) + (f": {also}" if also else "")
    return (
        clean(f"{subject}: {reason} (at fault: {SIDES[found.side]}; {error.code.name}, {error.code.hex})"),
        f"  {f'{kept[0].upper()}{kept[1:]}. ' if kept else ''}{_hint(found)}",
    )


def _reason(job: Job, error: JobError) -> str:
    return PHASES[phase_of(job)] + _EXCEPTION.sub("", (error.detail or error.code.meaning).rstrip("."))


def _hint(found: Diagnosis) -> str:
    """What helps first, and the next thing where that is another option of the command."""
    if found.cause in CAUSE_HINTS:
        return CAUSE_HINTS[found.cause]
    first, *others = found.remedies
    other = next((remedy for remedy in others if remedy in ALTERNATIVES), None)
    return HINTS[first] if other is None else f"{HINTS[first]} {ALTERNATIVES[other]}"


def kept_text(jobs: Sequence[Job]) -> str:
    """What is not lost, of the downloads of a call or its one upload; empty if there is nothing."""
    kept = sum(job.progress.bytes_transferred for job in jobs)
    if any(job.upload is not None for job in jobs):
        return _kept_upload_text(jobs[0])
    return f"{size_text(kept)} are kept" if kept else ""


def _kept_upload_text(job: Job) -> str:
    sent, total, reply = job.progress.bytes_transferred, job.progress.bytes_total, job.reply_progress
    if not sent:
        return ""
    if sent != total:
        return f"the server has {size_text(sent)} of {size_text(total or 0)}"
    if reply is None or not reply.bytes_transferred:
        return "the server has the whole file"
    return f"the server has the whole file, and {size_text(reply.bytes_transferred)} of the reply are here"


def waiting_line(job: Job, error: JobError) -> str:
    """What is being waited for after a passing error."""
    return clean(f"{job.settings.display_name}: {_reason(job, error)}")


def saved_lines(job: Job) -> list[str]:
    """Where what a finished job has transferred is."""
    done = [file for file in job.files if file.completed]
    if job.upload is None:
        return [clean(f"Saved {Path(file.local_name)}") for file in done]
    sent = [clean(f"Sent {Path(file.local_name)} to {display_url(file.remote_name)}") for file in done]
    return sent if job.reply is None or not job.reply.completed else [*sent, _reply_line(job.reply)]


def _reply_line(reply: JobFile) -> str:
    return clean(
        f"Saved the reply as {Path(reply.local_name)}"
        if reply.remote_name
        else f"The server gave no reply: {Path(reply.local_name)} is empty"
    )


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
        "reply_progress": _reply_progress(job),
        "error": _error_as_json(job, job.error) if job.error else None,
        "allowed": [verb.value for verb in Verb if verb in allowed_verbs(job)],
        "result": _result(job),
        "files": [_file_as_json(file) for file in job.files],
    }


def _reply_progress(job: Job) -> dict[str, int | None] | None:
    progress = job.reply_progress
    if progress is None:
        return None
    return {"bytes_total": progress.bytes_total, "bytes_transferred": progress.bytes_transferred}


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
        "cause": found.cause.name.lower(),
        "remedies": [remedy.name.lower() for remedy in found.remedies],
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
