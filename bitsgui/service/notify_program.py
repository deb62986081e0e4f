"""Runs a job's notification program: in a session of its own, without a shell, never waited for at the end.

A thread of its own starts it and waits for it: so it can outlive the queue and is reaped all the same.
"""

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from threading import Thread
from typing import IO, Any, Final

from bitsgui.model.job import JobId

log = logging.getLogger(__name__)

_LOGGED_BYTES: Final = 4096

if sys.platform == "win32":
    _APART: Final[dict[str, Any]] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
else:
    _APART: Final[dict[str, Any]] = {"start_new_session": True}


async def run_program(program: str, argv: Sequence[str], job_id: JobId) -> int:
    """Its exit status; raises OSError if it cannot be started. One who stops waiting leaves it running."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def settle(outcome: int | OSError) -> None:
        if ended.done():
            return
        if isinstance(outcome, OSError):
            ended.set_exception(outcome)
        else:
            ended.set_result(outcome)

    def work() -> None:
        outcome = _outcome(program, argv, job_id)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, outcome)

    Thread(target=work, name=f"notification program of {job_id}", daemon=True).start()
    return await ended


def _outcome(program: str, argv: Sequence[str], job_id: JobId) -> int | OSError:
    try:
        with _output() as output:
            process = subprocess.Popen(
                list(argv), executable=program, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **_APART
            )
            status = process.wait()
            output.seek(0)
            log.debug("%s: its program said %r", job_id, output.read(_LOGGED_BYTES))
    except OSError as error:
        return error
    return status


def _output() -> IO[bytes]:
    """A file and no pipe: the program may go on writing when nobody reads any more."""
    return tempfile.TemporaryFile() if log.isEnabledFor(logging.DEBUG) else open(os.devnull, "w+b")
