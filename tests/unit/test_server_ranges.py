"""Which bytes a request selects, whatever it says."""

from hypothesis import given
from hypothesis import strategies as st

from bitsgui.server.ranges import Version, select
from bitsgui.server.sign_in import Account

HEADERS = st.sampled_from(["range", "if-range", "if-none-match", "if-modified-since"])


@given(
    size=st.integers(0, 100),
    headers=st.dictionaries(
        HEADERS, st.text(max_size=30) | st.from_regex(r"bytes=[0-9]{0,3}-[0-9]{0,3}", fullmatch=True)
    ),
)
def test_a_selection_lies_within_the_file(size: int, headers: dict[str, str]) -> None:
    chosen = select("GET", headers, Version(size, '"v"', "Mon, 23 Nov 2026 00:00:00 GMT"))
    assert chosen.status in (200, 206, 304, 416)
    assert 0 <= chosen.start <= chosen.end <= size
    assert (chosen.length == size) >= (chosen.status == 200)
    assert (chosen.length > 0) >= (chosen.status == 206)


def test_a_date_that_is_none_is_no_condition() -> None:
    version = Version(1, '"v"', "Mon, 23 Nov 2026 00:00:00 GMT")
    for text in ("never", "Mon, 23 Nov 2026", "Sun, 22 Nov 2026 23:59:59 GMT", "Mon, 23 Nov 2026 00:00:00 -0000"):
        assert select("GET", {"if-modified-since": text}, version).status == 200
    assert select("GET", {"if-modified-since": "Tue, 24 Nov 2026 00:00:00 GMT"}, version).status == 304


@given(st.text(max_size=40))
def test_no_garbage_signs_in(authorization: str) -> None:
    account = Account("ann", "secret")
    assert not account.accepts(authorization)
    assert account.accepts("basic YW5uOnNlY3JldA==")
    assert "secret" not in repr(account)
