"""One call of a command that transfers: from its plan to its exit status, and what is said at the end."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bitsgui.model.diagnosis import needs_you
from bitsgui.model.hresult import BitsError
from bitsgui.terminal.arguments import CallOptions
from bitsgui.terminal.plan import Plan, UsageError
from bitsgui.terminal.report import ExitStatus, as_json, exit_status, failure_lines, is_settled, kept_text
from bitsgui.terminal.screens import screen_for
from bitsgui.terminal.words import clean

if TYPE_CHECKING:
    from bitsgui.terminal.run import Run


def carry_out(prepare: Callable[[], tuple[CallOptions, Plan]], root: Path) -> int:
    """Transfer in the foreground what `prepare` says, in a queue below `root`; the result is the exit status."""
    try:
        options, plan = prepare()
        return asyncio.run(_transfer(options, plan, root))
    except UsageError as error:
        return _refuse(str(error), ExitStatus.USAGE)
    except BitsError as error:
        return _refuse(error.detail or error.hresult.meaning, ExitStatus.USAGE)
    except OSError as error:
        return _refuse(f"{error.strerror}: {error.filename}", ExitStatus.FATAL)
    except KeyboardInterrupt:  # before the run catches signals itself, or after
        return _refuse("interrupted", ExitStatus.SIGNAL + signal.SIGINT)


async def _transfer(options: CallOptions, plan: Plan, root: Path) -> int:
    # Here, not above: the engine takes a while to import, and a wrong argument should say so at once.
    from bitsgui.service.manager import StateLockedError
    from bitsgui.service.process import allow_many_files
    from bitsgui.store.migrations import TooNewError
    from bitsgui.terminal.queue import open_queue
    from bitsgui.terminal.run import Run

    allow_many_files()
    screen = screen_for(quiet=options.quiet)
    try:
        async with open_queue(root, plan.key) as manager:
            run = Run(manager, options, plan, screen)
            await run.go()
    except StateLockedError:
        return _refuse(f"{plan.busy}; wait for it, or use --state-dir", ExitStatus.FATAL)
    except TooNewError:
        return _refuse("a newer bitsgui has begun this: use that one, or --state-dir", ExitStatus.FATAL)
    finally:
        screen.close()
    return _report(run, options)


def _report(run: "Run", options: CallOptions) -> int:
    for job in run.jobs:
        if options.json:
            print(json.dumps(as_json(job)))
        if job.error is not None and needs_you(job):
            for line in failure_lines(job, job.error):
                _complain(line)
    # What has come to its end by itself was not interrupted.
    if run.signal is None or all(map(is_settled, run.jobs)):
        return exit_status(run.jobs)
    kept = kept_text(run.jobs)
    _complain(f"interrupted{f'; {kept}' if kept else ''}: run the same command again to go on")
    return ExitStatus.SIGNAL + run.signal


def _refuse(text: str, status: int) -> int:
    _complain(text)
    return status


def _complain(text: str) -> None:
    print(f"bitsgui: {clean(text)}", file=sys.stderr, flush=True)
