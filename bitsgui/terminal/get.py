"""`bitsgui get`: from arguments to exit status; what is said at the end."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bitsgui.model.diagnosis import needs_you
from bitsgui.model.hresult import BitsError
from bitsgui.terminal.arguments import GetOptions, parse_get
from bitsgui.terminal.plan import Plan, UsageError, plan
from bitsgui.terminal.report import ExitStatus, as_json, exit_status, failure_lines
from bitsgui.terminal.screens import screen_for
from bitsgui.terminal.words import clean, size_text

if TYPE_CHECKING:
    from bitsgui.terminal.run import Run


def run_get(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    """Download in the foreground; the result is the exit status."""
    try:
        options = parse_get(arguments, shared)
        return asyncio.run(_get(options, plan(options), state_dir))
    except UsageError as error:
        return _refuse(str(error), ExitStatus.USAGE)
    except BitsError as error:
        return _refuse(error.detail or error.hresult.meaning, ExitStatus.USAGE)
    except OSError as error:
        return _refuse(f"{error.strerror}: {error.filename}", ExitStatus.FATAL)
    except KeyboardInterrupt:  # before the run catches signals itself, or after
        return _refuse("interrupted", ExitStatus.SIGNAL + signal.SIGINT)


async def _get(options: GetOptions, wanted: Plan, state_dir: Path) -> int:
    # Here, not above: the engine takes a while to import, and a wrong argument should say so at once.
    from bitsgui.service.manager import StateLockedError
    from bitsgui.service.process import allow_many_files
    from bitsgui.store.migrations import TooNewError
    from bitsgui.terminal.queue import open_queue
    from bitsgui.terminal.run import Run

    allow_many_files()
    screen = screen_for(quiet=options.quiet)
    try:
        async with open_queue(state_dir, wanted.key) as manager:
            run = Run(manager, options, wanted, screen)
            await run.go()
    except StateLockedError:
        return _refuse(
            f"another bitsgui fetches this into {wanted.folder} already; wait for it, or use --state-dir",
            ExitStatus.FATAL,
        )
    except TooNewError:
        return _refuse("a newer bitsgui has begun this: use that one, or --state-dir", ExitStatus.FATAL)
    finally:
        screen.close()
    return _report(run, options)


def _report(run: "Run", options: GetOptions) -> int:
    for job in run.jobs:
        if options.json:
            print(json.dumps(as_json(job)))
        if job.error is not None and needs_you(job):
            for line in failure_lines(job, job.error):
                _complain(line)
    if run.signal is None:
        return exit_status(run.jobs)
    kept = sum(job.progress.bytes_transferred for job in run.jobs)
    _complain(f"interrupted; {size_text(kept)} are kept: run the same command again to go on")
    return ExitStatus.SIGNAL + run.signal


def _refuse(text: str, status: int) -> int:
    _complain(text)
    return status


def _complain(text: str) -> None:
    print(f"bitsgui: {clean(text)}", file=sys.stderr, flush=True)
