"""Where a local byte comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.engine.spans import WHOLE_FILE, Position, local_total, position, remote_total, spans_of
from bitsgui.model.job import FileRange, JobFile
from tests.support.jobs import a_file


def ranged(*ranges: tuple[int, int | None], total: int | None = None) -> JobFile:
    return a_file(ranges=tuple(FileRange(*r) for r in ranges), bytes_total=total)


def test_a_plain_file_is_one_span() -> None:
    file = a_file(bytes_total=100)
    assert spans_of(file) == WHOLE_FILE
    assert position(file, 42) == Position(42, 42, None)
    assert (local_total(file, 100), remote_total(file)) == (100, 100)
    assert (local_total(file, None), remote_total(a_file())) == (None, None)


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, Position(0, 100, 109)),
        (9, Position(9, 109, 109)),
        (10, Position(0, 0, 4)),
        (14, Position(4, 4, 4)),
        (15, Position(0, 50, 50)),
        (16, Position(1, 51, 50)),  # beyond: nothing is missing
    ],
)
def test_ranges_follow_one_another_in_the_order_given(offset: int, expected: Position) -> None:
    assert position(ranged((100, 10), (0, 5), (50, 1)), offset) == expected


def test_a_range_to_the_end_is_followed_by_the_next() -> None:
    """Remote size 120: 20 bytes from 100 on, then the first 5."""
    file = ranged((100, None), (0, 5))
    total = local_total(file, 120)
    assert total == 25
    known = ranged((100, None), (0, 5), total=total)
    assert position(file, 0) == Position(0, 100, None)
    assert position(known, 19) == Position(19, 119, None)
    assert position(known, 20) == Position(0, 0, 4)


@pytest.mark.parametrize(
    ("file", "remote", "local"),
    [
        (ranged((0, 10), (50, 5)), None, 15),
        (ranged((0, 10), (50, None)), None, None),
        (ranged((0, 10), (50, None)), 60, 20),
        (ranged((0, 10), (50, None)), 40, 10),
    ],
)
def test_the_local_size_is_the_sum_of_the_ranges(file: JobFile, remote: int | None, local: int | None) -> None:
    assert local_total(file, remote) == local


def test_ranges_hide_the_remote_size() -> None:
    assert remote_total(ranged((0, 10), total=10)) is None


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.randoms(), st.booleans())
def test_every_local_byte_is_the_byte_that_the_ranges_name(lengths: list[int], random: object, to_end: bool) -> None:
    """Against the ranges cut out of a real remote file."""
    remote = bytes(range(sum(lengths) + len(lengths)))
    offset, ranges = 0, []
    for length in lengths:
        ranges.append(FileRange(offset, length))
        offset += length + 1
    if to_end:
        ranges[-1] = FileRange(ranges[-1].initial_offset, None)
    random.shuffle(ranges)  # type: ignore[attr-defined]
    ends = [None if r.length is None else r.initial_offset + r.length for r in ranges]
    expected = b"".join(remote[r.initial_offset : end] for r, end in zip(ranges, ends, strict=True))
    file = a_file(ranges=tuple(ranges))
    file = a_file(ranges=tuple(ranges), bytes_total=local_total(file, len(remote)))
    assert file.bytes_total == len(expected)
    for i, byte in enumerate(expected):
        at = position(file, i)
        assert remote[at.remote] == byte
        assert at.remote_end is None or at.remote <= at.remote_end
