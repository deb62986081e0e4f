"""What went wrong with an upload, its server program or its reply, where the same code means another thing.

Tables by phase and context. Knows no sides, remedies or texts; what stands in no table is as for a download.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.model import codes as c
from bitsgui.model.causes import Cause
from bitsgui.model.enums import ErrorContext
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.phase import Phase

_NOT_THERE: Final = (
    c.BG_E_HTTP_ERROR_404,
    from_http_status(410),
    c.BG_E_FILE_NOT_FOUND,
    c.ERROR_FILE_NOT_FOUND,
    c.ERROR_PATH_NOT_FOUND,
)
_FORBIDDEN: Final = (c.E_ACCESSDENIED, c.BG_E_HTTP_ERROR_403, from_http_status(451))

CODES_OF: Final[Mapping[tuple[Phase, ErrorContext], Mapping[Cause, tuple[HResult, ...]]]] = MappingProxyType(
    {
        (Phase.UPLOAD, ErrorContext.REMOTE_FILE): {
            Cause.UPLOAD_REFUSED: _FORBIDDEN,
            Cause.UPLOADS_OFF: (
                from_http_status(501),
                from_http_status(405),
            ),
            Cause.UPLOADS_UNSAFE: (c.BG_E_SERVER_EXECUTE_ENABLE,),
            Cause.NO_PLACE_FOR_UPLOADS: _NOT_THERE,
            Cause.UPLOAD_NOT_UNDERSTOOD: (c.E_INVALIDARG, from_http_status(400), from_http_status(411)),
            Cause.NOT_A_BITS_SERVER: (c.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, c.BG_E_INSUFFICIENT_HTTP_SUPPORT),
            Cause.TOO_LARGE_FOR_SERVER: (c.BG_E_TOO_LARGE, from_http_status(413)),
            Cause.SESSION_LOST: (c.BG_E_SESSION_NOT_FOUND,),
        },
        (Phase.UPLOAD, ErrorContext.LOCAL_FILE): {
            Cause.SOURCE_CHANGED: (c.BG_E_LOCAL_FILE_CHANGED,),
            Cause.SOURCE_MISSING: (c.ERROR_FILE_NOT_FOUND, c.ERROR_PATH_NOT_FOUND, c.ERROR_DIRECTORY),
            Cause.SOURCE_UNREADABLE: (c.E_ACCESSDENIED,),
            Cause.SOURCE_NO_FILE: (c.ERROR_INVALID_NAME,),
            Cause.SOURCE_FAULT: (c.ERROR_IO_DEVICE, c.ERROR_CRC),
        },
        (Phase.REPLY, ErrorContext.REMOTE_FILE): {
            Cause.REPLY_MISSING: _NOT_THERE,
            Cause.REPLY_REFUSED: _FORBIDDEN,
            Cause.REPLY_SESSION_LOST: (c.BG_E_SESSION_NOT_FOUND,),
        },
        (Phase.SERVER_PROGRAM, ErrorContext.REMOTE_APPLICATION): {
            Cause.PROGRAM_REFUSED: (*_FORBIDDEN, c.BG_E_HTTP_ERROR_401),
        },
    }
)
_CAUSE_OF: Final[Mapping[tuple[Phase, ErrorContext], Mapping[HResult, Cause]]] = MappingProxyType(
    {place: {code: cause for cause, listed in rows.items() for code in listed} for place, rows in CODES_OF.items()}
)

_FATAL_5XX: Final = frozenset({501, 505})
_PASSING_4XX: Final = frozenset({408, 409, 429})


def upload_cause_of(phase: Phase, error: JobError) -> Cause | None:
    """The cause that only an upload can have, or None."""
    cause = _CAUSE_OF.get((phase, error.context), {}).get(error.code)
    if cause is None and phase is Phase.SERVER_PROGRAM:
        return _of_program(error.http_status or 0)
    # A server that takes no uploads at all says so with "access denied", too ([MC-BUP] section 2.2.1.2).
    return Cause.UPLOADS_OFF if cause is Cause.UPLOAD_REFUSED and error.http_status == 501 else cause


def _of_program(status: int) -> Cause:
    """By the classes of "Handling Server Application Errors"."""
    is_final = (400 <= status < 500 and status not in _PASSING_4XX) or status in _FATAL_5XX
    return Cause.PROGRAM_REJECTED if is_final else Cause.PROGRAM_FAILED
