"""What was typed into the New Download form, read and checked; no widgets and no disk.

A problem is one sentence with the number of its line. The rules are the model's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.model.checksum import Checksum, read_checksum
from bitsgui.model.enums import AuthScheme, AuthTarget, JobPriority
from bitsgui.model.file_rules import check_remote_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import ProxySettings
from bitsgui.model.names import name_from_url, safe_file_name
from bitsgui.model.secret_rules import check_credentials, check_custom_headers
from bitsgui.model.url_pattern import check_count, read_pattern
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
    proxy: ProxySettings = field(default_factory=ProxySettings)
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


def addresses_problem(text: str, *, as_patterns: bool = False) -> str | None:
    """What is wrong with the first bad line, or None; a line may stand for many addresses with `as_patterns`."""
    for number, line in _lines(text):
        try:
            for address in ends_of(line) if as_patterns else (line,):
                check_remote_name(address)
        except BitsError as error:
            return _in_line(number, bits_error_text(error))
    if not as_patterns:
        return None
    try:
        check_count(map(read_pattern, addresses_in(text)))
    except BitsError as error:
        return bits_error_text(error)
    return None


def ends_of(line: str) -> tuple[str, ...]:
    """The first and the last address that a line stands for, or the one; raises BitsError for a bad range."""
    pattern = read_pattern(line)
    return (pattern.first, pattern.last) if pattern.count > 1 else (pattern.first,)


def pattern_note(lines: Sequence[str]) -> str:
    """How many addresses these lines stand for, the first and the last of them; of lines without problems."""
    patterns = [read_pattern(line) for line in lines]
    text = translate("NewJob", "%n files, from {first} to {last}", None, sum(p.count for p in patterns))
    return text.format(first=name_from_url(patterns[0].first), last=name_from_url(patterns[-1].last))


def expanded(addresses: Sequence[Address]) -> tuple[Address, ...]:
    """Every address that these stand for, with the sign-in that came with it."""
    return tuple(Address(url, address.sign_in) for address in addresses for url in read_pattern(address.url))


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
