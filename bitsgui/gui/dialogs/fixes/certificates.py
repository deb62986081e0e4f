"""Whom to trust, and who one is: an authority from a file, one certificate by its fingerprint, a certificate of one's
own."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFormLayout, QLineEdit

from bitsgui.gui.dialogs.fields import FieldError, PasswordField, buddy_label, plain_label
from bitsgui.gui.dialogs.fixes.chain import ChainView
from bitsgui.gui.dialogs.fixes.file_field import FileField
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld, said
from bitsgui.gui.theme import STEP
from bitsgui.model import fix as fixes
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job


class CaForm(FixForm):
    """A PEM file of authorities, with the chain that it would have to prove."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._file = FileField("ca_file", self.tr("Choose a file of certificates"), lambda: str(Path.home()))
        self._problem = FieldError(self._file.edit)
        self._chain = ChainView(self.jobs[0], world)
        self.setFocusProxy(self._file)
        self._file.changed.connect(self._on_changed)
        text = self.tr("In place of the system's authorities, for this job only. A PEM file, often .crt or .pem.")
        label = buddy_label(self.tr("&Authorities:"), self._file.edit)
        self.fill(self._chain, label, self._file, self._problem, said(text))

    def problem(self) -> str | None:
        return self._file.problem()

    def fix_for(self, job: Job) -> Fix:
        return fixes.CaFile(self._file.path)

    def _on_changed(self) -> None:
        self._problem.say(self.problem())
        self.changed.emit()


class PinForm(FixForm):
    """The certificate that the server shows now and no other, for this job only; it wants a reason."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._chain = ChainView(self.jobs[0], world)
        self._chain.changed.connect(self.changed)
        self._reason = QLineEdit()
        self._reason.setObjectName("pin_reason")
        self._reason.textChanged.connect(self.changed)
        self.setFocusProxy(self._reason)
        warning = plain_label(
            self.tr("Somebody on the way could show a certificate of the same name: compare the fingerprint."),
            "warning",
        )
        self.fill(self._chain, warning, buddy_label(self.tr("&Why you trust it:"), self._reason), self._reason)

    def problem(self) -> str | None:
        if not self._chain.certificates:
            return self.tr("The server's certificate is not known yet.")
        if not self._reason.text().strip():
            return self.tr("Say why you trust this certificate.")
        return None

    def fix_for(self, job: Job) -> Fix:
        return fixes.PinCertificate(self._chain.certificates[0].sha256)

    @property
    def note(self) -> str:
        return self._reason.text().strip()


class ClientCertificateForm(FixForm):
    """PEM files; the passphrase is in no draft."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        home = str(Path.home())
        self._certificate = FileField("client_certificate", self.tr("Choose your certificate"), lambda: home)
        self._key = FileField(
            "client_key",
            self.tr("Choose its key"),
            lambda: self._certificate.edit.text() or home,
            if_empty=self.tr("in the same file"),
        )
        self._passphrase = PasswordField()
        self._passphrase.edit.setObjectName("passphrase")
        for field in (self._certificate, self._key, self._passphrase):
            field.changed.connect(self.changed)
        self.setFocusProxy(self._certificate)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(2 * STEP)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.addRow(buddy_label(self.tr("C&ertificate:"), self._certificate.edit), self._certificate)
        rows.addRow(buddy_label(self.tr("&Key:"), self._key.edit), self._key)
        rows.addRow(buddy_label(self.tr("&Passphrase:"), self._passphrase.edit), self._passphrase)

    def problem(self) -> str | None:
        return self._certificate.problem() or self._key.problem()

    def fix_for(self, job: Job) -> Fix:
        return fixes.ClientCertificate(self._certificate.path, self._key.path, self._passphrase.edit.text())
