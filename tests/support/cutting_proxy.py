"""A TCP relay on loopback that breaks at a given byte: what any network does sooner or later."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

_GONE = (ConnectionError, asyncio.IncompleteReadError)


class CuttingProxy:
    """Relays to 127.0.0.1:`port`; the byte number `cut_up` (client to server) or `cut_down` ends its connection.

    Each cut happens once, counted over all connections; later ones are whole. None = never. `up` and `down` count
    the bytes relayed.
    """

    def __init__(self, port: int, *, cut_up: int | None = None, cut_down: int | None = None) -> None:
        self._target = port
        self._cuts = {"up": cut_up, "down": cut_down}
        self._relayed = {"up": 0, "down": 0}
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server
        self.port = 0

    @property
    def up(self) -> int:
        """Bytes from the client."""
        return self._relayed["up"]

    @property
    def down(self) -> int:
        """Bytes to the client."""
        return self._relayed["down"]

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
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except ConnectionError:
            writer.transport.abort()
            return
        ways = [
            asyncio.ensure_future(self._relay("up", reader, back)),
            asyncio.ensure_future(self._relay("down", there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for side in (writer, back):
                side.close()
                with suppress(*_GONE):
                    await side.wait_closed()

    async def _relay(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Return when the connection is to end."""
        with suppress(*_GONE):
            while data := await reader.read(65_536):
                cut, before = self._cuts[way], self._relayed[way]
                is_cut = cut is not None and before + len(data) > cut
                if is_cut:
                    assert cut is not None
                    data, self._cuts[way] = data[: cut - before], None
                self._relayed[way] += len(data)
                writer.write(data)
                await writer.drain()
                if is_cut:
                    return
