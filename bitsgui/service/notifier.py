"""Tells of ERROR and TRANSFERRED at least once: by the listener, else by the job's command line. Knows no Qt.

What was taken is stored with the job; what was not is told again at the next registration or start.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from bitsgui.engine.ports import Clock
from bitsgui.model.codes import S_OK
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job, JobId
from bitsgui.model.notify_rules import NOT_STARTED, argv_of, calls_for_notice, owes_notice
from bitsgui.service.events import Event, JobChanged, JobRemoved
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.modifications import Modifications
from bitsgui.service.notify_interface import Answer, NotifyInterface, answer_of
from bitsgui.service.notify_program import run_program
from bitsgui.service.notify_slots import Slots

log = logging.getLogger(__name__)

INTERVALS_S: Final = (1.0, 5.0, 25.0, 125.0)
"""Pauses before the repeats of a notification that was not taken; after the last one it is given up and logged."""


@dataclass(slots=True, eq=False)
class _Delivery:
    """One event on its way; a call that has begun is never cut short, its answer may be void."""

    job_id: JobId
    was_asked: bool = False
    is_calling: bool = False
    task: asyncio.Task[None] | None = None
    nap: asyncio.Task[None] | None = None

    @contextmanager
    def calling(self) -> Iterator[None]:
        self.is_calling = True
        try:
            yield
        finally:
            self.is_calling = False


class Notifier:
    """Calls the listener that was set last, a job's own before everyone's, never on the stack of the change."""

    def __init__(self, queue: JobQueue, clock: Clock, intervals_s: Sequence[float] = INTERVALS_S) -> None:
        self._queue = queue
        self._clock = clock
        self._intervals_s = intervals_s
        self._listeners: dict[JobId | None, NotifyInterface] = {}
        self._taken_away: set[JobId | None] = set()
        self._deliveries: dict[JobId, _Delivery] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = Slots(clock)
        self._programs = Slots(clock)  # of their own: a program that never ends holds up no listener
        self._modifications = Modifications(queue, clock, self._slots, self._listener_of)
        queue.subscribe(self._hear)

    def begin(self) -> None:
        """After a start: what the last process could not deliver, and has a command line, needs no listener."""
        for job in self._queue.jobs():
            if job.settings.notify_command is not None:
                self.notify(job)

    def set_interface(self, listener: NotifyInterface | None, job_id: JobId | None) -> None:
        """SetNotifyInterface of a job, or of all that have none of their own; raises BG_E_NOT_FOUND."""
        jobs = self._queue.jobs() if job_id is None else (self._queue.get(job_id),)
        again = listener is not None and job_id in self._taken_away
        if listener is not None:
            self._listeners[job_id] = listener
            self._taken_away.discard(job_id)
        elif self._listeners.pop(job_id, None) is not None:
            self._taken_away.add(job_id)
        if listener is not None or job_id is not None:
            self._show([job for job in jobs if job_id is not None or job.id not in self._listeners], again)

    def command_changed(self, job_id: JobId) -> None:
        """A job's command line is another one: it runs now for what the listener did not take."""
        due = self._deliveries.get(job_id)
        if due is None:
            self.notify(self._queue.get(job_id))
        elif due.nap is not None:
            due.nap.cancel()

    def notify(self, job: Job) -> None:
        """Tell of a job in ERROR or TRANSFERRED, unless that has been done or is under way."""
        if owes_notice(job) and job.id not in self._deliveries:
            self._deliver_anew(job)

    def withdraw(self, job_id: JobId) -> None:
        """The job moves on: what was not delivered is void."""
        due = self._deliveries.pop(job_id, None)
        if due is not None and due.task is not None and not due.is_calling:
            due.task.cancel()

    async def aclose(self) -> None:
        """Stop telling; programs that run are left to themselves."""
        self._queue.unsubscribe(self._hear)
        await self._modifications.aclose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _listener_of(self, job_id: JobId) -> NotifyInterface | None:
        return self._listeners.get(job_id, self._listeners.get(None))

    def _hear(self, event: Event) -> None:
        if isinstance(event, JobChanged):
            self._modifications.hear(event)
        elif isinstance(event, JobRemoved):
            self._listeners.pop(event.job_id, None)
            self._taken_away.discard(event.job_id)

    def _show(self, jobs: Sequence[Job], again: bool) -> None:
        """Tell of these jobs, as far as nobody took it; `again`: who took it is gone."""
        owed = [job.id for job in jobs if owes_notice(job) or (again and calls_for_notice(job))]
        if owed:
            self._start(self._show_each(owed, again), "notify of what waits")

    async def _show_each(self, job_ids: Sequence[JobId], again: bool) -> None:
        for job_id in job_ids:
            job = self._queue.get(job_id) if self._queue.has(job_id) else None
            if job is not None and again and job.notified:
                job = await self._queue.note(replace(job, notified=False))
            if job is not None and owes_notice(job):
                self._deliver_anew(job)
            await asyncio.sleep(0)  # thousands may wait, and a window is painted meanwhile

    def _deliver_anew(self, job: Job) -> None:
        self.withdraw(job.id)
        if self._listener_of(job.id) is not None or job.settings.notify_command is not None:
            due = self._deliveries[job.id] = _Delivery(job.id)
            due.task = self._start(self._deliver(due), f"notify of {job.id}")

    async def _deliver(self, due: _Delivery) -> None:
        pauses = iter(self._intervals_s)
        while self._is_owed(due) and not await self._is_taken(due):
            pause = self._next_pause(due, pauses) if self._is_owed(due) else None
            if pause is None:
                break
            await self._nap(due, pause)
        if self._is_live(due):
            del self._deliveries[due.job_id]

    async def _is_taken(self, due: _Delivery) -> bool:
        """One round: the listener, and if it fails the program; once the program was tried, only that."""
        has_command = self._queue.get(due.job_id).settings.notify_command is not None
        taken = not (has_command and due.was_asked) and await self._ask(due)
        taken = taken or (self._is_owed(due) and await self._run_command(due))
        if taken and self._is_live(due):
            del self._deliveries[due.job_id]
            await self._queue.note(replace(self._queue.get(due.job_id), notified=True))
        return taken

    async def _ask(self, due: _Delivery) -> bool:
        async with self._slots.one(due.job_id):
            listener, job = self._listener_of(due.job_id), self._queue.get(due.job_id)
            if listener is None:
                return False
            due.was_asked = True
            with due.calling():
                return await answer_of(lambda: _event_call(listener, job), job.id) == S_OK

    async def _run_command(self, due: _Delivery) -> bool:
        if self._queue.get(due.job_id).settings.notify_command is None:
            return False
        async with self._programs.one(due.job_id):
            job = self._queue.get(due.job_id)
            command = job.settings.notify_command
            if command is None:
                return False
            due.was_asked = True
            status, why = NOT_STARTED, None
            try:
                with due.calling():
                    status = await run_program(command.program, argv_of(command, job), job.id)
            except OSError as error:
                why = error.strerror
        await self._note_command(due, status or None)
        if why is not None:
            log.info("%s: its notification program could not be started: %s", job.id, why)
        elif status:
            log.info("%s: its notification program ended with %d", job.id, status)
        return status == 0

    async def _note_command(self, due: _Delivery, status: int | None) -> None:
        """A failure of the program is none of the job: a warning."""
        job = self._queue.get(due.job_id) if self._is_live(due) else None
        if job is not None and job.command_status != status:
            await self._queue.note(replace(job, command_status=status))

    def _next_pause(self, due: _Delivery, pauses: Iterator[float]) -> float | None:
        """Seconds until the next round; None: there is none."""
        settings = self._queue.get(due.job_id).settings
        if settings.notify_command is not None:
            return settings.minimum_retry_delay_s
        if self._listener_of(due.job_id) is None:
            return None
        pause = next(pauses, None)
        if pause is None:
            log.error("the notification of %s was never taken; it is told again at the next start", due.job_id)
        return pause

    async def _nap(self, due: _Delivery, pause: float) -> None:
        due.nap = asyncio.create_task(self._clock.sleep_until(self._clock.now() + pause))
        try:
            await asyncio.wait([due.nap])
        finally:
            due.nap.cancel()
            due.nap = None

    def _is_live(self, due: _Delivery) -> bool:
        return self._deliveries.get(due.job_id) is due

    def _is_owed(self, due: _Delivery) -> bool:
        return self._is_live(due) and owes_notice(self._queue.get(due.job_id))

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("programming error in %s", task.get_name(), exc_info=error)


def _event_call(listener: NotifyInterface, job: Job) -> Answer:
    if job.state is JobState.ERROR and job.error is not None:
        return listener.job_error(job, job.error)
    return listener.job_transferred(job)
