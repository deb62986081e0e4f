"""What went wrong, as finely as an error's (context, code) tells: one table.

Knows no sides, remedies or texts, and of uploads no more than the names. A code that is in no row is UNKNOWN, honestly.
"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from bitsgui.model import codes as c
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import HResult, from_http_status


class Cause(Enum):
    """What happened, as finely as the code tells."""

    SIGN_IN_WANTED = auto()
    SIGN_IN_REFUSED = auto()
    SIGN_IN_SCHEME = auto()
    SIGN_IN_UNUSABLE = auto()
    CLIENT_CERTIFICATE = auto()
    PROXY_SIGN_IN = auto()
    PROXY_SCHEME = auto()
    PROXY_UNUSABLE = auto()
    PROXY_UNREACHABLE = auto()
    PROXY_REFUSED = auto()
    FORBIDDEN = auto()
    LINK_EXPIRED = auto()
    NOT_FOUND = auto()
    BAD_ADDRESS = auto()
    REFUSED = auto()
    NOT_ABLE = auto()
    BUSY = auto()
    WEB_PAGE = auto()
    INVALID_RESPONSE = auto()
    REDIRECT_REFUSED = auto()
    REDIRECT_LOOP = auto()
    NO_RANGES = auto()
    NO_SIZE = auto()
    RANGE_OUTSIDE = auto()
    REMOTE_CHANGED = auto()
    VALIDATION_FAILED = auto()
    TLS_DATE = auto()
    TLS_TOO_EARLY = auto()
    CLOCK_WRONG = auto()
    TLS_NAME = auto()
    TLS_AUTHORITY = auto()
    TLS_SELF_SIGNED = auto()
    TLS_INTERCEPTED = auto()
    TLS_REVOKED = auto()
    TLS_OTHER = auto()
    NAME_NOT_FOUND = auto()
    NAME_UNKNOWN = auto()
    CAPTIVE_PORTAL = auto()
    OFFLINE = auto()
    NO_ANSWER = auto()
    TIMED_OUT = auto()
    CONNECTION_LOST = auto()
    DISK_FULL = auto()
    NO_PERMISSION = auto()
    READ_ONLY = auto()
    FOLDER_MISSING = auto()
    PART_GONE = auto()
    DRIVE_GONE = auto()
    FILE_BUSY = auto()
    VOLUME_LOCKED = auto()
    OWNER_CHANGED = auto()
    NAME_TOO_LONG = auto()
    NAME_UNUSABLE = auto()
    NAME_TAKEN = auto()
    FILE_TOO_LARGE = auto()
    DISK_FAULT = auto()
    COMPUTER_BUSY = auto()
    DATABASE_DAMAGED = auto()
    NO_PROGRESS = auto()
    TOOK_TOO_LONG = auto()
    LEFT_ALONE = auto()
    SIZE_LIMIT = auto()
    BLOCKED_BY_RULE = auto()
    UPLOAD_REFUSED = auto()
    UPLOADS_OFF = auto()
    UPLOADS_UNSAFE = auto()
    NO_PLACE_FOR_UPLOADS = auto()
    UPLOAD_NOT_UNDERSTOOD = auto()
    NOT_A_BITS_SERVER = auto()
    TOO_LARGE_FOR_SERVER = auto()
    SERVER_DISK_FULL = auto()
    SESSION_LOST = auto()
    SOURCE_CHANGED = auto()
    SOURCE_MISSING = auto()
    SOURCE_UNREADABLE = auto()
    SOURCE_NO_FILE = auto()
    SOURCE_FAULT = auto()
    PROGRAM_FAILED = auto()
    PROGRAM_REJECTED = auto()
    PROGRAM_REFUSED = auto()
    REPLY_MISSING = auto()
    REPLY_REFUSED = auto()
    REPLY_SESSION_LOST = auto()
    UNKNOWN = auto()


_CODES_OF: Final[Mapping[Cause, tuple[HResult, ...]]] = MappingProxyType(
    {
        Cause.SIGN_IN_WANTED: (
            c.BG_E_HTTP_ERROR_401,
            c.ERROR_WINHTTP_LOGIN_FAILURE,
            c.ERROR_LOGON_FAILURE,
        ),
        Cause.SIGN_IN_UNUSABLE: (c.BG_E_INVALID_AUTH_SCHEME, c.BG_E_INVALID_CREDENTIALS),
        Cause.CLIENT_CERTIFICATE: (
            c.ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED,
            c.ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY,
            c.ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY,
            c.CRYPT_E_NOT_FOUND,
        ),
        Cause.PROXY_SIGN_IN: (c.BG_E_HTTP_ERROR_407,),
        Cause.PROXY_UNUSABLE: (
            c.BG_E_INVALID_PROXY_INFO,
            c.BG_E_PROXY_LIST_TOO_LARGE,
            c.BG_E_PROXY_BYPASS_LIST_TOO_LARGE,
            c.BG_E_PROXY_NAME_RESOLUTION_FAILURE,
            c.ERROR_WINHTTP_AUTODETECTION_FAILED,
            from_http_status(305),
        ),
        Cause.FORBIDDEN: (c.BG_E_HTTP_ERROR_403, from_http_status(451), c.ERROR_NETWORK_ACCESS_DENIED),
        Cause.NOT_FOUND: (c.BG_E_HTTP_ERROR_404, from_http_status(410), c.BG_E_FILE_NOT_FOUND),
        Cause.BAD_ADDRESS: (
            c.E_INVALIDARG,
            c.ERROR_WINHTTP_INVALID_URL,
            c.ERROR_WINHTTP_UNRECOGNIZED_SCHEME,
            from_http_status(400),
            from_http_status(414),
        ),
        Cause.NOT_ABLE: (
            from_http_status(501),
            from_http_status(505),
            c.BG_E_INSUFFICIENT_HTTP_SUPPORT,
            c.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH,
        ),
        Cause.BUSY: (from_http_status(408), from_http_status(409), from_http_status(429)),
        Cause.WEB_PAGE: (from_http_status(200), from_http_status(203)),
        Cause.INVALID_RESPONSE: (
            c.BG_E_INVALID_SERVER_RESPONSE,
            c.ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
            c.BG_E_PROTOCOL_ERROR,
            c.BG_E_SERVER_PROTOCOL_VIOLATION,
        ),
        Cause.REDIRECT_REFUSED: (c.ERROR_WINHTTP_REDIRECT_FAILED,),
        Cause.NO_RANGES: (c.BG_E_INSUFFICIENT_RANGE_SUPPORT,),
        Cause.NO_SIZE: (c.BG_E_MISSING_FILE_SIZE, from_http_status(411)),
        Cause.RANGE_OUTSIDE: (c.BG_E_HTTP_ERROR_416, c.BG_E_INVALID_RANGE),
        Cause.REMOTE_CHANGED: (c.BG_E_REMOTE_FILE_CHANGED, from_http_status(412)),
        Cause.VALIDATION_FAILED: (c.BG_E_VALIDATION_FAILED,),
        Cause.TLS_DATE: (c.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID, c.CERT_E_EXPIRED),
        Cause.TLS_NAME: (c.ERROR_WINHTTP_SECURE_CERT_CN_INVALID, c.CERT_E_CN_NO_MATCH),
        Cause.TLS_AUTHORITY: (
            c.ERROR_WINHTTP_SECURE_INVALID_CA,
            c.CERT_E_UNTRUSTEDROOT,
            c.BG_E_TRUST_FAILURE,
        ),
        Cause.TLS_REVOKED: (
            c.ERROR_WINHTTP_SECURE_CERT_REVOKED,
            c.ERROR_WINHTTP_SECURE_CERT_REV_FAILED,
            c.CRYPT_E_REVOKED,
        ),
        Cause.TLS_OTHER: (
            c.ERROR_WINHTTP_SECURE_CHANNEL_ERROR,
            c.ERROR_WINHTTP_SECURE_INVALID_CERT,
            c.ERROR_WINHTTP_SECURE_FAILURE,
            c.ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE,
            c.CERT_E_WRONG_USAGE,
            c.BG_E_SECURE_CHANNEL_FAILURE,
            c.BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED,
        ),
        Cause.NAME_NOT_FOUND: (
            c.ERROR_WINHTTP_NAME_NOT_RESOLVED,
            c.WSAHOST_NOT_FOUND,
            c.BG_E_NAME_RESOLUTION_FAILURE,
        ),
        Cause.CAPTIVE_PORTAL: (from_http_status(511),),
        Cause.OFFLINE: (
            c.BG_E_NETWORK_DISCONNECTED,
            c.ERROR_NO_NETWORK,
            c.ERROR_CAN_NOT_COMPLETE,
            c.ERROR_NETWORK_UNREACHABLE,
        ),
        Cause.NO_ANSWER: (
            c.ERROR_WINHTTP_CANNOT_CONNECT,
            c.ERROR_CONNECTION_REFUSED,
            c.ERROR_HOST_UNREACHABLE,
            c.WSAECONNREFUSED,
            c.BG_E_CONNECT_FAILURE,
        ),
        Cause.TIMED_OUT: (
            c.ERROR_WINHTTP_TIMEOUT,
            c.WSAETIMEDOUT,
            c.ERROR_SEM_TIMEOUT,
            c.BG_E_TIMEOUT,
        ),
        Cause.CONNECTION_LOST: (
            c.ERROR_WINHTTP_CONNECTION_ERROR,
            c.ERROR_WINHTTP_OPERATION_CANCELLED,
            c.ERROR_CONNECTION_ABORTED,
            c.WSAECONNRESET,
            c.BG_E_CONNECTION_CLOSED,
            c.BG_E_RECEIVE_FAILURE,
            c.BG_E_SEND_FAILURE,
        ),
        Cause.DISK_FULL: (c.ERROR_DISK_FULL, c.ERROR_HANDLE_DISK_FULL, c.ERROR_DISK_QUOTA_EXCEEDED),
        Cause.NO_PERMISSION: (c.E_ACCESSDENIED,),
        Cause.OWNER_CHANGED: (c.BG_E_NEW_OWNER_NO_FILE_ACCESS, c.BG_E_NEW_OWNER_DIFF_MAPPING),
        Cause.READ_ONLY: (c.ERROR_WRITE_PROTECT,),
        Cause.FOLDER_MISSING: (c.ERROR_PATH_NOT_FOUND, c.ERROR_DIRECTORY),
        Cause.PART_GONE: (c.ERROR_FILE_NOT_FOUND,),
        Cause.DRIVE_GONE: (
            c.BG_E_VOLUME_CHANGED,
            c.ERROR_NOT_READY,
            c.ERROR_NOT_SAME_DEVICE,
        ),
        Cause.FILE_BUSY: (c.ERROR_SHARING_VIOLATION, c.ERROR_LOCK_VIOLATION),
        Cause.VOLUME_LOCKED: (c.BG_E_DESTINATION_LOCKED,),
        Cause.NAME_TOO_LONG: (c.ERROR_FILENAME_EXCED_RANGE,),
        Cause.NAME_UNUSABLE: (c.ERROR_INVALID_NAME,),
        Cause.NAME_TAKEN: (c.ERROR_ALREADY_EXISTS,),
        Cause.FILE_TOO_LARGE: (c.ERROR_FILE_TOO_LARGE,),
        Cause.DISK_FAULT: (c.ERROR_IO_DEVICE, c.ERROR_CRC),
        Cause.COMPUTER_BUSY: (c.ERROR_TOO_MANY_OPEN_FILES, c.E_OUTOFMEMORY, c.BG_E_STANDBY_MODE),
        Cause.DATABASE_DAMAGED: (c.BG_E_DATABASE_CORRUPT,),
        Cause.NO_PROGRESS: (c.BG_E_NO_PROGRESS,),
        Cause.TOOK_TOO_LONG: (c.BG_E_MAXDOWNLOAD_TIMEOUT,),
        Cause.LEFT_ALONE: (c.ERROR_TIMEOUT,),
        Cause.SIZE_LIMIT: (c.BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED, c.BG_E_TOO_LARGE),
        Cause.BLOCKED_BY_RULE: (
            c.BG_E_BLOCKED_BY_POLICY,
            c.BG_E_BLOCKED_BY_COST_TRANSFER_POLICY,
            c.BG_E_BLOCKED_BY_BATTERY_POLICY,
            c.BG_E_BLOCKED_BY_BATTERY_SAVER,
            c.BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY,
            c.BG_E_BLOCKED_BY_GAME_MODE,
            c.BG_E_BLOCKED_BY_SYSTEM_POLICY,
        ),
    }
)

_CAUSE_OF: Final[Mapping[HResult, Cause]] = MappingProxyType(
    {code: cause for cause, listed in _CODES_OF.items() for code in listed}
)

# The same Win32 code means another thing when the server's file is meant.
_REMOTE_CAUSE_OF: Final[Mapping[HResult, Cause]] = MappingProxyType(
    {
        c.E_ACCESSDENIED: Cause.FORBIDDEN,
        c.ERROR_FILE_NOT_FOUND: Cause.NOT_FOUND,
        c.ERROR_PATH_NOT_FOUND: Cause.NOT_FOUND,
        c.ERROR_DISK_FULL: Cause.SERVER_DISK_FULL,
        c.ERROR_HANDLE_DISK_FULL: Cause.SERVER_DISK_FULL,
        c.ERROR_DISK_QUOTA_EXCEEDED: Cause.SERVER_DISK_FULL,
        from_http_status(507): Cause.SERVER_DISK_FULL,
    }
)

_CAUSE_OF_STATUS_CLASS: Final[Mapping[int, Cause]] = MappingProxyType(
    {2: Cause.INVALID_RESPONSE, 3: Cause.REDIRECT_REFUSED, 4: Cause.REFUSED, 5: Cause.BUSY}
)


def cause_of(context: ErrorContext, code: HResult) -> Cause:
    """The row of the code; an HTTP status without one goes by its hundreds."""
    if context is ErrorContext.REMOTE_FILE and code in _REMOTE_CAUSE_OF:
        return _REMOTE_CAUSE_OF[code]
    if context is ErrorContext.GENERAL_TRANSPORT and code.http_status not in (None, 407):
        return Cause.PROXY_REFUSED  # an answer before the server was reached
    if code in _CAUSE_OF:
        return _CAUSE_OF[code]
    return _CAUSE_OF_STATUS_CLASS.get((code.http_status or 0) // 100, Cause.UNKNOWN)
