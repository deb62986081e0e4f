"""A server of one folder from start to end: its store, its clean-up, its socket; must not know a terminal."""

import asyncio
from pathlib import Path
from typing import Final

from bitsgui.server.app import ServerApp
from bitsgui.server.embedded import Embedded
from bitsgui.server.events import Report
from bitsgui.server.sessions import SessionStore
from bitsgui.server.settings import ServerSettings

_CLEAN_UP_S: Final = 3600.0


class FileServer:
    """The running server; `url` is its root, with a slash at the end."""

    def __init__(self, store: SessionStore, app: ServerApp, embedded: Embedded, url: str, timeout_s: float) -> None:
        self.url = url
        self._store = store
        self._app = app
        self._embedded = embedded
        self._sweeping = asyncio.get_running_loop().create_task(self._sweep(timeout_s), name="session clean-up")

    @classmethod
    async def start(
        cls,
        settings: ServerSettings,
        report: Report,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: tuple[Path, Path] | None = None,
    ) -> "FileServer":
        """Serve; port 0 takes a free one. `tls`: PEM files of the certificate chain and the key.

        Raises StoreLockedError while another server has the folder, OSError when folder or address cannot be had.
        """
        store = SessionStore(settings.folder)
        await asyncio.to_thread(store.open)
        await _drop_idle(store, settings.session_timeout_s)
        app = ServerApp(settings, store, report)
        try:
            embedded = await Embedded.start(app, host, port, tls)
        except BaseException:
            store.close()
            raise
        shown = f"[{embedded.address}]" if ":" in embedded.address else embedded.address
        url = f"{'http' if tls is None else 'https'}://{shown}:{embedded.port}/"
        return cls(store, app, embedded, url, settings.session_timeout_s)

    async def aclose(self) -> None:
        """Stop; what is under way breaks off, and every session can go on with the next start."""
        self._sweeping.cancel()
        await asyncio.wait([self._sweeping])
        self._app.end()
        await self._embedded.aclose()
        await self._app.ended()
        await asyncio.to_thread(self._store.close)

    async def _sweep(self, timeout_s: float) -> None:
        while True:
            await asyncio.sleep(_CLEAN_UP_S)
            await _drop_idle(self._store, timeout_s)


async def _drop_idle(store: SessionStore, timeout_s: float) -> None:
    for session in await asyncio.to_thread(store.idle, timeout_s):
        async with session.lock:
            if await asyncio.to_thread(session.is_idle, timeout_s):
                await asyncio.to_thread(store.remove, session)
