"""A server program behind an address ([MC-BUP] section 3.4): told by reference or by value; must not know sessions."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx

from bitsgui.server.programs import Answer, Notice, ProgramError

_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WebProgram:
    """Posts to `url`, off any proxy. `by_value`: the upload is the request's body, and the reply the answer's."""

    url: str
    by_value: bool = False

    async def __call__(self, notice: Notice) -> Answer:
        """One POST; any 2xx is a success, any other status goes on to the client, 502 for no answer at all."""
        headers, content = self._message(notice)
        try:
            async with (
                httpx.AsyncClient(trust_env=False, timeout=None) as client,
                client.stream("POST", self._address(notice), headers=headers, content=content) as answer,
            ):
                if not answer.is_success:
                    raise ProgramError(answer.status_code if answer.status_code >= 300 else 502)
                static_url = answer.headers.get("BITS-Static-Response-URL")
                if self.by_value and static_url is None:
                    await _save(answer, notice.reply)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProgramError(502) from error
        return Answer(static_url=static_url, publishes="BITS-Copy-File-To-Destination" in answer.headers)

    def _address(self, notice: Notice) -> str:
        parts = urlsplit(self.url)
        query = "&".join(filter(None, (parts.query, urlsplit(notice.url).query)))
        return urlunsplit(parts._replace(query=query))

    def _message(self, notice: Notice) -> tuple[dict[bytes, bytes], AsyncIterator[bytes] | None]:
        headers = {b"BITS-Original-Request-URL": notice.url.encode()}
        if self.by_value:
            return headers | {b"Content-Length": b"%d" % notice.size}, _blocks(notice.data)
        paths = {
            b"BITS-Request-DataFile-Name": str(notice.data).encode(),
            b"BITS-Response-DataFile-Name": str(notice.reply).encode(),
            b"Content-Length": b"0",
        }
        return headers | paths, None


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while block := await asyncio.to_thread(file.read, _BLOCK):
            yield block


async def _save(answer: httpx.Response, path: Path) -> None:
    with await asyncio.to_thread(path.open, "wb") as file:
        async for block in answer.aiter_bytes(_BLOCK):
            await asyncio.to_thread(file.write, block)
