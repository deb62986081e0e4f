"""Imports aiohttp without the certificates that it reads for itself: 50 ms and 10 MB that nobody here uses.

Every connection gets its TLS context from `transport`. What aiohttp keeps in place of its own trusts nobody, so that a
connection that went past `transport` would fail, not pass.
"""

import ssl


def import_http_stack() -> None:
    """Call it before anything else imports aiohttp; later it does nothing."""
    make = ssl.create_default_context
    ssl.create_default_context = _empty_context  # type: ignore[assignment]  # aiohttp calls it without arguments
    try:
        import aiohttp.connector  # noqa: F401 - for its effect
    finally:
        ssl.create_default_context = make


def _empty_context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
