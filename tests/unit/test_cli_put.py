"""`bitsgui put`: its arguments, and the upload that FILE, URL and --reply make."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui import cli
from bitsgui.model.enums import AuthTarget, JobPriority, JobState, JobType
from bitsgui.model.job import Job, JobFile, JobSettings, JobTimes, new_job_id
from bitsgui.model.upload import SourceStamp, Upload, UploadPhase
from bitsgui.terminal.arguments import SignIn
from bitsgui.terminal.plan import Plan, UsageError, is_still_true
from bitsgui.terminal.put_arguments import PutOptions, parse_put
from bitsgui.terminal.put_plan import plan_put

URL = "http://h.example/in/"


def parsed(*arguments: str) -> PutOptions:
    return parse_put(arguments, cli._shared_options())


def planned(file: str, url: str = URL, reply: str | None = None) -> Plan:
    return plan_put(PutOptions(file=file, url=url, reply=reply))


def test_nothing_given_is_nothing_changed() -> None:
    assert parsed("a", URL) == PutOptions(file="a", url=URL)


def test_the_options(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("pass word\n")
    options = parsed(
        *("a", URL, "--reply", "r", "--overwrite", "--restart", "--json", "-q", "--header", "X-One: 1"),
        *("--user", "me", "--password-file", str(secret), "--limit-rate", "2M", "--priority", "low"),
        *("--retry-delay", "7", "--no-progress-timeout", "9"),
    )
    assert options == PutOptions(
        file="a",
        url=URL,
        reply="r",
        overwrite=True,
        restart=True,
        sign_ins=(SignIn(AuthTarget.SERVER, "me", "pass word"),),
        headers=(("X-One", "1"),),
        rate_limit_bps=2 * 1024**2,
        priority=JobPriority.LOW,
        minimum_retry_delay_s=7,
        no_progress_timeout_s=9,
        json=True,
        quiet=True,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: FILE, URL"),
        (["a", URL, "b"], "unrecognized"),
        (["a", URL, "--overwrite"], "needs --reply"),
        (["a", URL, "--reply", "-"], "saved as a file"),
        (["a", URL, "--checksum", "sha-256=0"], "unrecognized"),
        (["a", URL, "--header", "Content-Length: 1"], "Content-Length is set by bitsgui"),
    ],
)
def test_refusals(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parsed(*arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "url", "address"),
    [
        ("a b.bin", "http://h/in/", "http://h/in/a%20b.bin"),
        ("Größe 日.bin", "http://h", "http://h/Gr%C3%B6%C3%9Fe%20%E6%97%A5.bin"),
        ("50%#1+&=.bin", "http://h/", "http://h/50%25%231%2B%26%3D.bin"),
        ("a", "http://h/in/?k=v", "http://h/in/a?k=v"),
        ("a", "http://h/in/b", "http://h/in/b"),
    ],
)
def test_where_it_goes(name: str, url: str, address: str) -> None:
    (job,) = planned(f"/d/{name}", url).jobs
    assert job.files == (JobFile(remote_name=address, local_name=f"/d/{name}"),)
    assert (job.type, job.reply_name, job.display_name, job.incoming) == (JobType.UPLOAD, "", name, ())


def test_where_the_reply_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = {"r.txt": "r.txt", ".": "a reply.bin", "new/": "new/a reply.bin"}
    for given, name in wanted.items():
        (job,) = planned("/d/a.bin", reply=given).jobs
        assert (job.type, job.reply_name) == (JobType.UPLOAD_REPLY, str(tmp_path / name))
        assert job.incoming == (job.reply_name,)


@pytest.mark.parametrize(
    ("file", "url", "reply", "message"),
    [
        ("/d/a", "ftp://h/", None, "begin with http"),
        ("/d/a", "", None, "begin with http"),
        ("/d/" + "y" * 256, URL, None, "255 bytes"),
        ("/d/\udcff", URL, None, "UTF-8"),
        ("/d/a", URL, "/no/such/r", "no folder"),
        ("/d/a", URL, "/tmp/" + "y" * 256, "255 bytes"),
    ],
)
def test_what_cannot_be(file: str, url: str, reply: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        planned(file, url, reply)


def test_user_info_is_the_sign_in_and_shown_nowhere() -> None:
    plan = planned("/d/a", "http://me:p%40ss@h/in/")
    (job,) = plan.jobs
    assert job.sign_ins == (SignIn(AuthTarget.SERVER, "me", "p@ss"),)
    assert job.files[0].remote_name == "http://h/in/a"
    assert "p@ss" not in repr(plan)
    with pytest.raises(UsageError) as refused:
        planned("/d/a", "http://me:s3cret@h:port/")
    assert "s3cret" not in str(refused.value)


def test_the_same_upload_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    one = planned(str(tmp_path / "a"))
    assert one == planned("link/a") == planned("./a", f"{URL}a")
    assert one.key != planned("b").key
    assert one.key != planned("a", f"{URL}b").key
    # With a reply it is another undertaking, wherever that reply goes.
    assert one.key != planned("a", reply="r").key
    assert planned("a", reply="s").key == planned("a", reply="r").key


def test_what_is_sent_counts_as_long_as_the_file_is_the_same(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_text("x")
    info = source.stat()
    upload = Upload(phase=UploadPhase.CLOSED, source=SourceStamp(info.st_size, info.st_mtime_ns))
    file = JobFile(remote_name=f"{URL}a", local_name=str(source), transferred=True, completed=True)
    reply = JobFile(remote_name=f"{URL}r", local_name=str(tmp_path / "r"), completed=True)
    job = Job(
        id=new_job_id(),
        type=JobType.UPLOAD,
        state=JobState.ACKNOWLEDGED,
        settings=JobSettings(display_name="a"),
        times=JobTimes(1, 1),
        files=(file,),
        upload=upload,
    )
    assert is_still_true(job)
    assert not is_still_true(replace(job, reply=reply, type=JobType.UPLOAD_REPLY))
    os.utime(source, ns=(1, 1))
    assert not is_still_true(job)
    source.unlink()
    assert is_still_true(job)
