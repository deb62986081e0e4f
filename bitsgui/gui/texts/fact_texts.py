"""What is known of a failure, in words: the names and numbers that its sentence is filled with.

Knows the values of a job and no sentence. What nobody knows is None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from string import Formatter
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QDateTime, QLocale

from bitsgui.gui.texts.formats import display_path, format_duration, format_size, format_when
from bitsgui.gui.texts.translating import translate
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.error import JobError
from bitsgui.model.facts import Certificate, CertificateReason, Facts
from bitsgui.model.interception import product_behind
from bitsgui.model.job import Job, JobFile
from bitsgui.model.urls import display_url, host_of

_MOST_NAMES: Final = 3
_CHECKSUM_LETTERS: Final = 12
_SCHEMES: Final = {"ntlm": "NTLM", "negotiate": "Kerberos/Negotiate", "bearer": "Bearer", "digest": "Digest"}


def filled(text: str, job: Job) -> str | None:
    """A text of ErrorTexts, translated, with its {names} filled in; None if one of them is not known."""
    about = _about(job)
    values = {name: VALUES[name](about) for name in names_in(text)}
    return None if None in values.values() else translate("ErrorTexts", text).format(**values)


@cache
def names_in(text: str) -> tuple[str, ...]:
    """The names that a text wants."""
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name)


def host_at(job: Job, index: int) -> str:
    """The host of an entry; a reply without an address is asked for where its file went."""
    return host_of(job.entry(index).remote_name) or host_of(job.files[0].remote_name)


def short(text: str, limit: int = 60) -> str:
    """Both ends of a long name: the beginning says what it is, the end which one."""
    half = limit // 2
    return text if len(text) <= limit else f"{text[:half]}\N{HORIZONTAL ELLIPSIS}{text[-half:]}"


@dataclass(frozen=True, slots=True)
class _About:
    """What a name may be taken from; `file`: the failing entry, None if there is none."""

    job: Job
    index: int | None
    error: JobError | None
    facts: Facts

    @property
    def file(self) -> JobFile | None:
        return None if self.index is None else self.job.entry(self.index)

    @property
    def path(self) -> PurePath | None:
        return PurePath(self.file.local_name) if self.file and self.file.local_name else None

    @property
    def chain(self) -> tuple[Certificate, ...]:
        return self.facts.certificates or ()


def _about(job: Job) -> _About:
    facts = job.error.facts if job.error else None
    return _About(job, failing_index(job), job.error, facts or Facts())


def _host(about: _About) -> str:
    return translate("ErrorTexts", "The server") if about.index is None else short(host_at(about.job, about.index))


def _file(about: _About) -> str:
    return short(about.path.name) if about.path else translate("ErrorTexts", "The file")


def _folder(about: _About) -> str:
    return short(display_path(about.path.parent)) if about.path else translate("ErrorTexts", "the folder")


def _code(about: _About) -> str:
    return about.error.code.hex if about.error else ""


def _status(about: _About) -> str:
    status = about.error.http_status if about.error else None
    return _code(about) if status is None else str(status)


def _needed(about: _About) -> str | None:
    file = about.file
    missing = None if file is None or file.bytes_total is None else file.bytes_total - file.bytes_transferred
    return _size(missing)


def _length(about: _About) -> str | None:
    known = about.file.bytes_total if about.file else None
    return _size(about.facts.size_now if known is None else known)


def _proxies(about: _About) -> str | None:
    entries = about.job.settings.proxy.proxy_list.split()
    return short(" ".join(display_url(entry) for entry in entries)) if entries else None


def _schemes(about: _About) -> str | None:
    names = about.facts.schemes
    return ", ".join(_SCHEMES.get(name, name) for name in names[:_MOST_NAMES]) if names else None


def _before(about: _About) -> str | None:
    before, now = _size(about.facts.size_before), _size(about.facts.size_now)
    return None if before == now else before  # two sizes that read alike explain nothing


def _expired(about: _About) -> str | None:
    if not about.chain or about.facts.certificate_reason is not CertificateReason.EXPIRED:
        return None
    return _day(min(certificate.not_after for certificate in about.chain))


def _begins(about: _About) -> str | None:
    return _day(max(certificate.not_before for certificate in about.chain)) if about.chain else None


def _hosts(about: _About) -> str | None:
    names = about.chain[0].names if about.chain else ()
    return short(", ".join(names[:_MOST_NAMES])) if names else None


def _issuer(about: _About) -> str | None:
    return short(_common_name(about.chain[0].issuer)) if about.chain else None


VALUES: Final[Mapping[str, Callable[[_About], str | None]]] = MappingProxyType(
    {
        "host": _host,
        "file": _file,
        "folder": _folder,
        "code": _code,
        "status": _status,
        "clock": lambda about: format_when(about.error.when) if about.error else "",
        "limit": lambda about: _unbroken(format_duration(about.job.settings.maximum_download_time_s)),
        "needed": _needed,
        "length": _length,
        "free": lambda about: _size(about.facts.free_bytes),
        "before": _before,
        "now": lambda about: _size(about.facts.size_now),
        "changed": lambda about: None if about.facts.changed_at is None else format_when(about.facts.changed_at),
        "wanted": lambda about: _checksum(about.facts.checksum_wanted),
        "got": lambda about: _checksum(about.facts.checksum_found),
        "realm": lambda about: short(about.facts.realm) if about.facts.realm else None,
        "schemes": _schemes,
        "proxy": lambda about: short(about.facts.proxy) if about.facts.proxy else None,
        "proxies": _proxies,
        "target": lambda about: short(about.facts.redirected_to) if about.facts.redirected_to else None,
        "expired": _expired,
        "begins": _begins,
        "names": _hosts,
        "issuer": _issuer,
        "product": lambda about: product_behind(about.chain),
    }
)
"""Those of `host` to `clock` are always known."""


def _common_name(name: str) -> str:
    """The readable part of an RFC 4514 name."""
    parts = dict(part.partition("=")[::2] for part in reversed(name.replace("\\,", ";").split(",")))
    return (parts.get("CN") or parts.get("O") or name).strip()


def _size(size: int | None) -> str | None:
    return None if size is None else _unbroken(format_size(size))


def _unbroken(text: str) -> str:
    """A number stays with its unit where a line ends."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _checksum(digits: str | None) -> str | None:
    if digits is None or len(digits) <= _CHECKSUM_LETTERS:
        return digits
    return f"{digits[:_CHECKSUM_LETTERS]}\N{HORIZONTAL ELLIPSIS}"


def _day(seconds: float) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)).date(), QLocale.FormatType.LongFormat)
