"""One act for many jobs: several at a time, since what they store is written together; refusals are values."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job

_AT_ONCE: Final = 32


async def carry_out(jobs: Sequence[Job], act: Callable[[Job], Awaitable[object]]) -> list[tuple[Job, BitsError]]:
    """Act on every job, and return those that it was refused for."""
    refused: list[tuple[Job, BitsError]] = []

    async def one(job: Job) -> None:
        try:
            await act(job)
        except BitsError as error:
            refused.append((job, error))

    for start in range(0, len(jobs), _AT_ONCE):
        await asyncio.gather(*(one(job) for job in jobs[start : start + _AT_ONCE]))
    return refused
