"""Address patterns: what they make, how many before they are made, and what is no pattern at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.model import codes
from bitsgui.model.hresult import BitsError
from bitsgui.model.url_list import addresses_in_list
from bitsgui.model.url_pattern import PATTERN_MAX, expand, is_pattern, read_pattern


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("f[1-3].zip", ["f1.zip", "f2.zip", "f3.zip"]),
        ("f[08-11]", ["f08", "f09", "f10", "f11"]),
        ("f[8-11]", ["f8", "f9", "f10", "f11"]),
        ("f[0-100:50]", ["f0", "f50", "f100"]),
        ("f[0-10:20]", ["f0"]),
        ("[a-c]x", ["ax", "bx", "cx"]),
        ("[A-E:2]", ["A", "C", "E"]),
        ("{north,south,}-[1-2]", ["north-1", "north-2", "south-1", "south-2", "-1", "-2"]),
        ("http://host[1-2].example/[a-b]", [f"http://host{n}.example/{c}" for n in "12" for c in "ab"]),
    ],
)
def test_what_a_pattern_makes(text: str, made: list[str]) -> None:
    pattern = read_pattern(text)
    assert is_pattern(text)
    assert list(pattern) == made
    assert (pattern.count, pattern.first, pattern.last) == (len(made), made[0], made[-1])
    assert expand([text, "plain"]) == (*made, "plain")


@pytest.mark.parametrize(
    "text",
    [
        "http://[::1]/x",
        "http://[fe80::1-2]/",
        "http://[2001:db8::1]:8080/a.zip",
        "f[1-].zip",
        "f[a-Z]",
        "f[1-z]",
        "f{6B29FC40-CA47}",
        "f{}",
        "{a,{b}",
        "f[\u0661-\u0663]",
        "",
    ],
)
def test_what_is_text(text: str) -> None:
    assert not is_pattern(text)
    assert list(read_pattern(text)) == [text]


def test_an_ipv6_host_with_a_pattern_behind_it() -> None:
    assert list(read_pattern("http://[::1]/[1-2]")) == ["http://[::1]/1", "http://[::1]/2"]


@pytest.mark.parametrize("text", ["f[3-1]", "f[c-a]", "f[1-3:0]"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BitsError) as caught:
        read_pattern(text)
    assert caught.value.hresult == codes.E_INVALIDARG
    assert "[" in caught.value.detail


def test_the_bound_is_kept_without_making_anything() -> None:
    huge = "[0-999999999999999999]" * 3
    assert read_pattern(huge).count == 10**54
    assert read_pattern(huge).last == "9" * 54
    assert len(expand([f"[1-{PATTERN_MAX}]"])) == PATTERN_MAX
    for texts in ([huge], [f"[0-{PATTERN_MAX}]"], [f"[1-{PATTERN_MAX // 2}]", f"[0-{PATTERN_MAX // 2}]"]):
        with pytest.raises(BitsError, match=str(PATTERN_MAX)):
            expand(texts)


SIGNS = st.lists(
    st.one_of(st.sampled_from(["[1-3]", "[a-c:2]", "{x,y}", "[01-12]", "[::1]", "[", "}", ","]), st.text(max_size=3))
)


@given(SIGNS)
def test_any_text_is_read_or_refused(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        pattern = read_pattern(text)
    except BitsError as error:
        assert error.detail  # noqa: PT017
        return
    assert is_pattern(text) == (len(pattern.parts) > 1)
    if pattern.count <= PATTERN_MAX:
        made = list(pattern)
        assert (len(made), made[0], made[-1]) == (pattern.count, pattern.first, pattern.last)


@given(st.integers(0, 10**6), st.integers(0, 500), st.integers(1, 50), st.integers(1, 8))
def test_numbers_keep_their_width(first: int, more: int, step: int, width: int) -> None:
    begin = str(first).zfill(width)
    made = list(read_pattern(f"[{begin}-{first + more}:{step}]"))
    assert [int(text) for text in made] == list(range(first, first + more + 1, step))
    least = len(begin) if begin.startswith("0") else 1
    assert all(len(text) == max(least, len(str(int(text)))) for text in made)


def test_a_list_of_addresses() -> None:
    text = "\ufeff# mine\r\nhttp://a/1\n\n  http://a/2  \n#http://a/3\nhttp://a/1\n".removeprefix("\ufeff")
    assert addresses_in_list(text) == ("http://a/1", "http://a/2")


def test_a_list_of_aria2() -> None:
    text = "http://a/1\thttp://mirror/1\n  out=one.bin\n\tdir=/srv\nhttp://a/2?x=1\n # a comment\n"
    assert addresses_in_list(text) == ("http://a/1", "http://a/2?x=1")


@given(st.text())
def test_any_list_is_read(text: str) -> None:
    assert all(address.strip() == address != "" for address in addresses_in_list(text))
