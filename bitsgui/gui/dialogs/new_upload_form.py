"""The form of the New Upload dialog: the fields, what is wrong with each beside it, and what they say together."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs import new_upload_input as reading
from bitsgui.gui.dialogs.address_edit import AddressEdit, sign_in_taken_text
from bitsgui.gui.dialogs.fields import FieldError, Fold, add_group, buddy_label, plain_label
from bitsgui.gui.dialogs.form_dialog import JobForm
from bitsgui.gui.dialogs.more_options import MoreOptions
from bitsgui.gui.dialogs.new_upload_input import NewUploadInput, Source
from bitsgui.gui.dialogs.reply_field import ReplyField
from bitsgui.gui.dialogs.source_field import SourceField
from bitsgui.gui.theme import STEP
from bitsgui.model.enums import JobType
from bitsgui.model.settings import Settings


class NewUploadForm(JobForm):
    """`look_wanted` when the disk is to be asked about `unseen`; `show_seen` tells what it says."""

    look_wanted = Signal()

    def __init__(self, begin: Settings) -> None:
        super().__init__()
        self._files = SourceField()
        self._address = AddressEdit(single=True)
        self._address.setPlaceholderText(self.tr("https://… — a folder that ends with / gets the file's name"))
        self._kinds = QButtonGroup(self)
        self._reply = ReplyField()
        self._name = QLineEdit()
        self._auto_complete = QCheckBox(self.tr("&Complete when finished"))
        self._auto_complete.setChecked(begin.completes_itself)
        self._more = MoreOptions(begin, are_downloads=False)
        self._files_note, self._address_note, self._taken = (plain_label("", "secondary") for _ in range(3))
        self._files_error = FieldError(self._files.edit)
        self._address_error = FieldError(self._address)
        self._seen: tuple[tuple[Path, ...], Path | None] = ((), None)
        self._sources: tuple[Source, ...] = ()
        self._build()
        self._connect()
        self._on_edited()
        self.setFocusProxy(self._files)

    @property
    def is_ready(self) -> bool:
        has_all = bool(self._files.paths and self._url)
        return has_all and self.unseen is None and not any(self._problems())

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self._files.paths)

    @property
    def unseen(self) -> tuple[tuple[Path, ...], Path | None] | None:
        """The files and the reply's path that the disk was not yet asked about, or None."""
        wanted = (self._files.paths, self._reply_path())
        return None if wanted == self._seen else wanted

    def add_files(self, paths: Sequence[Path]) -> None:
        """Below those that are there; the address is what is then missing."""
        self._files.add(paths)
        if paths and not self._url:
            self._address.setFocus()

    def set_address(self, url: str) -> None:
        """In place of the one that is there."""
        self._address.setPlainText(url)
        self._address.take_sign_ins()

    def show_seen(
        self, asked: tuple[tuple[Path, ...], Path | None], sources: tuple[Source, ...], free_name: str
    ) -> None:
        """What the disk says about what was `unseen`; `free_name` is the reply's if its own is taken."""
        self._seen, self._sources = asked, sources
        self._reply.show_taken(free_name)
        self._show()

    def read(self) -> NewUploadInput:
        """What was given; only while `is_ready`."""
        more = self._more
        (address,) = self._address.addresses
        return NewUploadInput(
            files=self._files.paths,
            address=address,
            type=self._type,
            reply=self._reply_path(),
            reply_folder=self._reply.folder,
            name=self._name.text().strip() if self.count == 1 else "",
            priority=more.priority,
            sign_in=more.sign_in,
            custom_headers=more.custom_headers,
            rate_limit_bps=more.rate_limit_bps,
            proxy=more.proxy,
            auto_complete=self._auto_complete.isChecked(),
        )

    def say_folder_problem(self, problem: str) -> None:
        self._reply.say_folder_problem(problem)

    @property
    def _type(self) -> JobType:
        return JobType(self._kinds.checkedId())

    @property
    def _url(self) -> str:
        return self._address.toPlainText().strip()

    def _reply_path(self) -> Path | None:
        """Where a single file's reply goes; None where there is none, or several."""
        paths = self._files.paths
        has_one = self._type is JobType.UPLOAD_REPLY and len(paths) == 1
        return self._reply.path(paths[0]) if has_one else None

    def _build(self) -> None:
        self._taken.setText(sign_in_taken_text())
        self._taken.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        files = (buddy_label(self.tr("&Files"), self._files.edit), self._files)
        address = (buddy_label(self.tr("&Address"), self._address), self._address)
        for group in (
            (*files, self._files_error, self._files_note),
            (*address, self._address_error, self._address_note, self._taken),
            (*self._make_kinds(), self._reply),
            (buddy_label(self.tr("&Name in the list"), self._name), self._name),
            (self._auto_complete,),
            (Fold(self.tr("More options"), self._more), self._more),
        ):
            add_group(column, group)
        column.addStretch()

    def _make_kinds(self) -> tuple[QWidget, ...]:
        texts = {
            JobType.UPLOAD: (self.tr("Uploa&d"), self.tr("The server keeps the file.")),
            JobType.UPLOAD_REPLY: (
                self.tr("Upload &with reply"),
                self.tr("A program on the server works on the file and answers with a file, which is fetched."),
            ),
        }
        widgets: list[QWidget] = []
        for kind, (name, meaning) in texts.items():
            choice = QRadioButton(name)
            choice.setObjectName(kind.name)
            choice.setAccessibleDescription(meaning)
            self._kinds.addButton(choice, kind)
            told = plain_label(meaning, "secondary")
            told.setContentsMargins(6 * STEP, 0, 0, STEP)
            widgets += [choice, told]
        self._kinds.button(JobType.UPLOAD).setChecked(True)
        return tuple(widgets)

    def _connect(self) -> None:
        self._address.sign_in_taken.connect(self._on_edited)
        for changed in (
            self._files.changed,
            self._address.textChanged,
            self._kinds.idToggled,
            self._reply.changed,
            self._more.changed,
        ):
            changed.connect(self._on_edited)

    def _problems(self) -> tuple[str | None, ...]:
        paths = self._files.paths
        has_reply = self._type is JobType.UPLOAD_REPLY
        return (
            reading.files_problem(paths, self._sources),
            reading.address_problem(self._url, paths),
            *(self._reply.problems() if has_reply else ()),
            *self._more.problems(),
        )

    def _on_edited(self) -> None:
        paths = self._files.paths
        self._more.set_addresses((self._url,))
        self._reply.setVisible(self._type is JobType.UPLOAD_REPLY)
        self._reply.show_sources(paths)
        self._name.setEnabled(len(paths) <= 1)
        several = self.tr("Each job is called like its file")
        self._name.setPlaceholderText(several if len(paths) > 1 else "".join(path.name for path in paths))
        self._show()
        if self.unseen is not None:
            self.look_wanted.emit()

    def _show(self) -> None:
        files, address, *_ = self._problems()
        self._files_error.say(files)
        self._address_error.say(address)
        is_seen = self.unseen is None and files is None
        _tell(self._files_note, reading.files_note(self._sources) if is_seen else "")
        _tell(self._address_note, reading.address_note(self._url, self._files.paths))
        self._taken.setVisible(self._address.hosts_with_sign_in > 0)
        self._reply.say_problems()
        self._more.say_problems()
        self.changed.emit()


def _tell(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
