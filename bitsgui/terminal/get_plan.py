"""From URLs and -o to downloads: names, folder and how many jobs; and what a job that cannot go on becomes."""

import math
import os
from collections.abc import Iterable
from typing import Final

from bitsgui.model.enums import ErrorContext
from bitsgui.model.file_edits import forgotten
from bitsgui.model.job import Job, JobFile
from bitsgui.model.limits import Policy
from bitsgui.model.names import name_from_url, unused_name
from bitsgui.terminal.arguments import SignIn
from bitsgui.terminal.get_arguments import GetOptions
from bitsgui.terminal.plan import Plan, PlannedJob, checked, destination, taken_apart

JOBS_SIDE_BY_SIDE: Final = 16


def plan_get(options: GetOptions) -> Plan:
    """Decide names, folder and jobs; raises UsageError for an address or path that cannot be used."""
    planned = planned_files(options)
    files: dict[tuple[SignIn, ...], list[JobFile]] = {}
    for file, sign_ins in planned:
        files.setdefault(sign_ins, []).append(file)
    jobs = tuple(PlannedJob(part, who) for who, group in files.items() for part in _spread(group))
    folder = os.path.dirname(planned[0][0].local_name)
    key = f"{os.path.realpath(folder)}\n{jobs[0].files[0].remote_name}"
    return Plan(key, f"another bitsgui fetches this into {folder} already", jobs)


def planned_files(options: GetOptions) -> list[tuple[JobFile, tuple[SignIn, ...]]]:
    """Each URL as a file with its name and folder, and the sign-in that was in the URL; raises UsageError."""
    folder, name = destination(options.output, is_folder=len(options.urls) > 1)
    planned = []
    taken: set[str] = set()
    checksums = options.checksums or (None,) * len(options.urls)
    for url, checksum in zip(options.urls, checksums, strict=True):
        remote_name, sign_ins = taken_apart(url)
        local = name or unused_name(name_from_url(remote_name), taken.__contains__)
        taken.add(local)
        file = JobFile(
            remote_name=remote_name,
            local_name=str(folder / local),
            name_from_server=name is None,
            replace_existing=options.overwrite,
            checksum=checksum,
        )
        planned.append((checked(file), sign_ins))
    return planned


def _spread(files: list[JobFile]) -> Iterable[tuple[JobFile, ...]]:
    """At most 16 jobs of equal length, more only where the files of a job would be too many."""
    count = max(min(JOBS_SIDE_BY_SIDE, len(files)), math.ceil(len(files) / Policy().max_files_per_job))
    return (tuple(files[start::count]) for start in range(count))


def parted(job: Job) -> tuple[PlannedJob, ...]:
    """What a job whose one bad file holds up the others becomes: that file alone, and those still to come.

    Nothing for a job that did not fail so, or that would lose bytes by it; those of a file with a wrong checksum are
    none to keep.
    """
    bad = job.error.file if job.error and job.error.context is ErrorContext.REMOTE_FILE else None
    rest = {
        index: forgotten(file) if file.is_unproven else file
        for index, file in enumerate(job.files)
        if not file.transferred
    }
    if bad is None or len(job.files) == 1 or any(file.bytes_transferred for file in rest.values()):
        return ()
    failed = rest.pop(bad.index)
    return tuple(PlannedJob(files) for files in ((failed,), tuple(rest.values())) if files)
