"""Numbers and states in words."""

import time

import pytest

from bitsgui.gui.models.state_groups import StateGroup
from bitsgui.gui.texts import formats
from bitsgui.gui.texts.state_texts import (
    group_look,
    longest_state_text,
    look_of,
    priority_text,
    state_text,
    subtitle,
)
from bitsgui.gui.theme import Colours
from bitsgui.model.codes import ERROR_DISK_FULL
from bitsgui.model.enums import ErrorContext, JobPriority, JobState, JobType
from bitsgui.model.error import JobError
from tests.support.jobs import a_file, a_job
from tests.support.listed_jobs import listed


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "unknown"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_960, "100 kB"),
        (391_000_000, "391 MB"),
        (3_700_000_000, "3.7 GB"),
        (42_000_000_000, "42.0 GB"),
    ],
)
def test_sizes(size: int | None, text: str) -> None:
    assert formats.format_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (57.2, "58 s"), (300, "5 min"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (90_000, "1 d 1 h")],
)
def test_durations(seconds: float, text: str) -> None:
    assert formats.format_duration(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(-3, "0:00"), (580.5, "9:41"), (3723, "1:02:03")])
def test_countdowns(seconds: float, text: str) -> None:
    assert formats.format_countdown(seconds) == text


@pytest.mark.parametrize(
    ("fraction", "text"), [(None, ""), (0.0, "0 %"), (0.29, "29 %"), (0.9999, "99 %"), (1.0, "100 %")]
)
def test_percent_says_100_only_when_done(fraction: float | None, text: str) -> None:
    assert formats.format_percent(fraction) == text


def test_rates_and_moments() -> None:
    assert formats.format_rate(24_100_000) == "24.1 MB/s"
    assert formats.format_rate(0) == "0 B/s"
    assert formats.format_when(time.time()).startswith("today ")
    assert "2001" in formats.format_when(1_000_000_000)


def test_every_state_has_words_an_icon_and_colours_of_the_theme() -> None:
    seen = set()
    for state in JobState:
        job = listed("a", state)
        look = look_of(job)
        assert {look.colour, look.soft} <= set(Colours.__dataclass_fields__)
        assert look.icon.startswith("")
        assert len(state_text(job, 0.0)) <= len(longest_state_text())
        seen.add(state_text(job, 0.0))
    assert len(seen) == len(JobState)


def test_a_retry_counts_down_and_the_network_has_no_time() -> None:
    waiting = listed("a", JobState.TRANSIENT_ERROR, retry_at=1581.0)
    assert state_text(waiting, 1000.0) == "Waiting, retries in 9:41"
    assert state_text(listed("a", JobState.TRANSIENT_ERROR), 0.0) == "Waiting for the network"


def test_a_job_that_could_not_be_saved_says_so() -> None:
    error = JobError(ErrorContext.LOCAL_FILE, ERROR_DISK_FULL)
    job = listed("a", JobState.TRANSFERRED, done=1000, error=error)
    assert state_text(job, 0.0) == "Transferred, not saved"
    assert look_of(job).colour == "error"


def test_groups_and_priorities_have_words() -> None:
    assert len({group_look(group).text for group in StateGroup}) == len(StateGroup)
    assert len({priority_text(priority) for priority in JobPriority}) == len(JobPriority)


def test_the_second_line_tells_what_is_unusual() -> None:
    assert subtitle(listed("a")) == "h"
    assert subtitle(a_job(a_file("a"), a_file("b"))) == "h · 2 files"
    assert subtitle(a_job(a_file("a"), type=JobType.UPLOAD_REPLY)) == "h · upload with reply"
    assert subtitle(a_job()) == "0 files"
