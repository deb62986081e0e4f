"""The calls that change a job's files: more of them, other addresses, another folder, a fresh start."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bitsgui.model import codes, file_edits
from bitsgui.model.checksum import Checksum
from bitsgui.model.enums import AuthTarget
from bitsgui.model.hresult import HResult
from bitsgui.model.job import FileRange, Job, JobFile, JobId
from bitsgui.model.urls import origin_url
from bitsgui.service.completion import Moved
from bitsgui.service.creation import SCHEMES_WE_SPEAK, Credentials, signed_in, without_user_info
from bitsgui.service.dispatcher import Dispatcher
from bitsgui.service.job_fixes import JobFixCalls
from bitsgui.service.local_side import check_local_side, check_reply_place
from bitsgui.service.mendings import readdressing
from bitsgui.service.replies import reply_data


class JobFileCalls(JobFixCalls):
    """AddFile and what follows it; user info in an address becomes the job's sign-in and is stored nowhere else."""

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
        return await self._add(job_id, [file_edits.file_with_ranges(remote_name, local_name, ranges)])

    async def set_local_folder(self, job_id: JobId, folder: Path, told: Moved = lambda _: None) -> HResult:
        """Our own: continue an unfinished job in another folder; the bytes at hand move with it, as `told` hears."""
        return await self._verbs.set_local_folder(job_id, folder, told)

    async def set_remote_name(self, job_id: JobId, index: int, remote_name: str) -> HResult:
        """SetRemoteName of one file: continues if size and end of what is here agree, else starts that file over.

        Also for an upload that its server has not taken yet: it begins anew at its new address.
        """
        mending = readdressing(lambda job, clean: file_edits.remote_name(job, index, clean), remote_name)
        return await self.mend(job_id, mending)

    async def replace_remote_prefix(self, job_id: JobId, old: str, new: str) -> HResult:
        """ReplaceRemotePrefix; S_FALSE if no address begins with `old`."""
        mending = readdressing(lambda job, clean: file_edits.remote_prefix(job, old, clean), new)
        return await self.mend(job_id, mending)

    async def set_reply_file_name(self, job_id: JobId, path: str) -> HResult:
        """SetReplyFileName: where the reply goes, empty = bitsgui chooses; S_FALSE = as it was.

        Raises E_NOTIMPL unless this is an upload-reply job, BG_E_INVALID_STATE once the reply's download has begun.
        """

        def edit(job: Job) -> Job:
            return file_edits.reply_file_name(job, path)

        await check_reply_place(edit(self._queue.get(job_id)))
        return await self._edit_files(job_id, edit)

    async def get_reply_data(self, job_id: JobId) -> bytes:
        """GetReplyData, also after Complete; raises E_NOTIMPL, BG_E_INVALID_STATE, BG_E_TOO_LARGE (over 1 MiB)."""
        async with self._locks.holding(job_id):
            return await reply_data(self._queue.get(job_id))

    async def set_replace_existing(self, job_id: JobId, value: bool) -> HResult:
        """Our own: whether Complete may replace what is there; else it takes a free name. S_FALSE = as it was."""
        return await self._edit_files(job_id, lambda job: file_edits.replace_existing(job, value))

    async def set_checksum(self, job_id: JobId, index: int, checksum: Checksum | None) -> HResult:
        """Our own: what the content of one file must hash to, None = anything; S_FALSE = as it was.

        Nothing is fetched again: with the next Resume the bytes at hand are judged by it. Raises E_NOTIMPL for an
        upload, E_INVALIDARG, BG_E_INVALID_STATE for a file that Complete has put in its place.
        """
        return await self._edit_files(job_id, lambda job: file_edits.checksum(job, index, checksum))

    async def restart_files(self, job_id: JobId) -> HResult:
        """Our own: forget the received bytes of every file that is not whole; S_FALSE if there were none.

        An upload that is not closed begins anew with another session.
        """
        return await self._edit_files(job_id, file_edits.restarted)

    async def _add(self, job_id: JobId, files: Sequence[JobFile]) -> HResult:
        clean, user = without_user_info(files)
        origin = origin_url(clean[0].remote_name) if clean else ""

        def edit(job: Job) -> Job:
            return file_edits.add_files(job, clean, self._dispatcher.policy)

        before = self._queue.get(job_id)
        added = edit(before if user is None else signed_in(before, user, origin))
        await check_local_side([replace(added, files=clean)])
        await self._sign_in(job_id, user, origin)
        await self._edit_files(job_id, edit)
        return codes.S_OK

    async def _sign_in(self, job_id: JobId, user: Credentials | None, origin: str) -> None:
        """Keep the user info of an address as the job's sign-in, for that server only."""
        if user is None:
            return
        for scheme in SCHEMES_WE_SPEAK:
            await self.set_credentials(job_id, AuthTarget.SERVER, scheme, user.user_name, user.password, origin=origin)

    async def _edit_files(self, job_id: JobId, edit: Callable[[Job], Job]) -> HResult:
        return await self._verbs.edit_files(job_id, edit)
