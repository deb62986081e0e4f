"""Job, JobFile and their settings: frozen values of the BITS job model, in BITS words."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NewType

from bitsgui.model.checksum import Checksum
from bitsgui.model.enums import (
    AuthScheme,
    AuthTarget,
    JobPriority,
    JobState,
    JobType,
    NotifyFlags,
    ProxyUsage,
    SecurityFlags,
)
from bitsgui.model.error import JobError
from bitsgui.model.progress import FileProgress, JobProgress, ReplyProgress
from bitsgui.model.upload import REPLY_INDEX, REPLY_PHASES, Upload

JobId = NewType("JobId", str)
"""A GUID as BITS prints it: {XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}, upper case."""


def new_job_id() -> JobId:
    """A fresh GUID."""
    return JobId("{" + str(uuid.uuid4()).upper() + "}")


@dataclass(frozen=True, slots=True)
class FileRange:
    """BG_FILE_RANGE, bytes; `length` None is BG_LENGTH_TO_EOF."""

    initial_offset: int
    length: int | None


@dataclass(frozen=True, slots=True)
class Validator:
    """Which version of the remote file the received bytes belong to (RFC 9110 section 8.8)."""

    etag: str | None = None
    last_modified: str | None = None
    last_modified_is_strong: bool = False

    @property
    def if_range(self) -> str | None:
        """What an If-Range may carry: a strong ETag, else a strong date, else None."""
        if self.etag is not None and not self.etag.startswith("W/"):
            return self.etag
        return self.last_modified if self.last_modified_is_strong else None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """One remote name and one local name.

    `bytes_total` None is unknown. `transferred`: every byte is in the part file, or acknowledged by the server of
    an upload. `completed`: it carries its final name, here or on that server. `resumable` None is not yet known.
    `name_from_server`: the name may still be replaced by the one that the server gives, inside the same folder.
    `replace_existing` False: nobody agreed to lose a file of that name, so Complete takes "name (1)" where one has
    appeared meanwhile. `checksum`: what somebody said that the content hashes to; `server_checksum`: what the server
    said of the version that is being received.
    """

    remote_name: str
    local_name: str
    ranges: tuple[FileRange, ...] = ()
    bytes_total: int | None = None
    bytes_transferred: int = 0
    transferred: bool = False
    completed: bool = False
    validator: Validator | None = None
    resumable: bool | None = None
    modified_time: float | None = None
    name_from_server: bool = False
    replace_existing: bool = True
    checksum: Checksum | None = None
    server_checksum: Checksum | None = None

    @property
    def progress(self) -> FileProgress:
        """BG_FILE_PROGRESS of a download."""
        return FileProgress(self.bytes_total, self.bytes_transferred, self.completed)

    @property
    def expected_checksum(self) -> Checksum | None:
        """What decides whether the content is right; a person's word goes before the server's."""
        return self.checksum or self.server_checksum

    @property
    def is_unproven(self) -> bool:
        """Every byte is here, but the checksum was not found right: it is wrong, or nobody has looked yet."""
        is_whole = self.bytes_total is not None and self.bytes_transferred >= self.bytes_total
        return is_whole and not self.transferred and self.expected_checksum is not None


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """SetProxySettings: lists are space-delimited text and belong to OVERRIDE only."""

    usage: ProxyUsage = ProxyUsage.PRECONFIG
    proxy_list: str = ""
    bypass_list: str = ""


@dataclass(frozen=True, slots=True)
class CredentialRef:
    """That a sign-in exists and whose; the password is in the secret store only.

    `origin`: the address (scheme, host, port) that it came with and that alone gets it; None = all of the job.
    """

    target: AuthTarget
    scheme: AuthScheme
    user_name: str
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class NotifyCommand:
    """SetNotifyCmdLine: the program's whole path, and its argv, which begins with the program's name."""

    program: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """Properties of a job with the defaults of BITS; delays and time-outs in seconds, rates in bytes a second.

    `custom_header_names` only names the headers: their values may be secrets and are in the secret store.
    `certificate_pin`: SHA-256 fingerprint (64 hexadecimal digits in lower case) of the only certificate accepted.
    `client_certificate` and `client_key` (None = in the same file): PEM files; the passphrase is a secret.
    """

    display_name: str
    description: str = ""
    priority: JobPriority = JobPriority.NORMAL
    notify_flags: NotifyFlags = NotifyFlags.JOB_TRANSFERRED | NotifyFlags.JOB_ERROR
    notify_command: NotifyCommand | None = None
    minimum_retry_delay_s: float = 600
    no_progress_timeout_s: float = 1_209_600
    maximum_download_time_s: float = 7_776_000
    proxy: ProxySettings = field(default_factory=ProxySettings)
    security_flags: SecurityFlags = SecurityFlags(0)  # noqa: RUF009  (an immutable flag)
    http_method: str = "GET"
    dynamic_content: bool = False
    custom_header_names: tuple[str, ...] = ()
    credentials: tuple[CredentialRef, ...] = ()
    ca_file: str | None = None
    certificate_pin: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    rate_limit_bps: int = 0
    auto_complete: bool = False


@dataclass(frozen=True, slots=True)
class JobTimes:
    """BG_JOB_TIMES, seconds since the epoch (UTC); `transfer_completion` None = never yet."""

    creation: float
    modification: float
    transfer_completion: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job: the unit of scheduling, retry, error and completion.

    `retry_at` (TRANSIENT_ERROR only) None waits for a condition, not for a time. `no_progress_since` starts
    with the first transient error. `download_time_s` counts CONNECTING + TRANSFERRING since the last Resume.
    `resumed`: Resume was called at least once. `completing`: Complete began and must be finished. `upload`: where an
    upload stands, None for downloads. `reply`: of an upload-reply job, None for others; its names are empty until
    they are known. `undo_until` (CANCELLED only, seconds since the epoch): its Cancel may be undone until then, and
    leads back to `undo_state`; None = for good. `notified`: somebody took the notification of its present state.
    `reminder`: the days (30, 7, 1) that were left of its life when that was last told; any activity makes it None.
    `command_status`: with which its notification program failed last, -1 = it could not be started; None = it did not.
    """

    id: JobId
    type: JobType = JobType.DOWNLOAD
    state: JobState = JobState.SUSPENDED
    settings: JobSettings
    files: tuple[JobFile, ...] = ()
    times: JobTimes
    owner: str = ""
    error: JobError | None = None
    error_count: int = 0
    retry_at: float | None = None
    no_progress_since: float | None = None
    download_time_s: float = 0.0
    resumed: bool = False
    completing: bool = False
    upload: Upload | None = None
    reply: JobFile | None = None
    undo_until: float | None = None
    undo_state: JobState = JobState.SUSPENDED
    notified: bool = False
    reminder: int | None = None
    command_status: int | None = None

    @property
    def progress(self) -> JobProgress:
        """BG_JOB_PROGRESS; covers the file of an upload, not its reply."""
        return JobProgress(
            bytes_total=_total_of(self.files),
            bytes_transferred=sum(f.bytes_transferred for f in self.files),
            files_total=len(self.files),
            files_transferred=sum(f.transferred for f in self.files),
        )

    @property
    def reply_progress(self) -> ReplyProgress | None:
        """BG_JOB_REPLY_PROGRESS; None (E_NOTIMPL) unless this is an upload-reply job.

        The total is a number as soon as the reply's download begins, 0 until it is learnt: an error with an unknown
        total is the upload's.
        """
        if self.reply is None or self.upload is None:
            return None
        has_begun = self.upload.phase in REPLY_PHASES
        return ReplyProgress(self.reply.bytes_total or 0 if has_begun else None, self.reply.bytes_transferred)

    @property
    def entries(self) -> Mapping[int, JobFile]:
        """Everything with bytes of its own by index: the files, and at REPLY_INDEX the reply."""
        files = dict(enumerate(self.files))
        return files if self.reply is None else files | {REPLY_INDEX: self.reply}

    @property
    def incoming(self) -> Mapping[int, JobFile]:
        """What this computer receives, by index: the files of a download, the reply of an upload-reply."""
        if self.type is JobType.DOWNLOAD:
            return dict(enumerate(self.files))
        return {} if self.reply is None else {REPLY_INDEX: self.reply}

    def entry(self, index: int) -> JobFile:
        """A file, or the reply; raises LookupError."""
        if self.reply is not None and index == REPLY_INDEX:
            return self.reply
        return self.files[index]

    def with_entry(self, index: int, file: JobFile) -> "Job":
        """The job with another value of that entry."""
        if self.reply is not None and index == REPLY_INDEX:
            return replace(self, reply=file)
        return replace(self, files=(*self.files[:index], file, *self.files[index + 1 :]))

    def pending_files(self) -> Iterator[int]:
        """Indexes of the entries that still miss bytes, in transfer order."""
        return (i for i, f in self.entries.items() if not f.transferred)

    @property
    def has_pending_files(self) -> bool:
        """Whether a Resume would have work to do; an upload also has its session to close."""
        if self.upload is not None:
            return bool(self.files) and not self.upload.is_closed
        return any(True for _ in self.pending_files())

    @property
    def is_partly_transferred(self) -> bool:
        """Some files are whole and some are not: Complete would keep a part (BG_S_PARTIAL_COMPLETE)."""
        is_download = self.type is JobType.DOWNLOAD
        return is_download and any(f.transferred for f in self.files) and self.has_pending_files


def _total_of(files: tuple[JobFile, ...]) -> int | None:
    total = 0
    for file in files:
        if file.bytes_total is None:
            return None
        total += file.bytes_total
    return total
