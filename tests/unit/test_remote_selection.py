"""Which jobs are meant by GUIDs, beginnings and row numbers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.model.codes import BG_E_NOT_FOUND, E_INVALIDARG
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId
from bitsgui.remote.messages import Selection
from bitsgui.remote.selection import chosen, rows_of, short_ids
from tests.support.jobs import a_job


def job(guid: str) -> Job:
    return replace(a_job(), id=JobId("{" + guid + "}"))


FIRST = job("AAAAAAAA-1111-4111-8111-111111111111")
SECOND = job("AAAAAAAA-2222-4222-8222-222222222222")
THIRD = job("12345678-3333-4333-8333-333333333333")
OLD = job("BBBBBBBB-4444-4444-8444-444444444444")
QUEUE, HISTORY = (FIRST, SECOND, THIRD), (OLD,)


def meant(*names: str, every: bool = False) -> tuple[Job, ...]:
    return chosen(Selection(names, every), QUEUE, HISTORY, QUEUE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (FIRST.id, FIRST),
        (FIRST.id.lower().strip("{}"), FIRST),
        ("aaaaaaaa-2", SECOND),
        ("{AAAAAAAA-2", SECOND),
        ("1", FIRST),
        ("003", THIRD),
        ("12345678", THIRD),
        ("b", OLD),
    ],
)
def test_one_job(name: str, expected: Job) -> None:
    assert meant(name) == (expected,)


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("0", BG_E_NOT_FOUND, "no row 0"),
        ("4", BG_E_NOT_FOUND, "no row 4"),
        ("c", BG_E_NOT_FOUND, "no job 'c'"),
        ("", BG_E_NOT_FOUND, "no job ''"),
        ("{", BG_E_NOT_FOUND, "no job '{'"),
        ("٣", BG_E_NOT_FOUND, "no job"),
        ("aaaa", E_INVALIDARG, "2 jobs begin with 'aaaa'"),
    ],
)
def test_no_job_or_too_many(name: str, code: int, text: str) -> None:
    with pytest.raises(BitsError, match=text) as refused:
        meant("1", name)
    assert refused.value.hresult == code


def test_each_job_once_and_in_the_order_of_the_words() -> None:
    assert meant("3", "1", "12345678", every=True) == (THIRD, FIRST, SECOND)


def test_row_numbers() -> None:
    assert rows_of(QUEUE) == {FIRST.id: 1, SECOND.id: 2, THIRD.id: 3}


@given(st.sets(st.uuids(version=4), max_size=20))
def test_a_short_id_means_one_job_only(guids: set[object]) -> None:
    jobs = [job(str(guid).upper()) for guid in guids]
    for job_id, short in short_ids(jobs).items():
        assert len(short) >= 8
        assert [other.id for other in jobs if other.id.startswith("{" + short)] == [job_id]


def test_a_short_id_is_as_long_as_it_must_be() -> None:
    assert set(short_ids(QUEUE).values()) == {"AAAAAAAA-1", "AAAAAAAA-2", "12345678"}
