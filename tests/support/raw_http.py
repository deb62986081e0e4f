"""A client that sends what it is told, byte for byte, and keeps what comes back as it came."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

PATIENCE_S = 20.0
HOST = "up.example.com"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers in the order received (names in lower case), body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def said(self) -> list[str]:
        """Status and headers as lines, without those that every answer of the HTTP layer has."""
        common = {"date", "server", "connection", "cache-control", "pragma"}
        lines = [f"{key}: {value}" for key, value in self.headers if key not in common]
        return [str(self.status), *sorted(lines)]


class Connection:
    """One connection; requests and pieces of them go out as they are given."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader = reader
        self._writer = writer
        self.host = host

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self, *, head_only: bool = False) -> Answer:
        """The next answer that is not a 1xx."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")[:-2]
                status = int(first.split(" ")[1])
                if status >= 200:
                    break
            pairs = (line.partition(":") for line in lines)
            headers = tuple((key.lower(), value.strip()) for key, _, value in pairs)
            length = 0 if head_only or status in (204, 304) else int(dict(headers).get("content-length", 0))
            return Answer(status, headers, await self._reader.readexactly(length))

    async def read(self, count: int) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            return await self._reader.readexactly(count)

    async def ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        await self.send(request_bytes(method, target, headers, body, self.host))
        return await self.answer(head_only=method == "HEAD")

    def abort(self) -> None:
        """Break the connection."""
        self._writer.transport.abort()

    async def aclose(self) -> None:
        self._writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await self._writer.wait_closed()


def request_bytes(
    method: str, target: str, headers: Mapping[str, str] | None, body: bytes = b"", host: str = HOST
) -> bytes:
    """A request; Content-Length is added to a body unless given, Host always."""
    given = dict(headers or {})
    if body and "Content-Length" not in given and "Transfer-Encoding" not in given:
        given["Content-Length"] = str(len(body))
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in given.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@asynccontextmanager
async def connected(port: int, tls: ssl.SSLContext | None = None, host: str = HOST) -> AsyncIterator[Connection]:
    """An open connection to loopback."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    connection = Connection(reader, writer, host)
    try:
        yield connection
    finally:
        await connection.aclose()
