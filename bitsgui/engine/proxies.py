"""Which proxies a URL goes through: pure but for `system_proxies`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit, urlunsplit

from bitsgui.engine.stop import TransferStop
from bitsgui.model.codes import BG_E_INVALID_PROXY_INFO
from bitsgui.model.enums import ErrorContext, ProxyUsage
from bitsgui.model.job import ProxySettings

_SCHEMES = frozenset({"http", "https", "socks4", "socks5"})
# What desktops and other programs write; a SOCKS5 proxy is always asked to look names up itself.
_OTHER_NAMES = {"socks": "socks5", "socks5h": "socks5"}
_SOCKS_PORT = 1080
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ENTRY = re.compile(r"(?:([a-z]+)=)?(.*)", re.IGNORECASE)
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(%[\w.-]+)?", re.IGNORECASE)
DIRECT = None


@dataclass(frozen=True, slots=True)
class SystemProxies:
    """The user's own settings: URLs by protocol ("http", "https", "all") and bypass patterns."""

    by_protocol: Mapping[str, str] = field(default_factory=dict)
    bypass: tuple[str, ...] = ()


def system_proxies() -> SystemProxies:
    """The settings of environment, Windows or macOS; may read the registry: not for the loop."""
    from urllib.request import getproxies  # with half of email and http: not before the first job runs

    found = getproxies()
    bypass = tuple(part.strip() for part in found.get("no", "").split(",") if part.strip())
    return SystemProxies({k: _with_scheme(v) for k, v in found.items() if k != "no" and v}, bypass)


def proxies_for(url: str, settings: ProxySettings, system: SystemProxies) -> tuple[str | None, ...]:
    """Proxy URLs to try in order; (None,) is a direct connection.

    AUTODETECT falls back on the system's settings: WPAD is not evaluated here.
    Raises TransferStop(GENERAL_TRANSPORT, BG_E_INVALID_PROXY_INFO) for a proxy that cannot be used.
    """
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if settings.usage is ProxyUsage.NO_PROXY:
        return (DIRECT,)
    if settings.usage is ProxyUsage.OVERRIDE:
        if any(_in_bypass_list(host, entry.lower()) for entry in settings.bypass_list.split()):
            return (DIRECT,)
        return _of_list(settings.proxy_list, scheme) or (DIRECT,)
    port = parts.port or _DEFAULT_PORTS.get(scheme, 0)
    if any(_in_no_proxy(host, port, entry.lower()) for entry in system.bypass):
        return (DIRECT,)
    found = system.by_protocol.get(scheme) or system.by_protocol.get("all")
    return (_usable(found, "The system's proxy cannot be used."),) if found else (DIRECT,)


def _of_list(proxy_list: str, scheme: str) -> tuple[str, ...]:
    """The entries for this protocol, else those that name none and so serve all others."""
    own: list[str] = []
    general: list[str] = []
    for entry in proxy_list.split():
        protocol, proxy = _ENTRY.fullmatch(entry).groups()  # type: ignore[union-attr]  # matches every text
        url = _usable(_with_scheme(proxy), "The proxy list cannot be read.")
        if protocol is None:
            general.append(url)
        elif protocol.lower() == scheme:
            own.append(url)
    return tuple(own or general)


def _usable(proxy: str, otherwise: str) -> str:
    """The URL as the wire takes it; raises TransferStop with the text `otherwise`."""
    try:
        parts = urlsplit(proxy)
        parts = parts._replace(scheme=_OTHER_NAMES.get(parts.scheme, parts.scheme))
        if parts.scheme not in _SCHEMES or parts.port == 0 or not _HOST.fullmatch(parts.hostname or ""):
            raise ValueError
    except ValueError:
        raise TransferStop(ErrorContext.GENERAL_TRANSPORT, BG_E_INVALID_PROXY_INFO, otherwise) from None
    if parts.port is None and parts.scheme.startswith("socks"):
        parts = parts._replace(netloc=f"{parts.netloc.removesuffix(':')}:{_SOCKS_PORT}")
    return urlunsplit(parts)


def _in_bypass_list(host: str, entry: str) -> bool:
    """SetProxySettings: a host, an address, `*.example.org`, or `<local>` for names without a dot."""
    if entry == "<local>":
        return "." not in host and ":" not in host
    return fnmatchcase(host, entry.removeprefix("[").removesuffix("]"))


def _in_no_proxy(host: str, port: int, entry: str) -> bool:
    """NO_PROXY: `*`, a domain with all below it, an address or network; each with a port or for every port."""
    name, entry_port = _split_port(entry)
    if entry_port not in ("", str(port)):
        return False
    if "/" in name:
        return _is_in_network(host, name)
    domain = name.removeprefix(".")
    return fnmatchcase(host, domain) or host.endswith(f".{domain}")


def _split_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, port = entry[1:].partition("]")
        return name, port.removeprefix(":")
    if entry.count(":") > 1:
        return entry, ""  # an IPv6 address without brackets
    name, _, port = entry.partition(":")
    return name, port


def _is_in_network(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"
