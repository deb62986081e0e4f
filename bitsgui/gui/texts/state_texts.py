"""The state of a job in words, with its icon and colours; the names of groups, types and priorities."""

from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from bitsgui.gui.models.state_groups import StateGroup, group_of
from bitsgui.gui.texts.formats import format_countdown
from bitsgui.gui.texts.warning_texts import warning_mark
from bitsgui.model.enums import RUNNING_STATES, JobPriority, JobState, JobType
from bitsgui.model.job import Job
from bitsgui.model.upload import UploadPhase
from bitsgui.model.urls import host_of

_CONTEXT: Final = "StateTexts"


@dataclass(frozen=True, slots=True)
class StateLook:
    """What a state looks like: an untranslated text, an icon and the names of two theme colours."""

    text: str
    icon: str
    colour: str
    soft: str


def _look(text: object, icon: str, colour: str, soft: str) -> StateLook:
    return StateLook(str(text), icon, colour, soft)


_LOOKS: Final = MappingProxyType(
    {
        JobState.QUEUED: _look(
            QT_TRANSLATE_NOOP("StateTexts", "Queued"), "dots-horizontal", "secondary", "neutral_soft"
        ),
        JobState.CONNECTING: _look(
            QT_TRANSLATE_NOOP("StateTexts", "Connecting"), "lan-connect", "accent", "accent_soft"
        ),
        JobState.TRANSFERRING: _look(
            QT_TRANSLATE_NOOP("StateTexts", "Transferring"), "arrow-down-bold", "accent", "accent_soft"
        ),
        JobState.SUSPENDED: _look(QT_TRANSLATE_NOOP("StateTexts", "Suspended"), "pause", "secondary", "neutral_soft"),
        JobState.ERROR: _look(QT_TRANSLATE_NOOP("StateTexts", "Error"), "alert-circle", "error", "error_soft"),
        JobState.TRANSIENT_ERROR: _look(
            QT_TRANSLATE_NOOP("StateTexts", "Waiting for the network"),
            "timer-sand",
            "warning",
            "warning_soft",
        ),
        JobState.TRANSFERRED: _look(QT_TRANSLATE_NOOP("StateTexts", "Transferred"), "check", "good", "good_soft"),
        JobState.ACKNOWLEDGED: _look(QT_TRANSLATE_NOOP("StateTexts", "Completed"), "check-all", "good", "good_soft"),
        JobState.CANCELLED: _look(QT_TRANSLATE_NOOP("StateTexts", "Cancelled"), "close", "secondary", "neutral_soft"),
    }
)
_NOT_SAVED: Final = _look(
    QT_TRANSLATE_NOOP("StateTexts", "Transferred, not saved"), "alert-circle", "error", "error_soft"
)
_PHASES: Final = MappingProxyType(
    {
        UploadPhase.UPLOADING: _look(
            QT_TRANSLATE_NOOP("StateTexts", "Uploading"), "arrow-up-bold", "accent", "accent_soft"
        ),
        UploadPhase.SERVER_PROGRAM: _look(
            QT_TRANSLATE_NOOP("StateTexts", "Waiting for the server program"),
            "application-cog-outline",
            "accent",
            "accent_soft",
        ),
        UploadPhase.REPLY: _look(
            QT_TRANSLATE_NOOP("StateTexts", "Fetching the reply"), "reply", "accent", "accent_soft"
        ),
        UploadPhase.CLOSING: _look(QT_TRANSLATE_NOOP("StateTexts", "Finishing"), "check", "accent", "accent_soft"),
        UploadPhase.CLOSED: _look(QT_TRANSLATE_NOOP("StateTexts", "Finishing"), "check", "accent", "accent_soft"),
    }
)
_GROUPS: Final = MappingProxyType(
    {
        StateGroup.ALL: _look(QT_TRANSLATE_NOOP("StateTexts", "All"), "format-list-bulleted", "text", ""),
        StateGroup.ACTIVE: _look(QT_TRANSLATE_NOOP("StateTexts", "Active"), "swap-vertical", "accent", ""),
        StateGroup.WAITING: _look(QT_TRANSLATE_NOOP("StateTexts", "Waiting"), "timer-sand", "warning", ""),
        StateGroup.SUSPENDED: _look(QT_TRANSLATE_NOOP("StateTexts", "Suspended"), "pause", "secondary", ""),
        StateGroup.NEEDS_YOU: _look(QT_TRANSLATE_NOOP("StateTexts", "Needs you"), "alert-circle", "error", ""),
        StateGroup.TRANSFERRED: _look(QT_TRANSLATE_NOOP("StateTexts", "Transferred"), "check", "good", ""),
        StateGroup.HISTORY: _look(QT_TRANSLATE_NOOP("StateTexts", "History"), "history", "secondary", ""),
    }
)
_PRIORITIES: Final = MappingProxyType(
    {
        JobPriority.FOREGROUND: QT_TRANSLATE_NOOP("StateTexts", "Foreground"),
        JobPriority.HIGH: QT_TRANSLATE_NOOP("StateTexts", "High"),
        JobPriority.NORMAL: QT_TRANSLATE_NOOP("StateTexts", "Normal"),
        JobPriority.LOW: QT_TRANSLATE_NOOP("StateTexts", "Low"),
    }
)
_TYPES: Final = MappingProxyType(
    {
        JobType.DOWNLOAD: QT_TRANSLATE_NOOP("StateTexts", "download"),
        JobType.UPLOAD: QT_TRANSLATE_NOOP("StateTexts", "upload"),
        JobType.UPLOAD_REPLY: QT_TRANSLATE_NOOP("StateTexts", "upload with reply"),
    }
)


def look_of(job: Job) -> StateLook:
    """Icon and colours of the job's state."""
    if job.state is JobState.TRANSFERRED and group_of(job) is StateGroup.NEEDS_YOU:
        return _NOT_SAVED
    if job.upload is not None and job.state in RUNNING_STATES:
        return _running_look(job.state, job.upload.phase)
    return _LOOKS[job.state]


def _running_look(state: JobState, phase: UploadPhase) -> StateLook:
    """The part that an upload is at; before its first part it connects like everything else."""
    is_first = state is JobState.CONNECTING and phase is UploadPhase.UPLOADING
    return _LOOKS[state] if is_first else _PHASES[phase]


def state_text(job: Job, now: float) -> str:
    """The state in words; `now` in seconds since the epoch counts a retry down."""
    if job.state is JobState.TRANSIENT_ERROR and job.retry_at is not None:
        return _tr("Waiting, retries in %1").replace("%1", format_countdown(job.retry_at - now))
    return _tr(look_of(job).text)


def longest_state_text() -> str:
    """The text that the state column must have room for."""
    counting = _tr("Waiting, retries in %1").replace("%1", format_countdown(3599))
    looks = (*_LOOKS.values(), *_PHASES.values())
    return max([counting, *(_tr(look.text) for look in looks)], key=len)


def group_look(group: StateGroup) -> StateLook:
    """Text and icon of a row of the side bar; the text is translated."""
    look = _GROUPS[group]
    return StateLook(_tr(look.text), look.icon, look.colour, look.soft)


def priority_text(priority: JobPriority) -> str:
    """The priority in one word."""
    return _tr(str(_PRIORITIES[priority]))


def longest_priority_text() -> str:
    """The text that the priority column must have room for."""
    return max((priority_text(priority) for priority in JobPriority), key=len)


def subtitle(job: Job) -> str:
    """The second line of a name: the host and what is unusual, "archive.example.net · 5 files"."""
    parts = [host_of(job.files[0].remote_name)] if job.files else []
    if job.type is not JobType.DOWNLOAD:
        parts.append(_tr(str(_TYPES[job.type])))
    if len(job.files) != 1:
        parts.append(QCoreApplication.translate(_CONTEXT, "%n file(s)", "", len(job.files)))
    parts.append(warning_mark(job))
    return " · ".join(part for part in parts if part)


def file_name(local_name: str) -> str:
    """The last part of a path."""
    return PurePath(local_name).name


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
