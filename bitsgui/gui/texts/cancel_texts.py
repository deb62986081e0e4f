"""What Cancel does, in words: before it is asked for, under its button, and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.model.cancel_effect import CancelEffect, felt_effect, lost_bytes
from bitsgui.model.job import Job


@dataclass(frozen=True, slots=True)
class _Words:
    """`under` the button; `one` and `many` jobs, as sentences before and after."""

    under: str
    one: str
    many: str


_WORDS: Final[Mapping[CancelEffect, _Words]] = MappingProxyType(
    {
        CancelEffect.DELETES_PARTS: _Words(
            QT_TRANSLATE_NOOP("CancelTexts", "removes the job"),
            QT_TRANSLATE_NOOP("CancelTexts", "What was received so far is deleted. Finished files already kept stay."),
            QT_TRANSLATE_NOOP("CancelTexts", "What was received so far is deleted. Finished files already kept stay."),
        ),
        CancelEffect.NOTHING_SENT: _Words(
            QT_TRANSLATE_NOOP("CancelTexts", "removes the job; nothing was sent"),
            QT_TRANSLATE_NOOP("CancelTexts", "Nothing was sent. Your file stays where it is."),
            QT_TRANSLATE_NOOP("CancelTexts", "Of some uploads nothing was sent. Your files stay where they are."),
        ),
        CancelEffect.ASKS_SERVER: _Words(
            QT_TRANSLATE_NOOP("CancelTexts", "asks the server to drop what it has"),
            QT_TRANSLATE_NOOP("CancelTexts", "The server is asked to drop what it has. Your file stays where it is."),
            QT_TRANSLATE_NOOP(
                "CancelTexts", "Servers are asked to drop what they have of uploads. Your files stay where they are."
            ),
        ),
        CancelEffect.REPLY_ONLY: _Words(
            QT_TRANSLATE_NOOP("CancelTexts", "drops only the reply; the server keeps the file"),
            QT_TRANSLATE_NOOP("CancelTexts", "Only the reply is dropped; the server keeps the file."),
            QT_TRANSLATE_NOOP("CancelTexts", "Of finished uploads only the replies are dropped; the files stay."),
        ),
        CancelEffect.FILE_STAYS: _Words(
            QT_TRANSLATE_NOOP("CancelTexts", "removes the job; the file stays on the server"),
            QT_TRANSLATE_NOOP("CancelTexts", "The file stays on the server."),
            QT_TRANSLATE_NOOP("CancelTexts", "Files that were sent whole stay on their servers."),
        ),
    }
)


def cancel_detail(jobs: Sequence[Job]) -> str:
    """What will be lost and what stays."""
    return " ".join(_sentences(jobs)) or translate("CancelTexts", "Nothing was received yet, so nothing is lost.")


def cancel_text(job: Job) -> str:
    """What Cancel does to one job, under its button."""
    effect = felt_effect(job)
    lost = lost_bytes([job])
    if lost and effect is CancelEffect.DELETES_PARTS:
        return translate("CancelTexts", "deletes {size}").format(size=format_size(lost))
    return translate("CancelTexts", _WORDS[effect].under)


def cancelled_text(jobs: Sequence[Job]) -> str:
    """What came of it; of downloads nothing more is to be said."""
    if len(jobs) == 1:
        text = translate("CancelTexts", "{name}: cancelled.").format(name=jobs[0].settings.display_name)
    else:
        text = translate("CancelTexts", "%n job(s) cancelled.", "", len(jobs))
    uploads = [job for job in jobs if felt_effect(job) is not CancelEffect.DELETES_PARTS]
    return " ".join([text, *_sentences(uploads)])


def _sentences(jobs: Sequence[Job]) -> list[str]:
    found = {felt_effect(job) for job in jobs}
    if not lost_bytes([job for job in jobs if job.upload is None]):
        found.discard(CancelEffect.DELETES_PARTS)
    words = [_WORDS[effect] for effect in CancelEffect if effect in found]
    return [translate("CancelTexts", w.one if len(jobs) == 1 else w.many) for w in words]
