"""Who runs now: every foreground job, and the background slots by priority and turn. Pure.

Higher priorities preempt lower ones; inside a priority jobs take turns by time slice; a job that waits in
TRANSIENT_ERROR holds no slot.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bitsgui.model.enums import RUNNING_STATES, JobPriority, JobState
from bitsgui.model.job import JobId


@dataclass(frozen=True, slots=True)
class Candidate:
    """A QUEUED or running job as the scheduler sees it; `since`: when it was queued or started, seconds."""

    id: JobId
    priority: JobPriority
    state: JobState
    since: float

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING_STATES


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start, what to put back into the queue, and when to plan again (None = at the next event)."""

    start: tuple[JobId, ...] = ()
    stop: tuple[JobId, ...] = ()
    wake_at: float | None = None


def plan(candidates: Iterable[Candidate], background_slots: int, time_slice_s: float, now: float) -> Plan:
    """Decide for the given moment, seconds since the epoch."""
    jobs = list(candidates)
    foreground = [c for c in jobs if c.priority is JobPriority.FOREGROUND]
    background = [c for c in jobs if c.priority is not JobPriority.FOREGROUND]
    chosen = sorted(background, key=lambda c: _turn(c, time_slice_s, now))[: max(0, background_slots)]
    chosen_ids = {c.id for c in chosen}
    return Plan(
        start=tuple(c.id for c in [*foreground, *chosen] if not c.is_running),
        stop=tuple(c.id for c in background if c.is_running and c.id not in chosen_ids),
        wake_at=_next_turn(background, chosen, time_slice_s, now),
    )


def _turn(candidate: Candidate, time_slice_s: float, now: float) -> tuple[int, int, float]:
    """Sort key: priority; then who is inside his slice, who waits, whose slice is over; then who is longest."""
    slice_over = candidate.is_running and now - candidate.since >= time_slice_s
    rank = 2 if slice_over else 0 if candidate.is_running else 1
    return candidate.priority, rank, candidate.since


def _next_turn(background: list[Candidate], chosen: list[Candidate], time_slice_s: float, now: float) -> float | None:
    waiting = {c.priority for c in background} if len(background) > len(chosen) else set()
    ends = [(c.since if c.is_running else now) + time_slice_s for c in chosen if c.priority in waiting]
    later = [end for end in ends if end > now]
    return min(later) if later else (now + time_slice_s if ends else None)
