"""Addresses and files that come by the clipboard or by a drop; knows no jobs."""

from pathlib import Path

from PySide6.QtCore import QMimeData

from bitsgui.model.urls import SUPPORTED_SCHEMES, host_of


def addresses_in(data: QMimeData) -> tuple[str, ...]:
    """The addresses that can be downloaded, in order, each once; links first, else the lines of the text."""
    urls = [url.toString() for url in data.urls()] if data.hasUrls() else data.text().split()
    return tuple(dict.fromkeys(url for url in urls if _is_address(url)))


def files_in(data: QMimeData) -> tuple[Path, ...]:
    """The files of this computer that were dropped, in order, each once; folders, too."""
    urls = data.urls() if data.hasUrls() else []
    return tuple(dict.fromkeys(Path(url.toLocalFile()) for url in urls if url.isLocalFile()))


def _is_address(text: str) -> bool:
    return text.partition("://")[0].lower() in SUPPORTED_SCHEMES and bool(host_of(text))
