"""What Cancel would do, by type and phase, and for how long a server is asked afterwards."""

from dataclasses import replace
from itertools import product

import pytest

from bitsgui.model.cancel_effect import (
    CancelEffect,
    cancel_effect,
    cancelled,
    is_being_withdrawn,
    is_withdrawn_of,
    to_withdraw,
    withdrawn,
)
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.error import JobError
from bitsgui.model.hresult import from_http_status
from bitsgui.model.limits import DAY_S
from bitsgui.model.upload import Upload, UploadPhase
from tests.support.jobs import NOW, a_file, a_job

P, E = UploadPhase, CancelEffect
EXPECTED = {
    JobType.UPLOAD: {P.CLOSED: E.FILE_STAYS},
    JobType.UPLOAD_REPLY: {P.REPLY: E.REPLY_ONLY, P.CLOSING: E.REPLY_ONLY, P.CLOSED: E.FILE_STAYS},
}


@pytest.mark.parametrize(("type", "phase"), list(product(EXPECTED, P)))
def test_the_table(type: JobType, phase: UploadPhase) -> None:
    session_id = None if phase is P.CLOSED else "{S}"
    job = a_job(a_file(), type=type, upload=Upload(phase=phase, session_id=session_id))
    assert cancel_effect(job) is EXPECTED[type].get(phase, E.ASKS_SERVER)
    gone = cancelled(job, NOW)
    assert gone.state is JobState.CANCELLED
    assert is_being_withdrawn(gone) is (phase is not P.CLOSED)


def test_a_download_and_an_upload_that_has_not_begun() -> None:
    assert cancel_effect(a_job(a_file())) is E.DELETES_PARTS
    fresh = a_job(a_file(), type=JobType.UPLOAD)
    assert cancel_effect(fresh) is E.NOTHING_SENT
    assert to_withdraw(fresh, NOW) is fresh
    assert not is_being_withdrawn(cancelled(a_job(a_file()), NOW))


@pytest.mark.parametrize(("patience_s", "asked_s"), [(14 * DAY_S, DAY_S), (3600.0, 3600.0), (0.0, 0.0)])
def test_a_server_is_asked_for_a_day_or_as_long_as_the_job_is_patient(patience_s: float, asked_s: float) -> None:
    job = a_job(a_file(), type=JobType.UPLOAD, upload=Upload(session_id="{S}"), no_progress_timeout_s=patience_s)
    gone = cancelled(job, NOW)
    assert gone.upload is not None
    assert gone.upload.withdraw_until == NOW + asked_s


def test_a_withdrawal_is_that_of_its_own_session() -> None:
    upload = Upload(session_id="{S}")
    gone = cancelled(a_job(a_file(), type=JobType.UPLOAD, upload=upload), NOW)
    assert is_withdrawn_of(gone, upload)
    assert not is_withdrawn_of(gone, Upload(session_id="{T}"))
    over = withdrawn(gone)
    assert not is_withdrawn_of(over, upload)
    assert over.upload is not None
    assert (over.upload.phase, over.upload.withdraw_until) == (P.CLOSED, None)


@pytest.mark.parametrize(("type", "effect"), [(JobType.UPLOAD, E.FILE_STAYS), (JobType.UPLOAD_REPLY, E.REPLY_ONLY)])
def test_a_file_whose_program_failed_has_arrived(type: JobType, effect: CancelEffect) -> None:
    upload = Upload(phase=P.SERVER_PROGRAM, session_id="{S}")
    job = a_job(a_file(), type=type, state=JobState.ERROR, upload=upload)
    assert cancel_effect(job) is E.ASKS_SERVER
    program = JobError(ErrorContext.REMOTE_APPLICATION, from_http_status(403))
    assert cancel_effect(replace(job, error=program)) is effect
    server = replace(program, context=ErrorContext.REMOTE_FILE)
    assert cancel_effect(replace(job, error=server)) is E.ASKS_SERVER
    # What the program has had stays, whatever fails afterwards.
    whole = replace(job, files=(replace(job.files[0], transferred=True),), error=server)
    assert cancel_effect(whole) is effect
