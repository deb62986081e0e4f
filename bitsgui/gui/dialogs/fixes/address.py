"""A new address for the failing file, or a new beginning for all unfinished ones, also of several jobs."""

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton

from bitsgui.gui.dialogs.fields import FieldError, buddy_label
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld, Values
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.model import fix as fixes
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.file_rules import check_remote_name
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.urls import display_url, host_of, split_user_info
from bitsgui.service.remedies import common_prefix

_LONGEST_OFFER = 60


class AddressForm(FixForm):
    """What was typed stays unless it was for another address."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._old: dict[bool, str] = {}
        self._typed: dict[bool, str] = {}
        self._build()
        self.show_jobs(jobs)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        super().show_jobs(jobs)
        self._index = failing_index(self.jobs[0]) or 0
        self._prefix = common_prefix(*self.jobs)
        old = {False: display_url(self.jobs[0].files[self._index].remote_name), True: self._prefix or ""}
        self._all.setVisible(self._prefix is not None and len(self.jobs) == 1)
        self._edit.setEnabled(len(self.jobs) == 1 or self._prefix is not None)
        for every in (False, True):
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

    def fix_for(self, job: Job) -> Fix:
        text = self._edit.text().strip()
        if self._is_prefix and self._prefix is not None:
            return fixes.NewPrefix(self._prefix, text)
        return fixes.NewAddress(self._index, text)

    def set_active(self, active: bool) -> None:
        if active:
            self._show_offer()

    def values(self) -> dict[str, str]:
        """The addresses without a sign-in."""
        typed = {f"address_{int(every)}": split_user_info(text)[0] for every, text in self._typed.items()}
        return typed | {"all_addresses": "1" if self._all.isChecked() else ""}

    def restore(self, values: Values) -> None:
        for every in (False, True):
            self._typed[every] = values.get(f"address_{int(every)}") or self._typed[every]
        self._all.setChecked(bool(values.get("all_addresses")))
        self._show_typed()

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
        self._offer = QPushButton()
        self._offer.setObjectName("use_clipboard")
        self._offer.setAutoDefault(False)
        self._offer.setVisible(False)
        self._offer.clicked.connect(self._on_offer)
        self.setFocusProxy(self._edit)
        self._edit.textChanged.connect(self._on_edited)
        self._all.toggled.connect(self._on_all)
        QGuiApplication.clipboard().dataChanged.connect(self._show_offer)
        self.fill(self._label, self._edit, self._problem, self._offer, self._all)

    def _addresses(self, text: str) -> list[str]:
        if not self._is_prefix or self._prefix is None:
            return [text]
        cut = len(self._prefix)
        return [text + job.files[i].remote_name[cut:] for job in self.jobs for i in job.pending_files()]

    def _on_edited(self, text: str) -> None:
        if text == self._typed[self._is_prefix]:
            return  # filled in, not edited
        self._typed[self._is_prefix] = text
        self._problem.say(self.problem())
        self._show_offer()
        self.changed.emit()

    def _on_all(self) -> None:
        self._show_typed()
        self._show_offer()
        self.changed.emit()

    def _show_typed(self) -> None:
        every = self._is_prefix
        self._edit.setText(self._typed[every])
        name = self.tr("&Addresses begin with:") if every else self.tr("&Address:")
        self._label.setText(name)
        self._edit.setAccessibleName(name.replace("&", "").rstrip(":"))
        is_untouched = self._typed[every] == self._old[every] and self._edit.isEnabled()
        self._problem.say(None if is_untouched else self.problem())

    def _show_offer(self) -> None:
        """The address in the clipboard, unless it is here already."""
        url = _address_in_clipboard()
        is_new = bool(url) and url not in (self._edit.text().strip(), *self._old.values())
        self._offer.setVisible(is_new and not self._is_prefix)
        if is_new:
            shown = display_url(url)
            short = shown if len(shown) <= _LONGEST_OFFER else f"{shown[:_LONGEST_OFFER]}\N{HORIZONTAL ELLIPSIS}"
            self._offer.setText(self.tr("Use the address in the clipboard: {url}").format(url=short.replace("&", "&&")))

    def _on_offer(self) -> None:
        url = _address_in_clipboard()
        if url:
            self._edit.setText(url)


def _address_in_clipboard() -> str:
    """The clipboard's text if it is one address that could be asked for, else an empty text."""
    text = QGuiApplication.clipboard().text().strip()
    try:
        check_remote_name(text)
    except BitsError:
        return ""
    return text if host_of(text) else ""
