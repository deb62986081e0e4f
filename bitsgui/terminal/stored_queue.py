"""The queue of a state folder for the time of one call: nothing is transferred meanwhile."""

import asyncio
from pathlib import Path

from bitsgui.model.job import JobId
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import KeyringSecrets, StoredSecrets
from bitsgui.store.settings import load_policy


class NotedSecrets(KeyringSecrets):
    """The system's keyring; notes whether something could not be kept in it."""

    def __init__(self) -> None:
        super().__init__()
        self.has_lost = False

    async def put(self, job_id: JobId, secrets: StoredSecrets, *, lasting: bool | None = None) -> bool:
        is_kept = await super().put(job_id, secrets, lasting=lasting)
        self.has_lost |= not (is_kept or secrets.is_empty)
        return is_kept


async def open_stored(state_dir: Path, secrets: NotedSecrets) -> JobManager:
    """Open it with the person's settings; raises what JobManager.open does."""
    policy = await asyncio.to_thread(load_policy, state_dir)
    # Without `begin`, which only shares_loop leaves to the caller, the queue stands still.
    return await JobManager.open(state_dir, policy=policy, secrets=secrets, shares_loop=True)
