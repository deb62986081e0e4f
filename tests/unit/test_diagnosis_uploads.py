"""The diagnosis of uploads: which part failed by the seed's rule, why, on which side, and what can be done."""

from dataclasses import replace

import pytest

from bitsgui.engine import retry, stop
from bitsgui.model import codes
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import RetryClass, Side, diagnose, failing_index
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.phase import Phase, phase_of
from bitsgui.model.remedy import Remedy
from bitsgui.model.upload import REPLY_INDEX, UploadPhase
from bitsgui.model.upload_causes import CODES_OF
from tests.support.failed_jobs import LOCAL, PROGRAM, REMOTE, failed_upload

P = UploadPhase
TRANSPORT = ErrorContext.GENERAL_TRANSPORT
AT = {Phase.UPLOAD: P.UPLOADING, Phase.SERVER_PROGRAM: P.SERVER_PROGRAM, Phase.REPLY: P.REPLY}
"""A phase of the upload in which each part can fail."""
ROWS = [
    (phase, context, cause, code)
    for (phase, context), rows in CODES_OF.items()
    for cause, listed in rows.items()
    for code in listed
]


@pytest.mark.parametrize(
    ("context", "at", "phase"),
    [
        (REMOTE, P.UPLOADING, Phase.UPLOAD),
        (LOCAL, P.UPLOADING, Phase.UPLOAD),
        (TRANSPORT, P.UPLOADING, Phase.UPLOAD),
        (REMOTE, P.SERVER_PROGRAM, Phase.UPLOAD),
        (PROGRAM, P.SERVER_PROGRAM, Phase.SERVER_PROGRAM),
        (PROGRAM, P.REPLY, Phase.SERVER_PROGRAM),
        (REMOTE, P.REPLY, Phase.REPLY),
        (LOCAL, P.REPLY, Phase.REPLY),
        (TRANSPORT, P.REPLY, Phase.REPLY),
        (REMOTE, P.CLOSING, Phase.REPLY),
        (LOCAL, P.CLOSED, Phase.REPLY),
    ],
)
def test_the_part_that_failed(context: ErrorContext, at: UploadPhase, phase: Phase) -> None:
    job = failed_upload(codes.ERROR_WINHTTP_TIMEOUT, context, at)
    assert diagnose(job).phase is phase
    assert failing_index(job) == (REPLY_INDEX if phase is Phase.REPLY else 0)


def test_the_reply_has_begun_as_soon_as_its_total_is_a_number() -> None:
    job = failed_upload(from_http_status(404), REMOTE, P.REPLY)
    assert job.reply is not None
    assert job.reply.bytes_total is None
    assert phase_of(job) is Phase.REPLY


@pytest.mark.parametrize("at", P)
def test_a_plain_upload_has_no_reply_that_could_fail(at: UploadPhase) -> None:
    assert diagnose(failed_upload(from_http_status(500), REMOTE, at, type=JobType.UPLOAD)).phase is Phase.UPLOAD


@pytest.mark.parametrize(("phase", "context", "cause", "code"), ROWS)
def test_every_row_of_the_tables_is_reached(phase: Phase, context: ErrorContext, cause: Cause, code: HResult) -> None:
    diagnosis = diagnose(failed_upload(code, context, AT[phase]))
    assert (diagnosis.cause, diagnosis.phase) == (cause, phase)
    assert diagnosis.remedies


def test_no_code_stands_twice_in_one_place() -> None:
    for rows in CODES_OF.values():
        listed = [code for row in rows.values() for code in row]
        assert len(listed) == len(set(listed))


@pytest.mark.parametrize(
    ("context", "at", "code", "status", "cause", "side", "first"),
    [
        (REMOTE, P.UPLOADING, codes.E_ACCESSDENIED, 403, Cause.UPLOAD_REFUSED, Side.SERVER, Remedy.NEW_ADDRESS),
        (REMOTE, P.UPLOADING, codes.E_ACCESSDENIED, 501, Cause.UPLOADS_OFF, Side.SERVER, Remedy.NEW_ADDRESS),
        (REMOTE, P.UPLOADING, from_http_status(404), None, Cause.NO_PLACE_FOR_UPLOADS, Side.SERVER, Remedy.NEW_ADDRESS),
        (
            REMOTE,
            P.UPLOADING,
            codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH,
            200,
            Cause.NOT_A_BITS_SERVER,
            Side.SERVER,
            Remedy.NEW_ADDRESS,
        ),
        (REMOTE, P.UPLOADING, codes.BG_E_TOO_LARGE, 500, Cause.TOO_LARGE_FOR_SERVER, Side.SERVER, Remedy.NEW_ADDRESS),
        (REMOTE, P.UPLOADING, codes.ERROR_DISK_FULL, 500, Cause.SERVER_DISK_FULL, Side.SERVER, Remedy.TRY_AGAIN),
        (REMOTE, P.UPLOADING, codes.BG_E_SESSION_NOT_FOUND, 500, Cause.SESSION_LOST, Side.SERVER, Remedy.SEND_AGAIN),
        (
            LOCAL,
            P.UPLOADING,
            codes.BG_E_LOCAL_FILE_CHANGED,
            None,
            Cause.SOURCE_CHANGED,
            Side.THIS_COMPUTER,
            Remedy.SEND_AGAIN,
        ),
        (
            LOCAL,
            P.UPLOADING,
            codes.ERROR_FILE_NOT_FOUND,
            None,
            Cause.SOURCE_MISSING,
            Side.THIS_COMPUTER,
            Remedy.LOCATE_SOURCE,
        ),
        (
            PROGRAM,
            P.SERVER_PROGRAM,
            from_http_status(503),
            None,
            Cause.PROGRAM_FAILED,
            Side.SERVER_PROGRAM,
            Remedy.HAND_OVER_AGAIN,
        ),
        (
            PROGRAM,
            P.SERVER_PROGRAM,
            codes.E_FAIL,
            422,
            Cause.PROGRAM_REJECTED,
            Side.SERVER_PROGRAM,
            Remedy.HAND_OVER_AGAIN,
        ),
        (
            PROGRAM,
            P.SERVER_PROGRAM,
            codes.E_ACCESSDENIED,
            403,
            Cause.PROGRAM_REFUSED,
            Side.SERVER_PROGRAM,
            Remedy.HAND_OVER_AGAIN,
        ),
        (REMOTE, P.REPLY, from_http_status(410), None, Cause.REPLY_MISSING, Side.SERVER, Remedy.FETCH_REPLY_AGAIN),
        (
            REMOTE,
            P.REPLY,
            codes.BG_E_SESSION_NOT_FOUND,
            500,
            Cause.REPLY_SESSION_LOST,
            Side.SERVER,
            Remedy.SEND_AGAIN,
        ),
        (LOCAL, P.REPLY, codes.ERROR_DISK_FULL, None, Cause.DISK_FULL, Side.THIS_COMPUTER, Remedy.FREE_SPACE),
        (LOCAL, P.REPLY, codes.E_ACCESSDENIED, None, Cause.NO_PERMISSION, Side.THIS_COMPUTER, Remedy.OTHER_FOLDER),
        (
            REMOTE,
            P.REPLY,
            codes.BG_E_INSUFFICIENT_RANGE_SUPPORT,
            200,
            Cause.NO_RANGES,
            Side.SERVER,
            Remedy.FETCH_REPLY_AGAIN,
        ),
        (TRANSPORT, P.UPLOADING, codes.ERROR_WINHTTP_TIMEOUT, None, Cause.TIMED_OUT, Side.NETWORK, Remedy.TRY_AGAIN),
    ],
)
def test_what_each_failure_means(
    context: ErrorContext, at: UploadPhase, code: HResult, status: int | None, cause: Cause, side: Side, first: Remedy
) -> None:
    diagnosis = diagnose(failed_upload(code, context, at, status=status))
    assert (diagnosis.cause, diagnosis.side, diagnosis.remedies[0]) == (cause, side, first)


def test_what_an_upload_server_calls_final_is_never_said_to_pass() -> None:
    for code in retry.FATAL_ACK_CODES:
        assert diagnose(failed_upload(code, status=500)).retry is not RetryClass.WAIT
    for status in range(400, 600):
        passes = retry.is_transient(PROGRAM, from_http_status(status))
        found = diagnose(failed_upload(from_http_status(status), PROGRAM, P.SERVER_PROGRAM))
        assert (found.retry is RetryClass.WAIT) == passes, status


@pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY])
@pytest.mark.parametrize("at", P)
@pytest.mark.parametrize("context", [LOCAL, REMOTE, PROGRAM, TRANSPORT])
def test_only_what_can_be_done_is_offered(type: JobType, at: UploadPhase, context: ErrorContext) -> None:
    everything = {*stop.LOCAL_ERRNO.values(), *(code for *_, code in ROWS), codes.BG_E_UPNP_ERROR}
    for code in everything:
        job = failed_upload(code, context, at, type=type)
        found = diagnose(job)
        assert found.remedies
        assert len(set(found.remedies)) == len(found.remedies)
        if found.phase is not Phase.REPLY:
            assert Remedy.OTHER_FOLDER not in found.remedies
        if job.files[0].transferred:
            assert Remedy.NEW_ADDRESS not in found.remedies, "the server has the whole file"


def test_a_reply_that_could_not_be_put_in_place_goes_to_another_folder() -> None:
    job = failed_upload(codes.ERROR_DISK_FULL, LOCAL, P.CLOSED, state=JobState.TRANSFERRED, received=9)
    assert diagnose(job).remedies == (Remedy.OTHER_FOLDER, Remedy.TRY_AGAIN)
    plain = failed_upload(codes.ERROR_DISK_FULL, LOCAL, P.CLOSED, state=JobState.TRANSFERRED, type=JobType.UPLOAD)
    assert diagnose(plain).remedies == (Remedy.TRY_AGAIN,)


def test_without_an_error_the_part_that_began_last_counts() -> None:
    assert phase_of(replace(failed_upload(codes.E_FAIL, REMOTE), error=None)) is Phase.UPLOAD
    assert phase_of(replace(failed_upload(codes.E_FAIL, REMOTE, P.REPLY), error=None)) is Phase.REPLY
