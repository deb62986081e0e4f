"""File names from untrusted text: nothing a server or URL says leaves the folder or deceives the eye."""

import re
import unicodedata
from collections.abc import Callable
from itertools import count
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from bitsgui.model.content_disposition import file_name
from bitsgui.model.limits import LOCAL_SEGMENT_MAX_BYTES

FALLBACK_NAME = "download"

_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_EDGES = re.compile(r"^[\s.]+|[\s.]+$")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DOUBLE_SUFFIXES = (".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst")
_SUFFIX_MAX_BYTES = 20
_ROOM_FOR_NUMBER = 15


def safe_file_name(text: str) -> str:
    """One path segment that is safe on Linux, Windows and macOS; `download` if nothing is left.

    Takes the last segment after / or \\; drops control, format (bidi) and unassigned characters; replaces the
    characters that Windows forbids; defuses reserved names, leading dots and trailing dots; keeps within
    255 bytes of UTF-8 with room for " (n)", extension kept.
    """
    return _cleaned(text) or FALLBACK_NAME


def name_from_url(url: str) -> str:
    """A safe name from the last segment of the URL's path."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return FALLBACK_NAME
    return safe_file_name(unquote(path))


def name_from_content_disposition(header: str | None) -> str | None:
    """A safe name from Content-Disposition (RFC 6266, filename* before filename), or None."""
    return _cleaned(file_name(header or "") or "") or None


def reply_name(source: PurePath) -> str:
    """A safe name for the reply to a file that was sent, where nobody chose one."""
    return safe_file_name(f"{source.stem} reply{source.suffix}")


def unused_name(name: str, exists: Callable[[str], bool]) -> str:
    """`name`, or `stem (n).ext` with the first n from 1 that `exists` denies."""
    if not exists(name):
        return name
    stem, suffix = _split(name)
    return next(candidate for n in count(1) if not exists(candidate := f"{stem} ({n}){suffix}"))


def _cleaned(text: str) -> str:
    last = re.split(r"[/\\]", text.rstrip("/\\"))[-1]
    seen = (c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in _UNSEEN_CATEGORIES)
    name = _EDGES.sub("", _FORBIDDEN.sub("_", "".join(seen)))
    if _RESERVED.fullmatch(name.split(".")[0].rstrip()):
        name = "_" + name
    return _shortened(name, LOCAL_SEGMENT_MAX_BYTES - _ROOM_FOR_NUMBER)


def _split(name: str) -> tuple[str, str]:
    suffix = PurePath(name).suffix
    double = name[-len(".tar") - len(suffix) :]
    if double.lower() in _DOUBLE_SUFFIXES and len(name) > len(double):
        suffix = double
    return name.removesuffix(suffix), suffix


def _shortened(name: str, limit: int) -> str:
    if len(name.encode()) <= limit:
        return name
    stem, suffix = _split(name)
    if len(suffix.encode()) > _SUFFIX_MAX_BYTES:
        stem, suffix = name, ""
    kept = stem.encode()[: limit - len(suffix.encode())].decode(errors="ignore")
    return _EDGES.sub("", kept) + suffix
