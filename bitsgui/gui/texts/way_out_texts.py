"""The ways out of a failed job in words: titles of the remedies, effects of the three buttons, and why one is
not possible now.

Effects are computed from the job, never from its type alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts import verb_texts
from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.model.causes import Cause
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.remedy import Remedy

REMEDIES: Final[Mapping[Remedy, str]] = MappingProxyType(
    {
        Remedy.TRY_AGAIN: QT_TRANSLATE_NOOP("WayOutTexts", "Try again as it is"),
        Remedy.NEW_ADDRESS: QT_TRANSLATE_NOOP("WayOutTexts", "Use another address"),
        Remedy.OTHER_FOLDER: QT_TRANSLATE_NOOP("WayOutTexts", "Continue in another folder"),
        Remedy.SIGN_IN_SERVER: QT_TRANSLATE_NOOP("WayOutTexts", "Sign in at the server"),
        Remedy.SIGN_IN_PROXY: QT_TRANSLATE_NOOP("WayOutTexts", "Sign in at the proxy"),
        Remedy.RESTART_FILE: QT_TRANSLATE_NOOP("WayOutTexts", "Fetch the unfinished file from the beginning"),
        Remedy.FREE_SPACE: QT_TRANSLATE_NOOP("WayOutTexts", "Free some space there, then go on"),
        Remedy.WAIT_UNTIL_FREE: QT_TRANSLATE_NOOP("WayOutTexts", "Wait until it is free, then go on"),
        Remedy.HEADERS: QT_TRANSLATE_NOOP("WayOutTexts", "Send cookies and headers copied from a browser"),
        Remedy.CA_FILE: QT_TRANSLATE_NOOP("WayOutTexts", "Trust an authority from a file"),
        Remedy.PIN_CERTIFICATE: QT_TRANSLATE_NOOP("WayOutTexts", "Accept this one certificate, for this job only"),
        Remedy.CLIENT_CERTIFICATE: QT_TRANSLATE_NOOP("WayOutTexts", "Show a certificate of yours"),
        Remedy.PROXY: QT_TRANSLATE_NOOP("WayOutTexts", "Use another proxy, or none"),
        Remedy.ALLOW_REDIRECT: QT_TRANSLATE_NOOP("WayOutTexts", "Follow where the server sends the request"),
        Remedy.IN_ONE_GO: QT_TRANSLATE_NOOP("WayOutTexts", "Fetch it in one go, in the foreground"),
        Remedy.LONGER_DEADLINE: QT_TRANSLATE_NOOP("WayOutTexts", "Allow more time"),
        Remedy.SEND_AGAIN: QT_TRANSLATE_NOOP("WayOutTexts", "Send again from the start"),
        Remedy.HAND_OVER_AGAIN: QT_TRANSLATE_NOOP("WayOutTexts", "Hand the file over once more"),
        Remedy.FETCH_REPLY_AGAIN: QT_TRANSLATE_NOOP("WayOutTexts", "Fetch the reply from its beginning"),
        Remedy.LOCATE_SOURCE: QT_TRANSLATE_NOOP("WayOutTexts", "Show where the file is now"),
        Remedy.CORRECT_CHECKSUM: QT_TRANSLATE_NOOP("WayOutTexts", "Correct the expected checksum"),
    }
)

REMEDIES_OF_UPLOADS: Final[Mapping[tuple[Remedy, Phase], str]] = MappingProxyType(
    {
        (Remedy.TRY_AGAIN, Phase.REPLY): QT_TRANSLATE_NOOP("WayOutTexts", "Fetch the reply once more"),
        (Remedy.NEW_ADDRESS, Phase.UPLOAD): QT_TRANSLATE_NOOP("WayOutTexts", "Send to another address"),
        (Remedy.OTHER_FOLDER, Phase.REPLY): QT_TRANSLATE_NOOP("WayOutTexts", "Store the reply in another folder"),
        (Remedy.SEND_AGAIN, Phase.SERVER_PROGRAM): QT_TRANSLATE_NOOP("WayOutTexts", "Send the file a second time"),
        (Remedy.SEND_AGAIN, Phase.REPLY): QT_TRANSLATE_NOOP("WayOutTexts", "Send the file a second time"),
    }
)
"""Where the words for a download would be wrong."""

TRY_AGAIN_AFTER: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.NO_PERMISSION: QT_TRANSLATE_NOOP("WayOutTexts", "Allow writing there, then go on"),
        Cause.READ_ONLY: QT_TRANSLATE_NOOP("WayOutTexts", "Make the drive writable, then go on"),
        Cause.FOLDER_MISSING: QT_TRANSLATE_NOOP("WayOutTexts", "Make the folder, then go on"),
        Cause.OWNER_CHANGED: QT_TRANSLATE_NOOP("WayOutTexts", "Give the files to the new owner, then go on"),
        Cause.COMPUTER_BUSY: QT_TRANSLATE_NOOP("WayOutTexts", "Close some programs, then go on"),
        Cause.OFFLINE: QT_TRANSLATE_NOOP("WayOutTexts", "Connect to the network, then go on"),
        Cause.PROXY_UNUSABLE: QT_TRANSLATE_NOOP("WayOutTexts", "Mend the proxy settings, then go on"),
        Cause.PROXY_UNREACHABLE: QT_TRANSLATE_NOOP("WayOutTexts", "Have the proxy mended, then go on"),
        Cause.CAPTIVE_PORTAL: QT_TRANSLATE_NOOP("WayOutTexts", "Log in to the network in a browser, then go on"),
        Cause.TLS_DATE: QT_TRANSLATE_NOOP("WayOutTexts", "Have the certificate renewed there, then go on"),
        Cause.CLOCK_WRONG: QT_TRANSLATE_NOOP("WayOutTexts", "Set this computer's clock right, then go on"),
        Cause.BLOCKED_BY_RULE: QT_TRANSLATE_NOOP("WayOutTexts", "Have the rule lifted, then go on"),
        Cause.SERVER_DISK_FULL: QT_TRANSLATE_NOOP("WayOutTexts", "Have space made on the server, then go on"),
        Cause.UPLOADS_OFF: QT_TRANSLATE_NOOP("WayOutTexts", "Have uploads switched on there, then go on"),
        Cause.TOO_LARGE_FOR_SERVER: QT_TRANSLATE_NOOP("WayOutTexts", "Have the server's limit raised, then go on"),
        Cause.SOURCE_MISSING: QT_TRANSLATE_NOOP("WayOutTexts", "Put the file back, then go on"),
        Cause.SOURCE_UNREADABLE: QT_TRANSLATE_NOOP("WayOutTexts", "Allow reading it, then go on"),
        Cause.SOURCE_NO_FILE: QT_TRANSLATE_NOOP("WayOutTexts", "Put a plain file there, then go on"),
        Cause.SOURCE_FAULT: QT_TRANSLATE_NOOP("WayOutTexts", "Mend the drive, then go on"),
    }
)
"""What a person can do outside bitsgui before TRY_AGAIN."""

WAIT_FOR: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.DRIVE_GONE: QT_TRANSLATE_NOOP("WayOutTexts", "Connect the drive, then go on"),
        Cause.FILE_BUSY: QT_TRANSLATE_NOOP("WayOutTexts", "Close the other program, then go on"),
        Cause.VOLUME_LOCKED: QT_TRANSLATE_NOOP("WayOutTexts", "Wait until the drive is free, then go on"),
    }
)
"""What ends a wait for a file or a drive."""

ANEW: Final = frozenset({Remedy.RESTART_FILE, Remedy.IN_ONE_GO, Remedy.SEND_AGAIN})
"""Remedies that begin from the first byte."""

_WITH: Final[Mapping[Remedy, str]] = MappingProxyType(
    {
        Remedy.NEW_ADDRESS: QT_TRANSLATE_NOOP("WayOutTexts", "with the new address"),
        Remedy.OTHER_FOLDER: QT_TRANSLATE_NOOP("WayOutTexts", "in the other folder"),
        Remedy.SIGN_IN_SERVER: QT_TRANSLATE_NOOP("WayOutTexts", "with the new sign-in"),
        Remedy.SIGN_IN_PROXY: QT_TRANSLATE_NOOP("WayOutTexts", "with the new sign-in at the proxy"),
        Remedy.HEADERS: QT_TRANSLATE_NOOP("WayOutTexts", "with the pasted headers"),
        Remedy.CA_FILE: QT_TRANSLATE_NOOP("WayOutTexts", "with the authorities of the file"),
        Remedy.PIN_CERTIFICATE: QT_TRANSLATE_NOOP("WayOutTexts", "with the certificate that you trust"),
        Remedy.CLIENT_CERTIFICATE: QT_TRANSLATE_NOOP("WayOutTexts", "with your certificate"),
        Remedy.PROXY: QT_TRANSLATE_NOOP("WayOutTexts", "with the new way to the proxy"),
        Remedy.IN_ONE_GO: QT_TRANSLATE_NOOP("WayOutTexts", "in one go"),
        Remedy.LONGER_DEADLINE: QT_TRANSLATE_NOOP("WayOutTexts", "with more time"),
        Remedy.LOCATE_SOURCE: QT_TRANSLATE_NOOP("WayOutTexts", "with the file that was found"),
        Remedy.CORRECT_CHECKSUM: QT_TRANSLATE_NOOP("WayOutTexts", "with the corrected checksum"),
    }
)
"""How a job goes on, where that is worth saying."""


def remedy_text(remedy: Remedy, cause: Cause, phase: Phase = Phase.DOWNLOAD) -> str:
    """What the choice says."""
    if remedy is Remedy.TRY_AGAIN and cause in TRY_AGAIN_AFTER:
        return translate("WayOutTexts", TRY_AGAIN_AFTER[cause])
    if remedy is Remedy.WAIT_UNTIL_FREE and cause in WAIT_FOR:
        return translate("WayOutTexts", WAIT_FOR[cause])
    return translate("WayOutTexts", REMEDIES_OF_UPLOADS.get((remedy, phase), REMEDIES[remedy]))


def resume_effect(job: Job, remedy: Remedy) -> str:
    """What Fix and Resume does, under its button."""
    if job.state is JobState.TRANSFERRED:
        return _puts_in_place(job)
    if job.type is not JobType.DOWNLOAD:
        return _upload_effect(job, remedy)
    kept = job.progress.bytes_transferred
    if remedy in ANEW:
        kept = _bytes_of_finished(job)
    if not kept:
        return translate("WayOutTexts", "starts at the beginning")
    if remedy is Remedy.NEW_ADDRESS:
        return translate("WayOutTexts", "goes on at {size} if it is the same file").format(size=format_size(kept))
    return translate("WayOutTexts", "goes on at {size}").format(size=format_size(kept))


def complete_effect(job: Job) -> str:
    """What Complete partial does, under its button; only where `no_complete_reason` is None."""
    keeps = _keeps(job.progress.files_transferred)
    dropped = job.progress.files_total - job.progress.files_transferred
    if not dropped:
        return keeps
    return translate("WayOutTexts", "{keeps}, drops {count}").format(keeps=keeps, count=dropped)


def no_resume_reason(job: Job) -> str | None:
    """Why Fix and Resume is not possible, or None."""
    if job.files:
        return None
    return translate("WayOutTexts", "This job has no files, so nothing could go on.")


def no_complete_reason(job: Job) -> str | None:
    """Why Complete partial is not possible, or None."""
    if job.state is not JobState.TRANSFERRED:
        return verb_texts.no_complete_reason(job)
    if job.type is JobType.DOWNLOAD:
        return translate("WayOutTexts", "Every file is here; putting them in place is what failed.")
    return translate("WayOutTexts", "The reply is here; putting it in place is what failed.")


def resumed_text(job: Job, remedy: Remedy) -> str:
    """What came of Fix and Resume, for the status bar."""
    if job.state is JobState.TRANSFERRED or phase_of(job) not in (Phase.DOWNLOAD, Phase.UPLOAD):
        text = translate("WayOutTexts", "{name}: resumed, {effect}.")
        return text.format(name=job.settings.display_name, effect=resume_effect(job, remedy))
    kept = 0 if remedy in ANEW else job.progress.bytes_transferred
    at = translate("WayOutTexts", "resumed at {size}") if kept else translate("WayOutTexts", "resumed")
    how = translate("WayOutTexts", _WITH[remedy]) if remedy in _WITH else ""
    said = " ".join(part for part in (at.format(size=format_size(kept)), how) if part)
    return translate("WayOutTexts", "{name}: {said}.").format(name=job.settings.display_name, said=said)


def completed_text(job: Job) -> str:
    """What came of Complete partial."""
    text = translate("WayOutTexts", "{name}: completed, {effect}.")
    return text.format(name=job.settings.display_name, effect=complete_effect(job))


def _puts_in_place(job: Job) -> str:
    if job.type is JobType.DOWNLOAD:
        return translate("WayOutTexts", "puts the files in place")
    return translate("WayOutTexts", "puts the reply in place")


def _upload_effect(job: Job, remedy: Remedy) -> str:
    phase = phase_of(job)
    if phase is Phase.UPLOAD:
        anew = remedy in ANEW or remedy is Remedy.NEW_ADDRESS or not job.progress.bytes_transferred
        return translate("WayOutTexts", "starts at the beginning") if anew else _goes_on_at(job)
    if remedy in ANEW:
        return translate("WayOutTexts", "the server gets the file once more")
    if phase is Phase.SERVER_PROGRAM:
        return translate("WayOutTexts", "the program is asked once more")
    received = job.reply.bytes_transferred if job.reply else 0
    if not received or remedy is Remedy.FETCH_REPLY_AGAIN:
        return translate("WayOutTexts", "fetches the reply")
    return translate("WayOutTexts", "goes on at {size} of the reply").format(size=format_size(received))


def _goes_on_at(job: Job) -> str:
    return translate("WayOutTexts", "goes on at {size}").format(size=format_size(job.progress.bytes_transferred))


def _bytes_of_finished(job: Job) -> int:
    return sum(f.bytes_transferred for f in job.files if f.transferred)


def _keeps(count: int) -> str:
    # English has no catalogue of its own, so the singular stands here; others answer %n by their own rules.
    if count == 1:
        return translate("WayOutTexts", "keeps 1 file")
    return translate("WayOutTexts", "keeps %n files", None, count)
