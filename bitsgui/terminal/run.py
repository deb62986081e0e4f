"""One call on an open queue: find or make its jobs, wait until each is settled or a signal comes."""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, Final

from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId, JobSettings
from bitsgui.model.upload import REPLY_PHASES
from bitsgui.service.events import Changed, Event, JobChanged
from bitsgui.service.manager import JobManager, NewJob
from bitsgui.service.remedies import set_sign_in
from bitsgui.terminal.arguments import CallOptions
from bitsgui.terminal.get_plan import parted
from bitsgui.terminal.plan import (
    Plan,
    PlannedJob,
    UsageError,
    check_free,
    holds,
    is_meant,
    is_still_true,
    make_room,
    without,
)
from bitsgui.terminal.report import is_final, is_settled, saved_lines, waiting_line
from bitsgui.terminal.screens import Screen, countdown

RETRY_DELAY_S: Final = 60.0
"""Of a new job: BITS's advice for transfers that somebody waits for; its default is 600."""

_SETTERS: Final[dict[str, Any]] = {
    "priority": JobManager.set_priority,
    "minimum_retry_delay_s": JobManager.set_minimum_retry_delay,
    "no_progress_timeout_s": JobManager.set_no_progress_timeout,
    "maximum_download_time_s": JobManager.set_maximum_download_time,
    "ca_file": JobManager.set_ca_file,
}
_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Run:
    """The jobs of one call as they are now, and the signal that ended it, if one did."""

    def __init__(self, manager: JobManager, options: CallOptions, plan: Plan, screen: Screen) -> None:
        self._manager = manager
        self._options = options
        self._plan = plan
        self._screen = screen
        self._jobs: dict[JobId, Job] = {}
        self._woken = asyncio.Event()
        self.signal: int | None = None

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Stored and new jobs of this call; those that an earlier call finished come first."""
        return tuple(self._jobs.values())

    async def go(self) -> None:
        """Transfer; raises UsageError before any byte flows, BitsError for a setting that BITS refuses."""
        if (limit := self._options.rate_limit_bps) is not None:
            # Of the whole call, however many jobs it makes.
            await self._manager.set_policy(replace(self._manager.policy, rate_limit_bps=limit))
        with self._signals_caught():
            await self._prepare()
            self._manager.subscribe(self._on_event)
            await self._manager.begin()
            await self._start()
            await self._settled()
            await self._stop()
            await self._look_around()

    async def _prepare(self) -> None:
        wanted = [file for job in self._plan.jobs for file in job.files]
        done = await asyncio.to_thread(lambda: [job for job in self._manager.history() if is_still_true(job)])
        stored = [job for job in (*done, *self._manager.enumerate()) if any(holds(job, f) for f in wanted)]
        rests = (without(job, stored) for job in self._plan.jobs)
        new = [job for job in rests if job.files]
        await asyncio.to_thread(make_room, self._plan, new, overwrite=self._options.overwrite)
        self._jobs = {job.id: job for job in stored}
        for job in stored:
            if not is_final(job):
                await self._bring_up_to_date(job)
        await self._create(new)

    def _plan_of(self, job: Job) -> PlannedJob:
        return next(p for p in self._plan.jobs if any(holds(job, f) for f in p.files))

    async def _bring_up_to_date(self, job: Job) -> None:
        options, manager = self._options, self._manager
        # After a crash it is queued and would begin before its turn to be prepared.
        await manager.suspend(job.id)
        for name, setter in _SETTERS.items():
            if (value := getattr(options, name)) is not None:
                await setter(manager, job.id, value)
        if (proxy := options.proxy) is not None:
            await manager.set_proxy_settings(job.id, proxy.usage, proxy.proxy_list, proxy.bypass_list)
        if options.headers:
            await manager.set_custom_headers(job.id, options.headers)
        if options.restart:
            await manager.restart_files(job.id)
        await self._give_checksums(job)
        await self._give_reply_place(job)
        await manager.set_replace_existing(job.id, options.overwrite)
        await self._sign_in(job.id, self._plan_of(job))

    async def _give_checksums(self, job: Job) -> None:
        """What came with the addresses of this call holds for what an earlier one has received, too."""
        wanted = [file for planned in self._plan.jobs for file in planned.files if file.checksum is not None]
        for index, file in enumerate(job.files):
            given = next((new.checksum for new in wanted if is_meant(file, new)), None)
            if given is not None and not file.completed:
                await self._manager.set_checksum(job.id, index, given)

    async def _give_reply_place(self, job: Job) -> None:
        """The reply goes where this call wants it; raises UsageError once it is on its way to another place."""
        wanted = self._plan_of(job).reply_name
        if job.reply is None or job.upload is None or job.reply.local_name == wanted:
            return
        await asyncio.to_thread(check_free, wanted, overwrite=self._options.overwrite)
        if job.upload.phase not in REPLY_PHASES or self._options.restart:
            await self._manager.set_reply_file_name(job.id, wanted)
        elif Path(wanted).name == Path(job.reply.local_name).name:
            await self._manager.set_local_folder(job.id, Path(wanted).parent)
        else:
            raise UsageError(f"the reply has its name already: {job.reply.local_name}")

    async def _create(self, planned: Sequence[PlannedJob]) -> tuple[Job, ...]:
        given = {name: value for name in (*_SETTERS, "proxy") if (value := getattr(self._options, name)) is not None}
        defaults = {
            "priority": JobPriority.FOREGROUND,
            "minimum_retry_delay_s": RETRY_DELAY_S,
            "auto_complete": True,
        }
        specs = [
            NewJob(
                settings=JobSettings(display_name=job.display_name, **(defaults | given)),
                files=job.files,
                type=job.type,
                reply_file_name=job.reply_name,
                replace_reply=self._options.overwrite,
                custom_headers=self._options.headers,
                resume=False,
            )
            for job in planned
        ]
        jobs = await self._manager.create_jobs(specs)
        for job, plan in zip(jobs, planned, strict=True):
            self._jobs[job.id] = job
            await self._sign_in(job.id, plan)
        return jobs

    async def _sign_in(self, job_id: JobId, planned: PlannedJob) -> None:
        for who in (*self._options.sign_ins, *planned.sign_ins):
            await set_sign_in(self._manager, job_id, who.target, who.user_name, who.password)

    async def _start(self) -> None:
        for job in self.jobs:
            if job.state is JobState.TRANSFERRED:
                # What still cannot be put in its place stays TRANSFERRED and is reported as such.
                with suppress(BitsError):
                    await self._manager.complete(job.id)
            elif not is_final(job):
                await self._manager.resume(job.id)

    async def _settled(self) -> None:
        while self.signal is None:
            self._woken.clear()
            for job in self.jobs:
                if job.state is JobState.ERROR and (parts := parted(job)):
                    await self._part(job, parts)
            if all(map(is_settled, self.jobs)):
                return
            try:
                await asyncio.wait_for(self._woken.wait(), self._screen.interval_s)
            except TimeoutError:
                self._screen.show(self.jobs, lambda job: self._manager.rate_bps(job.id))

    async def _part(self, job: Job, parts: tuple[PlannedJob, ...]) -> None:
        sign_ins = self._plan_of(job).sign_ins
        await self._manager.complete(job.id)
        for part in await self._create([replace(part, sign_ins=sign_ins) for part in parts]):
            await self._manager.resume(part.id)

    async def _look_around(self) -> None:
        """Wait a moment for what is found out around the errors: what is said of them is then more."""
        for job in self.jobs:
            if self.signal is None and needs_you(job):
                self._jobs[job.id] = await self._manager.facts_found(job.id)

    async def _stop(self) -> None:
        for job in self.jobs:
            if not is_settled(job):
                # One that ends by itself meanwhile can be suspended no more.
                with suppress(BitsError):
                    await self._manager.suspend(job.id)

    def _on_event(self, event: Event) -> None:
        if not isinstance(event, JobChanged) or event.job.id not in self._jobs:
            return
        job = event.job
        self._jobs[job.id] = job
        if not event.fields & (Changed.STATE | Changed.ERROR):
            return
        if job.state is JobState.TRANSIENT_ERROR and job.error is not None:
            self._screen.say(f"{waiting_line(job, job.error)}; {countdown(job)}")
        if is_settled(job):
            for line in saved_lines(job):
                self._screen.say(line)
            self._woken.set()

    @contextmanager
    def _signals_caught(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()

        def stop(number: int, frame: FrameType | None) -> None:
            self.signal = number
            # A second one ends the process at once.
            signal.signal(number, signal.SIG_DFL)
            loop.call_soon_threadsafe(self._woken.set)

        before = {number: signal.signal(number, stop) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
