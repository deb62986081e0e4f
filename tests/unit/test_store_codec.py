"""Rows to values and back: every value survives, and a bad row is told, never lost and never fatal."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitsgui.model import codes
from bitsgui.model.enums import RUNNING_STATES, AuthScheme, AuthTarget, ErrorContext, JobState
from bitsgui.model.error import JobError
from bitsgui.model.job import CredentialRef, Job, JobFile
from bitsgui.store.codec import decode_error, decode_job, encode_error, encode_file, encode_job
from tests.support.jobs import NOW, a_file, a_job, errors, files, jobs


def rows(job: Job) -> tuple[str, dict[int, str]]:
    return encode_job(job), {i: encode_file(f) for i, f in job.entries.items()}


def read(job: Job, body: Any, file_rows: Any) -> Job:
    return decode_job(job.id, body, file_rows, NOW)


def is_reported(job: Job) -> bool:
    return (
        job.state is JobState.ERROR
        and job.error is not None
        and job.error.context is ErrorContext.GENERAL_QUEUE_MANAGER
        and job.error.code == codes.BG_E_DATABASE_CORRUPT
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(jobs)
def test_every_job_survives_but_for_its_running_state(job: Job) -> None:
    expected = replace(job, state=JobState.QUEUED) if job.state in RUNNING_STATES else job
    assert read(job, *rows(job)) == expected


@given(files())
def test_every_file_survives(file: JobFile) -> None:
    job = a_job(file)
    assert read(job, *rows(job)).files == (file,)


@given(errors)
def test_every_error_survives(error: JobError) -> None:
    assert decode_error(encode_error(error)) == error


JOB = a_job(a_file("1", bytes_total=5), a_file("2"), display_name="Café", error_count=3)


def changed(**values: Any) -> str:
    return json.dumps({**json.loads(encode_job(JOB)), **values})


def changed_file(**values: Any) -> dict[int, str]:
    return {0: json.dumps({**json.loads(encode_file(JOB.files[0])), **values}), 1: encode_file(JOB.files[1])}


BODY, FILES = rows(JOB)
BAD_BODIES: list[Any] = [
    changed(state=77),
    changed(state="QUEUED"),
    changed(state=None),
    changed(type=3),
    changed(times=None),
    changed(id="{other}"),
    changed(error_count=-1),
    changed(error_count="many"),
    changed(download_time_s=-1.0),
    changed(retry_at="soon"),
    changed(error={"context": 99, "code": 1}),
]
BAD_FILES: list[Any] = [
    changed_file(bytes_transferred=-1),
    changed_file(bytes_transferred=6),
    changed_file(bytes_total=-1),
    changed_file(bytes_total="5"),
    changed_file(remote_name=None),
    changed_file(ranges=[[1]]),
    {0: FILES[0], 2: FILES[1]},
    {1: FILES[1]},
    {0: b"\xff", 1: FILES[1]},
    {0: None, 1: FILES[1]},
    {0: FILES[0], "1": FILES[1]},
]
NAMELESS: list[Any] = [
    *("", "{", "garbage", "null", "[]", "5", '{"settings": null}', '{"settings": {"display_name": 5}}'),
    *("[" * 100_000, None, 5, 5.5, b"\xff\x00", BODY[:-5]),
]


def test_the_rows_are_good_to_begin_with() -> None:
    assert read(JOB, BODY, FILES) == JOB
    assert read(JOB, BODY.encode(), {i: f.encode() for i, f in FILES.items()}) == JOB


@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_bad_job_row_is_a_job_in_error_with_its_name(body: Any) -> None:
    job = read(JOB, body, FILES)
    assert is_reported(job)
    assert (job.id, job.settings.display_name) == (JOB.id, "Café")


@pytest.mark.parametrize("file_rows", BAD_FILES)
def test_a_bad_file_row_is_a_job_in_error_with_its_name(file_rows: Any) -> None:
    job = read(JOB, BODY, file_rows)
    assert is_reported(job)
    assert (job.id, job.settings.display_name) == (JOB.id, "Café")


@pytest.mark.parametrize("body", NAMELESS, ids=lambda body: repr(body)[:30])
def test_a_row_without_a_readable_name_is_named_by_its_id(body: Any) -> None:
    job = read(JOB, body, FILES)
    assert is_reported(job)
    assert job.settings.display_name == JOB.id


def test_one_letter_that_is_not_utf_8_does_not_hide_the_name() -> None:
    broken = BODY.encode().replace("é".encode(), b"\xe9").decode(errors="surrogateescape")
    job = read(JOB, broken, FILES)
    assert is_reported(job)
    assert job.settings.display_name == "Caf?"


@pytest.mark.parametrize("state", sorted(RUNNING_STATES))
def test_no_attempt_runs_after_a_restart(state: JobState) -> None:
    assert read(JOB, changed(state=int(state)), FILES) == replace(JOB, state=JobState.QUEUED)


def test_a_sign_in_of_an_older_version_is_one_for_all_servers() -> None:
    entry = CredentialRef(AuthTarget.SERVER, AuthScheme.BASIC, "me", "http://h/")
    job = a_job(credentials=(entry,))
    row = json.loads(encode_job(job))
    del row["settings"]["credentials"][0]["origin"]
    read = decode_job(job.id, json.dumps(row), {}, NOW)
    assert read.settings.credentials == (replace(entry, origin=None),)


def test_fields_of_a_newer_version_are_ignored() -> None:
    assert read(JOB, changed(colour="green"), FILES) == JOB


@pytest.mark.parametrize(
    "body", ["", "{}", "null", None, 5, b"\xff", "[" * 100_000, "\udcff"], ids=lambda b: repr(b)[:20]
)
def test_a_bad_error_row_is_left_out(body: Any) -> None:
    assert decode_error(body) is None


@given(st.text() | st.binary() | st.integers() | st.none(), st.dictionaries(st.integers(0, 3), st.text() | st.binary()))
def test_nothing_in_a_row_raises(body: Any, file_rows: Any) -> None:
    assert is_reported(read(JOB, body, file_rows))


@given(st.integers(0, len(BODY.encode()) - 1), st.integers(0, 255))
def test_a_flipped_byte_is_read_or_told(position: int, byte: int) -> None:
    raw = bytearray(BODY.encode())
    raw[position] = byte
    job = read(JOB, raw.decode(errors="surrogateescape"), FILES)
    assert is_reported(job) or job.id == JOB.id
    assert encode_job(job)
