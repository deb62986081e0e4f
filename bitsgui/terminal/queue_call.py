"""One call on the queue: on the running instance if there is one, else on the stored queue for the time of the call."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bitsgui.model.codes import E_INVALIDARG
from bitsgui.model.hresult import BitsError
from bitsgui.remote.client import Channel, UnansweredError
from bitsgui.remote.messages import JobReport, JobRequest, Role
from bitsgui.terminal.plan import UsageError
from bitsgui.terminal.report import ExitStatus
from bitsgui.terminal.words import clean, coded

if TYPE_CHECKING:
    from bitsgui.service.manager import JobManager


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call. `role`: of the instance that was asked, None = the stored queue.

    `has_lost_secrets`: what was to be kept secret is gone with this process, for want of a keyring.
    """

    # Not shown by repr: asyncio makes one of a finished main task, which takes seconds for 10,000 jobs.
    reports: tuple[JobReport, ...] = field(repr=False)
    role: Role | None
    has_lost_secrets: bool = False


def call(state_dir: Path, request: Callable[[], JobRequest], tell: Callable[[Answer], int]) -> int:
    """Ask and tell; the result is the exit status, 1 or 2 with the reason on the standard error if it is refused."""
    try:
        return tell(asyncio.run(_answer(state_dir, request())))
    except UsageError as error:
        return refuse(str(error), ExitStatus.USAGE)
    except BitsError as error:
        status = ExitStatus.USAGE if error.hresult == E_INVALIDARG else ExitStatus.FATAL
        return refuse(coded(error.detail or error.hresult.meaning, error.hresult), status)
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads: nothing is left to say
        return ExitStatus.FATAL
    except OSError as error:
        return refuse(f"{error.strerror or error}: {error.filename or state_dir}", ExitStatus.FATAL)
    except (UnansweredError, sqlite3.Error) as error:
        return refuse(str(error), ExitStatus.FATAL)
    except KeyboardInterrupt:
        return refuse("interrupted", ExitStatus.SIGNAL + signal.SIGINT)


def refuse(text: str, status: int) -> int:
    """Say why, and give the status back."""
    complain(text)
    return status


def complain(text: str) -> None:
    """One line on the standard error."""
    print(f"bitsgui: {clean(text)}", file=sys.stderr, flush=True)


async def _answer(state_dir: Path, request: JobRequest) -> Answer:
    try:
        channel = await Channel.open(state_dir)
    except UnansweredError:  # it may start or end just now: waited for below
        channel = None
    # What was asked once is never asked again: it may be done although nobody could say so any more.
    return await (_found(state_dir, request) if channel is None else _asked(channel, request))


async def _asked(channel: Channel, request: JobRequest) -> Answer:
    try:
        return Answer(tuple([report async for report in channel.ask(request)]), channel.role)
    finally:
        await channel.aclose()


async def _found(state_dir: Path, request: JobRequest) -> Answer:
    # Here, not above: the engine takes a while to import, and a running instance has it already.
    from bitsgui.remote.actions import carry_out
    from bitsgui.remote.ownership import reach
    from bitsgui.service.manager import StateLockedError
    from bitsgui.store.migrations import TooNewError
    from bitsgui.terminal.stored_queue import NotedSecrets, open_stored

    secrets = NotedSecrets()
    try:
        queue = await reach(state_dir, lambda: open_stored(state_dir, secrets))
    except (StateLockedError, TooNewError) as error:
        raise UnansweredError(str(error)) from error
    if isinstance(queue, Channel):
        return await _asked(queue, request)
    async with _closing(queue):
        reports = tuple([report async for report in carry_out(queue, request)])
    return Answer(reports, None, secrets.has_lost)


@asynccontextmanager
async def _closing(manager: "JobManager") -> AsyncIterator[None]:
    try:
        yield
    finally:
        await manager.aclose()
