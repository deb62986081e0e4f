"""Settings on the disk: they come back as they were, and damage costs only what is damaged."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.model.enums import ProxyUsage
from bitsgui.model.job import ProxySettings
from bitsgui.model.limits import DAY_S, Policy
from bitsgui.model.setting_rules import RANGES, check_setting
from bitsgui.model.settings import CloseAction, NotifySettings, Settings, Theme
from bitsgui.store.settings import SETTINGS_FILE, load_policy, load_settings, save_settings

OTHER = Settings(
    download_folder="/data/Ätna",
    background_slots=3,
    total_rate_limit_bps=1_000_000,
    job_rate_limit_bps=500_000,
    minimum_retry_delay_s=60,
    no_progress_timeout_s=DAY_S,
    maximum_download_time_s=2 * DAY_S,
    proxy=ProxySettings(ProxyUsage.OVERRIDE, "http://proxy:8080", "localhost"),
    completes_itself=False,
    notify=NotifySettings(errors=False, pops_dialog=False),
    on_close=CloseAction.QUIT,
    keeps_awake=True,
    theme=Theme.DARK,
    history_length=10,
    inactivity_days=30,
    was_told_of_tray=True,
)


def test_nothing_stored_is_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    save_settings(tmp_path / "new", OTHER)
    assert load_settings(tmp_path / "new") == OTHER
    assert [path.name for path in (tmp_path / "new").iterdir()] == [SETTINGS_FILE]


def test_a_field_that_cannot_be_read_falls_back_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save_settings(tmp_path, OTHER)
    stored = json.loads((tmp_path / SETTINGS_FILE).read_text())
    (tmp_path / SETTINGS_FILE).write_text(json.dumps(stored | {"theme": "pink", "unheard_of": 1}))
    assert load_settings(tmp_path) == replace(OTHER, theme=Theme.SYSTEM)
    assert ["theme" in record.getMessage() for record in caplog.records] == [True]
    caplog.clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("background_slots", 0),
        ("inactivity_days", 1000),
        ("minimum_retry_delay_s", 4),
        ("history_length", -1),
        ("download_folder", "not/whole"),
        ("proxy", {"usage": 2, "proxy_list": "", "bypass_list": ""}),
    ],
)
def test_a_value_that_cannot_be_falls_back_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, value: object
) -> None:
    save_settings(tmp_path, OTHER)
    stored = json.loads((tmp_path / SETTINGS_FILE).read_text())
    (tmp_path / SETTINGS_FILE).write_text(json.dumps(stored | {name: value}))
    assert load_settings(tmp_path) == replace(OTHER, **{name: getattr(Settings(), name)})
    assert [name in record.getMessage() for record in caplog.records] == [True]
    caplog.clear()


def test_every_range_is_of_a_setting_and_holds_its_default() -> None:
    for name in RANGES:
        check_setting(name, getattr(Settings(), name))


def test_a_front_end_without_a_window_gets_the_policy(tmp_path: Path) -> None:
    save_settings(tmp_path, OTHER)
    assert load_policy(tmp_path) == OTHER.policy(Policy())


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", b"null"])
def test_a_damaged_file_is_the_defaults_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    (tmp_path / SETTINGS_FILE).write_bytes(damage)
    assert load_settings(tmp_path) == Settings()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    caplog.clear()


def test_what_could_not_be_written_leaves_the_old(tmp_path: Path) -> None:
    save_settings(tmp_path, OTHER)
    (tmp_path / SETTINGS_FILE).rename(tmp_path / "kept")
    (tmp_path / SETTINGS_FILE).mkdir()  # a folder in the way: the last step fails
    with pytest.raises(OSError, match=SETTINGS_FILE):
        save_settings(tmp_path, Settings())
    assert not list(tmp_path.glob(f".{SETTINGS_FILE}-*"))


def test_the_policy_and_a_new_job_follow_them() -> None:
    policy = OTHER.policy(Policy())
    assert (policy.background_slots, policy.rate_limit_bps, policy.history_length) == (3, 1_000_000, 10)
    assert policy.job_inactivity_timeout_s == 30 * DAY_S
    new = OTHER.new_job("a.zip")
    assert (new.display_name, new.rate_limit_bps, new.minimum_retry_delay_s) == ("a.zip", 500_000, 60)
    assert new.proxy == OTHER.proxy
