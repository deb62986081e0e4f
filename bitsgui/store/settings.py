"""The person's settings in the state folder: one JSON file, replaced whole; unreadable fields fall back alone."""

import logging
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import msgspec

from bitsgui.model.hresult import BitsError
from bitsgui.model.limits import Policy
from bitsgui.model.setting_rules import check_setting
from bitsgui.model.settings import Settings
from bitsgui.store.whole_file import replace_whole

log = logging.getLogger(__name__)

SETTINGS_FILE: Final = "settings.json"


def load_settings(state_dir: Path) -> Settings:
    """What is stored, the defaults where nothing is; raises OSError if the file is there and cannot be read."""
    try:
        raw = (state_dir / SETTINGS_FILE).read_bytes()
    except FileNotFoundError:
        return Settings()
    try:
        stored = msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        log.error("%s is damaged (%s): the defaults are used", SETTINGS_FILE, error)
        return Settings()
    return Settings(**dict(_read_fields(stored)))


def load_policy(state_dir: Path) -> Policy:
    """The policies that the stored settings mean, for a front end without a window; raises OSError as above."""
    return load_settings(state_dir).policy(Policy())


def save_settings(state_dir: Path, settings: Settings) -> None:
    """Whole or not at all, also in a crash; raises OSError."""
    text = msgspec.json.format(msgspec.json.encode(settings), indent=2)
    replace_whole(state_dir / SETTINGS_FILE, text)


def _read_fields(stored: dict[str, Any]) -> list[tuple[str, Any]]:
    read = []
    for known in fields(Settings):
        if known.name in stored:
            try:
                value = msgspec.convert(stored[known.name], known.type)
                check_setting(known.name, value)
                read.append((known.name, value))
            except (msgspec.ValidationError, BitsError) as error:
                log.error("%s: %s (%s): its default is used", SETTINGS_FILE, known.name, error)
    return read
