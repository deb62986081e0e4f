"""Numbers as people read them, in the locale in force; decimal units, as discs and networks use them."""

import datetime as dt
import math
from pathlib import Path, PurePath
from typing import Final

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400


def format_size(size: int | None) -> str:
    """Bytes, "3.7 GB"; None is an unknown size."""
    if size is None:
        return QCoreApplication.translate("formats", "unknown")
    return _with_unit(size)


def format_rate(rate_bps: float) -> str:
    """Bytes per second, "24.1 MB/s"."""
    return QCoreApplication.translate("formats", "%1/s").replace("%1", _with_unit(int(rate_bps)))


def upward(rate: str) -> str:
    """A rate of bytes that are sent."""
    return f"\N{UPWARDS ARROW} {rate}"


def downward(rate: str) -> str:
    """A rate of bytes that are received."""
    return f"\N{DOWNWARDS ARROW} {rate}"


def format_duration(seconds: float) -> str:
    """The two largest units, "58 s", "3 min 20 s", "2 h 5 min", "3 d 4 h"; a zero is left out."""
    left = max(0, math.ceil(seconds))
    words: list[tuple[int, str]] = []
    for size, unit in _units():
        count, left = divmod(left, size)
        if count or words:
            words.append((count, unit))
    shown = [_fill(unit, count) for count, unit in words[:2] if count]
    return " ".join(shown) or _fill(_units()[-1][1], 0)


def _units() -> tuple[tuple[int, str], ...]:
    tr = QCoreApplication.translate
    return (
        (_DAY_S, tr("formats", "%1 d")),
        (_HOUR_S, tr("formats", "%1 h")),
        (_MINUTE_S, tr("formats", "%1 min")),
        (1, tr("formats", "%1 s")),
    )


def format_countdown(seconds: float) -> str:
    """As a clock, "9:41" or "1:02:03"."""
    whole = max(0, math.ceil(seconds))
    hours, rest = divmod(whole, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def format_when(seconds: float) -> str:
    """A moment (seconds since the epoch) in local time, "today 14:02" or the date with the time."""
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    locale = QLocale()
    time = locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    if dt.date.fromtimestamp(seconds) == dt.date.today():
        return _fill(QCoreApplication.translate("formats", "today %1"), time)
    return f"{locale.toString(moment.date(), QLocale.FormatType.ShortFormat)} {time}"


def format_percent(fraction: float | None) -> str:
    """ "62 %", rounded down so that 100 % means done; empty while unknown."""
    if fraction is None:
        return ""
    return _fill(QCoreApplication.translate("formats", "%1 %"), math.floor(fraction * 100 + 1e-9))


def display_path(path: PurePath) -> str:
    """A path for people and reports: the home folder, which holds the user's name, as ~."""
    home = Path.home()
    return str(PurePath("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


def _with_unit(size: int) -> str:
    if size < 1000:
        return _fill(QCoreApplication.translate("formats", "%1 B"), size)
    precision = 1 if _leading(size) < 99.95 else 0
    return QLocale().formattedDataSize(size, precision, QLocale.DataSizeFormat.DataSizeSIFormat)


def _leading(size: int) -> float:
    """The number before the unit: 3.7 of 3.7 GB."""
    return float(size / 1000 ** ((len(str(size)) - 1) // 3))


def _fill(pattern: str, *values: object) -> str:
    for number, value in enumerate(values, start=1):
        pattern = pattern.replace(f"%{number}", str(value))
    return pattern
