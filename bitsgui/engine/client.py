"""One job's HTTP client: its headers, sign-in, cookies, proxies and redirect policy; knows no ranges.

No credential crosses an origin: sign-in, cookies and custom headers that may hold a secret go only to the
origin of the file's own address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from bitsgui import __version__
from bitsgui.engine.pool import TlsSettings, WirePool
from bitsgui.engine.ports import JobSecrets
from bitsgui.engine.proxies import SystemProxies, proxies_for
from bitsgui.engine.sign_in import ChallengeAuth
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.transport import CONNECT_TIMEOUT_S, PROXY_EXTENSION, PROXY_SIGN_IN_EXTENSION, READ_TIMEOUT_S
from bitsgui.engine.wire_errors import convert_transport
from bitsgui.model.codes import (
    BG_E_INVALID_CREDENTIALS,
    ERROR_WINHTTP_CANNOT_CONNECT,
    ERROR_WINHTTP_REDIRECT_FAILED,
)
from bitsgui.model.enums import AuthTarget, ErrorContext, SecurityFlags
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import JobSettings
from bitsgui.model.urls import (
    SUPPORTED_SCHEMES,
    Origin,
    are_kin,
    display_url,
    log_url,
    origin_of,
    same_origin,
    split_user_info,
    with_user_info,
)

USER_AGENT: Final = f"bitsgui/{__version__}"
MAX_REDIRECTS: Final = 10
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Every other custom header may be a credential under a name of its own.
_HEADERS_FOR_ANYONE: Final = frozenset(
    {"accept", "accept-language", "user-agent", "referer", "cache-control", "pragma", "dnt"}
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request. `at_home`: the job's secrets may go with it; `body` can be sent again after a challenge.

    `silence_s`: longest wait for the next bytes of the answer; None = the caller sees to it.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    at_home: bool
    body: httpx.AsyncByteStream | None = None
    silence_s: float | None = READ_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Answer:
    """A streaming response that is not a redirect; `url` is where it came from. Close it with `aclose`."""

    response: httpx.Response
    url: str

    @property
    def status(self) -> int:
        return self.response.status_code

    def header(self, name: str) -> str | None:
        value: str | None = self.response.headers.get(name)
        return value

    async def aclose(self) -> None:
        await self.response.aclose()


class JobClient:
    """Requests of one attempt of one job. Holds its cookies; shares its connections.

    `home`: the address that the secrets belong to, where it is not that of every request.
    """

    def __init__(
        self,
        settings: JobSettings,
        secrets: JobSecrets,
        pool: WirePool,
        system: SystemProxies,
        home: str | None = None,
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._pool = pool
        self._system = system
        self._home = home
        self._auth: dict[Origin | None, ChallengeAuth] = {}
        self._clients: dict[tuple[Origin | None, str | None, httpx.AsyncBaseTransport], httpx.AsyncClient] = {}
        _check_secrets(settings, secrets)

    async def open(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Send the job's request for `url`, follow redirects as the policy says, return the last answer.

        Raises TransferStop with the transport's code, or REMOTE_FILE for a redirect that may not be followed.
        """
        current = url
        for _ in range(MAX_REDIRECTS + 1):
            at_home = same_origin(current, url) and (self._home is None or are_kin(current, self._home))
            response = await self._send(Outgoing(self._settings.http_method, current, headers, at_home))
            if response.status_code not in REDIRECTS or "location" not in response.headers:
                return Answer(response, current)
            await response.aclose()
            current = self._next_hop(current, response)
        raise _redirect_stop("The server sends the request round in circles.")

    async def send_packet(self, packet: Outgoing) -> Answer:
        """Send one packet of an upload; a redirect is an answer like any other. Raises TransferStop."""
        return Answer(await self._send(packet), packet.url)

    def may_stand_for(self, new: str, old: str) -> bool:
        """Whether a file may take a redirect's address for its own: no secret then goes to another origin."""
        has_secrets = self._secrets.sign_ins or self._secrets.custom_headers
        return not has_secrets or same_origin(new, old)

    def _next_hop(self, current: str, response: httpx.Response) -> str:
        flags = self._settings.security_flags
        if flags & SecurityFlags.REDIRECT_DISALLOW:
            raise TransferStop(
                ErrorContext.REMOTE_FILE,
                from_http_status(response.status_code),
                "The job does not allow redirects.",
                facts=Facts(redirected_to=_shown(current, response)),
            )
        try:
            target = display_url(urljoin(current, response.headers["location"]))
        except ValueError as error:
            raise _redirect_stop("The server redirects to an address that cannot be read.", "") from error
        scheme = target.partition(":")[0].lower()
        if scheme not in SUPPORTED_SCHEMES:
            raise _redirect_stop(f"The server redirects to a {scheme} address.", target)
        if origin_of(target) is None:
            raise _redirect_stop("The server redirects to an address that cannot be read.", "")
        downgrade = urlsplit(current).scheme.lower() == "https" and scheme == "http"
        if downgrade and not flags & SecurityFlags.REDIRECT_ALLOW_HTTPS_TO_HTTP:
            raise _redirect_stop(f"The server redirects from https to http: {log_url(target)}", target)
        return target

    async def _send(self, request: Outgoing) -> httpx.Response:
        candidates = proxies_for(request.url, self._settings.proxy, self._system)
        for proxy in candidates[:-1]:
            try:
                return await self._send_through(proxy, request)
            except TransferStop as stop:
                if stop.code != ERROR_WINHTTP_CANNOT_CONNECT:
                    raise
        return await self._send_through(candidates[-1], request)

    async def _send_through(self, proxy: str | None, outgoing: Outgoing) -> httpx.Response:
        url = outgoing.url
        needs_tls = any(address.startswith("https:") for address in (url.lower(), proxy or ""))
        socks, extensions = self._route(proxy)
        extensions["timeout"] = httpx.Timeout(outgoing.silence_s, connect=CONNECT_TIMEOUT_S).as_dict()
        tls = tls_of(self._settings, self._secrets, outgoing.at_home) if needs_tls else None
        wire = await self._pool.wire(tls, socks)
        client = self._client(url, proxy, wire)
        sent = self._headers(outgoing.headers, outgoing.at_home)
        with convert_transport():
            request = httpx.Request(outgoing.method, url, headers=sent, extensions=extensions, stream=outgoing.body)
            client.cookies.set_cookie_header(request)
            return await client.send(request, stream=True, auth=self._auth_for(url, outgoing.at_home))

    def _route(self, proxy: str | None) -> tuple[str | None, dict[str, object]]:
        """The SOCKS proxy that the wire must be made for, and what one request says of its proxy."""
        extensions: dict[str, object] = {}
        if proxy is None:
            return None, extensions
        address, sign_in = split_user_info(proxy)
        own = self._secrets.sign_ins.get(AuthTarget.PROXY)
        if own is not None:
            sign_in = (own.user_name, own.password)
        if address.startswith("socks"):
            return with_user_info(address, sign_in), extensions
        return None, extensions | {PROXY_EXTENSION: address, PROXY_SIGN_IN_EXTENSION: sign_in}

    def _client(self, url: str, proxy: str | None, wire: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
        # It holds the cookies of one origin; it is never closed, for that would close the shared wire.
        key = (origin_of(url), proxy, wire)
        if key not in self._clients:
            self._clients[key] = httpx.AsyncClient(transport=wire, trust_env=False)
        return self._clients[key]

    def _headers(self, headers: Mapping[str, str], at_home: bool) -> list[tuple[str, str]]:
        own = {"User-Agent": USER_AGENT, "Accept": "*/*"}
        custom = [(n, v) for n, v in self._secrets.custom_headers if at_home or n.lower() in _HEADERS_FOR_ANYONE]
        replaced = {name.lower() for name, _ in custom}
        base = [(n, v) for n, v in own.items() if n.lower() not in replaced]
        return [*base, ("Accept-Encoding", "identity"), *custom, *headers.items()]

    def _auth_for(self, url: str, at_home: bool) -> httpx.Auth | None:
        sign_in = self._secrets.sign_ins.get(AuthTarget.SERVER)
        if sign_in is None or not at_home:
            return None
        origin = origin_of(url)
        if origin not in self._auth:
            schemes = frozenset(c.scheme for c in self._settings.credentials if c.target is AuthTarget.SERVER)
            self._auth[origin] = ChallengeAuth(sign_in, schemes)
        return self._auth[origin]


def tls_of(settings: JobSettings, secrets: JobSecrets, at_home: bool) -> TlsSettings:
    """What of the job decides a connection; who we are is for its own server only, as every sign-in."""
    flags = settings.security_flags & ~SecurityFlags.REDIRECT_ALLOW_HTTPS_TO_HTTP & ~SecurityFlags(0x0700)
    tls = TlsSettings(flags, settings.ca_file, settings.certificate_pin)
    if settings.client_certificate is None or not at_home:
        return tls
    passphrase = secrets.key_passphrase
    return replace(tls, certificate=settings.client_certificate, key=settings.client_key, passphrase=passphrase)


def _check_secrets(settings: JobSettings, secrets: JobSecrets) -> None:
    missing_headers = {n.lower() for n in settings.custom_header_names} - {n.lower() for n, _ in secrets.custom_headers}
    missing_sign_ins = {c.target for c in settings.credentials} - set(secrets.sign_ins)
    if missing_headers or missing_sign_ins:
        raise TransferStop(
            ErrorContext.GENERAL_TRANSPORT,
            BG_E_INVALID_CREDENTIALS,
            "The keyring no longer holds this job's sign-in or headers; enter them again.",
        )


def _redirect_stop(detail: str, target: str | None = None) -> TransferStop:
    """`target`: where to; empty = it cannot be read, None = to where it was already."""
    facts = Facts(redirected_to=None if target is None else log_url(target))
    return TransferStop(ErrorContext.REMOTE_FILE, ERROR_WINHTTP_REDIRECT_FAILED, detail, facts=facts)


def _shown(current: str, response: httpx.Response) -> str:
    try:
        return log_url(urljoin(current, response.headers["location"]))
    except ValueError:
        return ""
