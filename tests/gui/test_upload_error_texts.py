"""The words of a failed upload: the part first, then why, what is safe, and what each way out does."""

import pytest

from bitsgui.gui.dialogs.error_report import error_report
from bitsgui.gui.dialogs.route_strip import route
from bitsgui.gui.stop_strip import StopState
from bitsgui.gui.texts import error_texts as texts
from bitsgui.gui.texts import way_out_texts as ways
from bitsgui.gui.texts.upload_error_texts import PHASES, STORIES, UPLOAD_CAUSES
from bitsgui.model import codes
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase
from bitsgui.model.remedy import Remedy
from bitsgui.model.upload import UploadPhase
from bitsgui.model.upload_causes import CODES_OF
from tests.support.failed_jobs import LOCAL, PROGRAM, REMOTE, failed_upload

P = UploadPhase
PROGRAM_SAID = "File sent, not processed. The program behind inbox.example"
REPLY = "File sent, reply not fetched. "


def sentence(job: Job) -> str:
    return texts.cause_text(job, diagnose(job)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("code", "status", "context", "at", "said"),
    [
        (
            codes.E_ACCESSDENIED,
            403,
            REMOTE,
            P.UPLOADING,
            "Upload stopped. inbox.example does not let you put this file there: "
            "you may have no right, or a file of that name exists.",
        ),
        (
            codes.E_ACCESSDENIED,
            501,
            REMOTE,
            P.UPLOADING,
            "Upload stopped. inbox.example takes no uploads at this address (501).",
        ),
        (
            codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH,
            200,
            REMOTE,
            P.UPLOADING,
            "Upload stopped. What answers at inbox.example does not speak the BITS upload protocol.",
        ),
        (
            codes.BG_E_TOO_LARGE,
            500,
            REMOTE,
            P.UPLOADING,
            "Upload stopped. The file (400 MB) is larger than inbox.example takes.",
        ),
        (
            codes.BG_E_LOCAL_FILE_CHANGED,
            None,
            LOCAL,
            P.UPLOADING,
            "Upload stopped. survey.tar changed while it was being sent.",
        ),
        (
            codes.ERROR_FILE_NOT_FOUND,
            None,
            LOCAL,
            P.UPLOADING,
            "Upload stopped. survey.tar is not in /srv/out.",
        ),
        (
            codes.BG_E_SESSION_NOT_FOUND,
            500,
            REMOTE,
            P.UPLOADING,
            "Upload stopped. inbox.example forgot the half-sent file again and again.",
        ),
        (codes.ERROR_DISK_FULL, 500, REMOTE, P.UPLOADING, "Upload stopped. The disk of inbox.example is full."),
        (
            from_http_status(500),
            None,
            PROGRAM,
            P.SERVER_PROGRAM,
            PROGRAM_SAID + " failed or is too busy (500).",
        ),
        (codes.E_FAIL, 422, PROGRAM, P.SERVER_PROGRAM, PROGRAM_SAID + " could not use the file (422)."),
        (
            from_http_status(403),
            None,
            PROGRAM,
            P.SERVER_PROGRAM,
            PROGRAM_SAID + " refused the file (403) and is not asked again by itself.",
        ),
        (from_http_status(404), None, REMOTE, P.REPLY, REPLY + "The reply is not at inbox.example any more."),
        (codes.ERROR_DISK_FULL, None, LOCAL, P.REPLY, REPLY + "The disk of /srv/replies is full."),
        (codes.E_ACCESSDENIED, None, LOCAL, P.REPLY, REPLY + "You may not write to /srv/replies."),
    ],
)
def test_the_sentence(code: HResult, status: int | None, context: ErrorContext, at: UploadPhase, said: str) -> None:
    assert sentence(failed_upload(code, context, at, status=status)) == said


def test_every_row_of_the_tables_has_a_whole_sentence() -> None:
    at = {Phase.UPLOAD: P.UPLOADING, Phase.SERVER_PROGRAM: P.SERVER_PROGRAM, Phase.REPLY: P.REPLY}
    for (phase, context), rows in CODES_OF.items():
        for code in (code for listed in rows.values() for code in listed):
            said = sentence(failed_upload(code, context, at[phase]))
            assert said.endswith(".")
            assert not set("{}") & set(said)
            assert "download" not in said.lower()


def test_every_phase_has_words() -> None:
    assert set(PHASES) == set(STORIES) == set(Phase)
    assert {*(cause for rows in CODES_OF.values() for cause in rows)} <= set(UPLOAD_CAUSES)
    assert set(UPLOAD_CAUSES) <= set(Cause)


@pytest.mark.parametrize(
    ("job", "kept"),
    [
        (failed_upload(codes.E_FAIL), "200 MB of 400 MB is on the server. Nothing was deleted here."),
        (failed_upload(codes.E_FAIL, sent=0), "Nothing was sent yet. Nothing was deleted here."),
        (
            failed_upload(codes.BG_E_LOCAL_FILE_CHANGED, LOCAL),
            "What was sent so far (200 MB) is of no use. Nothing was deleted here.",
        ),
        (
            failed_upload(from_http_status(500), PROGRAM, P.SERVER_PROGRAM),
            "The whole file (400 MB) is on the server. Nothing was deleted here.",
        ),
        (
            failed_upload(from_http_status(404), REMOTE, P.REPLY),
            "The whole file is on the server. Of its reply nothing is here yet.",
        ),
        (
            failed_upload(codes.ERROR_DISK_FULL, LOCAL, P.REPLY, received=3_000_000),
            "The whole file is on the server. 3.0 MB of its reply is kept here.",
        ),
        (
            failed_upload(codes.ERROR_DISK_FULL, LOCAL, P.CLOSED, state=JobState.TRANSFERRED, received=3_000_000),
            "The reply is here: 3.0 MB. Nothing was deleted.",
        ),
    ],
)
def test_what_is_safe(job: Job, kept: str) -> None:
    assert texts.kept_text(job) == kept


def test_which_file_goes_where() -> None:
    assert texts.file_line(failed_upload(codes.E_FAIL)) == "survey.tar to inbox.example"
    named = failed_upload(codes.E_FAIL, REMOTE, P.REPLY, name="November")
    assert texts.file_line(named) == "November \N{EM DASH} reply to survey.tar from inbox.example"


@pytest.mark.parametrize(
    ("job", "remedy", "title", "effect"),
    [
        (failed_upload(codes.E_FAIL), Remedy.TRY_AGAIN, "Try again as it is", "goes on at 200 MB"),
        (failed_upload(codes.E_FAIL), Remedy.SEND_AGAIN, "Send again from the start", "starts at the beginning"),
        (failed_upload(codes.E_FAIL), Remedy.NEW_ADDRESS, "Send to another address", "starts at the beginning"),
        (
            failed_upload(from_http_status(403), PROGRAM, P.SERVER_PROGRAM),
            Remedy.HAND_OVER_AGAIN,
            "Hand the file over once more",
            "the program is asked once more",
        ),
        (
            failed_upload(from_http_status(404), REMOTE, P.REPLY),
            Remedy.TRY_AGAIN,
            "Fetch the reply once more",
            "fetches the reply",
        ),
        (
            failed_upload(from_http_status(404), REMOTE, P.REPLY),
            Remedy.SEND_AGAIN,
            "Send the file a second time",
            "the server gets the file once more",
        ),
        (
            failed_upload(codes.E_ACCESSDENIED, LOCAL, P.REPLY, received=3_000_000),
            Remedy.OTHER_FOLDER,
            "Store the reply in another folder",
            "goes on at 3.0 MB of the reply",
        ),
        (
            failed_upload(codes.E_ACCESSDENIED, LOCAL, P.CLOSED, state=JobState.TRANSFERRED, received=1),
            Remedy.OTHER_FOLDER,
            "Store the reply in another folder",
            "puts the reply in place",
        ),
    ],
)
def test_what_a_remedy_says_and_does(job: Job, remedy: Remedy, title: str, effect: str) -> None:
    found = diagnose(job)
    assert ways.remedy_text(remedy, found.cause, found.phase) == title
    assert ways.resume_effect(job, remedy) == effect


@pytest.mark.parametrize("at", P)
@pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY])
def test_part_of_an_upload_is_never_completed(at: UploadPhase, type: JobType) -> None:
    job = failed_upload(from_http_status(500), REMOTE, at, type=type)
    assert ways.no_complete_reason(job) == "Part of an upload cannot be completed."


def states(job: Job) -> list[str]:
    return [stop.state.name for stop in route(job, diagnose(job))]


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (failed_upload(codes.BG_E_LOCAL_FILE_CHANGED, LOCAL), ["FAILED", "FINE", "FINE", "NOT_REACHED"]),
        (failed_upload(codes.E_ACCESSDENIED, sent=0), ["FINE", "FINE", "FAILED", "NOT_REACHED"]),
        (failed_upload(codes.E_ACCESSDENIED, type=JobType.UPLOAD), ["FINE", "FINE", "FAILED", "NOT_INVOLVED"]),
        (failed_upload(from_http_status(500), PROGRAM, P.SERVER_PROGRAM), ["FINE", "FINE", "FINE", "FAILED"]),
        (failed_upload(from_http_status(404), REMOTE, P.REPLY), ["FINE", "FINE", "FAILED", "FINE"]),
        (failed_upload(codes.ERROR_DISK_FULL, LOCAL, P.REPLY), ["FAILED", "FINE", "FINE", "FINE"]),
        (
            failed_upload(codes.ERROR_WINHTTP_TIMEOUT, ErrorContext.GENERAL_TRANSPORT, P.REPLY),
            ["FINE", "FAILED", "FINE", "FINE"],
        ),
    ],
)
def test_the_strip_knows_how_far_it_came(job: Job, expected: list[str]) -> None:
    assert states(job) == expected
    failed = next(stop for stop in route(job, diagnose(job)) if stop.state is StopState.FAILED)
    assert failed.word.split()[0] in ("upload", "reply", "failed")


def test_the_report_names_the_part_and_no_download() -> None:
    report = error_report(failed_upload(from_http_status(404), REMOTE, P.REPLY), ())
    assert "Part: the reply" in report
    assert "download" not in report.lower()
