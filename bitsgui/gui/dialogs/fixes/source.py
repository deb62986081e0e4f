"""Where the file of an upload is now."""

from collections.abc import Sequence
from pathlib import PurePath

from bitsgui.gui.dialogs.fields import FieldError, buddy_label
from bitsgui.gui.dialogs.fixes.file_field import FileField
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld, said
from bitsgui.model import fix as fixes
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job


class SourceForm(FixForm):
    """One file for one upload."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        folder = str(PurePath(self.jobs[0].files[0].local_name).parent)
        self._file = FileField("source", self.tr("Choose the file to send"), lambda: folder)
        self._problem = FieldError(self._file.edit)
        self.setFocusProxy(self._file)
        self._file.changed.connect(self._on_changed)
        about = said(self.tr("The same file goes on where it was; another one is sent from its start."))
        self.fill(buddy_label(self.tr("&File:"), self._file.edit), self._file, self._problem, about)

    def problem(self) -> str | None:
        if len(self.jobs) > 1:
            return self.tr("Each upload has a file of its own: choose one job at a time.")
        return self._file.problem()

    def fix_for(self, job: Job) -> Fix:
        path = self._file.path
        assert path is not None
        return fixes.Locate(path)

    def _on_changed(self) -> None:
        self._problem.say(self.problem())
        self.changed.emit()
