"""What comes by the clipboard or by a drop: addresses, files, a curl command; knows no jobs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

from bitsgui.gui.texts.translating import translate
from bitsgui.model.curl_command import is_curl_command, read_curl_command
from bitsgui.model.enums import ProxyUsage
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import ProxySettings
from bitsgui.model.url_list import addresses_in_list
from bitsgui.model.url_pattern import read_pattern
from bitsgui.model.urls import SUPPORTED_SCHEMES, host_of, split_user_info

LIST_MAX_BYTES: Final = 10_000_000
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the New Download dialog is to begin with; no secret shows in its repr.

    `left_out`: options of a command that cannot be carried out, to be said. `proxy` None = as usual.
    """

    urls: tuple[str, ...] = field(default=(), repr=False)
    headers: tuple[Pair, ...] = field(default=(), repr=False)
    sign_in: Pair | None = field(default=None, repr=False)
    proxy: ProxySettings | None = None
    name: str = ""
    left_out: tuple[str, ...] = ()
    from_command: bool = False
    are_patterns: bool = True


def is_offer(data: QMimeData) -> bool:
    """Whether there is something to download in it."""
    return bool(addresses_in(data)) or (not data.hasUrls() and is_curl_command(data.text()))


def offer_in(data: QMimeData) -> Offer:
    """Addresses, or what a curl command says; raises BitsError for one that cannot be carried out here."""
    if not data.hasUrls() and is_curl_command(data.text()):
        return offer_of_command(data.text())
    return Offer(urls=addresses_in(data))


def offer_of_command(text: str) -> Offer:
    """What a curl command says; raises BitsError."""
    command = read_curl_command(text)
    proxy, left_out = _proxy(command.proxy)
    return Offer(
        urls=command.urls,
        headers=command.headers,
        sign_in=command.sign_in,
        proxy=proxy,
        name=command.output_name,
        left_out=(*command.left_out, *left_out),
        from_command=True,
        are_patterns=command.are_patterns,
    )


def addresses_in(data: QMimeData) -> tuple[str, ...]:
    """The addresses that can be downloaded, in order, each once; links first, else the lines of the text."""
    urls = [url.toString() for url in data.urls()] if data.hasUrls() else data.text().split()
    return tuple(dict.fromkeys(url for url in urls if _is_address(url)))


def files_in(data: QMimeData) -> tuple[Path, ...]:
    """The files of this computer that were dropped, in order, each once; folders, too."""
    urls = data.urls() if data.hasUrls() else []
    return tuple(dict.fromkeys(Path(url.toLocalFile()) for url in urls if url.isLocalFile()))


def addresses_in_files(paths: Sequence[Path]) -> tuple[str, ...]:
    """The addresses that text files list; reads them: not for the loop. Raises OSError, ValueError for no such list."""
    found = [url for path in paths for url in addresses_in_list(_text(path)) if _is_address(url)]
    if not found:
        raise ValueError(translate("Dropped", "There is no address in this file that starts with http:// or https://."))
    return tuple(dict.fromkeys(found))


def _text(path: Path) -> str:
    if path.stat().st_size > LIST_MAX_BYTES:
        raise ValueError(translate("Dropped", "This file is too large for a list of addresses."))
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(translate("Dropped", "This is not a text file of addresses.")) from None


def _proxy(text: str | None) -> tuple[ProxySettings | None, tuple[str, ...]]:
    """As a job has it; a proxy's own sign-in is not taken over."""
    if text is None:
        return None, ()
    if not text.strip():
        return ProxySettings(ProxyUsage.NO_PROXY), ()
    clean, user_info = split_user_info(text if "://" in text else f"http://{text}")
    return ProxySettings(ProxyUsage.OVERRIDE, clean), ("-x user:password",) if user_info else ()


def _is_address(text: str) -> bool:
    return text.partition("://")[0].lower() in SUPPORTED_SCHEMES and bool(host_of(text) or host_of(_first(text)))


def _first(text: str) -> str:
    """The first address of a pattern, which may stand in the host's name."""
    try:
        return read_pattern(text).first
    except BitsError:
        return text
