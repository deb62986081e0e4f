"""No encoded and no error page in place of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.engine.body_rules import bytes_to_judge, check_encoding, check_not_a_web_page
from bitsgui.engine.stop import TransferStop
from bitsgui.model.codes import BG_E_INVALID_SERVER_RESPONSE
from bitsgui.model.hresult import from_http_status

PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>"


def is_refused(content_type: str, first_bytes: bytes, name: str) -> bool:
    try:
        check_not_a_web_page(content_type, first_bytes, name)
    except TransferStop as stop:
        return stop.code == from_http_status(200)
    return False


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        (None, ("a.bin",)),
        ("", ("a.bin",)),
        ("identity", ("a.bin",)),
        (" IDENTITY ", ("a.bin",)),
        ("gzip", ("a.tar.gz",)),
        ("x-gzip", ("A.TGZ",)),
        ("gzip", ("renamed", "/path/a.gz")),
        ("br", ("a.br",)),
        ("zstd", ("a.tar.zst",)),
        ("compress", ("a.Z",)),
    ],
)
def test_bytes_as_they_are_pass(encoding: str | None, names: tuple[str, ...]) -> None:
    check_encoding(encoding, names)


@pytest.mark.parametrize(
    ("encoding", "names"),
    [("gzip", ("a.bin", "/a")), ("br", ("a.gz",)), ("gzip, br", ("a.gz",)), ("nonsense", ("a.nonsense",))],
)
def test_encoded_bytes_do_not(encoding: str, names: tuple[str, ...]) -> None:
    with pytest.raises(TransferStop) as stopped:
        check_encoding(encoding, names)
    assert stopped.value.code == BG_E_INVALID_SERVER_RESPONSE


@pytest.mark.parametrize("content_type", ["text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml"])
@pytest.mark.parametrize("name", ["/d/a.zip", "/d/a.pdf", "/d/a.tar.gz", "/d/page.html.gz", "/d/a.iso", "C:/d/a.MP4"])
@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        b"  \r\n<HTML>",
        b"\xef\xbb\xbf<html>",
        b"<!-- proxy --> <!-- 2 -->\n<head>",
        b"<body class='x'>",
        b"<!doctype  HTML PUBLIC>",
    ],
)
def test_a_web_page_is_no_archive(content_type: str, name: str, page: bytes) -> None:
    assert is_refused(content_type, page, name)


@pytest.mark.parametrize(
    ("content_type", "first_bytes", "name"),
    [
        ("text/html", PAGE, "/d/a.html"),
        ("text/html", PAGE, "/d/a.htm"),
        ("text/html", PAGE, "/d/a.php"),
        ("text/html", PAGE, "/d/a"),
        ("text/html", PAGE, "/d/a.txt"),
        ("text/html", PAGE, "/d/a.svg"),
        ("text/html", b"PK\x03\x04", "/d/a.zip"),
        ("text/html", b"", "/d/a.zip"),
        ("text/html", b"<htmlx>", "/d/a.zip"),
        ("text/html", b"<!-- open", "/d/a.zip"),
        ("application/zip", PAGE, "/d/a.zip"),
        ("", PAGE, "/d/a.zip"),
    ],
)
def test_what_may_be_a_page_or_is_none_passes(content_type: str, first_bytes: bytes, name: str) -> None:
    assert not is_refused(content_type, first_bytes, name)


def test_a_page_of_comments_is_judged_in_no_time() -> None:
    """Given back one by one, 200 comments would take longer than the universe has."""
    assert not is_refused("text/html", b"<!-- x -->" * 200 + b"<p>", "/d/a.zip")
    assert is_refused("text/html", b"<!-- x -->" * 200 + b"<html>", "/d/a.zip")


@given(st.text(max_size=30), st.binary(max_size=60), st.text(max_size=20))
def test_nothing_raises_anything_but_a_stop(content_type: str, first_bytes: bytes, name: str) -> None:
    is_refused(content_type, first_bytes, name)
    is_refused("text/html", b"<html>" + first_bytes, "/d/" + name)


@pytest.mark.parametrize(("content_type", "count"), [("text/html;x=y", 1024), ("application/zip", 1), ("", 1)])
def test_only_a_possible_page_needs_more_than_a_byte(content_type: str, count: int) -> None:
    assert bytes_to_judge(content_type) == count
