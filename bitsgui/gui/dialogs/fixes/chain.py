"""The certificates that a server shows, in words: who, by whom, how long, and the fingerprint to compare."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import plain_label
from bitsgui.gui.dialogs.fixes.form import FormWorld
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.translating import translate
from bitsgui.gui.theme import STEP
from bitsgui.model.facts import Certificate
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job


class ChainView(QWidget):
    """`changed` when `certificates` are known: from the moment of the failure, else asked for when first shown."""

    changed = Signal()

    def __init__(self, job: Job, world: FormWorld) -> None:
        super().__init__()
        facts = job.error.facts if job.error else None
        self.certificates: tuple[Certificate, ...] = (facts.certificates if facts else None) or ()
        self._job = job
        self._world = world
        self._was_asked = bool(self.certificates)
        self._text = plain_label("", "secondary")
        self._text.setObjectName("certificate_chain")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, STEP)
        column.addWidget(self._text)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server once, when somebody looks."""
        super().showEvent(event)
        if not self._was_asked:
            self._was_asked = True
            self._text.setText(self.tr("Asking the server for its certificate…"))
            self._world.tasks.start(self._ask(), name=f"certificates for {self._job.id}")

    async def _ask(self) -> None:
        try:
            self.certificates = await self._world.manager.read_certificates(self._job.id)
        except BitsError as error:
            self._text.setText(bits_error_text(error))
            return
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self._text.setText(chain_text(self.certificates, time.time()) if self.certificates else "")


def chain_text(certificates: Sequence[Certificate], now: float) -> str:
    """The server's own first, with its fingerprint; then who vouches for it, a line each."""
    own, *others = certificates
    lines = [
        translate("Certificates", "For {subject}, issued by {issuer}").format(subject=own.subject, issuer=own.issuer),
        _dates(own, now),
        translate("Certificates", "SHA-256 {fingerprint}").format(fingerprint=_spaced(own.sha256)),
    ]
    above = translate("Certificates", "Above it: {subject}, issued by {issuer}")
    lines += [above.format(subject=other.subject, issuer=other.issuer) for other in others]
    return "\n".join(lines)


def _dates(certificate: Certificate, now: float) -> str:
    span = translate("Certificates", "Valid from {start} to {end}")
    if now > certificate.not_after:
        span = translate("Certificates", "Expired: valid from {start} to {end}")
    elif now < certificate.not_before:
        span = translate("Certificates", "Not valid yet: from {start} to {end}")
    return span.format(start=_day(certificate.not_before), end=_day(certificate.not_after))


def _day(seconds: float) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)).date(), QLocale.FormatType.LongFormat)


def _spaced(digits: str) -> str:
    """In groups, so that two can be compared and the line may break."""
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
