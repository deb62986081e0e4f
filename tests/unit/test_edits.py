"""Property changes: every setter's refusals with BITS's codes, its effect, and nothing else changed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.model import codes, edits, file_edits
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.enums import (
    AuthScheme,
    AuthTarget,
    JobPriority,
    JobState,
    JobType,
    NotifyFlags,
    ProxyUsage,
    SecurityFlags,
)
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import (
    CredentialRef,
    FileRange,
    Job,
    JobFile,
    JobSettings,
    NotifyCommand,
    ProxySettings,
    Validator,
)
from bitsgui.model.limits import Policy
from bitsgui.model.secret_rules import check_credentials, check_custom_headers, is_token
from bitsgui.model.upload import SourceStamp
from bitsgui.service.creation import NewJob, build_job
from tests.support.jobs import a_file, a_job

POLICY = Policy()
Edit = Callable[[Job], Job]
LOGIN = CredentialRef(AuthTarget.SERVER, AuthScheme.BASIC, "me")
RANGED = a_file("r", ranges=(FileRange(0, 5),))
UPLOAD = a_job(a_file(), type=JobType.UPLOAD)
MD5 = Checksum(HashAlgorithm.MD5, "0" * 32)
SURROGATE = "\ud800"


def refused(call: Callable[[], object]) -> HResult | None:
    try:
        call()
    except BitsError as error:
        return error.hresult
    return None


GOOD: dict[str, Edit] = {
    "add_files": lambda job: file_edits.add_files(job, [a_file("new")], POLICY),
    "remote_name": lambda job: file_edits.remote_name(job, 0, "http://other/a"),
    "remote_prefix": lambda job: file_edits.remote_prefix(job, "http://h/", "http://other/"),
    "display_name": lambda job: edits.display_name(job, "new"),
    "description": lambda job: edits.description(job, "new"),
    "priority": lambda job: edits.priority(job, JobPriority.HIGH),
    "minimum_retry_delay": lambda job: edits.minimum_retry_delay(job, 60),
    "no_progress_timeout": lambda job: edits.no_progress_timeout(job, 60),
    "maximum_download_time": lambda job: edits.maximum_download_time(job, 60),
    "notify_flags": lambda job: edits.notify_flags(job, 4),
    "notify_command": lambda job: edits.notify_command(job, "/bin/tell", ["tell", "{job_id}"]),
    "security_flags": lambda job: edits.security_flags(job, 8),
    "proxy_settings": lambda job: edits.proxy_settings(job, ProxyUsage.OVERRIDE, "p:1", "h"),
    "custom_headers": lambda job: edits.custom_headers(job, [("X-A", "1")]),
    "http_method": lambda job: edits.http_method(job, "POST"),
    "dynamic_content": lambda job: edits.dynamic_content(job, True),
    "rate_limit": lambda job: edits.rate_limit(job, 1000),
    "auto_complete": lambda job: edits.auto_complete(job, True),
    "ca_file": lambda job: edits.ca_file(job, "/d/ca.pem"),
    "certificate_pin": lambda job: edits.certificate_pin(job, "AB:" * 31 + "AB"),
    "client_certificate": lambda job: edits.client_certificate(job, "/d/me.pem", "/d/me.key"),
    "redirects_allowed": edits.redirects_allowed,
    "in_one_go": edits.in_one_go,
    "credentials": lambda job: edits.credentials(job, LOGIN),
    "without_credentials": lambda job: edits.without_credentials(job, LOGIN.target, LOGIN.scheme),
    "taken_by": lambda job: edits.taken_by(job, "you"),
    "replace_existing": lambda job: file_edits.replace_existing(job, False),
    "checksum": lambda job: file_edits.checksum(job, 0, MD5),
    "restarted": file_edits.restarted,
}


def test_every_edit_of_the_module_is_in_the_table() -> None:
    public = {
        name
        for module in (edits, file_edits)
        for name, f in vars(module).items()
        if getattr(f, "__module__", "") == module.__name__ and name[0] != "_"
    }
    of_uploads = {"reply_file_name", "reply_forgotten", "source_name"}
    assert public - of_uploads - {"file_with_ranges", "forgotten"} == set(GOOD)


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("name", GOOD)
def test_only_a_final_state_forbids_a_change(name: str, state: JobState) -> None:
    job = a_job(a_file(), state=state)
    is_final = state in {JobState.ACKNOWLEDGED, JobState.CANCELLED}
    assert refused(lambda: GOOD[name](job)) == (codes.BG_E_INVALID_STATE if is_final else None)


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("display_name", "display_name", "new"),
        ("description", "description", "new"),
        ("priority", "priority", JobPriority.HIGH),
        ("minimum_retry_delay", "minimum_retry_delay_s", 60),
        ("no_progress_timeout", "no_progress_timeout_s", 60),
        ("maximum_download_time", "maximum_download_time_s", 60),
        ("notify_flags", "notify_flags", NotifyFlags.DISABLE),
        ("notify_command", "notify_command", NotifyCommand("/bin/tell", ("tell", "{job_id}"))),
        ("security_flags", "security_flags", SecurityFlags.SSL_IGNORE_UNKNOWN_CA),
        ("proxy_settings", "proxy", ProxySettings(ProxyUsage.OVERRIDE, "p:1", "h")),
        ("custom_headers", "custom_header_names", ("X-A",)),
        ("dynamic_content", "dynamic_content", True),
        ("rate_limit", "rate_limit_bps", 1000),
        ("auto_complete", "auto_complete", True),
        ("ca_file", "ca_file", "/d/ca.pem"),
        ("certificate_pin", "certificate_pin", "ab" * 32),
        ("redirects_allowed", "security_flags", SecurityFlags.REDIRECT_ALLOW_HTTPS_TO_HTTP),
        ("credentials", "credentials", (LOGIN,)),
    ],
)
def test_a_setter_sets_its_property_and_no_other(name: str, setting: str, value: object) -> None:
    job = a_job(a_file())
    assert GOOD[name](job) == replace(job, settings=replace(job.settings, **{setting: value}))


def test_a_refused_redirect_is_allowed_before_one_to_http() -> None:
    job = a_job(a_file(), security_flags=SecurityFlags.REDIRECT_DISALLOW)
    assert edits.redirects_allowed(job).settings.security_flags == 0


def test_in_one_go_needs_no_fresh_job() -> None:
    settings = edits.in_one_go(a_job(a_file(), resumed=True)).settings
    assert (settings.priority, settings.dynamic_content) == (JobPriority.FOREGROUND, True)


def test_another_method_takes_the_foreground() -> None:
    job = edits.http_method(a_job(), "POST")
    assert (job.settings.http_method, job.settings.priority) == ("POST", JobPriority.FOREGROUND)


REFUSED: list[tuple[str, Edit, HResult]] = [
    ("a short fingerprint", lambda j: edits.certificate_pin(j, "ab" * 31), codes.E_INVALIDARG),
    ("no fingerprint", lambda j: edits.certificate_pin(j, "g" * 64), codes.E_INVALIDARG),
    ("a key alone", lambda j: edits.client_certificate(j, None, "/d/me.key"), codes.E_INVALIDARG),
    ("a certificate from here", lambda j: edits.client_certificate(j, "me.pem"), codes.E_INVALIDARG),
    ("ranges in one go", lambda _: edits.in_one_go(a_job(RANGED)), codes.BG_E_UNSUPPORTED_JOB_CONFIGURATION),
    ("an upload in one go", lambda _: edits.in_one_go(UPLOAD), codes.E_NOTIMPL),
    ("a source of a download", lambda j: file_edits.source_name(j, "/d/x", SourceStamp(1, 1)), codes.E_NOTIMPL),
    ("a reply of a download", file_edits.reply_forgotten, codes.E_NOTIMPL),
    ("no name", lambda j: edits.display_name(j, ""), codes.E_INVALIDARG),
    ("name of 257", lambda j: edits.display_name(j, "x" * 257), codes.BG_E_STRING_TOO_LONG),
    ("name with surrogate", lambda j: edits.display_name(j, SURROGATE), codes.E_INVALIDARG),
    ("description of 1025", lambda j: edits.description(j, "x" * 1025), codes.BG_E_STRING_TOO_LONG),
    ("description with surrogate", lambda j: edits.description(j, SURROGATE), codes.E_INVALIDARG),
    ("priority 4", lambda j: edits.priority(j, 4), codes.E_NOTIMPL),
    ("priority -1", lambda j: edits.priority(j, -1), codes.E_NOTIMPL),
    ("notify bit 0x40", lambda j: edits.notify_flags(j, 0x40), codes.E_NOTIMPL),
    ("notify -1", lambda j: edits.notify_flags(j, -1), codes.E_NOTIMPL),
    ("parameters alone", lambda j: edits.notify_command(j, None, ["x"]), codes.E_INVALIDARG),
    ("program on the PATH", lambda j: edits.notify_command(j, "x", ["x"]), codes.E_INVALIDARG),
    ("another program's name", lambda j: edits.notify_command(j, "/bin/x", ["y"]), codes.E_INVALIDARG),
    ("parameter with NUL", lambda j: edits.notify_command(j, "/bin/x", ["x", "\0"]), codes.E_INVALIDARG),
    ("parameter with surrogate", lambda j: edits.notify_command(j, "/bin/x", ["x", SURROGATE]), codes.E_INVALIDARG),
    ("program too long", lambda j: edits.notify_command(j, "/" + "x" * 9999, []), codes.BG_E_STRING_TOO_LONG),
    ("parameters of 4001", lambda j: edits.notify_command(j, "/x", ["x", "y" * 3999]), codes.BG_E_STRING_TOO_LONG),
    ("security bit 0x20", lambda j: edits.security_flags(j, 0x20), codes.E_NOTIMPL),
    ("security bit 0x400", lambda j: edits.security_flags(j, 0x400), codes.E_NOTIMPL),
    ("two redirect policies", lambda j: edits.security_flags(j, 0x300), codes.E_NOTIMPL),
    ("proxy usage 4", lambda j: edits.proxy_settings(j, 4, "", ""), codes.E_NOTIMPL),
    ("override without list", lambda j: edits.proxy_settings(j, 2, "", ""), codes.E_INVALIDARG),
    ("override with blanks", lambda j: edits.proxy_settings(j, 2, "  ", ""), codes.E_INVALIDARG),
    ("list without override", lambda j: edits.proxy_settings(j, 0, "p", ""), codes.E_INVALIDARG),
    ("bypass without override", lambda j: edits.proxy_settings(j, 1, "", "h"), codes.E_INVALIDARG),
    ("list of 4001", lambda j: edits.proxy_settings(j, 2, "x" * 4001, ""), codes.BG_E_PROXY_LIST_TOO_LARGE),
    ("bypass of 4001", lambda j: edits.proxy_settings(j, 2, "p", "x" * 4001), codes.BG_E_PROXY_BYPASS_LIST_TOO_LARGE),
    ("sign-in in the list", lambda j: edits.proxy_settings(j, 2, "http://u:p@h", ""), codes.E_INVALIDARG),
    ("surrogate in the bypass", lambda j: edits.proxy_settings(j, 2, "p", SURROGATE), codes.E_INVALIDARG),
    ("no method", lambda j: edits.http_method(j, "P OST"), codes.E_INVALIDARG),
    ("relative CA file", lambda j: edits.ca_file(j, "ca.pem"), codes.E_INVALIDARG),
    ("negative rate", lambda j: edits.rate_limit(j, -1), codes.E_INVALIDARG),
    ("absurd rate", lambda j: edits.rate_limit(j, 2**63), codes.E_INVALIDARG),
    ("no file 1", lambda j: file_edits.remote_name(j, 1, "http://h/"), codes.E_INVALIDARG),
    ("no file -1", lambda j: file_edits.remote_name(j, -1, "http://h/"), codes.E_INVALIDARG),
    ("bad address", lambda j: file_edits.remote_name(j, 0, "ftp://h/"), codes.E_INVALIDARG),
    ("no old prefix", lambda j: file_edits.remote_prefix(j, "", "http://x/"), codes.E_INVALIDARG),
    ("no new prefix", lambda j: file_edits.remote_prefix(j, "http://h/", ""), codes.E_INVALIDARG),
    ("bad new prefix", lambda j: file_edits.remote_prefix(j, "http://h/", "ftp://h/"), codes.E_INVALIDARG),
    (
        "too long prefix",
        lambda j: file_edits.remote_prefix(j, "http://h/", "http://h/" + "a/" * 1096),
        codes.E_INVALIDARG,
    ),
    (
        "no ranges",
        lambda j: file_edits.add_files(j, [file_edits.file_with_ranges("http://h/", "/d/a", [])], POLICY),
        codes.E_INVALIDARG,
    ),
    ("bad remote name", lambda j: file_edits.add_files(j, [a_file(), a_file("a b")], POLICY), codes.E_INVALIDARG),
    (
        "bad local name",
        lambda j: file_edits.add_files(j, [JobFile(remote_name="http://h/", local_name="a")], POLICY),
        codes.E_INVALIDARG,
    ),
    ("201 files", lambda j: file_edits.add_files(j, [a_file()] * 200, POLICY), codes.BG_E_TOO_MANY_FILES_IN_JOB),
    (
        "checksum of 31 digits",
        lambda j: file_edits.add_files(j, [a_file(checksum=replace(MD5, hex="0" * 31))], POLICY),
        codes.E_INVALIDARG,
    ),
    ("capital checksum", lambda j: file_edits.checksum(j, 0, replace(MD5, hex="A" * 32)), codes.E_INVALIDARG),
    ("checksum in base64", lambda j: file_edits.checksum(j, 0, replace(MD5, hex="a" * 22 + "==")), codes.E_INVALIDARG),
    ("checksum of no file 1", lambda j: file_edits.checksum(j, 1, MD5), codes.E_INVALIDARG),
    (
        "zero range",
        lambda j: file_edits.add_files(j, [a_file(ranges=(FileRange(0, 0),))], POLICY),
        codes.BG_E_INVALID_RANGE,
    ),
    (
        "501 ranges",
        lambda j: file_edits.add_files(j, [a_file(ranges=tuple(FileRange(2 * n, 1) for n in range(501)))], POLICY),
        codes.BG_E_TOO_MANY_RANGES_IN_FILE,
    ),
]


@pytest.mark.parametrize(("edit", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_bad_value_is_refused_with_the_code_of_bits(edit: Edit, code: HResult) -> None:
    job = a_job(a_file())
    assert refused(lambda: edit(job)) == code


WITHIN: dict[str, Edit] = {
    "name of 256": lambda j: edits.display_name(j, "x" * 256),
    "description of 1024": lambda j: edits.description(j, "x" * 1024),
    "no description": lambda j: edits.description(j, ""),
    "all notify flags": lambda j: edits.notify_flags(j, 0x3F),
    "all security flags of one policy": lambda j: edits.security_flags(j, 0x91F),
    "lists of 4000": lambda j: edits.proxy_settings(j, 2, "x" * 4000, "x" * 4000),
    "no proxy": lambda j: edits.proxy_settings(j, 1, "", ""),
    "no CA file": lambda j: edits.ca_file(j, None),
    "no limit": lambda j: edits.rate_limit(j, 0),
    "200 files": lambda j: file_edits.add_files(j, [a_file()] * 199, POLICY),
    "500 ranges": lambda j: file_edits.add_files(
        j, [a_file(ranges=tuple(FileRange(2 * n, 1) for n in range(500)))], POLICY
    ),
}


@pytest.mark.parametrize("edit", WITHIN.values(), ids=WITHIN)
def test_the_last_value_within_the_limit_is_taken(edit: Edit) -> None:
    edit(a_job(a_file()))


@pytest.mark.parametrize("setter", [edits.minimum_retry_delay, edits.no_progress_timeout, edits.maximum_download_time])
@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("inf"), 2**32, 10**400])
def test_a_time_that_cannot_be_stored_is_refused(setter: Callable[[Job, Any], Job], seconds: float) -> None:
    assert refused(lambda: setter(a_job(), seconds)) == codes.E_INVALIDARG
    assert refused(lambda: setter(a_job(), 2**32 - 1)) is None
    assert refused(lambda: setter(a_job(), 0)) is None


@pytest.mark.parametrize(("given", "kept"), [(0, 5), (4.9, 5), (5, 5), (6, 6)])
def test_a_small_retry_delay_is_raised_silently(given: float, kept: float) -> None:
    assert edits.minimum_retry_delay(a_job(), given).settings.minimum_retry_delay_s == kept


# What the type or the history of a job forbids

DOWNLOADS_ONLY: dict[str, HResult] = {
    "remote_prefix": codes.E_NOTIMPL,
    "http_method": codes.E_NOTIMPL,
    "dynamic_content": codes.BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY,
    "checksum": codes.E_NOTIMPL,
    "in_one_go": codes.E_NOTIMPL,
    "add_files": codes.BG_E_TOO_MANY_FILES,
}


@pytest.mark.parametrize("name", GOOD)
def test_what_an_upload_refuses(name: str) -> None:
    assert refused(lambda: GOOD[name](UPLOAD)) == DOWNLOADS_ONLY.get(name)


def test_an_upload_holds_one_file_without_ranges() -> None:
    empty = a_job(type=JobType.UPLOAD_REPLY)
    assert len(file_edits.add_files(empty, [a_file()], POLICY).files) == 1
    assert refused(lambda: file_edits.add_files(empty, [a_file(), a_file("b")], POLICY)) == codes.BG_E_TOO_MANY_FILES
    assert refused(lambda: file_edits.add_files(empty, [RANGED], POLICY)) == codes.E_NOTIMPL


@pytest.mark.parametrize("name", GOOD)
def test_what_is_too_late_after_the_first_resume(name: str) -> None:
    late = {"http_method", "dynamic_content"}
    code = codes.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME if name in late else None
    assert refused(lambda: GOOD[name](a_job(a_file(), resumed=True))) == code


def test_the_method_that_it_has_already_is_no_change() -> None:
    job = a_job(resumed=True)
    assert edits.http_method(job, "GET") is job


def test_another_method_locks_the_priority() -> None:
    job = edits.http_method(a_job(), "POST")
    code = codes.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD
    assert refused(lambda: edits.priority(job, JobPriority.LOW)) == code


def test_dynamic_content_excludes_ranges_and_methods_in_either_order() -> None:
    code = codes.BG_E_UNSUPPORTED_JOB_CONFIGURATION
    dynamic = edits.dynamic_content(a_job(), True)
    posting = edits.http_method(a_job(), "POST")
    assert refused(lambda: edits.http_method(dynamic, "POST")) == code
    assert refused(lambda: edits.dynamic_content(posting, True)) == code
    assert refused(lambda: file_edits.add_files(dynamic, [RANGED], POLICY)) == code
    assert refused(lambda: edits.dynamic_content(a_job(RANGED), True)) == code
    assert refused(lambda: edits.dynamic_content(a_job(RANGED), False)) is None


# Files

PARTLY = a_file(
    "part",
    bytes_total=100,
    bytes_transferred=40,
    validator=Validator('"1"'),
    resumable=True,
    modified_time=5.0,
)
WHOLE = a_file("whole", bytes_total=7, bytes_transferred=7, transferred=True, validator=Validator('"2"'))


def test_add_files_is_all_or_nothing_and_keeps_the_order() -> None:
    job = file_edits.add_files(a_job(a_file("1")), [a_file("2"), a_file("3")], POLICY)
    assert [f.remote_name for f in job.files] == ["http://h/1", "http://h/2", "http://h/3"]


def test_a_file_with_ranges_keeps_their_order() -> None:
    ranges = [FileRange(10, 5), FileRange(0, 5)]
    assert file_edits.file_with_ranges("http://h/", "/d/a", ranges).ranges == tuple(ranges)


def test_a_new_address_keeps_the_bytes_and_drops_the_old_servers_validator() -> None:
    job = file_edits.remote_name(a_job(WHOLE, PARTLY), 1, "http://mirror/part")
    assert job.files == (WHOLE, replace(PARTLY, remote_name="http://mirror/part", validator=None))


def test_a_transferred_file_is_left_alone() -> None:
    job = a_job(WHOLE)
    assert file_edits.remote_name(job, 0, "http://mirror/whole") == job


def test_a_new_prefix_is_for_those_that_begin_with_the_old() -> None:
    job = a_job(PARTLY, a_file("other"), WHOLE)
    moved = file_edits.remote_prefix(job, "http://h/p", "https://mirror/x/p")
    assert [f.remote_name for f in moved.files] == ["https://mirror/x/part", "http://h/other", "http://h/whole"]
    assert file_edits.remote_prefix(job, "HTTP://H/", "http://x/") is job


def test_a_restart_forgets_what_is_not_whole() -> None:
    job = file_edits.restarted(a_job(WHOLE, PARTLY))
    assert job.files == (WHOLE, a_file("part"))


# Checksums

OTHER_MD5 = Checksum(HashAlgorithm.MD5, "1" * 32)


def test_a_checksum_is_set_and_replaced_and_taken_away() -> None:
    job = a_job(WHOLE, PARTLY)
    typed = file_edits.checksum(job, 1, MD5)
    assert typed.files == (WHOLE, replace(PARTLY, checksum=MD5))
    assert file_edits.checksum(typed, 1, MD5) == typed
    assert file_edits.checksum(typed, 1, None) == job


def test_what_a_person_says_goes_before_what_the_server_says() -> None:
    job = a_job(a_file(server_checksum=OTHER_MD5))
    assert job.files[0].expected_checksum == OTHER_MD5
    assert file_edits.checksum(job, 0, MD5).files[0].expected_checksum == MD5
    assert file_edits.checksum(job, 0, None).files[0].expected_checksum is None


def test_a_whole_file_is_judged_anew_by_another_checksum_only() -> None:
    job = a_job(replace(WHOLE, checksum=OTHER_MD5), state=JobState.TRANSFERRED)
    anew = file_edits.checksum(job, 0, MD5)
    assert (anew.state, anew.files[0].transferred, anew.files[0].bytes_transferred) == (JobState.QUEUED, False, 7)
    assert anew.files[0].is_unproven
    for same_or_none in (OTHER_MD5, None):
        kept = file_edits.checksum(job, 0, same_or_none)
        assert (kept.state, kept.files[0].transferred) == (JobState.TRANSFERRED, True)


def test_a_file_in_its_place_takes_no_checksum() -> None:
    job = a_job(replace(WHOLE, completed=True), PARTLY)
    assert refused(lambda: file_edits.checksum(job, 0, MD5)) == codes.BG_E_INVALID_STATE


def test_a_restart_and_a_new_address_keep_the_typed_checksum_only() -> None:
    file = replace(PARTLY, checksum=MD5, server_checksum=OTHER_MD5)
    assert file_edits.restarted(a_job(file)).files == (a_file("part", checksum=MD5),)
    moved = file_edits.remote_name(a_job(file), 0, "http://mirror/part").files[0]
    assert (moved.checksum, moved.server_checksum, moved.bytes_transferred) == (MD5, None, 40)


def test_a_wrong_file_brings_nothing_to_a_new_address() -> None:
    wrong = replace(WHOLE, transferred=False, checksum=MD5)
    moved = file_edits.remote_name(a_job(wrong), 0, "http://mirror/whole").files[0]
    assert moved == replace(a_file("whole", checksum=MD5), remote_name="http://mirror/whole")


# Sign-in and headers


def test_one_entry_per_target_and_scheme() -> None:
    job = edits.credentials(edits.credentials(a_job(), LOGIN), replace(LOGIN, user_name="you"))
    digest = CredentialRef(AuthTarget.SERVER, AuthScheme.DIGEST, "me")
    job = edits.credentials(job, digest)
    assert job.settings.credentials == (replace(LOGIN, user_name="you"), digest)
    assert edits.without_credentials(job, LOGIN.target, LOGIN.scheme).settings.credentials == (digest,)
    assert edits.without_credentials(job, AuthTarget.PROXY, AuthScheme.BASIC) is job


def test_a_new_owner_gets_no_sign_in_no_headers_and_no_program() -> None:
    job = a_job(credentials=(LOGIN,), custom_header_names=("X-A",), description="kept")
    taken = edits.taken_by(edits.notify_command(job, "/bin/tell", []), "you")
    assert taken.settings.notify_command is None
    assert (taken.owner, taken.settings.credentials, taken.settings.custom_header_names) == ("you", (), ())
    assert taken.settings.description == "kept"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((0, 1, "u", "p"), codes.BG_E_INVALID_AUTH_TARGET),
        ((3, 1, "u", "p"), codes.BG_E_INVALID_AUTH_TARGET),
        ((1, 0, "u", "p"), codes.BG_E_INVALID_AUTH_SCHEME),
        ((1, 6, "u", "p"), codes.BG_E_INVALID_AUTH_SCHEME),
        ((1, 3, "u", "p"), codes.E_NOTIMPL),
        ((1, 4, "u", "p"), codes.E_NOTIMPL),
        ((1, 5, "u", "p"), codes.E_NOTIMPL),
        ((1, 1, "", "p"), codes.E_INVALIDARG),
        ((1, 1, "u" * 301, "p"), codes.BG_E_USERNAME_TOO_LARGE),
        ((1, 1, "u", "p" * 65_536), codes.BG_E_PASSWORD_TOO_LARGE),
        ((1, 1, "u", SURROGATE), codes.E_INVALIDARG),
        ((1, 1, "u" * 300, "p" * 65_535), None),
        ((2, 2, "ü", ""), None),
    ],
)
def test_credentials(arguments: tuple[int, int, str, str], code: HResult | None) -> None:
    assert refused(lambda: check_credentials(*arguments)) == code


def header_of(length: int) -> list[tuple[str, str]]:
    """Headers that take so many characters with separators, line ends and the terminator."""
    return [("X", "v" * (length - 1 - 4 - 1))]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([], None),
        ([("X-A", "1"), ("X-A", "2"), ("authorization", "Bearer x")], None),
        ([("X-A", "tab\tand ~")], None),
        (header_of(16_384), None),
        (header_of(16_385), codes.BG_E_STRING_TOO_LONG),
        ([("", "v")], codes.E_INVALIDARG),
        ([("X A", "v")], codes.E_INVALIDARG),
        ([("X:A", "v")], codes.E_INVALIDARG),
        ([("X-A\r\nX-B", "v")], codes.E_INVALIDARG),
        ([("X-Ä", "v")], codes.E_INVALIDARG),
        ([("X-A", "v\r\nX-B: w")], codes.E_INVALIDARG),
        ([("X-A", "v\nw")], codes.E_INVALIDARG),
        ([("X-A", "v\x00")], codes.E_INVALIDARG),
        ([("X-A", "v\x7f")], codes.E_INVALIDARG),
        ([("X-A", "é")], codes.E_INVALIDARG),
    ],
)
def test_custom_headers(headers: list[tuple[str, str]], code: HResult | None) -> None:
    assert refused(lambda: check_custom_headers(headers)) == code


@pytest.mark.parametrize(
    "name",
    [
        *("Range", "HOST", "content-length", "Connection", "Transfer-Encoding", "Accept-Encoding"),
        *("If-Range", "if-match", "If-None-Match", "IF-MODIFIED-SINCE", "If-Unmodified-Since"),
        *("Content-Range", "BITS-Session-Id", "bits-packet-type"),
    ],
)
def test_reserved_headers(name: str) -> None:
    assert refused(lambda: check_custom_headers([(name, "v")])) == codes.E_INVALIDARG


@given(st.text(), st.text())
def test_no_accepted_header_can_break_out_of_its_line(name: str, value: str) -> None:
    assert refused(lambda: check_custom_headers([(name, value)])) in (None, codes.E_INVALIDARG)
    if refused(lambda: check_custom_headers([(name, value)])) is None:
        line = f"{name}: {value}".encode("ascii")
        assert not {0, 10, 13} & set(line)
        assert ":" not in name


@given(st.text())
def test_a_token_is_printable_ascii_without_separators(text: str) -> None:
    is_good = bool(text) and all(c.isascii() and (c.isalnum() or c in "!#$%&'*+-.^_`|~") for c in text)
    assert is_token(text) is is_good


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"priority": 9}, codes.E_NOTIMPL),
        ({"no_progress_timeout_s": -1.0}, codes.E_INVALIDARG),
        ({"proxy": ProxySettings(ProxyUsage.OVERRIDE)}, codes.E_INVALIDARG),
        ({"ca_file": "not/absolute.pem"}, codes.E_INVALIDARG),
        ({"rate_limit_bps": -5}, codes.E_INVALIDARG),
        ({"description": "x" * 1025}, codes.BG_E_STRING_TOO_LONG),
    ],
)
def test_a_job_made_whole_obeys_the_setters_rules(settings: dict[str, Any], code: HResult) -> None:
    spec = NewJob(settings=JobSettings(display_name="whole", **settings), files=())
    assert refused(lambda: build_job(spec, POLICY, 0.0)) == code
