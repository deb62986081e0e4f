"""Whether a body is the file at all: no encoded and no error page in its place. Pure."""

import mimetypes
import re
from pathlib import PurePath
from typing import Final

from bitsgui.engine.stop import TransferStop
from bitsgui.model.codes import BG_E_INVALID_SERVER_RESPONSE
from bitsgui.model.enums import ErrorContext
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import from_http_status

HTML_INSTEAD_OF_FILE: Final = "The server sent a web page instead of the file."

_WEB_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
# The group of comments is atomic: given back one by one they would cost time exponential in their number.
_WEB_PAGE_START = re.compile(
    rb"\A(\xef\xbb\xbf)?\s*(?>(<!--.*?-->\s*)*)<(!doctype\s+html|html|head|body)\b", re.I | re.S
)
# A server that labels an archive by its compression means the archive's own bytes.
_PACKED_SUFFIXES: Final = {
    "gzip": (".gz", ".tgz", ".svgz", ".emz"),
    "x-gzip": (".gz", ".tgz", ".svgz", ".emz"),
    "br": (".br",),
    "zstd": (".zst", ".tzst"),
    "compress": (".z",),
    "x-compress": (".z",),
}


def check_encoding(content_encoding: str | None, names: tuple[str, ...]) -> None:
    """Raise TransferStop for a body encoded although identity was asked; `names`: local name and URL path."""
    coding = (content_encoding or "identity").strip().lower()
    if coding in ("", "identity"):
        return
    if any(name.lower().endswith(_PACKED_SUFFIXES.get(coding, ())) for name in names):
        return
    raise TransferStop(
        ErrorContext.REMOTE_FILE,
        BG_E_INVALID_SERVER_RESPONSE,
        f"The server sent the file encoded ({coding}) although it was asked not to.",
    )


def bytes_to_judge(content_type: str) -> int:
    """How many first bytes `check_not_a_web_page` wants to see."""
    return 1024 if _is_web_page_type(content_type) else 1


def check_not_a_web_page(content_type: str, first_bytes: bytes, local_name: str) -> None:
    """Raise TransferStop for an HTML page in place of a file whose name says that it is something else."""
    if not _is_web_page_type(content_type):
        return
    expected, packing = mimetypes.guess_type(PurePath(local_name).name, strict=False)
    is_named_otherwise = packing is not None or (expected is not None and not _may_be_html(expected))
    if is_named_otherwise and _WEB_PAGE_START.match(first_bytes):
        # As BITS has it: a status of success where something else was required.
        code = from_http_status(200)
        raise TransferStop(ErrorContext.REMOTE_FILE, code, HTML_INSTEAD_OF_FILE, facts=Facts(content_type=content_type))


def _is_web_page_type(content_type: str) -> bool:
    return content_type.split(";")[0].strip().lower() in _WEB_PAGE_TYPES


def _may_be_html(mime_type: str) -> bool:
    return mime_type.startswith("text/") or mime_type in _WEB_PAGE_TYPES or mime_type.endswith("xml")
