"""JobManager: everything a front end may call. Verbs and setters of IBackgroundCopyJob in one place."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from bitsgui.engine.ports import Clock, SystemClock
from bitsgui.engine.proxies import SystemProxies, system_proxies
from bitsgui.engine.runner import Surroundings
from bitsgui.engine.throttle import TokenBucket
from bitsgui.engine.transport import WirePool
from bitsgui.model import codes, edits
from bitsgui.model.enums import AuthTarget, JobState, JobType
from bitsgui.model.error import JobError
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import FileRange, Job, JobFile, JobId
from bitsgui.model.limits import Policy
from bitsgui.model.urls import split_user_info
from bitsgui.service.completion import remove_parts
from bitsgui.service.creation import (
    SCHEMES_WE_SPEAK,
    Credentials,
    NewJob,
    build_job,
    check_folders,
    empty_job,
    without_user_info,
)
from bitsgui.service.dispatcher import Dispatcher
from bitsgui.service.events import Listener
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.locks import JobLocks
from bitsgui.service.notifier import Notifier, NotifyInterface
from bitsgui.service.setters import JobSetters
from bitsgui.service.verbs import Verbs
from bitsgui.store.job_store import JobStore
from bitsgui.store.secrets import KeyringSecrets, SecretStore

__all__ = ["Credentials", "JobManager", "NewJob", "StateLockedError"]

log = logging.getLogger(__name__)

LOCK_FILE: Final = "lock"


class StateLockedError(Exception):
    """Another process works with this state folder."""


class JobManager(JobSetters):
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
    ) -> None:
        self._lock = lock
        self._store = store
        self._queue = queue
        self._clock = clock
        self._secrets = secrets
        self._locks = JobLocks()
        self._notifier = Notifier()
        self._disk = ThreadPoolExecutor(max_workers=16, thread_name_prefix="disk")
        self._pool = WirePool()
        self._bucket = TokenBucket(policy.rate_limit_bps)
        self._verbs = Verbs(
            queue, self._locks, secrets, self._notifier, clock, lambda: self._dispatcher.policy.history_length
        )
        around = Surroundings(self._pool, self._disk, self._bucket, _system_proxies)
        self._dispatcher = Dispatcher(
            queue, self._locks, secrets, clock, policy, around, self._on_settled, self._verbs.cancel
        )
        self._verbs.dispatcher = self._dispatcher

    @classmethod
    async def open(
        cls,
        state_dir: Path,
        *,
        policy: Policy | None = None,
        clock: Clock | None = None,
        secrets: SecretStore | None = None,
    ) -> "JobManager":
        """Take over a state folder (made if missing), finish what a crash left, go on with the queue.

        Raises StateLockedError while another process has it, OSError if it cannot be used, TooNewError if a
        newer version wrote it.
        """
        clock = clock or SystemClock()
        lock = await asyncio.to_thread(_take_lock, state_dir)
        try:
            store = await JobStore.open(state_dir)
            queue = JobQueue(store, clock, await store.load(clock.now()))
        except BaseException:
            lock.release()
            raise
        manager = cls(lock, store, queue, policy or Policy(), clock, secrets or KeyringSecrets())
        await manager._recover()
        manager._dispatcher.start()
        return manager

    async def aclose(self) -> None:
        """Checkpoint and stop everything, then give the state folder free."""
        await self._dispatcher.aclose()
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

    def get(self, job_id: JobId) -> Job:
        """GetJob; a finished job stays readable while the history keeps it. Raises BG_E_NOT_FOUND."""
        return self._queue.get(job_id)

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

    def set_notify_interface(self, listener: NotifyInterface | None) -> None:
        """SetNotifyInterface, for every job; only the last one set counts."""
        self._notifier.set_interface(listener)

    async def set_policy(self, policy: Policy) -> None:
        """Apply other policies at once."""
        self._dispatcher.policy = policy
        self._bucket.rate_bps = policy.rate_limit_bps
        self._dispatcher.poke()

    def network_is_back(self) -> None:
        """Every job in TRANSIENT_ERROR goes on at once, whatever its error was."""
        self._dispatcher.requeue_waiting()

    # New jobs and files

    async def create_job(self, display_name: str, type: JobType = JobType.DOWNLOAD) -> Job:
        """CreateJob: an empty job in SUSPENDED."""
        job = empty_job(display_name, type, self._clock.now())
        self._check_room(1)
        await self._queue.add([job])
        return job

    async def create_jobs(self, specs: Sequence[NewJob]) -> tuple[Job, ...]:
        """Create downloads whole, all or none; those that say so start at once."""
        self._check_room(len(specs))
        built = [build_job(spec, self.policy, self._clock.now()) for spec in specs]
        folders = {Path(f.local_name).parent for job, _ in built for f in job.files}
        await check_folders(folders)
        for job, secrets in built:
            if not secrets.is_empty:
                await self._secrets.put(job.id, secrets)
        jobs = tuple(job for job, _ in built)
        await self._queue.add(jobs)
        self._dispatcher.poke()
        return jobs

    async def add_file(self, job_id: JobId, remote_name: str, local_name: str) -> HResult:
        """AddFile."""
        return await self.add_files(job_id, [(remote_name, local_name)])

    async def add_files(self, job_id: JobId, files: Sequence[tuple[str, str]]) -> HResult:
        """AddFileSet: all or nothing."""
        return await self._add(job_id, [JobFile(remote_name=remote, local_name=local) for remote, local in files])

    async def add_file_with_ranges(
        self, job_id: JobId, remote_name: str, local_name: str, ranges: Sequence[FileRange]
    ) -> HResult:
        """AddFileWithRanges; offsets and lengths in bytes."""
        return await self._add(job_id, [edits.file_with_ranges(remote_name, local_name, ranges)])

    async def _add(self, job_id: JobId, files: Sequence[JobFile]) -> HResult:
        clean, user = without_user_info(files)
        edits.add_files(self.get(job_id), clean, self.policy)
        await check_folders({Path(f.local_name).parent for f in clean})
        await self._verbs.edit_files(job_id, lambda job: edits.add_files(job, clean, self.policy))
        if user is not None:
            for scheme in SCHEMES_WE_SPEAK:
                await self.set_credentials(job_id, AuthTarget.SERVER, scheme, user.user_name, user.password)
        return codes.S_OK

    def _check_room(self, count: int) -> None:
        limit = self.policy.max_jobs_per_user
        if limit is not None and len(self.enumerate()) + count > limit:
            raise BitsError(codes.BG_E_TOO_MANY_JOBS_PER_USER, f"At most {limit} jobs; finish or cancel some.")

    # Verbs

    async def resume(self, job_id: JobId) -> HResult:
        """Resume."""
        return await self._verbs.resume(job_id)

    async def suspend(self, job_id: JobId) -> HResult:
        """Suspend."""
        return await self._verbs.suspend(job_id)

    async def cancel(self, job_id: JobId) -> HResult:
        """Cancel."""
        return await self._verbs.cancel(job_id)

    async def complete(self, job_id: JobId) -> HResult:
        """Complete."""
        return await self._verbs.complete(job_id)

    # Moves of files

    async def set_local_folder(self, job_id: JobId, folder: Path) -> HResult:
        """Our own: continue an unfinished job in another folder; the bytes at hand move with it."""
        return await self._verbs.set_local_folder(job_id, folder)

    async def set_remote_name(self, job_id: JobId, index: int, remote_name: str) -> HResult:
        """SetRemoteName of one file: continues if size and end of what is here agree, else starts that file over."""
        clean, user = split_user_info(remote_name)
        if user is not None:
            for scheme in SCHEMES_WE_SPEAK:
                await self.set_credentials(job_id, AuthTarget.SERVER, scheme, *user)
        return await self._edit_files(job_id, lambda job: edits.remote_name(job, index, clean))

    async def replace_remote_prefix(self, job_id: JobId, old: str, new: str) -> HResult:
        """ReplaceRemotePrefix; S_FALSE if no address begins with `old`."""
        return await self._edit_files(job_id, lambda job: edits.remote_prefix(job, old, new))

    async def restart_files(self, job_id: JobId) -> HResult:
        """Our own: forget the received bytes of every file that is not whole; S_FALSE if there were none."""
        return await self._edit_files(job_id, edits.restarted)

    async def _edit_files(self, job_id: JobId, edit: Callable[[Job], Job]) -> HResult:
        return await self._verbs.edit_files(job_id, edit)

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

    async def _recover(self) -> None:
        """Finish what a crash cut short: half-done Completes, part files of jobs that ended."""
        for job in self._queue.jobs():
            if job.completing:
                try:
                    await self._verbs.complete(job.id)
                except BitsError as error:
                    log.warning("%s could not be completed: %s", job.id, error)
        await asyncio.to_thread(_remove_parts, self._queue.history())


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


def _remove_parts(jobs: Sequence[Job]) -> None:
    for job in jobs:
        remove_parts(job)


async def _system_proxies() -> SystemProxies:
    return await asyncio.to_thread(system_proxies)
