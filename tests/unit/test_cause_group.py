"""Which failures share a dialog: the same trouble at the same host, folder, volume or proxy."""

from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.cause_group import folder_of, grouped, key_of, server_of, volume_folder
from bitsgui.model.enums import ErrorContext, JobState, ProxyUsage
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job, ProxySettings
from bitsgui.model.upload import UploadPhase
from bitsgui.service.volumes import volumes_of
from tests.support.failed_jobs import LOCAL, PROGRAM, failed_job, failed_upload

TRANSPORT = ErrorContext.GENERAL_TRANSPORT
NOT_FOUND = from_http_status(404)


def behind(listed: str, **facts: str) -> Job:
    job = failed_job(from_http_status(407), TRANSPORT)
    assert job.error is not None
    settings = replace(job.settings, proxy=ProxySettings(ProxyUsage.OVERRIDE, listed))
    return replace(job, settings=settings, error=replace(job.error, facts=Facts(**facts) if facts else None))


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (failed_job(NOT_FOUND), failed_job(NOT_FOUND), True),
        (failed_job(NOT_FOUND), failed_job(NOT_FOUND, server="https://archive.example/other"), True),
        (failed_job(NOT_FOUND), failed_job(NOT_FOUND, server="https://mirror.example/atlas"), False),
        (failed_job(NOT_FOUND), failed_job(from_http_status(401)), False),
        (failed_job(NOT_FOUND), failed_upload(NOT_FOUND), False),
        (failed_job(codes.ERROR_DISK_FULL, LOCAL), failed_job(codes.ERROR_DISK_FULL, LOCAL, folder="/b"), False),
        (failed_job(codes.E_ACCESSDENIED, LOCAL), failed_job(codes.E_ACCESSDENIED, LOCAL, server="http://b/"), True),
        (
            failed_job(codes.E_ACCESSDENIED, LOCAL),
            failed_job(codes.E_ACCESSDENIED, LOCAL, done=5, state=JobState.TRANSFERRED),
            False,
        ),
        (
            failed_job(codes.BG_E_NETWORK_DISCONNECTED, TRANSPORT),
            failed_job(codes.BG_E_NETWORK_DISCONNECTED, TRANSPORT, server="http://b/"),
            True,
        ),
        (failed_job(codes.E_FAIL, TRANSPORT), failed_job(codes.E_NOTIMPL, TRANSPORT), False),
        (failed_job(from_http_status(410)), failed_job(NOT_FOUND), True),
        (behind("proxy:3128"), behind("proxy:3128"), True),
        (behind("proxy:3128"), behind("other:3128"), False),
        (behind("", proxy="a:1"), behind("", proxy="b:1"), False),
        (
            failed_upload(from_http_status(500), PROGRAM, UploadPhase.SERVER_PROGRAM),
            failed_upload(NOT_FOUND, phase=UploadPhase.REPLY),
            False,
        ),
    ],
)
def test_who_shares_a_dialog(one: Job, other: Job, together: bool) -> None:
    assert (key_of(one) == key_of(other)) is together


def test_folders_of_one_full_volume_are_one_trouble() -> None:
    jobs = [failed_job(codes.ERROR_DISK_FULL, LOCAL, folder=folder) for folder in ("/a", "/b", "/c")]
    volumes = {"/a": "v1", "/b": "v1", "/c": "v2"}
    assert list(grouped(jobs, volumes).values()) == [(jobs[0], jobs[1]), (jobs[2],)]
    assert [volume_folder(job) for job in jobs] == ["/a", "/b", "/c"]
    assert volume_folder(failed_job(codes.E_ACCESSDENIED, LOCAL)) is None


def test_groups_keep_the_order_of_their_jobs() -> None:
    jobs = [failed_job(NOT_FOUND, server=f"https://h{n % 3}/x") for n in range(9)]
    groups = grouped(jobs)
    assert [key.place for key in groups] == ["h0", "h1", "h2"]
    assert list(groups.values()) == [tuple(jobs[n::3]) for n in range(3)]


def test_a_job_without_files_has_no_place() -> None:
    damaged = failed_job(codes.BG_E_DATABASE_CORRUPT, ErrorContext.GENERAL_QUEUE_MANAGER, done=0, total=0)
    assert (server_of(damaged), folder_of(damaged), key_of(damaged).place) == ("", "", "")


def test_a_reply_without_an_address_belongs_to_the_server_of_its_file() -> None:
    lost = failed_upload(from_http_status(500), PROGRAM, UploadPhase.SERVER_PROGRAM)
    assert key_of(lost).place == server_of(lost) == "inbox.example"


def test_the_disk_tells_volumes_even_of_folders_that_are_gone(run, tmp_path: Path) -> None:
    gone, here = str(tmp_path / "not" / "there"), str(tmp_path)
    volumes = run(volumes_of([gone, here, "/proc"]))
    assert volumes[gone] == volumes[here] != volumes["/proc"]
    assert run(volumes_of([])) == {}
