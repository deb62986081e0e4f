"""What one call is to transfer: its jobs, where they put what they receive, and what of them is stored already."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bitsgui.model.enums import FINAL_STATES, AuthTarget, JobType
from bitsgui.model.file_rules import check_local_name, check_remote_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobFile
from bitsgui.model.limits import DISPLAY_NAME_MAX
from bitsgui.model.upload import SourceStamp
from bitsgui.model.urls import display_url, split_user_info
from bitsgui.terminal.arguments import SignIn


class UsageError(Exception):
    """What was asked cannot be done; the text says what to change. Exit status 2."""


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """One job to make: its files, one after another, the sign-in of their URLs, and where a reply goes."""

    files: tuple[JobFile, ...]
    sign_ins: tuple[SignIn, ...] = ()
    type: JobType = JobType.DOWNLOAD
    reply_name: str = ""

    @property
    def display_name(self) -> str:
        """The file's name, or the first one's and how many more."""
        more = f" and {len(self.files) - 1} more" if len(self.files) > 1 else ""
        return Path(self.files[0].local_name).name[: DISPLAY_NAME_MAX - len(more)] + more

    @property
    def incoming(self) -> tuple[str, ...]:
        """The files that this computer is to receive."""
        if self.type is JobType.DOWNLOAD:
            return tuple(file.local_name for file in self.files)
        return (self.reply_name,) if self.reply_name else ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What one call is to transfer. `key`: what makes two calls the same undertaking.

    `busy`: what is said while another process works at that.
    """

    key: str
    busy: str
    jobs: tuple[PlannedJob, ...]


def destination(output: str | None, *, is_folder: bool = False) -> tuple[Path, str | None]:
    """The folder, which may still have to be made, and the file name in it, None if a folder is meant.

    Raises UsageError for a path that cannot be used.
    """
    if output is None:
        return Path.cwd(), None
    path = Path(output).absolute()
    if is_folder or os.path.isdir(path) or output.endswith(("/", os.sep)):
        if os.path.isfile(path):
            raise UsageError(f"{path} is a file, and a folder is needed here")
        return path, None
    if not os.path.isdir(path.parent):
        raise UsageError(f"There is no folder {path.parent}; make it, or choose another")
    return path.parent, path.name


def taken_apart(url: str) -> tuple[str, tuple[SignIn, ...]]:
    """The URL without user info, and the sign-in that it was."""
    remote_name, user_info = split_user_info(url)
    return remote_name, (SignIn(AuthTarget.SERVER, *user_info),) if user_info else ()


def checked(file: JobFile) -> JobFile:
    """The same file; raises UsageError for names that no job may have."""
    try:
        check_remote_name(file.remote_name)
        check_local_name(file.local_name)
    except BitsError as error:
        raise UsageError(f"{display_url(file.remote_name)}: {error.detail}") from None
    return file


def holds(job: Job, wanted: JobFile) -> bool:
    """The stored job has this file, or has put it in its place, by the checksum that is wanted if one is."""
    kept = (file for file in job.files if _is_good(file, wanted) or job.state not in FINAL_STATES)
    return any(is_meant(file, wanted) for file in kept)


def _is_good(file: JobFile, wanted: JobFile) -> bool:
    return file.completed and wanted.checksum in (None, file.expected_checksum)


def is_meant(file: JobFile, wanted: JobFile) -> bool:
    """Same address and same place; if the server named it, the folder tells."""
    if file.remote_name != wanted.remote_name:
        return False
    if file.local_name == wanted.local_name:
        return True
    return wanted.name_from_server and Path(file.local_name).parent == Path(wanted.local_name).parent


def is_still_true(job: Job) -> bool:
    """Whether nobody has undone what a finished job did: what came is there, what went is as it was.

    Touches the disk.
    """
    if not all(Path(file.local_name).exists() for file in job.incoming.values() if file.completed):
        return False
    stamp = job.upload.source if job.upload is not None else None
    return stamp is None or all(_is_as_stamped(Path(file.local_name), stamp) for file in job.files)


def _is_as_stamped(path: Path, stamp: SourceStamp) -> bool:
    try:
        info = path.stat()
    except OSError:
        # Sent, then taken away: there is nothing to send again.
        return True
    return SourceStamp(info.st_size, info.st_mtime_ns) == stamp


def without(planned: PlannedJob, stored: Iterable[Job]) -> PlannedJob:
    """What of the job is still to be made; its files may be none."""
    jobs = tuple(stored)
    return replace(planned, files=tuple(f for f in planned.files if not any(holds(job, f) for job in jobs)))


def make_room(plan: Plan, new: Iterable[PlannedJob], *, overwrite: bool) -> None:
    """Make the folders; raises UsageError where a new job would replace a file without leave. Touches the disk."""
    for path in (path for job in new for path in job.incoming):
        check_free(path, overwrite=overwrite)
    for folder in dict.fromkeys(Path(path).parent for job in plan.jobs for path in job.incoming):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"The folder {folder} cannot be made: {error.strerror}") from error


def check_free(path: str, *, overwrite: bool) -> None:
    """Raise UsageError if a file of that name would be replaced without leave. Touches the disk."""
    if os.path.isdir(path):
        raise UsageError(f"{path} is a folder; choose another name")
    if os.path.lexists(path) and not overwrite:
        raise UsageError(f"{path} exists; use --overwrite, or choose another name")
