"""Who has the queue: one process at a time, by the state folder's lock; the others find it, or wait their turn."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from bitsgui.model.hresult import BitsError
from bitsgui.remote.client import Channel, UnansweredError
from bitsgui.remote.messages import HandOver, Role, Show
from bitsgui.service.manager import JobManager, StateLockedError

T = TypeVar("T")
Opener = Callable[[], Awaitable[JobManager]]

PATIENCE_S: Final = 10.0
"""How long somebody may have the queue without answering: who starts or ends does so for a moment."""
_PAUSE_S: Final = 0.05
_ACTIVATION_TOKEN: Final = "XDG_ACTIVATION_TOKEN"


class WindowRunsError(Exception):
    """A window has the queue already; what this one was started with was handed over to it. The text says so."""

    def __init__(self, show: Show) -> None:
        super().__init__(f"bitsgui is running already{'' if show.hidden else '; its window is shown'}.")


def hand_over(state_dir: Path, show: Show) -> None:
    """Raise WindowRunsError if a window has the queue and took `show`; else the start of another one finds out why."""
    with suppress(UnansweredError, BitsError, OSError):
        asyncio.run(_hand_over(state_dir, show))


async def _hand_over(state_dir: Path, show: Show) -> None:
    channel = await Channel.open(state_dir)
    if channel is None:
        return
    try:
        if channel.role is Role.WINDOW:
            await channel.tell(show)
            raise WindowRunsError(show)
    finally:
        await channel.aclose()


def activation_token() -> str:
    """The desktop's leave to take the focus, which came with this start; empty = none."""
    return os.environ.get(_ACTIVATION_TOKEN, "")


@asynccontextmanager
async def window_queue(state_dir: Path, open_queue: Opener, show: Show) -> AsyncIterator[JobManager]:
    """The queue for a window; a service that has it gives it away, and has it back when this ends, however it ends.

    Raises WindowRunsError, and what `open_queue` raises.
    """
    lenders: list[Channel] = []

    async def attempt() -> JobManager:
        channel = await Channel.open(state_dir)
        if channel is not None:
            # Kept as long as this has the queue: when it ends a service takes the queue back.
            lenders.append(channel)
            if channel.role is Role.WINDOW:
                await channel.tell(show)
                raise WindowRunsError(show)
            await channel.tell(HandOver())
        return await open_queue()

    try:
        manager = await _patiently(attempt)
        try:
            yield manager
        finally:
            await manager.aclose()
    finally:
        for lender in lenders:
            await lender.aclose()


async def reach(state_dir: Path, open_queue: Opener) -> Channel | JobManager:
    """Who has the queue, else the queue itself, to be closed soon; raises UnansweredError, StateLockedError."""

    async def attempt() -> Channel | JobManager:
        channel = await Channel.open(state_dir)
        return await open_queue() if channel is None else channel

    return await _patiently(attempt)


async def _patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again for a while where somebody has the queue and does not answer, or no more."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            return await attempt()
        except (StateLockedError, UnansweredError):
            if asyncio.get_running_loop().time() > end:
                raise
        await asyncio.sleep(_PAUSE_S)
