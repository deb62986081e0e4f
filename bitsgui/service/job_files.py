"""The calls that change a job's files: more of them, other addresses, another folder, a fresh start."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bitsgui.model import codes, edits
from bitsgui.model.enums import AuthTarget
from bitsgui.model.hresult import HResult
from bitsgui.model.job import FileRange, Job, JobFile, JobId
from bitsgui.model.urls import split_user_info
from bitsgui.service.creation import SCHEMES_WE_SPEAK, Credentials, check_folders, check_one_server, without_user_info
from bitsgui.service.dispatcher import Dispatcher
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.setters import JobSetters
from bitsgui.service.verbs import Verbs


class JobFileCalls(JobSetters):
    """AddFile and what follows it; user info in an address becomes the job's sign-in and is stored nowhere else."""

    _queue: JobQueue
    _verbs: Verbs
    _dispatcher: Dispatcher

    async def add_file(self, job_id: JobId, remote_name: str, local_name: str) -> HResult:
        """AddFile."""
        return await self.add_files(job_id, [(remote_name, local_name)])

    async def add_files(self, job_id: JobId, files: Sequence[tuple[str, str]]) -> HResult:
        """AddFileSet: all or nothing."""
        return await self._add(job_id, [JobFile(remote_name=remote, local_name=local) for remote, local in files])

    async def add_file_with_ranges(
        self, job_id: JobId, remote_name: str, local_name: str, ranges: Sequence[FileRange]
    ) -> HResult:
        """AddFileWithRanges; offsets and lengths in bytes."""
        return await self._add(job_id, [edits.file_with_ranges(remote_name, local_name, ranges)])

    async def set_local_folder(self, job_id: JobId, folder: Path) -> HResult:
        """Our own: continue an unfinished job in another folder; the bytes at hand move with it."""
        return await self._verbs.set_local_folder(job_id, folder)

    async def set_remote_name(self, job_id: JobId, index: int, remote_name: str) -> HResult:
        """SetRemoteName of one file: continues if size and end of what is here agree, else starts that file over."""
        clean, user = split_user_info(remote_name)
        after = edits.remote_name(self._queue.get(job_id), index, clean)
        await self._sign_in(after, None if user is None else Credentials(*user))
        return await self._edit_files(job_id, lambda job: edits.remote_name(job, index, clean))

    async def replace_remote_prefix(self, job_id: JobId, old: str, new: str) -> HResult:
        """ReplaceRemotePrefix; S_FALSE if no address begins with `old`."""
        clean, user = split_user_info(new)
        after = edits.remote_prefix(self._queue.get(job_id), old, clean)
        if after == self._queue.get(job_id):
            return codes.S_FALSE
        await self._sign_in(after, None if user is None else Credentials(*user))
        return await self._edit_files(job_id, lambda job: edits.remote_prefix(job, old, clean))

    async def set_replace_existing(self, job_id: JobId, value: bool) -> HResult:
        """Our own: whether Complete may replace what is there; else it takes a free name. S_FALSE = as it was."""
        return await self._edit_files(job_id, lambda job: edits.replace_existing(job, value))

    async def restart_files(self, job_id: JobId) -> HResult:
        """Our own: forget the received bytes of every file that is not whole; S_FALSE if there were none."""
        return await self._edit_files(job_id, edits.restarted)

    async def _add(self, job_id: JobId, files: Sequence[JobFile]) -> HResult:
        clean, user = without_user_info(files)
        after = edits.add_files(self._queue.get(job_id), clean, self._dispatcher.policy)
        await check_folders({Path(f.local_name).parent for f in clean})
        await self._sign_in(after, user)
        await self._edit_files(job_id, lambda job: edits.add_files(job, clean, self._dispatcher.policy))
        return codes.S_OK

    async def _sign_in(self, after: Job, user: Credentials | None) -> None:
        """Keep the user info of an address as the job's sign-in, before anything is asked at that address.

        `after`: the job as it will be; raises E_INVALIDARG if another server of it would get the sign-in too.
        """
        if user is None:
            return
        check_one_server(after.files)
        for scheme in SCHEMES_WE_SPEAK:
            await self.set_credentials(after.id, AuthTarget.SERVER, scheme, user.user_name, user.password)

    async def _edit_files(self, job_id: JobId, edit: Callable[[Job], Job]) -> HResult:
        return await self._verbs.edit_files(job_id, edit)
