"""How a new job comes to be: validated whole, its secrets apart from its values."""

import asyncio
import getpass
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bitsgui.model import codes, edits
from bitsgui.model.enums import AuthScheme, AuthTarget, JobState, JobType
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import CredentialRef, Job, JobFile, JobSettings, JobTimes, new_job_id
from bitsgui.model.limits import Policy
from bitsgui.model.secret_rules import check_credentials
from bitsgui.model.upload import Upload
from bitsgui.model.urls import same_origin, split_user_info
from bitsgui.service.completion import check_folder
from bitsgui.store.secrets import StoredSecrets

SCHEMES_WE_SPEAK: Final = (AuthScheme.BASIC, AuthScheme.DIGEST)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A sign-in for a new job; the password is never shown by repr."""

    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A download to create whole: settings, files, its secrets, and whether it starts at once."""

    settings: JobSettings
    files: tuple[JobFile, ...]
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
    credentials = spec.credentials or user
    job = empty_job(spec.settings.display_name, JobType.DOWNLOAD, now)
    job = edits.custom_headers(_configured(job, spec.settings), spec.custom_headers)
    sign_ins: dict[int, tuple[str, str]] = {}
    if credentials is not None:
        job = _signed_in(job, credentials)
        sign_ins[AuthTarget.SERVER] = (credentials.user_name, credentials.password)
    job = edits.add_files(job, files, policy)
    if spec.resume:
        job = _resumed(job)
    return job, StoredSecrets(sign_ins, tuple(spec.custom_headers))


def without_user_info(files: Sequence[JobFile]) -> tuple[tuple[JobFile, ...], Credentials | None]:
    """The files with their addresses freed of user info, and the sign-in that it was.

    Raises BitsError(E_INVALIDARG) for addresses that would share it with another server or need two of them.
    """
    split = [split_user_info(file.remote_name) for file in files]
    clean = tuple(replace(file, remote_name=name) for file, (name, _) in zip(files, split, strict=True))
    users = {user for _, user in split if user is not None}
    if not users:
        return clean, None
    if len(users) > 1:
        raise _different_sign_ins()
    check_one_server(clean)
    return clean, Credentials(*users.pop())


def check_one_server(files: Sequence[JobFile]) -> None:
    """Raise BitsError(E_INVALIDARG) if a sign-in that came with an address would reach another server too."""
    # A job has one sign-in for all its files; one that came with an address is that server's alone.
    if not all(same_origin(files[0].remote_name, file.remote_name) for file in files):
        raise _different_sign_ins()


def _different_sign_ins() -> BitsError:
    return BitsError(codes.E_INVALIDARG, "These addresses need different sign-ins; make a job of each.")


def _configured(job: Job, wanted: JobSettings) -> Job:
    """The job with these settings, each through the rule that its setter has."""
    job = edits.description(job, wanted.description)
    job = edits.priority(job, wanted.priority)
    job = edits.minimum_retry_delay(job, wanted.minimum_retry_delay_s)
    job = edits.no_progress_timeout(job, wanted.no_progress_timeout_s)
    job = edits.maximum_download_time(job, wanted.maximum_download_time_s)
    job = edits.notify_flags(job, wanted.notify_flags)
    job = edits.proxy_settings(job, wanted.proxy.usage, wanted.proxy.proxy_list, wanted.proxy.bypass_list)
    job = edits.security_flags(job, wanted.security_flags)
    job = edits.dynamic_content(job, wanted.dynamic_content)
    job = edits.http_method(job, wanted.http_method)
    job = edits.rate_limit(job, wanted.rate_limit_bps)
    job = edits.ca_file(job, wanted.ca_file)
    return edits.auto_complete(job, wanted.auto_complete)


def _signed_in(job: Job, credentials: Credentials) -> Job:
    for scheme in SCHEMES_WE_SPEAK:
        check_credentials(AuthTarget.SERVER, scheme, credentials.user_name, credentials.password)
        job = edits.credentials(job, CredentialRef(AuthTarget.SERVER, scheme, credentials.user_name))
    return job


async def check_folders(folders: Iterable[Path]) -> None:
    """Raise E_INVALIDARG for a folder that is not there, E_ACCESSDENIED for one that may not be written."""
    await asyncio.to_thread(_check_folders, tuple(folders))


def current_owner() -> str:
    """The user in whose name jobs run."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _check_folders(folders: Sequence[Path]) -> None:
    for folder in folders:
        try:
            check_folder(folder)
        except PermissionError as error:
            raise BitsError(codes.E_ACCESSDENIED, f"This folder may not be written: {folder}") from error
        except OSError as error:
            raise BitsError(codes.E_INVALIDARG, f"There is no folder {folder}") from error


def _resumed(job: Job) -> Job:
    if not job.files:
        raise BitsError(codes.BG_E_EMPTY, "Add a file first.")
    return replace(job, state=JobState.QUEUED, resumed=True)
