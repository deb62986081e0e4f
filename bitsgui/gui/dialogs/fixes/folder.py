"""Another folder for everything that the jobs receive."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from bitsgui.gui.dialogs.fields import FieldError, FolderField, buddy_label
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld, said
from bitsgui.gui.texts.formats import format_size
from bitsgui.model import fix as fixes
from bitsgui.model.cause_group import folder_of
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job


class FolderForm(FixForm):
    """What is here moves there."""

    shares_volume = True

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._old = folder_of(self.jobs[0])
        self._field = FolderField(self._old)
        self._problem = FieldError(self._field.edit)
        self._moved = said(self._moves())
        self.setFocusProxy(self._field.edit)
        self._field.changed.connect(self._on_changed)
        self.fill(buddy_label(self.tr("&Folder:"), self._field.edit), self._field, self._problem, self._moved)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        super().show_jobs(jobs)
        self._moved.setText(self._moves())

    def problem(self) -> str | None:
        if self._field.edit.text().strip() == self._old:
            return self.tr("This is the folder that failed. Choose another one.")
        return self._field.problem() or self._clash()

    def fix_for(self, job: Job) -> Fix:
        return fixes.OtherFolder(self._field.folder)

    def _moves(self) -> str:
        here = sum(file.bytes_transferred for job in self.jobs for file in job.incoming.values())
        return self.tr("What is here ({size}) is moved there.").format(size=format_size(here))

    def _clash(self) -> str | None:
        """Files of two jobs must not get the same name: the second would replace the first."""
        files = (file for job in self.jobs for file in job.incoming.values() if not file.completed)
        names = Counter(os.path.normcase(PurePath(file.local_name).name) for file in files if file.local_name)
        twice = next((name for name, count in names.items() if count > 1), None)
        if twice is None or len(self.jobs) == 1:
            return None
        return self.tr("Two of these jobs have a file {name}: they cannot go to one folder.").format(name=twice)

    def _on_changed(self) -> None:
        self._problem.say(self.problem())
        self.changed.emit()
