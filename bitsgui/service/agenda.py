"""The dispatcher's list: who may run now, and when each job must be looked at. Only jobs that changed are read anew."""

from collections.abc import Callable, Collection
from heapq import heappop, heappush
from math import inf

from bitsgui.engine.scheduler import Candidate
from bitsgui.model.enums import RUNNING_STATES, JobState
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import Policy
from bitsgui.service.deadlines import Timer, due_timer, has_timers, next_deadline
from bitsgui.service.events import Event, JobRemoved
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.locks import JobLocks

_PLANNED = frozenset({JobState.QUEUED}) | RUNNING_STATES


class Agenda:
    """Follows the queue's events; a queue of 10,000 jobs costs a change of one job no more than a small queue does.

    `policy` is the one in force; `started` tells when a job's running attempt began, None if none runs.
    """

    def __init__(
        self,
        queue: JobQueue,
        locks: JobLocks,
        policy: Callable[[], Policy],
        started: Callable[[JobId], float | None],
    ) -> None:
        self._queue = queue
        self._locks = locks
        self._policy = policy
        self._started = started
        self._changed: set[JobId] = set()
        self._candidates: dict[JobId, Candidate] = {}
        self._alarms: dict[JobId, float] = {}
        self._heap: list[tuple[float, JobId]] = []
        self._postponed: dict[JobId, float] = {}
        self.read_all()
        queue.subscribe(self._note)

    def read_all(self) -> None:
        """Every job's timers may have changed."""
        self._changed |= {job.id for job in (*self._queue.jobs(), *self._queue.history()) if has_timers(job)}

    def candidates(self, now: float) -> Collection[Candidate]:
        """The jobs that run or may run."""
        self._catch_up(now)
        return self._candidates.values()

    def ringing(self, now: float) -> list[JobId]:
        """Jobs that have a timer to look at; each is told once, unless it is still due later."""
        self._catch_up(now)
        rung = []
        while self._heap and self._heap[0][0] <= now:
            when, job_id = heappop(self._heap)
            if self._alarms.get(job_id) == when:
                del self._alarms[job_id]
                self._postponed.pop(job_id, None)
                self._changed.add(job_id)
                rung.append(job_id)
        return rung

    def due(self, job_id: JobId, now: float) -> Timer | None:
        """The timer that has run out, if the job is there and nobody changes it just now."""
        if not self._queue.has(job_id) or self._locks.is_held(job_id):
            return None
        job = self._queue.get(job_id)
        return None if not has_timers(job) else due_timer(job, self._started(job_id), self._policy(), now)

    def postpone(self, job_id: JobId, when: float) -> None:
        """Do not tell of this job before `when`: what its timer does could not be done."""
        self._postponed[job_id] = when

    def next_alarm(self, now: float) -> float | None:
        """When to ask `ringing` again."""
        self._catch_up(now)
        while self._heap and self._alarms.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _note(self, event: Event) -> None:
        self._changed.add(event.job_id if isinstance(event, JobRemoved) else event.job.id)

    def _catch_up(self, now: float) -> None:
        changed, self._changed = self._changed, set()
        for job_id in changed:
            job = self._queue.get(job_id) if self._queue.has(job_id) else None
            if job is None or not has_timers(job):
                self._candidates.pop(job_id, None)
                self._alarms.pop(job_id, None)
                continue
            self._sort_in(job, now)
            if self._locks.is_held(job_id):
                self._changed.add(job_id)  # whoever holds it has the dispatcher look again
            else:
                self._set_alarm(job)

    def _sort_in(self, job: Job, now: float) -> None:
        started = self._started(job.id)
        if started is not None:
            # Between its end and its new state an attempt still counts as running.
            self._candidates[job.id] = Candidate(job.id, job.settings.priority, JobState.TRANSFERRING, started)
        elif job.state in _PLANNED:
            before = self._candidates.get(job.id)
            since = now if before is None or before.is_running else before.since
            self._candidates[job.id] = Candidate(job.id, job.settings.priority, job.state, since)
        else:
            self._candidates.pop(job.id, None)

    def _set_alarm(self, job: Job) -> None:
        """An alarm that rings too early is set anew then: progress, which moves deadlines on, costs nothing here."""
        deadline = next_deadline(job, self._started(job.id), self._policy())
        when = max(deadline, self._postponed.get(job.id, deadline))
        if when < self._alarms.get(job.id, inf):
            self._alarms[job.id] = when
            heappush(self._heap, (when, job.id))
