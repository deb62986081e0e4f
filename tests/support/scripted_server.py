"""An HTTP/1.1 server on loopback that does what a test says, lies included, and records what it was asked.

    async with ScriptedServer() as server:
        server.files["/a.bin"] = Resource(content=Pattern(5_000_000), etag='"v1"')
        server.files["/b.bin"] = in_turn(status(503), Resource(content=b"x"))
        ... server.url("/a.bin") ... server.requests_for("/a.bin")[0].header("Range")

`files` maps a path to a behaviour (a Resource is one) and may change between requests; other paths get 404.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from tests.support.behaviours import (
    Behaviour,
    garbage,
    hang_up,
    html_page,
    in_turn,
    needs_basic,
    needs_cookie,
    needs_digest,
    raw,
    redirect,
    reset,
    status,
)
from tests.support.content import Content, Pattern, sha256_of
from tests.support.resource import Framing, Gate, Ranges, Resource
from tests.support.wire import Exchange, Request, read_request

__all__ = [
    "Behaviour",
    "Content",
    "Exchange",
    "Framing",
    "Gate",
    "Pattern",
    "Ranges",
    "Request",
    "Resource",
    "ScriptedServer",
    "garbage",
    "hang_up",
    "html_page",
    "in_turn",
    "needs_basic",
    "needs_cookie",
    "needs_digest",
    "raw",
    "redirect",
    "reset",
    "sha256_of",
    "status",
]

_CLIENT_IS_GONE = (ConnectionError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError)
_NOT_FOUND = status(404, body=b"<html>not found</html>")


class ScriptedServer:
    """The server; every address of `hosts` listens on one port (127.0.0.1 and 127.0.0.2 are two origins)."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, hosts: tuple[str, ...] = ("127.0.0.1",)) -> None:
        self.files: dict[str, Behaviour] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self.port = 0
        self._tls = tls
        self._hosts = hosts
        self._bytes_sent: Counter[str] = Counter()
        self._listeners: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._happened = asyncio.Event()

    async def __aenter__(self) -> Self:
        for host in self._hosts:
            await self._listen(host)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Refuse new connections and break those that exist; `requests` stay readable."""
        for listener in self._listeners:
            listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._listeners.clear()

    async def restart(self) -> None:
        """Listen again on the same port after `stop`."""
        for host in self._hosts:
            await self._listen(host)

    def url(self, path: str, host: str | None = None) -> str:
        """The URL of a path; `host` may be another name of the server, such as localhost."""
        return f"{'https' if self._tls else 'http'}://{host or self._hosts[0]}:{self.port}{path}"

    def requests_for(self, path: str) -> list[Request]:
        """The requests for one path in the order received."""
        return [request for request in self.requests if request.path == path]

    def bytes_sent(self, path: str | None = None) -> int:
        """Body bytes handed to the network for one path, or for all."""
        return self._bytes_sent.total() if path is None else self._bytes_sent[path]

    def hold(self, path: str, after: int = 0) -> Gate:
        """Stop the bodies of a Resource before their byte number `after`; the Gate tells and releases."""
        resource = self.files[path]
        assert isinstance(resource, Resource)
        gate = Gate(after)
        self.files[path] = replace(resource, gate=gate)
        return gate

    async def wait_for_request(self, path: str, count: int = 1) -> Request:
        """The request number `count` (from 1) for a path, as soon as it is there."""
        await self._until(lambda: len(self.requests_for(path)) >= count)
        return self.requests_for(path)[count - 1]

    async def wait_for_request_number(self, count: int) -> None:
        """Return once the server has had `count` requests of any kind."""
        await self._until(lambda: len(self.requests) >= count)

    async def wait_for_bytes(self, count: int, path: str | None = None) -> None:
        """Return once this many body bytes have been sent."""
        await self._until(lambda: self.bytes_sent(path) >= count)

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():
            self._happened.clear()
            await self._happened.wait()

    async def _listen(self, host: str) -> None:
        listener = await asyncio.start_server(self._accept, host, self.port)
        self.port = listener.sockets[0].getsockname()[1]
        self._listeners.append(listener)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(*_CLIENT_IS_GONE):
                if self._tls is not None:  # here and not in start_server, whose handshakes outlive a stop
                    await writer.start_tls(self._tls)
                while await self._answer(reader, writer):
                    pass
            writer.close()
            with suppress(*_CLIENT_IS_GONE):
                await writer.wait_closed()
        except asyncio.CancelledError:
            writer.transport.abort()  # a close would wait for a client that does not read
            raise

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await read_request(reader, len(self.requests))
        if request is None:
            return False
        self.requests.append(request)
        self._happened.set()
        exchange = Exchange(request, writer, lambda n: self._sent(request.path, n))
        await self.files.get(request.path, _NOT_FOUND)(exchange)
        return exchange.keep_alive

    def _sent(self, path: str, count: int) -> None:
        self._bytes_sent[path] += count
        self._happened.set()
