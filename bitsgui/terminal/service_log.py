"""One short line for each thing that happens to a job; of what moves bytes only that it began."""

from collections.abc import Callable

from bitsgui.model.enums import JobState
from bitsgui.model.job import Job, JobId
from bitsgui.remote.selection import short_ids
from bitsgui.service.events import Event, JobAdded, JobChanged, JobRemoved
from bitsgui.terminal.queue_hints import hint
from bitsgui.terminal.report import failure_lines, saved_lines, waiting_line
from bitsgui.terminal.screens import countdown
from bitsgui.terminal.words import size_text


class ServiceLog:
    """Listens to a queue and says what changed."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._states: dict[JobId, JobState] = {}

    def on_event(self, event: Event) -> None:
        if isinstance(event, JobRemoved):
            self._states.pop(event.job_id, None)
            return
        job = event.job
        if isinstance(event, JobChanged) and self._states.get(job.id) is job.state:
            return
        self._states[job.id] = job.state
        if isinstance(event, JobAdded):
            self._say(f"{job.settings.display_name}: added")
        for line in _lines(job):
            self._say(line)


def _lines(job: Job) -> list[str]:
    name = job.settings.display_name
    if job.state is JobState.TRANSIENT_ERROR and job.error is not None:
        return [f"{waiting_line(job, job.error)}; {countdown(job)}"]
    if job.state is JobState.ERROR and job.error is not None:
        return [failure_lines(job, job.error)[0], f"  {hint(job, short_ids([job])[job.id])}"]
    if job.state is JobState.TRANSFERRED:
        return [f"{name}: transferred, {size_text(job.progress.bytes_transferred)}"]
    if job.state is JobState.ACKNOWLEDGED:
        return saved_lines(job) or [f"{name}: completed"]
    told = {
        JobState.TRANSFERRING: "transferring",
        JobState.SUSPENDED: "suspended",
        JobState.CANCELLED: "cancelled",
    }
    return [f"{name}: {told[job.state]}"] if job.state in told else []
