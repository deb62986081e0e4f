"""What a setting may be, for the page that changes it and the file that it comes from; numbers and texts only."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final

from bitsgui.model import limits
from bitsgui.model.codes import E_INVALIDARG
from bitsgui.model.file_rules import check_text
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import ProxySettings
from bitsgui.model.proxy_rules import check_proxy
from bitsgui.model.settings import Settings

BACKGROUND_SLOTS_MAX: Final = 100
HISTORY_LENGTH_MAX: Final = 100_000
RATE_MAX: Final = 10**12
"""Bytes a second; more than any network here moves."""

RANGES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "background_slots": (1, BACKGROUND_SLOTS_MAX),
        "total_rate_limit_bps": (0, RATE_MAX),
        "job_rate_limit_bps": (0, RATE_MAX),
        "minimum_retry_delay_s": (limits.MINIMUM_RETRY_DELAY_FLOOR_S, limits.SECONDS_MAX),
        "no_progress_timeout_s": (0, limits.SECONDS_MAX),
        "maximum_download_time_s": (0, limits.SECONDS_MAX),
        "history_length": (0, HISTORY_LENGTH_MAX),
        "inactivity_days": (limits.INACTIVITY_DAYS_MIN, limits.INACTIVITY_DAYS_MAX),
    }
)
"""The least and the most of every setting that is a number."""


def check_setting(name: str, value: Any) -> None:
    """Raise BitsError(E_INVALIDARG | BG_E_PROXY_LIST_TOO_LARGE ...) for a value that the setting cannot have."""
    if name in RANGES:
        least, most = RANGES[name]
        if not least <= value <= most:
            raise BitsError(E_INVALIDARG, f"{name} is a number from {least} to {most}.")
    elif isinstance(value, ProxySettings):
        check_proxy(value.usage, value.proxy_list, value.bypass_list)
    elif name == "download_folder" and value:
        check_text(value)
        if not PurePath(value).is_absolute():
            raise BitsError(E_INVALIDARG, "Give the whole path of the folder.")


def check_settings(settings: Settings) -> None:
    """Raise BitsError for the first field whose value it cannot have."""
    for field in fields(settings):
        check_setting(field.name, getattr(settings, field.name))
