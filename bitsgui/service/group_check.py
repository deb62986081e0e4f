"""The dry run of one fix for many jobs: each as far as the time goes, and what they need together."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bitsgui.model import codes
from bitsgui.model.check import CHECK_BUDGET_S, CheckLine, CheckResult, Outcome, Step, Verdict
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobId

_AT_ONCE: Final = 4
_LEAST_S: Final = 0.5
"""With less time left no other job is begun."""

Plan = Sequence[tuple[JobId, Fix]]
Told = Callable[[JobId, CheckLine], None]


class Checker(Protocol):
    """The part of JobManager that this module needs."""

    async def check_fix(
        self, job_id: JobId, fix: Fix, told: Callable[[CheckLine], None], budget_s: float = CHECK_BUDGET_S
    ) -> CheckResult: ...


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What was found of each job that was tried, by id; `refused`: those that cannot have the fix at all.

    `count`: how many there were to try. `together`: the room that all of them need at once, where that is too much.
    """

    count: int
    results: Mapping[JobId, CheckResult]
    refused: Mapping[JobId, BitsError]
    together: CheckLine | None = None

    @property
    def verdict(self) -> Verdict:
        """That of the worst."""
        if self.refused or self.together or not self.results:
            return Verdict.FAILED
        return max((result.verdict for result in self.results.values()), key=lambda verdict: verdict.value)

    @property
    def is_passed(self) -> bool:
        """Whether all that were tried may go on without a question."""
        return self.verdict in (Verdict.PASSED, Verdict.KEEPS_BYTES)

    @property
    def passed(self) -> int:
        """How many of them may."""
        return sum(result.is_passed for result in self.results.values())

    @property
    def may_resume_anyway(self) -> bool:
        """Whether going on does none of them harm."""
        return not self.refused and all(result.may_resume_anyway for result in self.results.values())


async def check_all(
    checker: Checker, plan: Plan, told: Told, *, shares_volume: bool = False, budget_s: float = CHECK_BUDGET_S
) -> GroupResult:
    """Try the fixes out, a few at once; `told` hears each line. `shares_volume`: they all fill the same one."""
    loop = asyncio.get_running_loop()
    end, slots = loop.time() + budget_s, asyncio.Semaphore(_AT_ONCE)
    results: dict[JobId, CheckResult] = {}
    refused: dict[JobId, BitsError] = {}

    async def one(job_id: JobId, fix: Fix) -> None:
        async with slots:
            left = end - loop.time()
            if left < _LEAST_S and (results or refused):
                return
            try:
                results[job_id] = await checker.check_fix(job_id, fix, lambda line: told(job_id, line), left)
            except BitsError as error:
                refused[job_id] = error

    async with asyncio.TaskGroup() as tasks:
        for job_id, fix in plan:
            tasks.create_task(one(job_id, fix), name=f"check for {job_id}")
    together = _together(results.values()) if shares_volume and len(results) > 1 else None
    return GroupResult(len(plan), results, refused, together)


def _together(results: Iterable[CheckResult]) -> CheckLine | None:
    """Each may fit alone and all of them not."""
    told = [line for result in results for line in result.lines if line.step is Step.SPACE]
    wanted = sum(line.wanted or 0 for line in told)
    free = min((line.found for line in told if line.found is not None), default=wanted)
    if wanted <= free:
        return None
    return CheckLine(step=Step.SPACE, outcome=Outcome.FAILED, code=codes.ERROR_DISK_FULL, wanted=wanted, found=free)
