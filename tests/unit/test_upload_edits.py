"""Changes of an upload's file and reply: what is refused, what begins anew, what is left alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bitsgui.model import codes, file_edits
from bitsgui.model.enums import AuthScheme, AuthTarget, JobState, JobType, Verb
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import CredentialRef, Job, JobFile, JobSettings
from bitsgui.model.limits import Policy
from bitsgui.model.transitions import allowed_verbs
from bitsgui.model.upload import REPLY_INDEX, REPLY_PHASES, SourceStamp, Upload, UploadPhase
from bitsgui.service.creation import NewJob, build_job
from tests.support.jobs import a_file, a_job

POLICY = Policy()
P = UploadPhase
SENT = a_file(bytes_total=100, bytes_transferred=40)
STANDING = Upload(
    source=SourceStamp(100, 1), session_id="{S}", host_id="node", sent=50, farthest=40, fragment_size=2**20 * 3
)
REPLY = JobFile(
    remote_name="http://h/reply", local_name="/d/reply", bytes_total=9, bytes_transferred=9, transferred=True
)


def an_upload(phase: UploadPhase = P.UPLOADING, type: JobType = JobType.UPLOAD_REPLY, **values: object) -> Job:
    reply = REPLY if phase in REPLY_PHASES else JobFile(remote_name="", local_name="/d/reply")
    return a_job(SENT, type=type, upload=replace(STANDING, phase=phase), reply=reply, **values)


def refused(call: Callable[[], object]) -> HResult | None:
    try:
        call()
    except BitsError as error:
        return error.hresult
    return None


# The reply's name


@pytest.mark.parametrize("phase", P)
def test_the_reply_has_a_name_to_choose_until_its_download_begins(phase: UploadPhase) -> None:
    code = codes.BG_E_INVALID_STATE if phase in REPLY_PHASES else None
    assert refused(lambda: file_edits.reply_file_name(an_upload(phase), "/d/other")) == code


@pytest.mark.parametrize("type", [JobType.DOWNLOAD, JobType.UPLOAD])
def test_only_an_upload_reply_has_a_reply_file(type: JobType) -> None:
    assert refused(lambda: file_edits.reply_file_name(a_job(a_file(), type=type), "/d/r")) == codes.E_NOTIMPL


@pytest.mark.parametrize("path", ["relative", "/d/", "/d/a*", "/d/a", "/d/x/../a"])
def test_a_bad_place_for_the_reply_is_refused(path: str) -> None:
    assert refused(lambda: file_edits.reply_file_name(an_upload(), path)) == codes.E_INVALIDARG


def test_the_reply_name_changes_nothing_else() -> None:
    job = an_upload()
    assert file_edits.reply_file_name(job, "/d/new") == job.with_entry(
        REPLY_INDEX, JobFile(remote_name="", local_name="/d/new")
    )
    assert file_edits.reply_file_name(job, "").entry(REPLY_INDEX).local_name == ""


def test_a_file_that_is_the_reply_s_place_is_refused() -> None:
    empty = file_edits.reply_file_name(a_job(type=JobType.UPLOAD_REPLY), "/d/a")
    assert refused(lambda: file_edits.add_files(empty, [a_file("a")], POLICY)) == codes.E_INVALIDARG


def test_no_setter_of_a_final_job() -> None:
    job = an_upload(state=JobState.CANCELLED)
    assert refused(lambda: file_edits.reply_file_name(job, "/d/new")) == codes.BG_E_INVALID_STATE


# Another address, a fresh start


@pytest.mark.parametrize("phase", P)
@pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY])
def test_another_address_begins_anew_until_the_server_has_taken_the_file(phase: UploadPhase, type: JobType) -> None:
    job = an_upload(phase, type)
    if phase in REPLY_PHASES:
        assert refused(lambda: file_edits.remote_name(job, 0, "http://other/a")) == codes.BG_E_INVALID_STATE
        return
    moved = file_edits.remote_name(job, 0, "http://other/a")
    assert moved.files == (replace(a_file(), remote_name="http://other/a"),)
    assert moved.upload == Upload(fragment_size=STANDING.fragment_size)


def test_the_address_that_it_has_already_keeps_the_session() -> None:
    job = an_upload()
    assert file_edits.remote_name(job, 0, job.files[0].remote_name) == job


def test_the_reply_s_address_is_the_server_s_to_give() -> None:
    assert refused(lambda: file_edits.remote_name(an_upload(), REPLY_INDEX, "http://h/x")) == codes.E_INVALIDARG


@pytest.mark.parametrize("phase", P)
def test_a_restart_forgets_session_and_reply_unless_all_is_over(phase: UploadPhase) -> None:
    job = an_upload(phase)
    restarted = file_edits.restarted(job)
    if phase is P.CLOSED:
        assert restarted is job
        return
    assert restarted.upload == Upload(fragment_size=STANDING.fragment_size)
    assert restarted.files == (a_file(),)
    assert restarted.reply == JobFile(remote_name="", local_name="/d/reply")


def test_a_fresh_upload_has_nothing_to_forget() -> None:
    job = a_job(a_file(), type=JobType.UPLOAD)
    assert file_edits.restarted(job) == job


def test_leave_to_replace_is_the_reply_s_never_the_source_s() -> None:
    job = file_edits.replace_existing(an_upload(), False)
    assert (job.entry(REPLY_INDEX).replace_existing, job.files) == (False, (SENT,))


# Complete


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("phase", P)
def test_an_upload_completes_when_its_session_is_closed(state: JobState, phase: UploadPhase) -> None:
    verbs = allowed_verbs(an_upload(phase, state=state))
    assert (Verb.COMPLETE in verbs) is (state is JobState.TRANSFERRED and phase is P.CLOSED)


# A sign-in that came with an address

HOME = CredentialRef(AuthTarget.SERVER, AuthScheme.BASIC, "me", "http://h/")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://h/b", None),
        ("http://H:80/b", None),
        ("http://h:81/b", codes.E_INVALIDARG),
        ("https://h/b", codes.E_INVALIDARG),
        ("http://other/b", codes.E_INVALIDARG),
    ],
)
def test_a_sign_in_that_came_with_an_address_stays_there(address: str, code: HResult | None) -> None:
    job = a_job(a_file(), a_file("c"), credentials=(HOME,))
    new = JobFile(remote_name=address, local_name="/d/b")
    assert refused(lambda: file_edits.add_files(job, [new], POLICY)) == code
    assert refused(lambda: file_edits.remote_name(job, 0, address)) == code
    assert refused(lambda: file_edits.remote_prefix(job, "http://h/c", address)) == code
    anywhere = a_job(a_file(), a_file("c"), credentials=(replace(HOME, origin=None),))
    assert refused(lambda: file_edits.add_files(anywhere, [new], POLICY)) is None


def test_a_new_job_s_sign_in_knows_where_it_came_from() -> None:
    file = JobFile(remote_name="https://me:pw@h:8443/x?y#z", local_name="/d/x")
    job, secrets = build_job(NewJob(settings=JobSettings(display_name="j"), files=(file,)), POLICY, 0.0)
    assert {entry.origin for entry in job.settings.credentials} == {"https://h:8443/"}
    assert secrets.sign_ins == {AuthTarget.SERVER: ("me", "pw")}


# Jobs made whole


@pytest.mark.parametrize(
    ("type", "files", "reply", "code"),
    [
        (JobType.UPLOAD, (a_file(),), "", None),
        (JobType.UPLOAD_REPLY, (a_file(),), "/d/r", None),
        (JobType.UPLOAD, (a_file(), a_file("b")), "", codes.BG_E_TOO_MANY_FILES),
        (JobType.UPLOAD, (), "", codes.BG_E_EMPTY),
        (JobType.UPLOAD, (a_file(),), "/d/r", codes.E_INVALIDARG),
        (JobType.DOWNLOAD, (a_file(),), "/d/r", codes.E_INVALIDARG),
        (JobType.UPLOAD_REPLY, (a_file(),), "/d/a", codes.E_INVALIDARG),
        (JobType.UPLOAD_REPLY, (a_file(),), "r", codes.E_INVALIDARG),
    ],
)
def test_an_upload_made_whole(type: JobType, files: tuple[JobFile, ...], reply: str, code: HResult | None) -> None:
    spec = NewJob(settings=JobSettings(display_name="j"), files=files, type=type, reply_file_name=reply)
    assert refused(lambda: build_job(spec, POLICY, 0.0)) == code
    if code is None:
        job, _ = build_job(spec, POLICY, 0.0)
        assert (job.type, job.state, job.upload) == (type, JobState.QUEUED, Upload())
        assert job.reply == (JobFile(remote_name="", local_name=reply, replace_existing=False) if reply else None)


@pytest.mark.parametrize("settings", [{"dynamic_content": True}, {"http_method": "PUT"}])
def test_what_is_for_downloads_only_is_refused_for_an_upload_made_whole(settings: dict[str, object]) -> None:
    spec = NewJob(
        settings=JobSettings(display_name="j", **settings),  # type: ignore[arg-type]
        files=(a_file(),),
        type=JobType.UPLOAD,
    )
    with pytest.raises(BitsError):
        build_job(spec, POLICY, 0.0)
