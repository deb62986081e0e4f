"""Changes of a job's files, folder and secrets, also while it runs: what is here stays, nothing is fetched twice."""

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import AuthScheme, AuthTarget, JobState
from bitsgui.model.error import FileRef
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobFile, JobId, JobSettings
from bitsgui.service.manager import Credentials, NewJob
from bitsgui.store.job_store import DATABASE
from bitsgui.store.secrets import StoredSecrets
from tests.support.lab import Lab, lab
from tests.support.scripted_server import Resource, needs_basic, status

S = JobState
MIB = 1 << 20


async def half_done(it: Lab, path: str = "/1") -> JobId:
    """A running job that has half of its file and stands still."""
    it.serve(path, MIB)
    it.server.hold(path, after=MIB // 2)
    job_id = await it.job(path)
    await it.until_true(job_id, lambda job: job.progress.bytes_transferred == MIB // 2)
    return job_id


async def finished_right(it: Lab, job_id: JobId, *paths: str) -> None:
    await it.until(job_id, S.TRANSFERRED)
    assert await it.manager.complete(job_id) == codes.S_OK
    assert it.is_right(*paths)


def test_a_mirror_given_while_running_goes_on_where_the_first_stood(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await half_done(it)
            it.server.files["/mirror/1"] = Resource(content=it.contents["/1"], etag='"another"')
            mirror = it.server.url("/mirror/")
            assert await it.manager.replace_remote_prefix(job_id, it.server.url("/"), mirror) == codes.S_OK
            await finished_right(it, job_id, "/1")
            (request,) = it.server.requests_for("/mirror/1")
            start = int((request.header("Range") or "").removeprefix("bytes=").split("-")[0])
            assert MIB // 2 - 64 * 1024 <= start <= MIB // 2

    run(scenario())


def test_a_new_address_mends_a_failed_file(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            content = it.serve("/2")
            it.server.files["/2"] = status(404)
            it.server.files["/moved/2"] = Resource(content=content)
            job_id = await it.job("/1", "/2")
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert job.error.file == FileRef(1, it.server.url("/2"), str(it.local("/2")))
            await it.manager.set_remote_name(job_id, 1, it.server.url("/moved/2"))
            assert it.get(job_id).state is S.ERROR
            await it.manager.resume(job_id)
            await finished_right(it, job_id, "/1", "/2")

    run(scenario())


def test_prefixes_are_case_sensitive_and_spare_what_is_here(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            for name in ("a", "A"):
                (it.folder / name).mkdir(exist_ok=True)
            job_id = await it.job("/a/1", "/A/2", resume=False)
            url = it.server.url
            assert await it.manager.replace_remote_prefix(job_id, url("/b/"), url("/c/")) == codes.S_FALSE
            assert await it.manager.replace_remote_prefix(job_id, url("/a/"), url("/c/")) == codes.S_OK
            assert [file.remote_name for file in it.get(job_id).files] == [url("/c/1"), url("/A/2")]
            for old, new in (("", url("/")), (url("/"), ""), (url("/"), "ftp://x/")):
                with pytest.raises(BitsError) as refusal:
                    await it.manager.replace_remote_prefix(job_id, old, new)
                assert refusal.value.hresult == codes.E_INVALIDARG

    run(scenario())


@pytest.mark.parametrize("call", ["add_file", "set_remote_name", "replace_remote_prefix", "create_jobs"])
def test_a_password_in_an_address_becomes_the_sign_in_and_is_stored_nowhere(run, tmp_path: Path, call: str) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            content = it.serve("/in/1")
            it.server.files["/in/1"] = needs_basic("anna", "geheim%", Resource(content=content))
            secret_url = it.server.url("/in/1").replace("//", "//anna:geheim%25@")
            local = str(it.local("/in_1"))
            match call:
                case "create_jobs":
                    files = (JobFile(remote_name=secret_url, local_name=local),)
                    settings = JobSettings(display_name="x")
                    (job,) = await it.manager.create_jobs([NewJob(settings=settings, files=files, resume=False)])
                case _:
                    job = await it.manager.create_job("x")
                    first = secret_url if call == "add_file" else it.server.url("/out/1")
                    await it.manager.add_file(job.id, first, local)
            if call == "set_remote_name":
                await it.manager.set_remote_name(job.id, 0, secret_url)
            elif call == "replace_remote_prefix":
                await it.manager.replace_remote_prefix(job.id, it.server.url("/out/"), secret_url.removesuffix("1"))
            await it.manager.resume(job.id)
            await it.until(job.id, S.TRANSFERRED)
            assert "geheim" not in repr(it.get(job.id))
            await it.manager.aclose()
            for file in it.state_dir.glob(f"{DATABASE}*"):
                assert b"geheim" not in file.read_bytes()
            it.manager = await it._open()

    run(scenario())


@pytest.mark.parametrize("call", ["add_file", "set_remote_name", "replace_remote_prefix"])
def test_a_password_in_an_address_is_not_for_the_job_s_other_servers(run, tmp_path: Path, call: str) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job = await it.manager.create_job("x")
            await it.manager.add_file(job.id, it.server.url("/in/1"), str(it.local("/in_1")))
            await it.manager.add_file(job.id, it.server.url("/out/2"), str(it.local("/out_2")))
            before = it.get(job.id)
            other = "http://anna:geheim@other.invalid/2"
            calls = {
                "add_file": (other, str(it.local("/in_3"))),
                "set_remote_name": (1, other),
                "replace_remote_prefix": (it.server.url("/out/"), other.removesuffix("2")),
            }
            with pytest.raises(BitsError) as refusal:
                await getattr(it.manager, call)(job.id, *calls[call])
            assert refusal.value.hresult == codes.E_INVALIDARG
            assert it.get(job.id) == before

    run(scenario())


def test_a_sign_in_that_came_with_an_address_is_refused_to_another_server(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, hosts=("127.0.0.1", "127.0.0.2")) as it:
            it.serve("/1")
            job = await it.manager.create_job("x")
            signed = it.server.url("/1").replace("//", "//anna:geheim@")
            await it.manager.add_file(job.id, signed, str(it.local("/1")))
            other = it.server.url("/2", "127.0.0.2")
            with pytest.raises(BitsError) as refused:
                await it.manager.add_file(job.id, other, str(it.local("/2")))
            assert refused.value.hresult == codes.E_INVALIDARG
            assert len(it.get(job.id).files) == 1
            await it.manager.set_credentials(job.id, AuthTarget.SERVER, AuthScheme.BASIC, "anna", "geheim")
            await it.manager.set_credentials(job.id, AuthTarget.SERVER, AuthScheme.DIGEST, "anna", "geheim")
            assert await it.manager.add_file(job.id, other, str(it.local("/2"))) == codes.S_OK
            assert (await it.secrets.get(job.id)) == StoredSecrets({AuthTarget.SERVER: ("anna", "geheim")})

    run(scenario())


def test_a_malformed_address_is_refused_and_changes_no_sign_in(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", resume=False)
            before = it.get(job_id)
            for address in ("http://[::1/x", "ftp://u:p@h/x", "http://u:p@h/a b", "http://u:p@h:99999/", "x"):
                with pytest.raises(BitsError) as refusal:
                    await it.manager.set_remote_name(job_id, 0, address)
                assert refusal.value.hresult == codes.E_INVALIDARG
                assert ":p@" not in str(refusal.value)
            with pytest.raises(BitsError) as no_file:
                await it.manager.set_remote_name(job_id, 7, "http://u:p@h/x")
            assert no_file.value.hresult == codes.E_INVALIDARG
            assert it.get(job_id) == before

    run(scenario())


def test_a_file_added_while_running_is_fetched_too_and_nothing_twice(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await half_done(it)
            it.serve("/2")
            it.server.files["/1"] = Resource(content=it.contents["/1"])
            await it.manager.add_file(job_id, it.server.url("/2"), str(it.local("/2")))
            await finished_right(it, job_id, "/1", "/2")
            assert [r.header("Range") for r in it.server.requests_for("/1")] == [None, f"bytes={MIB // 2}-"]

    run(scenario())


def test_files_for_a_folder_that_is_not_there_are_refused_all(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", resume=False)
            url = it.server.url("/2")
            with pytest.raises(BitsError) as refusal:
                await it.manager.add_files(job_id, [(url, str(it.local("/2"))), (url, str(tmp_path / "no" / "2"))])
            assert refusal.value.hresult == codes.E_INVALIDARG
            assert len(it.get(job_id).files) == 1

    run(scenario())


# Another folder


@pytest.fixture
def other_file_system(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system here")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


@pytest.fixture(params=["same", "other"])
def new_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "other":
        return request.getfixturevalue("other_file_system")
    folder = tmp_path / "new"
    folder.mkdir()
    return folder


def test_a_job_goes_on_in_another_folder_without_fetching_again(run, tmp_path: Path, new_folder: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/2", MIB)
            it.server.hold("/2", after=MIB // 2)
            job_id = await it.job("/1", "/2")
            await it.until_true(job_id, lambda job: job.files[1].bytes_transferred == MIB // 2)
            it.server.files["/2"] = Resource(content=it.contents["/2"])
            assert await it.manager.set_local_folder(job_id, new_folder) == codes.S_OK
            assert list(it.folder.iterdir()) == []
            it.folder = new_folder
            await finished_right(it, job_id, "/1", "/2")
            assert sorted(path.name for path in it.folder.iterdir()) == ["1", "2"]
            ranges = [(r.path, r.header("Range")) for r in it.server.requests]
            assert ranges == [("/1", None), ("/2", None), ("/2", f"bytes={MIB // 2}-")]

    run(scenario())


def test_a_folder_that_cannot_be_used_changes_nothing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1")
            await it.until(job_id, S.TRANSFERRED)
            before, parts = it.get(job_id), it.parts()
            (tmp_path / "file").write_text("x")
            for folder in (tmp_path / "none", tmp_path / "file", Path("relative")):
                with pytest.raises(BitsError):
                    await it.manager.set_local_folder(job_id, folder)
                assert (it.get(job_id), it.parts()) == (before, parts)
            await finished_right(it, job_id, "/1")

    run(scenario())


def test_a_job_whose_folder_could_not_be_changed_goes_on(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await half_done(it)
            it.server.files["/1"] = Resource(content=it.contents["/1"])
            with pytest.raises(BitsError):
                await it.manager.set_local_folder(job_id, tmp_path / "none")
            await finished_right(it, job_id, "/1")

    run(scenario())


def test_files_of_one_name_from_two_folders_stay_two_files(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            for name in ("a", "b", "c"):
                (it.folder / name).mkdir()
            contents = [it.serve(f"/{name}/x.bin") for name in ("a", "b")]
            job_id = await it.job("/a/x.bin", "/b/x.bin")
            await it.until(job_id, S.TRANSFERRED)
            await it.manager.set_local_folder(job_id, it.folder / "c")
            await it.manager.complete(job_id)
            assert (it.folder / "c" / "x.bin").read_bytes() == contents[0][:]
            assert (it.folder / "c" / "x (1).bin").read_bytes() == contents[1][:]

    run(scenario())


def test_a_copy_that_fails_half_way_leaves_the_old_parts_only(run, tmp_path: Path, monkeypatch) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            new = tmp_path / "new"
            new.mkdir()
            job_id = await it.job("/1", "/2")
            await it.until(job_id, S.TRANSFERRED)
            before, parts = it.get(job_id), it.parts()
            monkeypatch.setattr(os, "link", _second_time_full(os.link))
            monkeypatch.setattr("shutil.copystat", _full)
            with pytest.raises(BitsError) as failure:
                await it.manager.set_local_folder(job_id, new)
            assert failure.value.hresult == codes.ERROR_DISK_FULL
            assert (it.get(job_id), it.parts()) == (before, parts)
            assert list(new.iterdir()) == []
            await finished_right(it, job_id, "/1", "/2")

    run(scenario())


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _second_time_full(link):
    calls = []

    def call(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            _full()
        link(*arguments)

    return call


# Forgetting


def test_restart_files_forgets_what_is_not_whole(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/2", MIB)
            it.server.hold("/2", after=MIB // 2)
            job_id = await it.job("/1", "/2")
            await it.until_true(job_id, lambda job: job.files[1].bytes_transferred > 0)
            it.server.files["/2"] = Resource(content=it.contents["/2"])
            await it.manager.suspend(job_id)
            assert await it.manager.restart_files(job_id) == codes.S_OK
            assert [file.bytes_transferred for file in it.get(job_id).files] == [100_000, 0]
            await it.manager.resume(job_id)
            await finished_right(it, job_id, "/1", "/2")
            assert [r.header("Range") for r in it.server.requests] == [None, None, None]

    run(scenario())


# Whose job, whose sign-in


async def signed_in(it: Lab) -> JobId:
    it.server.files["/1"] = needs_basic("anna", "geheim", Resource(content=it.serve("/1")))
    files = (JobFile(remote_name=it.server.url("/1"), local_name=str(it.local("/1"))),)
    spec = NewJob(
        settings=JobSettings(display_name="x"),
        files=files,
        credentials=Credentials("anna", "geheim"),
        custom_headers=(("X-Key", "k"),),
        resume=False,
    )
    (job,) = await it.manager.create_jobs([spec])
    return job.id


def test_take_ownership_drops_sign_ins_and_headers(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await signed_in(it)
            assert await it.manager.take_ownership(job_id) == codes.S_OK
            job = it.get(job_id)
            assert job.settings.credentials == ()
            assert job.settings.custom_header_names == ()
            assert (await it.secrets.get(job_id)).is_empty
            await it.manager.resume(job_id)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert job.error.http_status == 401
            assert it.server.requests[-1].header("X-Key") is None

    run(scenario())


def test_removed_credentials_are_used_no_more(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await signed_in(it)
            remove = it.manager.remove_credentials
            assert await remove(job_id, AuthTarget.SERVER, AuthScheme.DIGEST) == codes.S_OK
            assert await remove(job_id, AuthTarget.SERVER, AuthScheme.DIGEST) == codes.S_FALSE
            assert (await it.secrets.get(job_id)).sign_ins == {AuthTarget.SERVER: ("anna", "geheim")}
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            assert await remove(job_id, AuthTarget.SERVER, AuthScheme.BASIC) == codes.S_OK
            assert (await it.secrets.get(job_id)).sign_ins == {}
            content = it.contents["/1"]
            it.server.files["/2"] = needs_basic("anna", "geheim", Resource(content=content))
            await it.manager.add_file(job_id, it.server.url("/2"), str(it.local("/2")))
            await it.manager.resume(job_id)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert job.error.http_status == 401

    run(scenario())


@pytest.mark.parametrize("end", ["cancel", "complete"])
def test_a_job_that_ends_leaves_no_secret(run, tmp_path: Path, end: str) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await signed_in(it)
            await getattr(it.manager, end)(job_id)
            assert (await it.secrets.get(job_id)).is_empty
            with pytest.raises(BitsError) as refusal:
                await it.manager.set_credentials(job_id, AuthTarget.SERVER, AuthScheme.BASIC, "anna", "again")
            assert refusal.value.hresult == codes.BG_E_INVALID_STATE
            assert (await it.secrets.get(job_id)).is_empty

    run(scenario())


def test_setters_refuse_a_job_that_has_ended(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", resume=False)
            await it.manager.cancel(job_id)
            manager, url = it.manager, it.server.url("/2")
            calls = [
                manager.set_display_name(job_id, "x"),
                manager.set_priority(job_id, 0),
                manager.set_notify_flags(job_id, 1),
                manager.set_custom_headers(job_id, [("A", "b")]),
                manager.take_ownership(job_id),
                manager.add_file(job_id, url, str(it.local("/2"))),
                manager.set_remote_name(job_id, 0, url),
                manager.replace_remote_prefix(job_id, it.server.url("/"), url),
                manager.set_local_folder(job_id, tmp_path),
                manager.restart_files(job_id),
            ]
            for call in calls:
                with pytest.raises(BitsError) as refusal:
                    await call
                assert refusal.value.hresult == codes.BG_E_INVALID_STATE

    run(scenario())
