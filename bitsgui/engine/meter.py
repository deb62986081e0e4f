"""Rate of one transfer over the last seconds, and how often progress is worth telling."""

from collections import deque
from typing import Final

_WINDOW_S: Final = 3.0
_BUCKET_S: Final = 0.1
PROGRESS_INTERVAL_S: Final = 0.1


class Meter:
    """Bytes per second over a sliding window of 3 s; `now` is any steady clock's seconds."""

    def __init__(self, now: float) -> None:
        self._buckets: deque[tuple[float, int]] = deque()
        self._started = now
        self._told = float("-inf")

    def add(self, count: int, now: float) -> None:
        """Count bytes that came in now."""
        if self._buckets and now - self._buckets[-1][0] < _BUCKET_S:
            start, before = self._buckets[-1]
            self._buckets[-1] = (start, before + count)
        else:
            self._buckets.append((now, count))

    def rate_bps(self, now: float) -> float:
        """Bytes per second; falls to 0.0 when nothing comes."""
        while self._buckets and now - self._buckets[0][0] > _WINDOW_S:
            self._buckets.popleft()
        span = min(_WINDOW_S, max(now - self._started, _BUCKET_S))
        return sum(count for _, count in self._buckets) / span

    def is_due(self, now: float) -> bool:
        """Whether progress may be told again; says yes at most every 100 ms."""
        if now - self._told < PROGRESS_INTERVAL_S:
            return False
        self._told = now
        return True
