"""Keeps the computer from sleeping while something is transferred, if that is wanted; knows no front end.

The system is asked on a thread of its own: it may be slow to answer, and Windows ties the wish to the thread.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Protocol

from bitsgui.model.enums import RUNNING_STATES
from bitsgui.model.job import Job, JobId
from bitsgui.service.events import Event, JobRemoved, Listener


class Jobs(Protocol):
    """The part of JobManager that this module needs."""

    def enumerate(self) -> tuple[Job, ...]: ...

    def subscribe(self, listener: Listener) -> Callable[[], None]: ...


class WakeLock(Protocol):
    """The system's side; called on one thread only."""

    def take(self) -> bool:
        """Whether the system agreed to stay awake."""

    def release(self) -> None:
        """Let it sleep again."""


class SystemWakeLock:
    """wakepy, loaded when it is first needed; a system that has no such service says no."""

    def __init__(self) -> None:
        self._held = ExitStack()

    def take(self) -> bool:
        from wakepy import keep

        return self._held.enter_context(keep.running(on_fail="pass")).active

    def release(self) -> None:
        self._held.close()


class KeepAwake:
    """Follows the jobs from the first that runs to the last; `refused` is called once if the system says no."""

    def __init__(self, jobs: Jobs, refused: Callable[[], None], lock: WakeLock | None = None) -> None:
        self._running = {job.id for job in jobs.enumerate() if job.state in RUNNING_STATES}
        self._unsubscribe = jobs.subscribe(self._on_event)
        self._refused = refused
        self._was_refused = False
        self._lock = lock or SystemWakeLock()
        self._is_wanted = False
        self._is_held = False
        self._thread: ThreadPoolExecutor | None = None
        self._settling: asyncio.Task[None] | None = None

    def set_wanted(self, wanted: bool) -> None:
        """Whether the person wants this."""
        self._is_wanted = wanted
        self._follow()

    @property
    def is_held(self) -> bool:
        """Whether the system was asked to stay awake, and agreed or not."""
        return self._is_held

    async def aclose(self) -> None:
        """Let the computer sleep again."""
        self._unsubscribe()
        self._is_wanted = False
        self._follow()
        if self._settling is not None:
            await self._settling
        if self._thread is not None:
            self._thread.shutdown()

    def _on_event(self, event: Event) -> None:
        job_id, runs = _seen(event)
        (self._running.add if runs else self._running.discard)(job_id)
        self._follow()

    def _follow(self) -> None:
        wanted = self._is_wanted and bool(self._running)
        if wanted != self._is_held and (self._settling is None or self._settling.done()):
            self._settling = asyncio.get_running_loop().create_task(self._settle(), name="keep awake")

    async def _settle(self) -> None:
        """Ask the system until it is as it should be now: jobs come and go meanwhile."""
        while (wanted := self._is_wanted and bool(self._running)) != self._is_held:
            self._is_held = wanted
            self._thread = self._thread or ThreadPoolExecutor(1, "keep awake")
            agreed = await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, wanted)
            if not agreed and not self._was_refused:
                self._was_refused = True
                self._refused()

    def _ask(self, wanted: bool) -> bool:
        if wanted:
            return self._lock.take()
        self._lock.release()
        return True


def _seen(event: Event) -> tuple[JobId, bool]:
    """Which job, and whether it runs now."""
    if isinstance(event, JobRemoved):
        return event.job_id, False
    return event.job.id, event.job.state in RUNNING_STATES
