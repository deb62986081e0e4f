"""What went wrong beside a job that is no error of it; knows the values of a job and no widget."""

from bitsgui.gui.texts.translating import translate
from bitsgui.model.enums import FINAL_STATES, JobState
from bitsgui.model.job import Job
from bitsgui.model.notify_rules import NOT_STARTED

_DONE = FINAL_STATES | {JobState.TRANSFERRED}
_TOLD = _DONE | {JobState.ERROR}


def warning_text(job: Job) -> str:
    """The warning in one sentence; empty if there is none."""
    if job.command_status is None or job.state not in _TOLD:
        return ""
    told = translate("WarningTexts", "The command that tells of this error failed ({why}).")
    done = translate("WarningTexts", "The transfer is fine, but the command that follows it failed ({why}).")
    return (done if job.state in _DONE else told).format(why=_why(job.command_status))


def warning_mark(job: Job) -> str:
    """The same in a few words, for a row."""
    return translate("WarningTexts", "follow-up command failed") if warning_text(job) else ""


def _why(status: int) -> str:
    if status == NOT_STARTED:
        return translate("WarningTexts", "it could not be started")
    return translate("WarningTexts", "exit status {status}").format(status=status)
