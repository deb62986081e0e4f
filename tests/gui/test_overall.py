"""How far everything is: by bytes where sizes are known, never backwards because a job ended."""

from dataclasses import replace

import pytest

from bitsgui.gui.models.overall import Overall
from bitsgui.model.enums import JobState
from tests.support.listed_jobs import listed

MOVING, DONE = JobState.TRANSFERRING, JobState.ACKNOWLEDGED


def overall(*jobs: object) -> Overall:
    made = Overall()
    for job in jobs:
        made.note(job)
    return made


@pytest.mark.parametrize(
    ("jobs", "fraction"),
    [
        ([], None),
        ([listed("a", MOVING, total=None, done=10)], None),
        ([listed("a", MOVING, done=250)], 0.25),
        ([listed("a", MOVING, done=500), listed("b", JobState.QUEUED, total=3000)], 0.125),
        ([listed("a", MOVING, done=500), listed("b", JobState.QUEUED, total=None)], 0.25),
        ([listed("a", JobState.SUSPENDED, done=500)], None),
        ([listed("a", JobState.TRANSIENT_ERROR, done=500), listed("b", MOVING, done=100)], 0.1),
    ],
)
def test_it_counts_what_moves_and_what_waits_for_its_turn(jobs: list[object], fraction: float | None) -> None:
    assert overall(*jobs).fraction == fraction


def test_what_ended_counts_until_all_has() -> None:
    first, second = listed("a", MOVING, done=900), listed("b", MOVING)
    it = overall(first, second)
    it.note(replace(first, state=DONE))
    assert it.fraction == 0.5
    it.note(replace(second, state=JobState.ERROR))
    assert it.fraction is None
    it.note(second)
    assert it.fraction == 0.0


def test_what_is_taken_out_counts_no_more() -> None:
    first, second = listed("a", MOVING, done=900), listed("b", MOVING)
    it = overall(first, second)
    it.note(replace(first, state=JobState.CANCELLED))
    it.drop(first.id)
    assert it.fraction == 0.0
    it.drop(second.id)
    assert it.fraction is None
