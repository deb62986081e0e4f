"""Rate over a sliding window, and how often progress is told; every time is given."""

from hypothesis import given
from hypothesis import strategies as st

from bitsgui.engine.meter import Meter


def test_nothing_received_is_no_rate() -> None:
    meter = Meter(0.0)
    assert meter.rate_bps(0.0) == 0.0
    assert meter.rate_bps(100.0) == 0.0


def test_a_steady_stream_shows_its_rate() -> None:
    meter = Meter(0.0)
    for tick in range(100):
        meter.add(1000, tick * 0.1)
    assert 9_000 <= meter.rate_bps(10.0) <= 11_000


def test_the_rate_falls_to_zero_when_nothing_comes() -> None:
    meter = Meter(0.0)
    meter.add(3000, 1.0)
    assert meter.rate_bps(3.0) == 1000.0
    assert meter.rate_bps(4.0) == 1000.0
    assert meter.rate_bps(4.1) == 0.0


def test_the_first_bytes_do_not_make_an_absurd_rate() -> None:
    meter = Meter(5.0)
    meter.add(1000, 5.0)
    assert meter.rate_bps(5.0) == 10_000.0


@given(st.lists(st.tuples(st.floats(0, 0.5), st.integers(0, 10**9)), min_size=1))
def test_the_rate_counts_each_byte_of_the_window_once(events: list[tuple[float, int]]) -> None:
    meter = Meter(0.0)
    now, total = 0.0, 0
    for pause, count in events:
        now += pause
        total += count
        meter.add(count, now)
    span = min(3.0, max(now, 0.1))
    assert 0 <= meter.rate_bps(now) <= total / span * 1.000001
    if now <= 3.0:
        assert meter.rate_bps(now) == total / span
    assert meter.rate_bps(now + 3.2) == 0.0


def test_progress_is_told_at_most_every_100_ms() -> None:
    meter = Meter(0.0)
    assert [meter.is_due(t) for t in (0.0, 0.05, 0.1, 0.15, 0.25)] == [True, False, True, False, True]
