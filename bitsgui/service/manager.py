"""JobManager: everything a front end may call. Verbs and setters of IBackgroundCopyJob in one place."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from bitsgui.engine.loading import load_attempt
from bitsgui.engine.pool import READ_BUFFER, SMALL_READ_BUFFER, WirePool
from bitsgui.engine.ports import Clock, SystemClock
from bitsgui.engine.proxies import SystemProxies, system_proxies
from bitsgui.engine.surroundings import Surroundings
from bitsgui.engine.throttle import Pacer, TokenBucket
from bitsgui.model import codes
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import DAY_S, Policy
from bitsgui.service.answers import AnswerCalls
from bitsgui.service.creation import Credentials, NewJob, build_job, check_and_name, empty_job
from bitsgui.service.deadlines import Timer
from bitsgui.service.dispatcher import Dispatcher
from bitsgui.service.events import Listener
from bitsgui.service.fact_finder import FactFinder
from bitsgui.service.history import History
from bitsgui.service.inactivity import Inactivity
from bitsgui.service.job_files import JobFileCalls
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.locks import JobLocks, carried_out
from bitsgui.service.notifier import Notifier
from bitsgui.service.process import stand_back
from bitsgui.service.recovery import recover
from bitsgui.service.tombstones import Tombstones
from bitsgui.service.verbs import Verbs
from bitsgui.service.withdrawals import Withdrawals
from bitsgui.store.answer_rows import AnswerRows
from bitsgui.store.job_store import JobStore
from bitsgui.store.secrets import KeyringSecrets, SecretStore

__all__ = ["Credentials", "JobManager", "NewJob", "StateLockedError"]

log = logging.getLogger(__name__)

LOCK_FILE: Final = "lock"


class StateLockedError(Exception):
    """Another process works with this state folder."""


class JobManager(JobFileCalls, AnswerCalls):
    """IBackgroundCopyManager and the jobs' own interfaces, for one state folder.

    Every mutating call is durable when it returns and raises BitsError with the code that BITS gives. A Job is
    a snapshot: fetch it again after a call.
    """

    def __init__(
        self,
        lock: FileLock,
        store: JobStore,
        queue: JobQueue,
        policy: Policy,
        clock: Clock,
        secrets: SecretStore,
        shares_loop: bool,
    ) -> None:
        self._lock = lock
        self._store = store
        self._queue = queue
        self._clock = clock
        self._secrets = secrets
        self._answers = AnswerRows(store)
        self._locks = JobLocks()
        self._creating = asyncio.Lock()
        self._notifier = Notifier(queue, clock)
        self._disk = ThreadPoolExecutor(16, "disk", stand_back if shares_loop else None)
        self._pool = WirePool(SMALL_READ_BUFFER if shares_loop else READ_BUFFER)
        self._bucket = TokenBucket(policy.rate_limit_bps)
        pacer = Pacer() if shares_loop else None
        around = Surroundings(self._pool, self._disk, self._bucket, pacer, _system_proxies, clock)
        self._around = around
        self._facts = FactFinder(queue, self._locks, secrets, clock, around)
        history = History(queue, secrets, lambda: self._dispatcher.policy.history_length)
        self._withdrawals = Withdrawals(queue, secrets, clock, around, history)
        self._tombstones = Tombstones(queue, self._locks, clock, history, self._withdrawals)
        self._verbs = Verbs(queue, self._locks, self._notifier, clock, history, self._withdrawals, self._tombstones)
        untouched = Inactivity(queue, self._locks, clock, lambda: self.policy, self._notifier, self._tombstones)
        effects = {
            Timer.INACTIVITY: untouched.expire,
            Timer.REMINDER: untouched.remind,
            Timer.UNDO: self._tombstones.bury,
        }
        self._dispatcher = Dispatcher(queue, self._locks, secrets, clock, policy, around, self._on_settled, effects)
        self._verbs.dispatcher = self._dispatcher
        self._locks.freed = self._dispatcher.poke

    @classmethod
    async def open(
        cls,
        state_dir: Path,
        *,
        policy: Policy | None = None,
        clock: Clock | None = None,
        secrets: SecretStore | None = None,
        shares_loop: bool = False,
        begins: bool = True,
    ) -> "JobManager":
        """Take over a state folder (made if missing), finish what a crash left, go on with the queue.

        `shares_loop`: a window lives on the same loop and stays smooth at the cost of some speed.
        Then, and unless it `begins` now, the queue stands still until `begin` is called.
        Raises StateLockedError while another process has it, OSError if it cannot be used, TooNewError if a
        newer version wrote it.
        """
        clock = clock or SystemClock()
        lock = await asyncio.to_thread(_take_lock, state_dir)
        async with AsyncExitStack() as on_error:
            on_error.callback(lock.release)
            store = await JobStore.open(state_dir)
            on_error.push_async_callback(store.aclose)
            queue = JobQueue(store, clock, await store.load(clock.now()))
            manager = cls(
                lock,
                store,
                queue,
                # Who comes back after months finds the jobs, with a day to decide.
                replace(policy or Policy(), spared_until=clock.now() + DAY_S),
                clock,
                secrets or KeyringSecrets(),
                shares_loop,
            )
            await recover(queue, manager._verbs.complete, clock.now())
            if begins and not shares_loop:
                await manager.begin()
            on_error.pop_all()
        return manager

    async def begin(self) -> None:
        """Start to work off the queue, once; what it loads for that keeps the processor busy for 0.3 s."""
        self._dispatcher.start(await asyncio.to_thread(load_attempt))
        self._notifier.begin()
        self._withdrawals.go_on()

    async def aclose(self) -> None:
        """Finish the verbs under way, checkpoint and stop everything, then give the state folder free."""
        await self._locks.aclose()
        await self._withdrawals.aclose()
        await self._dispatcher.aclose()
        await self._facts.aclose()
        await self._notifier.aclose()
        await self._pool.aclose()
        await self._store.aclose()
        self._disk.shutdown(wait=True)
        self._lock.release()

    # What is there

    @property
    def policy(self) -> Policy:
        """The policies in force."""
        return self._dispatcher.policy

    @property
    def replaced_database(self) -> Path | None:
        """Where a damaged queue was put aside at start, or None."""
        return self._store.replaced

    def enumerate(self) -> tuple[Job, ...]:
        """EnumJobs: the queue without final states, in the order of creation."""
        return self._queue.jobs()

    def history(self) -> tuple[Job, ...]:
        """Finished and cancelled jobs, the latest last; as many as the policy keeps."""
        return self._queue.history()

    def rate_bps(self, job_id: JobId) -> float:
        """Bytes a second that the job receives now; 0.0 when idle."""
        return self._dispatcher.rate_bps(job_id)

    async def error_history(self, job_id: JobId) -> tuple[JobError, ...]:
        """Every error of the job, oldest first; outlives state and restart."""
        return await self._queue.errors(job_id)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Announce every change to `listener`; call the result to end that."""
        self._queue.subscribe(listener)
        return lambda: self._queue.unsubscribe(listener)

    async def set_policy(self, policy: Policy) -> None:
        """Apply other policies at once."""
        self._bucket.rate_bps = policy.rate_limit_bps
        self._dispatcher.set_policy(replace(policy, spared_until=self.policy.spared_until))

    def network_is_back(self) -> None:
        """Every job in TRANSIENT_ERROR goes on at once, whatever its error was."""
        self._dispatcher.requeue_waiting()
        self._withdrawals.network_is_back()

    # New jobs

    @carried_out
    async def create_job(self, display_name: str, type: JobType = JobType.DOWNLOAD) -> Job:
        """CreateJob: an empty job in SUSPENDED."""
        job = empty_job(display_name, type, self._clock.now())
        await self._enter([job])
        return job

    @carried_out
    async def create_jobs(self, specs: Sequence[NewJob]) -> tuple[Job, ...]:
        """Create jobs whole, all or none; those that say so start at once."""
        policy, now = self.policy, self._clock.now()
        built = await asyncio.to_thread(lambda: [build_job(spec, policy, now) for spec in specs])
        jobs = await check_and_name([job for job, _ in built], self._queue)
        secret = [(job.id, secrets) for job, secrets in built if not secrets.is_empty]
        for job_id, secrets in secret:
            await self._secrets.put(job_id, secrets)
        try:
            await self._enter(jobs)
        except BitsError:
            for job_id, _ in secret:
                await self._secrets.delete(job_id)
            raise
        self._dispatcher.poke()
        return jobs

    async def _enter(self, jobs: Sequence[Job]) -> None:
        """Put new jobs into the queue while there is room for all of them."""
        async with self._creating:
            limit = self.policy.max_jobs_per_user
            if limit is not None and len(self.enumerate()) + len(jobs) > limit:
                raise BitsError(codes.BG_E_TOO_MANY_JOBS_PER_USER, f"At most {limit} jobs; finish or cancel some.")
            await self._queue.add(jobs)

    # Verbs

    async def resume(self, job_id: JobId) -> HResult:
        """Resume."""
        return await self._verbs.resume(job_id)

    async def suspend(self, job_id: JobId) -> HResult:
        """Suspend."""
        return await self._verbs.suspend(job_id)

    async def cancel(self, job_id: JobId, undo_s: float = 0) -> HResult:
        """Cancel; our own: with a time in seconds in which `undo_cancel` takes it back."""
        return await self._verbs.cancel(job_id, undo_s)

    async def undo_cancel(self, job_id: JobId) -> HResult:
        """Our own: bring a cancelled job back as it was; raises BG_E_INVALID_STATE when it is too late."""
        return await self._tombstones.undo(job_id)

    async def forget(self, job_id: JobId) -> HResult:
        """Our own: take a job that has ended out of the history; raises BG_E_INVALID_STATE for any other."""
        return await self._tombstones.forget(job_id)

    async def complete(self, job_id: JobId) -> HResult:
        """Complete."""
        return await self._verbs.complete(job_id)

    # Between the rooms

    async def _on_settled(self, job: Job) -> None:
        """A job entered ERROR or TRANSFERRED: complete it if it wants that, else tell the front end."""
        if job.state is JobState.TRANSFERRED and job.settings.auto_complete:
            try:
                await self._verbs.complete_locked(job.id)
            except BitsError as error:
                log.info("%s could not complete itself: %s", job.id, error.hresult)
                job = self.get(job.id)
            else:
                return
        self._notifier.notify(job)
        self._facts.begin(job)


def _take_lock(state_dir: Path) -> FileLock:
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(state_dir / LOCK_FILE, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise StateLockedError(
            f"Another bitsgui works with the state folder {state_dir}. Close it, or give another one with --state-dir."
        ) from None
    return lock


async def _system_proxies() -> SystemProxies:
    return await asyncio.to_thread(system_proxies)
