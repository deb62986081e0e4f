"""Secrets of jobs: in the system's keyring, else in this process's memory; never in the database.

One entry a job holds its sign-ins and header values as JSON. Every keyring call runs on a thread of its own
with a time limit: some keyrings block until a person has typed a password.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Protocol, TypeVar

import msgspec

from bitsgui.model.job import JobId

log = logging.getLogger(__name__)

T = TypeVar("T")

SERVICE: Final = "bitsgui"
KEYRING_TIMEOUT_S: Final = 30.0


class StoredSecrets(msgspec.Struct, frozen=True):
    """What is kept for one job: (user, password) by BG_AUTH_TARGET number, header names and values.

    `key_passphrase`: of the client certificate's key.
    """

    sign_ins: dict[int, tuple[str, str]] = {}
    custom_headers: tuple[tuple[str, str], ...] = ()
    key_passphrase: str = ""

    def __repr__(self) -> str:
        return "StoredSecrets(...)"

    @property
    def is_empty(self) -> bool:
        return not (self.sign_ins or self.custom_headers or self.key_passphrase)


class SecretStore(Protocol):
    """Where secrets of jobs live."""

    async def get(self, job_id: JobId) -> StoredSecrets: ...
    async def put(self, job_id: JobId, secrets: StoredSecrets, *, lasting: bool | None = None) -> bool:
        """Keep; False if they will be gone after this process.

        `lasting` False: they are to be; None: as the job's secrets are, at first lasting.
        """

    async def delete(self, job_id: JobId) -> None: ...


class MemorySecrets:
    """Secrets that die with the process."""

    def __init__(self) -> None:
        self._kept: dict[JobId, StoredSecrets] = {}

    async def get(self, job_id: JobId) -> StoredSecrets:
        return self._kept.get(job_id, StoredSecrets())

    async def put(self, job_id: JobId, secrets: StoredSecrets, *, lasting: bool | None = None) -> bool:
        self._kept[job_id] = secrets
        return False

    async def delete(self, job_id: JobId) -> None:
        self._kept.pop(job_id, None)


class _NoKeyring(Exception):
    """The keyring cannot be used; the message is the reason, without the secret."""


class KeyringSecrets:
    """Secrets in the system's keyring, with a copy in memory for this process.

    `timeout_s`: how long one call may take; then the keyring counts as out of reach.
    """

    def __init__(self, timeout_s: float = KEYRING_TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._memory = MemorySecrets()
        self._known: set[JobId] = set()
        self._for_now: set[JobId] = set()

    async def get(self, job_id: JobId) -> StoredSecrets:
        if job_id in self._known:
            return await self._memory.get(job_id)
        try:
            text: str | None = await self._call(lambda keyring: keyring.get_password(SERVICE, job_id))
        except _NoKeyring as error:
            log.info("the keyring cannot be read: %s", error)
            return StoredSecrets()
        secrets = _decode(text)
        self._known.add(job_id)
        await self._memory.put(job_id, secrets)
        return secrets

    async def put(self, job_id: JobId, secrets: StoredSecrets, *, lasting: bool | None = None) -> bool:
        self._known.add(job_id)
        await self._memory.put(job_id, secrets)
        if not (job_id not in self._for_now if lasting is None else lasting):
            self._for_now.add(job_id)
            return False
        self._for_now.discard(job_id)
        text = msgspec.json.encode(secrets).decode()
        try:
            await self._call(lambda keyring: keyring.set_password(SERVICE, job_id, text))
        except _NoKeyring as error:
            log.info("the secret is kept until the program ends only: %s", error)
            return False
        return True

    async def delete(self, job_id: JobId) -> None:
        self._known.discard(job_id)
        self._for_now.discard(job_id)
        await self._memory.delete(job_id)
        try:
            await self._call(lambda keyring: keyring.delete_password(SERVICE, job_id))
        except _NoKeyring as error:
            log.info("nothing was deleted from the keyring: %s", error)

    async def _call(self, call: Callable[[Any], T]) -> T:
        try:
            return await asyncio.wait_for(_on_thread(call), self._timeout_s)
        except TimeoutError:
            raise _NoKeyring("no answer") from None


def _decode(text: str | None) -> StoredSecrets:
    if text is None:
        return StoredSecrets()
    try:
        return msgspec.json.decode(text, type=StoredSecrets)
    except msgspec.MsgspecError:
        log.info("a secret in the keyring cannot be read")
        return StoredSecrets()


def _on_thread(call: Callable[[Any], T]) -> asyncio.Future[T]:
    """Run `call(keyring)` on a daemon thread, which a blocked keyring may keep without holding up the exit."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: _NoKeyring | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        try:
            # Imported here: the back ends cost 10 MB and are needed by jobs with secrets only.
            import keyring

            outcome: tuple[T | None, _NoKeyring | None] = (call(keyring), None)
        except Exception as error:  # noqa: BLE001  (back ends are foreign plug-ins: each raises what it likes)
            outcome = (None, _NoKeyring(type(error).__name__))
        with suppress(RuntimeError):  # the loop has closed: nobody waits
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=work, name="keyring", daemon=True).start()
    return done
