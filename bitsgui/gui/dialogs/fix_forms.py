"""The fix of a failed job as forms, one small class for each remedy; knows no dialog.

A form says what is wrong with what was typed, and applies itself through service.remedies. What was typed
stays when applying fails.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import FieldError, FolderField, PasswordField, buddy_label, plain_label
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.formats import format_size
from bitsgui.model.diagnosis import Remedy, failing_index
from bitsgui.model.enums import AuthTarget, JobType
from bitsgui.model.file_rules import check_remote_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.urls import display_url
from bitsgui.service import remedies
from bitsgui.service.manager import JobManager


class FixForm(QWidget):
    """What a remedy needs to know; `changed` whenever `problem` may have another answer."""

    changed = Signal()

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def problem(self) -> str | None:
        """Why the fix cannot be applied as it stands, in words, or None."""
        return None

    async def apply(self, manager: JobManager) -> None:
        """Mend and go on; raises BitsError."""
        await remedies.apply_try_again(manager, self.job.id)


class RestartForm(FixForm):
    """Says what will be fetched or sent again."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(plain_label(self._consequence(), "secondary"))

    def _consequence(self) -> str:
        if self.job.type is JobType.DOWNLOAD:
            lost = sum(self.job.files[i].bytes_transferred for i in self.job.pending_files())
            text = self.tr("Received parts of unfinished files ({size}) are dropped; finished files stay.")
            return text.format(size=format_size(lost))
        if phase_of(self.job) is Phase.UPLOAD:
            text = self.tr("The file is sent as it is now; the {size} that were sent before do not count.")
            return text.format(size=format_size(self.job.progress.bytes_transferred))
        return self.tr("The server program then gets it twice: ask whoever runs it if that may be.")

    async def apply(self, manager: JobManager) -> None:
        await remedies.apply_restart(manager, self.job.id)


class AddressForm(FixForm):
    """A new address for the failing file, or a new beginning for all unfinished ones."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._index = failing_index(job) or 0
        self._prefix = remedies.common_prefix(job)
        self._old = {False: display_url(job.files[self._index].remote_name), True: self._prefix or ""}
        self._typed = dict(self._old)
        self._touched = False
        self._build()

    def problem(self) -> str | None:
        text = self._edit.text().strip()
        if text == self._old[self._all.isChecked()]:
            return self.tr("This is the address that failed. Put the new one here.")
        try:
            for address in self._addresses(text):
                check_remote_name(address)
        except BitsError as error:
            return bits_error_text(error)
        return None

    async def apply(self, manager: JobManager) -> None:
        text = self._edit.text().strip()
        if self._all.isChecked() and self._prefix is not None:
            await remedies.apply_new_prefix(manager, self.job.id, self._prefix, text)
        else:
            await remedies.apply_new_address(manager, self.job.id, self._index, text)

    def _build(self) -> None:
        self._edit = QLineEdit(self._old[False])
        self._label = buddy_label(self.tr("&Address:"), self._edit)
        self._problem = FieldError(self._edit)
        self._all = QCheckBox(self.tr("Replace the &beginning of all unfinished addresses"))
        self._all.setVisible(self._prefix is not None)
        self.setFocusProxy(self._edit)
        self._edit.textEdited.connect(self._on_edited)
        self._all.toggled.connect(self._on_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._label, self._edit, self._problem, self._all):
            column.addWidget(widget)

    def _addresses(self, text: str) -> list[str]:
        if not self._all.isChecked() or self._prefix is None:
            return [text]
        cut = len(self._prefix)
        return [text + self.job.files[i].remote_name[cut:] for i in self.job.pending_files()]

    def _on_edited(self, text: str) -> None:
        self._typed[self._all.isChecked()] = text
        self._problem.say(self.problem())
        self.changed.emit()

    def _on_all(self, every: bool) -> None:
        self._edit.setText(self._typed[every])
        name = self.tr("&Addresses begin with:") if every else self.tr("&Address:")
        self._label.setText(name)
        self._edit.setAccessibleName(name.replace("&", "").rstrip(":"))
        self._problem.say(None if self._typed[every] == self._old[every] else self.problem())
        self.changed.emit()


class FolderForm(FixForm):
    """Another folder for everything that the job receives."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        name = job.entry(failing_index(job) or 0).local_name
        self._old = str(PurePath(name).parent) if name else ""
        self._field = FolderField(self._old)
        self._problem = FieldError(self._field.edit)
        self.setFocusProxy(self._field.edit)
        self._field.changed.connect(self._on_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(buddy_label(self.tr("&Folder:"), self._field.edit))
        column.addWidget(self._field)
        column.addWidget(self._problem)
        column.addWidget(plain_label(self._moves(), "secondary"))

    def problem(self) -> str | None:
        if self._field.edit.text().strip() == self._old:
            return self.tr("This is the folder that failed. Choose another one.")
        return self._field.problem()

    async def apply(self, manager: JobManager) -> None:
        await remedies.apply_other_folder(manager, self.job.id, self._field.folder)

    def _moves(self) -> str:
        here = sum(file.bytes_transferred for file in self.job.incoming.values())
        return self.tr("What is here ({size}) is moved there.").format(size=format_size(here))

    def _on_changed(self) -> None:
        self._problem.say(self.problem())
        self.changed.emit()


class SignInForm(FixForm):
    """User name and password for the server or the proxy."""

    def __init__(self, target: AuthTarget, job: Job) -> None:
        super().__init__(job)
        self._target = target
        self._user = QLineEdit()
        self._password = PasswordField()
        self.setFocusProxy(self._user)
        self._user.textChanged.connect(self.changed)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.addRow(buddy_label(self.tr("&User name:"), self._user), self._user)
        rows.addRow(buddy_label(self.tr("&Password:"), self._password.edit), self._password)
        if self._is_open_to_readers():
            rows.addRow(self._warning())

    def problem(self) -> str | None:
        return None if self._user.text() else self.tr("Give the user name.")

    async def apply(self, manager: JobManager) -> None:
        user, password = self._user.text(), self._password.edit.text()
        await remedies.apply_sign_in(manager, self.job.id, self._target, user, password)

    def _is_open_to_readers(self) -> bool:
        address = self.job.entry(failing_index(self.job) or 0).remote_name or self.job.files[0].remote_name
        return self._target is AuthTarget.SERVER and address.lower().startswith("http:")

    def _warning(self) -> QLabel:
        text = self.tr("The connection is not encrypted (http): others on the way may read the password.")
        return plain_label(text, "warning")


FORMS: Final[Mapping[Remedy, Callable[[Job], FixForm]]] = MappingProxyType(
    {
        Remedy.TRY_AGAIN: FixForm,
        Remedy.NEW_ADDRESS: AddressForm,
        Remedy.OTHER_FOLDER: FolderForm,
        Remedy.SIGN_IN_SERVER: partial(SignInForm, AuthTarget.SERVER),
        Remedy.SIGN_IN_PROXY: partial(SignInForm, AuthTarget.PROXY),
        Remedy.RESTART_FILE: RestartForm,
    }
)
