"""GET, HEAD and PUT of the folder's files, and GET of replies: plain HTTP; must not know the upload protocol."""

import asyncio
import mimetypes
import os
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from bitsgui.server import refusals
from bitsgui.server.events import Happening, Report, ServerEvent
from bitsgui.server.listing import page
from bitsgui.server.paths import Names, PathError, Problem, names_of, place, visible_entries
from bitsgui.server.publish import publish
from bitsgui.server.ranges import Selection, Version, select
from bitsgui.server.receiving import TooLongError, append_body
from bitsgui.server.request import Reply, Request, Send, send_head, send_reply
from bitsgui.server.sessions import SessionStore
from bitsgui.server.settings import ServerSettings

_BLOCK: Final = 1024 * 1024

_TYPE: Final = "application/octet-stream"


class FilesApp:
    """Serves and takes whole files; `report` is told."""

    def __init__(self, settings: ServerSettings, store: SessionStore, report: Report) -> None:
        self._settings = settings
        self._store = store
        self._report = report

    async def get(self, request: Request, send: Send) -> None:
        """A file, a part of it, or a folder's listing; 404 for whatever may not be seen."""
        try:
            names = names_of(request.raw_path)
            fd = await asyncio.to_thread(self._open, names)
        except PathError as error:
            if error.problem is Problem.FOLDER:
                await self._list(request, send)
            else:
                await send_reply(send, Reply(404))
            return
        except OSError as error:
            await send_reply(send, Reply(refusals.of_disk(error).status))
            return
        content_type = mimetypes.guess_type(names[-1])[0] or _TYPE
        await self._send_file(request, send, fd, Happening.SENT, content_type)

    async def get_reply(self, request: Request, send: Send, token: str) -> None:
        """A program's reply, to the user who uploaded what it answers."""
        session = self._store.with_reply(token, request.user)
        try:
            if session is None:
                raise FileNotFoundError
            fd = await asyncio.to_thread(os.open, session.reply, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            await send_reply(send, Reply(404))
            return
        await self._send_file(request, send, fd, Happening.REPLIED, _TYPE)

    async def put(self, request: Request) -> Reply:
        """Take a whole file; it has its name once every byte is durable. Raises ClientGoneError, BrokenOffError."""
        names = names_of(request.raw_path)
        existed = await asyncio.to_thread(self._exists, names)
        refused = self._refused(request, existed)
        if refused is not None:
            return Reply(refused)
        draft = self._store.draft()
        try:
            await asyncio.to_thread(draft.touch)
            await append_body(request, draft, limit=self._settings.max_size)
            size = await asyncio.to_thread(self._publish, draft, names)
        except TooLongError:
            return Reply(413)
        finally:
            await asyncio.to_thread(draft.unlink, missing_ok=True)
        self._tell(Happening.RECEIVED, request, size)
        return Reply(204 if existed else 201)

    def _refused(self, request: Request, existed: bool) -> int | None:
        length = request.headers.get("content-length", "")
        is_too_long = (
            self._settings.max_size is not None and length.isdecimal() and int(length) > self._settings.max_size
        )
        rules = (
            (not self._settings.uploads, 405),
            ("content-range" in request.headers, 400),  # a part would be taken for the whole (RFC 9110, 14.5)
            (existed and request.headers.get("if-none-match", "").strip() == "*", 412),
            (existed and not self._settings.overwrite, 403),
            (is_too_long, 413),
        )
        return next((status for applies, status in rules if applies), None)

    async def _list(self, request: Request, send: Send) -> None:
        if not request.raw_path.endswith(b"/"):
            path = request.raw_path.decode("latin-1")
            await send_reply(send, Reply(301, (("Location", f"{request.origin}{path}/"),)))
            return
        names = names_of(request.raw_path)
        try:
            entries = await asyncio.to_thread(visible_entries, self._settings.folder, names)
        except PathError:
            await send_reply(send, Reply(404))
            return
        except OSError as error:
            await send_reply(send, Reply(refusals.of_disk(error).status))
            return
        with_body = request.method == "GET"
        await send_reply(send, page(names, entries), with_body=with_body)

    def _open(self, names: Names) -> int:
        with place(self._settings.folder, names) as target:
            return target.open()

    def _exists(self, names: Names) -> bool:
        with place(self._settings.folder, names) as target:
            return target.check() is not None

    def _publish(self, draft: Path, names: Names) -> int:
        size = draft.stat().st_size
        with place(self._settings.folder, names) as target:
            publish(draft, target, overwrite=self._settings.overwrite)
        return size

    async def _send_file(self, request: Request, send: Send, fd: int, happening: Happening, content_type: str) -> None:
        try:
            version = Version.of(os.fstat(fd))
            chosen = select(request.method, request.headers, version)
            await send_head(send, chosen.status, _describing(chosen, version, content_type))
            if request.method == "GET" and chosen.length:
                if not await _flow(request, send, fd, chosen):
                    return  # the body stays short of its length, and the connection ends with it
                self._tell(happening, request, chosen.length)
            await send({"type": "http.response.body", "body": b""})
        finally:
            await asyncio.to_thread(os.close, fd)

    def _tell(self, happening: Happening, request: Request, size: int) -> None:
        path = unquote(request.raw_path.decode("latin-1"))
        self._report(ServerEvent(happening=happening, path=path, size=size, client=request.client, user=request.user))


def _describing(chosen: Selection, version: Version, content_type: str) -> list[tuple[str, str]]:
    headers = [("ETag", version.etag), ("Last-Modified", version.last_modified), ("Accept-Ranges", "bytes")]
    if chosen.status != 304:
        headers += [("Content-Type", content_type), ("Content-Length", str(chosen.length))]
        # What others have uploaded must not run as a page of ours.
        headers += [("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "sandbox")]
    if chosen.content_range is not None:
        headers.append(("Content-Range", chosen.content_range))
    return headers


async def _flow(request: Request, send: Send, fd: int, chosen: Selection) -> bool:
    """Send the bytes as fast as they are taken; False when the client has left, the server ends or bytes are gone."""
    left = asyncio.ensure_future(request.gone())
    sending: asyncio.Future[None] | None = None
    try:
        for at in range(chosen.start, chosen.end, _BLOCK):
            block = await asyncio.to_thread(_read, fd, at, min(_BLOCK, chosen.end - at))
            if left.done() or not block:
                return False
            sending = asyncio.ensure_future(send({"type": "http.response.body", "body": block, "more_body": True}))
            await asyncio.wait({left, sending}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                return False
        return True
    finally:
        left.cancel()
        if sending is not None:
            sending.cancel()


def _read(fd: int, start: int, count: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(fd, count, start)
    os.lseek(fd, start, os.SEEK_SET)
    return os.read(fd, count)
