"""Words and figures for a terminal: plain English, and nothing from outside that could steer the screen."""

import re
import unicodedata

from bitsgui.model.hresult import HResult

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_RATE = re.compile(r"(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?(?:/s)?", re.IGNORECASE)
_UNITS = ("", "k", "M", "G", "T")


def clean(text: str) -> str:
    """One line without control, format and surrogate characters: no escape sequence gets through."""
    shown = (" " if c in "\t\n\r" else c for c in text)
    return "".join(c for c in shown if unicodedata.category(c) not in _UNSEEN)


def coded(text: str, code: HResult) -> str:
    """A reason with the name and the number that BITS gives it."""
    named = "" if code.name == code.hex else f"{code.name}, "
    return f"{text.rstrip('.')} ({named}{code.hex})"


def size_text(count: float) -> str:
    """Bytes in decimal units: 1.2 MB."""
    step = 0
    while count >= 999.5 and step < len(_UNITS) - 1:
        count, step = count / 1000, step + 1
    number = f"{count:.0f}" if step == 0 or count >= 99.95 else f"{count:.1f}"
    return f"{number} {_UNITS[step]}B"


def duration_text(seconds: float) -> str:
    """Whole seconds as 9 s, 3 min 05 s or 2 h 10 min."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def rate_of(text: str) -> int:
    """Bytes a second of 500k, 2M or 1.5G (powers of 1024, as in curl and wget); raises ValueError."""
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a rate such as 500k or 2M")
    number, unit = match.groups()
    return int(float(number) * 1024 ** "_kmgt".index(unit.lower() or "_"))
