"""What is said of jobs that have ended: that a Cancel may be undone, that they run again, why one stays listed."""

from collections.abc import Sequence

from bitsgui.gui.texts.cancel_texts import cancelled_text
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.translating import translate
from bitsgui.model.cancel_effect import UNDO_S
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job


def undo_offer(jobs: Sequence[Job]) -> str:
    """After a Cancel, beside the button that undoes it; `jobs` as they were before."""
    return f"{cancelled_text(jobs)} {undo_promise()}"


def undo_promise() -> str:
    """For how long it may be undone."""
    return translate("HistoryTexts", "This can be undone for {minutes} minutes.").format(minutes=round(UNDO_S / 60))


def undone_text(jobs: Sequence[Job]) -> str:
    """After the undo."""
    if len(jobs) == 1:
        return translate("HistoryTexts", "{name} is back.").format(name=jobs[0].settings.display_name)
    return translate("HistoryTexts", "%n jobs are back.", "", len(jobs))


def refused_undo(refused: Sequence[tuple[Job, BitsError]]) -> str:
    """Why jobs did not come back."""
    return _refusal(translate("HistoryTexts", "{name} could not be brought back."), refused)


def refused_again(refused: Sequence[tuple[Job, BitsError]]) -> str:
    """Why jobs could not be run once more."""
    return _refusal(translate("HistoryTexts", "{name} could not be run again."), refused)


def refused_forget(refused: Sequence[tuple[Job, BitsError]]) -> str:
    """Why jobs stay in the list."""
    return _refusal(translate("HistoryTexts", "{name} could not be taken out of the list."), refused)


def _refusal(text: str, refused: Sequence[tuple[Job, BitsError]]) -> str:
    job, error = refused[0]
    parts = [text.format(name=f"“{job.settings.display_name}”"), bits_error_text(error)]
    if len(refused) > 1:
        parts.append(translate("HistoryTexts", "The same holds for %n more job(s).", "", len(refused) - 1))
    return " ".join(parts)
