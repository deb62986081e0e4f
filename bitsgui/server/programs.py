"""The server's program ([MC-BUP] section 1.3.3): what it is told, what it answers, and one that is a command.

Must not know sessions or HTTP.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bitsgui.engine.upload_headers import REPLY_URL_MAX
from bitsgui.model import codes
from bitsgui.model.hresult import HResult, from_http_status

TIME_LIMIT_S: Final = 300.0
"""What BITS gives a program; clients wait a little longer for the last Ack."""

TIMED_OUT: Final = HResult(0x80070112)
"""The protocol's own number for a program that does not answer in time."""

EXIT_STATUSES: Final = {75: 503, 77: 403}
"""HTTP statuses of a command's exit statuses (EX_TEMPFAIL, EX_NOPERM of sysexits.h); any other failure is 500."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the program is told: the address of the upload, its bytes, and where a reply may be written."""

    url: str
    data: Path
    reply: Path
    size: int
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Success. A file at `Notice.reply` is the reply, unless `static_url` names one elsewhere.

    `publishes`: the upload gets its name when the session is closed, else it is dropped then.
    """

    static_url: str | None = None
    publishes: bool = True


class ProgramError(Exception):
    """Failure: the HTTP status that the client sees, and the code beside it."""

    def __init__(self, status: int, code: HResult | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.code = from_http_status(status) if code is None else code


Program = Callable[[Notice], Awaitable[Answer]]
"""Raises ProgramError or OSError; may be called again for the same upload after a failure."""


async def ask(program: Program, notice: Notice, limit_s: float) -> Answer:
    """One call, with an end; raises ProgramError."""
    try:
        async with asyncio.timeout(limit_s):
            answer = await program(notice)
    except TimeoutError:
        raise ProgramError(408, TIMED_OUT) from None
    except OSError as error:
        raise ProgramError(500) from error
    if answer.static_url is not None and not _fits_a_header(answer.static_url):
        raise ProgramError(400, codes.E_INVALIDARG)
    return answer


def _fits_a_header(url: str) -> bool:
    return len(url) <= REPLY_URL_MAX and url.isascii() and url.isprintable()


@dataclass(frozen=True, slots=True)
class CommandProgram:
    """A command line run with two more arguments: the uploaded file, and where the reply must be written.

    `consumes`: the upload is the command's alone and gets no name in the folder.
    """

    command: tuple[str, ...]
    consumes: bool = False

    async def __call__(self, notice: Notice) -> Answer:
        """Run it; its output goes to our standard error."""
        arguments = (*self.command, str(notice.data), str(notice.reply))
        process = await _start(arguments, notice)
        try:
            status = await process.wait()
        finally:
            await _end(process)
        if status != 0:
            raise ProgramError(EXIT_STATUSES.get(status, 500))
        return Answer(publishes=not self.consumes)


async def _start(arguments: Sequence[str], notice: Notice) -> asyncio.subprocess.Process:
    facts = {
        "BITS_ORIGINAL_REQUEST_URL": notice.url,
        "BITS_REQUEST_DATAFILE_NAME": str(notice.data),
        "BITS_RESPONSE_DATAFILE_NAME": str(notice.reply),
        "BITS_USER": notice.user,
    }
    return await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        env=os.environ | facts,
        start_new_session=True,
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)  # its children, too: it leads a session of its own
    await process.wait()
