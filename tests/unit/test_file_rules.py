"""Borders and garbage of what may enter a job: no text raises anything but BitsError."""

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bitsgui.model import codes, limits
from bitsgui.model.file_rules import check_local_name, check_ranges, check_remote_name, check_text
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import FileRange
from bitsgui.model.limits import OFFSET_MAX, Policy


def refused(check: object, *arguments: object) -> HResult | None:
    try:
        check(*arguments)  # type: ignore[operator]
    except BitsError as error:
        return error.hresult
    return None


def long_url(length: int) -> str:
    start = "http://h/"
    segments = "/".join(["a" * 99] * 30)
    return (start + segments)[:length]


@pytest.mark.parametrize(
    ("url", "good"),
    [
        (long_url(2200), True),
        (long_url(2201), False),
        ("http://h/" + "a" * 260, True),
        ("http://h/" + "a" * 261, False),
        ("http://h/?" + "a" * 1000, True),
        ("http://" + "a" * 63 + "/", True),
        ("http://" + "a" * 64 + "/", False),
        ("http://" + ".".join(["a" * 63] * 3 + ["a" * 61]) + "/", True),
        ("http://" + ".".join(["a" * 63] * 3 + ["a" * 62]) + "/", False),
        ("http://h./", True),
        ("http://a..b/", False),
        ("http://.a/", False),
        ("http://./", False),
        ("http://[fe80::1%25eth0]/", True),
        ("http://me:pass@h:1/", True),
        ("http://h/\ud800", False),
        ("http://h/\xa0", True),
    ],
)
def test_the_border_of_a_remote_name(url: str, good: bool) -> None:
    assert refused(check_remote_name, url) == (None if good else codes.E_INVALIDARG)


pieces = st.sampled_from(
    ["http", "https", "ftp", ":", "//", "/", "@", "[", "]", "::1", "%", "?", "#", "..", "h", "\\", "\x00", " ", "99999"]
)
urls = st.one_of(st.text(), st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=12).map("".join))


@given(urls.map(lambda rest: rest if rest.startswith("http") else f"http://{rest}") | urls)
@example("http://xn--/")
@example("http://h\u2100/")
def test_no_address_raises_anything_but_bits_error(url: str) -> None:
    code = refused(check_remote_name, url)
    assert code in (None, codes.E_INVALIDARG)
    if code is None:
        try:
            host = httpx.URL(url).host
        except (httpx.InvalidURL, UnicodeError):
            return  # what IDNA refuses is found by the wire, which calls it an invalid address
        assert host


@given(
    st.text() | st.lists(st.sampled_from(["/", "..", "a", "*", "\ud800", "\udcff", "\x00", "C:", "\\"])).map("".join)
)
def test_no_path_raises_anything_but_bits_error(path: str) -> None:
    code = refused(check_local_name, path)
    assert code in (None, codes.E_INVALIDARG)
    if code is None:
        assert path.startswith("/")
        assert len(path.encode()) > 1


@pytest.mark.parametrize(
    ("path", "good"),
    [
        ("/" + "/".join(["a" * 255] * 16)[:4095], True),
        ("/" + "/".join(["a" * 254] * 17)[:4096], False),
        ("/d/" + "é" * 127 + "x", True),
        ("/d/" + "é" * 128, False),
        ("/d/\udcff", False),
    ],
)
def test_the_border_of_a_local_name(path: str, good: bool) -> None:
    assert limits.LOCAL_NAME_MAX == 4096
    assert refused(check_local_name, path) == (None if good else codes.E_INVALIDARG)


def test_text_that_cannot_be_stored_is_refused() -> None:
    check_text("日本 \U0001f600")
    assert refused(check_text, "\ud83d") == codes.E_INVALIDARG


@pytest.mark.parametrize(
    ("ranges", "code"),
    [
        ([FileRange(OFFSET_MAX - 1, 1)], None),
        ([FileRange(OFFSET_MAX, 1)], codes.BG_E_INVALID_RANGE),
        ([FileRange(OFFSET_MAX - 1, None)], None),
        ([FileRange(2**64 - 1, None)], codes.BG_E_INVALID_RANGE),
        ([FileRange(0, 2**64)], codes.BG_E_INVALID_RANGE),
        ([FileRange(0, 5), FileRange(5, None)], None),
        ([FileRange(0, 6), FileRange(5, None)], codes.BG_E_OVERLAPPING_RANGES),
        ([FileRange(0, None), FileRange(5, 1)], codes.BG_E_OVERLAPPING_RANGES),
        ([FileRange(5, None), FileRange(5, None)], codes.BG_E_OVERLAPPING_RANGES),
        ([FileRange(5, 2), FileRange(5, 1)], codes.BG_E_OVERLAPPING_RANGES),
    ],
)
def test_the_border_of_ranges(ranges: list[FileRange], code: HResult | None) -> None:
    assert refused(check_ranges, ranges, Policy()) == code


@given(st.lists(st.builds(FileRange, st.integers(-1, 50), st.none() | st.integers(-1, 10)), min_size=1, max_size=6))
def test_ranges_are_accepted_exactly_if_no_byte_is_twice(ranges: list[FileRange]) -> None:
    end = 100
    bad = any(r.initial_offset < 0 or (r.length is not None and r.length < 1) for r in ranges)
    if bad:
        assert refused(check_ranges, ranges, Policy()) == codes.BG_E_INVALID_RANGE
        return
    spans = [range(r.initial_offset, end if r.length is None else r.initial_offset + r.length) for r in ranges]
    bytes_named = [byte for span in spans for byte in span]
    is_good = len(bytes_named) == len(set(bytes_named))
    assert refused(check_ranges, ranges, Policy()) == (None if is_good else codes.BG_E_OVERLAPPING_RANGES)
