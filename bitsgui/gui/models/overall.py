"""How far the whole queue is: one fraction over everything that moves, since nothing last did; knows no widget."""

from dataclasses import dataclass

from bitsgui.gui.models.job_row import progress_of_part
from bitsgui.model.enums import RUNNING_STATES, JobState
from bitsgui.model.job import Job, JobId

_IN_HAND = RUNNING_STATES | {JobState.QUEUED}
_DONE = frozenset({JobState.TRANSFERRED, JobState.ACKNOWLEDGED})


@dataclass(frozen=True, slots=True)
class _Share:
    """Of one job: bytes, and the total as far as it is known."""

    done: int
    total: int | None

    @property
    def fraction(self) -> float:
        return min(1.0, self.done / self.total) if self.total else 0.0


class Overall:
    """What is finished counts until all is, so that the fraction does not fall when a job ends."""

    def __init__(self) -> None:
        self._in_hand: dict[JobId, _Share] = {}
        self._done: dict[JobId, _Share] = {}

    def note(self, job: Job) -> None:
        """A job as it is now."""
        if job.state in _IN_HAND:
            part = progress_of_part(job)
            self._done.pop(job.id, None)
            self._in_hand[job.id] = _Share(part.bytes_transferred, part.bytes_total)
        elif (last := self._in_hand.pop(job.id, None)) is not None and job.state in _DONE:
            total = max(last.done, last.total or 0)
            self._done[job.id] = _Share(total, total)
        if not self._in_hand:
            self._done.clear()

    def drop(self, job_id: JobId) -> None:
        """A job left the history."""
        self._in_hand.pop(job_id, None)

    @property
    def fraction(self) -> float | None:
        """0.0 to 1.0, by bytes where every total is known, else by jobs; None where nothing moves or is known."""
        shares = (*self._in_hand.values(), *self._done.values())
        if not self._in_hand or all(share.total is None for share in shares):
            return None
        total = _sum([share.total for share in shares])
        if total:
            return min(1.0, sum(share.done for share in shares) / total)
        return (len(self._done) + sum(share.fraction for share in self._in_hand.values())) / len(shares)


def _sum(totals: list[int | None]) -> int | None:
    """None if any is unknown."""
    known = [total for total in totals if total is not None]
    return sum(known) if len(known) == len(totals) else None
