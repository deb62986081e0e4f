"""Many hands on the same jobs in an order that a seed chooses: every state legal, nothing hung, every byte right."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bitsgui.engine.ports import SystemClock
from bitsgui.model import codes
from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobId
from bitsgui.model.limits import Policy
from bitsgui.model.transitions import LEGAL
from tests.support.lab import Lab, lab
from tests.support.scripted_server import Resource, in_turn, reset, sha256_of, status

S = JobState
HANDS, STEPS = 4, 40
FINAL = {S.ACKNOWLEDGED, S.CANCELLED}
REFUSALS = {codes.BG_E_INVALID_STATE, codes.BG_E_NOT_FOUND, codes.BG_E_EMPTY}
Action = Callable[[JobId], Awaitable[object]]


def actions(it: Lab, chance: random.Random) -> list[Action]:
    """What the hands do; a job survives all of it."""
    manager = it.manager
    folders = [it.folder, it.folder.parent / "elsewhere"]
    mirror = it.server.url("/", host="localhost"), it.server.url("/")
    return [
        manager.resume,
        manager.resume,
        manager.suspend,
        lambda job_id: manager.set_priority(job_id, chance.choice(list(JobPriority))),
        lambda job_id: manager.set_description(job_id, str(chance.random())),
        lambda job_id: manager.set_local_folder(job_id, chance.choice(folders)),
        lambda job_id: manager.replace_remote_prefix(job_id, *chance.sample(mirror, 2)),
        lambda job_id: manager.set_policy(Policy(background_slots=chance.randrange(3), time_slice_s=0.05)),
        lambda job_id: _now(manager.network_is_back),
    ]


async def _now(call: Callable[[], None]) -> None:
    call()


async def hand(it: Lab, chance: random.Random, jobs: list[JobId], doomed: list[JobId]) -> None:
    can_do = actions(it, chance)
    ends: list[Action] = [it.manager.cancel, it.manager.complete]
    for _ in range(STEPS):
        for _ in range(chance.choice([0, 0, 1, 3, 10, 50])):
            await asyncio.sleep(0)
        if chance.random() < 0.05:
            act, job_id = chance.choice(ends), chance.choice(doomed)
        else:
            act, job_id = chance.choice(can_do), chance.choice(jobs + doomed)
        try:
            await act(job_id)
        except BitsError as error:
            if error.hresult not in REFUSALS:
                raise


def watched(it: Lab) -> list[str]:
    """Collects what must never happen: a change of state that is not in the table."""
    states: dict[JobId, JobState] = {}
    wrong: list[str] = []

    def look(event) -> None:
        job = event.job
        before = states.get(job.id, job.state)
        if job.state is not before and job.state not in LEGAL[before]:
            wrong.append(f"{before.name} to {job.state.name}")
        states[job.id] = job.state

    it.manager.subscribe(look)
    return wrong


async def finish(it: Lab, job_id: JobId) -> None:
    """Resume until it is done; what the server refuses at first is tried again."""
    while it.get(job_id).state is not S.TRANSFERRED or it.get(job_id).has_pending_files:
        await it.manager.resume(job_id)
        await it.until(job_id, S.TRANSFERRED, S.TRANSIENT_ERROR, S.ERROR)
    assert await it.manager.complete(job_id) == codes.S_OK


@pytest.mark.parametrize("seed", range(6))
def test_many_hands(run, tmp_path: Path, seed: int) -> None:
    async def scenario() -> None:
        chance = random.Random(seed)
        (tmp_path / "elsewhere").mkdir()
        async with lab(tmp_path, clock=SystemClock(), hosts=("127.0.0.1", "::1")) as it:
            wrong = watched(it)
            paths = [f"/{job}-{file}" for job in range(6) for file in range(3)]
            for path in paths:
                whole = Resource(content=it.serve(path, 300_000), rate_bps=chance.choice([0, 2_000_000]))
                broken = Resource(content=it.contents[path], cut_after=100_000)
                it.server.files[path] = in_turn(*chance.choice([[whole], [status(503), broken, reset, whole]]))
            ids = [
                await it.job(*paths[n : n + 3], priority=chance.choice(list(JobPriority)), resume=False)
                for n in range(0, len(paths), 3)
            ]
            jobs, doomed = ids[:4], ids[4:]
            await asyncio.gather(*(hand(it, random.Random(f"{seed}/{n}"), jobs, doomed) for n in range(HANDS)))
            await it.manager.set_policy(Policy(background_slots=3))
            await it.reopen()
            await asyncio.gather(*(finish(it, job_id) for job_id in ids if it.get(job_id).state not in FINAL))
            assert wrong == []
            for job_id in ids:
                for file in it.get(job_id).files:
                    if file.completed:
                        path = file.remote_name.rpartition("/")[2]
                        assert sha256_of(Path(file.local_name)) == sha256_of(it.contents[f"/{path}"])
            assert all(file.completed for job_id in jobs for file in it.get(job_id).files)
            assert it.parts() + it.parts(tmp_path / "elsewhere") == []

    run(scenario())
