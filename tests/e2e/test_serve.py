"""`bitsgui serve` as people start it: what it prints, who may come in, how it ends."""

import signal
import ssl
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.certificates import Certificates
from tests.support.raw_http import connected
from tests.support.serving import CREATE, PING
from tests.support.terminal import Terminal

BASIC = {"Authorization": "Basic YW5uOnPDqWNyZXQ="}


@pytest.fixture
def here(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


async def start(here: Terminal, *arguments: str):
    process = await here.python("-W", "error", "-m", "bitsgui", "serve", str(here.folder), "--port", "0", *arguments)
    line = (await process.stdout.readline()).decode().rstrip()
    assert line.startswith("Listening on http"), (line, await process.stderr.read())
    return process, urlsplit(line.removeprefix("Listening on "))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_says_what_it_does_and_ends_when_told(run, here: Terminal, number: int, status: int) -> None:
    async def scenario() -> None:
        process, url = await start(here)
        assert (url.scheme, url.hostname) == ("http", "127.0.0.1")
        async with connected(url.port, host="localhost") as connection:
            assert (await connection.ask("PUT", "/a%0Ab", {}, b"x")).status == 403
            assert (await connection.ask("PUT", "/a%20%C3%BC.bin", {}, b"x" * 2000)).status == 201
            assert (await connection.ask("GET", "/a%20%C3%BC.bin")).status == 200
            assert (await connection.ask("BITS_POST", "/b.bin", CREATE)).status == 200
            process.send_signal(number)
            done = await here.end_of(process)
        assert (done.status, done.err) == (status, "")
        assert done.out.splitlines() == [
            "received /a ü.bin, 2.0 kB, from 127.0.0.1",
            "sent /a ü.bin, 2.0 kB, to 127.0.0.1",
        ]
        assert len([path for path in (here.folder / ".bitsgui-sessions").iterdir() if path.is_dir()]) == 1

    run(scenario())


def test_it_ends_while_a_body_and_a_download_are_under_way(run, here: Terminal) -> None:
    async def scenario() -> None:
        with (here.folder / "big.bin").open("wb") as file:
            file.truncate(1 << 30)
        process, url = await start(here, "--quiet")
        async with connected(url.port, host="localhost") as down, connected(url.port, host="localhost") as up:
            await down.send(b"GET /big.bin HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")
            await down.read(1000)
            await up.send(b"PUT /up.bin HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 1000\r\n\r\nabc")
            process.send_signal(signal.SIGTERM)
            done = await here.end_of(process)
        assert (done.status, done.out, done.err) == (0, "", "")
        assert here.visible_files() == ["big.bin"]

    run(scenario())


def test_a_client_that_takes_nothing_does_not_hold_its_end_up(run, here: Terminal) -> None:
    async def scenario() -> None:
        (here.folder / "sent.bin").write_bytes(b"x")
        with (here.folder / "big.bin").open("wb") as file:
            file.truncate(1 << 30)
        process, url = await start(here)
        async with connected(url.port, host="localhost") as stalled, connected(url.port, host="localhost") as other:
            await stalled.send(b"GET /big.bin HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")
            await stalled.read(1000)
            for _ in range(200):  # by then every buffer on the way is full
                assert (await other.ask("GET", "/sent.bin")).body == b"x"
            process.send_signal(signal.SIGTERM)
            done = await here.end_of(process)
        assert (done.status, done.err) == (0, "")

    run(scenario())


def test_a_second_server_of_the_folder_is_refused(run, here: Terminal) -> None:
    async def scenario() -> None:
        process, _ = await start(here)
        second = await here.end_of(await here.python("-m", "bitsgui", "serve", str(here.folder), "--port", "0"))
        assert (second.status, second.out) == (1, "")
        assert "another `bitsgui serve` has this folder" in second.err
        process.send_signal(signal.SIGTERM)
        await here.end_of(process)

    run(scenario())


def test_a_port_that_is_taken_is_refused(run, here: Terminal, tmp_path: Path) -> None:
    async def scenario() -> None:
        process, url = await start(here)
        other = tmp_path / "other"
        other.mkdir()
        second = await here.end_of(await here.python("-m", "bitsgui", "serve", str(other), "--port", str(url.port)))
        assert (second.status, len(second.err.splitlines())) == (1, 1)
        assert f"127.0.0.1:{url.port}" in second.err
        process.send_signal(signal.SIGTERM)
        await here.end_of(process)

    run(scenario())


def test_sign_in_and_tls(run, here: Terminal, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        certificate, key = certificates.write_server_files(tmp_path)
        (tmp_path / "password").write_text("sécret\nmore\n", encoding="utf-8")
        options = ["--user", "ann", "--password-file", str(tmp_path / "password")]
        process, url = await start(here, *options, "--cert", str(certificate), "--key", str(key))
        assert url.scheme == "https"
        trust = ssl.create_default_context(cafile=str(certificates.ca_file))
        async with connected(url.port, trust, host="localhost") as connection:
            for method, headers in (("BITS_POST", PING), ("GET", {}), ("PUT", {"Content-Length": "0"}), ("DELETE", {})):
                refused = await connection.ask(method, "/p.bin", headers)
                assert (refused.status, refused["Content-Length"]) == (401, "0")
                assert (refused["WWW-Authenticate"] or "").startswith('Basic realm="')
            for wrong in ("Basic YW5uOndyb25n", "Basic ?", "Bearer YW5uOnPDqWNyZXQ=", ""):
                assert (await connection.ask("GET", "/", {"Authorization": wrong})).status == 401
            assert (await connection.ask("BITS_POST", "/p.bin", PING | BASIC)).status == 200
            assert (await connection.ask("PUT", "/p.bin", BASIC, b"x")).status == 201
        process.send_signal(signal.SIGTERM)
        done = await here.end_of(process)
        assert done.out.splitlines() == ["received /p.bin, 1 B, from ann at 127.0.0.1"]
        assert "sécret" not in done.out + done.err

    run(scenario())


def test_a_key_that_is_another_certificates_is_refused(
    run, here: Terminal, tmp_path: Path, certificates: Certificates
) -> None:
    async def scenario() -> None:
        one, two = tmp_path / "one", tmp_path / "two"
        for folder in (one, two):
            folder.mkdir()
        (certificate, _), (_, key) = certificates.write_server_files(one), certificates.write_server_files(two)
        pair = ["--cert", str(certificate), "--key", str(key)]
        done = await here.end_of(await here.python("-m", "bitsgui", "serve", str(here.folder), "--port", "0", *pair))
        assert (done.status, done.out) == (1, "")
        assert "KEY_VALUES_MISMATCH" in done.err.upper().replace(" ", "_")

    run(scenario())


def test_an_open_door_is_pointed_out(run, here: Terminal) -> None:
    async def scenario() -> None:
        process, _ = await start(here, "--host", "0.0.0.0")
        process.send_signal(signal.SIGTERM)
        done = await here.end_of(process)
        assert f"anyone who reaches 0.0.0.0 can read and write {here.folder}" in done.err

    run(scenario())


def test_a_program_from_the_command_line(run, here: Terminal, tmp_path: Path) -> None:
    async def scenario() -> None:
        script = tmp_path / "a program.py"
        script.write_text("import shutil, sys\nprint('at work')\nshutil.copy(sys.argv[1], sys.argv[2])\n")
        process, url = await start(here, "--app", f"'{sys.executable}' '{script}'")
        async with connected(url.port, host="localhost") as connection:
            session = (await connection.ask("BITS_POST", "/a", CREATE))["BITS-Session-Id"] or ""
            fragment = {"BITS-Packet-Type": "Fragment", "BITS-Session-Id": session, "Content-Range": "bytes 0-2/3"}
            answer = await connection.ask("BITS_POST", "/a", fragment, b"abc")
            reply = await connection.ask("GET", urlsplit(answer["BITS-Reply-URL"] or "").path)
            assert reply.body == b"abc"
        process.send_signal(signal.SIGTERM)
        done = await here.end_of(process)
        assert done.out.splitlines() == ["sent a reply, 3 B, to 127.0.0.1"]
        assert done.err == "at work\n"

    run(scenario())


WRONG = {
    "there is no folder": ["/nowhere"],
    "a port is a number": [".", "--port", "x"],
    "--cert and --key go together": [".", "--cert", "/etc/hostname"],
    "--user NAME": [".", "--user", "ann"],
    "there is no program": [".", "--app", "/no/such/program"],
    "No closing quotation": [".", "--app", "'x"],
    "--app-by-value needs": [".", "--app", "ls", "--app-by-value"],
    "--app-consumes needs": [".", "--app", "http://127.0.0.1/", "--app-consumes"],
    "is not a size": [".", "--max-size", "1Q"],
    "is not a time": [".", "--session-timeout", "0"],
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong_arguments(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch, text: str) -> None:
    from bitsgui.cli import main

    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["serve", *WRONG[text]])
    assert ended.value.code == 2
    assert text in capsys.readouterr().err


def test_a_web_page_cannot_reach_a_local_server_under_a_name_of_its_own(run, here: Terminal) -> None:
    """DNS rebinding: the browser believes that it talks to the page's server; only the Host header tells."""

    async def scenario() -> None:
        (here.folder / "diary.txt").write_text("private")
        process, url = await start(here)
        for host in ("evil.example", "localhost.evil.example:80", "evil.example:" + str(url.port)):
            async with connected(url.port, host=host) as connection:
                assert (await connection.ask("GET", "/diary.txt")).status == 421
                assert (await connection.ask("BITS_POST", "/b.bin", CREATE)).status == 421
                assert (await connection.ask("PUT", "/b.bin", {}, b"x")).status == 421
        for host in ("localhost", f"LOCALHOST:{url.port}", "127.0.0.2", "[::1]:8080", "a.localhost"):
            async with connected(url.port, host=host) as connection:
                assert (await connection.ask("GET", "/diary.txt")).body == b"private"
        process.send_signal(signal.SIGTERM)
        assert (await here.end_of(process)).status == 0

    run(scenario())
