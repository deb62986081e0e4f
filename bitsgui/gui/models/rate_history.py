"""The rates of the last minutes, a job at a time, sampled once a second; knows no widget and no clock."""

from collections import deque
from collections.abc import Mapping
from typing import Final

from bitsgui.model.job import JobId

SPAN_S: Final = 300
"""How far back the graph goes."""


class RateHistory:
    """Samples are (seconds, bytes a second); a job that stands still keeps its past while it is in sight."""

    def __init__(self) -> None:
        self._samples: dict[JobId, deque[tuple[float, float]]] = {}

    def record(self, now: float, rates: Mapping[JobId, float]) -> None:
        """Add one sample a running job, and a zero to those that stopped; `now` only grows."""
        for job_id in rates.keys() | self._samples.keys():
            samples = self._samples.setdefault(job_id, deque())
            samples.append((now, rates.get(job_id, 0.0)))
            while samples[0][0] < now - SPAN_S:
                samples.popleft()
        self._samples = {i: s for i, s in self._samples.items() if any(rate for _, rate in s)}

    def samples(self, job_id: JobId) -> tuple[tuple[float, float], ...]:
        """Oldest first."""
        return tuple(self._samples.get(job_id, ()))
