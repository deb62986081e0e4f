"""A small forward proxy: absolute-form requests and CONNECT, by choice behind a Basic sign-in."""

import asyncio
import base64
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.support.wire import Exchange, Request, read_request

_HOP_BY_HOP = frozenset({"proxy-authorization", "proxy-connection", "connection", "keep-alive"})
_ENDED = (ConnectionError, asyncio.IncompleteReadError)


class ForwardProxy:
    """A proxy on 127.0.0.1; `requests` is what clients asked of it, refusals included."""

    def __init__(self, *, user: str | None = None, password: str = "", challenge: str = 'Basic realm="proxy"') -> None:
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._wanted = None if user is None else f"Basic {token}"
        self._challenge = challenge
        self.requests: list[Request] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """The proxy's address without a sign-in."""
        return f"http://127.0.0.1:{self.port}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(*_ENDED):
                await self._serve(reader, writer)
        finally:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (request := await read_request(reader, len(self.requests))) is not None:
            self.requests.append(request)
            if self._wanted not in (None, request.header("Proxy-Authorization")):
                await Exchange(request, writer).reply(
                    407, [("Proxy-Authenticate", self._challenge)], b"sign in to the proxy"
                )
                continue
            await (self._tunnel if request.method == "CONNECT" else self._forward)(request, reader, writer)
            return

    async def _tunnel(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = request.target.rpartition(":")
        await _joined(host.strip("[]"), int(port), reader, writer, b"", b"HTTP/1.1 200 Connected\r\n\r\n")

    async def _forward(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        url = urlsplit(request.target)
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        kept = [(key, value) for key, value in request.headers if key.lower() not in _HOP_BY_HOP]
        lines = [
            f"{request.method} {path} HTTP/1.1",
            *(f"{k}: {v}" for k, v in [*kept, ("Connection", "close")]),
        ]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        await _joined(url.hostname or "", url.port or 80, reader, writer, head + request.body, b"")


async def _joined(
    host: str,
    port: int,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    to_server: bytes,
    to_client: bytes,
) -> None:
    """Connect to the server, say the opening words to each side, then pass bytes both ways until one ends."""
    try:
        server_reader, server_writer = await asyncio.open_connection(host, port)
    except OSError:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        return
    server_writer.write(to_server)
    writer.write(to_client)
    pumps = [
        asyncio.ensure_future(_pump(reader, server_writer)),
        asyncio.ensure_future(_pump(server_reader, writer)),
    ]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        writer.close()
        server_writer.transport.abort()
        with suppress(*_ENDED):
            await writer.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*_ENDED):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
