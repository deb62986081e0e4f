"""Has the facts of an error gathered behind it: the state stands first, they follow; a job that moved on has none."""

import asyncio
import logging
from dataclasses import replace

from bitsgui.engine.ports import Clock
from bitsgui.engine.surroundings import Surroundings
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.error import JobError
from bitsgui.model.facts import Facts
from bitsgui.model.job import Job, JobId
from bitsgui.service.events import Changed
from bitsgui.service.fact_probes import Scene
from bitsgui.service.facts import gather_facts
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.job_secrets import secrets_of
from bitsgui.service.locks import JobLocks
from bitsgui.store.secrets import SecretStore

log = logging.getLogger(__name__)


class FactFinder:
    """One task an error, none of which anybody waits for."""

    def __init__(
        self, queue: JobQueue, locks: JobLocks, secrets: SecretStore, clock: Clock, around: Surroundings
    ) -> None:
        self._queue = queue
        self._locks = locks
        self._secrets = secrets
        self._clock = clock
        self._around = around
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, job: Job) -> None:
        """Look around for a job that has just failed; nothing to do for any other."""
        if job.error is None or not needs_you(job):
            return
        task = asyncio.create_task(self._find(job, job.error), name=_name(job.id))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def found(self, job_id: JobId) -> None:
        """Return as soon as nobody looks around for this job any more."""
        async with self._locks.holding(job_id):
            looking = [task for task in self._tasks if task.get_name() == _name(job_id)]
        if looking:
            await asyncio.wait(looking)

    async def aclose(self) -> None:
        """Stop looking."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _find(self, job: Job, error: JobError) -> None:
        secrets = await secrets_of(job, self._secrets)
        system = await self._around.system_proxies()
        scene = Scene(job, error, secrets, system, self._queue.jobs(), self._clock.now())
        facts = await gather_facts(scene)
        if facts != (error.facts or Facts()):
            await self._keep(job, replace(error, facts=facts))

    async def _keep(self, job: Job, error: JobError) -> None:
        async with self._locks.holding(job.id):
            now = self._queue.get(job.id) if self._queue.has(job.id) else job
            if needs_you(now) and now.error == job.error:
                await self._queue.note(replace(now, error=error), Changed.ERROR)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("programming error in %s", task.get_name(), exc_info=error)


def _name(job_id: JobId) -> str:
    return f"facts of {job_id}"
