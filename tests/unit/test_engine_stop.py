"""Every exception of disk and wire has its place and code."""

import asyncio
import errno
import inspect
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import aiohttp_socks
import httpx
import pytest
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bitsgui.engine.stop import LOCAL_ERRNO, TransferStop, convert_local, local_stop
from bitsgui.engine.wire_errors import EXCEPTIONS, TRANSPORT_ERRNO, Place, convert_transport, place_of
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import HResult, from_http_status

LOCAL, REMOTE, WIRE = ErrorContext.LOCAL_FILE, ErrorContext.REMOTE_FILE, ErrorContext.GENERAL_TRANSPORT

KEY = ConnectionKey("h", 80, False, True, None, None, None)
INFO = aiohttp.RequestInfo(URL("http://h/"), "GET", CIMultiDictProxy(CIMultiDict()), URL("http://h/"))

MISUSE = {
    # of the libraries by us: a programming error, which must be seen as one
    httpx.StreamError,
    httpx.StreamConsumed,
    httpx.StreamClosed,
    httpx.ResponseNotRead,
    httpx.RequestNotRead,
    httpx.CookieConflict,
    # of what this wire does not speak
    aiohttp.EofStream,
    aiohttp.WebSocketError,
    aiohttp.WSMessageTypeError,
}

ARGUMENTS: dict[type, tuple[object, ...]] = {
    aiohttp.ClientConnectorError: (KEY, OSError("no reason")),
    aiohttp.ClientConnectorCertificateError: (KEY, ssl.SSLCertVerificationError("x")),
    aiohttp.ServerFingerprintMismatch: (b"a", b"b", "h", 443),
    aiohttp.ClientResponseError: (INFO, ()),
    aiohttp.InvalidURL: ("http://h",),
    httpx.HTTPStatusError: ("x",),
}


def public_exceptions() -> list[type[Exception]]:
    found = set()
    for module in (httpx, aiohttp, aiohttp_socks):
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, Exception) and not issubclass(value, Warning):
                found.add(value)
    return sorted(found - MISUSE, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def made(kind: type[Exception]) -> Exception:
    if kind is httpx.HTTPStatusError:
        return httpx.HTTPStatusError("x", request=httpx.Request("GET", "http://h"), response=httpx.Response(500))
    if kind is aiohttp.ClientConnectorDNSError:
        return aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name unknown"))
    arguments = next((given for base, given in ARGUMENTS.items() if issubclass(kind, base)), ("x",))
    return kind(*arguments)


@pytest.mark.parametrize("kind", public_exceptions(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_public_exception_of_the_wire_has_a_place(kind: type[Exception]) -> None:
    error = made(kind)
    context, _ = place_of(error)
    assert context in {REMOTE, WIRE}
    with pytest.raises(TransferStop) as stopped, convert_transport():
        raise error
    assert stopped.value.__cause__ is error
    assert (stopped.value.context, stopped.value.code) == place_of(error)


def test_no_row_of_the_table_hides_a_later_one() -> None:
    kinds = [kind for kind, _ in EXCEPTIONS]
    hidden = [(a.__name__, b.__name__) for i, b in enumerate(kinds) for a in kinds[:i] if issubclass(b, a)]
    assert not hidden


@pytest.mark.parametrize("error", [KeyError("x"), httpx.StreamConsumed()])
def test_a_programming_error_stays_one(error: Exception) -> None:
    assert place_of(error)[0] is ErrorContext.UNKNOWN
    with pytest.raises(type(error)), convert_transport():
        raise error


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def certificate_error(verify_code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = verify_code
    return error


def proxy_answer(status: int) -> aiohttp.ClientHttpProxyError:
    return aiohttp.ClientHttpProxyError(INFO, (), status=status)


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (httpx.ConnectTimeout("x"), (WIRE, codes.ERROR_WINHTTP_TIMEOUT)),
        (httpx.ReadTimeout("x"), (WIRE, codes.ERROR_WINHTTP_TIMEOUT)),
        (httpx.WriteTimeout("x"), (WIRE, codes.ERROR_WINHTTP_TIMEOUT)),
        (httpx.PoolTimeout("x"), (WIRE, codes.ERROR_WINHTTP_TIMEOUT)),
        (TimeoutError(), (WIRE, codes.ERROR_WINHTTP_TIMEOUT)),
        (aiohttp.SocketTimeoutError(), (WIRE, codes.ERROR_WINHTTP_TIMEOUT)),
        (aiohttp.ConnectionTimeoutError(), (WIRE, codes.ERROR_WINHTTP_TIMEOUT)),
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "x")), (REMOTE, codes.ERROR_WINHTTP_NAME_NOT_RESOLVED)),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "x")), (REMOTE, codes.ERROR_WINHTTP_NAME_NOT_RESOLVED)),
        (UnicodeError("label too long"), (REMOTE, codes.ERROR_WINHTTP_INVALID_URL)),
        (httpx.ConnectError("x"), (WIRE, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), (WIRE, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
        (
            aiohttp.ClientConnectorError(KEY, OSError(errno.ENETUNREACH, "x")),
            (WIRE, codes.ERROR_NETWORK_UNREACHABLE),
        ),
        (aiohttp.ClientOSError(errno.ECONNRESET, "x"), (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
        (aiohttp.ServerDisconnectedError(), (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
        (aiohttp.ClientPayloadError("x"), (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
        (httpx.ReadError("x"), (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
        (httpx.RemoteProtocolError("x"), (REMOTE, codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE)),
        (httpx.DecodingError("x"), (REMOTE, codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE)),
        (aiohttp.ClientResponseError(INFO, (), status=400), (REMOTE, codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE)),
        (httpx.TooManyRedirects("x"), (REMOTE, codes.ERROR_WINHTTP_REDIRECT_FAILED)),
        (aiohttp.TooManyRedirects(INFO, ()), (REMOTE, codes.ERROR_WINHTTP_REDIRECT_FAILED)),
        (httpx.UnsupportedProtocol("x"), (REMOTE, codes.ERROR_WINHTTP_UNRECOGNIZED_SCHEME)),
        (httpx.InvalidURL("x"), (REMOTE, codes.ERROR_WINHTTP_INVALID_URL)),
        (proxy_answer(407), (WIRE, from_http_status(407))),
        (proxy_answer(503), (WIRE, from_http_status(503))),
        (proxy_answer(302), (WIRE, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
        (aiohttp_socks.ProxyTimeoutError("x"), (WIRE, codes.ERROR_WINHTTP_TIMEOUT)),
        (aiohttp_socks.ProxyError("x"), (WIRE, codes.ERROR_WINHTTP_CANNOT_CONNECT)),
        (asyncio.IncompleteReadError(b"", 5), (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
        (ssl.SSLError(1, "wrong version number"), (WIRE, codes.ERROR_WINHTTP_SECURE_CHANNEL_ERROR)),
        (ssl.SSLEOFError(8, "EOF"), (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
        (
            caused(aiohttp.ClientConnectorSSLError(KEY, OSError("x")), ssl.SSLEOFError(8, "EOF")),
            (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR),
        ),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("x")),
            (REMOTE, codes.ERROR_WINHTTP_SECURE_FAILURE),
        ),
        # a library's coarse word for it never hides the cause
        (
            caused(httpx.ConnectTimeout("x"), aiohttp.ServerDisconnectedError()),
            (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR),
        ),
        (
            caused(httpx.ConnectTimeout("x"), aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "x"))),
            (REMOTE, codes.ERROR_WINHTTP_NAME_NOT_RESOLVED),
        ),
        (OSError("odd"), (WIRE, codes.ERROR_WINHTTP_CONNECTION_ERROR)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_the_places_of_section_5_5(error: Exception, place: Place) -> None:
    assert place_of(error) == place


@pytest.mark.parametrize(
    ("verify_code", "code"),
    [
        (10, codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID),
        (9, codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID),
        (62, codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID),
        (64, codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID),
        (18, codes.ERROR_WINHTTP_SECURE_INVALID_CA),
        (20, codes.ERROR_WINHTTP_SECURE_INVALID_CA),
        (23, codes.ERROR_WINHTTP_SECURE_CERT_REVOKED),
        (26, codes.ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE),
        (3, codes.ERROR_WINHTTP_SECURE_CERT_REV_FAILED),
        (7, codes.ERROR_WINHTTP_SECURE_FAILURE),
        (0x800B0101, codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID),
        (0x800B010F, codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID),
    ],
)
def test_a_bad_certificate_is_the_remote_files_fault(verify_code: int, code: HResult) -> None:
    reason = certificate_error(verify_code)
    assert place_of(reason) == (REMOTE, code)
    assert place_of(aiohttp.ClientConnectorCertificateError(KEY, reason)) == (REMOTE, code)
    assert place_of(caused(httpx.ConnectError("x"), reason)) == (REMOTE, code)


def test_causes_that_run_in_a_circle_end() -> None:
    a, b = httpx.ReadError("a"), httpx.ConnectError("b")
    a.__cause__, b.__cause__ = b, a
    assert place_of(a) == (WIRE, codes.ERROR_WINHTTP_CANNOT_CONNECT)


@pytest.mark.parametrize("number", TRANSPORT_ERRNO, ids=errno.errorcode.get)
def test_the_wires_errno_is_found_however_deep(number: int) -> None:
    reason = OSError(number, "x")
    expected = (WIRE, TRANSPORT_ERRNO[number])
    assert place_of(reason) == expected
    assert place_of(caused(httpx.ReadError("x"), reason)) == expected
    assert place_of(aiohttp.ClientConnectorError(KEY, reason)) == expected


LOCAL_FACTS = {
    "ENOSPC": 0x80070070,
    "EDQUOT": 0x8007050F,
    "EFBIG": 0x800700DF,
    "EACCES": 0x80070005,
    "EPERM": 0x80070005,
    "EROFS": 0x80070013,
    "ENOENT": 0x80070003,
    "ENOTDIR": 0x8007010B,
    "EISDIR": 0x800700B7,
    "EEXIST": 0x800700B7,
    "ELOOP": 0x800700B7,
    "ENAMETOOLONG": 0x800700CE,
    "EINVAL": 0x8007007B,
    "EXDEV": 0x80070011,
    "EIO": 0x8007045D,
    "ENODEV": 0x80070015,
    "ENXIO": 0x80070015,
    "ESTALE": 0x8020000E,
    "EBUSY": 0x80070020,
    "ETXTBSY": 0x80070020,
    "EMFILE": 0x80070004,
    "ENFILE": 0x80070004,
    "ENOMEM": 0x8007000E,
}


def test_every_local_errno_has_the_code_of_the_facts() -> None:
    assert {errno.errorcode[number]: int(code) for number, code in LOCAL_ERRNO.items()} == LOCAL_FACTS


@pytest.mark.parametrize("number", [*LOCAL_ERRNO, errno.EPROTO], ids=errno.errorcode.get)
def test_a_local_failure_says_where_and_why(number: int) -> None:
    stop = local_stop(OSError(number, "The reason"), "/d/a")
    assert (stop.context, stop.code) == (LOCAL, LOCAL_ERRNO.get(number, codes.ERROR_IO_DEVICE))
    assert stop.detail == "The reason: /d/a"


@pytest.mark.parametrize(
    ("winerror", "code"),
    [
        (32, codes.ERROR_SHARING_VIOLATION),
        (33, codes.ERROR_LOCK_VIOLATION),
        (39, codes.ERROR_HANDLE_DISK_FULL),
        (5, codes.E_ACCESSDENIED),
        (None, codes.E_ACCESSDENIED),
    ],
)
def test_windows_says_more_than_its_errno(winerror: int | None, code: HResult) -> None:
    error = PermissionError(errno.EACCES, "x")
    error.winerror = winerror  # type: ignore[attr-defined]
    assert local_stop(error, "/d/a").code == code


def test_a_failure_without_a_number_is_an_io_error() -> None:
    stop = local_stop(OSError("odd"), "/d/a")
    assert (stop.code, stop.detail) == (codes.ERROR_IO_DEVICE, "OSError: /d/a")


def test_a_real_failure_of_the_disk_becomes_a_stop(tmp_path: Path) -> None:
    with pytest.raises(TransferStop) as stopped, convert_local("/d/a"):
        (tmp_path / "missing" / "a").write_bytes(b"x")
    assert (stopped.value.context, stopped.value.code) == (LOCAL, codes.ERROR_PATH_NOT_FOUND)
    assert isinstance(stopped.value.__cause__, FileNotFoundError)


def test_what_does_not_fail_passes() -> None:
    def both() -> Iterator[int]:
        with convert_local("/d/a"), convert_transport():
            yield 1

    assert list(both()) == [1]


def test_a_stop_says_its_place_and_code() -> None:
    stop = TransferStop(WIRE, codes.ERROR_WINHTTP_TIMEOUT)
    assert str(stop) == "GENERAL_TRANSPORT ERROR_WINHTTP_TIMEOUT (0x80072EE2): Timeout."
    assert (stop.detail, stop.retry_after_s) == ("", None)
