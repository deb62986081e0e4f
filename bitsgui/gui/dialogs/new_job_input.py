"""What was typed into the New Download form, read and checked; no widgets and no disk.

A problem is one sentence with the number of its line. The rules are the model's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.model.checksum import Checksum, read_checksum
from bitsgui.model.enums import AuthScheme, AuthTarget, JobPriority
from bitsgui.model.file_rules import check_remote_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.names import name_from_url, safe_file_name
from bitsgui.model.secret_rules import check_credentials, check_custom_headers
from bitsgui.model.urls import split_user_info

translate = QCoreApplication.translate

SignIn = tuple[str, str]
"""User name and password."""


@dataclass(frozen=True, slots=True)
class Address:
    """One line of the addresses: without user info, which is the `sign_in`."""

    url: str
    sign_in: SignIn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJobInput:
    """The whole form; `name` is empty unless a person typed one; `rate_limit_bps` 0 is no limit.

    `checksum`: of a single address.
    """

    addresses: tuple[Address, ...]
    folder: Path
    name: str = ""
    priority: JobPriority = JobPriority.NORMAL
    sign_in: SignIn | None = None
    custom_headers: tuple[tuple[str, str], ...] = ()
    rate_limit_bps: int = 0
    checksum: Checksum | None = None
    one_job: bool = False
    auto_complete: bool = True

    def file_name(self, address: Address) -> str:
        """The typed name of a single file, else the one that the address gives."""
        return self.name if self.name and len(self.addresses) == 1 else name_from_url(address.url)


def without_user_info(line: str) -> Address:
    """The line as an address; one that cannot be read stays as it is, for its problem to be said."""
    try:
        return Address(*split_user_info(line))
    except ValueError:
        return Address(line)


def addresses_problem(text: str) -> str | None:
    """What is wrong with the first bad line, or None."""
    for number, line in _lines(text):
        try:
            check_remote_name(line)
        except BitsError as error:
            return _in_line(number, bits_error_text(error))
    return None


def addresses_in(text: str) -> tuple[str, ...]:
    """The lines that are not empty."""
    return tuple(line for _, line in _lines(text))


def headers_problem(text: str) -> str | None:
    """What is wrong with the first bad header, or None."""
    for number, line in _lines(text):
        if ":" not in line:
            return _in_line(number, translate("NewJob", "Write it as Name: value."))
        try:
            check_custom_headers([_header(line)])
        except BitsError as error:
            return _in_line(number, bits_error_text(error))
    try:
        check_custom_headers(headers_in(text))
    except BitsError as error:
        return bits_error_text(error)
    return None


def headers_in(text: str) -> tuple[tuple[str, str], ...]:
    """The headers of a text without problems."""
    return tuple(_header(line) for _, line in _lines(text))


def checksum_problem(text: str, url: str) -> str | None:
    """Why what was pasted is no checksum of the file at `url`, or None; nothing pasted is fine."""
    try:
        checksum_in(text, url)
    except BitsError as error:
        return bits_error_text(error)
    return None


def checksum_in(text: str, url: str) -> Checksum | None:
    """The checksum, None for an empty text; raises BitsError."""
    return read_checksum(text, name_from_url(url)) if text.strip() else None


def name_problem(name: str) -> str | None:
    """Why a typed name cannot be used on every system, with one that can, or None."""
    safe = safe_file_name(name)
    if not name or safe == name:
        return None
    return translate("NewJob", "This name cannot be stored on every system; “{name}” can.").format(name=safe)


def sign_in_problem(user: str, password: str) -> str | None:
    """What is wrong with the sign-in, or None; both empty is no sign-in."""
    if not user:
        return translate("NewJob", "A password needs a user name.") if password else None
    try:
        check_credentials(AuthTarget.SERVER, AuthScheme.BASIC, user, password)
    except BitsError as error:
        return bits_error_text(error)
    return None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((n, line.strip()) for n, line in enumerate(text.splitlines(), start=1) if line.strip())


def _in_line(number: int, problem: str) -> str:
    return translate("NewJob", "Line {number}: {problem}").format(number=number, problem=problem)


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
