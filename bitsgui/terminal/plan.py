"""From URLs and -o to jobs: names, folders and how many jobs; and what of them is stored already."""

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bitsgui.model.enums import FINAL_STATES, AuthTarget, ErrorContext
from bitsgui.model.file_rules import check_local_name, check_remote_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobFile
from bitsgui.model.limits import DISPLAY_NAME_MAX, Policy
from bitsgui.model.names import name_from_url, unused_name
from bitsgui.model.urls import display_url, split_user_info
from bitsgui.terminal.arguments import GetOptions, SignIn

JOBS_SIDE_BY_SIDE: Final = 16


class UsageError(Exception):
    """What was asked cannot be done; the text says what to change. Exit status 2."""


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """One job to make: its files, fetched one after another, and the sign-in of their URLs."""

    files: tuple[JobFile, ...]
    sign_ins: tuple[SignIn, ...] = ()

    @property
    def display_name(self) -> str:
        """The file's name, or the first one's and how many more."""
        more = f" and {len(self.files) - 1} more" if len(self.files) > 1 else ""
        return Path(self.files[0].local_name).name[: DISPLAY_NAME_MAX - len(more)] + more


@dataclass(frozen=True, slots=True)
class Plan:
    """What one call of `get` is to fetch; `folder` may still have to be made."""

    folder: Path
    jobs: tuple[PlannedJob, ...]

    @property
    def key(self) -> str:
        """What makes two calls the same undertaking: the folder and the first URL."""
        return f"{os.path.realpath(self.folder)}\n{self.jobs[0].files[0].remote_name}"


def plan(options: GetOptions) -> Plan:
    """Decide names, folder and jobs; raises UsageError for an address or path that cannot be used."""
    folder, name = _destination(options)
    files: dict[tuple[SignIn, ...], list[JobFile]] = {}
    taken: set[str] = set()
    for url in options.urls:
        remote_name, sign_ins = _taken_apart(url)
        local = name or unused_name(name_from_url(remote_name), taken.__contains__)
        taken.add(local)
        file = JobFile(
            remote_name=remote_name,
            local_name=str(folder / local),
            name_from_server=name is None,
            replace_existing=options.overwrite,
        )
        files.setdefault(sign_ins, []).append(_checked(file))
    jobs = (PlannedJob(part, who) for who, group in files.items() for part in _spread(group))
    return Plan(folder, tuple(jobs))


def _destination(options: GetOptions) -> tuple[Path, str | None]:
    if options.output is None:
        return Path.cwd(), None
    path = Path(options.output).absolute()
    if len(options.urls) > 1 or os.path.isdir(path) or options.output.endswith(("/", os.sep)):
        if os.path.isfile(path):
            raise UsageError(f"{path} is a file; several downloads need a folder: -o FOLDER")
        return path, None
    if not os.path.isdir(path.parent):
        raise UsageError(f"There is no folder {path.parent}; make it, or choose another with -o")
    return path.parent, path.name


def _taken_apart(url: str) -> tuple[str, tuple[SignIn, ...]]:
    remote_name, user_info = split_user_info(url)
    return remote_name, (SignIn(AuthTarget.SERVER, *user_info),) if user_info else ()


def _checked(file: JobFile) -> JobFile:
    try:
        check_remote_name(file.remote_name)
        check_local_name(file.local_name)
    except BitsError as error:
        raise UsageError(f"{display_url(file.remote_name)}: {error.detail}") from None
    return file


def _spread(files: list[JobFile]) -> Iterable[tuple[JobFile, ...]]:
    """At most 16 jobs of equal length, more only where the files of a job would be too many."""
    count = max(min(JOBS_SIDE_BY_SIDE, len(files)), math.ceil(len(files) / Policy().max_files_per_job))
    return (tuple(files[start::count]) for start in range(count))


def holds(job: Job, wanted: JobFile) -> bool:
    """The stored job has this file, or has put it in its place; if the server named it, the folder tells."""
    kept = (file for file in job.files if file.completed or job.state not in FINAL_STATES)
    return any(file.remote_name == wanted.remote_name and _same_place(file, wanted) for file in kept)


def _same_place(file: JobFile, wanted: JobFile) -> bool:
    if file.local_name == wanted.local_name:
        return True
    return wanted.name_from_server and Path(file.local_name).parent == Path(wanted.local_name).parent


def without(planned: PlannedJob, stored: Iterable[Job]) -> PlannedJob:
    """What of the job is still to be made; its files may be none."""
    jobs = tuple(stored)
    return replace(planned, files=tuple(f for f in planned.files if not any(holds(job, f) for job in jobs)))


def parted(job: Job) -> tuple[PlannedJob, ...]:
    """What a job whose one bad file holds up the others becomes: that file alone, and those still to come.

    Nothing for a job that did not fail so, or that would lose bytes by it.
    """
    bad = job.error.file if job.error and job.error.context is ErrorContext.REMOTE_FILE else None
    rest = tuple(file for file in job.files if not file.transferred)
    if bad is None or len(job.files) == 1 or any(file.bytes_transferred for file in rest):
        return ()
    failed = job.files[bad.index]
    others = tuple(file for file in rest if file != failed)
    return tuple(PlannedJob(files) for files in ((failed,), others) if files)


def make_room(folder: Path, planned: Iterable[PlannedJob], *, overwrite: bool) -> None:
    """Make the folder; raises UsageError where a file would be replaced without leave. Touches the disk."""
    for path in (file.local_name for job in planned for file in job.files):
        if os.path.isdir(path):
            raise UsageError(f"{path} is a folder; choose another name with -o")
        if os.path.lexists(path) and not overwrite:
            raise UsageError(f"{path} exists; use --overwrite, or another name with -o")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be made: {error.strerror}") from error
