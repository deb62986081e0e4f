"""What front ends need of the fixes besides checking and applying them. Knows no Qt and no texts."""

from bitsgui.model import fix
from bitsgui.model.enums import AuthTarget
from bitsgui.model.job import Job, JobId
from bitsgui.model.urls import host_of, same_origin
from bitsgui.service.manager import JobManager
from bitsgui.service.mendings import mending_of


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
