"""What the content of a file must hash to, corrected; the bytes at hand are judged anew."""

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QLineEdit

from bitsgui.gui.dialogs.fields import FieldError, buddy_label
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.model import fix as fixes
from bitsgui.model.checksum import Checksum, read_checksum
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.names import name_from_url


class ChecksumForm(FixForm):
    """Typed, pasted as servers and tools write it, or none."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._index = failing_index(self.jobs[0]) or 0
        self._edit = QLineEdit(placeholderText=self.tr("sha256:… — what the file must hash to"))
        self._edit.setObjectName("checksum")
        self._problem = FieldError(self._edit)
        self._none = QCheckBox(self.tr("&Expect none: keep the file as it came"))
        self._none.setObjectName("no_checksum")
        self.setFocusProxy(self._edit)
        self._edit.textChanged.connect(self._on_changed)
        self._none.toggled.connect(self._on_none)
        self.fill(buddy_label(self.tr("Chec&ksum:"), self._edit), self._edit, self._problem, self._none)

    def problem(self) -> str | None:
        if len(self.jobs) > 1:
            return self.tr("Each file has a checksum of its own: choose one job at a time.")
        if self._none.isChecked():
            return None
        try:
            wanted = self._typed()
        except BitsError as error:
            return bits_error_text(error)
        if wanted == self.jobs[0].entry(self._index).expected_checksum:
            return self.tr("This is the checksum that did not fit. Put the right one here.")
        return None

    def fix_for(self, job: Job) -> Fix:
        return fixes.CorrectChecksum(self._index, None if self._none.isChecked() else self._typed())

    def _typed(self) -> Checksum:
        return read_checksum(self._edit.text(), name_from_url(self.jobs[0].entry(self._index).remote_name))

    def _on_changed(self) -> None:
        self._problem.say(self.problem() if self._edit.text().strip() else None)
        self.changed.emit()

    def _on_none(self, is_none: bool) -> None:
        self._edit.setEnabled(not is_none)
        self._on_changed()
