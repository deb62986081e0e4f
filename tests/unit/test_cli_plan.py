"""From URLs to jobs: names, folders, how many jobs, and what is stored already."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.enums import AuthTarget, ErrorContext, JobState
from bitsgui.model.error import FileRef, JobError
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job, JobFile, JobSettings, JobTimes, new_job_id
from bitsgui.terminal.arguments import SignIn
from bitsgui.terminal.get_arguments import GetOptions
from bitsgui.terminal.get_plan import parted, plan_get
from bitsgui.terminal.plan import Plan, PlannedJob, UsageError, holds, make_room, without

MD5 = Checksum(HashAlgorithm.MD5, "0" * 32)


def planned(*urls: str, output: str | None = None) -> Plan:
    return plan_get(GetOptions(urls=urls, output=output))


def local_names(result: Plan) -> list[str]:
    return [file.local_name for job in result.jobs for file in job.files]


def stored(*files: JobFile) -> Job:
    return Job(id=new_job_id(), files=files, settings=JobSettings(display_name="j"), times=JobTimes(1, 1))


def test_without_o_the_name_is_the_urls_and_the_servers_may_replace_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = planned("http://h/x/%E6%97%A5.bin?q")
    assert local_names(result) == [str(tmp_path / "日.bin")]
    assert result.jobs[0].files[0].name_from_server
    assert result.jobs[0].display_name == "日.bin"


def test_o_names_the_file(tmp_path: Path) -> None:
    result = planned("http://h/x", output=str(tmp_path / "y.iso"))
    assert local_names(result) == [str(tmp_path / "y.iso")]
    assert not result.jobs[0].files[0].name_from_server


def test_o_may_be_a_folder(tmp_path: Path) -> None:
    assert local_names(planned("http://h/x", output=str(tmp_path))) == [str(tmp_path / "x")]
    assert local_names(planned("http://h/x", output=f"{tmp_path}/new/")) == [str(tmp_path / "new" / "x")]
    several = planned("http://h/x", "http://h/y", output=str(tmp_path / "new"))
    assert local_names(several) == [str(tmp_path / "new" / "x"), str(tmp_path / "new" / "y")]


def test_two_urls_never_share_a_name(tmp_path: Path) -> None:
    result = planned("http://a/x.bin", "http://b/x.bin", "http://c/x.bin", output=str(tmp_path))
    assert [Path(n).name for n in local_names(result)] == ["x.bin", "x (1).bin", "x (2).bin"]


def test_refusals(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no folder"):
        planned("http://h/x", output=str(tmp_path / "no" / "x"))
    with pytest.raises(UsageError, match="a folder is needed"):
        planned("http://h/x", "http://h/y", output=str(tmp_path / "file"))
    with pytest.raises(UsageError, match=r"begin with http"):
        planned("ftp://h/x", output=str(tmp_path))
    with pytest.raises(UsageError, match="255 bytes"):
        planned("http://h/x", output=str(tmp_path / ("y" * 256)))


def test_a_refused_address_is_quoted_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        planned("http://me:s3cret@h:port/x", output=str(tmp_path))
    assert "s3cret" not in str(refused.value)


def test_user_info_becomes_the_sign_in_of_its_own_jobs(tmp_path: Path) -> None:
    result = planned("http://me:p%40ss@h/x", "http://h/y", "http://me:p%40ss@h/z", output=str(tmp_path))
    assert [job.sign_ins for job in result.jobs] == [
        (SignIn(AuthTarget.SERVER, "me", "p@ss"),),
        (SignIn(AuthTarget.SERVER, "me", "p@ss"),),
        (),
    ]
    assert sorted(f.remote_name for job in result.jobs for f in job.files) == [
        "http://h/x",
        "http://h/y",
        "http://h/z",
    ]
    assert "p@ss" not in repr(result)


@settings(max_examples=30)
@given(st.integers(1, 4000))
def test_the_files_are_spread_evenly_over_few_jobs(count: int) -> None:
    result = planned(*(f"http://h/{n}" for n in range(count)), output="/tmp")
    sizes = [len(job.files) for job in result.jobs]
    assert sum(sizes) == count
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 200
    assert len(sizes) == max(min(count, 16), -(-count // 200))
    assert len(set(local_names(result))) == count


def test_a_job_of_many_is_named_after_the_first(tmp_path: Path) -> None:
    result = planned(*(f"http://h/{n}" for n in range(32)), output=str(tmp_path))
    assert result.jobs[3].display_name == "3 and 1 more"


def test_the_key_is_the_folder_and_the_first_url(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    one = planned("http://h/x", output=str(tmp_path))
    assert one.key == planned("http://h/x", "http://h/y", output=str(tmp_path / "link")).key
    assert one.key != planned("http://h/y", output=str(tmp_path)).key
    assert one.key != planned("http://h/x", output="/").key


def test_a_stored_file_is_found_again(tmp_path: Path) -> None:
    wanted = planned("http://h/x", output=str(tmp_path)).jobs[0].files[0]
    job = stored(replace(wanted, name_from_server=False))
    assert holds(job, wanted)
    named_by_server = stored(replace(wanted, local_name=str(tmp_path / "other"), name_from_server=False))
    assert holds(named_by_server, wanted)
    assert not holds(named_by_server, replace(wanted, name_from_server=False))
    assert not holds(job, replace(wanted, remote_name="http://h/y"))
    assert not holds(stored(replace(wanted, local_name="/elsewhere/x")), wanted)


def test_only_what_is_not_stored_is_made(tmp_path: Path) -> None:
    (job,) = planned("http://h/x", output=str(tmp_path)).jobs
    (other,) = planned("http://h/y", output=str(tmp_path)).jobs
    both = PlannedJob(job.files + other.files)
    assert without(both, [stored(*job.files)]).files == other.files
    assert without(both, []).files == both.files
    assert without(both, [stored(*both.files)]).files == ()


def test_room_is_made_and_nothing_replaced_without_leave(tmp_path: Path) -> None:
    result = planned("http://h/x", output=f"{tmp_path}/new/deep/")
    make_room(result, result.jobs, overwrite=False)
    folder = tmp_path / "new" / "deep"
    assert folder.is_dir()
    (folder / "x").write_text("mine")
    with pytest.raises(UsageError, match="exists; use --overwrite"):
        make_room(result, result.jobs, overwrite=False)
    make_room(result, result.jobs, overwrite=True)
    assert (folder / "x").read_text() == "mine"


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    result = planned("http://h/x", output=str(tmp_path))
    with pytest.raises(UsageError, match="is a folder"):
        make_room(result, result.jobs, overwrite=True)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = planned("http://h/x", output=f"{tmp_path}/file/sub/")
    with pytest.raises(UsageError, match="cannot be made: Not a directory"):
        make_room(result, result.jobs, overwrite=False)


def failed(*files: JobFile, index: int = 0, context: ErrorContext = ErrorContext.REMOTE_FILE) -> Job:
    ref = FileRef(index, files[index].remote_name, files[index].local_name)
    error = JobError(context, from_http_status(404), file=ref)
    return replace(stored(*files), state=JobState.ERROR, error=error)


def files(count: int) -> list[JobFile]:
    return [JobFile(remote_name=f"http://h/{n}", local_name=f"/d/{n}") for n in range(count)]


def test_a_bad_file_is_parted_from_those_still_to_come() -> None:
    done, bad, *rest = files(4)
    job = failed(replace(done, transferred=True), bad, *rest, index=1)
    assert [part.files for part in parted(job)] == [(bad,), tuple(rest)]
    assert [part.files for part in parted(failed(replace(done, transferred=True), bad, index=1))] == [(bad,)]


def test_nothing_is_parted_where_bytes_would_go_or_the_disk_is_at_fault() -> None:
    one, two = files(2)
    assert parted(failed(one)) == ()
    assert parted(failed(replace(one, bytes_transferred=5), two)) == ()
    assert parted(failed(one, two, context=ErrorContext.LOCAL_FILE)) == ()
    assert parted(stored(one, two)) == ()


def test_the_bytes_of_a_wrong_file_are_none_to_keep() -> None:
    done, bad, worse, rest = files(4)
    unproven = {"checksum": MD5, "bytes_total": 5, "bytes_transferred": 5}
    job = failed(replace(done, transferred=True), replace(bad, **unproven), replace(worse, **unproven), rest, index=1)
    wanted = [(replace(bad, checksum=MD5),), (replace(worse, checksum=MD5), rest)]
    assert [part.files for part in parted(job)] == wanted


def test_a_finished_file_holds_only_by_the_checksum_that_is_wanted() -> None:
    wanted, *_ = files(1)
    done = replace(stored(replace(wanted, completed=True, checksum=MD5)), state=JobState.ACKNOWLEDGED)
    assert holds(done, wanted)
    assert holds(done, replace(wanted, checksum=MD5))
    assert not holds(done, replace(wanted, checksum=replace(MD5, hex="1" * 32)))


def test_each_checksum_goes_with_its_url(tmp_path: Path) -> None:
    urls = ("http://h/x", "http://me:pw@h/y", "http://h/z")
    sums = tuple(replace(MD5, hex=str(number) * 32) for number in range(3))
    plan = plan_get(GetOptions(urls=urls, output=str(tmp_path), checksums=sums))
    found = {Path(file.local_name).name: file.checksum for job in plan.jobs for file in job.files}
    assert found == dict(zip("xyz", sums, strict=True))


def test_what_a_finished_job_dropped_is_not_stored() -> None:
    kept, dropped = files(2)
    job = replace(stored(replace(kept, completed=True), dropped), state=JobState.ACKNOWLEDGED)
    assert holds(job, kept)
    assert not holds(job, dropped)
