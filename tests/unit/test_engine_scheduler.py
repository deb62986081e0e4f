"""Who runs: foreground at once, slots by priority and turn, preemption, and nobody starves or flaps."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitsgui.engine.scheduler import Candidate, Plan, plan
from bitsgui.model.enums import JobPriority, JobState
from bitsgui.model.job import JobId

SLICE = 300.0
FOREGROUND, HIGH, NORMAL, LOW = JobPriority
Q, C, T = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING


def job(name: str, priority: JobPriority = NORMAL, state: JobState = Q, since: float = 0.0) -> Candidate:
    return Candidate(JobId(name), priority, state, since)


def applied(candidates: list[Candidate], decided: Plan, now: float) -> list[Candidate]:
    """What the dispatcher makes of a plan."""
    after = []
    for candidate in candidates:
        if candidate.id in decided.start:
            candidate = replace(candidate, state=T, since=now)
        elif candidate.id in decided.stop:
            candidate = replace(candidate, state=Q, since=now)
        after.append(candidate)
    return after


def running(candidates: list[Candidate]) -> set[str]:
    return {c.id for c in candidates if c.is_running}


def test_an_empty_queue_needs_nothing() -> None:
    assert plan([], 1, SLICE, 0.0) == Plan()


def test_all_foreground_jobs_run_beside_the_background_slots() -> None:
    jobs = [job("f1", FOREGROUND), job("n1"), job("f2", FOREGROUND), job("n2")]
    assert plan(jobs, 1, SLICE, 5.0) == Plan(start=("f1", "f2", "n1"), wake_at=5.0 + SLICE)


@pytest.mark.parametrize("slots", [0, -1])
def test_without_slots_only_foreground_runs(slots: int) -> None:
    jobs = [job("f", FOREGROUND), job("n"), job("was running", state=T)]
    assert plan(jobs, slots, SLICE, 5.0) == Plan(start=("f",), stop=("was running",))


def test_slots_go_by_priority_then_by_waiting_time() -> None:
    jobs = [job("low", LOW), job("n late", since=2), job("n early", since=1), job("high", HIGH, since=9)]
    assert plan(jobs, 1, SLICE, 10.0).start == ("high",)
    assert plan(jobs, 2, SLICE, 10.0).start == ("high", "n early")
    assert plan(jobs, 9, SLICE, 10.0).start == ("high", "n early", "n late", "low")


@pytest.mark.parametrize("state", [C, T])
def test_a_higher_priority_takes_the_slot_within_the_slice(state: JobState) -> None:
    decided = plan([job("low", LOW, state, since=9), job("high", HIGH, since=10)], 1, SLICE, 10.0)
    assert (decided.start, decided.stop) == (("high",), ("low",))


def test_a_higher_priority_keeps_the_slot_beyond_its_slice() -> None:
    assert plan([job("high", HIGH, T), job("low", LOW)], 1, SLICE, 10 * SLICE) == Plan()


def test_an_equal_waits_for_the_end_of_the_slice() -> None:
    jobs = [job("a", state=T, since=10), job("b", since=0)]
    assert plan(jobs, 1, SLICE, 10 + SLICE - 1) == Plan(wake_at=10 + SLICE)
    assert plan(jobs, 1, SLICE, 10 + SLICE) == Plan(start=("b",), stop=("a",), wake_at=10 + 2 * SLICE)


def test_who_came_after_the_end_of_a_slice_waits_for_the_end_of_the_next() -> None:
    jobs = [job("a", state=T, since=0), job("b", since=SLICE + 50)]
    assert plan(jobs, 1, SLICE, SLICE + 60) == Plan(wake_at=2 * SLICE)
    assert plan(jobs, 1, SLICE, 2 * SLICE) == Plan(start=("b",), stop=("a",), wake_at=3 * SLICE)


def test_a_late_plan_still_ends_the_slice() -> None:
    decided = plan([job("a", state=T), job("b")], 1, SLICE, 7.5 * SLICE)
    assert (decided.start, decided.stop) == (("b",), ("a",))


def test_nobody_waits_no_alarm_is_set() -> None:
    assert plan([job("a", state=T), job("b", HIGH, T)], 2, SLICE, 1000.0).wake_at is None


def test_who_waits_at_a_lower_priority_sets_no_alarm() -> None:
    assert plan([job("high", HIGH, T), job("low", LOW)], 1, SLICE, 10.0).wake_at is None


def test_two_slots_and_three_equal_jobs_rotate() -> None:
    jobs = [job("a"), job("b"), job("c")]
    seen = []
    now = 0.0
    for _ in range(6):
        decided = plan(jobs, 2, SLICE, now)
        jobs = applied(jobs, decided, now)
        seen.append(running(jobs))
        assert decided.wake_at is not None
        now = decided.wake_at
    assert all(len(pair) == 2 for pair in seen)
    for name in "abc":
        assert sum(name in pair for pair in seen) == 4


def test_a_running_job_wins_a_tie_against_the_one_that_just_gave_way() -> None:
    jobs = [job("a", state=T), job("b", state=T), job("c")]
    after = applied(jobs, plan(jobs, 2, SLICE, SLICE), SLICE)
    assert running(after) == {"a", "c"}
    assert plan(after, 2, SLICE, SLICE).stop == ()


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.just(JobId("")),
        priority=st.sampled_from(JobPriority),
        state=st.sampled_from([Q, C, T]),
        since=st.floats(0, 5000),
    ),
    max_size=8,
).map(lambda found: [replace(c, id=JobId(str(i))) for i, c in enumerate(found)])


@given(candidates, st.integers(-1, 4), st.floats(0.001, 1000), st.floats(0, 6000))
def test_a_plan_is_right_and_once_applied_leaves_nothing_to_do(
    jobs: list[Candidate], slots: int, time_slice_s: float, now: float
) -> None:
    decided = plan(jobs, slots, time_slice_s, now)
    after = applied(jobs, decided, now)
    background = [c for c in after if c.priority is not FOREGROUND]
    active = [c for c in background if c.is_running]
    waiting = [c for c in background if not c.is_running]

    assert all(c.is_running for c in after if c.priority is FOREGROUND)
    assert len(active) == min(max(0, slots), len(background))
    assert max((c.priority for c in active), default=HIGH) <= min((c.priority for c in waiting), default=LOW)
    assert not set(decided.start) & set(decided.stop)
    assert decided.wake_at is None or decided.wake_at > now
    again = plan(after, slots, time_slice_s, now)
    assert (again.start, again.stop) == ((), ())
    assert again.wake_at == decided.wake_at
    rivals = {c.priority for c in active} & {c.priority for c in waiting}
    assert (decided.wake_at is not None) == bool(rivals)


@settings(max_examples=50)
@given(
    st.integers(2, 6),
    st.integers(1, 3),
    st.lists(st.floats(0.01, 2.0), min_size=60, max_size=60),
    st.lists(st.integers(0, 59), max_size=3),
)
def test_no_equal_job_starves_whenever_the_plan_is_made(
    count: int, slots: int, steps: list[float], newcomers: list[int]
) -> None:
    """Plans at arbitrary moments, with jobs that come in between: everybody has had a turn in the end."""
    jobs = [job(str(i)) for i in range(count)]
    now, had_a_turn = 0.0, set[str]()
    for turn, step in enumerate(steps):
        if turn in newcomers:
            jobs.append(job(f"new {turn}", since=now))
        for _ in range(8):  # the events of a busy moment
            jobs = applied(jobs, plan(jobs, slots, SLICE, now), now)
        had_a_turn |= running(jobs)
        now += step * SLICE
    for _ in range(2 * len(jobs)):
        had_a_turn |= running(jobs)
        jobs = applied(jobs, plan(jobs, slots, SLICE, now), now)
        now += SLICE
    assert had_a_turn == {c.id for c in jobs}


@given(st.integers(1, 3), st.integers(2, 5))
def test_turns_are_nearly_even(slots: int, count: int) -> None:
    jobs = [job(str(i)) for i in range(count)]
    turns = dict.fromkeys((c.id for c in jobs), 0)
    for i in range(20 * count):
        now = i * SLICE
        jobs = applied(jobs, plan(jobs, slots, SLICE, now), now)
        for name in running(jobs):
            turns[JobId(name)] += 1
    fair = 20 * min(slots, count)
    assert min(turns.values()) >= fair * 0.75
    assert slots > 1 or max(turns.values()) == fair
