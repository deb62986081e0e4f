"""The calls that mend a failed job: what a fix changes, applied or only imagined."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from bitsgui.engine.ports import JobSecrets
from bitsgui.engine.proxies import SystemProxies
from bitsgui.engine.surroundings import Surroundings
from bitsgui.model.check import CHECK_BUDGET_S, CheckLine, CheckResult
from bitsgui.model.facts import Certificate
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId
from bitsgui.service.fact_finder import FactFinder
from bitsgui.service.job_secrets import stored_for, usable
from bitsgui.service.locks import carried_out
from bitsgui.service.mendings import Mending
from bitsgui.service.setters import JobSetters
from bitsgui.service.verbs import Verbs


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A job as it is and as a fix would have it, with what an exchange with its server then needs."""

    before: Job
    after: Job
    secrets: JobSecrets = field(repr=False)
    system: SystemProxies = field(repr=False)
    disk: Executor = field(repr=False)


class JobFixCalls(JobSetters):
    """Changes of a job that may belong with changes of its secrets."""

    _verbs: Verbs
    _around: Surroundings
    _facts: FactFinder

    async def facts_found(self, job_id: JobId) -> Job:
        """Our own: the job, once all that can be found out around its last error is known (3 s at most)."""
        await self._facts.found(job_id)
        return self._queue.get(job_id)

    def get(self, job_id: JobId) -> Job:
        """GetJob; a finished job stays readable while the history keeps it. Raises BG_E_NOT_FOUND."""
        return self._queue.get(job_id)

    @carried_out
    async def mend(self, job_id: JobId, mending: Mending) -> HResult:
        """Our own: apply what a fix changes, the secrets first; S_FALSE = as it was."""
        before = self._queue.get(job_id)
        if mending.edit(before) is not before and mending.secrets is not None:
            # What is asked with a secret must not be asked without it.
            async with self._locks.holding(job_id):
                stored = mending.secrets(await self._secrets.get(job_id))
                await self._secrets.put(job_id, stored, lasting=mending.lasting)
        return await self._verbs.edit_files(job_id, mending.edit)

    async def rehearse(self, job_id: JobId, mending: Mending) -> Rehearsal:
        """Our own: the job and its secrets as `mend` would make them; nothing changes."""
        before = self._queue.get(job_id)
        after = mending.edit(before)
        stored = await stored_for(before, self._secrets)
        stored = stored if mending.secrets is None else mending.secrets(stored)
        return Rehearsal(before, after, usable(after, stored), await self._around.system_proxies(), self._around.disk)

    async def check_fix(
        self,
        job_id: JobId,
        fix: Fix,
        told: Callable[[CheckLine], None] = lambda _: None,
        budget_s: float = CHECK_BUDGET_S,
    ) -> CheckResult:
        """Our own: try a fix out without any effect; see `service.fixes.check_fix`."""
        from bitsgui.service.fixes import check_fix  # it knows this class

        return await check_fix(self, job_id, fix, told, budget_s)

    async def read_certificates(self, job_id: JobId) -> tuple[Certificate, ...]:
        """Our own: what the server of the failing file shows now, its own certificate first. Raises BitsError."""
        from bitsgui.service.fixes import read_certificates  # it knows this class

        return await read_certificates(self, job_id)
