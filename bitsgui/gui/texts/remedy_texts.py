"""What a fix that asks for nothing does, computed from the jobs; and what came of one that was tried."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.gui.texts.way_out_texts import REMEDIES
from bitsgui.model.answers import RemedyResult, RemedyTried
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.enums import JobType, SecurityFlags
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.remedy import Remedy

RESULTS: Final[Mapping[RemedyResult, str]] = MappingProxyType(
    {
        RemedyResult.UNDER_WAY: QT_TRANSLATE_NOOP("RemedyTexts", "under way"),
        RemedyResult.HELD: QT_TRANSLATE_NOOP("RemedyTexts", "it held"),
        RemedyResult.DID_NOT_HOLD: QT_TRANSLATE_NOOP("RemedyTexts", "it did not hold"),
    }
)


def consequence(remedy: Remedy, jobs: Sequence[Job]) -> str:
    """A sentence, or nothing where the choice says it all."""
    words = _WORDS.get(remedy)
    return words(jobs) if words else ""


def tried_text(tried: RemedyTried, result: RemedyResult) -> str:
    """A remedy that was tried, and what came of it."""
    known = tried.remedy in Remedy.__members__
    what = translate("WayOutTexts", REMEDIES[Remedy[tried.remedy]]) if known else tried.remedy
    text = translate("RemedyTexts", "Tried: {fix} \N{EM DASH} {result}")
    return text.format(fix=what, result=translate("RemedyTexts", RESULTS[result]))


def _restart(jobs: Sequence[Job]) -> str:
    if jobs[0].type is not JobType.DOWNLOAD:
        return _send_again(jobs)
    text = translate("RemedyTexts", "Received parts of unfinished files ({size}) are dropped; finished files stay.")
    return text.format(size=format_size(_received_of_unfinished(jobs)))


def _in_one_go(jobs: Sequence[Job]) -> str:
    lost = _received_of_unfinished(jobs)
    again = translate("RemedyTexts", "Goes before other jobs; whenever it breaks off, the file starts over.")
    if not lost:
        return again
    dropped = translate("RemedyTexts", "The {size} that is here is dropped.").format(size=format_size(lost))
    return f"{again} {dropped}"


def _send_again(jobs: Sequence[Job]) -> str:
    if phase_of(jobs[0]) is not Phase.UPLOAD:
        return translate("RemedyTexts", "The server program then gets it twice: ask whoever runs it if that may be.")
    text = translate("RemedyTexts", "The file is sent as it is now; the {size} that were sent before do not count.")
    return text.format(size=format_size(sum(job.progress.bytes_transferred for job in jobs)))


def _hand_over(jobs: Sequence[Job]) -> str:
    if diagnose(jobs[0]).cause is Cause.PROGRAM_REFUSED:
        return translate(
            "RemedyTexts", "The program refused it for good; whether the server asks it once more cannot be promised."
        )
    return translate("RemedyTexts", "The file is on the server already. The program itself cannot be tried beforehand.")


def _allow_redirect(jobs: Sequence[Job]) -> str:
    if any(job.settings.security_flags & SecurityFlags.REDIRECT_DISALLOW for job in jobs):
        return translate("RemedyTexts", "The job then goes wherever the server sends it.")
    return translate("RemedyTexts", "The job then also goes from https to http, where others on the way may read it.")


def _fetch_reply(jobs: Sequence[Job]) -> str:
    received = sum(job.reply.bytes_transferred for job in jobs if job.reply)
    if not received:
        return ""
    text = translate("RemedyTexts", "The {size} of the reply that is here is dropped; nothing is sent again.")
    return text.format(size=format_size(received))


def _received_of_unfinished(jobs: Sequence[Job]) -> int:
    return sum(job.entry(i).bytes_transferred for job in jobs for i in job.pending_files())


_WORDS: Final[Mapping[Remedy, Callable[[Sequence[Job]], str]]] = MappingProxyType(
    {
        Remedy.RESTART_FILE: _restart,
        Remedy.IN_ONE_GO: _in_one_go,
        Remedy.SEND_AGAIN: _send_again,
        Remedy.HAND_OVER_AGAIN: _hand_over,
        Remedy.ALLOW_REDIRECT: _allow_redirect,
        Remedy.FETCH_REPLY_AGAIN: _fetch_reply,
    }
)
