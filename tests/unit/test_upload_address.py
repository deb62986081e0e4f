"""Where a file goes: to the address as it is, or into the folder that it names."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.model.upload_address import address_for, names_folder


@pytest.mark.parametrize(
    ("address", "name", "whole"),
    [
        ("https://h/in/", "a.tar", "https://h/in/a.tar"),
        ("https://h/in/a", "b.tar", "https://h/in/a"),
        ("https://h", "a.tar", "https://h/a.tar"),
        ("https://h/in/?key=1#x", "a.tar", "https://h/in/a.tar?key=1#x"),
        ("https://h/in/", "Übersicht 50%.csv", "https://h/in/%C3%9Cbersicht%2050%25.csv"),
        ("https://h/in/", "a/b?c#d", "https://h/in/a%2Fb%3Fc%23d"),
        ("https://h/in/", "old\udcff.txt", "https://h/in/old%FF.txt"),
        ("http://[", "a", "http://["),
    ],
)
def test_the_whole_address(address: str, name: str, whole: str) -> None:
    assert address_for(address, name) == whole
    assert names_folder(address) == (whole != address)


@given(st.text(min_size=1))
def test_any_name_stays_one_segment_and_can_be_read_back(name: str) -> None:
    path = urlsplit(address_for("https://h/in/", name)).path
    assert path.count("/") == 2
    assert unquote(path.removeprefix("/in/"), errors="surrogatepass") == name
