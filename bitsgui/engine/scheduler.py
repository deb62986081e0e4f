"""Who runs now: every foreground job, and the background slots by priority and turn. Pure.

Higher priorities preempt lower ones; inside a priority jobs take turns by time slice: at the end of its slice a
job goes behind those that wait, and begins a new slice at once if nobody takes its slot. A job that waits in
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
    """Decide for the given moment, seconds since the epoch; the slice is longer than 0 s."""
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


def _turn(candidate: Candidate, time_slice_s: float, now: float) -> tuple[int, bool, float, bool, float]:
    """Sort key: priority; who is in its first slice; who waits longest, a running one since its last slice's end.

    Of equals the running one, and the one that runs for less long.
    """
    since = candidate.since
    if not candidate.is_running:
        return candidate.priority, True, since, True, 0.0
    slice_end = _slice_end(since, time_slice_s, now)
    is_later_slice = slice_end > since + time_slice_s
    return candidate.priority, is_later_slice, slice_end - time_slice_s, False, -since


def _next_turn(background: list[Candidate], chosen: list[Candidate], time_slice_s: float, now: float) -> float | None:
    waiting = {c.priority for c in background if c not in chosen}
    rivals = (c for c in chosen if c.priority in waiting)
    return min((_slice_end(c.since if c.is_running else now, time_slice_s, now) for c in rivals), default=None)


def _slice_end(since: float, time_slice_s: float, now: float) -> float:
    """When the slice ends that contains `now`; always later than it."""
    end = since + (max(0, (now - since) // time_slice_s) + 1) * time_slice_s
    return end if end > now else end + time_slice_s
