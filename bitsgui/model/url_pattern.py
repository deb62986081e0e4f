"""Many addresses written as one: file[001-120].zip, [a-z], [0-100:10], {north,south}; counted before it is expanded.

The signs are curl's. What is not exactly such a sign is text: the brackets of an IPv6 host, a lone brace.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from bitsgui.model.codes import E_INVALIDARG
from bitsgui.model.hresult import BitsError

PATTERN_MAX: Final = 10_000
"""How many addresses a pattern may make."""

_SIGN: Final = re.compile(
    r"""
    \[ (?P<first>[0-9]{1,18}) - (?P<last>[0-9]{1,18}) (?: : (?P<step>[0-9]{1,18}) )? \]
    | \[ (?P<from>[a-z]) - (?P<to>[a-z]) (?: : (?P<letter_step>[0-9]{1,18}) )? \]
    | \[ (?P<FROM>[A-Z]) - (?P<TO>[A-Z]) (?: : (?P<LETTER_STEP>[0-9]{1,18}) )? \]
    | \{ (?P<words> [^{}\[\]]* , [^{}\[\]]* ) \}
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Numbers(Sequence[str]):
    """Numbers as texts of at least `width` digits; as many as one likes, none of them made before it is asked for."""

    numbers: range
    width: int

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, at: int) -> str:  # type: ignore[override]
        return str(self.numbers[at]).zfill(self.width)


@dataclass(frozen=True, slots=True)
class UrlPattern:
    """Parts of which every combination is an address, the last part changing first."""

    parts: tuple[Sequence[str], ...]

    @property
    def count(self) -> int:
        """How many addresses it makes; 1 for a text without a sign."""
        return prod(map(len, self.parts))

    @property
    def first(self) -> str:
        return "".join(part[0] for part in self.parts)

    @property
    def last(self) -> str:
        return "".join(part[-1] for part in self.parts)

    def __iter__(self) -> Iterator[str]:
        return ("".join(chosen) for chosen in product(*self.parts))


def is_pattern(text: str) -> bool:
    """Whether the text holds a sign."""
    return _SIGN.search(text) is not None


def read_pattern(text: str) -> UrlPattern:
    """The parts; raises BitsError(E_INVALIDARG) for a range that is none."""
    parts: list[Sequence[str]] = []
    end = 0
    for sign in _SIGN.finditer(text):
        parts += [(text[end : sign.start()],), _values(sign)]
        end = sign.end()
    return UrlPattern((*parts, (text[end:],)))


def expand(texts: Iterable[str]) -> tuple[str, ...]:
    """Every address of these patterns, in order; raises BitsError(E_INVALIDARG) also for more than PATTERN_MAX."""
    patterns = [read_pattern(text) for text in texts]
    check_count(patterns)
    return tuple(address for pattern in patterns for address in pattern)


def check_count(patterns: Iterable[UrlPattern]) -> None:
    """Raise BitsError(E_INVALIDARG) if they make more addresses than PATTERN_MAX; plain ones are free."""
    count = sum(pattern.count for pattern in patterns if pattern.count > 1)
    if count > PATTERN_MAX:
        raise BitsError(E_INVALIDARG, f"The pattern makes more than {PATTERN_MAX} addresses: take a smaller range.")


def _values(sign: re.Match[str]) -> Sequence[str]:
    if sign["words"] is not None:
        return tuple(sign["words"].split(","))
    if sign["first"] is not None:
        padded = sign["first"].startswith("0")
        numbers = _range(int(sign["first"]), int(sign["last"]), sign["step"])
        return _Numbers(numbers, len(sign["first"]) if padded else 0)
    start, end, step = (
        (sign["from"], sign["to"], sign["letter_step"])
        if sign["from"]
        else (sign["FROM"], sign["TO"], sign["LETTER_STEP"])
    )
    return tuple(map(chr, _range(ord(start), ord(end), step)))


def _range(first: int, last: int, step: str | None) -> range:
    if first > last:
        raise BitsError(E_INVALIDARG, "A range in brackets begins with its smaller end, as [1-9].")
    if step is not None and int(step) == 0:
        raise BitsError(E_INVALIDARG, "The step of a range is 1 or more, as [0-100:10].")
    return range(first, last + 1, int(step or 1))
