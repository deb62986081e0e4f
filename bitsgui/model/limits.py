"""Limits and policies of the job model; numbers only."""

import sys
from dataclasses import dataclass
from typing import Final

DISPLAY_NAME_MAX: Final = 256
DESCRIPTION_MAX: Final = 1024
REMOTE_NAME_MAX: Final = 2200
REMOTE_SEGMENT_MAX: Final = 260
LOCAL_NAME_MAX: Final = 260 if sys.platform == "win32" else 4096
"""MAX_PATH of the platform, characters."""
LOCAL_SEGMENT_MAX_BYTES: Final = 255
CUSTOM_HEADERS_MAX: Final = 16_384
PROXY_LIST_MAX: Final = 4000
NOTIFY_PARAMETERS_MAX: Final = 4000
USER_NAME_MAX: Final = 300
PASSWORD_MAX: Final = 65_535

MINIMUM_RETRY_DELAY_FLOOR_S: Final = 5
SECONDS_MAX: Final = 0xFFFFFFFF
"""Delays and time-outs are ULONG seconds in BITS."""
OFFSET_MAX: Final = 2**63 - 1
"""Bytes; no file system holds more."""

DAY_S: Final = 86_400.0
INACTIVITY_DAYS_MIN: Final = 1
INACTIVITY_DAYS_MAX: Final = 999
REMINDER_DAYS: Final = (30, 7, 1)
"""How long before an untouched job is cancelled that is told."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Group policies of BITS that make sense here.

    BITS binds neither administrators nor services by its job limits; the owner of a desktop queue is its
    administrator, so `max_jobs_per_user` is None (no limit) unless set.
    """

    max_files_per_job: int = 200
    max_ranges_per_file: int = 500
    max_jobs_per_user: int | None = None
    job_inactivity_timeout_s: float = 90 * DAY_S
    background_slots: int = 1
    time_slice_s: float = 300.0
    rate_limit_bps: int = 0
    """Bytes per second over all jobs; 0 = no limit."""
    history_length: int = 500
    """Finished jobs kept for the history list."""
    spared_until: float = 0.0
    """Seconds since the epoch: before that no job is cancelled for inactivity, so that its owner sees it once."""

    def __post_init__(self) -> None:
        """Bring JobInactivityTimeout into BITS's bounds, silently as BITS does."""
        bounded = min(max(self.job_inactivity_timeout_s, INACTIVITY_DAYS_MIN * DAY_S), INACTIVITY_DAYS_MAX * DAY_S)
        object.__setattr__(self, "job_inactivity_timeout_s", bounded)
