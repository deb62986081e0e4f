"""The command line's arguments, those of `get` above all: what they mean, and how a wrong one is refused."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

import bitsgui
from bitsgui import cli
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.enums import AuthTarget, JobPriority, ProxyUsage
from bitsgui.model.job import ProxySettings
from bitsgui.terminal.arguments import SignIn
from bitsgui.terminal.get_arguments import GetOptions, parse_get

URL = "http://h.example/a.bin"


def parsed(*arguments: str) -> GetOptions:
    return parse_get(arguments, cli._shared_options())


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        parsed(*arguments)
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_nothing_given_is_nothing_changed() -> None:
    assert parsed(URL) == GetOptions(urls=(URL,))


def test_every_option(tmp_path: Path) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.write_text("")
    secret = tmp_path / "secret"
    secret.write_text("pass word\r\nnot this\n")
    options = parsed(
        *(URL, "-o", "out", "--overwrite", "--restart", "--json", "-q"),
        *("--header", "X-One: 1", "--header", "Cookie:a=b:c"),
        *("--user", "me", "--password-file", str(secret), "--cacert", str(authorities)),
        *("--proxy", "http://p.example:3128", "--limit-rate", "2M", "--priority", "High"),
        *("--retry-delay", "7.5", "--no-progress-timeout", "0", "--max-time", "60"),
    )
    assert options == GetOptions(
        urls=(URL,),
        output="out",
        overwrite=True,
        restart=True,
        sign_ins=(SignIn(AuthTarget.SERVER, "me", "pass word"),),
        headers=(("X-One", "1"), ("Cookie", "a=b:c")),
        proxy=ProxySettings(ProxyUsage.OVERRIDE, "http://p.example:3128"),
        ca_file=str(authorities),
        rate_limit_bps=2 * 1024**2,
        priority=JobPriority.HIGH,
        minimum_retry_delay_s=7.5,
        no_progress_timeout_s=0,
        maximum_download_time_s=60,
        json=True,
        quiet=True,
    )


def test_secrets_are_not_in_the_repr(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    options = parsed(URL, "--user", "me", "--password-file", str(secret), "--header", "Authorization: Bearer t0ken")
    assert "s3cret" not in repr(options)
    assert "t0ken" not in repr(options)


def test_the_password_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "typed")
    assert parsed(URL, "--user", "me").sign_ins == (SignIn(AuthTarget.SERVER, "me", "typed"),)
    assert asked == ["Password of me: "]


def test_no_password_to_be_had_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def end(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", end)
    assert "password is missing" in refused(capsys, URL, "--user", "me")


@pytest.mark.parametrize(
    ("text", "settings", "sign_ins"),
    [
        ("none", ProxySettings(ProxyUsage.NO_PROXY), ()),
        ("p:3128", ProxySettings(ProxyUsage.OVERRIDE, "http://p:3128"), ()),
        ("socks5://p:1080", ProxySettings(ProxyUsage.OVERRIDE, "socks5://p:1080"), ()),
        (
            "http://me:s3cret@p:3128",
            ProxySettings(ProxyUsage.OVERRIDE, "http://p:3128"),
            (SignIn(AuthTarget.PROXY, "me", "s3cret"),),
        ),
        (
            "me@p:3128",
            ProxySettings(ProxyUsage.OVERRIDE, "http://p:3128"),
            (SignIn(AuthTarget.PROXY, "me", "typed"),),
        ),
    ],
)
def test_proxies(
    text: str, settings: ProxySettings, sign_ins: tuple[SignIn, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: "typed")
    options = parsed(URL, "--proxy", text)
    assert options.proxy == settings
    assert options.sign_ins == sign_ins


def test_urls_come_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "urls"
    file.write_text(f"\ufeff# mirrors\n\n  {URL}?1 \n{URL}\n#{URL}?2\n{URL}?3", encoding="utf-8")
    assert parsed(URL, "--url-file", str(file)).urls == (URL, f"{URL}?1", f"{URL}?3")


def test_urls_come_from_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{URL}?1\n# no\n{URL}?2\n"))
    assert parsed("--url-file", "-").urls == (f"{URL}?1", f"{URL}?2")


def test_a_pattern_counts_only_when_asked_for() -> None:
    assert parsed(f"{URL}?[1-2]").urls == (f"{URL}?[1-2]",)
    assert parsed("--pattern", f"{URL}?[09-10]", f"{URL}?10").urls == (f"{URL}?09", f"{URL}?10")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "at least one URL"),
        (["--pattern", URL + "[2-1]"], "smaller end"),
        (["--pattern", URL + "[1-20000]"], "more than 10000 addresses"),
        ([URL, "--limit-rate", "fast"], "not a rate"),
        ([URL, "--priority", "urgent"], "no priority 'urgent'"),
        ([URL, "--retry-delay", "soon"], "number of seconds"),
        ([URL, "--retry-delay", "-1"], "0 or more"),
        ([URL, "--max-time", "inf"], "0 or more"),
        ([URL, "--header", "no colon"], "Name: value"),
        ([URL, "--header", "Range: bytes=0-1"], "Range is set by bitsgui"),
        ([URL, "--header", "a b: c"], "not a header name"),
        ([URL, "--cacert", "/no/such/file"], "no file"),
        ([URL, "--proxy", "http://["], "host:port"),
        ([URL, "--proxy", ""], "host:port"),
        ([URL, "--user", ""], "name is needed"),
        ([URL, "--password-file", "/x"], "needs --user"),
        ([URL, "--user", "me", "--password-file", "/no/such/file"], "No such file"),
        ([URL, "--url-file", "/no/such/file"], "No such file"),
        ([URL, "--checksum", "sha-256=0"], "SHA-256 has 64 digits; this one has 1"),
        ([URL, "--checksum", ""], "This is no checksum"),
        ([URL, URL + "2", "--checksum", "0" * 32], "one --checksum for each URL: 2 URLs, 1 checksums"),
        ([URL, "--checksum", "0" * 32, "--checksum", "1" * 32], "1 URLs, 2 checksums"),
        ([URL, "--over"], "unrecognized"),
    ],
)
def test_refusals(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in refused(capsys, *arguments)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"bitsgui {bitsgui.__version__}\n"


@pytest.mark.parametrize("words", [["sing", URL], ["ftp://h/x"], ["--bogus"]])
def test_what_is_no_command_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 2
    assert "usage: bitsgui" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[name, "-h"] for name in cli._COMMANDS] + [["--help"]])
def test_help_names_the_state_folder(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 0
    assert "--state-dir" in capsys.readouterr().out


def test_the_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert [name for name in cli._COMMANDS if f"\n  {name} " not in shown] == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_state_folder_may_stand_anywhere(place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    monkeypatch.setattr(
        "bitsgui.terminal.get.run_get", lambda arguments, state_dir, shared: seen.append(state_dir) or 0
    )
    words = ["get", URL]
    words[place:place] = ["--state-dir", str(tmp_path)]
    monkeypatch.setenv("BITSGUI_STATE_DIR", "/elsewhere")
    assert cli.main(words) == 0
    assert seen == [tmp_path]


def test_the_state_folder_comes_from_the_environment_or_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITSGUI_STATE_DIR", "/some/where")
    assert cli._default_state_dir() == Path("/some/where")
    monkeypatch.delenv("BITSGUI_STATE_DIR")
    assert cli._default_state_dir().name == "bitsgui"


@pytest.mark.parametrize("command", sorted(set(cli._COMMANDS) - {"serve", "service", "list"}))
def test_a_wrong_argument_is_said_before_engine_and_window_are_imported(command: str) -> None:
    code = (
        "import sys\nfrom bitsgui.cli import main\n"
        f"try: main(['{command}'])\n"
        "except SystemExit as stopped: status = stopped.code\n"
        "print(status, sorted({'PySide6', 'httpx', 'aiohttp', 'rich', 'keyring'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "2 []\n"


def test_a_checksum_for_each_url_in_their_order() -> None:
    sums = f"{'0' * 32}  b.bin\n{'1' * 32}  a.bin\n"
    options = parsed(URL, URL + "2", "--checksum", sums, "--checksum", f"sha1:{'2' * 40}")
    assert options.checksums == (Checksum(HashAlgorithm.MD5, "1" * 32), Checksum(HashAlgorithm.SHA_1, "2" * 40))
