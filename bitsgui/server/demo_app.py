"""What the demo's server serves: a plain ASGI application; must not know jobs, files on disk or the window.

A `Resource` a path; its bytes are a Pattern. Speeds are limited so that there is something to watch.
"""

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from bitsgui.server.pattern import Pattern

MEGABYTE: Final = 1_000_000
USER: Final = "demo"
PASSWORD: Final = "demo"

_STEPS_PER_SECOND = 10
_LAST_MODIFIED = b"Sat, 03 Oct 2026 08:00:00 GMT"
_SIGN_IN = b"Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode())
_RANGE = re.compile(rb"bytes=(\d+)-(\d*)")

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A remote file: `size` bytes at `rate_bps` bytes a second.

    `length_known` False sends it chunked, without ranges. `refusals`: so many requests get 503 first.
    """

    size: int
    rate_bps: int
    length_known: bool = True
    needs_sign_in: bool = False
    refusals: int = 0


RESOURCES: Final = {
    "/fast/coast-atlas.zip": Resource(size=320 * MEGABYTE, rate_bps=32 * MEGABYTE),
    "/slow/lecture-07.mp4": Resource(size=90 * MEGABYTE, rate_bps=MEGABYTE // 2),
    "/chunked/measurements.csv": Resource(size=60 * MEGABYTE, rate_bps=2 * MEGABYTE, length_known=False),
    "/mixed/survey-part-1.tar": Resource(size=6 * MEGABYTE, rate_bps=8 * MEGABYTE),
    "/mixed/survey-part-2.tar": Resource(size=9 * MEGABYTE, rate_bps=8 * MEGABYTE),
    "/sign-in/annual-report.pdf": Resource(size=8 * MEGABYTE, rate_bps=4 * MEGABYTE, needs_sign_in=True),
    "/suspended/backup.img": Resource(size=700 * MEGABYTE, rate_bps=16 * MEGABYTE),
    "/busy/toolchain.tar.xz": Resource(size=40 * MEGABYTE, rate_bps=8 * MEGABYTE, refusals=2),
}


class DemoApp:
    """The ASGI application; `RESOURCES` by path, 404 elsewhere."""

    def __init__(self) -> None:
        self._refused = dict.fromkeys(RESOURCES, 0)
        self._watches: set[asyncio.Future[None]] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        resource = RESOURCES.get(path)
        headers = {key.lower(): value for key, value in scope["headers"]}
        if resource is None:
            await _refuse(send, 404)
        elif resource.needs_sign_in and headers.get(b"authorization") != _SIGN_IN:
            await _refuse(send, 401, [(b"www-authenticate", b'Basic realm="Demo: user demo, password demo"')])
        elif self._refused[path] < resource.refusals:
            self._refused[path] += 1
            await _refuse(send, 503)
        else:
            await self._serve(resource, scope["method"], headers, receive, send)

    def end_streams(self) -> None:
        """Break off every reply under way; the server waits for none of them then."""
        for watch in self._watches:
            watch.cancel()

    async def _serve(
        self, resource: Resource, method: str, headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> None:
        start, stop, partial = _wanted(resource, headers)
        if start >= stop:
            await _refuse(send, 416, [(b"content-range", f"bytes */{resource.size}".encode())])
            return
        reply = [*_describing(resource), *_framing(resource, start, stop, partial)]
        await send({"type": "http.response.start", "status": 206 if partial else 200, "headers": reply})
        if method == "GET":
            await self._flow(resource, start, stop, receive, send)
        await send({"type": "http.response.body", "body": b""})

    async def _flow(self, resource: Resource, start: int, stop: int, receive: Receive, send: Send) -> None:
        content, step = Pattern(resource.size), resource.rate_bps // _STEPS_PER_SECOND
        watch = asyncio.ensure_future(_disconnected(receive))
        self._watches.add(watch)
        try:
            for at in range(start, stop, step):
                body = content[at : min(at + step, stop)]
                await send({"type": "http.response.body", "body": body, "more_body": True})
                if (await asyncio.wait([watch], timeout=1 / _STEPS_PER_SECOND))[0]:
                    return
        finally:
            watch.cancel()
            self._watches.discard(watch)


async def _refuse(send: Send, status: int, headers: Iterable[Header] = ()) -> None:
    described = [(b"content-length", b"0"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": described})
    await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _wanted(resource: Resource, headers: dict[bytes, bytes]) -> tuple[int, int, bool]:
    """First byte, byte after the last, and whether that is a part."""
    asked = _RANGE.fullmatch(headers.get(b"range", b""))
    condition = headers.get(b"if-range")
    if asked is None or not resource.length_known or condition not in (None, _etag(resource), _LAST_MODIFIED):
        return 0, resource.size, False
    first, last = asked.groups()
    return int(first), min(resource.size, int(last) + 1) if last else resource.size, True


def _describing(resource: Resource) -> list[Header]:
    return [
        (b"content-type", b"application/octet-stream"),
        (b"last-modified", _LAST_MODIFIED),
        (b"etag", _etag(resource)),
    ]


def _framing(resource: Resource, start: int, stop: int, partial: bool) -> list[Header]:
    if not resource.length_known:
        return []
    length = [(b"accept-ranges", b"bytes"), (b"content-length", str(stop - start).encode())]
    part = (b"content-range", f"bytes {start}-{stop - 1}/{resource.size}".encode())
    return [*length, part] if partial else length


def _etag(resource: Resource) -> bytes:
    return b'"%x"' % resource.size
