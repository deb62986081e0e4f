"""The file name that a Content-Disposition header carries (RFC 6266), as sent; names.py makes it safe.

Lenient where browsers are: unclosed quotes, no disposition type, raw UTF-8, RFC 2231 pieces, RFC 2047 words.
"""

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import unquote, unquote_to_bytes

_PARAMETER = re.compile(r"""(?:^|;)\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""", re.ASCII | re.DOTALL)
_ENCODED_WORD = re.compile(r"=\?[\w-]+\?[bq]\?[^?\s]*\?=", re.IGNORECASE | re.ASCII)


def file_name(header: str) -> str | None:
    """The name in `filename*`, else in RFC 2231's pieces, else in `filename`; None without a readable one."""
    parameters = _parameters(header)
    for read in (_extended, _in_pieces, _plain):
        text = read(parameters)
        if text and text.strip():
            return text
    return None


def _parameters(header: str) -> dict[str, str]:
    # The first of two wins, as browsers have it: a second one is what an attacker could append.
    return {name.lower(): _unquoted(value) for name, value in reversed(_PARAMETER.findall(header))}


def _unquoted(value: str) -> str:
    text = value.strip()
    if not text.startswith('"'):
        return text
    # Only \" and \\ are undone: servers also send raw Windows paths in quotes.
    return re.sub(r'\\(["\\])', r"\1", text[1:].removesuffix('"'))


def _extended(parameters: dict[str, str]) -> str | None:
    return _decoded(parameters.get("filename*", ""))


def _in_pieces(parameters: dict[str, str]) -> str | None:
    text, encoded, number = "", False, 0
    while True:
        star = f"filename*{number}*" in parameters
        piece = parameters.get(f"filename*{number}*" if star else f"filename*{number}")
        if piece is None:
            break
        encoded |= star
        text += piece
        number += 1
    return _decoded(text) if encoded else text


def _plain(parameters: dict[str, str]) -> str | None:
    text = _words_decoded(_as_utf8(parameters.get("filename", "")))
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _decoded(value: str) -> str | None:
    """charset'language'percent-encoded (RFC 8187)."""
    parts = value.split("'", 2)
    if len(parts) < 3:
        return None
    try:
        return unquote_to_bytes(parts[2]).decode(parts[0])
    except (LookupError, ValueError):
        return None


def _as_utf8(text: str) -> str:
    """Undo a header reader's Latin-1 or surrogate escapes where the bytes were UTF-8."""
    try:
        raw = text.encode("latin-1", "surrogateescape")
    except UnicodeEncodeError:
        return text
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _words_decoded(text: str) -> str:
    if not _ENCODED_WORD.search(text):
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text
