"""JobError: what went wrong, where it was known; data that survives a restart."""

from dataclasses import dataclass

from bitsgui.model.enums import ErrorContext
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import HResult


@dataclass(frozen=True, slots=True)
class FileRef:
    """The file being processed when it failed (IBackgroundCopyError::GetFile)."""

    index: int
    remote_name: str
    local_name: str


@dataclass(frozen=True, slots=True)
class JobError:
    """IBackgroundCopyError as a value.

    `file` is None and `protocol` is None where the error belongs to neither; `detail` is one English
    sentence without secrets; `when` is in seconds since the epoch (UTC); `attempt` counts the job's errors from 1;
    `status` is the HTTP status of an answer whose code is another one. `offset`: bytes of the file that were through.
    `facts`: what was found out around it; they
    follow shortly after the error.
    """

    context: ErrorContext
    code: HResult
    file: FileRef | None = None
    protocol: str | None = None
    detail: str = ""
    when: float = 0.0
    attempt: int = 0
    status: int | None = None
    facts: Facts | None = None
    offset: int | None = None

    @property
    def http_status(self) -> int | None:
        """The server's status, or None if no answer is meant."""
        return self.code.http_status if self.status is None else self.status
