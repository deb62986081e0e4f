"""One lock a job: verbs and outcomes of the same job come one after another."""

import asyncio
from weakref import WeakValueDictionary

from bitsgui.model.job import JobId


class JobLocks:
    """Locks that live as long as somebody holds or awaits them."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()

    def of(self, job_id: JobId) -> asyncio.Lock:
        """The job's lock, the same for everybody."""
        lock = self._locks.get(job_id)
        if lock is None:
            lock = self._locks[job_id] = asyncio.Lock()
        return lock
