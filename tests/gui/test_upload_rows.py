"""Uploads in the table and the details: the phase in words, the bytes of the right part, the story in steps."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.modeltest import ModelTester

from bitsgui.gui.models.columns import Column
from bitsgui.gui.models.file_table import FileColumn, FileTableModel
from bitsgui.gui.models.job_row import JobRow, offered_verbs
from bitsgui.gui.models.job_table import JobTableModel
from bitsgui.gui.models.rate_history import RateHistory
from bitsgui.gui.texts.job_facts import LABELS, facts_of
from bitsgui.gui.texts.state_texts import longest_state_text, look_of, state_text
from bitsgui.gui.windows.error_history import ErrorHistory
from bitsgui.gui.windows.overview import Overview
from bitsgui.gui.windows.upload_story import steps_of
from bitsgui.model import codes
from bitsgui.model.enums import JobState, JobType, Verb
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job
from bitsgui.model.upload import REPLY_INDEX, UploadPhase
from tests.support.failed_jobs import LOCAL, PROGRAM, REMOTE, failed_upload
from tests.support.listed_jobs import listed, uploading

P, S = UploadPhase, JobState
SENT, WORKED = ("Upload", "sent", "DONE"), ("Server program", "done", "DONE")
PROGRAM_TO_COME, REPLY_TO_COME = ("Server program", "to come", "NOT_REACHED"), ("Reply", "to come", "NOT_REACHED")


@pytest.mark.parametrize(
    ("phase", "state", "text"),
    [
        (P.UPLOADING, S.CONNECTING, "Connecting"),
        (P.UPLOADING, S.TRANSFERRING, "Uploading"),
        (P.SERVER_PROGRAM, S.TRANSFERRING, "Waiting for the server program"),
        (P.SERVER_PROGRAM, S.CONNECTING, "Waiting for the server program"),
        (P.REPLY, S.TRANSFERRING, "Fetching the reply"),
        (P.CLOSING, S.TRANSFERRING, "Finishing"),
        (P.REPLY, S.SUSPENDED, "Suspended"),
        (P.CLOSED, S.TRANSFERRED, "Transferred"),
    ],
)
def test_the_phase_in_words(phase: UploadPhase, state: JobState, text: str) -> None:
    assert state_text(uploading("a", phase, state), 0.0) == text


@pytest.mark.parametrize("phase", P)
@pytest.mark.parametrize("state", S)
def test_every_phase_looks_like_something_and_fits(phase: UploadPhase, state: JobState) -> None:
    job = uploading("a", phase, state)
    assert look_of(job).icon
    assert len(state_text(job, 0.0)) <= len(longest_state_text())


@pytest.mark.parametrize(
    ("job", "done", "total"),
    [
        (uploading("a"), 400, 1000),
        (uploading("a", P.SERVER_PROGRAM), 1000, 1000),
        (uploading("a", P.REPLY), 30, 120),
        (uploading("a", P.REPLY, reply_total=None), 30, None),
        (uploading("a", P.CLOSING), 1000, 1000),
    ],
)
def test_bytes_are_those_of_the_part(job: Job, done: int, total: int | None) -> None:
    row = JobRow(job, 10.0)
    assert (row.bytes_transferred, row.bytes_total) == (done, total)
    assert row.time_left_s == (None if total is None else (total - done) / 10)


def cell(model: JobTableModel, column: Column, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
    return str(model.index(0, column).data(role))


@pytest.mark.parametrize(("phase", "speed"), [(P.UPLOADING, "↑ 5 B/s"), (P.REPLY, "5 B/s")])
def test_what_goes_up_says_so(phase: UploadPhase, speed: str) -> None:
    model = JobTableModel()
    model.apply([(uploading("a", phase), 5.0)])
    assert cell(model, Column.SPEED) == speed
    assert "upload with reply" in cell(model, Column.NAME, Qt.ItemDataRole.ToolTipRole)
    assert "upload with reply" in cell(model, Column.NAME, Qt.ItemDataRole.AccessibleTextRole)


def test_a_new_phase_repaints_the_whole_row() -> None:
    job = uploading("a", P.SERVER_PROGRAM)
    model = JobTableModel()
    model.add([job])
    spans = []
    model.dataChanged.connect(lambda a, b, _: spans.append((a.column(), b.column())))
    assert job.upload is not None
    model.apply([(replace(job, upload=replace(job.upload, phase=P.CLOSING)), 0.0)])
    assert spans == [(Column.NAME, Column.ERROR)]


def test_an_upload_can_be_found_by_its_host() -> None:
    model = JobTableModel()
    model.add([uploading("a"), listed("b")])
    assert "http://h/a" in JobRow(uploading("a"), 0.0).search_text


@pytest.mark.parametrize("phase", P)
def test_complete_is_offered_for_a_whole_upload_only(phase: UploadPhase) -> None:
    assert Verb.COMPLETE not in offered_verbs(uploading("a", phase, S.ERROR))
    offered = Verb.COMPLETE in offered_verbs(uploading("a", phase, S.TRANSFERRED))
    assert offered == (phase is P.CLOSED)


def told(job: Job) -> list[tuple[str, str, str]]:
    return [(stop.name, stop.word, stop.state.name) for stop in steps_of(job)]


@pytest.mark.parametrize(
    ("job", "steps"),
    [
        (
            uploading("a"),
            [("Upload", "40 %", "CURRENT"), PROGRAM_TO_COME, REPLY_TO_COME],
        ),
        (
            uploading("a", P.SERVER_PROGRAM),
            [SENT, ("Server program", "at work", "CURRENT"), REPLY_TO_COME],
        ),
        (
            uploading("a", P.SERVER_PROGRAM, S.SUSPENDED),
            [SENT, ("Server program", "waiting", "CURRENT"), REPLY_TO_COME],
        ),
        (
            uploading("a", P.REPLY),
            [SENT, WORKED, ("Reply", "25 %", "CURRENT")],
        ),
        (
            uploading("a", P.REPLY, reply_total=None),
            [SENT, WORKED, ("Reply", "30 B", "CURRENT")],
        ),
        (
            uploading("a", P.CLOSED, S.TRANSFERRED),
            [SENT, WORKED, ("Reply", "here", "DONE")],
        ),
        (
            uploading("a", P.SERVER_PROGRAM, S.CANCELLED),
            [SENT, ("Server program", "cancelled", "NOT_REACHED"), ("Reply", "cancelled", "NOT_REACHED")],
        ),
        (
            failed_upload(codes.BG_E_LOCAL_FILE_CHANGED, LOCAL),
            [("Upload", "failed", "FAILED"), PROGRAM_TO_COME, REPLY_TO_COME],
        ),
        (
            failed_upload(from_http_status(500), PROGRAM, P.SERVER_PROGRAM),
            [SENT, ("Server program", "failed", "FAILED"), REPLY_TO_COME],
        ),
        (
            failed_upload(from_http_status(404), REMOTE, P.REPLY),
            [SENT, WORKED, ("Reply", "failed", "FAILED")],
        ),
        (uploading("a", type=JobType.UPLOAD), [("Upload", "40 %", "CURRENT"), ("Published", "to come", "NOT_REACHED")]),
        (
            uploading("a", P.CLOSING, type=JobType.UPLOAD),
            [SENT, ("Published", "at work", "CURRENT")],
        ),
        (
            uploading("a", P.CLOSED, S.TRANSFERRED, type=JobType.UPLOAD),
            [SENT, ("Published", "done", "DONE")],
        ),
        (
            failed_upload(from_http_status(500), REMOTE, P.CLOSING, type=JobType.UPLOAD),
            [SENT, ("Published", "failed", "FAILED")],
        ),
        (listed("d"), []),
    ],
)
def test_the_story(job: Job, steps: list[tuple[str, str, str]]) -> None:
    assert told(job) == steps


@pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY])
@pytest.mark.parametrize("phase", P)
@pytest.mark.parametrize("state", S)
def test_every_state_has_a_story(type: JobType, phase: UploadPhase, state: JobState) -> None:
    job = uploading("a", phase, state, type=type)
    steps = steps_of(job)
    assert len(steps) == (2 if type is JobType.UPLOAD else 3)
    assert all(step.word for step in steps)
    assert set(facts_of(job)) <= set(LABELS)


def test_the_facts_of_an_upload() -> None:
    job = uploading("a", P.REPLY, download_time_s=96.0)
    assert job.upload is not None
    facts = facts_of(replace(job, upload=replace(job.upload, host_id="node7.h")))
    assert "received" not in facts
    expected = {
        "source": "/d/a",
        "address": "http://h/a",
        "host": "node7.h",
        "reply_file": "/replies/a reply",
        "sent": "1.0 kB of 1.0 kB in 1 min 36 s",
        "reply": "30 B of 120 B",
        "fragment": "1.0 MB at a time, adapts to the line",
    }
    assert {key: facts[key] for key in expected} == expected
    assert "host" not in facts_of(job)
    assert (
        facts_of(failed_upload(codes.E_FAIL, PROGRAM, P.SERVER_PROGRAM))["reply"] == "none: the server program failed"
    )


def test_the_overview_changes_with_the_kind_of_job(qtbot: Any) -> None:
    overview = Overview()
    qtbot.addWidget(overview)
    overview.show()
    steps = overview.findChild(object, "upload_steps")
    received, source = overview.findChild(object, "fact_received"), overview.findChild(object, "fact_source")
    overview.show_row(JobRow(listed("d"), 0.0), RateHistory())
    assert (steps.isVisible(), received.isVisible(), source.isVisible()) == (False, True, False)
    overview.show_row(JobRow(uploading("a", P.SERVER_PROGRAM), 0.0), RateHistory())
    assert (steps.isVisible(), received.isVisible(), source.isVisible()) == (True, False, True)
    assert steps.accessibleDescription() == "Upload: sent. Server program: at work. Reply: to come"


def test_the_reply_is_the_second_file(qtmodeltester: ModelTester) -> None:
    model = FileTableModel()
    job = uploading("a", P.REPLY)
    model.show_job(job)
    qtmodeltester.check(model)
    rows = [[model.index(row, column).data() for column in FileColumn] for row in range(model.rowCount())]
    assert rows == [
        ["a", "100 %", "1.0 kB", "http://h/a"],
        ["Reply: a reply", "25 %", "120 B", "http://h/out/1"],
    ]
    assert job.reply is not None
    model.show_job(replace(job, reply=replace(job.reply, local_name="", bytes_transferred=0, bytes_total=None)))
    assert model.index(1, FileColumn.NAME).data() == "Reply, not named yet"
    assert model.index(1, FileColumn.PROGRESS).data() == "0 %"


def test_an_earlier_error_of_the_upload_is_not_told_as_the_replys(qtbot: Any) -> None:
    early = failed_upload(codes.E_ACCESSDENIED).error
    late = failed_upload(from_http_status(404), REMOTE, P.REPLY)
    assert early is not None
    assert late.error is not None
    assert late.error.file is not None
    late = replace(late, error=replace(late.error, file=replace(late.error.file, index=REPLY_INDEX)))
    history = ErrorHistory()
    qtbot.addWidget(history)
    history.show_errors(late, [early, late.error])
    told = [label.text() for label in history.findChildren(QLabel)]
    assert told[0] == "File sent, reply not fetched. The reply is not at inbox.example any more."
    assert told[2].startswith("Upload stopped. inbox.example does not let you put this file there")
