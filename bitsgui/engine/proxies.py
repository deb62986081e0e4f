"""Which proxies a URL goes through: pure but for `system_proxies`."""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from bitsgui.engine.stop import TransferStop
from bitsgui.model.codes import BG_E_INVALID_PROXY_INFO
from bitsgui.model.enums import ErrorContext, ProxyUsage
from bitsgui.model.job import ProxySettings

_SCHEMES = frozenset({"http", "https", "socks4", "socks5", "socks5h"})
DIRECT = None


@dataclass(frozen=True, slots=True)
class SystemProxies:
    """The user's own settings: URLs by protocol ("http", "https", "all") and bypass patterns."""

    by_protocol: Mapping[str, str] = field(default_factory=dict)
    bypass: tuple[str, ...] = ()


def system_proxies() -> SystemProxies:
    """The settings of environment, Windows or macOS; may read the registry: not for the loop."""
    found = urllib.request.getproxies()
    bypass = tuple(part.strip() for part in found.get("no", "").split(",") if part.strip())
    return SystemProxies({k: _with_scheme(v) for k, v in found.items() if k != "no" and v}, bypass)


def proxies_for(url: str, settings: ProxySettings, system: SystemProxies) -> tuple[str | None, ...]:
    """Proxy URLs to try in order; (None,) is a direct connection.

    AUTODETECT falls back on the system's settings: WPAD is not evaluated here.
    Raises TransferStop(GENERAL_TRANSPORT, BG_E_INVALID_PROXY_INFO) for a list that cannot be used.
    """
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if settings.usage is ProxyUsage.NO_PROXY:
        return (DIRECT,)
    if settings.usage is ProxyUsage.OVERRIDE:
        if _bypassed(host, settings.bypass_list.split()):
            return (DIRECT,)
        return _of_list(settings.proxy_list, scheme) or (DIRECT,)
    if _bypassed(host, system.bypass):
        return (DIRECT,)
    found = system.by_protocol.get(scheme) or system.by_protocol.get("all")
    return (found,) if found else (DIRECT,)


def _of_list(proxy_list: str, scheme: str) -> tuple[str | None, ...]:
    chosen: list[str | None] = []
    for entry in proxy_list.split():
        protocol, separator, proxy = entry.partition("=")
        if not separator:
            protocol, proxy = scheme, entry
        url = _with_scheme(proxy)
        if not _is_usable(url):
            raise TransferStop(
                ErrorContext.GENERAL_TRANSPORT, BG_E_INVALID_PROXY_INFO, "The proxy list cannot be read."
            )
        if protocol.lower() == scheme:
            chosen.append(url)
    return tuple(chosen)


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _bypassed(host: str, patterns: list[str] | tuple[str, ...]) -> bool:
    return any(_matches(host, pattern.lower()) for pattern in patterns)


def _matches(host: str, pattern: str) -> bool:
    if pattern == "<local>":
        return "." not in host
    if pattern.startswith("."):
        return host.endswith(pattern) or host == pattern[1:]
    return fnmatchcase(host, pattern) or host.endswith("." + pattern)


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"
