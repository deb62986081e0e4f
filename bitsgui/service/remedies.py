"""The fixes of a failed job as manager verbs: change what was wrong, then go on. Knows no Qt and no texts.

Every function returns what the verb that goes on returned, and raises BitsError; after one the job is still
where it was, with the fix taken back or harmlessly kept, and may be fixed again.
"""

from pathlib import Path

from bitsgui.model.enums import AuthTarget, JobState
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId
from bitsgui.model.urls import host_of, same_origin, split_user_info
from bitsgui.service.creation import SCHEMES_WE_SPEAK
from bitsgui.service.manager import JobManager


async def apply_try_again(manager: JobManager, job_id: JobId) -> HResult:
    """Resume; Complete again for a job whose bytes are all here."""
    if manager.get(job_id).state is JobState.TRANSFERRED:
        return await manager.complete(job_id)
    return await manager.resume(job_id)


async def apply_new_address(manager: JobManager, job_id: JobId, index: int, address: str) -> HResult:
    """Give one file another address; user info in it becomes the sign-in."""
    await manager.set_remote_name(job_id, index, address)
    return await apply_try_again(manager, job_id)


async def apply_new_prefix(manager: JobManager, job_id: JobId, old: str, new: str) -> HResult:
    """Replace the beginning of every address that starts with `old`; user info in `new` is the sign-in."""
    bare, sign_in = split_user_info(new)
    # First: the sign-in of an old address may not go to the new one.
    if sign_in is not None:
        await set_sign_in(manager, job_id, AuthTarget.SERVER, *sign_in)
    await manager.replace_remote_prefix(job_id, old, bare)
    return await apply_try_again(manager, job_id)


async def apply_other_folder(manager: JobManager, job_id: JobId, folder: Path) -> HResult:
    """Move what is here to `folder` and go on there."""
    await manager.set_local_folder(job_id, folder)
    return await apply_try_again(manager, job_id)


async def apply_sign_in(
    manager: JobManager, job_id: JobId, target: AuthTarget, user_name: str, password: str
) -> HResult:
    """Use this sign-in at the server or proxy."""
    await set_sign_in(manager, job_id, target, user_name, password)
    return await apply_try_again(manager, job_id)


async def apply_restart(manager: JobManager, job_id: JobId) -> HResult:
    """Forget what was received of every unfinished file, or sent of an upload, and begin anew."""
    await manager.restart_files(job_id)
    return await apply_try_again(manager, job_id)


async def set_sign_in(manager: JobManager, job_id: JobId, target: AuthTarget, user_name: str, password: str) -> None:
    """Register a sign-in for every scheme that we speak."""
    # A challenge does not tell which scheme failed.
    for scheme in SCHEMES_WE_SPEAK:
        await manager.set_credentials(job_id, target, scheme, user_name, password)


def common_prefix(job: Job) -> str | None:
    """What all unfinished addresses of a download begin with, up to a slash; None unless several share a server."""
    addresses = [job.entry(i).remote_name for i in job.pending_files()]
    if job.upload is not None or len(addresses) < 2 or not all(same_origin(addresses[0], other) for other in addresses):
        return None
    first, last = min(addresses), max(addresses)
    shared = first[: next((i for i, c in enumerate(first) if c != last[i : i + 1]), len(first))]
    prefix = shared[: shared.rfind("/") + 1]
    return prefix if host_of(prefix) else None
