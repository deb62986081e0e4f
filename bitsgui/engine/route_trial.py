"""Whether a server or the proxy before it can be reached at all: a name looked up, a connection made and closed."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from bitsgui.engine.checklist import Checklist
from bitsgui.engine.client import tls_of
from bitsgui.engine.ports import JobSecrets
from bitsgui.engine.proxies import SystemProxies, proxies_for
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.transport import make_tls_context
from bitsgui.engine.wire_errors import convert_transport
from bitsgui.model.check import Step
from bitsgui.model.codes import ERROR_WINHTTP_CANNOT_CONNECT
from bitsgui.model.enums import ErrorContext
from bitsgui.model.job import JobSettings, ProxySettings

DEFAULT_PORTS: Final = {"http": 80, "https": 443, "socks4": 1080, "socks5": 1080, "socks5h": 1080}


async def try_route(url: str, proxy: ProxySettings, system: SystemProxies, checks: Checklist) -> None:
    """NAME_RESOLVES and CONNECTS, or PROXY_CONNECTS for what stands in between; raises CheckEndedError."""
    try:
        proxies = [candidate for candidate in proxies_for(url, proxy, system) if candidate is not None]
    except TransferStop as stop:
        checks.fail(Step.PROXY_CONNECTS, stop.code)
    if proxies:
        with checks.step(Step.PROXY_CONNECTS) as facts:
            facts["host"] = await _first_that_answers(proxies)
        return
    host, port = endpoint_of(url)
    with checks.step(Step.NAME_RESOLVES, host=host):
        await resolve(host, port)
    with checks.step(Step.CONNECTS, host=host):
        await connect(host, port)


async def try_certificate_files(settings: JobSettings, secrets: JobSecrets, checks: Checklist) -> None:
    """CERTIFICATE_FILES, where the job has some of its own; raises CheckEndedError."""
    if settings.ca_file is not None or settings.client_certificate is not None:
        with checks.step(Step.CERTIFICATE_FILES):
            await asyncio.to_thread(make_tls_context, tls_of(settings, secrets, at_home=True))


async def resolve(host: str, port: int) -> None:
    """Look the name up; raises TransferStop."""
    with convert_transport():
        await asyncio.get_running_loop().getaddrinfo(host, port)


async def connect(host: str, port: int) -> None:
    """Connect and hang up; raises TransferStop."""
    with convert_transport():
        _, writer = await asyncio.open_connection(host, port)
    writer.transport.abort()


def endpoint_of(url: str) -> tuple[str, int]:
    """Host and port of an address that may be used."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme.lower(), 80)


async def _first_that_answers(proxies: list[str]) -> str:
    failure = TransferStop(ErrorContext.GENERAL_TRANSPORT, ERROR_WINHTTP_CANNOT_CONNECT)
    for proxy in proxies:
        host, port = endpoint_of(proxy)
        try:
            await connect(host, port)
        except TransferStop as stop:
            failure = stop
        else:
            return host
    # Whatever the code would say of a server: it is the proxy that does not answer.
    raise failure
