"""What the person wishes for the whole program, as one value; knows no file, no widget and no secret."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from bitsgui.model.job import JobSettings, ProxySettings
from bitsgui.model.limits import DAY_S, Policy


class CloseAction(StrEnum):
    """What closing the window does."""

    ASK = "ask"
    HIDE = "hide"
    """Transfers go on without a window."""
    QUIT = "quit"


class Theme(StrEnum):
    """The colours of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """Which desktop notifications come. `pops_dialog`: whether the error dialog opens by itself over the window."""

    errors: bool = True
    transferred: bool = True
    deadlines: bool = True
    pops_dialog: bool = True


_NEW_JOB: Final = JobSettings(display_name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Delays and time-outs in seconds, rates in bytes a second with 0 = no limit.

    The fields of a job (`rate_limit_bps` to `completes_itself`) are the defaults of new jobs. `download_folder`: empty
    = the platform's. `total_rate_limit_bps` counts over all jobs. `was_told_of_tray`: that closing hides was said once.
    `asks_before_loss`: Quit asks where a transfer could not go on later.
    """

    download_folder: str = ""
    background_slots: int = 1
    total_rate_limit_bps: int = 0
    job_rate_limit_bps: int = 0
    minimum_retry_delay_s: float = _NEW_JOB.minimum_retry_delay_s
    no_progress_timeout_s: float = _NEW_JOB.no_progress_timeout_s
    maximum_download_time_s: float = _NEW_JOB.maximum_download_time_s
    proxy: ProxySettings = _NEW_JOB.proxy
    completes_itself: bool = True
    notify: NotifySettings = field(default_factory=NotifySettings)
    on_close: CloseAction = CloseAction.ASK
    keeps_awake: bool = False
    theme: Theme = Theme.SYSTEM
    history_length: int = 500
    inactivity_days: int = 90
    was_told_of_tray: bool = False
    asks_before_loss: bool = True

    def policy(self, base: Policy) -> Policy:
        """`base` with what is set here."""
        return replace(
            base,
            background_slots=self.background_slots,
            rate_limit_bps=self.total_rate_limit_bps,
            history_length=self.history_length,
            job_inactivity_timeout_s=self.inactivity_days * DAY_S,
        )

    def new_job(self, display_name: str) -> JobSettings:
        """What a new job begins with."""
        return replace(
            _NEW_JOB,
            display_name=display_name,
            rate_limit_bps=self.job_rate_limit_bps,
            minimum_retry_delay_s=self.minimum_retry_delay_s,
            no_progress_timeout_s=self.no_progress_timeout_s,
            maximum_download_time_s=self.maximum_download_time_s,
            proxy=self.proxy,
        )
