"""Changes of a job's files and reply: pure functions from Job to Job that raise what BITS's calls return. No disk.

Every function of a job refuses one in a final state with BG_E_INVALID_STATE.
"""

import os
from collections.abc import Sequence
from dataclasses import replace

from bitsgui.model import codes
from bitsgui.model.checksum import Checksum, check_checksum
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.file_rules import check_local_name, check_ranges, check_remote_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import FileRange, Job, JobFile
from bitsgui.model.limits import Policy
from bitsgui.model.secret_rules import home_sign_ins
from bitsgui.model.transitions import check_not_final, only_downloads
from bitsgui.model.upload import REPLY_INDEX, REPLY_PHASES, SourceStamp, Upload, UploadPhase


def add_files(job: Job, files: Sequence[JobFile], policy: Policy) -> Job:
    """AddFileSet: all or nothing."""
    check_not_final(job)
    for file in files:
        check_remote_name(file.remote_name)
        check_local_name(file.local_name)
        if file.checksum is not None:
            only_downloads(job)
            check_checksum(file.checksum)
        if file.ranges:
            only_downloads(job)
            check_ranges(file.ranges, policy)
            if job.settings.dynamic_content:
                raise BitsError(codes.BG_E_UNSUPPORTED_JOB_CONFIGURATION, "Dynamic content excludes ranges.")
    total = len(job.files) + len(files)
    if job.type is not JobType.DOWNLOAD and total > 1:
        raise BitsError(codes.BG_E_TOO_MANY_FILES, "An upload job holds one file.")
    if total > policy.max_files_per_job:
        raise BitsError(
            codes.BG_E_TOO_MANY_FILES_IN_JOB,
            f"A job holds at most {policy.max_files_per_job} files; use more jobs.",
        )
    return _checked(replace(job, files=job.files + tuple(files)))


def file_with_ranges(remote_name: str, local_name: str, ranges: Sequence[FileRange]) -> JobFile:
    """The file that AddFileWithRanges adds; raises BitsError(E_INVALIDARG) for an empty list."""
    if not ranges:
        raise BitsError(codes.E_INVALIDARG, "At least one range is needed.")
    return JobFile(remote_name=remote_name, local_name=local_name, ranges=tuple(ranges))


def remote_name(job: Job, index: int, new_name: str) -> Job:
    """IBackgroundCopyFile2::SetRemoteName; a transferred file of a download is left alone.

    BITS refuses it for uploads; here one that its server has not taken yet may go elsewhere, from its first byte.
    """
    check_not_final(job)
    _check_index(job, index)
    check_remote_name(new_name)
    if job.upload is not None:
        return _checked(_sent_elsewhere(job, job.upload, new_name))
    return _checked(job.with_entry(index, _moved(job.files[index], new_name)))


def remote_prefix(job: Job, old: str, new: str) -> Job:
    """ReplaceRemotePrefix, case-sensitive; the same job back (S_FALSE) if nothing matches."""
    check_not_final(job)
    only_downloads(job)
    if not old or not new:
        raise BitsError(codes.E_INVALIDARG, "Neither the old nor the new beginning may be empty.")
    files = tuple(_with_prefix(file, old, new) if file.remote_name.startswith(old) else file for file in job.files)
    return job if files == job.files else _checked(replace(job, files=files))


def reply_file_name(job: Job, path: str, *, replace_existing: bool = True) -> Job:
    """SetReplyFileName, empty = bitsgui chooses at Resume; only until the reply's download begins."""
    check_not_final(job)
    if job.reply is None or job.upload is None:
        raise BitsError(codes.E_NOTIMPL, "For upload-reply jobs only.")
    if job.upload.phase in REPLY_PHASES:
        raise BitsError(codes.BG_E_INVALID_STATE, "The reply is being fetched already.")
    if path:
        check_local_name(path)
    reply = replace(job.reply, local_name=path, replace_existing=replace_existing)
    return _checked(job.with_entry(REPLY_INDEX, reply))


def replace_existing(job: Job, value: bool) -> Job:
    """Our own: whether Complete may replace files that are there already, for all it has given no final name."""
    check_not_final(job)
    for index, file in job.incoming.items():
        if not file.completed:
            job = job.with_entry(index, replace(file, replace_existing=value))
    return job


def checksum(job: Job, index: int, value: Checksum | None) -> Job:
    """Our own: what the content of a file must hash to; None = nothing, not even what its server says of it.

    Until the file has its final name. Bytes at hand are kept and judged anew: a TRANSFERRED job is QUEUED for that.
    """
    check_not_final(job)
    only_downloads(job)
    _check_index(job, index)
    file = job.files[index]
    if value is not None:
        check_checksum(value)
    if file.completed:
        raise BitsError(codes.BG_E_INVALID_STATE, "The file is in its place already.")
    stays = file.transferred and value in (None, file.expected_checksum)
    said = None if value is None else file.server_checksum
    changed = job.with_entry(index, replace(file, checksum=value, server_checksum=said, transferred=stays))
    is_due = file.transferred and not stays and job.state is JobState.TRANSFERRED
    return replace(changed, state=JobState.QUEUED) if is_due else changed


def restarted(job: Job) -> Job:
    """Our own: forget the received bytes of every file that is not whole; an upload begins anew until it is closed."""
    check_not_final(job)
    if job.upload is not None:
        return job if job.upload.is_closed else _sent_anew(job, job.upload)
    files = tuple(f if f.transferred else forgotten(f) for f in job.files)
    return replace(job, files=files)


def source_name(job: Job, path: str, stamp: SourceStamp) -> Job:
    """Our own: the file of an upload is elsewhere. `stamp`: what is there; the same file goes on, another begins anew.

    Raises E_NOTIMPL for a download, BG_E_INVALID_STATE once the server has every byte.
    """
    check_not_final(job)
    if job.upload is None or not job.files:
        raise BitsError(codes.E_NOTIMPL, "For upload jobs only.")
    if job.upload.phase is not UploadPhase.UPLOADING:
        raise BitsError(codes.BG_E_INVALID_STATE, "The server has taken the whole file already.")
    check_local_name(path)
    named = replace(job, files=(replace(job.files[0], local_name=path),))
    is_same = job.upload.session_id is not None and stamp == job.upload.source
    return _checked(named if is_same else _sent_anew(named, job.upload))


def reply_forgotten(job: Job) -> Job:
    """Our own: what was received of the reply does not count; raises E_NOTIMPL unless this is an upload-reply job."""
    check_not_final(job)
    if job.reply is None:
        raise BitsError(codes.E_NOTIMPL, "For upload-reply jobs only.")
    return job if job.reply.transferred else replace(job, reply=forgotten(job.reply))


def forgotten(file: JobFile) -> JobFile:
    """The file as before its first byte."""
    return replace(
        file,
        bytes_total=None,
        bytes_transferred=0,
        transferred=False,
        validator=None,
        resumable=None,
        modified_time=None,
        server_checksum=None,
    )


def _sent_elsewhere(job: Job, upload: Upload, new_name: str) -> Job:
    (file,) = job.files
    if upload.phase in REPLY_PHASES:
        raise BitsError(codes.BG_E_INVALID_STATE, "The server has taken the whole file already.")
    if file.remote_name == new_name:
        return job
    return _sent_anew(replace(job, files=(replace(file, remote_name=new_name),)), upload)


def _sent_anew(job: Job, upload: Upload) -> Job:
    """The upload before its first packet; how large fragments may be is worth keeping."""
    fresh = Upload(fragment_size=upload.fragment_size)
    reply = None if job.reply is None else replace(forgotten(job.reply), remote_name="")
    return replace(job, upload=fresh, files=tuple(forgotten(file) for file in job.files), reply=reply)


def _moved(file: JobFile, new_name: str) -> JobFile:
    if file.transferred:
        return file
    # A whole file with the wrong checksum is no beginning of the right one.
    kept = forgotten(file) if file.is_unproven else file
    # Another server has other validators for the same bytes: without one, the engine compares size and tail.
    return replace(kept, remote_name=new_name, validator=None, server_checksum=None)


def _with_prefix(file: JobFile, old: str, new: str) -> JobFile:
    moved = new + file.remote_name[len(old) :]
    check_remote_name(moved)
    return _moved(file, moved)


def _check_index(job: Job, index: int) -> None:
    if not 0 <= index < len(job.files):
        raise BitsError(codes.E_INVALIDARG, f"The job has no file number {index}.")


def _checked(job: Job) -> Job:
    """The job, unless its files do not go together; raises BitsError(E_INVALIDARG)."""
    if home_sign_ins(job) != job.settings.credentials:
        raise BitsError(codes.E_INVALIDARG, "These addresses need different sign-ins; make a job of each.")
    if job.reply is not None and any(_is_one_path(job.reply.local_name, file.local_name) for file in job.files):
        raise BitsError(codes.E_INVALIDARG, "The reply would replace the file that is sent.")
    return job


def _is_one_path(one: str, other: str) -> bool:
    return os.path.normcase(os.path.normpath(one)) == os.path.normcase(os.path.normpath(other))
