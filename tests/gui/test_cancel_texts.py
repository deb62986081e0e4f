"""What Cancel will do and has done, in words computed from the job: nobody's source file is ever deleted."""

from dataclasses import replace

import pytest

from bitsgui.gui.texts.cancel_texts import _WORDS, cancel_detail, cancel_text, cancelled_text
from bitsgui.gui.texts.verb_texts import cancel_question
from bitsgui.model.cancel_effect import CancelEffect, lost_bytes
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import Job
from bitsgui.model.upload import UploadPhase
from tests.support.listed_jobs import listed, uploading

P = UploadPhase
UNSENT = "Nothing was sent. Your file stays where it is."
ASKED = "The server is asked to drop what it has. Your file stays where it is."
REPLY_ONLY = "Only the reply is dropped; the server keeps the file."


def unsent(job: Job) -> Job:
    assert job.upload is not None
    return replace(job, upload=replace(job.upload, session_id=None))


@pytest.mark.parametrize(
    ("job", "under", "after"),
    [
        (unsent(uploading("a", done=0)), "removes the job; nothing was sent", UNSENT),
        (uploading("a"), "asks the server to drop what it has", ASKED),
        (uploading("a", P.SERVER_PROGRAM), "drops only the reply; the server keeps the file", REPLY_ONLY),
        (uploading("a", P.REPLY), "drops only the reply; the server keeps the file", REPLY_ONLY),
        (
            uploading("a", P.CLOSED, JobState.TRANSFERRED, type=JobType.UPLOAD),
            "removes the job; the file stays on the server",
            "The file stays on the server.",
        ),
        (
            uploading("a", P.CLOSED, JobState.TRANSFERRED),
            "drops only the reply; the server keeps the file",
            REPLY_ONLY,
        ),
    ],
)
def test_one_upload(job: Job, under: str, after: str) -> None:
    assert cancel_text(job) == under
    assert cancel_detail([job]) == after
    assert cancelled_text([job]) == f"a: cancelled. {after}"


def test_every_effect_has_words() -> None:
    assert set(_WORDS) == set(CancelEffect)


def test_the_file_that_is_sent_is_never_among_what_is_lost() -> None:
    assert lost_bytes([uploading("a"), uploading("b", type=JobType.UPLOAD)]) == 0
    assert lost_bytes([uploading("a", P.REPLY, received=30)]) == 30
    assert cancel_question([uploading("a")]).yes == "Cancel job"
    assert cancel_question([uploading("a", P.REPLY, received=30)]).yes == "Cancel job and delete 30 B"


def test_several_jobs_of_all_kinds() -> None:
    jobs = [listed("d", done=400), uploading("a"), uploading("b", P.CLOSED, JobState.TRANSFERRED, type=JobType.UPLOAD)]
    question = cancel_question(jobs)
    assert question.text == "Cancel 3 jobs?"
    assert question.yes == "Cancel 3 jobs and delete 400 B"
    assert "What was received so far is deleted." in question.detail
    assert "Servers are asked to drop" in question.detail
    assert "stay on their servers" in question.detail
    assert cancelled_text(jobs).startswith("3 jobs cancelled. Servers are asked")


def test_of_downloads_nothing_new_is_said() -> None:
    assert cancel_detail([listed("d")]) == "Nothing was received yet, so nothing is lost."
    assert cancelled_text([listed("d", done=400)]) == "d: cancelled."
