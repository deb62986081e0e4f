"""The fixes that ask for nothing: a sentence on what they do, where the choice alone does not say it."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld, said
from bitsgui.gui.texts.remedy_texts import consequence
from bitsgui.model import fix as fixes
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy

PLAIN: Final[Mapping[Remedy, Callable[[], Fix]]] = MappingProxyType(
    {
        Remedy.TRY_AGAIN: fixes.TryAgain,
        Remedy.RESTART_FILE: fixes.RestartFiles,
        Remedy.ALLOW_REDIRECT: fixes.AllowRedirect,
        Remedy.IN_ONE_GO: fixes.InOneGo,
        Remedy.SEND_AGAIN: fixes.SendAgain,
        Remedy.HAND_OVER_AGAIN: fixes.HandOverAgain,
        Remedy.FETCH_REPLY_AGAIN: fixes.FetchReplyAgain,
    }
)


class PlainForm(FixForm):
    """Nothing to fill in."""

    def __init__(self, remedy: Remedy, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._remedy = remedy
        self._said = said()
        text = consequence(remedy, self.jobs)
        if text:
            self._said.setText(text)
            self.fill(self._said)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        super().show_jobs(jobs)
        self._said.setText(consequence(self._remedy, self.jobs))

    def fix_for(self, job: Job) -> Fix:
        return PLAIN[self._remedy]()
