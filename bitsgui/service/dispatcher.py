"""Runs the queue: one control loop starts, stops and retries attempts as the scheduler plans.

An attempt reports through a sink that is deaf once the attempt is over.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bitsgui.engine.ports import Clock
from bitsgui.engine.scheduler import Plan, plan
from bitsgui.engine.stop import Failure, TransferStop
from bitsgui.engine.surroundings import Surroundings
from bitsgui.model import codes
from bitsgui.model.enums import ACTION_STATES, RUNNING_STATES, ErrorContext, JobState
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import Policy
from bitsgui.service.agenda import Agenda
from bitsgui.service.deadlines import Timer
from bitsgui.service.events import Changed
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.job_secrets import secrets_of
from bitsgui.service.live_sink import LiveSink
from bitsgui.service.locks import JobLocks
from bitsgui.service.outcomes import job_after_failure, job_error_of, transferred_job
from bitsgui.store.secrets import SecretStore

if TYPE_CHECKING:
    from bitsgui.engine.runner import Attempt

log = logging.getLogger(__name__)

_FATAL = {Timer.NO_PROGRESS: codes.BG_E_NO_PROGRESS, Timer.DOWNLOAD_TIME: codes.BG_E_MAXDOWNLOAD_TIMEOUT}
_TRY_AGAIN_S = 60.0
"""Pause before a timer whose effect could not be stored is looked at again."""


@dataclass(slots=True, eq=False)
class _Running:
    """One attempt that has not ended; identity is its token."""

    started: float
    task: asyncio.Task[None] | None = None
    attempt: "Attempt | None" = None
    is_stopped: bool = False


class Dispatcher:
    """Owns every attempt.

    `settled` is called, under the job's lock, for a job that just entered ERROR or TRANSFERRED; `effects` says what
    follows when a timer has run out that is not about transferring.
    """

    def __init__(
        self,
        queue: JobQueue,
        locks: JobLocks,
        secrets: SecretStore,
        clock: Clock,
        policy: Policy,
        around: Surroundings,
        settled: Callable[[Job], Awaitable[None]],
        effects: Mapping[Timer, Callable[[JobId], Awaitable[object]]],
    ) -> None:
        self._policy = policy
        self._queue = queue
        self._locks = locks
        self._secrets = secrets
        self._clock = clock
        self._around = around
        self._settled = settled
        self._effects = effects
        self._running: dict[JobId, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._agenda = Agenda(queue, locks, lambda: self._policy, self._started)
        self._poked = asyncio.Event()
        self._control: asyncio.Task[None] | None = None
        self._attempt_type: type[Attempt]

    @property
    def policy(self) -> Policy:
        """The policies in force."""
        return self._policy

    def set_policy(self, policy: Policy) -> None:
        """Apply other policies at once."""
        self._policy = policy
        self._agenda.read_all()
        self.poke()

    def start(self, attempt_type: "type[Attempt]") -> None:
        """Begin to work off the queue."""
        self._attempt_type = attempt_type
        self._control = asyncio.create_task(self._control_loop(), name="dispatcher")
        self._control.add_done_callback(_log_failure)

    def poke(self) -> None:
        """Something changed: plan again."""
        self._poked.set()

    def rate_bps(self, job_id: JobId) -> float:
        """Bytes a second that the job receives now."""
        running = self._running.get(job_id)
        if running is None or running.attempt is None:
            return 0.0
        return running.attempt.meter.rate_bps(asyncio.get_running_loop().time())

    async def stop(self, job_id: JobId) -> None:
        """End the job's attempt, if any: what was received is durable, the job is QUEUED."""
        running = self._running.get(job_id)
        if running is None or running.task is None:
            return
        running.is_stopped = True
        running.task.cancel()
        await asyncio.wait([running.task])

    def requeue_waiting(self) -> None:
        """The network is back: every TRANSIENT_ERROR job goes on at once, whatever its error was."""
        for job in self._queue.jobs():
            if job.state is JobState.TRANSIENT_ERROR:
                self._queue.keep(replace(job, state=JobState.QUEUED, retry_at=None), Changed.STATE)
        self.poke()

    async def aclose(self) -> None:
        """Stop everything; every attempt makes its bytes durable first."""
        if self._control is not None:
            self._control.cancel()
            await asyncio.wait([self._control])
        stopped = list(self._running)
        await asyncio.gather(*(self.stop(job_id) for job_id in stopped))
        while self._tasks:  # those that had ended already and settle what their job becomes
            await asyncio.wait(self._tasks)
        for job_id in stopped:
            await self._queue.record(self._queue.get(job_id), Changed.PROGRESS)

    async def _control_loop(self) -> None:
        while True:
            self._poked.clear()
            now = self._clock.now()
            await self._handle_due(now)
            turn_ends = await self._apply_plan(now)
            await self._sleep(self._wake_at(turn_ends, now))

    async def _sleep(self, wake_at: float | None) -> None:
        waits: list[asyncio.Task[object]] = [asyncio.create_task(self._poked.wait())]
        if wake_at is not None:
            waits.append(asyncio.create_task(self._clock.sleep_until(wake_at)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _apply_plan(self, now: float) -> float | None:
        """Stop and start what the scheduler says; when it wants to be asked again."""
        while (decided := self._plan(now)).stop:
            # Every wait may change what is there: plan anew before anything is started.
            await asyncio.gather(*(self.stop(job_id) for job_id in decided.stop))
        for job_id in decided.start:
            self._start(job_id, now)
        return decided.wake_at

    def _plan(self, now: float) -> Plan:
        return plan(self._agenda.candidates(now), self._policy.background_slots, self._policy.time_slice_s, now)

    def _wake_at(self, turn_ends: float | None, now: float) -> float | None:
        times = (turn_ends, self._agenda.next_alarm(now))
        return min((at for at in times if at is not None), default=None)

    def _started(self, job_id: JobId) -> float | None:
        running = self._running.get(job_id)
        return None if running is None else running.started

    async def _handle_due(self, now: float) -> None:
        for job_id in self._agenda.ringing(now):
            try:
                await self._run_out(job_id, now)
            except BitsError as error:
                log.error("%s: the effect of a timer could not be stored: %s", job_id, error)
                self._agenda.postpone(job_id, now + _TRY_AGAIN_S)

    async def _run_out(self, job_id: JobId, now: float) -> None:
        timer = self._agenda.due(job_id, now)
        if timer is Timer.RETRY:
            job = self._queue.get(job_id)
            self._queue.keep(replace(job, state=JobState.QUEUED, retry_at=None), Changed.STATE)
        elif timer in _FATAL:
            await self._give_up(job_id, _FATAL[timer])
        elif timer is not None:
            await self._effects[timer](job_id)

    async def _give_up(self, job_id: JobId, code: HResult) -> None:
        async with self._locks.holding(job_id):
            await self.stop(job_id)
            job = self._queue.get(job_id)
            if job.state in ACTION_STATES:
                stop = TransferStop(ErrorContext.GENERAL_QUEUE_MANAGER, code)
                await self._fail(job, Failure(stop, None, None))

    def _start(self, job_id: JobId, now: float) -> None:
        if job_id in self._running or self._locks.is_held(job_id):
            return
        running = self._running[job_id] = _Running(now)
        job = self._queue.keep(replace(self._queue.get(job_id), state=JobState.CONNECTING), Changed.STATE)
        running.task = asyncio.create_task(self._run(job, running), name=f"attempt {job_id}")
        self._tasks.add(running.task)
        # Not a `finally` in the task: one that is cancelled before its first step runs none.
        running.task.add_done_callback(lambda task: self._over(job_id, running, task))

    async def _run(self, job: Job, running: _Running) -> None:
        failure = await self._attempt(job, running)
        if running.is_stopped:
            # Whoever stops it may hold the job's lock, and decides what becomes of the job.
            return
        async with self._locks.holding(job.id):
            self._account(job.id, running)
            await self._settle(job.id, failure)

    def _over(self, job_id: JobId, running: _Running, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._account(job_id, running)
        self._requeue(job_id)
        self.poke()
        _log_failure(task)

    async def _attempt(self, job: Job, running: _Running) -> Failure | None:
        try:
            secrets = await secrets_of(job, self._secrets)
            sink = LiveSink(self._queue, lambda: self._running.get(job.id) is running)
            running.attempt = self._attempt_type(job, secrets, sink, self._around, lambda: self._own_rate_bps(job.id))
            return await running.attempt.run()
        except Exception as error:  # the last resort: a programming error becomes the job's visible error
            log.exception("%s: programming error", job.id)
            return Failure(TransferStop(ErrorContext.UNKNOWN, codes.E_FAIL, type(error).__name__), None, None)

    def _own_rate_bps(self, job_id: JobId) -> int:
        return self._queue.get(job_id).settings.rate_limit_bps

    def _account(self, job_id: JobId, running: _Running) -> None:
        """The attempt is over, however: count its time."""
        if self._running.get(job_id) is running:
            del self._running[job_id]
            job = self._queue.get(job_id)
            used = job.download_time_s + self._clock.now() - running.started
            self._queue.keep(replace(job, download_time_s=used), Changed.PROGRESS)

    def _requeue(self, job_id: JobId) -> None:
        """A job whose attempt ended without an outcome waits for its next turn."""
        if job_id in self._running or not self._queue.has(job_id):
            return
        job = self._queue.get(job_id)
        if job.state in RUNNING_STATES:
            self._queue.keep(replace(job, state=JobState.QUEUED), Changed.STATE)

    async def _settle(self, job_id: JobId, failure: Failure | None) -> None:
        job = self._queue.get(job_id)
        if failure is not None:
            await self._fail(job, failure)
        elif not job.has_pending_files:
            job = await self._queue.record(transferred_job(job, self._clock.now()), Changed.STATE)
            await self._settled(job)

    async def _fail(self, job: Job, failure: Failure) -> None:
        now = self._clock.now()
        error = job_error_of(job, failure, now)
        job = job_after_failure(job, error, failure, now)
        job = await self._queue.record(job, Changed.STATE | Changed.ERROR, error)
        log.info("%s: %s in %s", job.id, error.code, error.context.name)
        if job.state is JobState.ERROR:
            await self._settled(job)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("programming error in %s", task.get_name(), exc_info=error)
