"""Words and figures of the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.terminal.words import clean, duration_text, rate_of, size_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("a\nb\tc\rd", "a b c d"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\x9b2J", "2J"),
        ("a\u2028b\ud800", "ab"),
        ("Grüße 日本", "Grüße 日本"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_nothing_from_outside_steers_the_screen(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text())
def test_clean_text_is_one_printable_line(text: str) -> None:
    assert all(c.isprintable() or c.isspace() or c >= "\x7f" for c in clean(text))
    assert len(clean(text).splitlines()) <= 1
    clean(text).encode()


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1234, "1.2 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_500_000_000, "1.5 GB"),
        (5_000_000_000_000_000, "5000 TB"),
    ],
)
def test_sizes(count: float, text: str) -> None:
    assert size_text(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0 s"), (8.6, "9 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (3600 * 26 + 61, "26 h 01 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("0", 0),
        ("1000", 1000),
        ("500k", 512_000),
        ("500K", 512_000),
        ("2M", 2 * 1024**2),
        ("1.5G", 3 * 512 * 1024**2),
        ("2MiB/s", 2 * 1024**2),
        (" 7kb ", 7168),
    ],
)
def test_rates(text: str, rate: int) -> None:
    assert rate_of(text) == rate


@pytest.mark.parametrize("text", ["", "k", "-1", "2 M", "fast", "1e3", "2X", "1.2.3", "nan"])
def test_bad_rates(text: str) -> None:
    with pytest.raises(ValueError, match="rate"):
        rate_of(text)
