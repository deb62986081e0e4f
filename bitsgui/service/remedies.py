"""The fixes of a failed job under short names, for front ends that check nothing. Knows no Qt and no texts.

Every function returns what the verb that goes on returned, and raises BitsError; after one the job is still
where it was, with the fix taken back or harmlessly kept, and may be fixed again.
"""

from pathlib import Path

from bitsgui.model import fix
from bitsgui.model.enums import AuthTarget
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobId
from bitsgui.model.urls import host_of, same_origin
from bitsgui.service.fixes import apply_fix
from bitsgui.service.manager import JobManager
from bitsgui.service.mendings import mending_of


async def apply_try_again(manager: JobManager, job_id: JobId) -> HResult:
    """Resume; Complete again for a job whose bytes are all here."""
    return await apply_fix(manager, job_id, fix.TryAgain())


async def apply_new_address(manager: JobManager, job_id: JobId, index: int, address: str) -> HResult:
    """Give one file another address; user info in it becomes the sign-in."""
    return await apply_fix(manager, job_id, fix.NewAddress(index, address))


async def apply_new_prefix(manager: JobManager, job_id: JobId, old: str, new: str) -> HResult:
    """Replace the beginning of every address that starts with `old`; user info in `new` is the sign-in."""
    return await apply_fix(manager, job_id, fix.NewPrefix(old, new))


async def apply_other_folder(manager: JobManager, job_id: JobId, folder: Path) -> HResult:
    """Move what is here to `folder` and go on there."""
    return await apply_fix(manager, job_id, fix.OtherFolder(folder))


async def apply_sign_in(
    manager: JobManager, job_id: JobId, target: AuthTarget, user_name: str, password: str
) -> HResult:
    """Use this sign-in at the server or proxy."""
    return await apply_fix(manager, job_id, fix.SignIn(target, user_name, password))


async def apply_restart(manager: JobManager, job_id: JobId) -> HResult:
    """Forget what was received of every unfinished file, or sent of an upload, and begin anew."""
    return await apply_fix(manager, job_id, fix.RestartFiles())


async def set_sign_in(manager: JobManager, job_id: JobId, target: AuthTarget, user_name: str, password: str) -> None:
    """Register a sign-in for every scheme that we speak."""
    await manager.mend(job_id, mending_of(fix.SignIn(target, user_name, password)))


def common_prefix(*jobs: Job) -> str | None:
    """What all unfinished addresses of the jobs begin with, up to a slash; None unless several share a server."""
    addresses = [job.files[i].remote_name for job in jobs for i in job.pending_files() if i < len(job.files)]
    if len(addresses) < 2 or not all(same_origin(addresses[0], other) for other in addresses):
        return None
    first, last = min(addresses), max(addresses)
    shared = first[: next((i for i, c in enumerate(first) if c != last[i : i + 1]), len(first))]
    prefix = shared[: shared.rfind("/") + 1]
    return prefix if host_of(prefix) else None
