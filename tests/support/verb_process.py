"""A process that carries out one verb on a state folder and kills itself at a given step of it."""

import asyncio
import inspect
import os
import signal
from collections.abc import Callable
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any

from bitsgui.model.job import JobId
from bitsgui.model.limits import Policy
from bitsgui.service import completion, tombstones, verbs
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.fake_clock import FakeClock

_STEPS = (
    (JobQueue, "_stored"),
    (verbs, "publish"),
    (verbs, "remove_parts"),
    (tombstones, "remove_parts"),
    (verbs, "copy_parts"),
    (verbs, "remove_other_parts"),
    (completion, "_rename"),
    (completion, "_copy"),
    (completion, "_sync_folder"),
    (Path, "unlink"),
)


def carry_out(state_dir: Path, job_id: JobId, verb: str, arguments: tuple[Any, ...], kill_at: int) -> None:
    """Run the verb and end with status 0, or die by SIGKILL before or after the step number `kill_at` (from 1)."""
    asyncio.run(_carry_out(state_dir, job_id, verb, arguments, kill_at))


async def _carry_out(state_dir: Path, job_id: JobId, verb: str, arguments: tuple[Any, ...], kill_at: int) -> None:
    manager = await JobManager.open(
        state_dir, policy=Policy(background_slots=0), clock=FakeClock(), secrets=MemorySecrets()
    )
    steps = count(1)

    def step() -> None:
        if next(steps) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for owner, name in _STEPS:
        setattr(owner, name, _around(getattr(owner, name), step))
    await getattr(manager, verb)(job_id, *arguments)
    await manager.aclose()


def _around(work: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    @wraps(work)
    def call(*arguments: Any, **named: Any) -> Any:
        step()
        result = work(*arguments, **named)
        step()
        return result

    @wraps(work)
    async def call_later(*arguments: Any, **named: Any) -> Any:
        step()
        result = await work(*arguments, **named)
        step()
        return result

    return call_later if inspect.iscoroutinefunction(work) else call
