"""A real server of a temporary folder, and the packets of the upload protocol on raw connections to it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bitsgui.server.events import ServerEvent
from bitsgui.server.serve import FileServer
from bitsgui.server.sessions import STORE_NAME
from bitsgui.server.settings import ServerSettings
from tests.support.raw_http import Answer, Connection, connected, request_bytes

PROTOCOL = "{7df0354d-249b-430f-820d-3d2a9bef4931}"
CREATE = {
    "BITS-Packet-Type": "Create-Session",
    "BITS-Supported-Protocols": PROTOCOL,
    "Content-Length": "0",
}
PING = {"BITS-Packet-Type": "Ping", "Content-Length": "0"}


def fragment(session: str, first: int, body: bytes, total: int) -> dict[str, str]:
    """The headers of a Fragment."""
    span = f"bytes {first}-{first + len(body) - 1}/{total}" if body else "bytes */0"
    return {
        "BITS-Packet-Type": "Fragment",
        "BITS-Session-Id": session,
        "Content-Range": span,
        "Content-Length": str(len(body)),
    }


def ending(packet_type: str, session: str) -> dict[str, str]:
    """The headers of Close-Session and Cancel-Session."""
    return {"BITS-Packet-Type": packet_type, "BITS-Session-Id": session, "Content-Length": "0"}


@dataclass(slots=True)
class Served:
    """A running server, its folder, and what it has told."""

    server: FileServer
    folder: Path
    events: list[ServerEvent] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    """Headers that every packet carries, a sign-in for instance."""

    @property
    def port(self) -> int:
        port = urlsplit(self.server.url).port
        assert port is not None
        return port

    @property
    def store(self) -> Path:
        return self.folder / STORE_NAME

    def sessions(self) -> list[Path]:
        """The folders of the sessions that are on disk."""
        return sorted(path for path in self.store.iterdir() if path.is_dir())

    async def ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """One request on a connection of its own."""
        async with connected(self.port) as connection:
            return await connection.ask(method, target, headers, body)

    async def packet(self, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        return await self.ask("BITS_POST", path, {**headers, **self.extra}, body)

    async def create(self, path: str) -> str:
        """A new session's id."""
        answer = await self.packet(path, CREATE)
        assert answer.status == 200, answer
        session = answer["BITS-Session-Id"]
        assert session is not None
        return session

    async def send(self, path: str, session: str, first: int, body: bytes, total: int) -> Answer:
        return await self.packet(path, fragment(session, first, body, total), body)

    async def close(self, path: str, session: str) -> Answer:
        return await self.packet(path, ending("Close-Session", session))

    async def cancel(self, path: str, session: str) -> Answer:
        return await self.packet(path, ending("Cancel-Session", session))

    async def upload(self, path: str, content: bytes) -> Answer:
        """Create-Session, one Fragment, Close-Session: the last Ack."""
        session = await self.create(path)
        sent = await self.send(path, session, 0, content, len(content))
        assert sent.status == 200, sent
        return await self.close(path, session)


@asynccontextmanager
async def serving(folder: Path, **settings: object) -> AsyncIterator[Served]:
    """Serve `folder`, which is made if it is not there, with these ServerSettings."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    events: list[ServerEvent] = []
    server = await FileServer.start(ServerSettings(folder=folder, **settings), events.append)  # type: ignore[arg-type]
    try:
        yield Served(server, folder, events)
    finally:
        async with asyncio.timeout(10):
            await server.aclose()


async def written(path: Path, size: int) -> None:
    """Return once the file has so many bytes."""
    await asyncio.to_thread(_look_until, path, size)


def _look_until(path: Path, size: int) -> None:
    end = time.monotonic() + 10
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < end, f"{path} does not grow to {size} bytes"
        time.sleep(0.005)


async def stuck(connection: Connection, path: str, headers: Mapping[str, str], sent: bytes) -> None:
    """Begin a packet and stop when the bytes `sent` of its body are out."""
    await connection.send(request_bytes("BITS_POST", path, headers, host=connection.host) + sent)
