"""The form of the New Download dialog: the fields, what is wrong with each beside it, and what they say together."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs import new_job_input as reading
from bitsgui.gui.dialogs.address_edit import AddressEdit, sign_in_taken_text
from bitsgui.gui.dialogs.fields import FieldError, Fold, FolderField, add_group, buddy_label, plain_label, show_lines
from bitsgui.gui.dialogs.form_dialog import JobForm
from bitsgui.gui.dialogs.more_options import MoreOptions
from bitsgui.gui.dialogs.new_job_input import NewJobInput
from bitsgui.gui.dropped import Offer, offer_of_command
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.translating import translate
from bitsgui.gui.theme import STEP
from bitsgui.model.hresult import BitsError
from bitsgui.model.names import name_from_url
from bitsgui.model.settings import Settings
from bitsgui.model.url_pattern import is_pattern, read_pattern

_ADDRESS_LINES: Final = 5


class NewJobForm(JobForm):
    """Addresses, folder, name, options; `lists_given` carries the paths of text files of addresses to `take`."""

    lists_given = Signal(list)

    def __init__(self, folder: str, begin: Settings) -> None:
        super().__init__()
        self._addresses = self._make_addresses()
        self._folder = FolderField(folder)
        self._name = QLineEdit()
        self._auto_complete = QCheckBox(self.tr("&Complete when finished"))
        self._auto_complete.setChecked(begin.completes_itself)
        self._more = MoreOptions(begin)
        self._fold = Fold(self.tr("More options"), self._more)
        self._as_patterns = QCheckBox(self.tr("An address s&tands for many"))
        self._as_patterns.setObjectName("as_patterns")
        self._as_patterns.setChecked(True)
        self._taken, self._note, self._command_note = (plain_label("", "secondary") for _ in range(3))
        self._addresses_error = FieldError(self._addresses)
        self._folder_error = FieldError(self._folder.edit)
        self._name_error = FieldError(self._name)
        self._build()
        self._connect()
        self._on_addresses()
        self.setFocusProxy(self._addresses)

    @property
    def is_ready(self) -> bool:
        return bool(self._addresses.toPlainText().strip()) and not any(self._problems())

    @property
    def count(self) -> int:
        """How many files there will be; 0 while there is something wrong with an address."""
        lines = self._lines
        if not self._are_patterns:
            return len(lines)
        return 0 if self._address_problem() else sum(read_pattern(line).count for line in lines)

    def read(self) -> NewJobInput:
        """What was typed; only while `is_ready`."""
        more, addresses = self._more, self._addresses.addresses
        return NewJobInput(
            addresses=reading.expanded(addresses) if self._are_patterns else addresses,
            folder=self._folder.folder,
            name=self._name.text().strip() if self.count == 1 else "",
            priority=more.priority,
            sign_in=more.sign_in,
            custom_headers=more.custom_headers,
            rate_limit_bps=more.rate_limit_bps,
            proxy=more.proxy,
            checksum=more.checksum,
            one_job=more.one_job,
            auto_complete=self._auto_complete.isChecked(),
        )

    def take(self, offer: Offer) -> None:
        """Add what was given: addresses, and what a command says beside them."""
        self._addresses.add(offer.urls)
        if not offer.from_command:
            return
        if not offer.are_patterns:
            self._as_patterns.setChecked(False)
        if offer.name and self.count == 1:
            self._name.setText(offer.name)
        self._more.take(offer)
        if offer.headers or offer.sign_in or offer.proxy:
            self._fold.setChecked(True)
        self._command_note.setText(_command_text(offer))
        self._command_note.show()

    def say_folder_problem(self, problem: str) -> None:
        self._folder_error.say(problem)
        self._folder.edit.setFocus()

    @property
    def _lines(self) -> tuple[str, ...]:
        return reading.addresses_in(self._addresses.toPlainText())

    @property
    def _are_patterns(self) -> bool:
        return self._as_patterns.isChecked() and any(map(is_pattern, self._lines))

    def _address_problem(self) -> str | None:
        return reading.addresses_problem(self._addresses.toPlainText(), as_patterns=self._are_patterns)

    def _make_head(self) -> QWidget:
        """The label of the addresses, and at the end of its line where a list of them may come from."""
        head = QWidget()
        button = QPushButton(self.tr("From a &file…"))
        button.setObjectName("from_file")
        button.setAutoDefault(False)
        button.setProperty("flat", "true")
        button.clicked.connect(self._on_file)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(buddy_label(self.tr("&Addresses"), self._addresses))
        row.addStretch(1)
        row.addWidget(button)
        return head

    def _make_addresses(self) -> AddressEdit:
        box = AddressEdit()
        box.setPlaceholderText(self.tr("https://… — one address a line; paste or drop"))
        show_lines(box, _ADDRESS_LINES)
        return box

    def _build(self) -> None:
        self._taken.hide()
        self._note.hide()
        self._command_note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        addresses = (self._make_head(), self._addresses)
        folder = (buddy_label(self.tr("&Save to"), self._folder.edit), self._folder, self._folder_error)
        name = (buddy_label(self.tr("File &name"), self._name), self._name, self._name_error)
        for group in (
            (*addresses, self._addresses_error, self._as_patterns, self._note, self._taken, self._command_note),
            folder,
            name,
            (self._auto_complete,),
            (self._fold, self._more),
        ):
            add_group(column, group)
        column.addStretch()

    def _connect(self) -> None:
        self._addresses.textChanged.connect(self._on_addresses)
        self._addresses.sign_in_taken.connect(self._on_sign_in_taken)
        self._addresses.command_pasted.connect(self._on_command)
        self._addresses.lists_dropped.connect(self.lists_given)
        self._as_patterns.toggled.connect(self._on_addresses)
        self._folder.changed.connect(self._on_edited)
        self._name.textChanged.connect(self._on_edited)
        self._more.changed.connect(self._on_edited)

    def _problems(self) -> tuple[str | None, ...]:
        return (
            self._address_problem(),
            self._folder.problem(),
            reading.name_problem(self._name.text().strip()) if self.count == 1 else None,
            *self._more.problems(),
        )

    def _on_addresses(self) -> None:
        lines = self._lines
        self._as_patterns.setVisible(any(map(is_pattern, lines)))
        is_sound = self._are_patterns and self._address_problem() is None
        if is_sound:
            lines = tuple(end for line in lines for end in reading.ends_of(line))
        self._note.setVisible(is_sound)
        self._note.setText(reading.pattern_note(self._lines) if is_sound else "")
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

    def _on_command(self, text: str) -> None:
        try:
            self.take(offer_of_command(text))
        except BitsError as error:
            self._addresses_error.say(bits_error_text(error))

    def _on_file(self) -> None:
        picker = QFileDialog(self, self.tr("Choose a list of addresses"))
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.setNameFilters([self.tr("Text files (*.txt *.lst *.list *.urls)"), self.tr("All files (*)")])
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.fileSelected.connect(lambda name: self.lists_given.emit([Path(name)]))
        picker.open()

    def _on_sign_in_taken(self) -> None:
        self._taken.setText(sign_in_taken_text())


def _command_text(offer: Offer) -> str:
    """What is said below the addresses after a command was pasted."""
    taken = translate("NewJobForm", "The command was taken over; the values of its headers are kept secret.")
    if not offer.left_out:
        return taken
    left = translate("NewJobForm", "Not taken over: {options}.").format(options=", ".join(offer.left_out))
    return f"{taken} {left}"
