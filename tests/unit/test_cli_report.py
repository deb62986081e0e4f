"""What is said of a job at the end: --json, the lines about a failure, the exit status."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bitsgui.model import codes
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Side
from bitsgui.model.enums import ErrorContext, JobPriority, JobState, JobType
from bitsgui.model.error import FileRef, JobError
from bitsgui.model.facts import Certificate, Facts
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import Job, JobFile, JobId, JobSettings, JobTimes
from bitsgui.model.phase import Phase
from bitsgui.model.remedy import Remedy
from bitsgui.model.upload import Upload, UploadPhase
from bitsgui.terminal.findings import finding
from bitsgui.terminal.report import (
    HINTS,
    PHASES,
    SIDES,
    ExitStatus,
    as_json,
    exit_status,
    failure_lines,
    is_settled,
    kept_text,
    saved_lines,
    waiting_line,
)

FILE = JobFile(remote_name="http://h/a", local_name="/d/a", bytes_total=1000, bytes_transferred=400)
NOT_FOUND = JobError(
    ErrorContext.REMOTE_FILE,
    from_http_status(404),
    file=FileRef(0, "http://h/a", "/d/a"),
    detail="The server answered 404 Not Found.",
)


def job(**values: Any) -> Job:
    settings = JobSettings(display_name="a", priority=JobPriority.FOREGROUND)
    job = Job(id=JobId("{GUID}"), files=(FILE,), settings=settings, times=JobTimes(1, 1))
    return replace(job, **values)


def finished(*completed: bool) -> Job:
    files = tuple(
        replace(FILE, remote_name=f"http://h/{n}", transferred=c, completed=c) for n, c in enumerate(completed)
    )
    return job(state=JobState.ACKNOWLEDGED, files=files)


def upload(phase: UploadPhase, sent: int = 400, reply: JobFile | None = None, **values: Any) -> Job:
    file = replace(FILE, bytes_transferred=sent, transferred=sent == 1000, completed=phase is UploadPhase.CLOSED)
    kind = JobType.UPLOAD if reply is None else JobType.UPLOAD_REPLY
    return replace(job(type=kind, files=(file,)), upload=Upload(phase=phase), reply=reply, **values)


REPLY = JobFile(remote_name="http://h/r", local_name="/d/r", bytes_total=50, bytes_transferred=20)


def test_the_object_of_a_failed_job_is_exactly_this() -> None:
    failed = job(state=JobState.ERROR, error=NOT_FOUND, error_count=1)
    assert json.loads(json.dumps(as_json(failed))) == {
        "id": "{GUID}",
        "display_name": "a",
        "type": "DOWNLOAD",
        "state": "ERROR",
        "priority": "FOREGROUND",
        "error_count": 1,
        "progress": {
            "bytes_total": 1000,
            "bytes_transferred": 400,
            "files_total": 1,
            "files_transferred": 0,
        },
        "reply_progress": None,
        "error": {
            "context": "REMOTE_FILE",
            "code": "0x80190194",
            "name": "BG_E_HTTP_ERROR_404",
            "file": "http://h/a",
            "side": "link",
            "phase": "download",
            "cause": "not_found",
            "remedies": ["new_address", "try_again"],
            "http_status": 404,
        },
        "allowed": ["resume", "complete", "cancel"],
        "result": None,
        "files": [
            {
                "remote_name": "http://h/a",
                "local_name": "/d/a",
                "bytes_total": 1000,
                "bytes_transferred": 400,
                "completed": False,
            }
        ],
    }


def test_unknown_is_null() -> None:
    shown = as_json(job(files=(replace(FILE, bytes_total=None),)))
    assert shown["progress"]["bytes_total"] is None
    assert shown["files"][0]["bytes_total"] is None
    assert shown["error"] is None


def test_an_error_that_belongs_to_no_file_names_none() -> None:
    error = JobError(ErrorContext.GENERAL_QUEUE_MANAGER, codes.E_OUTOFMEMORY)
    shown = as_json(job(state=JobState.ERROR, error=error))["error"]
    assert (shown["file"], shown["http_status"]) == (None, None)


@pytest.mark.parametrize(("completed", "result"), [((True, True), "S_OK"), ((True, False), "BG_S_PARTIAL_COMPLETE")])
def test_result_of_a_finished_job(completed: tuple[bool, ...], result: str) -> None:
    shown = as_json(finished(*completed))
    assert shown["result"] == result
    assert shown["allowed"] == []


def test_a_failure_tells_cause_side_code_and_what_to_do() -> None:
    first, second = failure_lines(job(state=JobState.ERROR, error=NOT_FOUND), NOT_FOUND)
    assert first == (
        "http://h/a: The server answered 404 Not Found (at fault: the address; BG_E_HTTP_ERROR_404, 0x80190194)"
    )
    assert second.startswith("  400 B are kept. Check the address.")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "--user NAME and the right password. Or give the --header 'Cookie: ...' that a browser sends there."),
        (404, "To try again, run the same command; else give the right address."),
        (503, "To go on, run the same command again."),
    ],
)
def test_what_helps_is_told_as_a_command(status: int, said: str) -> None:
    error = replace(NOT_FOUND, code=from_http_status(status))
    _, second = failure_lines(job(state=JobState.ERROR, error=error), error)
    assert second.endswith(said)


def test_the_class_of_an_exception_is_for_reports() -> None:
    error = replace(NOT_FOUND, detail="Untrusted root (ClientConnectorCertificateError).")
    first, _ = failure_lines(job(state=JobState.ERROR, error=error), error)
    assert first.startswith("http://h/a: Untrusted root (at fault:")
    assert waiting_line(job(error=error), error).endswith("Untrusted root")


def test_a_failure_without_file_bytes_or_detail_is_told_too() -> None:
    error = JobError(ErrorContext.GENERAL_QUEUE_MANAGER, codes.E_OUTOFMEMORY)
    first, second = failure_lines(
        job(state=JobState.ERROR, error=error, files=(replace(FILE, bytes_transferred=0),)), error
    )
    assert first.startswith("a: No memory (at fault: this computer;")
    assert "kept" not in second


def test_texts_from_a_server_cannot_steer_the_terminal() -> None:
    error = replace(NOT_FOUND, detail="\x1b[2Jgone\nfake line")
    first, _ = failure_lines(job(state=JobState.ERROR, error=error), error)
    assert "\x1b" not in first
    assert "\n" not in first
    (saved,) = saved_lines(job(files=(replace(FILE, local_name="/d/\x1b]0;x\x07", completed=True),)))
    assert saved == "Saved /d/]0;x"


@pytest.mark.parametrize(
    ("phase", "context", "reply", "line"),
    [
        (UploadPhase.UPLOADING, ErrorContext.REMOTE_FILE, None, "the upload failed: "),
        (UploadPhase.SERVER_PROGRAM, ErrorContext.REMOTE_FILE, REPLY, "the upload failed: "),
        (
            UploadPhase.SERVER_PROGRAM,
            ErrorContext.REMOTE_APPLICATION,
            REPLY,
            "the file is sent, the server's program failed: ",
        ),
        (UploadPhase.REPLY, ErrorContext.REMOTE_FILE, REPLY, "the file is sent, its reply failed: "),
    ],
)
def test_a_failed_upload_names_its_address_and_the_part(
    phase: UploadPhase, context: ErrorContext, reply: JobFile | None, line: str
) -> None:
    error = replace(NOT_FOUND, context=context)
    failed = upload(phase, reply=reply, state=JobState.ERROR, error=error)
    assert failure_lines(failed, error)[0].startswith(f"http://h/a: {line}The server answered 404 Not Found (")
    assert waiting_line(failed, error) == f"a: {line}The server answered 404 Not Found"


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        (upload(UploadPhase.UPLOADING, sent=0), ""),
        (upload(UploadPhase.UPLOADING), "the server has 400 B of 1.0 kB"),
        (upload(UploadPhase.SERVER_PROGRAM, sent=1000), "the server has the whole file"),
        (upload(UploadPhase.REPLY, 1000, REPLY), "the server has the whole file, and 20 B of the reply are here"),
        (job(), "400 B are kept"),
    ],
)
def test_what_is_kept(kept: Job, text: str) -> None:
    assert kept_text([kept]) == text


def test_where_an_upload_went_and_its_reply_is() -> None:
    done = upload(UploadPhase.CLOSED, 1000, replace(REPLY, completed=True))
    assert saved_lines(done) == ["Sent /d/a to http://h/a", "Saved the reply as /d/r"]
    silent = replace(done, reply=replace(REPLY, remote_name="", completed=True))
    assert saved_lines(silent)[1] == "The server gave no reply: /d/r is empty"
    assert saved_lines(replace(done, reply=REPLY)) == ["Sent /d/a to http://h/a"]
    assert saved_lines(upload(UploadPhase.UPLOADING)) == []


def test_the_reply_progress_of_the_object() -> None:
    assert as_json(upload(UploadPhase.UPLOADING))["reply_progress"] is None
    before = as_json(upload(UploadPhase.UPLOADING, reply=replace(REPLY, bytes_total=None, bytes_transferred=0)))
    assert before["reply_progress"] == {"bytes_total": None, "bytes_transferred": 0}
    assert as_json(upload(UploadPhase.REPLY, 1000, REPLY))["reply_progress"] == {
        "bytes_total": 50,
        "bytes_transferred": 20,
    }


def test_every_side_remedy_and_part_has_its_words() -> None:
    assert set(PHASES) == set(Phase)
    assert set(SIDES) == set(Side)
    assert set(HINTS) == set(Remedy)


@pytest.mark.parametrize(
    ("jobs", "status"),
    [
        ([finished(True)], ExitStatus.DONE),
        ([finished(True), finished(True, True)], ExitStatus.DONE),
        ([finished(True), job(state=JobState.ERROR)], ExitStatus.PARTIAL),
        ([finished(True, False)], ExitStatus.PARTIAL),
        ([job(state=JobState.ERROR)], ExitStatus.FATAL),
        ([finished(False)], ExitStatus.FATAL),
        ([upload(UploadPhase.CLOSED, 1000)], ExitStatus.DONE),
        ([upload(UploadPhase.CLOSED, 1000, replace(REPLY, completed=True))], ExitStatus.DONE),
        # the reply could not be put in its place
        ([upload(UploadPhase.CLOSED, 1000, REPLY)], ExitStatus.FATAL),
        # one job dropped the file, another brought it
        ([finished(False), finished(True)], ExitStatus.DONE),
    ],
)
def test_exit_status(jobs: list[Job], status: ExitStatus) -> None:
    assert exit_status(jobs) == status


def test_exit_statuses_are_those_of_the_help() -> None:
    assert {s.name: int(s) for s in ExitStatus} == {
        "DONE": 0,
        "FATAL": 1,
        "USAGE": 2,
        "PARTIAL": 3,
        "SIGNAL": 128,
    }


@pytest.mark.parametrize("state", list(JobState))
def test_settled(state: JobState) -> None:
    ends = {JobState.ERROR, JobState.ACKNOWLEDGED, JobState.CANCELLED}
    assert is_settled(job(state=state)) is (state in ends)


def test_a_job_that_could_not_complete_itself_is_settled() -> None:
    error = JobError(ErrorContext.LOCAL_FILE, codes.E_ACCESSDENIED)
    assert is_settled(job(state=JobState.TRANSFERRED, error=error))


CERTIFICATE = Certificate(
    subject="CN=h", issuer="CN=Zscaler", names=("a", "b"), not_before=0, not_after=1_700_000_000, sha256="0" * 64
)


@pytest.mark.parametrize(
    ("code", "facts", "added"),
    [
        (from_http_status(401), {"realm": "vault"}, ": for 'vault' (at fault: the sign-in;"),
        (from_http_status(401), {"schemes": ("ntlm",)}, ": it only offers ntlm ("),
        (
            from_http_status(403),
            {"url_looks_signed": True},
            ": the address has probably expired (at fault: the address",
        ),
        (
            codes.ERROR_WINHTTP_REDIRECT_FAILED,
            {"redirected_to": "http://o/x"},
            ": it sends the request to http://o/x (",
        ),
        (codes.BG_E_REMOTE_FILE_CHANGED, {"size_before": 7, "size_now": 9}, ": it had 7 B, now 9 B ("),
        (
            codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
            {"certificates": (CERTIFICATE,)},
            ": the certificate holds from 1970-01-01 to 2023-11-14 (",
        ),
        (
            codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID,
            {"certificates": (CERTIFICATE,)},
            ": the certificate is for a, b (",
        ),
        (
            codes.ERROR_WINHTTP_SECURE_INVALID_CA,
            {"certificates": (CERTIFICATE,)},
            ": Zscaler replaces the certificates (at fault: the proxy;",
        ),
        (
            codes.ERROR_WINHTTP_NAME_NOT_RESOLVED,
            {"proxy": "http://p:1", "proxy_answers": False},
            ": the proxy is http://p:1 (at fault: the proxy;",
        ),
    ],
)
def test_what_was_found_out_is_said_too(code: HResult, facts: dict[str, Any], added: str) -> None:
    error = replace(NOT_FOUND, code=code, detail="Why", facts=Facts(**facts))
    first, _ = failure_lines(job(state=JobState.ERROR, error=error), error)
    assert f"http://h/a: Why{added}" in first


def test_a_full_disk_is_told_in_numbers() -> None:
    error = replace(
        NOT_FOUND, context=ErrorContext.LOCAL_FILE, code=codes.ERROR_DISK_FULL, detail="", facts=Facts(free_bytes=100)
    )
    first, second = failure_lines(job(state=JobState.ERROR, error=error), error)
    assert ": 600 B needed, 100 B free (at fault: this computer;" in first
    assert "Free some space there" in second


@pytest.mark.parametrize("cause", Cause)
def test_a_finding_needs_no_facts(cause: Cause) -> None:
    for facts in (None, Facts()):
        error = replace(NOT_FOUND, facts=facts)
        assert "{" not in finding(job(error=error), error, cause)
