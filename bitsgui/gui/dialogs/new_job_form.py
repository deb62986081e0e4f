"""The form of the New Download dialog: the fields, what is wrong with each beside it, and what they say together."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout

from bitsgui.gui.dialogs import new_job_input as reading
from bitsgui.gui.dialogs.address_edit import AddressEdit, sign_in_taken_text
from bitsgui.gui.dialogs.fields import FieldError, Fold, FolderField, add_group, buddy_label, plain_label, show_lines
from bitsgui.gui.dialogs.form_dialog import JobForm
from bitsgui.gui.dialogs.more_options import MoreOptions
from bitsgui.gui.dialogs.new_job_input import NewJobInput
from bitsgui.gui.theme import STEP
from bitsgui.model.names import name_from_url
from bitsgui.model.settings import Settings

_ADDRESS_LINES: Final = 5


class NewJobForm(JobForm):
    """Addresses, folder, name, options."""

    def __init__(self, folder: str, begin: Settings, urls: Sequence[str]) -> None:
        super().__init__()
        self._addresses = self._make_addresses()
        self._folder = FolderField(folder)
        self._name = QLineEdit()
        self._auto_complete = QCheckBox(self.tr("&Complete when finished"))
        self._auto_complete.setChecked(begin.completes_itself)
        self._more = MoreOptions(rate_limit_bps=begin.job_rate_limit_bps)
        self._taken = plain_label("", "secondary")
        self._addresses_error = FieldError(self._addresses)
        self._folder_error = FieldError(self._folder.edit)
        self._name_error = FieldError(self._name)
        self._build()
        self._connect()
        self._addresses.insertPlainText("\n".join(urls))
        self._addresses.take_sign_ins()
        self.setFocusProxy(self._addresses)

    @property
    def is_ready(self) -> bool:
        return bool(self._addresses.toPlainText().strip()) and not any(self._problems())

    @property
    def count(self) -> int:
        """How many addresses there are."""
        return len(reading.addresses_in(self._addresses.toPlainText()))

    def read(self) -> NewJobInput:
        """What was typed; only while `is_ready`."""
        more = self._more
        return NewJobInput(
            addresses=self._addresses.addresses,
            folder=self._folder.folder,
            name=self._name.text().strip() if self.count == 1 else "",
            priority=more.priority,
            sign_in=more.sign_in,
            custom_headers=more.custom_headers,
            rate_limit_bps=more.rate_limit_bps,
            checksum=more.checksum,
            one_job=more.one_job,
            auto_complete=self._auto_complete.isChecked(),
        )

    def say_folder_problem(self, problem: str) -> None:
        self._folder_error.say(problem)
        self._folder.edit.setFocus()

    def _make_addresses(self) -> AddressEdit:
        box = AddressEdit()
        box.setPlaceholderText(self.tr("https://… — one address a line; paste or drop"))
        show_lines(box, _ADDRESS_LINES)
        return box

    def _build(self) -> None:
        self._taken.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        addresses = (buddy_label(self.tr("&Addresses"), self._addresses), self._addresses)
        folder = (buddy_label(self.tr("&Save to"), self._folder.edit), self._folder, self._folder_error)
        name = (buddy_label(self.tr("File &name"), self._name), self._name, self._name_error)
        for group in (
            (*addresses, self._addresses_error, self._taken),
            folder,
            name,
            (self._auto_complete,),
            (Fold(self.tr("More options"), self._more), self._more),
        ):
            add_group(column, group)
        column.addStretch()

    def _connect(self) -> None:
        self._addresses.textChanged.connect(self._on_addresses)
        self._addresses.sign_in_taken.connect(self._on_sign_in_taken)
        self._folder.changed.connect(self._on_edited)
        self._name.textChanged.connect(self._on_edited)
        self._more.changed.connect(self._on_edited)

    def _problems(self) -> tuple[str | None, ...]:
        return (
            reading.addresses_problem(self._addresses.toPlainText()),
            self._folder.problem(),
            reading.name_problem(self._name.text().strip()) if self.count == 1 else None,
            *self._more.problems(),
        )

    def _on_addresses(self) -> None:
        lines = reading.addresses_in(self._addresses.toPlainText())
        self._name.setEnabled(len(lines) <= 1)
        self._name.setPlaceholderText(self._expected_name(lines))
        self._more.set_addresses(lines)
        self._taken.setVisible(self._addresses.hosts_with_sign_in > 0)
        self._on_edited()

    def _expected_name(self, lines: Sequence[str]) -> str:
        if len(lines) > 1:
            return self.tr("Each file keeps its own name")
        if not lines or reading.addresses_problem(lines[0]):
            return ""
        return name_from_url(lines[0])

    def _on_edited(self) -> None:
        addresses, folder, name, *_ = self._problems()
        self._addresses_error.say(addresses)
        self._folder_error.say(folder)
        self._name_error.say(name)
        self._more.say_problems()
        self.changed.emit()

    def _on_sign_in_taken(self) -> None:
        self._taken.setText(sign_in_taken_text())
