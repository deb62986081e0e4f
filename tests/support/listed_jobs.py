"""Jobs as the window lists them: a name, a host, a state, and how far they are."""

from typing import Any

from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from tests.support.jobs import NOW, a_file, a_job


def listed(
    name: str, state: JobState = JobState.QUEUED, *, done: int = 0, total: int | None = 1000, **values: Any
) -> Job:
    """A job of one file with that name; `done` and `total` in bytes."""
    file = a_file(name, bytes_total=total, bytes_transferred=done, transferred=done == total)
    return a_job(file, state=state, display_name=name, **values)


def one_of_each() -> list[Job]:
    """A job in every state, named like it; the waiting one has a time to retry."""
    jobs = [listed(state.name, state, done=400) for state in JobState if state is not JobState.TRANSIENT_ERROR]
    waiting = listed("TRANSIENT_ERROR", JobState.TRANSIENT_ERROR, done=400, retry_at=NOW)
    return [*jobs, waiting]
