"""One HTTP request as the server's rooms see it, and the way to answer it; must not know files or sessions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from bitsgui.engine.upload_headers import read_host_id

DISCARD_MAX: Final = 32 * 1024 * 1024
"""Bytes of a refused body that are read and thrown away, so that its sender sees the answer and not a reset."""

_SILENCE_MAX_S: Final = 300.0

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[str, str]


class ClientGoneError(Exception):
    """The connection broke, or fell silent, before the body was there."""


class BrokenOffError(Exception):
    """We stopped reading: a newer request has taken over, or the server ends."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A short answer; the length of `body` is added."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""


@dataclass(slots=True, kw_only=True)
class Request:
    """Method, path as it came (percent-escapes and all), query, and the headers by their lower-case names."""

    method: str
    raw_path: bytes
    query: str
    scheme: str
    version: str
    client: str
    server: str
    headers: dict[str, str]
    receive: Receive = field(repr=False)
    user: str = ""
    _halt: asyncio.Future[None] = field(repr=False)
    _is_read: bool = False

    @classmethod
    def of(cls, scope: Message, receive: Receive) -> "Request":
        """From an ASGI scope; a header that came twice has both values, as one list."""
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        return cls(
            method=scope["method"],
            raw_path=scope["raw_path"],
            query=scope["query_string"].decode("latin-1"),
            scheme=scope["scheme"],
            version=scope["http_version"],
            client=scope["client"][0],
            server=":".join(scope["server"]),
            headers=headers,
            receive=receive,
            _halt=asyncio.get_running_loop().create_future(),
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port as the client names us."""
        return f"{self.scheme}://{read_host_id(self.headers.get('host', '')) or self.server}"

    @property
    def url(self) -> str:
        """The whole address, absolute."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.origin}{self.raw_path.decode('latin-1')}{query}"

    def break_off(self) -> None:
        """Have whoever reads the body, now or later, stop with BrokenOffError."""
        if not self._halt.done():
            self._halt.set_result(None)

    @property
    def is_broken_off(self) -> bool:
        """A newer request has taken over, or the server ends."""
        return self._halt.done()

    async def blocks(self) -> AsyncIterator[bytes]:
        """The body as it comes; raises ClientGoneError and BrokenOffError."""
        while not self._is_read:
            message = await self._next(_SILENCE_MAX_S)
            if message["type"] != "http.request":
                raise ClientGoneError
            self._is_read = not message.get("more_body", False)
            if message["body"]:
                yield message["body"]

    async def discard(self) -> None:
        """Read the rest of the body and drop it, unless it is long or its sender waits for our leave."""
        length = self.headers.get("content-length", "")
        if "expect" in self.headers or (length.isdecimal() and int(length) > DISCARD_MAX):
            return
        dropped = 0
        async for block in self.blocks():
            dropped += len(block)
            if dropped > DISCARD_MAX:
                return

    async def gone(self) -> None:
        """Return once the client has hung up, or `break_off` was called."""
        try:
            while (await self._next(None))["type"] != "http.disconnect":
                pass
        except BrokenOffError:
            pass

    async def _next(self, limit_s: float | None) -> Message:
        message = asyncio.ensure_future(self.receive())
        waited: set[asyncio.Future[Any]] = {message, self._halt}
        try:
            await asyncio.wait(waited, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if self._halt.done():
                raise BrokenOffError
            if not message.done():
                raise ClientGoneError
            return message.result()
        finally:
            message.cancel()


async def send_head(send: Send, status: int, headers: Iterable[Header]) -> None:
    """Status and headers."""
    encoded = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


async def send_reply(send: Send, reply: Reply, *, with_body: bool = True) -> None:
    """A whole answer; `with_body` False for HEAD."""
    await send_head(send, reply.status, [*reply.headers, ("Content-Length", str(len(reply.body)))])
    await send({"type": "http.response.body", "body": reply.body if with_body else b""})
