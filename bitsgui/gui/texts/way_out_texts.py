"""The ways out of a failed job in words: titles of the remedies, effects of the three buttons, and why one is
not possible now.

Effects are computed from the job, never from its type alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.error_texts import QT_TRANSLATE_NOOP, translate
from bitsgui.gui.texts.formats import format_size
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Remedy
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import Job

REMEDIES: Final[Mapping[Remedy, str]] = MappingProxyType(
    {
        Remedy.TRY_AGAIN: QT_TRANSLATE_NOOP("WayOutTexts", "Try again as it is"),
        Remedy.NEW_ADDRESS: QT_TRANSLATE_NOOP("WayOutTexts", "Use another address"),
        Remedy.OTHER_FOLDER: QT_TRANSLATE_NOOP("WayOutTexts", "Continue in another folder"),
        Remedy.SIGN_IN_SERVER: QT_TRANSLATE_NOOP("WayOutTexts", "Sign in at the server"),
        Remedy.SIGN_IN_PROXY: QT_TRANSLATE_NOOP("WayOutTexts", "Sign in at the proxy"),
        Remedy.RESTART_FILE: QT_TRANSLATE_NOOP("WayOutTexts", "Fetch the unfinished file from the beginning"),
    }
)


TRY_AGAIN_AFTER: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.DISK_FULL: QT_TRANSLATE_NOOP("WayOutTexts", "Free some space there, then go on"),
        Cause.NO_PERMISSION: QT_TRANSLATE_NOOP("WayOutTexts", "Allow writing there, then go on"),
        Cause.READ_ONLY: QT_TRANSLATE_NOOP("WayOutTexts", "Make the drive writable, then go on"),
        Cause.FOLDER_MISSING: QT_TRANSLATE_NOOP("WayOutTexts", "Make the folder, then go on"),
        Cause.DRIVE_GONE: QT_TRANSLATE_NOOP("WayOutTexts", "Connect the drive, then go on"),
        Cause.FILE_BUSY: QT_TRANSLATE_NOOP("WayOutTexts", "Close the other program, then go on"),
        Cause.COMPUTER_BUSY: QT_TRANSLATE_NOOP("WayOutTexts", "Close some programs, then go on"),
        Cause.OFFLINE: QT_TRANSLATE_NOOP("WayOutTexts", "Connect to the network, then go on"),
        Cause.PROXY_UNUSABLE: QT_TRANSLATE_NOOP("WayOutTexts", "Mend the proxy settings, then go on"),
        Cause.TLS_DATE: QT_TRANSLATE_NOOP("WayOutTexts", "Check this computer's clock, then go on"),
    }
)
"""What a person can do outside bitsgui before TRY_AGAIN."""


def remedy_text(remedy: Remedy, cause: Cause) -> str:
    """What the choice says."""
    if remedy is Remedy.TRY_AGAIN and cause in TRY_AGAIN_AFTER:
        return translate("WayOutTexts", TRY_AGAIN_AFTER[cause])
    return translate("WayOutTexts", REMEDIES[remedy])


def resume_effect(job: Job, remedy: Remedy) -> str:
    """What Fix and Resume does, under its button."""
    if job.state is JobState.TRANSFERRED:
        return translate("WayOutTexts", "puts the files in place")
    kept = job.progress.bytes_transferred
    if remedy is Remedy.RESTART_FILE:
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


def cancel_effect(job: Job) -> str:
    """What Cancel job does, under its button."""
    received = job.progress.bytes_transferred
    if not received:
        return translate("WayOutTexts", "removes the job")
    return translate("WayOutTexts", "deletes {size}").format(size=format_size(received))


def no_resume_reason(job: Job) -> str | None:
    """Why Fix and Resume is not possible, or None."""
    if job.files:
        return None
    return translate("WayOutTexts", "This job has no files, so nothing could go on.")


def no_complete_reason(job: Job) -> str | None:
    """Why Complete partial is not possible, or None."""
    if job.type is not JobType.DOWNLOAD:
        return translate("WayOutTexts", "Part of an upload cannot be completed.")
    if job.state is JobState.TRANSFERRED:
        return translate("WayOutTexts", "Every file is here; putting them in place is what failed.")
    if not job.progress.files_transferred:
        return translate("WayOutTexts", "No file is finished yet; completing would keep nothing.")
    return None


def resumed_text(job: Job, remedy: Remedy) -> str:
    """What came of Fix and Resume, for the status bar."""
    text = translate("WayOutTexts", "{name}: resumed, {effect}.")
    return text.format(name=job.settings.display_name, effect=resume_effect(job, remedy))


def completed_text(job: Job) -> str:
    """What came of Complete partial."""
    text = translate("WayOutTexts", "{name}: completed, {effect}.")
    return text.format(name=job.settings.display_name, effect=complete_effect(job))


def cancelled_text(job: Job) -> str:
    """What came of Cancel job."""
    return translate("WayOutTexts", "{name}: cancelled.").format(name=job.settings.display_name)


def _bytes_of_finished(job: Job) -> int:
    return sum(f.bytes_transferred for f in job.files if f.transferred)


def _keeps(count: int) -> str:
    # English has no catalogue of its own, so the singular stands here; others answer %n by their own rules.
    if count == 1:
        return translate("WayOutTexts", "keeps 1 file")
    return translate("WayOutTexts", "keeps %n files", None, count)
