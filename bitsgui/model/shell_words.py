"""A pasted command line cut into words as the shell that it was written for cuts it; runs and expands nothing.

Two flavours: POSIX shells (bash, zsh) with quotes and backslash, and Windows' cmd.exe with its caret, whose result
the C runtime then cuts by rules of its own.
"""

import re
import sys
from typing import Final

from bitsgui.model.codes import E_INVALIDARG
from bitsgui.model.hresult import BitsError

_CMD_SIGN: Final = re.compile(r'(?:^|\s)\^"|\^[ \t\r]*$', re.MULTILINE)
_SPACE: Final = " \t\r\n"

_SH_PIECE: Final = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
    | (?P<joint>\\[ \t]*\r?\n)
    | \$'(?P<ansi>(?:[^'\\]|\\.)*)'
    | '(?P<single>[^']*)'
    | \$?"(?P<double>(?:[^"\\]|\\.)*)"
    | \\(?P<escaped>.)
    | (?P<plain>[^ \t\r\n'"\\$]+|\$)
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_DOUBLE: Final = re.compile(r'\\(?:\r?\n|([$`"\\]))')
_ANSI: Final = re.compile(
    r"\\(?:x(?P<x>[0-9A-Fa-f]{1,2})|[uU](?P<u>[0-9A-Fa-f]{1,8})|(?P<o>[0-7]{1,3})|(?P<letter>.))", re.DOTALL
)
_ANSI_LETTERS: Final = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True))

_CMD_PIECE: Final = re.compile(
    r'(?P<quoted>"[^"]*"?)|\^[ \t]*\r?\n(?P<broken>\r?\n|.)?|\^(?P<escaped>.)|(?P<plain>[^"^]+|\^)', re.DOTALL
)
_CRT_PIECE: Final = re.compile(r'(?P<slashes>\\*)(?P<quotes>""?)|(?P<space>[ \t\r\n]+)|(?P<plain>\\+|[^\\" \t\r\n]+)')


def split_words(text: str) -> tuple[str, ...]:
    """The words of a command line; raises BitsError(E_INVALIDARG) where a quote is left open."""
    return _crt_words(_without_carets(text)) if _CMD_SIGN.search(text) else _sh_words(text)


def split_local_words(text: str) -> tuple[str, ...]:
    """The words as the usual shell of this system cuts them; raises as above."""
    return _crt_words(text) if sys.platform == "win32" else _sh_words(text)


class _Words:
    """Words that grow piece by piece; an empty pair of quotes is a word, too."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        self._pieces.append(piece)

    def end(self) -> None:
        if self._pieces:
            self._done.append("".join(self._pieces))
            self._pieces = []

    def all(self) -> tuple[str, ...]:
        self.end()
        return tuple(self._done)


def _sh_words(text: str) -> tuple[str, ...]:
    words, at = _Words(), 0
    while at < len(text):
        piece = _SH_PIECE.match(text, at)
        if piece is None:
            raise _left_open()
        if piece["space"]:
            words.end()
        elif not piece["joint"]:
            words.add(_sh_text(piece))
        at = piece.end()
    return words.all()


def _sh_text(piece: re.Match[str]) -> str:
    if piece["ansi"] is not None:
        return _ANSI.sub(_ansi_text, piece["ansi"])
    if piece["double"] is not None:
        return _IN_DOUBLE.sub(lambda found: found[1] or "", piece["double"])
    return piece["single"] or piece["escaped"] or piece["plain"] or ""


def _ansi_text(found: re.Match[str]) -> str:
    if found["letter"]:
        return _ANSI_LETTERS.get(found["letter"], found["letter"])
    number = int(found["o"], 8) & 0xFF if found["o"] else int(found["x"] or found["u"], 16)
    return chr(number) if number <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"


def _without_carets(text: str) -> str:
    """What cmd.exe hands to the program: inside plain quotes a caret is a letter, and ^" opens none."""
    return "".join(
        found["quoted"] or found["broken"] or found["escaped"] or found["plain"] or ""
        for found in _CMD_PIECE.finditer(text)
    )


def _crt_words(text: str) -> tuple[str, ...]:
    """The C runtime's rule: 2n backslashes and a quote are n and a quote that counts, 2n + 1 are n and a letter."""
    words, quoted = _Words(), False
    for piece in _CRT_PIECE.finditer(text):
        slashes, quotes = piece["slashes"] or "", piece["quotes"] or ""
        if quotes:
            is_letter = len(slashes) % 2 == 1
            words.add("\\" * (len(slashes) // 2) + '"' * is_letter)
            for _ in range(len(quotes) - is_letter):
                quoted = not quoted
            if len(quotes) == 2 and not is_letter and quoted:
                words.add('"')
        elif piece["space"] and not quoted:
            words.end()
        else:
            words.add(piece[0])
    if quoted:
        raise _left_open()
    return words.all()


def _left_open() -> BitsError:
    return BitsError(E_INVALIDARG, "A quotation mark in the command is left open: paste the whole command.")
