"""Which Ack tells which trouble: the status and code of every refusal of the server; must not know packets' order."""

import errno
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.engine.stop import local_stop
from bitsgui.engine.upload_packets import Ack, PacketError
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.server.paths import PathError, Problem
from bitsgui.server.programs import ProgramError

OUT_OF_STEP: Final = HResult(0)

PATH_PROBLEMS: Final[Mapping[Problem, tuple[int, HResult]]] = MappingProxyType(
    {
        Problem.FORBIDDEN: (403, codes.E_ACCESSDENIED),
        Problem.MISSING: (404, codes.ERROR_PATH_NOT_FOUND),
        Problem.FOLDER: (400, codes.E_INVALIDARG),
        Problem.TOO_LONG: (400, codes.E_INVALIDARG),
    }
)

_DISK: Final[Mapping[int, tuple[int, HResult]]] = MappingProxyType(
    {
        errno.ENOSPC: (500, codes.ERROR_DISK_FULL),
        errno.EDQUOT: (500, codes.ERROR_DISK_FULL),
        errno.EFBIG: (500, codes.BG_E_TOO_LARGE),
        errno.EACCES: (403, codes.E_ACCESSDENIED),
        errno.EPERM: (403, codes.E_ACCESSDENIED),
        errno.EROFS: (403, codes.E_ACCESSDENIED),
        errno.ENOENT: (404, codes.ERROR_FILE_NOT_FOUND),
        errno.EEXIST: (403, codes.E_ACCESSDENIED),
        errno.ENAMETOOLONG: (400, codes.E_INVALIDARG),
    }
)


class Refusal(Exception):
    """A packet is answered with a failure; `received`: where the session stands, where that matters."""

    def __init__(self, status: int, code: HResult | None, received: int | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.received = received
        self.context = ErrorContext.REMOTE_FILE

    def ack(self, session_id: str | None) -> Ack:
        """The Ack; `session_id` of a session that the server knows."""
        return Ack(
            status=self.status,
            session_id=session_id,
            received=self.received,
            code=self.code,
            context=None if self.code is None else int(self.context),
        )


def session_lost() -> Refusal:
    """There is no such session for this address and user."""
    return Refusal(500, codes.BG_E_SESSION_NOT_FOUND)


def invalid() -> Refusal:
    """The packet breaks the protocol, or comes at a wrong time."""
    return Refusal(400, codes.E_INVALIDARG)


def out_of_step(received: int) -> Refusal:
    """The fragment begins behind the next byte that is expected."""
    return Refusal(416, OUT_OF_STEP, received)


def unavailable() -> Refusal:
    """It passes: too many sessions, or the server ends."""
    return Refusal(503, from_http_status(503))


def of_packet(error: PacketError) -> Refusal:
    """A packet that cannot be read."""
    return Refusal(error.status, error.code)


def of_path(error: PathError) -> Refusal:
    """An address that leads to no file."""
    return Refusal(*PATH_PROBLEMS[error.problem])


def of_disk(error: OSError) -> Refusal:
    """The file system refused."""
    return Refusal(*_DISK.get(error.errno or 0, (500, local_stop(error, "").code)))


def of_program(error: ProgramError, received: int) -> Refusal:
    """The server's program failed: its status, and the context that says so."""
    refusal = Refusal(error.status, error.code, received)
    refusal.context = ErrorContext.REMOTE_APPLICATION
    return refusal
