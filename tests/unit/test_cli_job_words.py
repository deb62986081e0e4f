"""What is said of jobs of the queue: harmless, complete, and with a way out for every failure."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from bitsgui.model.cancel_effect import CancelEffect, felt_effect
from bitsgui.model.codes import BG_E_HTTP_ERROR_404, BG_E_INVALID_STATE, BG_S_PARTIAL_COMPLETE, S_OK
from bitsgui.model.enums import ErrorContext, JobState, JobType, Verb
from bitsgui.model.error import FileRef, JobError
from bitsgui.model.job import Job, JobFile
from bitsgui.model.remedy import Remedy
from bitsgui.model.upload import Upload, UploadPhase
from bitsgui.remote.messages import JobReport
from bitsgui.terminal.job_info import info_lines
from bitsgui.terminal.job_table import plain_lines, rows_of, table_of
from bitsgui.terminal.job_words import refusal_lines, state_line, verb_lines
from bitsgui.terminal.queue_hints import HINTS
from tests.support.jobs import a_file, a_job

EVIL = "\x1b[31mred\x1b[0m\u202e name"


def failed(**values: Any) -> Job:
    error = JobError(ErrorContext.REMOTE_FILE, BG_E_HTTP_ERROR_404, FileRef(0, "http://h/a", "/d/a"), when=1.0)
    return a_job(a_file(), state=JobState.ERROR, error=error, error_count=1, **values)


def test_every_remedy_has_a_way_out() -> None:
    assert set(HINTS) == set(Remedy)
    assert all(text.format(id="X") for text in HINTS.values())


@pytest.mark.parametrize("state", JobState)
def test_every_state_has_words(state: JobState) -> None:
    job = failed() if state is JobState.ERROR else a_job(a_file(), state=state)
    assert state_line(job, 2000.0)


def test_an_error_names_the_side() -> None:
    assert state_line(failed(), 0) == "error: the address"


def test_what_waits_says_until_when() -> None:
    job = replace(failed(), state=JobState.TRANSIENT_ERROR)
    assert state_line(job, 0) == "waiting for the network"
    assert state_line(replace(job, retry_at=0.0), 0) == "waiting: again in 0 s"


def cancelled_line(before: Job) -> str:
    (line,) = verb_lines(Verb.CANCEL, JobReport(replace(before, state=JobState.CANCELLED), before=before))
    return line


def test_cancel_says_what_is_lost() -> None:
    part = a_file(bytes_total=2_000_000_000, bytes_transferred=1_200_000_000)
    assert cancelled_line(a_job(part)) == "Cancelled j; 1.2 GB deleted"
    assert cancelled_line(a_job(a_file())) == "Cancelled j; nothing was received yet"


@pytest.mark.parametrize(
    ("upload", "kind", "text"),
    [
        (Upload(), JobType.UPLOAD, "nothing was sent; your file stays where it is"),
        (Upload(session_id="s"), JobType.UPLOAD, "the server is asked to drop what it has; your file stays"),
        (Upload(phase=UploadPhase.CLOSED), JobType.UPLOAD, "the file stays on the server"),
        (Upload(session_id="s", phase=UploadPhase.REPLY), JobType.UPLOAD_REPLY, "only the reply is dropped"),
    ],
)
def test_cancel_says_what_stays_of_an_upload(upload: Upload, kind: JobType, text: str) -> None:
    assert text in cancelled_line(a_job(a_file(), type=kind, upload=upload))


def test_every_effect_of_cancel_is_met_above() -> None:
    assert len(CancelEffect) == 5
    assert felt_effect(a_job(a_file())) is CancelEffect.DELETES_PARTS


def test_a_verb_that_changed_nothing_says_so() -> None:
    job = a_job(a_file(), state=JobState.TRANSIENT_ERROR)
    assert verb_lines(Verb.SUSPEND, JobReport(job, before=job)) == ["j: transient error, as before"]
    moved = replace(job, state=JobState.SUSPENDED)
    assert verb_lines(Verb.SUSPEND, JobReport(moved, before=job)) == ["Suspended j"]


def test_complete_says_what_is_saved_and_what_is_dropped() -> None:
    job = a_job(a_file("a", completed=True), a_file("b"), state=JobState.ACKNOWLEDGED)
    lines = verb_lines(Verb.COMPLETE, JobReport(job, code=BG_S_PARTIAL_COMPLETE))
    assert lines == ["Saved /d/a", "j: 1 of 2 files were not whole and are dropped"]
    assert verb_lines(Verb.COMPLETE, JobReport(a_job(), code=S_OK)) == ["Completed j"]


def test_a_refusal_names_the_code_and_where_it_is_the_jobs_error_the_side() -> None:
    assert refusal_lines(JobReport(a_job(), code=BG_E_INVALID_STATE, detail="No.")) == [
        f"j: No (BG_E_INVALID_STATE, {BG_E_INVALID_STATE.hex})"
    ]
    first, second = refusal_lines(JobReport(failed(), code=BG_E_HTTP_ERROR_404, detail="x"))
    assert "at fault: the address" in first
    assert "bitsgui set" in second


def shown(width: int, *jobs: Job) -> list[str]:
    out = io.StringIO()
    reports = [JobReport(job, row) for row, job in enumerate(jobs, start=1)]
    Console(file=out, width=width, highlight=False, color_system=None).print(table_of(rows_of(reports)))
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_and_narrows_the_name_only(width: int) -> None:
    jobs = [a_job(a_file(bytes_total=100, bytes_transferred=45), display_name="long name " * 20), failed()]
    head, first, second = shown(width, *jobs)
    assert head.split() == ["#", "Name", "State", "Progress", "Id"]
    assert all(len(line) <= width for line in (head, first, second))
    assert "…" in first
    assert "  suspended  " in first
    assert "  45 %  45 B of 100 B  " in first
    assert first.endswith(jobs[0].id[1:9])
    assert second.startswith("2  j ")
    assert "error: the address" in second


def test_a_pipe_gets_every_name_whole_and_the_columns_in_line() -> None:
    jobs = [a_job(a_file(), display_name="n" * 300), a_job(a_file(), display_name="漢字")]
    head, first, second = plain_lines(rows_of([JobReport(job, row) for row, job in enumerate(jobs, start=9)]))
    assert first.startswith(f" 9  {'n' * 300}  suspended  0 B")
    assert second.startswith(f"10  漢字{' ' * 296}  suspended  0 B")
    assert head.split() == ["#", "Name", "State", "Progress", "Id"]
    assert head.index("State") == first.index("suspended")
    assert not any(line.endswith(" ") for line in (head, first, second))


def test_names_cannot_steer_the_terminal() -> None:
    job = failed(display_name=EVIL, description=EVIL)
    told = "\n".join([*shown(200, job), *info_lines(JobReport(job)), *refusal_lines(JobReport(job, detail=EVIL))])
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "[31mred[0m name" in told


def test_info_tells_what_helps() -> None:
    lines = info_lines(JobReport(failed(), 1))
    told = {line[:16].strip(): line[16:].strip() for line in lines}
    assert told["State"] == "error: the address"
    assert "BG_E_HTTP_ERROR_404" in told["Error"]
    assert told["What helps"].startswith("give the right address: `bitsgui set ")
    assert told["You may"] == "resume, complete, cancel"
    assert told["Proxy"] == "the system's"
    assert lines[-2:] == ["http://h/a", "  /d/a  0 B, to come"]


def test_info_shows_no_user_info() -> None:
    job = a_job(JobFile(remote_name="http://me:pw@h/a", local_name="/d/a"))
    assert "pw" not in "".join(info_lines(JobReport(job)))
