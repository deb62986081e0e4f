"""The door to the code that runs an attempt: what it takes to import the HTTP stack, and what of it nobody needs."""

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bitsgui.engine.runner import Attempt


def load_attempt() -> "type[Attempt]":
    """The class of an attempt. The first call imports for 0.3 s: not for the loop, nor before a first paint."""
    _import_aiohttp()
    from bitsgui.engine.runner import Attempt

    return Attempt


def _import_aiohttp() -> None:
    """Without the certificates that it reads for itself: 50 ms and 10 MB that nobody here uses.

    Every connection gets its TLS context from `transport`. What aiohttp keeps in place of its own trusts nobody, so
    that a connection that went past `transport` would fail, not pass.
    """
    make = ssl.create_default_context
    ssl.create_default_context = _empty_context  # type: ignore[assignment]  # aiohttp calls it without arguments
    try:
        import aiohttp.connector  # noqa: F401 - for its effect
    finally:
        ssl.create_default_context = make


def _empty_context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
