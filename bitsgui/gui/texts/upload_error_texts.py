"""What a person reads about a failed upload: its causes, the part that failed, and what is safe where.

Knows the values of a job and no widget.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase

UPLOAD_CAUSES: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.UPLOAD_REFUSED: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} does not let you put this file there: you may have no right, or a file of that name exists.",
        ),
        Cause.UPLOADS_OFF: QT_TRANSLATE_NOOP("ErrorTexts", "{host} takes no uploads at this address ({status})."),
        Cause.UPLOADS_UNSAFE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} refuses uploads there: the folder is set up unsafely, programs could run in it."
        ),
        Cause.NO_PLACE_FOR_UPLOADS: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} has no place for it: the address is wrong, uploads are off there, or the file is too large.",
        ),
        Cause.UPLOAD_NOT_UNDERSTOOD: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} does not understand this upload ({status}); the address may name a folder."
        ),
        Cause.NOT_A_BITS_SERVER: QT_TRANSLATE_NOOP(
            "ErrorTexts", "What answers at {host} does not speak the BITS upload protocol."
        ),
        Cause.TOO_LARGE_FOR_SERVER: QT_TRANSLATE_NOOP("ErrorTexts", "The file is larger than {host} takes."),
        Cause.SERVER_DISK_FULL: QT_TRANSLATE_NOOP("ErrorTexts", "The disk of {host} is full."),
        Cause.SESSION_LOST: QT_TRANSLATE_NOOP("ErrorTexts", "{host} forgot the half-sent file again and again."),
        Cause.SOURCE_CHANGED: QT_TRANSLATE_NOOP("ErrorTexts", "{file} changed while it was being sent."),
        Cause.SOURCE_MISSING: QT_TRANSLATE_NOOP("ErrorTexts", "{file} is not in {folder}."),
        Cause.SOURCE_UNREADABLE: QT_TRANSLATE_NOOP("ErrorTexts", "You may not read {file} in {folder}."),
        Cause.SOURCE_NO_FILE: QT_TRANSLATE_NOOP("ErrorTexts", "{file} in {folder} is not a plain file."),
        Cause.SOURCE_FAULT: QT_TRANSLATE_NOOP("ErrorTexts", "The drive of {folder} failed while the file was read."),
        Cause.PROGRAM_FAILED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The program behind {host} failed or is too busy ({status})."
        ),
        Cause.PROGRAM_REJECTED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The program behind {host} could not use the file ({status})."
        ),
        Cause.PROGRAM_REFUSED: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "The program behind {host} refused the file ({status}) and is not asked again by itself.",
        ),
        Cause.REPLY_MISSING: QT_TRANSLATE_NOOP("ErrorTexts", "The reply is not at {host} any more."),
        Cause.REPLY_REFUSED: QT_TRANSLATE_NOOP("ErrorTexts", "{host} does not hand the reply out ({status})."),
        Cause.REPLY_SESSION_LOST: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} forgot the upload before its reply was here."
        ),
    }
)

STORIES: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.DOWNLOAD: "{cause}",
        Phase.UPLOAD: QT_TRANSLATE_NOOP("ErrorTexts", "Upload stopped. {cause}"),
        Phase.SERVER_PROGRAM: QT_TRANSLATE_NOOP("ErrorTexts", "File sent, not processed. {cause}"),
        Phase.REPLY: QT_TRANSLATE_NOOP("ErrorTexts", "File sent, reply not fetched. {cause}"),
    }
)
"""Which part failed, before why; also of an error that passes by itself."""
REPLY_NOT_SAVED: Final = QT_TRANSLATE_NOOP("ErrorTexts", "File sent, reply not saved. {cause}")

PHASES: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.DOWNLOAD: QT_TRANSLATE_NOOP("ErrorTexts", "the download"),
        Phase.UPLOAD: QT_TRANSLATE_NOOP("ErrorTexts", "the upload"),
        Phase.SERVER_PROGRAM: QT_TRANSLATE_NOOP("ErrorTexts", "the program behind the server"),
        Phase.REPLY: QT_TRANSLATE_NOOP("ErrorTexts", "the reply"),
    }
)

_USELESS: Final = frozenset({Cause.SOURCE_CHANGED, Cause.SESSION_LOST})
"""What was sent before these must be sent again."""


def story_of(job: Job, phase: Phase) -> str:
    """The part that failed with a place for the {cause}; translated."""
    is_here = phase is Phase.REPLY and job.state is JobState.TRANSFERRED
    return translate("ErrorTexts", REPLY_NOT_SAVED if is_here else STORIES[phase])


def phase_text(phase: Phase) -> str:
    """The part that failed, for a report."""
    return translate("ErrorTexts", PHASES[phase])


def upload_kept_text(job: Job) -> str:
    """What of the data is safe; bitsgui never changes the file that it sends."""
    sent, total = job.progress.bytes_transferred, job.progress.bytes_total
    diagnosis = diagnose(job)
    if diagnosis.phase is Phase.REPLY:
        return _reply_kept_text(job)
    if diagnosis.phase is Phase.SERVER_PROGRAM:
        text = translate("ErrorTexts", "The whole file ({size}) is on the server. Nothing was deleted here.")
        return text.format(size=format_size(total))
    if not sent:
        return translate("ErrorTexts", "Nothing was sent yet. Nothing was deleted here.")
    if diagnosis.cause in _USELESS:
        text = translate("ErrorTexts", "What was sent so far ({size}) is of no use. Nothing was deleted here.")
        return text.format(size=format_size(sent))
    if total is None:
        text = translate("ErrorTexts", "{size} is on the server. Nothing was deleted here.")
        return text.format(size=format_size(sent))
    text = translate("ErrorTexts", "{size} of {total} is on the server. Nothing was deleted here.")
    return text.format(size=format_size(sent), total=format_size(total))


def _reply_kept_text(job: Job) -> str:
    received = job.reply.bytes_transferred if job.reply else 0
    size = format_size(received)
    if job.state is JobState.TRANSFERRED:
        return translate("ErrorTexts", "The reply is here: {size}. Nothing was deleted.").format(size=size)
    if not received:
        return translate("ErrorTexts", "The whole file is on the server. Of its reply nothing is here yet.")
    return translate("ErrorTexts", "The whole file is on the server. {size} of its reply is kept here.").format(
        size=size
    )
