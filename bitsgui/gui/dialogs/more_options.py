"""The folded part of the forms for new jobs: priority, limit, sign-in, headers, proxy, checksum."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from bitsgui.gui.dialogs import new_job_input as reading
from bitsgui.gui.dialogs.fields import FieldError, PasswordField, RateBox, buddy_label, plain_label
from bitsgui.gui.dialogs.header_field import HeaderField
from bitsgui.gui.dialogs.new_job_input import SignIn
from bitsgui.gui.dialogs.proxy_field import ProxyField
from bitsgui.gui.dropped import Offer
from bitsgui.gui.texts.state_texts import priority_text
from bitsgui.gui.theme import STEP
from bitsgui.model.checksum import Checksum
from bitsgui.model.enums import JobPriority
from bitsgui.model.job import ProxySettings
from bitsgui.model.settings import Settings


class MoreOptions(QWidget):
    """`changed` when a problem may have come or gone. `are_downloads`: files that come may be several, and checked."""

    changed = Signal()

    def __init__(self, begin: Settings, *, are_downloads: bool = True) -> None:
        super().__init__()
        self._priority = QComboBox()
        for priority in JobPriority:
            self._priority.addItem(priority_text(priority), priority)
        self._priority.setCurrentIndex(self._priority.findData(JobPriority.NORMAL))
        self._limit = RateBox()
        self._limit.rate_bps = begin.job_rate_limit_bps
        self._one_job = QCheckBox(self.tr("Put all files into &one job"))
        self._one_job.setEnabled(False)
        self._user = QLineEdit()
        self._password = PasswordField()
        self._headers = HeaderField()
        self._proxy = ProxyField(self.tr("Pro&xy"))
        self._proxy.show_value(begin.proxy, anyway=True)
        self._checksum = QLineEdit(placeholderText=self.tr("sha256:… — what the file must hash to"))
        self._open = plain_label(
            self.tr("The connection is not encrypted (http): others on the way may read the password."), "warning"
        )
        self._open.hide()
        self._user_error = FieldError(self._user)
        self._headers_error = FieldError(self._headers.box)
        self._checksum_error = FieldError(self._checksum)
        self._url = ""
        self._is_http = self._are_several = False
        self._build(are_downloads)
        self._user.textChanged.connect(self._on_edited)
        self._password.changed.connect(self._on_edited)
        self._headers.changed.connect(self._on_edited)
        self._proxy.edited.connect(self._on_edited)
        self._checksum.textChanged.connect(self._on_edited)

    @property
    def priority(self) -> JobPriority:
        """The chosen one."""
        priority: JobPriority = self._priority.currentData()
        return priority

    @property
    def rate_limit_bps(self) -> int:
        """Bytes a second, 0 = no limit."""
        return self._limit.rate_bps

    @property
    def one_job(self) -> bool:
        """All files in one job."""
        return self._are_several and self._one_job.isChecked()

    @property
    def sign_in(self) -> SignIn | None:
        """User name and password, or None."""
        return (self._user.text(), self._password.edit.text()) if self._user.text() else None

    @property
    def custom_headers(self) -> tuple[tuple[str, str], ...]:
        """Names and values."""
        return reading.headers_in(self._headers.text)

    @property
    def proxy(self) -> ProxySettings:
        """Which proxy."""
        proxy: ProxySettings = self._proxy.read()
        return proxy

    @property
    def checksum(self) -> Checksum | None:
        """Of a single file, or None."""
        return None if self._are_several else reading.checksum_in(self._checksum.text(), self._url)

    def take(self, offer: Offer) -> None:
        """What came with a command."""
        self._headers.add(offer.headers)
        if offer.sign_in is not None:
            self._user.setText(offer.sign_in[0])
            self._password.edit.setText(offer.sign_in[1])
        if offer.proxy is not None:
            self._proxy.show_value(offer.proxy, anyway=True)

    def set_addresses(self, urls: Sequence[str]) -> None:
        """What the options depend on: how many addresses, and whether one is not encrypted."""
        self._are_several = len(urls) > 1
        self._url = urls[0] if urls else ""
        self._one_job.setEnabled(self._are_several)
        self._checksum.setEnabled(not self._are_several)
        self._is_http = any(url.lower().startswith("http:") for url in urls)
        self._show_warning()

    def problems(self) -> tuple[str | None, ...]:
        """What is wrong with the sign-in, the headers, the checksum and the proxy."""
        return (
            reading.sign_in_problem(self._user.text(), self._password.edit.text()),
            reading.headers_problem(self._headers.text),
            None if self._are_several else reading.checksum_problem(self._checksum.text(), self._url),
            self._proxy.problem(),
        )

    def say_problems(self) -> None:
        """Show each problem beside its field."""
        sign_in, headers, checksum, _ = self.problems()
        self._user_error.say(sign_in)
        self._headers_error.say(headers)
        self._checksum_error.say(checksum)

    def _build(self, are_downloads: bool) -> None:
        pairs = QGridLayout()
        pairs.setHorizontalSpacing(3 * STEP)
        pairs.setVerticalSpacing(STEP)
        pairs.addWidget(buddy_label(self.tr("P&riority"), self._priority), 0, 0)
        pairs.addWidget(buddy_label(self.tr("Speed &limit"), self._limit), 0, 1)
        pairs.addWidget(self._priority, 1, 0)
        pairs.addWidget(self._limit, 1, 1)
        pairs.setRowMinimumHeight(2, STEP)
        pairs.addWidget(buddy_label(self.tr("&User name"), self._user), 3, 0)
        pairs.addWidget(buddy_label(self.tr("&Password"), self._password.edit), 3, 1)
        pairs.addWidget(self._user, 4, 0)
        pairs.addWidget(self._password, 4, 1)
        pairs.setColumnStretch(0, 1)
        pairs.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, STEP, 0, 0)
        column.setSpacing(STEP)
        if are_downloads:
            column.addWidget(self._one_job)
            column.addSpacing(STEP)
        column.addLayout(pairs)
        for widget in (self._user_error, self._open):
            column.addWidget(widget)
        column.addSpacing(2 * STEP)
        column.addWidget(buddy_label(self.tr("&Headers"), self._headers.box))
        column.addWidget(self._headers)
        column.addWidget(self._headers_error)
        column.addSpacing(2 * STEP)
        column.addWidget(self._proxy)
        if are_downloads:
            column.addSpacing(2 * STEP)
            column.addWidget(buddy_label(self.tr("Chec&ksum"), self._checksum))
            column.addWidget(self._checksum)
            column.addWidget(self._checksum_error)

    def _on_edited(self) -> None:
        self._show_warning()
        self.changed.emit()

    def _show_warning(self) -> None:
        self._open.setVisible(self._is_http and bool(self._user.text()))
