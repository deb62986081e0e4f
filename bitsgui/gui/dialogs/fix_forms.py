"""The fix of a failed job as forms, one small class for each remedy; knows no dialog.

A form is filled once for all chosen jobs, says what is wrong with what was typed, and applies itself to one job
after the other through service.remedies. What was typed stays when applying fails.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import FieldError, FolderField, PasswordField, buddy_label, plain_label
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.formats import format_size
from bitsgui.model.cause_group import folder_of
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.enums import AuthTarget, JobType
from bitsgui.model.file_rules import check_remote_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.remedy import Remedy
from bitsgui.model.urls import display_url
from bitsgui.service import remedies
from bitsgui.service.manager import JobManager


class FixForm(QWidget):
    """What a remedy needs to know; `changed` whenever `problem` may have another answer.

    `jobs`: those that are chosen, at least one.
    """

    changed = Signal()

    def __init__(self, jobs: Sequence[Job]) -> None:
        super().__init__()
        self.jobs = tuple(jobs)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Other jobs are chosen, or the same ones have changed."""
        self.jobs = tuple(jobs)

    def problem(self) -> str | None:
        """Why the fix cannot be applied as it stands, in words, or None."""
        return None

    async def apply(self, manager: JobManager, job: Job) -> None:
        """Mend one of the jobs and go on with it; raises BitsError."""
        await remedies.apply_try_again(manager, job.id)


class RestartForm(FixForm):
    """Says what will be fetched or sent again."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        super().__init__(jobs)
        self._said = plain_label(self._consequence(), "secondary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._said)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        super().show_jobs(jobs)
        self._said.setText(self._consequence())

    def _consequence(self) -> str:
        first = self.jobs[0]
        if first.type is JobType.DOWNLOAD:
            lost = sum(job.files[i].bytes_transferred for job in self.jobs for i in job.pending_files())
            text = self.tr("Received parts of unfinished files ({size}) are dropped; finished files stay.")
            return text.format(size=format_size(lost))
        if phase_of(first) is Phase.UPLOAD:
            text = self.tr("The file is sent as it is now; the {size} that were sent before do not count.")
            return text.format(size=format_size(sum(job.progress.bytes_transferred for job in self.jobs)))
        return self.tr("The server program then gets it twice: ask whoever runs it if that may be.")

    async def apply(self, manager: JobManager, job: Job) -> None:
        await remedies.apply_restart(manager, job.id)


class AddressForm(FixForm):
    """A new address for the failing file, or a new beginning for all unfinished ones, also of several jobs."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        super().__init__(jobs)
        self._old: dict[bool, str] = {}
        self._typed: dict[bool, str] = {}
        self._build()
        self.show_jobs(jobs)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        super().show_jobs(jobs)
        self._index = failing_index(self.jobs[0]) or 0
        self._prefix = remedies.common_prefix(*self.jobs)
        old = {False: display_url(self.jobs[0].files[self._index].remote_name), True: self._prefix or ""}
        self._all.setVisible(self._prefix is not None and len(self.jobs) == 1)
        self._edit.setEnabled(len(self.jobs) == 1 or self._prefix is not None)
        for every in (False, True):  # what was typed stays unless it was for another address
            if old[every] != self._old.get(every):
                self._typed[every] = old[every]
        self._old = old
        self._show_typed()

    def problem(self) -> str | None:
        if len(self.jobs) > 1 and self._prefix is None:
            return self.tr("These addresses have no common beginning: choose one job at a time.")
        text = self._edit.text().strip()
        if text == self._old[self._is_prefix]:
            return self.tr("This is the address that failed. Put the new one here.")
        try:
            for address in self._addresses(text):
                check_remote_name(address)
        except BitsError as error:
            return bits_error_text(error)
        return None

    async def apply(self, manager: JobManager, job: Job) -> None:
        text = self._edit.text().strip()
        if self._is_prefix and self._prefix is not None:
            await remedies.apply_new_prefix(manager, job.id, self._prefix, text)
        else:
            await remedies.apply_new_address(manager, job.id, self._index, text)

    @property
    def _is_prefix(self) -> bool:
        return len(self.jobs) > 1 or self._all.isChecked()

    def _build(self) -> None:
        self._edit = QLineEdit()
        self._edit.setObjectName("address")
        self._label = buddy_label(self.tr("&Address:"), self._edit)
        self._problem = FieldError(self._edit)
        self._all = QCheckBox(self.tr("Replace the &beginning of all unfinished addresses"))
        self._all.setObjectName("all_addresses")
        self.setFocusProxy(self._edit)
        self._edit.textChanged.connect(self._on_edited)
        self._all.toggled.connect(self._on_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._label, self._edit, self._problem, self._all):
            column.addWidget(widget)

    def _addresses(self, text: str) -> list[str]:
        if not self._is_prefix or self._prefix is None:
            return [text]
        cut = len(self._prefix)
        return [text + job.files[i].remote_name[cut:] for job in self.jobs for i in job.pending_files()]

    def _on_edited(self, text: str) -> None:
        self._typed[self._is_prefix] = text
        self._problem.say(self.problem())
        self.changed.emit()

    def _on_all(self) -> None:
        self._show_typed()
        self.changed.emit()

    def _show_typed(self) -> None:
        every = self._is_prefix
        self._edit.setText(self._typed[every])
        name = self.tr("&Addresses begin with:") if every else self.tr("&Address:")
        self._label.setText(name)
        self._edit.setAccessibleName(name.replace("&", "").rstrip(":"))
        is_untouched = self._typed[every] == self._old[every] and self._edit.isEnabled()
        self._problem.say(None if is_untouched else self.problem())


class FolderForm(FixForm):
    """Another folder for everything that the jobs receive."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        super().__init__(jobs)
        self._old = folder_of(self.jobs[0])
        self._field = FolderField(self._old)
        self._problem = FieldError(self._field.edit)
        self._moved = plain_label(self._moves(), "secondary")
        self.setFocusProxy(self._field.edit)
        self._field.changed.connect(self._on_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(buddy_label(self.tr("&Folder:"), self._field.edit))
        column.addWidget(self._field)
        column.addWidget(self._problem)
        column.addWidget(self._moved)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        super().show_jobs(jobs)
        self._moved.setText(self._moves())

    def problem(self) -> str | None:
        if self._field.edit.text().strip() == self._old:
            return self.tr("This is the folder that failed. Choose another one.")
        return self._field.problem() or self._clash()

    async def apply(self, manager: JobManager, job: Job) -> None:
        await remedies.apply_other_folder(manager, job.id, self._field.folder)

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


class SignInForm(FixForm):
    """User name and password for the server or the proxy."""

    def __init__(self, target: AuthTarget, jobs: Sequence[Job]) -> None:
        super().__init__(jobs)
        self._target = target
        self._user = QLineEdit()
        self._user.setObjectName("user_name")
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

    async def apply(self, manager: JobManager, job: Job) -> None:
        user, password = self._user.text(), self._password.edit.text()
        await remedies.apply_sign_in(manager, job.id, self._target, user, password)

    def _is_open_to_readers(self) -> bool:
        addresses = (job.entry(failing_index(job) or 0).remote_name or job.files[0].remote_name for job in self.jobs)
        return self._target is AuthTarget.SERVER and any(a.lower().startswith("http:") for a in addresses)

    def _warning(self) -> QLabel:
        text = self.tr("The connection is not encrypted (http): others on the way may read the password.")
        return plain_label(text, "warning")


FORMS: Final[Mapping[Remedy, Callable[[Sequence[Job]], FixForm]]] = MappingProxyType(
    {
        Remedy.TRY_AGAIN: FixForm,
        Remedy.NEW_ADDRESS: AddressForm,
        Remedy.OTHER_FOLDER: FolderForm,
        Remedy.SIGN_IN_SERVER: partial(SignInForm, AuthTarget.SERVER),
        Remedy.SIGN_IN_PROXY: partial(SignInForm, AuthTarget.PROXY),
        Remedy.RESTART_FILE: RestartForm,
        Remedy.SEND_AGAIN: RestartForm,
        Remedy.HAND_OVER_AGAIN: FixForm,
        Remedy.FREE_SPACE: FixForm,
        Remedy.WAIT_UNTIL_FREE: FixForm,
    }
)
