"""The diagnosis: every code that the engine can emit has a cause, every cause a side and a remedy."""

from dataclasses import replace

import pytest

from bitsgui.engine import stop, wire_errors
from bitsgui.model import codes
from bitsgui.model.causes import _CODES_OF, Cause, cause_of
from bitsgui.model.diagnosis import RetryClass, Side, diagnose, failing_index, needs_you
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.fact_causes import causes_by_facts
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.phase import Phase
from bitsgui.model.remedy import Remedy
from bitsgui.model.upload_causes import CODES_OF
from tests.support.failed_jobs import LOCAL, REMOTE, failed_job

TRANSPORT = ErrorContext.GENERAL_TRANSPORT
EMITTED = {
    *((LOCAL, code) for code in stop.LOCAL_ERRNO.values()),
    *((TRANSPORT, code) for code in wire_errors.TRANSPORT_ERRNO.values()),
    *((REMOTE, code) for code in wire_errors._VERIFY_CODES.values()),
    *(place for _, place in wire_errors.EXCEPTIONS),
    *((REMOTE, from_http_status(status)) for status in range(300, 600)),
    (LOCAL, codes.ERROR_FILE_NOT_FOUND),
    (REMOTE, codes.BG_E_INVALID_SERVER_RESPONSE),
    (REMOTE, codes.BG_E_MISSING_FILE_SIZE),
    (REMOTE, codes.BG_E_INSUFFICIENT_RANGE_SUPPORT),
    (REMOTE, codes.BG_E_REMOTE_FILE_CHANGED),
    (REMOTE, codes.BG_E_INVALID_RANGE),
    (TRANSPORT, codes.BG_E_INVALID_PROXY_INFO),
    (TRANSPORT, codes.BG_E_HTTP_ERROR_407),
    (ErrorContext.GENERAL_QUEUE_MANAGER, codes.BG_E_NO_PROGRESS),
    (ErrorContext.GENERAL_QUEUE_MANAGER, codes.BG_E_MAXDOWNLOAD_TIMEOUT),
    (ErrorContext.GENERAL_QUEUE_MANAGER, codes.BG_E_DATABASE_CORRUPT),
}


@pytest.mark.parametrize(("context", "code"), sorted(EMITTED), ids=str)
def test_every_emitted_code_has_a_cause(context: ErrorContext, code: HResult) -> None:
    assert cause_of(context, code) is not Cause.UNKNOWN


def test_no_code_stands_in_two_rows() -> None:
    listed = [code for row in _CODES_OF.values() for code in row]
    assert len(listed) == len(set(listed))


OF_UPLOADS = {cause for rows in CODES_OF.values() for cause in rows} | {Cause.PROGRAM_FAILED, Cause.PROGRAM_REJECTED}
OTHERS = {
    Cause.REFUSED: (LOCAL, from_http_status(402)),
    Cause.UNKNOWN: (LOCAL, codes.BG_E_UPNP_ERROR),
    Cause.SERVER_DISK_FULL: (REMOTE, codes.ERROR_DISK_FULL),
    Cause.PROXY_REFUSED: (TRANSPORT, from_http_status(502)),
}
OF_DOWNLOADS = set(Cause) - causes_by_facts() - (OF_UPLOADS - set(_CODES_OF))


@pytest.mark.parametrize("cause", sorted(OF_DOWNLOADS, key=lambda c: c.value))
def test_every_cause_of_a_download_can_happen_and_has_a_remedy(cause: Cause) -> None:
    context, code = (LOCAL, _CODES_OF[cause][0]) if cause in _CODES_OF else OTHERS[cause]
    diagnosis = diagnose(failed_job(code, context))
    assert diagnosis.cause is cause
    assert diagnosis.remedies
    assert diagnosis.phase is Phase.DOWNLOAD


@pytest.mark.parametrize(
    ("context", "code", "cause", "side", "first"),
    [
        (REMOTE, from_http_status(401), Cause.SIGN_IN_WANTED, Side.SIGN_IN, Remedy.SIGN_IN_SERVER),
        (TRANSPORT, from_http_status(407), Cause.PROXY_SIGN_IN, Side.PROXY, Remedy.SIGN_IN_PROXY),
        (REMOTE, from_http_status(404), Cause.NOT_FOUND, Side.LINK, Remedy.NEW_ADDRESS),
        (REMOTE, from_http_status(410), Cause.NOT_FOUND, Side.LINK, Remedy.NEW_ADDRESS),
        (REMOTE, from_http_status(403), Cause.FORBIDDEN, Side.SERVER, Remedy.HEADERS),
        (REMOTE, from_http_status(451), Cause.FORBIDDEN, Side.SERVER, Remedy.HEADERS),
        (REMOTE, from_http_status(422), Cause.REFUSED, Side.SERVER, Remedy.NEW_ADDRESS),
        (REMOTE, from_http_status(503), Cause.BUSY, Side.SERVER, Remedy.TRY_AGAIN),
        (REMOTE, from_http_status(302), Cause.REDIRECT_REFUSED, Side.SERVER, Remedy.ALLOW_REDIRECT),
        (LOCAL, codes.ERROR_DISK_FULL, Cause.DISK_FULL, Side.THIS_COMPUTER, Remedy.FREE_SPACE),
        (LOCAL, codes.E_ACCESSDENIED, Cause.NO_PERMISSION, Side.THIS_COMPUTER, Remedy.OTHER_FOLDER),
        (REMOTE, codes.E_ACCESSDENIED, Cause.FORBIDDEN, Side.SERVER, Remedy.HEADERS),
        (LOCAL, codes.ERROR_PATH_NOT_FOUND, Cause.FOLDER_MISSING, Side.THIS_COMPUTER, Remedy.OTHER_FOLDER),
        (REMOTE, codes.ERROR_PATH_NOT_FOUND, Cause.NOT_FOUND, Side.LINK, Remedy.NEW_ADDRESS),
        (REMOTE, codes.BG_E_REMOTE_FILE_CHANGED, Cause.REMOTE_CHANGED, Side.FILE, Remedy.RESTART_FILE),
        (LOCAL, HResult(0x8007BEEF), Cause.UNKNOWN, Side.UNKNOWN, Remedy.TRY_AGAIN),
    ],
)
def test_context_and_code_tell(context: ErrorContext, code: HResult, cause: Cause, side: Side, first: Remedy) -> None:
    diagnosis = diagnose(failed_job(code, context))
    assert (diagnosis.cause, diagnosis.side, diagnosis.remedies[0]) == (cause, side, first)


def test_classes_tell_what_waits_what_asks_and_what_ends() -> None:
    def retry(status: int) -> RetryClass:
        return diagnose(failed_job(from_http_status(status))).retry

    assert (retry(503), retry(404), retry(501)) == (RetryClass.WAIT, RetryClass.ASK, RetryClass.END)


def test_the_sides_are_those_of_the_command_line() -> None:
    words = "this_computer network proxy server server_program link sign_in file policy unknown"
    assert [side.value for side in Side] == words.split()
    assert [phase.value for phase in Phase] == ["download", "upload", "server_program", "reply"]


def test_a_failed_rename_is_mended_by_a_folder_or_by_completing_again() -> None:
    job = failed_job(codes.ERROR_DISK_FULL, LOCAL, done=5, state=JobState.TRANSFERRED)
    assert diagnose(job).remedies == (Remedy.OTHER_FOLDER, Remedy.TRY_AGAIN)


def test_a_job_without_error_information_is_unknown() -> None:
    job = replace(failed_job(codes.ERROR_DISK_FULL), error=None)
    assert diagnose(job).cause is Cause.UNKNOWN
    assert failing_index(job) == 3


def test_who_needs_a_person() -> None:
    job = failed_job(codes.ERROR_DISK_FULL, LOCAL)
    assert needs_you(job)
    assert needs_you(replace(job, state=JobState.TRANSFERRED))
    assert not needs_you(replace(job, state=JobState.TRANSFERRED, error=None))
    assert not needs_you(replace(job, state=JobState.TRANSIENT_ERROR))
    assert not needs_you(replace(job, state=JobState.SUSPENDED))


def test_the_failing_file_is_the_named_one_else_the_first_unfinished() -> None:
    assert failing_index(failed_job(codes.ERROR_DISK_FULL, LOCAL, done=2)) == 2
    assert failing_index(failed_job(codes.ERROR_WINHTTP_TIMEOUT, TRANSPORT, done=1)) == 1
    assert failing_index(failed_job(codes.ERROR_WINHTTP_TIMEOUT, TRANSPORT, done=5)) is None
    assert failing_index(failed_job(codes.BG_E_DATABASE_CORRUPT, total=0, done=0)) is None
