"""Connections that jobs share, by what decides them. Imports the HTTP stack with the first wire, not before."""

import asyncio
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bitsgui.model.enums import SecurityFlags

if TYPE_CHECKING:
    from bitsgui.engine.transport import Wire

READ_BUFFER: Final = 128 * 1024
"""Bytes that one connection may hold unread before its reading pauses (twice this at most)."""
SMALL_READ_BUFFER: Final = 64 * 1024
"""The same where a window shares the loop: less comes in before somebody else has a turn."""


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """What of a job decides its TLS context; equal settings share a pool.

    `pin`: SHA-256 fingerprint, lower case, of the only certificate accepted. `certificate`, `key` (None = in the same
    file) and `passphrase`: what the server may ask of us.
    """

    security_flags: SecurityFlags
    ca_file: str | None
    pin: str | None = None
    certificate: str | None = None
    key: str | None = None
    passphrase: str = field(default="", repr=False)


_LOOKUPS: Final = 16
"""Names looked up at the same time."""


class WirePool:
    """Shared connections: one wire per (TLS settings, SOCKS proxy).

    `tls_context` makes contexts in place of the usual maker, on a thread.
    """

    def __init__(
        self, read_buffer: int = READ_BUFFER, tls_context: Callable[[TlsSettings], ssl.SSLContext] | None = None
    ) -> None:
        self._read_buffer = read_buffer
        self._tls_context = tls_context
        # Apart from everybody's: a name server that is silent would hold up all that is done on those.
        self._names = ThreadPoolExecutor(_LOOKUPS, "names")
        self._wires: dict[tuple[TlsSettings | None, str | None], Wire] = {}
        self._lock = asyncio.Lock()

    async def wire(self, tls: TlsSettings | None, proxy: str | None) -> "Wire":
        """The wire for these settings (None = no TLS); an http(s) proxy is named per request, not here."""
        socks = proxy if proxy is not None and urlsplit(proxy).scheme.startswith("socks") else None
        async with self._lock:
            key = (tls, socks)
            if key not in self._wires:
                from bitsgui.engine.transport import Wire, make_tls_context  # the HTTP stack: see `loading`

                # The system's certificates cost 10 MB and 50 ms: only https pays for them.
                make = self._tls_context or make_tls_context
                context = await asyncio.to_thread(make, tls) if tls else None
                self._wires[key] = Wire(context, socks, self._read_buffer, self._names)
            return self._wires[key]

    async def aclose(self) -> None:
        """Close every connection."""
        wires, self._wires = self._wires, {}
        for wire in wires.values():
            await wire.aclose()
        self._names.shutdown(wait=False, cancel_futures=True)
