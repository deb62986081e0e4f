"""What may enter a job: remote names, local names and ranges, with the codes of AddFile."""

import pytest

from bitsgui.model import codes, limits
from bitsgui.model.file_rules import check_local_name, check_ranges, check_remote_name
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import FileRange
from bitsgui.model.limits import Policy


@pytest.mark.parametrize(
    "url",
    [
        "http://h/x",
        "HTTPS://h:8443/a%20b?q=1",
        "http://[::1]/x",
        "http://" + "h/" + "a" * 260,
        "http://" + "h/" + "%E6%9D%B1" * 200,
        "http://h/" + "/".join(["a" * 100] * 21) + "b" * 70,
        "http://h/日本",
    ],
)
def test_good_remote_names(url: str) -> None:
    check_remote_name(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://h/" + "a/" * 1100, "longer than 2200"),
        ("http://h/a b", "space"),
        ("http://h/a\nb", "control"),
        ("http://h/a\x7f", "control"),
        ("ftp://h/x", "http://"),
        ("file:///etc/passwd", "http://"),
        ("h/x", "http://"),
        ("http://", "no server"),
        ("http:///x", "no server"),
        ("http://h/" + "a" * 261, "260"),
        ("http://h/" + "%C3%BC" * 261, "260"),
        ("http://[::1", "malformed"),
        ("http://h:99999/", "malformed"),
        ("http://h..example/", "server name in the address is malformed"),
        ("http://h/\udc80", "UTF-8"),
    ],
)
def test_bad_remote_names(url: str, reason: str) -> None:
    with pytest.raises(BitsError, match=reason) as refused:
        check_remote_name(url)
    assert refused.value.hresult == codes.E_INVALIDARG


def test_a_piece_of_a_password_taken_for_a_port_is_not_quoted() -> None:
    with pytest.raises(BitsError) as refused:
        check_remote_name("http://me:sec/ret@h/")
    assert "sec" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("path", ["/d/a.txt", "/a", "/d/" + "x" * 255, "/d/é/日本.txt"])
def test_good_local_names(path: str) -> None:
    check_local_name(path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("a.txt", "whole path"),
        ("", "whole path"),
        ("/d/*.txt", "wildcard"),
        ("/d/a?.txt", "wildcard"),
        ("/d/a\x00b", "control"),
        ("/d/a\nb", "control"),
        ("/d/\udc80", "UTF-8"),
        ("/", "folder"),
        ("/d/", "folder"),
        ("/d/..", "folder"),
        ("/d/" + "x/" * 2100 + "y", "longer than"),
        ("/d/" + "x" * 256, "255 bytes"),
        ("/d/" + "日" * 86, "255 bytes"),
    ],
)
def test_bad_local_names(path: str, reason: str) -> None:
    with pytest.raises(BitsError, match=reason) as refused:
        check_local_name(path)
    assert refused.value.hresult == codes.E_INVALIDARG


@pytest.mark.parametrize(
    "ranges",
    [
        [FileRange(0, 1)],
        [FileRange(0, None)],
        [FileRange(10, 5), FileRange(0, 10)],
        [FileRange(100, None), FileRange(0, 100)],
        [FileRange(n * 2, 1) for n in range(500)],
    ],
)
def test_good_ranges_may_come_in_any_order(ranges: list[FileRange]) -> None:
    check_ranges(ranges, Policy())


@pytest.mark.parametrize(
    ("ranges", "code"),
    [
        ([], codes.E_INVALIDARG),
        ([FileRange(0, 0)], codes.BG_E_INVALID_RANGE),
        ([FileRange(-1, 5)], codes.BG_E_INVALID_RANGE),
        ([FileRange(0, -5)], codes.BG_E_INVALID_RANGE),
        ([FileRange(limits.OFFSET_MAX, 1)], codes.BG_E_INVALID_RANGE),
        ([FileRange(0, 10), FileRange(9, 1)], codes.BG_E_OVERLAPPING_RANGES),
        ([FileRange(5, 5), FileRange(5, 5)], codes.BG_E_OVERLAPPING_RANGES),
        ([FileRange(50, 5), FileRange(0, None)], codes.BG_E_OVERLAPPING_RANGES),
        ([FileRange(n * 2, 1) for n in range(501)], codes.BG_E_TOO_MANY_RANGES_IN_FILE),
    ],
)
def test_bad_ranges(ranges: list[FileRange], code: HResult) -> None:
    with pytest.raises(BitsError) as refused:
        check_ranges(ranges, Policy())
    assert refused.value.hresult == code


def test_local_name_limit_is_the_platforms() -> None:
    assert limits.LOCAL_NAME_MAX in (260, 4096)
