"""How a new job comes to be: validated whole, its secrets apart from its values."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bitsgui.model import codes, edits, file_edits
from bitsgui.model.enums import AuthScheme, AuthTarget, JobState, JobType
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import CredentialRef, Job, JobFile, JobSettings, JobTimes, new_job_id
from bitsgui.model.limits import Policy
from bitsgui.model.secret_rules import check_credentials
from bitsgui.model.upload import Upload
from bitsgui.model.urls import origin_url, same_origin, split_user_info
from bitsgui.service.job_queue import JobQueue
from bitsgui.service.local_side import check_local_side
from bitsgui.service.replies import with_reply_name
from bitsgui.store.secrets import StoredSecrets

SCHEMES_WE_SPEAK: Final = (AuthScheme.BASIC, AuthScheme.DIGEST)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A sign-in for a new job; the password is never shown by repr."""

    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to create whole: settings, files, its secrets, and whether it starts at once.

    `reply_file_name`, of an upload-reply only: empty = beside the file that is sent. `replace_reply`: somebody agreed
    to lose a file of that name.
    """

    settings: JobSettings
    files: tuple[JobFile, ...]
    type: JobType = JobType.DOWNLOAD
    reply_file_name: str = ""
    replace_reply: bool = False
    credentials: Credentials | None = None
    custom_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    resume: bool = True


def empty_job(display_name: str, type: JobType, now: float) -> Job:
    """A job as CreateJob makes it; raises E_INVALIDARG or BG_E_STRING_TOO_LONG for the name."""
    job = Job(
        id=new_job_id(),
        type=type,
        settings=JobSettings(display_name="-"),
        times=JobTimes(now, now),
        owner=current_owner(),
        upload=None if type is JobType.DOWNLOAD else Upload(),
        reply=JobFile(remote_name="", local_name="") if type is JobType.UPLOAD_REPLY else None,
    )
    return edits.display_name(job, display_name)


def build_job(spec: NewJob, policy: Policy, now: float) -> tuple[Job, StoredSecrets]:
    """The job and what belongs into the secret store; raises what the single calls would."""
    files, user = without_user_info(spec.files)
    job = empty_job(spec.settings.display_name, spec.type, now)
    job = edits.custom_headers(_configured(job, spec.settings), spec.custom_headers)
    credentials = spec.credentials or user
    sign_ins: dict[int, tuple[str, str]] = {}
    if credentials is not None:
        job = signed_in(job, credentials, None if spec.credentials else origin_url(files[0].remote_name))
        sign_ins[AuthTarget.SERVER] = (credentials.user_name, credentials.password)
    job = file_edits.add_files(_with_reply_file(job, spec), files, policy)
    if spec.resume:
        job = _resumed(job)
    return job, StoredSecrets(sign_ins, tuple(spec.custom_headers))


async def check_and_name(jobs: Sequence[Job], queue: JobQueue) -> tuple[Job, ...]:
    """The jobs as they may enter the queue; raises BitsError for what this computer does not have for them."""
    await check_local_side(jobs)
    return tuple([await with_reply_name(job, queue) if job.resumed else job for job in jobs])


def without_user_info(files: Sequence[JobFile]) -> tuple[tuple[JobFile, ...], Credentials | None]:
    """The files with their addresses freed of user info, and the sign-in that it was.

    Raises BitsError(E_INVALIDARG) for addresses that would share it with another server or need two of them.
    """
    split = [split_user_info(file.remote_name) for file in files]
    clean = tuple(replace(file, remote_name=name) for file, (name, _) in zip(files, split, strict=True))
    users = {user for _, user in split if user is not None}
    if not users:
        return clean, None
    # A job has one sign-in for all its files; one that came with an address is that server's alone.
    if len(users) > 1 or not all(same_origin(clean[0].remote_name, file.remote_name) for file in clean):
        raise BitsError(codes.E_INVALIDARG, "These addresses need different sign-ins; make a job of each.")
    return clean, Credentials(*users.pop())


def _with_reply_file(job: Job, spec: NewJob) -> Job:
    if not spec.reply_file_name:
        return job
    if spec.type is not JobType.UPLOAD_REPLY:
        raise BitsError(codes.E_INVALIDARG, "Only an upload-reply job has a reply file.")
    return file_edits.reply_file_name(job, spec.reply_file_name, replace_existing=spec.replace_reply)


def _configured(job: Job, wanted: JobSettings) -> Job:
    """The job with these settings, each through the rule that its setter has."""
    job = edits.description(job, wanted.description)
    job = edits.priority(job, wanted.priority)
    job = edits.minimum_retry_delay(job, wanted.minimum_retry_delay_s)
    job = edits.no_progress_timeout(job, wanted.no_progress_timeout_s)
    job = edits.maximum_download_time(job, wanted.maximum_download_time_s)
    job = edits.notify_flags(job, wanted.notify_flags)
    if wanted.notify_command is not None:
        job = edits.notify_command(job, wanted.notify_command.program, wanted.notify_command.parameters)
    job = edits.proxy_settings(job, wanted.proxy.usage, wanted.proxy.proxy_list, wanted.proxy.bypass_list)
    job = edits.security_flags(job, wanted.security_flags)
    if wanted.dynamic_content:
        job = edits.dynamic_content(job, True)
    job = edits.http_method(job, wanted.http_method)
    job = edits.rate_limit(job, wanted.rate_limit_bps)
    job = edits.ca_file(job, wanted.ca_file)
    job = edits.certificate_pin(job, wanted.certificate_pin)
    job = edits.client_certificate(job, wanted.client_certificate, wanted.client_key)
    return edits.auto_complete(job, wanted.auto_complete)


def signed_in(job: Job, credentials: Credentials, origin: str | None) -> Job:
    """The job with a sign-in for every scheme that we speak; `origin`: the address that it came with."""
    for scheme in SCHEMES_WE_SPEAK:
        check_credentials(AuthTarget.SERVER, scheme, credentials.user_name, credentials.password)
        job = edits.credentials(job, CredentialRef(AuthTarget.SERVER, scheme, credentials.user_name, origin))
    return job


def current_owner() -> str:
    """The user in whose name jobs run."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _resumed(job: Job) -> Job:
    if not job.files:
        raise BitsError(codes.BG_E_EMPTY, "Add a file first.")
    return replace(job, state=JobState.QUEUED, resumed=True)
