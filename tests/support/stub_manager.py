"""A manager without engine and store: the window's tests decide what happens to a job, and see what was called."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bitsgui.model.answers import Draft, RemedyTried
from bitsgui.model.cancel_effect import cancelled_for_now
from bitsgui.model.check import CheckLine, CheckResult, Verdict
from bitsgui.model.codes import BG_E_NOT_FOUND, S_FALSE, S_OK
from bitsgui.model.enums import FINAL_STATES, JobPriority, JobState
from bitsgui.model.error import JobError
from bitsgui.model.facts import Certificate
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId
from bitsgui.model.limits import Policy
from bitsgui.model.remedy import Remedy
from bitsgui.service.creation import NewJob, build_job
from bitsgui.service.events import Changed, Event, JobAdded, JobChanged, JobRemoved
from bitsgui.service.mendings import Mending


class StubManager:
    """`calls` lists (verb, JobId), `created` what was to be made; `refuse` holds the error that a verb raises; `rates`
    bytes a second; `check` is what every check finds."""

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self.jobs = {job.id: job for job in jobs}
        self.policy = Policy()
        self.rates: dict[JobId, float] = {}
        self.errors: dict[JobId, tuple[JobError, ...]] = {}
        self.calls: list[tuple[str, JobId]] = []
        self.created: list[NewJob] = []
        self.folders: list[Path] = []
        self.refuse: dict[str, BitsError] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.network_was_back = 0
        self.check = CheckResult((), Verdict.PASSED)
        self.checked: list[tuple[JobId, Fix]] = []
        self.certificates: tuple[Certificate, ...] = ()
        self.noted: list[tuple[Remedy, str]] = []
        self.tried: dict[JobId, tuple[RemedyTried, ...]] = {}
        self.kept_drafts: dict[JobId, Draft] = {}
        self.places: dict[str, tuple[Draft, ...]] = {}

    def enumerate(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs.values() if job.state not in FINAL_STATES)

    replaced_database = None

    def history(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs.values() if job.state in FINAL_STATES)

    def get(self, job_id: JobId) -> Job:
        if job_id not in self.jobs:
            raise BitsError(BG_E_NOT_FOUND)
        return self.jobs[job_id]

    def rate_bps(self, job_id: JobId) -> float:
        return self.rates.get(job_id, 0.0)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def error_history(self, job_id: JobId) -> tuple[JobError, ...]:
        return self.errors.get(job_id, ())

    def network_is_back(self) -> None:
        self.network_was_back += 1

    async def set_policy(self, policy: Policy) -> None:
        self.policy = policy

    async def resume(self, job_id: JobId) -> HResult:
        return self._call("resume", job_id, state=JobState.QUEUED)

    async def suspend(self, job_id: JobId) -> HResult:
        return self._call("suspend", job_id, state=JobState.SUSPENDED)

    async def complete(self, job_id: JobId) -> HResult:
        return self._call("complete", job_id, state=JobState.ACKNOWLEDGED)

    async def cancel(self, job_id: JobId, undo_s: float = 0) -> HResult:
        return self._call("cancel", job_id, **self._cancelled(job_id, undo_s))

    async def undo_cancel(self, job_id: JobId) -> HResult:
        return self._call("undo_cancel", job_id, state=self.get(job_id).undo_state, undo_until=None)

    async def forget(self, job_id: JobId) -> HResult:
        self.calls.append(("forget", job_id))
        self.remove(job_id)
        return S_OK

    async def create_jobs(self, specs: Sequence[NewJob]) -> tuple[Job, ...]:
        if "create_jobs" in self.refuse:
            raise self.refuse["create_jobs"]
        self.created.extend(specs)
        jobs = tuple(build_job(spec, self.policy, 0.0)[0] for spec in specs)
        self.add(*jobs)
        return jobs

    async def mend(self, job_id: JobId, mending: Mending) -> HResult:
        before = self.get(job_id)
        after = mending.edit(before)
        if after is before:
            return S_FALSE
        return self._call("mend", job_id, **{name: getattr(after, name) for name in ("settings", "files", "upload")})

    async def check_fix(
        self, job_id: JobId, fix: Fix, told: Callable[[CheckLine], None], budget_s: float = 10
    ) -> CheckResult:
        self.checked.append((job_id, fix))
        if "check_fix" in self.refuse:
            raise self.refuse["check_fix"]
        for line in self.check.lines:
            told(line)
        return self.check

    async def read_certificates(self, job_id: JobId) -> tuple[Certificate, ...]:
        return self.certificates

    async def note_remedy(self, job_id: JobId, remedy: Remedy, note: str = "") -> None:
        self.noted.append((remedy, note))

    async def remedies_tried(self, job_id: JobId) -> tuple[RemedyTried, ...]:
        return self.tried.get(job_id, ())

    async def keep_draft(self, job_id: JobId, draft: Draft | None) -> None:
        if draft is None:
            self.kept_drafts.pop(job_id, None)
        else:
            self.kept_drafts[job_id] = draft

    async def draft_of(self, job_id: JobId) -> Draft | None:
        return self.kept_drafts.get(job_id)

    async def drafts(self) -> dict[JobId, Draft]:
        return dict(self.kept_drafts)

    async def remember(self, place: str, draft: Draft) -> None:
        self.places[place] = (draft, *self.places.get(place, ()))

    async def forget_remembered(self, place: str, remedy: str) -> None:
        self.places[place] = tuple(d for d in self.places.get(place, ()) if d.remedy != remedy)

    async def remembered(self, place: str) -> tuple[Draft, ...]:
        return self.places.get(place, ())

    async def set_local_folder(
        self, job_id: JobId, folder: Path, told: Callable[[int], object] = lambda _: None
    ) -> HResult:
        self.folders.append(folder)
        return self._call("set_local_folder", job_id)

    async def set_priority(self, job_id: JobId, priority: JobPriority) -> HResult:
        settings = replace(self.get(job_id).settings, priority=priority)
        return self._call("set_priority", job_id, settings=settings)

    def add(self, *jobs: Job) -> None:
        """New jobs, announced."""
        for job in jobs:
            self.jobs[job.id] = job
            self._tell(JobAdded(job))

    def change(self, job_id: JobId, **values: Any) -> Job:
        """Another value of a job, announced."""
        job = replace(self.get(job_id), **values)
        self.jobs[job_id] = job
        self._tell(JobChanged(job, Changed.STATE))
        return job

    def remove(self, job_id: JobId) -> None:
        """A job that left the history, announced."""
        del self.jobs[job_id]
        self._tell(JobRemoved(job_id))

    def _cancelled(self, job_id: JobId, undo_s: float) -> dict[str, Any]:
        gone = cancelled_for_now(self.get(job_id), time.time() + undo_s)
        return {"state": gone.state, "undo_state": gone.undo_state, "undo_until": gone.undo_until if undo_s else None}

    def _call(self, verb: str, job_id: JobId, **values: Any) -> HResult:
        self.calls.append((verb, job_id))
        if verb in self.refuse:
            raise self.refuse[verb]
        self.change(job_id, **values)
        return S_OK

    def _tell(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            listener(event)
