"""`bitsgui service`: the queue without a window; gives it to a window that starts, and takes it back after it."""

import argparse
import asyncio
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from bitsgui.model.limits import Policy
from bitsgui.model.settings import Settings
from bitsgui.remote.messages import Role
from bitsgui.remote.server import Claim, answering
from bitsgui.remote.wire import LineError
from bitsgui.service.keep_awake import KeepAwake
from bitsgui.service.manager import JobManager, StateLockedError
from bitsgui.service.process import allow_many_files
from bitsgui.store.migrations import TooNewError
from bitsgui.store.settings import load_settings
from bitsgui.terminal.arguments import call_parser
from bitsgui.terminal.report import ExitStatus
from bitsgui.terminal.service_log import ServiceLog
from bitsgui.terminal.signals import Signals
from bitsgui.terminal.words import clean

_DESCRIPTION: Final = """\
Work off the queue without a window, until SIGTERM or Ctrl+C. A window that starts takes the queue over and gives it
back when it ends, without losing a byte; `bitsgui add`, `list` and the others speak to whoever has it.
"""
_EPILOG: Final = """\
Each line on the standard output is one thing that happened. Jobs that wait for Complete or need a decision stay so:
`bitsgui list` shows them.
exit status: 0 stopped by SIGTERM, 1 could not run, 2 usage, 130 interrupted
"""
_LOCK: Final = "service.lock"
_TRY_AGAIN_S: Final = 0.5
"""Between two looks whether whoever has the queue has ended."""


class ServiceRunsError(Exception):
    """Another service works for this state folder."""


def run_service(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    """Work until a signal comes; the result is the exit status."""
    parser = call_parser("service", shared, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    quiet = parser.parse_args(arguments).quiet
    try:
        return asyncio.run(_until_signal(state_dir, _say_nothing if quiet else _say))
    except ServiceRunsError:
        return _refuse(f"another `bitsgui service` works for {state_dir} already")
    except TooNewError:
        return _refuse("a newer bitsgui has made this queue: use that one, or --state-dir")
    except (OSError, sqlite3.Error) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:  # before signals are caught, or after
        return ExitStatus.SIGNAL + signal.SIGINT


async def _until_signal(state_dir: Path, say: Callable[[str], None]) -> int:
    allow_many_files()
    stopped = Signals()
    lock = await asyncio.to_thread(_alone, state_dir)
    try:
        work = asyncio.create_task(Service(state_dir, say).work(), name="service")
        end = asyncio.create_task(stopped.wait())
        await asyncio.wait([work, end], return_when=asyncio.FIRST_COMPLETED)
        if not end.done():
            end.cancel()
            await work  # raises why it ended
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
    finally:
        lock.release()
    say("Ended; everything is kept.")
    number = end.result()
    return 0 if number == signal.SIGTERM else ExitStatus.SIGNAL + number


def _alone(state_dir: Path) -> FileLock:
    """The lock that a service holds also while a window has the queue."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(state_dir / _LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise ServiceRunsError from None
    return lock


@dataclass(slots=True)
class Service:
    """Has the queue whenever nobody else has it; `say` is told what happens."""

    state_dir: Path
    say: Callable[[str], None]

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            manager, wishes = await self._opened()
            awake = KeepAwake(manager, lambda: self.say("This system cannot be kept awake during transfers."))
            try:
                awake.set_wanted(wishes.keeps_awake)
                claim = await self._until_claimed(manager)
            finally:
                await awake.aclose()
                await manager.aclose()
            await self._lend(claim)

    async def _opened(self) -> tuple[JobManager, Settings]:
        was_told = False
        while True:
            try:
                wishes = await asyncio.to_thread(load_settings, self.state_dir)
                return await JobManager.open(self.state_dir, policy=wishes.policy(Policy())), wishes
            except StateLockedError:
                if not was_told:
                    self.say("Another bitsgui has the queue: waiting until it ends.")
                was_told = True
            await asyncio.sleep(_TRY_AGAIN_S)

    async def _until_claimed(self, manager: JobManager) -> Claim:
        claimed: asyncio.Future[Claim] = asyncio.get_running_loop().create_future()

        def on_claim(claim: Claim) -> bool:
            if claimed.done():
                return False
            claimed.set_result(claim)
            return True

        unsubscribe = manager.subscribe(ServiceLog(self.say).on_event)
        try:
            async with answering(manager, Role.SERVICE, self.state_dir, on_claim=on_claim):
                self.say(f"Working on the queue in {self.state_dir}; jobs: {len(manager.enumerate())}")
                return await claimed
        finally:
            unsubscribe()

    async def _lend(self, claim: Claim) -> None:
        """Until whoever claimed the queue is gone."""
        try:
            await claim.grant()
            self.say("A window has the queue: waiting until it ends.")
            await claim.ended()
        except LineError:
            self.say("The window that asked for the queue is gone.")
        finally:
            await claim.aclose()


def _say(line: str) -> None:
    print(clean(line), flush=True)


def _say_nothing(line: str) -> None:
    pass


def _refuse(text: str) -> int:
    print(f"bitsgui: {clean(text)}", file=sys.stderr, flush=True)
    return ExitStatus.FATAL
