"""A relay on loopback that understands HTTP/1.1 and keeps a log of what passed through it, in both directions.

    async with PacketRelay(server_port) as relay:
        ... http://127.0.0.1:{relay.port}/ ... relay.log() ... relay.passages

Somebody may stand at its gate: `gate(passage, way)` is awaited before each piece of a request ("up") or of an answer
("down") goes on. A side that breaks off breaks the other, too; bytes that did not pass are not counted.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

_PIECE = 16_384
_GONE = (ConnectionError, asyncio.IncompleteReadError)

Way = Literal["up", "down"]


@dataclass(slots=True, eq=False)
class Passage:
    """One request and its answer, as far as they passed. `up` and `down`: bytes of their bodies."""

    method: str
    target: str
    headers: dict[str, str]
    up: int = 0
    status: int | None = None
    answer: dict[str, str] | None = None
    down: int = 0

    @property
    def kind(self) -> str:
        """The packet's type, or the method of what is no packet."""
        return self.headers.get("bits-packet-type", self.method)

    @property
    def start(self) -> int:
        """The first byte of a Fragment in its file."""
        return int(self.headers["content-range"].removeprefix("bytes ").partition("-")[0])

    @property
    def is_last(self) -> bool:
        """Whether it is the Fragment that ends its file."""
        span, _, total = self.headers.get("content-range", "").partition("/")
        return self.kind == "Fragment" and int(span.partition("-")[2]) + 1 == int(total)

    @property
    def received(self) -> int | None:
        """The offset in the Ack, if one passed."""
        text = (self.answer or {}).get("bits-received-content-range")
        return None if text is None else int(text)

    def __str__(self) -> str:
        span = self.headers.get("content-range", "").removeprefix("bytes ")
        return f"{self.kind} {span}".strip()


Gate = Callable[[Passage, Way], Awaitable[None]]


async def _open_gate(passage: Passage, way: Way) -> None:
    """Let everything pass."""


class PacketRelay:
    """Relays to 127.0.0.1:`target`, one connection for each that comes in; `target` may change meanwhile."""

    def __init__(self, target: int, gate: Gate = _open_gate) -> None:
        self.target = target
        self.gate = gate
        self.passages: list[Passage] = []
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server

    def log(self) -> list[str]:
        """The requests in words: "Create-Session", "Fragment 0-99/100", "GET", ..."""
        return [str(passage) for passage in self.passages]

    def answers(self) -> list[int | None]:
        """Their statuses; None where no answer passed."""
        return [passage.status for passage in self.passages]

    def of(self, kind: str) -> list[Passage]:
        """The passages of one kind."""
        return [passage for passage in self.passages if passage.kind == kind]

    def url(self, path: str) -> str:
        """An address through the relay."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._join(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except ConnectionError:
            writer.transport.abort()
            return
        asked: asyncio.Queue[Passage] = asyncio.Queue()
        ways = [
            asyncio.ensure_future(self._requests(reader, back, asked)),
            asyncio.ensure_future(self._answers(there, writer, asked)),
        ]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                with suppress(*_GONE):
                    way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for side in (writer, back):
                side.close()
                with suppress(*_GONE):
                    await side.wait_closed()

    async def _requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Queue[Passage]
    ) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            first, headers = _parsed(head)
            method, target, _ = first.split(" ")
            passage = Passage(method, target, headers)
            self.passages.append(passage)
            await self._pass(passage, "up", head, writer)
            asked.put_nowait(passage)
            async for piece in _body(reader, headers):
                await self._pass(passage, "up", piece, writer)
                passage.up += len(piece)

    async def _answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Queue[Passage]
    ) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            first, headers = _parsed(head)
            passage = asked.get_nowait()
            await self._pass(passage, "down", head, writer)
            passage.status, passage.answer = int(first.split(" ")[1]), headers
            if passage.method == "HEAD":
                continue
            async for piece in _body(reader, headers):
                await self._pass(passage, "down", piece, writer)
                passage.down += len(piece)

    async def _pass(self, passage: Passage, way: Way, data: bytes, writer: asyncio.StreamWriter) -> None:
        await self.gate(passage, way)
        writer.write(data)
        await writer.drain()


def _parsed(head: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    pairs = (line.partition(":") for line in lines)
    return first, {name.lower(): value.strip() for name, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]):
    left = int(headers.get("content-length", 0))
    while left:
        piece = await reader.read(min(left, _PIECE))
        if not piece:
            raise asyncio.IncompleteReadError(b"", left)
        left -= len(piece)
        yield piece
