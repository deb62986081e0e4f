"""Lines over a local connection: limits, time-outs, and the ways to listen and to connect on each system."""

import asyncio
import os
import secrets
import socket
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from bitsgui.remote.messages import LINE_MAX, line_of
from bitsgui.remote.peers import is_this_user

PROMPT_S: Final = 5.0
"""How long a line may take that needs no work: the first one of each side, and whatever has begun to arrive."""
_FAREWELL_S: Final = 1.0
_BACKLOG: Final = 64


class LineError(Exception):
    """What arrives is no line of ours, or none arrives; the connection is of no more use."""


class Line:
    """One connection, as lines."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def is_own(self) -> bool:
        """Whether the same user is at the other end."""
        peer = self._writer.get_extra_info("socket")
        return peer is None or is_this_user(peer)

    async def read(self, timeout_s: float | None = PROMPT_S) -> bytes:
        """The next line, empty at the end; raises LineError."""
        try:
            async with asyncio.timeout(timeout_s):
                line = await self._reader.readline()
        except TimeoutError:
            raise LineError("no answer") from None
        except (ValueError, OSError) as error:  # ValueError: a line without end
            raise LineError(str(error)) from error
        if line and not line.endswith(b"\n"):
            raise LineError("cut off")
        return line

    async def write(self, message: msgspec.Struct, timeout_s: float = PROMPT_S) -> None:
        """Send it; raises LineError if the other side does not take it, BitsError for what no line can hold."""
        try:
            self._writer.write(line_of(message))
            async with asyncio.timeout(timeout_s):
                await self._writer.drain()
        except TimeoutError:
            raise LineError("it is not read") from None
        except OSError as error:
            raise LineError(str(error)) from error

    async def ended(self) -> None:
        """Wait for the other side's end, also by kill."""
        with suppress(OSError):
            while await self._reader.read(LINE_MAX):
                pass

    async def aclose(self) -> None:
        """Hang up; who does not read what is still on its way to him loses it."""
        self._writer.close()
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._writer.wait_closed()
        except (TimeoutError, OSError):
            self._writer.transport.abort()


Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]

if sys.platform == "win32":  # written, not run

    async def listen(place: Path, accept: Accept) -> asyncio.AbstractServer:
        """Listen at a pipe whose name nobody else knows: it stands in the file `place`."""
        loop: Any = asyncio.get_running_loop()  # the proactor's; its pipes are not in the type stubs
        name = rf"\\.\pipe\bitsgui-{secrets.token_hex(16)}"

        def protocol() -> asyncio.StreamReaderProtocol:
            return asyncio.StreamReaderProtocol(asyncio.StreamReader(limit=LINE_MAX), accept)

        (server,) = await loop.start_serving_pipe(protocol, name)
        await asyncio.to_thread(place.write_text, name, "ascii")
        pipe: asyncio.AbstractServer = server
        return pipe

    async def connect(place: Path) -> Line | None:
        """A connection to who listens there; None if nobody does."""
        loop: Any = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LINE_MAX)
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            name = await asyncio.to_thread(place.read_text, "ascii")
            transport, _ = await loop.create_pipe_connection(lambda: protocol, name)
        except (FileNotFoundError, ConnectionError):
            return None
        return Line(reader, asyncio.StreamWriter(transport, protocol, reader, loop))

else:

    async def listen(place: Path, accept: Accept) -> asyncio.AbstractServer:
        """Listen at a socket; one that a killed process left is replaced, so only who has the queue may call."""
        listener = await asyncio.to_thread(_bound, place)
        return await asyncio.start_unix_server(accept, sock=listener, limit=LINE_MAX)

    async def connect(place: Path) -> Line | None:
        """A connection to who listens there; None if nobody does, be it that a killed process left its socket."""
        try:
            async with asyncio.timeout(PROMPT_S):
                return Line(*await asyncio.open_unix_connection(str(place), limit=LINE_MAX))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except TimeoutError:
            raise LineError("no answer") from None
        except BlockingIOError:  # too many wait already
            raise LineError("no answer") from None

    def _bound(place: Path) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with suppress(FileNotFoundError):
                if stat.S_ISSOCK(place.lstat().st_mode):
                    place.unlink()
            listener.bind(str(place))
            place.chmod(0o600)
            listener.listen(_BACKLOG)
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
        return listener


def remove(place: Path) -> None:
    """Leave nothing behind of what `listen` made."""
    with suppress(FileNotFoundError):
        os.unlink(place)
