"""What becomes of a job that has left the queue: its secrets go, the list of such jobs stays short."""

from collections.abc import Callable

from bitsgui.model.cancel_effect import is_being_withdrawn, may_be_undone
from bitsgui.model.job import Job
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.job_secrets import names_secrets
from bitsgui.store.secrets import SecretStore


class History:
    """`length`: how many finished jobs to keep."""

    def __init__(self, queue: JobQueue, secrets: SecretStore, length: Callable[[], int]) -> None:
        self._queue = queue
        self._secrets = secrets
        self._length = length

    async def take_in(self, job: Job) -> None:
        """A job has ended; one whose server must still be asked something keeps what that needs."""
        if not is_being_withdrawn(job):
            await self.forget_secrets(job)
        await self.shorten()

    async def forget_secrets(self, job: Job) -> None:
        """Nobody will sign in for this job again."""
        if names_secrets(job):
            await self._secrets.delete(job.id)

    async def shorten(self) -> None:
        """Forget the oldest jobs above the limit."""
        history = self._queue.history()
        surplus = max(0, len(history) - self._length())
        old = [job.id for job in history[:surplus] if not (is_being_withdrawn(job) or may_be_undone(job))]
        if old:
            await self._queue.remove(old)
