"""The side that listens: who has a state folder's queue answers this user's other processes; garbage is hung up on.

Nothing of what arrives is logged: it may hold secrets.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bitsgui.model.codes import E_INVALIDARG, E_NOTIMPL
from bitsgui.model.hresult import BitsError
from bitsgui.remote.actions import carry_out
from bitsgui.remote.address import addresses, make_private
from bitsgui.remote.messages import (
    PROTOCOL,
    UNREADABLE,
    Done,
    HandOver,
    Hello,
    Refused,
    Request,
    Role,
    Show,
    hello_decoder,
    request_decoder,
    welcome,
)
from bitsgui.remote.wire import Line, LineError, listen, remove
from bitsgui.service.manager import JobManager

log = logging.getLogger(__name__)

_CONNECTIONS_MAX: Final = 64
_IDLE_S: Final = 600.0
"""How long a connection may be silent between two requests."""


class Claim:
    """Somebody wants the queue: it has it from `grant` until `ended`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def grant(self) -> None:
        """The queue is free to be taken; raises LineError if nobody is there any more."""
        await self._line.write(Done())

    async def ended(self) -> None:
        """Wait until the process that has the queue is gone, or gives it back."""
        await self._line.ended()

    async def aclose(self) -> None:
        """Hang up."""
        await self._line.aclose()


class ControlServer:
    """Answers for one open queue.

    `on_show` of a window: a second start was handed over. `on_claim` of a service: it is to give the queue away, and
    says whether it does.
    """

    def __init__(
        self,
        manager: JobManager,
        role: Role,
        on_show: Callable[[Show], None] | None = None,
        on_claim: Callable[[Claim], bool] | None = None,
    ) -> None:
        self._manager = manager
        self._role = role
        self._on_show = on_show
        self._on_claim = on_claim
        self._server: asyncio.AbstractServer | None = None
        self._place: Path | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, state_dir: Path) -> None:
        """Listen; only for who has the state folder's lock. Raises OSError if there is no place to listen at."""
        refusal: OSError = FileNotFoundError(f"no place to listen at for {state_dir}")
        for place in addresses(state_dir):
            try:
                await asyncio.to_thread(make_private, place.parent)
                self._server = await listen(place, self._accept)
            except OSError as error:
                refusal = error
            else:
                self._place = place
                return
        raise refusal

    async def aclose(self) -> None:
        """Listen no more and hang up on everybody but who claims the queue; verbs under way go to their end."""
        if self._server is not None and self._place is not None:
            self._server.close()
            await asyncio.to_thread(remove, self._place)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= _CONNECTIONS_MAX:
            writer.close()
            return
        task = asyncio.create_task(self._converse(Line(reader, writer)), name="control connection")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("programming error in a control connection", exc_info=error)

    async def _converse(self, line: Line) -> None:
        kept = False
        try:
            kept = await self._answer_all(line)
        except LineError as error:
            log.debug("a control connection ended: %s", type(error.__cause__ or error).__name__)
        finally:
            if not kept:
                await line.aclose()

    async def _answer_all(self, line: Line) -> bool:
        """Whether the connection is somebody's claim now, and not to be hung up."""
        if not line.is_own or not await self._greet(line):
            return False
        while raw := await line.read(_IDLE_S):
            try:
                request: Request = request_decoder.decode(raw)
            except UNREADABLE:
                await line.write(Refused(E_INVALIDARG, "That is no request."))
                return False
            if isinstance(request, HandOver) and self._on_claim is not None:
                return self._on_claim(Claim(line))
            await self._answer(line, request)
        return False

    async def _greet(self, line: Line) -> bool:
        try:
            hello: Hello = hello_decoder.decode(await line.read())
        except UNREADABLE:
            return False
        if hello.protocol != PROTOCOL:
            await line.write(Refused(E_NOTIMPL, "The running bitsgui is another version: end it first."))
            return False
        await line.write(welcome(self._role, os.getpid()))
        return True

    async def _answer(self, line: Line, request: Request) -> None:
        try:
            if isinstance(request, Show | HandOver):
                self._show(request)
            else:
                async for report in carry_out(self._manager, request):
                    await line.write(report)
        except BitsError as error:
            await line.write(Refused(error.hresult, error.detail or error.hresult.meaning))
        else:
            await line.write(Done())

    def _show(self, request: Show | HandOver) -> None:
        if not isinstance(request, Show) or self._on_show is None:
            raise BitsError(E_NOTIMPL, "The running bitsgui does not do that.")
        self._on_show(request)


@asynccontextmanager
async def answering(
    manager: JobManager,
    role: Role,
    state_dir: Path,
    *,
    on_show: Callable[[Show], None] | None = None,
    on_claim: Callable[[Claim], bool] | None = None,
) -> AsyncIterator[None]:
    """Answer while the body runs; where there is no place to listen at, the queue works without being spoken to."""
    server = ControlServer(manager, role, on_show, on_claim)
    try:
        await server.start(state_dir)
    except OSError as error:
        log.error("no other process can speak to this one: %s", error)
    try:
        yield
    finally:
        await server.aclose()
