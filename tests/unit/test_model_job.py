"""Jobs, files and progress: defaults of BITS and what is counted from the files."""

import re
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.model.enums import ErrorContext, JobPriority, JobState, JobType, NotifyFlags, ProxyUsage
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import Job, JobFile, JobSettings, JobTimes, ProxySettings, Validator, new_job_id
from bitsgui.model.progress import FileProgress, JobProgress


def file(total: int | None = None, received: int = 0, transferred: bool = False) -> JobFile:
    return JobFile(
        remote_name="http://h/a",
        local_name="/d/a",
        bytes_total=total,
        bytes_transferred=received,
        transferred=transferred,
    )


def job(*files: JobFile) -> Job:
    return Job(id=new_job_id(), files=files, settings=JobSettings(display_name="j"), times=JobTimes(1.0, 1.0))


def test_a_new_job_has_the_defaults_of_bits() -> None:
    new = job()
    assert (new.state, new.type, new.error_count, new.error) == (
        JobState.SUSPENDED,
        JobType.DOWNLOAD,
        0,
        None,
    )
    assert new.settings == JobSettings(
        display_name="j",
        description="",
        priority=JobPriority.NORMAL,
        notify_flags=NotifyFlags(3),
        minimum_retry_delay_s=600,
        no_progress_timeout_s=14 * 86_400,
        maximum_download_time_s=90 * 86_400,
        proxy=ProxySettings(ProxyUsage.PRECONFIG, "", ""),
        http_method="GET",
        dynamic_content=False,
        custom_header_names=(),
        credentials=(),
    )
    assert new.settings.security_flags == 0
    assert new.times.transfer_completion is None


def test_values_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        job().state = JobState.QUEUED  # type: ignore[misc]


def test_ids_are_guids_as_bits_prints_them() -> None:
    ids = {new_job_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", i) for i in ids)


def test_an_empty_job_reads_zero() -> None:
    assert job().progress == JobProgress(0, 0, 0, 0)
    assert job().progress.fraction == 0.0


def test_one_unknown_size_makes_the_total_unknown() -> None:
    progress = job(file(100, 40), file(None, 7)).progress
    assert progress == JobProgress(None, 47, 2, 0)
    assert progress.fraction is None


def test_files_decide_where_no_byte_is_due() -> None:
    assert job(file(0, 0, True), file(0)).progress.fraction == 0.5


@given(st.lists(st.tuples(st.integers(0, 2**63), st.floats(0, 1)), min_size=1))
def test_progress_is_the_sum_of_the_files(sizes: list[tuple[int, float]]) -> None:
    files = [file(total, int(total * share), share == 1) for total, share in sizes]
    progress = job(*files).progress
    assert progress.bytes_total == sum(total for total, _ in sizes)
    assert progress.bytes_transferred == sum(f.bytes_transferred for f in files)
    assert progress.files_total == len(files)
    assert progress.fraction is not None
    assert 0 <= progress.fraction <= 1


def test_more_bytes_than_promised_never_read_above_one() -> None:
    assert JobProgress(100, 130, 1, 0).fraction == 1.0


def test_file_progress_is_completed_only_under_its_final_name() -> None:
    there = file(10, 10, transferred=True)
    assert there.progress == FileProgress(10, 10, completed=False)
    assert replace(there, completed=True).progress.completed


def test_pending_files_keep_the_order_of_transfer() -> None:
    mixed = job(file(1, 1, True), file(2), file(3, 3, True), file(4))
    assert list(mixed.pending_files()) == [1, 3]
    assert mixed.has_pending_files
    assert mixed.is_partly_transferred


def test_all_or_nothing_is_not_partly() -> None:
    assert not job(file(1)).is_partly_transferred
    whole = job(file(1, 1, True))
    assert not whole.is_partly_transferred
    assert not whole.has_pending_files


@pytest.mark.parametrize(
    ("validator", "if_range"),
    [
        (Validator(etag='"v1"', last_modified="Mon"), '"v1"'),
        (Validator(etag='W/"v1"', last_modified="Mon", last_modified_is_strong=True), "Mon"),
        (Validator(etag='W/"v1"', last_modified="Mon"), None),
        (Validator(last_modified="Mon", last_modified_is_strong=True), "Mon"),
        (Validator(), None),
    ],
)
def test_only_a_strong_validator_may_go_into_if_range(validator: Validator, if_range: str | None) -> None:
    assert validator.if_range == if_range


def test_an_error_knows_its_http_status() -> None:
    assert JobError(ErrorContext.REMOTE_FILE, from_http_status(404)).http_status == 404
    assert JobError(ErrorContext.LOCAL_FILE, HResult(0x80070070)).http_status is None
