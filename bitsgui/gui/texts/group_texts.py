"""What is said of several jobs with the same trouble; of a single one, what the other texts say of it."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale

from bitsgui.gui.texts import way_out_texts as ways
from bitsgui.gui.texts.cancel_texts import cancel_text
from bitsgui.gui.texts.error_texts import file_line, kept_text
from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.translating import translate
from bitsgui.model.cancel_effect import UNDO_S, lost_bytes
from bitsgui.model.check import Verdict
from bitsgui.model.enums import JobType
from bitsgui.model.job import Job
from bitsgui.model.limits import DAY_S, Policy
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.remedy import Remedy
from bitsgui.service.deadlines import inactivity_ends
from bitsgui.service.group_check import GroupResult


def title_text(jobs: Sequence[Job]) -> str:
    """Who needs somebody."""
    if len(jobs) == 1:
        return translate("GroupTexts", "{name} needs you").format(name=jobs[0].settings.display_name)
    return translate("GroupTexts", "%n jobs need you", "", len(jobs))


def waiting_text(others: int) -> str:
    """How many more do, for other reasons; on the button that goes to the next."""
    if others == 1:
        return translate("GroupTexts", "1 more job needs you: Next")
    return translate("GroupTexts", "%n more jobs need you: Next", "", others)


def group_line(jobs: Sequence[Job]) -> str:
    """Which files from where; for several jobs how many there are."""
    if len(jobs) == 1:
        return file_line(jobs[0])
    return translate("GroupTexts", "%n jobs stopped for this reason; one answer is enough for all.", "", len(jobs))


def group_kept_text(jobs: Sequence[Job]) -> str:
    """What of the data is safe."""
    if len(jobs) == 1:
        return kept_text(jobs[0])
    size = format_size(kept_bytes(jobs))
    phase = phase_of(jobs[0])
    if phase is Phase.DOWNLOAD:
        return translate("GroupTexts", "{size} of these jobs is kept. Nothing was deleted.").format(size=size)
    if phase is Phase.UPLOAD:
        return translate("GroupTexts", "{size} is on the server. Nothing was deleted here.").format(size=size)
    return translate("GroupTexts", "The files of these jobs are on the server. Nothing was deleted here.")


def kept_bytes(jobs: Sequence[Job]) -> int:
    """Received or sent so far, and not lost."""
    return sum(job.progress.bytes_transferred for job in jobs)


def resume_effect(jobs: Sequence[Job], remedy: Remedy) -> str:
    """What Fix and Resume does to the chosen jobs, under its button."""
    if len(jobs) == 1:
        return ways.resume_effect(jobs[0], remedy)
    kept = 0 if remedy in ways.ANEW else kept_bytes(jobs)
    if not kept:
        return translate("GroupTexts", "goes on with %n jobs", "", len(jobs))
    text = translate("GroupTexts", "goes on with %n jobs at {size}", "", len(jobs))
    return text.format(size=format_size(kept))


def fix_effect(jobs: Sequence[Job], remedy: Remedy, result: GroupResult | None) -> str:
    """What the button of the fix does now, before and after its check."""
    if result is None:
        return translate("GroupTexts", "checks, then {effect}").format(effect=resume_effect(jobs, remedy))
    if result.is_passed:
        is_same = remedy is Remedy.NEW_ADDRESS and result.verdict is Verdict.KEEPS_BYTES
        return resume_effect(jobs, Remedy.TRY_AGAIN if is_same else remedy)
    if result.verdict is Verdict.FAILED:
        return translate("GroupTexts", "it may fail once more; nothing is lost by it")
    if len(jobs) == 1:
        return translate("GroupTexts", "fetches the file from the beginning")
    return translate("GroupTexts", "fetches what does not fit from the beginning")


def no_anyway_reason(result: GroupResult | None) -> str | None:
    """Why nobody may go on against the check, or None."""
    if result is None or result.verdict is not Verdict.FAILED or result.may_resume_anyway:
        return None
    return translate("GroupTexts", "The check failed: this could lead nowhere.")


def completable(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Those of which Complete partial would keep something."""
    return tuple(job for job in jobs if ways.no_complete_reason(job) is None)


def complete_effect(jobs: Sequence[Job]) -> str:
    """What Complete partial does, under its button; only where `no_complete_reason` is None."""
    able = completable(jobs)
    if len(jobs) == 1:
        return ways.complete_effect(jobs[0])
    kept = sum(job.progress.files_transferred for job in able)
    dropped = sum(job.progress.files_total for job in able) - kept
    keeps = translate("GroupTexts", "keeps %n file(s)", "", kept)
    text = translate("GroupTexts", "{able} of {count} jobs: {keeps}, drops {dropped}")
    return text.format(able=len(able), count=len(jobs), keeps=keeps, dropped=dropped)


def no_complete_reason(jobs: Sequence[Job]) -> str | None:
    """Why Complete partial is possible for none of the chosen jobs, or None."""
    return ways.no_complete_reason(jobs[0]) if not completable(jobs) else None


def cancel_effect(jobs: Sequence[Job]) -> str:
    """What Cancel does, under its button."""
    text = translate("GroupTexts", "{effect}; can be undone for {minutes} minutes")
    return text.format(effect=_cancel(jobs), minutes=round(UNDO_S / 60))


def cancel_button(count: int) -> str:
    """What the button of Cancel says."""
    return translate("GroupTexts", "Cancel job") if count == 1 else translate("GroupTexts", "Cancel %n jobs", "", count)


def resumed_text(jobs: Sequence[Job], remedy: Remedy) -> str:
    """What came of Fix and Resume, for the status bar."""
    if len(jobs) == 1:
        return ways.resumed_text(jobs[0], remedy)
    return translate("GroupTexts", "%n jobs resumed.", "", len(jobs))


def completed_text(jobs: Sequence[Job]) -> str:
    """What came of Complete partial."""
    if len(jobs) == 1:
        return ways.completed_text(jobs[0])
    return translate("GroupTexts", "%n jobs completed.", "", len(jobs))


def resolved_text(jobs: Sequence[Job]) -> str:
    """They were mended elsewhere while their dialog was open."""
    if len(jobs) == 1:
        return translate("GroupTexts", "{name} no longer needs you.").format(name=jobs[0].settings.display_name)
    return translate("GroupTexts", "%n jobs no longer need you.", "", len(jobs))


def last_day_text(jobs: Sequence[Job], policy: Policy, now: float) -> str:
    """When the jobs die if nobody decides; `now` in seconds since the epoch."""
    dies = min(inactivity_ends(job, policy) for job in jobs)
    day = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(dies)).date(), QLocale.FormatType.LongFormat)
    one = translate("GroupTexts", "Without a decision this job is cancelled on {day}; {left}.")
    many = translate("GroupTexts", "Without a decision the first of these jobs is cancelled on {day}; {left}.")
    return (one if len(jobs) == 1 else many).format(day=day, left=_days_left(dies - now))


def apply_text(chosen: int, count: int) -> str:
    """What the box above the list of jobs says."""
    if chosen == count:
        return translate("GroupTexts", "Apply to all %n jobs", "", count)
    return translate("GroupTexts", "Apply to {chosen} of {count} jobs").format(chosen=chosen, count=count)


def _days_left(seconds: float) -> str:
    days = max(0, math.floor(seconds / DAY_S))
    return translate("GroupTexts", "1 day left") if days == 1 else translate("GroupTexts", "%n days left", "", days)


def _cancel(jobs: Sequence[Job]) -> str:
    if len(jobs) == 1:
        return cancel_text(jobs[0])
    if lost := lost_bytes(jobs):
        return translate("GroupTexts", "deletes {size}").format(size=format_size(lost))
    uploads = any(job.type is not JobType.DOWNLOAD for job in jobs)
    return translate("GroupTexts", "your files stay where they are") if uploads else cancel_text(jobs[0])
