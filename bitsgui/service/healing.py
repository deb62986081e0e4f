"""Jobs that go on by themselves as soon as this computer can take them: room again, a file free, a drive back."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from bitsgui.engine.checklist import CheckEndedError, Checklist
from bitsgui.model import fix
from bitsgui.model.check import CheckLine, Step
from bitsgui.model.diagnosis import diagnose, needs_you
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId
from bitsgui.model.remedy import Remedy
from bitsgui.service.fixes import apply_fix
from bitsgui.service.local_trial import try_disk
from bitsgui.service.manager import JobManager
from bitsgui.service.mendings import mending_of

LOOK_S: Final = 2.0
"""Between two looks, seconds."""

Told = Callable[[tuple[Job, ...], Remedy], None]


def is_waiting_for(job: Job, remedy: Remedy) -> bool:
    """Whether the job has failed, and the remedy is one for that."""
    return needs_you(job) and remedy in diagnose(job).remedies


class Healing:
    """`told` hears which jobs went on, as they were. Asks the disk only, never a server."""

    def __init__(self, manager: JobManager, told: Told, pause_s: float = LOOK_S) -> None:
        self._manager = manager
        self._told = told
        self._pause_s = pause_s
        self._waiting: dict[frozenset[JobId], Remedy] = {}

    @property
    def waiting(self) -> frozenset[JobId]:
        """The jobs that are watched for."""
        return frozenset().union(*self._waiting)

    def watch(self, job_ids: Iterable[JobId], remedy: Remedy) -> None:
        """These belong together: they go on when there is room for all of them."""
        self.unwatch(job_ids := frozenset(job_ids))
        if job_ids:
            self._waiting[job_ids] = remedy

    def unwatch(self, job_ids: Iterable[JobId]) -> None:
        """Leave these to the person."""
        gone = frozenset(job_ids)
        self._waiting = {left: remedy for ids, remedy in self._waiting.items() if (left := ids - gone)}

    async def run(self) -> None:
        """Look until nothing is waited for."""
        while self._waiting:
            await asyncio.sleep(self._pause_s)
            for job_ids, remedy in tuple(self._waiting.items()):
                await self._look(job_ids, remedy)

    async def _look(self, job_ids: frozenset[JobId], remedy: Remedy) -> None:
        jobs = tuple(job for job in self._manager.enumerate() if job.id in job_ids and is_waiting_for(job, remedy))
        self.unwatch(job_ids - {job.id for job in jobs})
        if not jobs or not await self._can_take(jobs):
            return
        self.unwatch(job_ids)
        went = [job for job in jobs if await self._goes_on(job, remedy)]
        if went:
            self._told(tuple(went), remedy)

    async def _can_take(self, jobs: tuple[Job, ...]) -> bool:
        lines: list[CheckLine] = []
        try:
            for job in jobs:
                rehearsal = await self._manager.rehearse(job.id, mending_of(fix.TryAgain()))
                await try_disk(rehearsal.before, rehearsal.after, rehearsal.disk, Checklist(lines.append))
        except (CheckEndedError, BitsError):
            return False
        space = [line for line in lines if line.step is Step.SPACE and line.found is not None]
        return sum(line.wanted or 0 for line in space) <= min((line.found or 0 for line in space), default=0)

    async def _goes_on(self, job: Job, remedy: Remedy) -> bool:
        try:
            await apply_fix(self._manager, job.id, fix.TryAgain(), remedy)
        except BitsError:
            return False  # it needs the person still, as its row and the banner say
        return True
