"""The property setters of IBackgroundCopyJob 1 to 5 and IBackgroundCopyJobHttpOptions that make sense off Windows."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from bitsgui.model import codes, edits
from bitsgui.model.enums import AuthScheme, AuthTarget
from bitsgui.model.hresult import HResult
from bitsgui.model.job import CredentialRef, Job, JobId
from bitsgui.model.secret_rules import check_credentials
from bitsgui.service.creation import current_owner
from bitsgui.service.events import Changed
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.locks import JobLocks, carried_out
from bitsgui.service.notifier import Notifier
from bitsgui.service.notify_interface import NotifyInterface
from bitsgui.store.secrets import SecretStore, StoredSecrets


class JobSetters:
    """Setters by job id; every one returns S_OK or raises BitsError (BG_E_NOT_FOUND, BG_E_INVALID_STATE, ...).

    A running attempt goes on with what it began with, except for rate limits and priority; the next one uses the
    new values.
    """

    _queue: JobQueue
    _locks: JobLocks
    _secrets: SecretStore
    _notifier: Notifier

    async def set_display_name(self, job_id: JobId, text: str) -> HResult:
        """SetDisplayName."""
        return await self._edit(job_id, lambda job: edits.display_name(job, text))

    async def set_description(self, job_id: JobId, text: str) -> HResult:
        """SetDescription."""
        return await self._edit(job_id, lambda job: edits.description(job, text))

    async def set_priority(self, job_id: JobId, priority: int) -> HResult:
        """SetPriority."""
        return await self._edit(job_id, lambda job: edits.priority(job, priority))

    async def set_minimum_retry_delay(self, job_id: JobId, seconds: float) -> HResult:
        """SetMinimumRetryDelay; raised to 5 s silently."""
        return await self._edit(job_id, lambda job: edits.minimum_retry_delay(job, seconds))

    async def set_no_progress_timeout(self, job_id: JobId, seconds: float) -> HResult:
        """SetNoProgressTimeout."""
        return await self._edit(job_id, lambda job: edits.no_progress_timeout(job, seconds))

    async def set_maximum_download_time(self, job_id: JobId, seconds: float) -> HResult:
        """SetMaximumDownloadTime."""
        return await self._edit(job_id, lambda job: edits.maximum_download_time(job, seconds))

    async def set_notify_flags(self, job_id: JobId, flags: int) -> HResult:
        """SetNotifyFlags."""
        return await self._edit(job_id, lambda job: edits.notify_flags(job, flags))

    def set_notify_interface(self, listener: NotifyInterface | None, job_id: JobId | None = None) -> None:
        """SetNotifyInterface of a job, or for every job that has none of its own; only the last one set counts.

        It is told of every job whose ERROR or TRANSFERRED nobody has taken yet; after None, also of those that the
        one before it took.
        """
        self._notifier.set_interface(listener, job_id)

    async def set_notify_cmd_line(self, job_id: JobId, program: str | None, parameters: Sequence[str] = ()) -> HResult:
        """SetNotifyCmdLine; None removes it, no parameters are the program's name alone.

        `program` with its whole path, `parameters` its argv, which begins with the program's name: no shell, no
        search. It runs when no interface takes ERROR or TRANSFERRED, again after the minimum retry delay until it
        ends with 0 or the job leaves that state. Our own: {job_id}, {state} and {error} in the parameters are filled
        in. The parameters are stored and seen by other users of this computer: nothing secret belongs there.
        """
        result = await self._edit(job_id, lambda job: edits.notify_command(job, program, parameters))
        self._notifier.command_changed(job_id)
        return result

    async def set_proxy_settings(
        self, job_id: JobId, usage: int, proxy_list: str = "", bypass_list: str = ""
    ) -> HResult:
        """SetProxySettings."""
        return await self._edit(job_id, lambda job: edits.proxy_settings(job, usage, proxy_list, bypass_list))

    async def set_security_flags(self, job_id: JobId, flags: int) -> HResult:
        """SetSecurityFlags."""
        return await self._edit(job_id, lambda job: edits.security_flags(job, flags))

    async def set_http_method(self, job_id: JobId, verb: str) -> HResult:
        """SetHttpMethod."""
        return await self._edit(job_id, lambda job: edits.http_method(job, verb))

    async def set_dynamic_content(self, job_id: JobId, value: bool) -> HResult:
        """BITS_JOB_PROPERTY_DYNAMIC_CONTENT."""
        return await self._edit(job_id, lambda job: edits.dynamic_content(job, value))

    async def set_rate_limit(self, job_id: JobId, bytes_per_second: int) -> HResult:
        """Our own: bytes a second at most, 0 = no limit; felt at once."""
        return await self._edit(job_id, lambda job: edits.rate_limit(job, bytes_per_second))

    async def set_auto_complete(self, job_id: JobId, value: bool) -> HResult:
        """Our own: Complete by itself when TRANSFERRED."""
        return await self._edit(job_id, lambda job: edits.auto_complete(job, value))

    async def set_ca_file(self, job_id: JobId, path: str | None) -> HResult:
        """Our own: a PEM file of authorities trusted in place of the system's."""
        return await self._edit(job_id, lambda job: edits.ca_file(job, path))

    @carried_out
    async def set_custom_headers(self, job_id: JobId, headers: Sequence[tuple[str, str]]) -> HResult:
        """SetCustomHeaders; an empty list removes them. The values go to the secret store only."""

        def with_headers(stored: StoredSecrets) -> StoredSecrets:
            return msgspec.structs.replace(stored, custom_headers=tuple(headers))

        return await self._edit_secretly(job_id, lambda job: edits.custom_headers(job, headers), with_headers)

    @carried_out
    async def set_credentials(
        self, job_id: JobId, target: int, scheme: int, user_name: str, password: str, *, origin: str | None = None
    ) -> HResult:
        """SetCredentials; one password per target, the password goes to the secret store only.

        `origin`: the one server that gets it (it came with an address of that), None = every one of the job.
        """
        check_credentials(target, scheme, user_name, password)
        entry = CredentialRef(AuthTarget(target), AuthScheme(scheme), user_name, origin)

        def with_password(stored: StoredSecrets) -> StoredSecrets:
            sign_ins = {**stored.sign_ins, int(target): (user_name, password)}
            return msgspec.structs.replace(stored, sign_ins=sign_ins)

        return await self._edit_secretly(job_id, lambda job: edits.credentials(job, entry), with_password)

    @carried_out
    async def remove_credentials(self, job_id: JobId, target: int, scheme: int) -> HResult:
        """RemoveCredentials; S_FALSE if there were none."""

        def without_password(stored: StoredSecrets) -> StoredSecrets:
            still_used = {c.target for c in self._queue.get(job_id).settings.credentials if c.scheme != scheme}
            sign_ins = {k: v for k, v in stored.sign_ins.items() if k != target or target in still_used}
            return msgspec.structs.replace(stored, sign_ins=sign_ins)

        edit = partial(edits.without_credentials, target=target, scheme=scheme)
        return await self._edit_secretly(job_id, edit, without_password)

    @carried_out
    async def take_ownership(self, job_id: JobId) -> HResult:
        """TakeOwnership: the job is this user's; credentials and custom headers are gone."""
        return await self._edit_secretly(
            job_id, lambda job: edits.taken_by(job, current_owner()), lambda _: StoredSecrets()
        )

    @carried_out
    async def _edit(self, job_id: JobId, edit: Callable[[Job], Job]) -> HResult:
        async with self._locks.holding(job_id):
            await self._queue.put(edit(self._queue.get(job_id)), Changed.SETTINGS)
        return codes.S_OK

    async def _edit_secretly(
        self, job_id: JobId, edit: Callable[[Job], Job], change: Callable[[StoredSecrets], StoredSecrets]
    ) -> HResult:
        """Change a job and its secrets, the secrets first; S_FALSE if the edit gives the same job back."""
        async with self._locks.holding(job_id):
            before = self._queue.get(job_id)
            if edit(before) is before:
                return codes.S_FALSE
            stored = await self._secrets.get(job_id)
            await self._secrets.put(job_id, change(stored))
            await self._queue.put(edit(self._queue.get(job_id)), Changed.SETTINGS)
        return codes.S_OK
