"""Which proxies a URL goes through: the job's lists as BITS reads them, the system's as its users know them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.engine.proxies import SystemProxies, proxies_for, system_proxies
from bitsgui.engine.stop import TransferStop
from bitsgui.model.codes import BG_E_INVALID_PROXY_INFO
from bitsgui.model.enums import ErrorContext, ProxyUsage
from bitsgui.model.job import ProxySettings

DIRECT = (None,)
SYSTEM = SystemProxies({"http": "http://p1:3128", "https": "http://p2:3128"}, ("intern.example", "10.0.0.0/8"))


def override(url: str, proxy_list: str, bypass_list: str = "") -> tuple[str | None, ...]:
    return proxies_for(url, ProxySettings(ProxyUsage.OVERRIDE, proxy_list, bypass_list), SYSTEM)


def by_system(url: str, *bypass: str, **by_protocol: str) -> tuple[str | None, ...]:
    return proxies_for(url, ProxySettings(), SystemProxies(by_protocol or {"all": "http://p:1"}, bypass))


def test_no_proxy_is_direct() -> None:
    assert proxies_for("http://h/", ProxySettings(ProxyUsage.NO_PROXY), SYSTEM) == DIRECT


@pytest.mark.parametrize("usage", [ProxyUsage.PRECONFIG, ProxyUsage.AUTODETECT])
def test_the_systems_proxies_go_by_protocol(usage: ProxyUsage) -> None:
    assert proxies_for("http://h/", ProxySettings(usage), SYSTEM) == ("http://p1:3128",)
    assert proxies_for("HTTPS://H/", ProxySettings(usage), SYSTEM) == ("http://p2:3128",)
    assert proxies_for("http://a.intern.example/", ProxySettings(usage), SYSTEM) == DIRECT
    assert proxies_for("http://10.1.2.3/", ProxySettings(usage), SYSTEM) == DIRECT


def test_all_is_for_those_without_their_own() -> None:
    proxies = {"all": "socks5://s:1080", "http": "http://p:1"}
    assert by_system("http://h/", **proxies) == ("http://p:1",)
    assert by_system("https://h/", **proxies) == ("socks5://s:1080",)
    assert by_system("https://h/", http="http://p:1") == DIRECT


@pytest.mark.parametrize(
    ("proxy_list", "http", "https"),
    [
        ("p", ("http://p",), ("http://p",)),
        ("p:3128 q:80", ("http://p:3128", "http://q:80"), ("http://p:3128", "http://q:80")),
        ("q:80\tp:3128", ("http://q:80", "http://p:3128"), ("http://q:80", "http://p:3128")),
        ("http=p", ("http://p",), DIRECT),
        ("http=p https=q", ("http://p",), ("http://q",)),
        ("http=p q", ("http://p",), ("http://q",)),
        ("q HTTP=p http=r", ("http://p", "http://r"), ("http://q",)),
        ("https=http://p:8080", DIRECT, ("http://p:8080",)),
        ("ftp=p", DIRECT, DIRECT),
        ("socks5://p:1080", ("socks5://p:1080",), ("socks5://p:1080",)),
        ("http=socks5h://p:1081", ("socks5://p:1081",), DIRECT),
        ("http=socks5://p https=socks4://q", ("socks5://p:1080",), ("socks4://q:1080",)),
        ("[::1]:3128", ("http://[::1]:3128",), ("http://[::1]:3128",)),
        ("http://u:pa=ss@p:1", ("http://u:pa=ss@p:1",), ("http://u:pa=ss@p:1",)),
        ("https://p", ("https://p",), ("https://p",)),
    ],
)
def test_the_jobs_list_by_protocol_in_its_order(
    proxy_list: str, http: tuple[str | None, ...], https: tuple[str | None, ...]
) -> None:
    assert override("http://h/", proxy_list) == http
    assert override("https://h/", proxy_list) == https


@pytest.mark.parametrize(
    "proxy_list",
    [
        "http://",
        "p:port",
        "p:0",
        "p:65536",
        "ftp://p",
        "http=",
        "=p",
        "p;q",
        "p,q",
        "good http=[::1",
        "https=p:x good",
        "<local>",
        "p*",
    ],
)
def test_a_list_that_cannot_be_read_is_fatal(proxy_list: str) -> None:
    with pytest.raises(TransferStop) as stopped:
        override("http://h/", proxy_list)
    assert (stopped.value.context, stopped.value.code) == (ErrorContext.GENERAL_TRANSPORT, BG_E_INVALID_PROXY_INFO)


def test_the_reason_quotes_no_password() -> None:
    with pytest.raises(TransferStop) as stopped:
        override("http://h/", "http://me:secret@p:0")
    assert "secret" not in str(stopped.value) + stopped.value.detail


@pytest.mark.parametrize(
    ("host", "bypass_list", "direct"),
    [
        ("h.example.org", "h.example.org", True),
        ("H.Example.ORG", "h.EXAMPLE.org", True),
        ("h.example.org", "*.example.org", True),
        ("h.example.org", "x *.example.org y", True),
        ("example.org", "*.example.org", False),
        ("h.example.org", "example.org", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.*", True),
        ("h", "<local>", True),
        ("h.example.org", "<local>", False),
        ("[2001:db8::1]", "<local>", False),
        ("[2001:db8::1]", "[2001:db8::1]", True),
        ("[2001:db8::1]", "2001:db8::1", True),
        ("h", "*", True),
        ("h", "", False),
    ],
)
def test_the_jobs_bypass_list(host: str, bypass_list: str, direct: bool) -> None:
    assert (override(f"http://{host}:8080/x", "p", bypass_list) == DIRECT) is direct


@pytest.mark.parametrize(
    ("url", "entry", "direct"),
    [
        ("http://h/", "*", True),
        ("http://h.example.org/", "example.org", True),
        ("http://h.example.org/", ".example.org", True),
        ("http://h.example.org/", "*.example.org", True),
        ("http://example.org/", ".example.org", True),
        ("http://example.org/", "EXAMPLE.org", True),
        ("http://badexample.org/", "example.org", False),
        ("http://example.org.evil/", "example.org", False),
        ("http://h:3128/", "h:3128", True),
        ("http://h:3128/", "h:80", False),
        ("http://h/", "h:80", True),
        ("https://h/", "h:443", True),
        ("https://h/", "h:80", False),
        ("http://a.h:81/", ".h:81", True),
        ("http://127.0.0.1/", "127.0.0.1", True),
        ("http://127.0.0.1/", "127.0.0.0/8", True),
        ("http://128.0.0.1/", "127.0.0.0/8", False),
        ("http://h/", "127.0.0.0/8", False),
        ("http://h/", "no/network", False),
        ("http://192.168.7.7/", "192.168.*", True),
        ("http://[::1]/", "::1", True),
        ("http://[::1]:81/", "[::1]", True),
        ("http://[::1]:81/", "[::1]:81", True),
        ("http://[::1]:81/", "[::1]:82", False),
        ("http://[fe80::7]/", "fe80::/10", True),
        ("http://h/", "other", False),
    ],
)
def test_no_proxy_entries(url: str, entry: str, direct: bool) -> None:
    assert (by_system(url, "x.invalid", entry) == DIRECT) is direct


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "p:3128")
    monkeypatch.setenv("https_proxy", "http://q:3128")
    monkeypatch.setenv("no_proxy", " localhost, ,.example.org:8080 ")
    found = system_proxies()
    assert found == SystemProxies(
        {"http": "http://p:3128", "https": "http://q:3128"}, ("localhost", ".example.org:8080")
    )
    assert proxies_for("http://h.example.org:8080/", ProxySettings(), found) == DIRECT


def test_an_empty_environment_is_direct() -> None:
    assert proxies_for("http://h/", ProxySettings(), system_proxies()) == DIRECT


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("socks://127.0.0.1:1081/", "socks5://127.0.0.1:1081/"),  # as GNOME writes it
        ("socks5h://tor", "socks5://tor:1080"),
        ("socks4://u:p@[::1]", "socks4://u:p@[::1]:1080"),
        ("https://p", "https://p"),
    ],
)
def test_the_systems_socks_proxies_are_what_the_wire_takes(written: str, used: str) -> None:
    assert by_system("https://h/", all=written) == (used,)


@pytest.mark.parametrize("written", ["http://p:port", "ftp://p:1", "socks5://p:0", "http://", "http://[p"])
def test_a_system_proxy_that_cannot_be_used_is_no_programming_error(written: str) -> None:
    with pytest.raises(TransferStop) as stopped:
        by_system("http://h/", http=written)
    assert (stopped.value.context, stopped.value.code) == (ErrorContext.GENERAL_TRANSPORT, BG_E_INVALID_PROXY_INFO)


@given(st.text(max_size=40), st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_no_text_raises_anything_but_invalid_proxy_info(proxy_list: str, bypass: str, no_proxy: list[str]) -> None:
    try:
        found = override("http://h.example.org/", proxy_list, bypass)
    except TransferStop as stop:
        found = (stop.code.name,)
    assert found
    assert found[0] is None or "://" in found[0] or found == ("BG_E_INVALID_PROXY_INFO",)
    assert by_system("http://h.example.org/", *no_proxy) in (DIRECT, ("http://p:1",))
