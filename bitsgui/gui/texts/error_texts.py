"""What a person reads about a failed job: one text for each cause, side and context.

Knows the values of a job and no widget. Every text is translated when it is asked for, so a change of
language needs no restart. Outside text (names, hosts) is filled in and never interpreted.
"""

from collections.abc import Mapping
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.gui.texts.upload_error_texts import UPLOAD_CAUSES, story_of, upload_kept_text
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Diagnosis, Side, failing_index
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.urls import host_of

CAUSES: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.SIGN_IN_WANTED: QT_TRANSLATE_NOOP("ErrorTexts", "{host} wants a user name and password."),
        Cause.SIGN_IN_UNUSABLE: QT_TRANSLATE_NOOP("ErrorTexts", "The sign-in for {host} cannot be used."),
        Cause.CLIENT_CERTIFICATE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} wants a client certificate, and there is none that it accepts."
        ),
        Cause.PROXY_SIGN_IN: QT_TRANSLATE_NOOP("ErrorTexts", "The proxy wants you to sign in; {host} was not reached."),
        Cause.PROXY_UNUSABLE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The proxy of this job cannot be used; {host} was not reached."
        ),
        Cause.FORBIDDEN: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} refuses this file: the address may have expired or need a sign-in."
        ),
        Cause.NOT_FOUND: QT_TRANSLATE_NOOP("ErrorTexts", "The file is no longer at this address."),
        Cause.BAD_ADDRESS: QT_TRANSLATE_NOOP("ErrorTexts", "{host} does not understand this address."),
        Cause.REFUSED: QT_TRANSLATE_NOOP("ErrorTexts", "{host} refused the request ({status})."),
        Cause.NOT_ABLE: QT_TRANSLATE_NOOP("ErrorTexts", "{host} cannot do what this transfer needs ({status})."),
        Cause.BUSY: QT_TRANSLATE_NOOP("ErrorTexts", "{host} is in trouble or too busy to answer ({status})."),
        Cause.WEB_PAGE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} sent a web page instead of the file; nothing of it was kept."
        ),
        Cause.INVALID_RESPONSE: QT_TRANSLATE_NOOP("ErrorTexts", "{host} sent an answer that makes no sense."),
        Cause.REDIRECT_REFUSED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} sends the request in circles, or to a place where it may not go."
        ),
        Cause.NO_RANGES: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} cannot go on in the middle of a file, so it must come in one go."
        ),
        Cause.NO_SIZE: QT_TRANSLATE_NOOP("ErrorTexts", "{host} does not say how large the file is."),
        Cause.RANGE_OUTSIDE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The file on {host} is shorter than the part that was asked for."
        ),
        Cause.REMOTE_CHANGED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The file on {host} changed, so the parts no longer fit together."
        ),
        Cause.VALIDATION_FAILED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The file is complete, but its content is not what was expected."
        ),
        Cause.TLS_DATE: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} could not prove its identity: its certificate has expired or is not valid yet.",
        ),
        Cause.TLS_NAME: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} could not prove its identity: its certificate is for another name."
        ),
        Cause.TLS_AUTHORITY: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} could not prove its identity: nobody known here vouches for its certificate.",
        ),
        Cause.TLS_REVOKED: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} could not prove its identity: its certificate may have been withdrawn.",
        ),
        Cause.TLS_OTHER: QT_TRANSLATE_NOOP("ErrorTexts", "No secure connection to {host} could be made."),
        Cause.NAME_NOT_FOUND: QT_TRANSLATE_NOOP("ErrorTexts", "The name {host} is not known."),
        Cause.OFFLINE: QT_TRANSLATE_NOOP("ErrorTexts", "This computer has no way to the network."),
        Cause.NO_ANSWER: QT_TRANSLATE_NOOP("ErrorTexts", "{host} does not answer."),
        Cause.TIMED_OUT: QT_TRANSLATE_NOOP("ErrorTexts", "{host} took too long to answer."),
        Cause.CONNECTION_LOST: QT_TRANSLATE_NOOP("ErrorTexts", "The connection to {host} broke off."),
        Cause.DISK_FULL: QT_TRANSLATE_NOOP("ErrorTexts", "The disk of {folder} is full."),
        Cause.NO_PERMISSION: QT_TRANSLATE_NOOP("ErrorTexts", "You may not write to {folder}."),
        Cause.READ_ONLY: QT_TRANSLATE_NOOP("ErrorTexts", "The drive of {folder} can only be read."),
        Cause.FOLDER_MISSING: QT_TRANSLATE_NOOP("ErrorTexts", "The folder {folder} is not there."),
        Cause.PART_GONE: QT_TRANSLATE_NOOP("ErrorTexts", "What was received of {file} is no longer in {folder}."),
        Cause.DRIVE_GONE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The drive of {folder} is not connected, or is a different one."
        ),
        Cause.FILE_BUSY: QT_TRANSLATE_NOOP("ErrorTexts", "{file} is in use by another program."),
        Cause.NAME_UNUSABLE: QT_TRANSLATE_NOOP("ErrorTexts", "The name {file} cannot be stored in {folder}."),
        Cause.NAME_TAKEN: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{folder} already has something of the name {file} that cannot be replaced."
        ),
        Cause.FILE_TOO_LARGE: QT_TRANSLATE_NOOP("ErrorTexts", "The drive of {folder} cannot hold a file of this size."),
        Cause.DISK_FAULT: QT_TRANSLATE_NOOP("ErrorTexts", "The drive of {folder} failed while the file was written."),
        Cause.COMPUTER_BUSY: QT_TRANSLATE_NOOP("ErrorTexts", "This computer ran out of memory or open files."),
        Cause.DATABASE_DAMAGED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The stored record of this job is damaged and cannot be read."
        ),
        Cause.NO_PROGRESS: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} let nothing through for as long as this job may wait."
        ),
        Cause.TOOK_TOO_LONG: QT_TRANSLATE_NOOP("ErrorTexts", "The transfer took longer than this job allows."),
        Cause.SIZE_LIMIT: QT_TRANSLATE_NOOP("ErrorTexts", "The file is larger than this job allows."),
        Cause.BLOCKED_BY_RULE: QT_TRANSLATE_NOOP("ErrorTexts", "A rule of this computer holds the transfer back."),
        **UPLOAD_CAUSES,
        Cause.UNKNOWN: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The transfer stopped for a reason that bitsgui does not know ({code})."
        ),
    }
)

SIDES: Final[Mapping[Side, str]] = MappingProxyType(
    {
        Side.THIS_COMPUTER: QT_TRANSLATE_NOOP("ErrorTexts", "This computer"),
        Side.NETWORK: QT_TRANSLATE_NOOP("ErrorTexts", "Network"),
        Side.PROXY: QT_TRANSLATE_NOOP("ErrorTexts", "Proxy"),
        Side.SERVER: QT_TRANSLATE_NOOP("ErrorTexts", "Server"),
        Side.SERVER_PROGRAM: QT_TRANSLATE_NOOP("ErrorTexts", "Server program"),
        Side.LINK: QT_TRANSLATE_NOOP("ErrorTexts", "The address"),
        Side.SIGN_IN: QT_TRANSLATE_NOOP("ErrorTexts", "Your sign-in"),
        Side.FILE: QT_TRANSLATE_NOOP("ErrorTexts", "The file itself"),
        Side.POLICY: QT_TRANSLATE_NOOP("ErrorTexts", "A rule or limit"),
        Side.UNKNOWN: QT_TRANSLATE_NOOP("ErrorTexts", "Not known"),
    }
)

CONTEXTS: Final[Mapping[ErrorContext, str]] = MappingProxyType(
    {
        ErrorContext.NONE: QT_TRANSLATE_NOOP("ErrorTexts", "nothing failed"),
        ErrorContext.UNKNOWN: QT_TRANSLATE_NOOP("ErrorTexts", "at a place that is not known"),
        ErrorContext.GENERAL_QUEUE_MANAGER: QT_TRANSLATE_NOOP("ErrorTexts", "in the queue"),
        ErrorContext.QUEUE_MANAGER_NOTIFICATION: QT_TRANSLATE_NOOP("ErrorTexts", "while a program was notified"),
        ErrorContext.LOCAL_FILE: QT_TRANSLATE_NOOP("ErrorTexts", "at the file on this computer"),
        ErrorContext.REMOTE_FILE: QT_TRANSLATE_NOOP("ErrorTexts", "at the file on the server"),
        ErrorContext.GENERAL_TRANSPORT: QT_TRANSLATE_NOOP("ErrorTexts", "on the way to the server"),
        ErrorContext.REMOTE_APPLICATION: QT_TRANSLATE_NOOP("ErrorTexts", "in the program behind the server"),
        ErrorContext.SERVER_CERTIFICATE_CALLBACK: QT_TRANSLATE_NOOP(
            "ErrorTexts", "at the check of the server's certificate"
        ),
    }
)

_PLACES: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.DOWNLOAD: QT_TRANSLATE_NOOP("ErrorTexts", "{file} from {host}"),
        Phase.UPLOAD: QT_TRANSLATE_NOOP("ErrorTexts", "{file} to {host}"),
        Phase.SERVER_PROGRAM: QT_TRANSLATE_NOOP("ErrorTexts", "{file} to {host}"),
        Phase.REPLY: QT_TRANSLATE_NOOP("ErrorTexts", "reply to {file} from {host}"),
    }
)


def cause_text(job: Job, diagnosis: Diagnosis) -> str:
    """What happened, in one sentence; of an upload with the part that it happened to before it."""
    cause = _filled(CAUSES[diagnosis.cause], job)
    return story_of(job, diagnosis.phase).format(cause=cause)


def side_text(side: Side) -> str:
    """The side at fault, as a label."""
    return translate("ErrorTexts", SIDES[side])


def context_text(context: ErrorContext) -> str:
    """Where BITS says it happened."""
    return translate("ErrorTexts", CONTEXTS[context])


def bits_error_text(error: BitsError) -> str:
    """Why a verb refused."""
    return translate("BitsError", error.detail or error.hresult.meaning)


def display_path(path: PurePath) -> str:
    """A path for people and reports: the home folder, which holds the user's name, as ~."""
    home = Path.home()
    return str(PurePath("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


def file_line(job: Job) -> str:
    """Which file from where or to where, under the sentence."""
    index = failing_index(job)
    if index is None:
        return job.settings.display_name
    # A reply has no name of its own that a person would know it by.
    name = PurePath(job.files[index if job.type is JobType.DOWNLOAD else 0].local_name).name
    place = translate("ErrorTexts", _PLACES[phase_of(job)]).format(file=_short(name), host=_host(job, index))
    alone = name == job.settings.display_name
    return place if alone else f"{_short(job.settings.display_name)} \N{EM DASH} {place}"


def kept_text(job: Job) -> str:
    """What of the data is safe."""
    progress = job.progress
    if not progress.files_total:
        return translate("ErrorTexts", "No file of this job can be named. Nothing on the disk was changed.")
    if job.type is not JobType.DOWNLOAD:
        return upload_kept_text(job)
    size = format_size(progress.bytes_transferred)
    if job.state is JobState.TRANSFERRED:
        return translate("ErrorTexts", "Everything is here: {size}. Nothing was deleted.").format(size=size)
    if not progress.bytes_transferred and not progress.files_transferred:
        return translate("ErrorTexts", "Nothing was received yet, so nothing is lost.")
    if progress.files_total == 1:
        return translate("ErrorTexts", "{size} is kept. Nothing was deleted.").format(size=size)
    return translate("ErrorTexts", "{done} of {total} files are complete, {size} is kept. Nothing was deleted.").format(
        done=progress.files_transferred, total=progress.files_total, size=size
    )


def _filled(text: str, job: Job) -> str:
    index = failing_index(job)
    code = job.error.code.hex if job.error else ""
    status = job.error.http_status if job.error else None
    values = {"code": code, "status": code if status is None else str(status)}
    return translate("ErrorTexts", text).format(**values, **_names(job, index))


def _names(job: Job, index: int | None) -> dict[str, str]:
    unnamed = {
        "host": translate("ErrorTexts", "The server"),
        "file": translate("ErrorTexts", "The file"),
        "folder": translate("ErrorTexts", "the folder"),
        "size": format_size(None),
    }
    if index is None:
        return unnamed
    file = job.entry(index)
    named = {"host": _short(_host(job, index)), "size": format_size(file.bytes_total)}
    if not file.local_name:
        return unnamed | named
    path = PurePath(file.local_name)
    return named | {"file": _short(path.name), "folder": _short(display_path(path.parent))}


def _host(job: Job, index: int) -> str:
    """The host of an entry; a reply without an address is asked for where its file went."""
    return host_of(job.entry(index).remote_name) or host_of(job.files[0].remote_name)


def _short(text: str, limit: int = 60) -> str:
    """Both ends of a long name: the beginning says what it is, the end which one."""
    half = limit // 2
    return text if len(text) <= limit else f"{text[:half]}\N{HORIZONTAL ELLIPSIS}{text[-half:]}"
