"""The server's ASGI application: who may ask, and which room answers; must not know sockets or packets."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from bitsgui.engine.upload_packets import METHOD, Ack, ack_headers
from bitsgui.server import refusals
from bitsgui.server.bits_app import BitsApp
from bitsgui.server.delivery import REPLIES
from bitsgui.server.events import Report
from bitsgui.server.files_app import FilesApp
from bitsgui.server.local_names import is_local_name
from bitsgui.server.paths import PathError
from bitsgui.server.request import (
    BrokenOffError,
    ClientGoneError,
    Message,
    Receive,
    Reply,
    Request,
    Send,
    send_head,
    send_reply,
)
from bitsgui.server.sessions import SessionStore
from bitsgui.server.settings import ServerSettings
from bitsgui.server.sign_in import CHALLENGE

_ALLOWED: Final = ("Allow", f"GET, HEAD, PUT, {METHOD}")


class ServerApp:
    """Serves one folder; `end` breaks off what is under way, so that the server can stop."""

    def __init__(self, settings: ServerSettings, store: SessionStore, report: Report) -> None:
        self._settings = settings
        self._store = store
        self._bits = BitsApp(settings, store, report)
        self._files = FilesApp(settings, store, report)
        self._running: dict[asyncio.Task[Any] | None, Request] = {}
        self._is_ending = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request.of(scope, receive)
        task = asyncio.current_task()
        self._running[task] = request
        if self._is_ending:
            request.break_off()
        try:
            await self._answer(request, send)
        except (ClientGoneError, BrokenOffError):
            await send_reply(send, Reply(400))  # to nobody, most likely; the connection ends with it
        finally:
            del self._running[task]

    def end(self) -> None:
        """Have everybody stop reading and sending, and the programs at work stop."""
        self._is_ending = True
        for request in self._running.values():
            request.break_off()
        self._store.stop_work()

    async def ended(self) -> None:
        """Return when nobody is at work any more; the server does not wait for those whose client has left."""
        if left := {task for task in self._running if task is not None}:
            await asyncio.wait(left)

    async def _answer(self, request: Request, send: Send) -> None:
        if self._settings.local_names_only and not is_local_name(request.headers.get("host", "")):
            await _drain(request)
            await send_reply(send, Reply(421))
            return
        account = self._settings.account
        if account is not None and not account.accepts(request.headers.get("authorization", "")):
            await _drain(request)
            await send_reply(send, Reply(401, (CHALLENGE,)))
            return
        request.user = "" if account is None else account.user_name
        if request.method == METHOD:
            await _send_ack(request, send, await self._bits.answer(request))
        elif request.method in ("GET", "HEAD"):
            await self._get(request, send)
        else:
            reply = await self._put(request) if request.method == "PUT" else Reply(405, (_ALLOWED,))
            await _drain(request)
            await send_reply(send, reply)

    async def _get(self, request: Request, send: Send) -> None:
        path = request.raw_path.decode("latin-1")
        if path.startswith(REPLIES):
            await self._files.get_reply(request, send, path.removeprefix(REPLIES))
        else:
            await self._files.get(request, send)

    async def _put(self, request: Request) -> Reply:
        try:
            return await self._files.put(request)
        except PathError as error:
            return Reply(refusals.of_path(error).status)
        except OSError as error:
            return Reply(refusals.of_disk(error).status)


async def _send_ack(request: Request, send: Send, ack: Ack) -> None:
    await _drain(request)
    await send_head(send, ack.status, ack_headers(ack))
    await send({"type": "http.response.body", "body": b""})


async def _drain(request: Request) -> None:
    """Take what is left of the body; a client that is gone, or that we leave, has no use for it."""
    with suppress(ClientGoneError, BrokenOffError):
        await request.discard()
