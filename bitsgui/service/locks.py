"""One lock a job: verbs and outcomes of the same job come one after another, each to its end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from weakref import WeakValueDictionary

from bitsgui.model.codes import ERROR_SERVICE_NOT_ACTIVE
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobId

P = ParamSpec("P")
T = TypeVar("T")


class JobLocks:
    """Locks that live as long as somebody holds or awaits them; `freed` is called whenever one is let go."""

    def __init__(self) -> None:
        self.freed: Callable[[], None] = lambda: None
        self._locks: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()
        self._at_work: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    def is_held(self, job_id: JobId) -> bool:
        """Whether somebody changes this job just now: nobody else may start it."""
        lock = self._locks.get(job_id)
        return lock is not None and lock.locked()

    @asynccontextmanager
    async def holding(self, job_id: JobId) -> AsyncIterator[None]:
        """Have the job alone."""
        lock = self._locks.get(job_id)
        if lock is None:
            lock = self._locks[job_id] = asyncio.Lock()
        try:
            async with lock:
                yield
        finally:
            self.freed()

    async def carry_out(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work`, which goes to its end even if the caller goes away; refused once closed."""
        if self._is_closed:
            work.close()
            raise BitsError(ERROR_SERVICE_NOT_ACTIVE, "bitsgui is closing.")
        task = asyncio.create_task(work)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Take no more work and wait for what is under way."""
        self._is_closed = True
        while self._at_work:
            await asyncio.wait(self._at_work)


class _WithLocks(Protocol):
    _locks: JobLocks


W = TypeVar("W", bound=_WithLocks)


def carried_out(
    verb: Callable[Concatenate[W, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[W, P], Coroutine[Any, Any, T]]:
    """Make a method go to its end once it has begun: what it does on the disk cannot be left half done."""

    @wraps(verb)
    async def call(self: W, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._locks.carry_out(verb(self, *args, **kwargs))

    return call
