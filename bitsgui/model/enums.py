"""Enumerations with the numbers of bits.h; knows nothing but numbers and names."""

from enum import IntEnum, IntFlag, StrEnum


class JobType(IntEnum):
    """BG_JOB_TYPE."""

    DOWNLOAD = 0
    UPLOAD = 1
    UPLOAD_REPLY = 2


class JobState(IntEnum):
    """BG_JOB_STATE."""

    QUEUED = 0
    CONNECTING = 1
    TRANSFERRING = 2
    SUSPENDED = 3
    ERROR = 4
    TRANSIENT_ERROR = 5
    TRANSFERRED = 6
    ACKNOWLEDGED = 7
    CANCELLED = 8


class JobPriority(IntEnum):
    """BG_JOB_PRIORITY; a smaller number is more urgent."""

    FOREGROUND = 0
    HIGH = 1
    NORMAL = 2
    LOW = 3


class ProxyUsage(IntEnum):
    """BG_JOB_PROXY_USAGE."""

    PRECONFIG = 0
    NO_PROXY = 1
    OVERRIDE = 2
    AUTODETECT = 3


class ErrorContext(IntEnum):
    """BG_ERROR_CONTEXT: where an error happened."""

    NONE = 0
    UNKNOWN = 1
    GENERAL_QUEUE_MANAGER = 2
    QUEUE_MANAGER_NOTIFICATION = 3
    LOCAL_FILE = 4
    REMOTE_FILE = 5
    GENERAL_TRANSPORT = 6
    REMOTE_APPLICATION = 7
    SERVER_CERTIFICATE_CALLBACK = 8


class AuthTarget(IntEnum):
    """BG_AUTH_TARGET."""

    SERVER = 1
    PROXY = 2


class AuthScheme(IntEnum):
    """BG_AUTH_SCHEME."""

    BASIC = 1
    DIGEST = 2
    NTLM = 3
    NEGOTIATE = 4
    PASSPORT = 5


class NotifyFlags(IntFlag):
    """BG_NOTIFY_*; DISABLE overrides every other bit."""

    JOB_TRANSFERRED = 0x01
    JOB_ERROR = 0x02
    DISABLE = 0x04
    JOB_MODIFICATION = 0x08
    FILE_TRANSFERRED = 0x10
    FILE_RANGES_TRANSFERRED = 0x20


class SecurityFlags(IntFlag):
    """BG_SSL_* and BG_HTTP_REDIRECT_POLICY_* of SetSecurityFlags."""

    SSL_ENABLE_CRL_CHECK = 0x0001
    SSL_IGNORE_CERT_CN_INVALID = 0x0002
    SSL_IGNORE_CERT_DATE_INVALID = 0x0004
    SSL_IGNORE_UNKNOWN_CA = 0x0008
    SSL_IGNORE_CERT_WRONG_USAGE = 0x0010
    REDIRECT_ALLOW_REPORT = 0x0100
    REDIRECT_DISALLOW = 0x0200
    REDIRECT_ALLOW_HTTPS_TO_HTTP = 0x0800


REDIRECT_POLICY_MASK = 0x0700
"""BG_HTTP_REDIRECT_POLICY_MASK; zero under the mask is ALLOW_SILENT."""


class Verb(StrEnum):
    """The state-changing calls of IBackgroundCopyJob."""

    RESUME = "resume"
    SUSPEND = "suspend"
    COMPLETE = "complete"
    CANCEL = "cancel"


FINAL_STATES = frozenset({JobState.ACKNOWLEDGED, JobState.CANCELLED})
RUNNING_STATES = frozenset({JobState.CONNECTING, JobState.TRANSFERRING})
ACTION_STATES = RUNNING_STATES | {JobState.QUEUED, JobState.TRANSIENT_ERROR}
