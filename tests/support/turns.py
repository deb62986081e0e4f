"""Waiting for what another process does and nobody announces: looked at again until it is true."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

_LOOK_AGAIN_S = 0.02


async def until(true: Callable[[], object], timeout_s: float = 15.0) -> None:
    """Return as soon as `true()` holds; TimeoutError when it does not in time."""

    async def look() -> bool:
        return bool(true())

    await until_found(look, timeout_s)


async def until_found(look: Callable[[], Awaitable[T]], timeout_s: float = 15.0) -> T:
    """The first thing that is true of what `look` finds; TimeoutError when there is none in time."""
    async with asyncio.timeout(timeout_s):
        while not (found := await look()):  # noqa: ASYNC110 - another process announces nothing
            await asyncio.sleep(_LOOK_AGAIN_S)
        return found
