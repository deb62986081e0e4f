"""Granian's embedded server on our own loop and our own socket; must not know what it serves.

Its maker calls it experimental; it was steady here on a plain loop and on Qt's. It ends only after its last reply,
so whoever stops it breaks those off first.
"""

import asyncio
import inspect
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.server.embed import Server

_BACKLOG: Final = 1024
"""Connections that wait, and connections that are served at once."""

_GRACE_S: Final = 3.0

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class _Server(Server):
    """Granian binds with SO_REUSEPORT, so that two of them share a port unseen: it gets a socket from us."""

    def __init__(self, listener: socket.socket, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._listener = listener

    def _init_shared_socket(self) -> None:
        self._shd: Any = SocketHolder(self._listener.detach(), False, _BACKLOG)  # type: ignore[call-arg]


class Embedded:
    """An application that is being served; `address` and `port` say where."""

    def __init__(self, app: App, listener: socket.socket, tls: tuple[Path, Path] | None) -> None:
        self.address, self.port = listener.getsockname()[:2]
        certificate, key = tls or (None, None)
        self._server = _Server(
            listener,
            app,
            address=self.address,
            port=self.port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            backlog=_BACKLOG,
            backpressure=_BACKLOG,
            log_enabled=False,
            ssl_cert=certificate,
            ssl_key=key,
            ssl_protocol_min=SSLProtocols.tls12,
        )
        self._serving = asyncio.get_running_loop().create_task(self._server.serve(), name="embedded server")

    @classmethod
    async def start(cls, app: App, host: str, port: int, tls: tuple[Path, Path] | None = None) -> "Embedded":
        """Listen; connections are taken from now on. `tls`: PEM files of the certificate chain and the key.

        `port` 0 takes a free one. Raises OSError when the address cannot be had or the files are not such a pair.
        """
        if tls is not None:
            await asyncio.to_thread(_check_pair, *tls)  # granian would fail unseen, after the start
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = await asyncio.to_thread(socket.create_server, (host, port), family=family, backlog=_BACKLOG)
        listener.setblocking(False)
        embedded = cls(app, listener, tls)
        await embedded._begun()
        return embedded

    async def _begun(self) -> None:
        """Return when the worker waits for its end: it would never see one that was asked for before."""
        while not any(map(_is_waiting, self._server.wrks)):
            if self._serving.done():
                self._serving.result()
                return
            await asyncio.sleep(0)

    async def aclose(self) -> None:
        """Stop; returns after the last reply, or after a moment if a client does not take it."""
        self._server.stop()  # type: ignore[no-untyped-call]
        # Not cancelled: granian reports to it when that client leaves, and the end of the loop cancels it anyway.
        await asyncio.wait([self._serving], timeout=_GRACE_S)


def _is_waiting(worker: Any) -> bool:
    return inspect.getcoroutinestate(worker._task.get_coro()) == inspect.CORO_SUSPENDED


def _check_pair(certificate: Path, key: Path) -> None:
    # Without a password of our own, OpenSSL would ask for one at the terminal.
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
