"""The wire: the only maker of httpx transports and of TLS contexts. Knows no pool, no ranges and no jobs."""

import asyncio
import base64
import hashlib
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, Final, cast

import aiohttp
import httpx
import truststore
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from bitsgui.engine.pool import TlsSettings
from bitsgui.engine.stop import TransferStop
from bitsgui.model.codes import (
    ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY,
    ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY,
    ERROR_WINHTTP_SECURE_FAILURE,
)
from bitsgui.model.enums import ErrorContext, SecurityFlags

# httpx logs every URL with its query, where signatures and tokens live.
logging.getLogger("httpx").setLevel(logging.WARNING)

CONNECT_TIMEOUT_S: Final = 30.0
READ_TIMEOUT_S: Final = 60.0
_CHALLENGE_PAGE: Final = 64 * 1024
PROXY_EXTENSION: Final = "bitsgui.proxy"
PROXY_SIGN_IN_EXTENSION: Final = "bitsgui.proxy_sign_in"

_IGNORE_DATE = 0x200000  # X509_V_FLAG_NO_CHECK_TIME


def make_tls_context(tls: TlsSettings) -> ssl.SSLContext:
    """The system's trust unless the job says otherwise; reads files: not for the loop.

    Raises TransferStop(REMOTE_FILE, ...) if one of the job's files cannot be read.
    """
    context = _pinned_context(tls.pin) if tls.pin is not None else _trusting_context(tls)
    if tls.certificate is not None:
        _load_client_certificate(context, tls)
    return context


def _trusting_context(tls: TlsSettings) -> ssl.SSLContext:
    flags = tls.security_flags & ~(SecurityFlags.REDIRECT_ALLOW_HTTPS_TO_HTTP | 0x0700)
    if not flags and tls.ca_file is None:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise TransferStop(
            ErrorContext.REMOTE_FILE,
            ERROR_WINHTTP_SECURE_FAILURE,
            f"The file of certificate authorities cannot be read: {tls.ca_file}",
        ) from error
    if flags & SecurityFlags.SSL_ENABLE_CRL_CHECK:
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
    if flags & SecurityFlags.SSL_IGNORE_CERT_DATE_INVALID:
        context.verify_flags |= _IGNORE_DATE
    if flags & SecurityFlags.SSL_IGNORE_CERT_CN_INVALID:
        context.check_hostname = False
    if flags & (SecurityFlags.SSL_IGNORE_UNKNOWN_CA | SecurityFlags.SSL_IGNORE_CERT_WRONG_USAGE):
        # OpenSSL has no switch for these alone: the chain goes unchecked, and with it the name.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def unverified_context(at_handshake: Callable[[ssl.SSLObject], None]) -> ssl.SSLContext:
    """A context that trusts nobody but `at_handshake`, which sees every connection before a byte of it is used.

    What it raises (an ssl.SSLError) ends the connection.
    """

    class _Seen(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            at_handshake(self)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.sslobject_class = _Seen
    return context


def _pinned_context(pin: str) -> ssl.SSLContext:
    def check(connection: ssl.SSLObject) -> None:
        shown = connection.getpeercert(binary_form=True) or b""
        if hashlib.sha256(shown).hexdigest() != pin:
            raise ssl.SSLCertVerificationError("not the certificate that the job accepts")

    return unverified_context(check)


def _load_client_certificate(context: ssl.SSLContext, tls: TlsSettings) -> None:
    try:
        # Never None: OpenSSL would ask for the passphrase at the terminal.
        context.load_cert_chain(tls.certificate or "", tls.key, tls.passphrase)
    except ssl.SSLError as error:
        detail = f"The client certificate, its key and the passphrase do not go together: {tls.certificate}"
        raise TransferStop(ErrorContext.REMOTE_FILE, ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY, detail) from error
    except OSError as error:
        detail = f"The client certificate or its key cannot be read: {tls.certificate}"
        raise TransferStop(ErrorContext.REMOTE_FILE, ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY, detail) from error


class _Body(httpx.AsyncByteStream):
    """The response's bytes as they arrive, uncopied."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content, taken = self._response.content, 0
        try:
            async for chunk in content.iter_any():
                yield chunk
                taken += len(chunk)
                # httpx reads the page that comes with a challenge whole before it answers.
                if self._response.status == 401 and taken > _CHALLENGE_PAGE:
                    return
        except (aiohttp.ClientError, OSError):
            # aiohttp withholds what came in before the break: up to a buffer of good bytes, fetched again each time.
            if rest := content._read_nowait(-1):
                yield rest
            raise

    async def aclose(self) -> None:
        # Unread bytes make the connection useless; `close` drops it, a finished body has released it already.
        self._response.close()


class Wire(AiohttpTransport):
    """httpx-aiohttp with three things of our own.

    The URL goes out as it was given (yarl would decode `%2C` in a signed query), the body comes in pieces as
    large as they arrive, and the proxy is the request's, not the transport's.
    `names`: the threads that look names up; they wait as long as a name server is silent.
    Raises what aiohttp raises; `stop.place_of` reads it better than its httpx translation.
    """

    def __init__(
        self, context: ssl.SSLContext | None, socks: str | None, read_buffer: int, names: Executor | None = None
    ) -> None:
        self._session = _session(context or False, socks, read_buffer, names)
        super().__init__(verify=False, trust_env=False, client=self._session)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        timeout: Mapping[str, float | None] = request.extensions.get("timeout", {})
        sign_in: tuple[str, str] | None = request.extensions.get(PROXY_SIGN_IN_EXTENSION)
        to_proxy = [("Proxy-Authorization", _basic(*sign_in))] if sign_in else []
        is_tunnelled = request.url.scheme == "https"
        response = await self._session.request(
            request.method,
            URL(str(request.url), encoded=True),
            headers=[*request.headers.multi_items(), *([] if is_tunnelled else to_proxy)],
            data=None if isinstance(request.stream, httpx.ByteStream) else request.stream,
            allow_redirects=False,
            auto_decompress=False,
            proxy=request.extensions.get(PROXY_EXTENSION),
            proxy_headers=dict(to_proxy) if is_tunnelled else None,
            timeout=aiohttp.ClientTimeout(sock_connect=timeout.get("connect"), sock_read=timeout.get("read")),
        )
        return httpx.Response(
            status_code=response.status,
            headers=list(response.raw_headers),
            stream=_Body(response),
            request=request,
        )


def _basic(user_name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user_name}:{password}".encode()).decode()


class _Lookups:
    """The two calls of a loop by which aiohttp finds addresses, on threads of their own."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads

    async def getaddrinfo(self, host: str, port: int, **how: Any) -> Any:
        return await self._on_thread(partial(socket.getaddrinfo, host, port, **how))

    async def getnameinfo(self, address: Any, flags: int) -> Any:
        return await self._on_thread(partial(socket.getnameinfo, address, flags))

    async def _on_thread(self, call: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def _session(
    context: ssl.SSLContext | bool, socks: str | None, read_buffer: int, names: Executor | None
) -> aiohttp.ClientSession:
    options: dict[str, Any] = {"ssl": context, "limit": 0, "keepalive_timeout": 15}
    if names is not None and not socks:
        options["resolver"] = aiohttp.ThreadedResolver(cast("asyncio.AbstractEventLoop", _Lookups(names)))
    return aiohttp.ClientSession(
        connector=_socks_connector(socks, options) if socks else aiohttp.TCPConnector(**options),
        cookie_jar=aiohttp.DummyCookieJar(),  # cookies belong to a job, the wire to many
        read_bufsize=read_buffer,
        trust_env=False,
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )


def _socks_connector(proxy: str, options: dict[str, Any]) -> aiohttp.BaseConnector:
    from aiohttp_socks import ProxyConnector  # few need it, and it adds to everybody's start

    return ProxyConnector.from_url(proxy, **options)
