"""Has servers drop the sessions that nobody wants any more: in the background, patiently, also after a restart.

A cancelled job has left the queue meanwhile; it only keeps its secrets until then.
"""

import asyncio
import logging
from dataclasses import replace
from typing import Final

from bitsgui.engine.ports import Clock
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.surroundings import Surroundings
from bitsgui.model.cancel_effect import is_withdrawn_of, withdrawn
from bitsgui.model.job import Job
from bitsgui.model.secret_rules import home_sign_ins
from bitsgui.model.upload import Upload
from bitsgui.service.events import Changed
from bitsgui.service.history import History
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.job_secrets import secrets_of
from bitsgui.store.secrets import SecretStore

log = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 600.0
_AT_ONCE: Final = 4
"""Servers asked at the same time: what runs comes first."""


class Withdrawals:
    """One task for each session; every one asks at least once."""

    def __init__(
        self, queue: JobQueue, secrets: SecretStore, clock: Clock, around: Surroundings, history: History
    ) -> None:
        self._queue = queue
        self._secrets = secrets
        self._clock = clock
        self._around = around
        self._history = history
        self._tasks: set[asyncio.Task[None]] = set()
        self._naps: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    def go_on(self) -> None:
        """Begin where the last process ended."""
        for job in self._queue.history():
            self.begin(job)

    def begin(self, job: Job) -> None:
        """Ask the job's server until it says yes or the job's `withdraw_until`; nothing to do without one."""
        if job.upload is None or job.upload.withdraw_until is None:
            return
        task = asyncio.create_task(self._withdraw(job, job.upload, job.upload.withdraw_until), name=f"drop {job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def network_is_back(self) -> None:
        """Ask all of them now."""
        for nap in self._naps:
            nap.cancel()

    async def aclose(self) -> None:
        """Stop asking; the next process goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _withdraw(self, job: Job, session: Upload, until: float) -> None:
        pause = FIRST_PAUSE_S
        while not await self._is_dropped(job) and self._clock.now() < until:
            await self._nap(min(self._clock.now() + pause, until))
            pause = min(2 * pause, LONGEST_PAUSE_S)
        if self._queue.has(job.id) and is_withdrawn_of(self._queue.get(job.id), session):
            # Secrets first: after a crash the next process asks once more, and comes here again.
            await self._history.forget_secrets(job)
            await self._queue.record(withdrawn(self._queue.get(job.id)), Changed.SETTINGS)
            await self._history.shorten()

    async def _is_dropped(self, job: Job) -> bool:
        from bitsgui.engine.upload_cancel import cancel_session  # with all that speaks HTTP: not at start

        # An upload that has gone to another server may have a sign-in for that one only.
        job = replace(job, settings=replace(job.settings, credentials=home_sign_ins(job)))
        try:
            async with self._room:
                return await cancel_session(job, await secrets_of(job, self._secrets), self._around)
        except TransferStop as stop:
            log.info("%s: its session could not be dropped yet: %s", job.id, stop.code)
            return False

    async def _nap(self, until: float) -> None:
        nap = asyncio.create_task(self._clock.sleep_until(until))
        self._naps.add(nap)
        try:
            await asyncio.wait([nap])
        finally:
            self._naps.discard(nap)
            nap.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("programming error in %s", task.get_name(), exc_info=error)
