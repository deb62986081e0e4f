"""Arguments of the commands on the queue: what they ask for, and how a wrong one is refused."""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bitsgui import cli
from bitsgui.model import fix
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.enums import AuthTarget, JobPriority, ProxyUsage, Verb
from bitsgui.model.job import JobSettings, NotifyCommand, ProxySettings
from bitsgui.model.settings import Settings
from bitsgui.remote.messages import Act, Change, Changes, Selection
from bitsgui.terminal.add_arguments import parse_add
from bitsgui.terminal.add_plan import plan_add
from bitsgui.terminal.job_arguments import parse_act
from bitsgui.terminal.plan import UsageError
from bitsgui.terminal.set_arguments import PROPERTIES, parse_set

URL = "http://h.example/a.bin"


def shared() -> argparse.ArgumentParser:
    return cli._shared_options()


def changes(*words: str) -> Changes:
    request, _ = parse_set(["1", *words], shared())
    return request.changes


def refused(capsys: pytest.CaptureFixture[str], parse: Callable[[], Any]) -> str:
    with pytest.raises(SystemExit) as stopped:
        parse()
    assert stopped.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("verb", Verb)
def test_a_verb_and_its_jobs(verb: Verb) -> None:
    assert parse_act(verb, ["1", "--json", "{AB"], shared()) == (Act(verb, Selection(("1", "{AB"))), True)
    assert parse_act(verb, ["--all"], shared()) == (Act(verb, Selection(all=True)), False)


def test_only_resume_begins_anew(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_act(Verb.RESUME, ["1", "--restart"], shared())[0].restart
    assert "unrecognized" in refused(capsys, lambda: parse_act(Verb.CANCEL, ["1", "--restart"], shared()))


@pytest.mark.parametrize("words", [[], ["1", "--all"]])
def test_jobs_or_all_of_them(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "at least one ID, or --all" in refused(capsys, lambda: parse_act(Verb.CANCEL, words, shared()))


def test_every_property(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.write_text("")
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    program = shutil.which("true")
    assert program is not None
    monkeypatch.chdir(tmp_path)
    words = [
        *("name=A = b", "DESCRIPTION=", "priority=Low", "retry_delay=7.5", "no-progress-timeout=0", "max-time=60"),
        *("limit-rate=2M", "complete-itself=yes", "proxy=me:pw@p:1", "notify-command=true '{state} x'"),
        *(f"cacert={authorities}", "header=X: 1", "header=Y:2", "user=me", f"checksum=md5:{'0' * 32}"),
        *("folder=down", f"url={URL}?a=b", "--password-file", str(secret)),
    ]
    assert changes(*words) == Changes(
        display_name="A = b",
        description="",
        priority=JobPriority.LOW,
        minimum_retry_delay_s=7.5,
        no_progress_timeout_s=0,
        maximum_download_time_s=60,
        rate_limit_bps=2 * 1024**2,
        auto_complete=True,
        proxy=ProxySettings(ProxyUsage.OVERRIDE, "http://p:1"),
        notify_command=NotifyCommand(program, ("true", "{state} x")),
        ca_file=str(authorities),
        custom_headers=(("X", "1"), ("Y", "2")),
        sign_ins=(fix.SignIn(AuthTarget.SERVER, "me", "s3cret"), fix.SignIn(AuthTarget.PROXY, "me", "pw")),
        local_folder=str(tmp_path / "down"),
        remote_name=f"{URL}?a=b",
        checksum=Checksum(HashAlgorithm.MD5, "0" * 32),
    )
    named = {word.partition("=")[0].lower().replace("_", "-") for word in words if "=" in word}
    assert named == set(PROPERTIES)


def test_what_is_taken_away() -> None:
    assert changes("proxy=none", "notify-command=none", "cacert=none", "header=none", "complete-itself=no") == Changes(
        proxy=ProxySettings(ProxyUsage.NO_PROXY),
        notify_command=NotifyCommand("", ()),
        ca_file="",
        custom_headers=(),
        auto_complete=False,
    )


def test_ids_and_properties_may_come_in_any_order() -> None:
    request, as_objects = parse_set(["name=x", "1", "--json", "{AB"], shared())
    assert request == Change(Selection(("1", "{AB")), Changes(display_name="x"))
    assert as_objects


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "at least one NAME=VALUE"),
        (["colour=red"], "no property 'colour'"),
        (["priority=urgent"], "priority: there is no priority 'urgent'"),
        (["retry-delay=soon"], "retry-delay: 'soon' is not a number"),
        (["limit-rate=fast"], "not a rate"),
        (["complete-itself=maybe"], "neither yes nor no"),
        (["notify-command=no-such-program-at-all"], "no program"),
        (["notify-command='"], "No closing quotation"),
        (["cacert=/no/such/file"], "no file"),
        (["header=x"], "Name: value"),
        (["folder="], "name is empty"),
        (["checksum=7"], "No checksum has 1 digits"),
        (["name=x", "--password-file", "/x"], "needs user=NAME"),
        (["user=x", "--password-file", "/no/such/file"], "No such file"),
    ],
)
def test_a_wrong_property_is_refused(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in refused(capsys, lambda: changes(*words))


def added(tmp_path: Path, *words: str, settings: Settings | None = None) -> Any:
    options = parse_add([*words, "-o", f"{tmp_path}/"], shared())
    return plan_add(options, settings or Settings()).jobs


def test_a_job_for_each_url_that_waits_for_complete(tmp_path: Path) -> None:
    first, second = added(tmp_path, URL, "http://me:pw@h.example/a.bin?2")
    assert first.settings == JobSettings(display_name="a.bin")
    assert [file.local_name for job in (first, second) for file in job.files] == [
        str(tmp_path / "a.bin"),
        str(tmp_path / "a (1).bin"),
    ]
    assert first.resume
    assert second.sign_ins == (fix.SignIn(AuthTarget.SERVER, "me", "pw"),)
    assert second.files[0].remote_name == "http://h.example/a.bin?2"


def test_one_job_of_all(tmp_path: Path) -> None:
    (job,) = added(tmp_path, URL, URL + "?2", "--one-job", "--name", "both", "--suspended", "--complete")
    assert (job.settings.display_name, job.settings.auto_complete, job.resume) == ("both", True, False)
    assert len(job.files) == 2


def test_settings_are_the_defaults_and_options_go_before_them(tmp_path: Path) -> None:
    settings = Settings(minimum_retry_delay_s=77, job_rate_limit_bps=1000)
    (job,) = added(tmp_path, URL, "--limit-rate", "1k", "--priority", "high", settings=settings)
    assert job.settings.minimum_retry_delay_s == 77
    assert job.settings.rate_limit_bps == 1024
    assert job.settings.priority is JobPriority.HIGH


def test_what_exists_is_not_replaced_without_leave(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_text("mine")
    with pytest.raises(UsageError, match="exists; use --overwrite"):
        added(tmp_path, URL)
    (job,) = added(tmp_path, URL, "--overwrite")
    assert job.files[0].replace_existing


def test_different_sign_ins_need_different_jobs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="different sign-ins"):
        added(tmp_path, "http://a:b@h/1", "http://c:d@h/2", "--one-job")


def test_one_name_is_for_one_job(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--one-job" in refused(capsys, lambda: parse_add([URL, URL + "2", "--name", "x"], shared()))
    assert "at least one URL" in refused(capsys, lambda: parse_add([], shared()))
