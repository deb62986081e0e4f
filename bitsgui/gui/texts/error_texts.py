"""What a person reads about a failed job: one text for each cause, side and context.

Knows the values of a job and no widget. Every text is translated when it is asked for, so a change of
language needs no restart. Outside text (names, hosts) is filled in and never interpreted.
"""

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.cause_texts import CAUSES, FULLER
from bitsgui.gui.texts.fact_texts import filled, host_at, short
from bitsgui.gui.texts.formats import format_duration, format_size
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.gui.texts.upload_error_texts import story_of, upload_kept_text
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Diagnosis, RetryClass, Side, failing_index
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase, phase_of

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
    cause = f"{_sentence(diagnosis.cause, job)} {_patience_text(job, diagnosis)}".rstrip()
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


def file_line(job: Job) -> str:
    """Which file from where or to where, under the sentence."""
    index = failing_index(job)
    if index is None:
        return job.settings.display_name
    # A reply has no name of its own that a person would know it by.
    name = PurePath(job.files[index if job.type is JobType.DOWNLOAD else 0].local_name).name
    place = translate("ErrorTexts", _PLACES[phase_of(job)]).format(file=short(name), host=host_at(job, index))
    alone = name == job.settings.display_name
    return place if alone else f"{short(job.settings.display_name)} \N{EM DASH} {place}"


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


def _sentence(cause: Cause, job: Job) -> str:
    """The fullest one whose every name is known."""
    candidates = (filled(text, job) for text in (*FULLER.get(cause, ()), CAUSES[cause]))
    return next(sentence for sentence in candidates if sentence is not None)


def _patience_text(job: Job, diagnosis: Diagnosis) -> str:
    """How long a trouble that passes by itself was waited for, once that is over."""
    error, since = job.error, job.no_progress_since
    if job.state is not JobState.ERROR or diagnosis.retry is not RetryClass.WAIT or error is None or since is None:
        return ""
    waited = error.when - since
    if waited < 1:
        return ""
    alone = translate("ErrorTexts", "It was tried for {time}.")
    counted = translate("ErrorTexts", "It was tried for {time} (%n attempts).", "", job.error_count)
    return (counted if job.error_count > 1 else alone).format(time=format_duration(waited))
