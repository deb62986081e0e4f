"""What the disk must offer before a job may have a file: folders for what comes, a readable file for what goes."""

import asyncio
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from bitsgui.model import codes
from bitsgui.model.enums import JobType
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobFile
from bitsgui.service.completion import check_folder


async def check_local_side(jobs: Sequence[Job]) -> None:
    """Raise BitsError unless all that these jobs name on this computer can be used."""
    await asyncio.to_thread(_check_jobs, tuple(jobs))


async def check_reply_place(job: Job) -> None:
    """Raise BitsError unless the reply has a folder to go to and takes no place of the file that is sent."""
    await asyncio.to_thread(_check_incoming, (job,))


async def check_folders(folders: Iterable[Path]) -> None:
    """Raise E_INVALIDARG for a folder that is not there, E_ACCESSDENIED for one that may not be written."""
    await asyncio.to_thread(_check_folders, frozenset(folders))


def _check_jobs(jobs: Sequence[Job]) -> None:
    _check_incoming(jobs)
    for job in jobs:
        if job.type is not JobType.DOWNLOAD:
            for file in job.files:
                _check_source(file.local_name)


def _check_incoming(jobs: Sequence[Job]) -> None:
    incoming = [file for job in jobs for file in job.incoming.values() if file.local_name]
    _check_folders({Path(file.local_name).parent for file in incoming})
    for job in jobs:
        if job.reply is not None and any(_is_one_file(job.reply, file) for file in job.files):
            raise BitsError(codes.E_INVALIDARG, "The reply would replace the file that is sent.")


def _check_folders(folders: Iterable[Path]) -> None:
    for folder in folders:
        try:
            check_folder(folder)
        except PermissionError as error:
            raise BitsError(codes.E_ACCESSDENIED, f"This folder may not be written: {folder}") from error
        except OSError as error:
            raise BitsError(codes.E_INVALIDARG, f"There is no folder {folder}") from error


def _check_source(path: str) -> None:
    try:
        # Only looked at first: to open a pipe would wait for somebody who writes to it.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise BitsError(codes.E_INVALIDARG, f"Only a plain file can be sent: {path}")
        os.close(os.open(path, os.O_RDONLY))
    except PermissionError as error:
        raise BitsError(codes.E_ACCESSDENIED, f"This file may not be read: {path}") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BitsError(codes.ERROR_FILE_NOT_FOUND, f"There is no file {path}") from error
    except OSError as error:
        raise BitsError(codes.E_INVALIDARG, f"This file cannot be read: {path}") from error


def _is_one_file(one: JobFile, other: JobFile) -> bool:
    """Two names may mean one file, by links or by letters of another case."""
    try:
        return os.path.samefile(one.local_name, other.local_name)
    except OSError:
        return False
