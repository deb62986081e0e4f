"""A remote file and the ways in which a server can serve it, right or wrong."""

import asyncio
import gzip
import re
from dataclasses import dataclass
from enum import Enum, auto

from tests.support.content import Content, pieces
from tests.support.wire import Exchange, Request

STEP = 128 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_BOUNDARY = "scripted-boundary"


class Ranges(Enum):
    """What the server makes of a Range header."""

    HONOURED = auto()
    IGNORED = auto()
    WRONG_START = auto()
    WRONG_TOTAL = auto()
    UNKNOWN_TOTAL = auto()
    NO_CONTENT_RANGE = auto()
    MULTIPART = auto()
    REFUSED = auto()
    REFUSED_BARE = auto()


class Framing(Enum):
    """How the client learns the body's end."""

    LENGTH = auto()
    CHUNKED = auto()
    CLOSE = auto()


class Gate:
    """Stops a reply's body before its byte number `after`: `await reached.wait()`, then `release()`."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.reached = asyncio.Event()
        self._open = asyncio.Event()

    async def pass_through(self) -> None:
        """Wait until released."""
        self.reached.set()
        await self._open.wait()

    def release(self) -> None:
        """Let the body and all later ones flow."""
        self._open.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A remote file as a behaviour.

    `cut_after`: bytes of a reply's body after which the connection ends, by FIN or (`cut_by_reset`) by RST.
    `rate_bps`: bytes a second, 0 = as fast as possible. `gzipped`: encoded although identity was asked.
    """

    content: Content
    etag: str | None = '"v1"'
    last_modified: str | None = "Sat, 03 Oct 2026 08:00:00 GMT"
    content_type: str = "application/octet-stream"
    disposition: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    ranges: Ranges = Ranges.HONOURED
    framing: Framing = Framing.LENGTH
    cut_after: int | None = None
    cut_by_reset: bool = False
    rate_bps: int = 0
    gzipped: bool = False
    gate: Gate | None = None

    async def __call__(self, exchange: Exchange) -> None:
        """Answer one request."""
        wanted = self._range_of(exchange.request)
        if wanted is None:
            await self._whole(exchange)
        elif wanted[0] >= len(self.content) or self.ranges in (Ranges.REFUSED, Ranges.REFUSED_BARE):
            bare = self.ranges is Ranges.REFUSED_BARE
            await exchange.reply(416, () if bare else [("Content-Range", f"bytes */{len(self.content)}")])
        elif self.ranges is Ranges.MULTIPART:
            await self._multipart(exchange, *wanted)
        else:
            await self._send(exchange, 206, self.content, *wanted, self._content_range(*wanted))

    async def _whole(self, exchange: Exchange) -> None:
        content = gzip.compress(self.content[:]) if self.gzipped else self.content
        encoding = [("Content-Encoding", "gzip")] if self.gzipped else []
        await self._send(exchange, 200, content, 0, len(content), encoding)

    async def _multipart(self, exchange: Exchange, start: int, stop: int) -> None:
        head = f"--{_BOUNDARY}\r\nContent-Range: bytes {start}-{stop - 1}/{len(self.content)}\r\n\r\n"
        body = head.encode() + self.content[start:stop] + f"\r\n--{_BOUNDARY}--\r\n".encode()
        await exchange.reply(206, [("Content-Type", f"multipart/byteranges; boundary={_BOUNDARY}")], body)

    async def _send(
        self,
        exchange: Exchange,
        status: int,
        content: Content,
        start: int,
        stop: int,
        headers: list[tuple[str, str]],
    ) -> None:
        await exchange.send_head(status, [*self._describing_headers(), *headers, *self._framed(stop - start)])
        if self.framing is Framing.CLOSE:
            exchange.hang_up()
        if exchange.request.method != "HEAD":
            await self._send_body(exchange, content, start, stop)

    async def _send_body(self, exchange: Exchange, content: Content, start: int, stop: int) -> None:
        chunked = self.framing is Framing.CHUNKED
        end = stop if self.cut_after is None else min(stop, start + self.cut_after)
        held = end if self.gate is None else min(end, start + self.gate.after)
        await self._flow(exchange, content, start, held, chunked)
        if self.gate is not None:
            await self.gate.pass_through()
        await self._flow(exchange, content, held, end, chunked)
        if end < stop:
            (exchange.reset if self.cut_by_reset else exchange.hang_up)()
        elif chunked:
            await exchange.send(b"0\r\n\r\n")

    async def _flow(self, exchange: Exchange, content: Content, start: int, stop: int, chunked: bool) -> None:
        step = min(STEP, max(1, self.rate_bps // 20)) if self.rate_bps else STEP
        for piece in pieces(content, start, stop, step):
            await exchange.send_body(piece, chunked=chunked)
            if self.rate_bps:
                await asyncio.sleep(len(piece) / self.rate_bps)

    def _describing_headers(self) -> list[tuple[str, str]]:
        optional = [
            ("ETag", self.etag),
            ("Last-Modified", self.last_modified),
            ("Content-Disposition", self.disposition),
            ("Accept-Ranges", None if self.ranges is Ranges.IGNORED else "bytes"),
        ]
        present = [(key, value) for key, value in optional if value is not None]
        return [("Content-Type", self.content_type), *present, *self.headers]

    def _framed(self, length: int) -> list[tuple[str, str]]:
        return {
            Framing.LENGTH: [("Content-Length", str(length))],
            Framing.CHUNKED: [("Transfer-Encoding", "chunked")],
            Framing.CLOSE: [("Connection", "close")],
        }[self.framing]

    def _content_range(self, start: int, stop: int) -> list[tuple[str, str]]:
        size = len(self.content)
        values = {
            Ranges.WRONG_START: f"bytes {start + 1}-{stop - 1}/{size}",
            Ranges.WRONG_TOTAL: f"bytes {start}-{stop - 1}/{size + 1}",
            Ranges.UNKNOWN_TOTAL: f"bytes {start}-{stop - 1}/*",
        }
        if self.ranges is Ranges.NO_CONTENT_RANGE:
            return []
        return [("Content-Range", values.get(self.ranges, f"bytes {start}-{stop - 1}/{size}"))]

    def _range_of(self, request: Request) -> tuple[int, int] | None:
        asked = _RANGE.match(request.header("Range") or "")
        if asked is None or self.ranges is Ranges.IGNORED or not self._if_range_holds(request):
            return None
        first, last = asked.groups()
        size = len(self.content)
        if not first:
            return max(0, size - int(last)), size
        return int(first), min(size, int(last) + 1) if last else size

    def _if_range_holds(self, request: Request) -> bool:
        condition = request.header("If-Range")
        strong = self.etag if self.etag and not self.etag.startswith("W/") else None
        return condition is None or condition in (strong, self.last_modified)
