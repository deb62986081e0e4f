"""What is known of a failure, in words: the names and numbers that its sentence is filled with.

Knows the values of a job and no sentence. What nobody knows is not there.
"""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QDateTime, QLocale

from bitsgui.gui.texts.formats import display_path, format_duration, format_size, format_when
from bitsgui.gui.texts.translating import translate
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.error import JobError
from bitsgui.model.facts import Certificate, CertificateReason, Facts
from bitsgui.model.interception import product_behind
from bitsgui.model.job import Job
from bitsgui.model.urls import display_url, host_of

_MOST_NAMES: Final = 3
_CHECKSUM_LETTERS: Final = 12
_SCHEMES: Final = {"ntlm": "NTLM", "negotiate": "Kerberos/Negotiate", "bearer": "Bearer", "digest": "Digest"}


def values_of(job: Job) -> dict[str, str]:
    """Everything that a sentence may name; `host`, `file`, `folder`, `code`, `status` and `clock` always."""
    known = _names(job, failing_index(job)) | dict(_of_settings(job))
    if job.error is None:
        return known | {"code": "", "status": "", "clock": ""}
    return known | dict(_of_error(job.error)) | dict(_of_facts(job, job.error.facts or Facts()))


def host_at(job: Job, index: int) -> str:
    """The host of an entry; a reply without an address is asked for where its file went."""
    return host_of(job.entry(index).remote_name) or host_of(job.files[0].remote_name)


def short(text: str, limit: int = 60) -> str:
    """Both ends of a long name: the beginning says what it is, the end which one."""
    half = limit // 2
    return text if len(text) <= limit else f"{text[:half]}\N{HORIZONTAL ELLIPSIS}{text[-half:]}"


def _names(job: Job, index: int | None) -> dict[str, str]:
    unnamed = {
        "host": translate("ErrorTexts", "The server"),
        "file": translate("ErrorTexts", "The file"),
        "folder": translate("ErrorTexts", "the folder"),
    }
    if index is None:
        return unnamed
    file = job.entry(index)
    named = {"host": short(host_at(job, index))}
    if file.bytes_total is not None:
        named["length"] = _size(file.bytes_total)
        named["needed"] = _size(max(0, file.bytes_total - file.bytes_transferred))
    if not file.local_name:
        return unnamed | named
    path = PurePath(file.local_name)
    return unnamed | named | {"file": short(path.name), "folder": short(display_path(path.parent))}


def _of_settings(job: Job) -> Iterator[tuple[str, str]]:
    yield "limit", _unbroken(format_duration(job.settings.maximum_download_time_s))
    if job.settings.proxy.proxy_list:
        yield "proxies", short(" ".join(display_url(entry) for entry in job.settings.proxy.proxy_list.split()))


def _of_error(error: JobError) -> Iterator[tuple[str, str]]:
    yield "code", error.code.hex
    yield "status", error.code.hex if error.http_status is None else str(error.http_status)
    yield "clock", format_when(error.when)


def _of_facts(job: Job, facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.realm:
        yield "realm", short(facts.realm)
    if facts.schemes:
        yield "schemes", ", ".join(_SCHEMES.get(scheme, scheme) for scheme in facts.schemes[:_MOST_NAMES])
    if facts.proxy:
        yield "proxy", short(facts.proxy)
    if facts.redirected_to:
        yield "target", short(facts.redirected_to)
    if facts.free_bytes is not None:
        yield "free", _size(facts.free_bytes)
    if facts.checksum_wanted and facts.checksum_found:
        yield "wanted", _checksum(facts.checksum_wanted)
        yield "got", _checksum(facts.checksum_found)
    if facts.size_now is not None:
        yield "length", _size(facts.size_now)
    yield from _of_change(facts)
    yield from _of_certificates(facts.certificates or (), facts.certificate_reason)


def _of_change(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.changed_at is not None:
        yield "changed", format_when(facts.changed_at)
    before, now = _size(facts.size_before), _size(facts.size_now)
    # Two sizes that read alike explain nothing.
    if None not in (facts.size_before, facts.size_now) and before != now:
        yield "before", before
        yield "now", now


def _of_certificates(chain: tuple[Certificate, ...], reason: CertificateReason | None) -> Iterator[tuple[str, str]]:
    if not chain:
        return
    own = chain[0]
    if reason is CertificateReason.EXPIRED:
        yield "expired", _day(min(certificate.not_after for certificate in chain))
    yield "begins", _day(max(certificate.not_before for certificate in chain))
    if own.names:
        yield "names", short(", ".join(own.names[:_MOST_NAMES]))
    yield "issuer", short(_common_name(own.issuer))
    product = product_behind(chain)
    if product is not None:
        yield "product", product


def _common_name(name: str) -> str:
    """The readable part of an RFC 4514 name."""
    parts = dict(part.partition("=")[::2] for part in reversed(name.replace("\\,", ";").split(",")))
    return (parts.get("CN") or parts.get("O") or name).strip()


def _size(size: int | None) -> str:
    return _unbroken(format_size(size))


def _unbroken(text: str) -> str:
    """A number stays with its unit where a line ends."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _checksum(digits: str) -> str:
    return digits if len(digits) <= _CHECKSUM_LETTERS else f"{digits[:_CHECKSUM_LETTERS]}\N{HORIZONTAL ELLIPSIS}"


def _day(seconds: float) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)).date(), QLocale.FormatType.LongFormat)
