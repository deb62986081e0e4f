"""An upload told as its steps: sent, worked on by the server's program, answered; or sent and published."""

from types import MappingProxyType
from typing import Final

from bitsgui.gui.stop_strip import Stop, StopState
from bitsgui.gui.texts.formats import format_percent, format_size
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import RUNNING_STATES, JobState, JobType
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.progress import JobProgress
from bitsgui.model.upload import UploadPhase

_TITLES: Final = MappingProxyType(
    {
        JobType.UPLOAD: (
            QT_TRANSLATE_NOOP("UploadStory", "Upload"),
            QT_TRANSLATE_NOOP("UploadStory", "Published"),
        ),
        JobType.UPLOAD_REPLY: (
            QT_TRANSLATE_NOOP("UploadStory", "Upload"),
            QT_TRANSLATE_NOOP("UploadStory", "Server program"),
            QT_TRANSLATE_NOOP("UploadStory", "Reply"),
        ),
    }
)
_ICONS: Final = MappingProxyType(
    {
        JobType.UPLOAD: ("tray-arrow-up", "server"),
        JobType.UPLOAD_REPLY: ("tray-arrow-up", "application-cog-outline", "reply"),
    }
)
# How many steps are done in each phase; the next one is the current.
_DONE: Final = MappingProxyType(
    {
        JobType.UPLOAD: {
            UploadPhase.UPLOADING: 0,
            UploadPhase.SERVER_PROGRAM: 1,
            UploadPhase.REPLY: 1,
            UploadPhase.CLOSING: 1,
            UploadPhase.CLOSED: 2,
        },
        JobType.UPLOAD_REPLY: {
            UploadPhase.UPLOADING: 0,
            UploadPhase.SERVER_PROGRAM: 1,
            UploadPhase.REPLY: 2,
            UploadPhase.CLOSING: 3,
            UploadPhase.CLOSED: 3,
        },
    }
)
_FAILED: Final = MappingProxyType({Phase.UPLOAD: 0, Phase.SERVER_PROGRAM: 1, Phase.REPLY: 2})


def steps_of(job: Job) -> tuple[Stop, ...]:
    """The steps in their order; none for a download."""
    if job.upload is None:
        return ()
    titles, icons = _TITLES[job.type], _ICONS[job.type]
    states = _states(job, len(titles), _DONE[job.type][job.upload.phase])
    return tuple(
        Stop(translate("UploadStory", title), _word(job, step, state), icon, state)
        for step, (title, icon, state) in enumerate(zip(titles, icons, states, strict=True))
    )


def _states(job: Job, count: int, done: int) -> list[StopState]:
    at, now = done, StopState.CURRENT
    if needs_you(job):
        at, now = _failed_step(job, done, count), StopState.FAILED
    elif job.state is JobState.CANCELLED:
        now = StopState.NOT_REACHED
    states = [StopState.DONE if step < at else StopState.NOT_REACHED for step in range(count)]
    if at < count:
        states[at] = now
    return states


def _failed_step(job: Job, done: int, count: int) -> int:
    """A plain upload that is whole over there can only fail to be published."""
    failed = _FAILED[phase_of(job)]
    return min(max(failed, done) if job.type is JobType.UPLOAD else failed, count - 1)


def _word(job: Job, step: int, state: StopState) -> str:
    if state is StopState.FAILED:
        return translate("UploadStory", "failed")
    if state is StopState.DONE:
        return _done_word(job, step)
    if state is StopState.NOT_REACHED:
        is_over = job.state is JobState.CANCELLED
        return translate("UploadStory", "cancelled") if is_over else translate("UploadStory", "to come")
    return _current_word(job, step)


def _done_word(job: Job, step: int) -> str:
    if step == 0:
        return translate("UploadStory", "sent")
    return translate("UploadStory", "here") if step == 2 else translate("UploadStory", "done")


def _current_word(job: Job, step: int) -> str:
    if step == 0:
        return _amount(job.progress)
    if step == 2 and job.reply is not None:
        return _amount(JobProgress(job.reply.bytes_total, job.reply.bytes_transferred, 1, 0))
    running = job.state in RUNNING_STATES
    return translate("UploadStory", "at work") if running else translate("UploadStory", "waiting")


def _amount(progress: JobProgress) -> str:
    if progress.fraction is None:
        return format_size(progress.bytes_transferred)
    return format_percent(progress.fraction)
