"""Bytes of any length that need neither disk nor memory; knows nothing of HTTP."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Final

PERIOD: Final = 1_048_573
"""A prime: no aligned offset maps the pattern onto itself, so misplaced bytes never look right."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`size` bytes, the same for the same `seed`; slices compute what they return and nothing else."""

    size: int
    seed: int = 0

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, piece: slice) -> bytes:
        start, stop, _ = piece.indices(self.size)
        phase = start % PERIOD
        end = phase + max(0, stop - start)
        return (_block(self.seed) * (1 + end // PERIOD))[phase:end]


@cache
def _block(seed: int) -> bytes:
    return random.Random(seed).randbytes(PERIOD)
