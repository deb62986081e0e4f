"""What the wire raises, as TransferStop: the tables that give every exception of the HTTP stack its place and code.

Imports that stack, which takes a while: only what runs an attempt may import this.
"""

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

import aiohttp
import aiohttp_socks
import httpx

from bitsgui.engine.challenges import facts_of_challenges
from bitsgui.engine.stop import TransferStop
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import HResult, from_http_status

Place = tuple[ErrorContext, HResult]
_REMOTE: Final = ErrorContext.REMOTE_FILE
_TRANSPORT: Final = ErrorContext.GENERAL_TRANSPORT

TRANSPORT_ERRNO: Final[Mapping[int, HResult]] = MappingProxyType(
    {
        errno.ECONNREFUSED: codes.ERROR_WINHTTP_CANNOT_CONNECT,
        errno.ENETUNREACH: codes.ERROR_NETWORK_UNREACHABLE,
        errno.EHOSTUNREACH: codes.ERROR_HOST_UNREACHABLE,
        errno.ENETDOWN: codes.BG_E_NETWORK_DISCONNECTED,
        errno.ETIMEDOUT: codes.ERROR_WINHTTP_TIMEOUT,
        errno.ECONNRESET: codes.ERROR_WINHTTP_CONNECTION_ERROR,
        errno.ECONNABORTED: codes.ERROR_WINHTTP_CONNECTION_ERROR,
        errno.EPIPE: codes.ERROR_WINHTTP_CONNECTION_ERROR,
        errno.EMFILE: codes.ERROR_TOO_MANY_OPEN_FILES,
        errno.ENFILE: codes.ERROR_TOO_MANY_OPEN_FILES,
    }
)

# The reasons that have a name of their own: OpenSSL's X509_V_ERR_*, and Windows's when it does the checking.
_VERIFY_CODES: Final[Mapping[int, HResult]] = MappingProxyType(
    {
        9: codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
        10: codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
        18: codes.ERROR_WINHTTP_SECURE_INVALID_CA,
        19: codes.ERROR_WINHTTP_SECURE_INVALID_CA,
        20: codes.ERROR_WINHTTP_SECURE_INVALID_CA,
        21: codes.ERROR_WINHTTP_SECURE_INVALID_CA,
        3: codes.ERROR_WINHTTP_SECURE_CERT_REV_FAILED,
        23: codes.ERROR_WINHTTP_SECURE_CERT_REVOKED,
        26: codes.ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE,
        62: codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID,
        64: codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID,
        codes.CERT_E_EXPIRED: codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
        codes.CERT_E_UNTRUSTEDROOT: codes.ERROR_WINHTTP_SECURE_INVALID_CA,
        codes.CRYPT_E_REVOKED: codes.ERROR_WINHTTP_SECURE_CERT_REVOKED,
        codes.CERT_E_WRONG_USAGE: codes.ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE,
        codes.CERT_E_CN_NO_MATCH: codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID,
    }
)

# What a server says that wants another client certificate, or one at all.
_CLIENT_CERTIFICATE_ALERTS: Final = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "TLSV1_ALERT_UNKNOWN_CA",
    }
)

# The first row decides that matches the exception or one of its causes: the most telling stand first, subclasses
# before their bases.
EXCEPTIONS: Final[tuple[tuple[type[BaseException], Place], ...]] = (
    (socket.gaierror, (_REMOTE, codes.ERROR_WINHTTP_NAME_NOT_RESOLVED)),
    (aiohttp.ClientConnectorDNSError, (_REMOTE, codes.ERROR_WINHTTP_NAME_NOT_RESOLVED)),
    (ssl.SSLEOFError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),  # hung up, as plain connections do
    (ssl.SSLZeroReturnError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
    (aiohttp.ClientConnectorCertificateError, (_REMOTE, codes.ERROR_WINHTTP_SECURE_FAILURE)),
    (ssl.SSLError, (_TRANSPORT, codes.ERROR_WINHTTP_SECURE_CHANNEL_ERROR)),
    (aiohttp.ClientProxyConnectionError, (_TRANSPORT, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
    (aiohttp_socks.ProxyTimeoutError, (_TRANSPORT, codes.ERROR_WINHTTP_TIMEOUT)),
    (aiohttp_socks.ProxyConnectionError, (_TRANSPORT, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
    (aiohttp_socks.ProxyError, (_TRANSPORT, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
    (aiohttp_socks.SocksError, (_TRANSPORT, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
    (aiohttp.TooManyRedirects, (_REMOTE, codes.ERROR_WINHTTP_REDIRECT_FAILED)),
    (httpx.TooManyRedirects, (_REMOTE, codes.ERROR_WINHTTP_REDIRECT_FAILED)),
    (aiohttp.InvalidURL, (_REMOTE, codes.ERROR_WINHTTP_INVALID_URL)),
    (httpx.UnsupportedProtocol, (_REMOTE, codes.ERROR_WINHTTP_UNRECOGNIZED_SCHEME)),
    (httpx.InvalidURL, (_REMOTE, codes.ERROR_WINHTTP_INVALID_URL)),
    (UnicodeError, (_REMOTE, codes.ERROR_WINHTTP_INVALID_URL)),  # a host name that IDNA cannot carry
    (aiohttp.ServerTimeoutError, (_TRANSPORT, codes.ERROR_WINHTTP_TIMEOUT)),
    (aiohttp.ServerDisconnectedError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
    (aiohttp.ClientConnectorError, (_TRANSPORT, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
    (aiohttp.ClientPayloadError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
    (aiohttp.ClientResponseError, (_REMOTE, codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE)),
    (aiohttp.ClientError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
    (httpx.RemoteProtocolError, (_REMOTE, codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE)),
    (httpx.DecodingError, (_REMOTE, codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE)),
    (httpx.TimeoutException, (_TRANSPORT, codes.ERROR_WINHTTP_TIMEOUT)),
    (TimeoutError, (_TRANSPORT, codes.ERROR_WINHTTP_TIMEOUT)),
    (httpx.ConnectError, (_TRANSPORT, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
    (httpx.ProxyError, (_TRANSPORT, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
    (httpx.TransportError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
    (httpx.HTTPError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
    (asyncio.IncompleteReadError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
    (OSError, (_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
)
_KINDS: Final = tuple(kind for kind, _ in EXCEPTIONS)


def place_of(error: BaseException) -> Place:
    """(context, code) of a transport exception, from its most telling cause."""
    for cause in _chain(error):
        # aiohttp's own is such an error, too, but has no verify_code; the real one is its cause.
        if isinstance(cause, ssl.SSLCertVerificationError) and not isinstance(cause, aiohttp.ClientError):
            return _REMOTE, _VERIFY_CODES.get(getattr(cause, "verify_code", 0), codes.ERROR_WINHTTP_SECURE_FAILURE)
        if isinstance(cause, ssl.SSLError) and getattr(cause, "reason", None) in _CLIENT_CERTIFICATE_ALERTS:
            return _REMOTE, codes.ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED
        if isinstance(cause, aiohttp.ClientHttpProxyError):
            return _proxy_place(cause.status)
    for cause in _chain(error):
        if isinstance(cause, OSError) and not isinstance(cause, socket.gaierror | ssl.SSLError):
            code = TRANSPORT_ERRNO.get(cause.errno or 0)
            if code is not None:
                return _TRANSPORT, code
    for kind, place in EXCEPTIONS:
        if any(isinstance(cause, kind) for cause in _chain(error)):
            return place
    return ErrorContext.UNKNOWN, codes.ERROR_WINHTTP_CONNECTION_ERROR


@contextmanager
def convert_transport() -> Iterator[None]:
    """Turn what the wire raises into TransferStop; the cause is kept."""
    try:
        yield
    except _KINDS as error:
        context, code = place_of(error)
        detail = f"{code.meaning.rstrip('.')} ({type(error).__name__})."
        raise TransferStop(context, code, detail, facts=_challenge_in(error)) from error


def _proxy_place(status: int) -> Place:
    return _TRANSPORT, from_http_status(status) if status >= 400 else codes.ERROR_WINHTTP_CANNOT_CONNECT


def _challenge_in(error: BaseException) -> Facts | None:
    """What a proxy wants before it makes a tunnel."""
    for cause in _chain(error):
        if isinstance(cause, aiohttp.ClientHttpProxyError) and cause.headers is not None:
            return facts_of_challenges(cause.headers.getall("Proxy-Authenticate", ()))
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    pending: list[BaseException | None] = [error]
    while pending:
        current = pending.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending += [current.__cause__, current.__context__]
        pending += [getattr(current, name, None) for name in ("os_error", "certificate_error")]
