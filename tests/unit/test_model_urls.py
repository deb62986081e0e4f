"""URLs: what is shown, logged and taken for one origin; secrets never get through, nothing raises."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bitsgui.model.urls import display_url, host_of, log_url, same_origin, split_user_info

MALFORMED = [
    "http://[",
    "http://[::1",
    "http://user:secret@[::1/x",
    "http://h:99999/",
    "http://user:secret@h:port/x",
    "http://user:sec/secret@h/x",
    "http://user:sec#secret@h/x",
    "http://u:secret@\u2100.example/",
    "user:secret@h/x",
    "http://",
    "http://user:secret@",
    "",
]


@pytest.mark.parametrize(
    ("url", "bare", "user_info"),
    [
        ("http://h/x", "http://h/x", None),
        ("http://me:secret@h:81/x?q#f", "http://h:81/x?q#f", ("me", "secret")),
        ("https://me@h/", "https://h/", ("me", "")),
        ("http://:secret@h/", "http://h/", ("", "secret")),
        ("http://me:a%3Ab%40c%2F@h/", "http://h/", ("me", "a:b@c/")),
        ("http://j%C3%BCrgen:p%20w@h/", "http://h/", ("jürgen", "p w")),
        ("http://me:a:b@h/", "http://h/", ("me", "a:b")),
        ("http://me@corp.example:secret@h/", "http://h/", ("me@corp.example", "secret")),
        ("http://me:secret@[::1]:8080/x", "http://[::1]:8080/x", ("me", "secret")),
        ("http://h/a@b", "http://h/a@b", None),
        ("http://h/?mail=a@b", "http://h/?mail=a@b", None),
    ],
)
def test_user_info_is_taken_out(url: str, bare: str, user_info: tuple[str, str] | None) -> None:
    assert split_user_info(url) == (bare, user_info)
    assert display_url(url) == bare


@pytest.mark.parametrize(
    ("url", "logged"),
    [
        ("http://me:secret@h/x?token=secret#secret", "http://h/x"),
        ("https://h:8443/a/b", "https://h:8443/a/b"),
        ("http://h?secret", "http://h"),
    ],
)
def test_logs_get_neither_user_info_nor_query(url: str, logged: str) -> None:
    assert log_url(url) == logged


@pytest.mark.parametrize("url", MALFORMED)
def test_a_malformed_url_is_shown_without_secrets(url: str) -> None:
    assert "secret" not in display_url(url)
    assert "secret" not in log_url(url)
    assert split_user_info(url) == (url, None)
    assert host_of(url) == ""
    assert not same_origin(url, url)
    assert not same_origin("http://h/", url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://me:pw@Example.ORG:81/x", "example.org"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("https://h", "h"),
    ],
)
def test_host(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("http://h/x", "HTTP://H:80/y?q", True),
        ("https://h/", "https://h:443/", True),
        ("http://u:p@h/", "http://h/", True),
        ("http://[::1]/", "http://[::1]:80/", True),
        ("http://h/", "https://h/", False),
        ("http://h/", "http://h:8080/", False),
        ("http://h:0/", "http://h/", False),
        ("http://h/", "http://h.example/", False),
        ("http://127.0.0.1/", "http://localhost/", False),
        ("ftp://h/", "ftp://h:21/", False),
    ],
)
def test_same_origin(a: str, b: str, same: bool) -> None:
    assert same_origin(a, b) is same
    assert same_origin(b, a) is same


@given(st.text())
@example("http://[::1]]")
@example("//@")
def test_no_text_raises(url: str) -> None:
    for function in (display_url, log_url, host_of, split_user_info):
        function(url)
    same_origin(url, "http://h/")


SECRET_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)


@given(SECRET_TEXT, SECRET_TEXT)
def test_quoted_user_info_comes_back_decoded(user: str, password: str) -> None:
    from urllib.parse import quote

    url = f"http://{quote(user, safe='')}:{quote(password, safe='')}@h/x"
    assert split_user_info(url) == ("http://h/x", (user, password))
