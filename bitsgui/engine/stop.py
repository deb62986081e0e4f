"""TransferStop: the one thing an attempt raises, and the tables that turn errors of the disk into it.

The context is set here, where it is known; nobody reconstructs it from a message.
"""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.error import FileRef
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import HResult


class TransferStop(Exception):
    """An attempt ends: why (code), where (context), and how long the server asks to wait (seconds or None).

    `http_status`: that of the answer that ended it, where the code is another one; `facts`: what it tells besides.
    """

    def __init__(
        self,
        context: ErrorContext,
        code: HResult,
        detail: str = "",
        *,
        retry_after_s: float | None = None,
        http_status: int | None = None,
        facts: Facts | None = None,
    ) -> None:
        super().__init__(f"{context.name} {code}: {detail or code.meaning}")
        self.context = context
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.http_status = code.http_status if http_status is None else http_status
        self.facts = facts

    def at(self, context: ErrorContext) -> "TransferStop":
        """The same in another context."""
        other = TransferStop(
            context,
            self.code,
            self.detail,
            retry_after_s=self.retry_after_s,
            http_status=self.http_status,
            facts=self.facts,
        )
        other.__cause__ = self
        return other


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt ended, where, and at which file."""

    stop: TransferStop
    file: FileRef | None
    protocol: str | None


LOCAL_ERRNO: Final[Mapping[int, HResult]] = MappingProxyType(
    {
        errno.ENOSPC: codes.ERROR_DISK_FULL,
        errno.EDQUOT: codes.ERROR_DISK_QUOTA_EXCEEDED,
        errno.EFBIG: codes.ERROR_FILE_TOO_LARGE,
        errno.EACCES: codes.E_ACCESSDENIED,
        errno.EPERM: codes.E_ACCESSDENIED,
        errno.EROFS: codes.ERROR_WRITE_PROTECT,
        errno.ENOENT: codes.ERROR_PATH_NOT_FOUND,
        errno.ENOTDIR: codes.ERROR_DIRECTORY,
        errno.EISDIR: codes.ERROR_ALREADY_EXISTS,
        errno.ELOOP: codes.ERROR_ALREADY_EXISTS,  # a symbolic link where the part file belongs
        errno.EEXIST: codes.ERROR_ALREADY_EXISTS,
        errno.ENAMETOOLONG: codes.ERROR_FILENAME_EXCED_RANGE,
        errno.EINVAL: codes.ERROR_INVALID_NAME,
        errno.EXDEV: codes.ERROR_NOT_SAME_DEVICE,
        errno.EIO: codes.ERROR_IO_DEVICE,
        errno.ENODEV: codes.ERROR_NOT_READY,
        errno.ENXIO: codes.ERROR_NOT_READY,
        errno.ESTALE: codes.BG_E_VOLUME_CHANGED,
        errno.EBUSY: codes.ERROR_SHARING_VIOLATION,
        errno.ETXTBSY: codes.ERROR_SHARING_VIOLATION,
        errno.EMFILE: codes.ERROR_TOO_MANY_OPEN_FILES,
        errno.ENFILE: codes.ERROR_TOO_MANY_OPEN_FILES,
        errno.ENOMEM: codes.E_OUTOFMEMORY,
    }
)
"""errno of a local file operation; what is not here is an I/O error."""

# Windows says more here than the errno that Python makes of it.
_LOCAL_WINERROR: Final[Mapping[int, HResult]] = MappingProxyType(
    {
        32: codes.ERROR_SHARING_VIOLATION,
        33: codes.ERROR_LOCK_VIOLATION,
        39: codes.ERROR_HANDLE_DISK_FULL,
    }
)


def local_stop(error: OSError, path: str) -> TransferStop:
    """The stop of a failed local file operation."""
    by_errno = LOCAL_ERRNO.get(error.errno or 0, codes.ERROR_IO_DEVICE)
    code = _LOCAL_WINERROR.get(getattr(error, "winerror", None) or 0, by_errno)
    return TransferStop(ErrorContext.LOCAL_FILE, code, f"{error.strerror or type(error).__name__}: {path}")


@contextmanager
def convert_local(path: str) -> Iterator[None]:
    """Turn a failed local file operation into TransferStop(LOCAL_FILE); the cause is kept."""
    try:
        yield
    except OSError as error:
        raise local_stop(error, path) from error
