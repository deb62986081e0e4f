"""HTTP/1.1 at byte level: requests as they came, replies as they are wanted, right or wrong."""

import asyncio
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

Headers = Sequence[tuple[str, str]]
_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `headers` in the order received, `order` counts the server's requests from 0."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    order: int

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def cookies(self) -> frozenset[str]:
        """The cookies as `name=value`."""
        return frozenset(c.strip() for c in (self.header("Cookie") or "").split(";") if c.strip())


async def read_request(reader: asyncio.StreamReader, order: int) -> Request | None:
    """The next request of a connection, or None when the client has closed it."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    headers = tuple((key, value.strip()) for key, _, value in (line.partition(":") for line in lines))
    length = next((int(value) for key, value in headers if key.lower() == "content-length"), 0)
    return Request(method, target, headers, await reader.readexactly(length), order)


class Exchange:
    """One request and the means to answer it; `keep_alive` False ends the connection afterwards."""

    def __init__(
        self, request: Request, writer: asyncio.StreamWriter, count: Callable[[int], None] = lambda n: None
    ) -> None:
        self.request = request
        self.keep_alive = (request.header("Connection") or "").lower() != "close"
        self._writer = writer
        self._count = count

    async def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def send_body(self, data: bytes, *, chunked: bool = False) -> None:
        """Body bytes, counted; `chunked` frames them."""
        await self.send(b"%x\r\n%b\r\n" % (len(data), data) if chunked else data)
        self._count(len(data))

    async def send_head(self, status: int, headers: Headers = ()) -> None:
        """Status line and headers."""
        reason = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unheard Of"
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{key}: {value}" for key, value in headers), "", ""]
        await self.send("\r\n".join(lines).encode("latin-1"))

    async def reply(self, status: int, headers: Headers = (), body: bytes = b"") -> None:
        """A whole reply with its Content-Length."""
        await self.send_head(status, [*headers, ("Content-Length", str(len(body)))])
        if self.request.method != "HEAD" and body:
            await self.send_body(body)

    def hang_up(self) -> None:
        """Close the connection when the behaviour returns (FIN)."""
        self.keep_alive = False

    def reset(self) -> None:
        """Break the connection now (RST)."""
        self.keep_alive = False
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._writer.transport.abort()
