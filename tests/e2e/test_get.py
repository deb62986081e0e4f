"""`bitsgui get`: right bytes, right names, sign-in, proxy, many URLs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.certificates import Certificates
from tests.support.proxy import ForwardProxy
from tests.support.scripted_server import (
    Pattern,
    Resource,
    ScriptedServer,
    needs_basic,
    needs_digest,
    sha256_of,
)
from tests.support.terminal import Play, Terminal

SIZE = 3_000_000


def test_right_bytes_under_the_urls_name(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/dir/a%20b.bin"] = Resource(content=Pattern(SIZE))
        done = await here.get(server.url("/dir/a%20b.bin"))
        assert (done.status, done.out) == (0, "")
        assert here.files() == ["a b.bin"]
        assert sha256_of(here.folder / "a b.bin") == sha256_of(Pattern(SIZE))
        assert f"Saved {here.folder / 'a b.bin'}" in done.err
        assert here.queues() == []

    play(scenario)


def test_many_names_in_one_call(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        names = {
            "/日本.zip": "日本.zip",
            "/cd": "Grüße.txt",
            "/raw": "été.txt",
            "/evil": "passwd",
            "/esc": "[2Jx",
            "/empty": "empty",
        }
        dispositions = {
            "/cd": "attachment; filename=x; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt",
            "/raw": 'attachment; filename="été.txt"'.encode().decode("latin-1"),
            "/evil": 'attachment; filename="../../etc/passwd"',
            "/esc": "attachment; filename*=UTF-8''%1b%5b2Jx",
        }
        for path in names:
            target = "/%E6%97%A5%E6%9C%AC.zip" if path == "/日本.zip" else path
            content = b"" if path == "/empty" else path.encode()
            server.files[target] = Resource(content=content, disposition=dispositions.get(path))
        done = await here.get(*(server.url(path) for path in names), "-o", "new")
        assert done.status == 0, done.err
        saved = {path.name: path.read_bytes() for path in (here.folder / "new").iterdir()}
        assert saved == {name: b"" if path == "/empty" else path.encode() for path, name in names.items()}
        assert "\x1b" not in done.err

    play(scenario)


def test_o_names_the_file_whatever_the_server_says(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=b"x", disposition='attachment; filename="b"')
        done = await here.get(server.url("/a"), "-o", "mine.txt")
        assert (done.status, here.files()) == (0, ["mine.txt"])

    play(scenario)


def test_an_existing_file_is_refused_before_bytes_flow(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=b"new")
        (here.folder / "a").write_bytes(b"old")
        done = await here.get(server.url("/a"))
        assert done.status == 2
        assert "--overwrite" in done.err
        assert "-o" in done.err
        assert (here.folder / "a").read_bytes() == b"old"
        assert server.requests == []
        assert here.queues() == []
        done = await here.get(server.url("/a"), "--overwrite")
        assert done.status == 0, done.err
        assert (here.folder / "a").read_bytes() == b"new"

    play(scenario)


@pytest.mark.parametrize("protect", [needs_basic, needs_digest])
def test_sign_in_and_headers_are_sent_and_the_password_shows_nowhere(play: Play, protect: Callable[..., Any]) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        secret = here.home / "secret"
        secret.write_text("s3cret pässword\n", encoding="utf-8")
        server.files["/a"] = protect("me", "s3cret pässword", Resource(content=b"mine"))
        options = ("--user", "me", "--password-file", str(secret), "--json")
        done = await here.get(server.url("/a"), *options, "--header", "X-One: t0ken")
        assert done.status == 0, done.err
        assert (here.folder / "a").read_bytes() == b"mine"
        assert {r.header("X-One") for r in server.requests_for("/a")} == {"t0ken"}
        assert "s3cret" not in done.out + done.err
        assert "t0ken" not in done.out + done.err

    play(scenario)


def test_more_urls_than_jobs(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        paths = [f"/{n}.txt" for n in range(40)]
        for path in paths:
            server.files[path] = Resource(content=path.encode())
        urls = here.home / "urls"
        urls.write_text("# forty\n" + "\n".join(map(server.url, paths)))
        done = await here.get("--url-file", str(urls), "--json", "-o", "many")
        assert done.status == 0, done.err
        assert len(done.objects) == 16
        saved = {f"/{p.name}": p.read_bytes() for p in (here.folder / "many").iterdir()}
        assert saved == {path: path.encode() for path in paths}

    play(scenario)


def test_a_proxy_with_a_sign_in_and_an_authority_of_ones_own(play: Play, tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)

    async def scenario(here: Terminal, plain: ScriptedServer) -> None:
        async with (
            ScriptedServer(tls=certificates.server_context()) as server,
            ForwardProxy(user="me", password="s3cret") as proxy,
        ):
            server.files["/a"] = Resource(content=Pattern(SIZE))
            through = f"http://me:s3cret@127.0.0.1:{proxy.port}"
            options = ("--proxy", through, "--cacert", str(certificates.ca_file))
            done = await here.get(server.url("/a"), *options)
            assert done.status == 0, done.err
            assert sha256_of(here.folder / "a") == sha256_of(Pattern(SIZE))
            assert proxy.requests[-1].method == "CONNECT"
            untrusted = await here.get(server.url("/a"), "--overwrite", "--proxy", "none")
            assert untrusted.status == 1
            assert "ERROR_WINHTTP_SECURE_INVALID_CA" in untrusted.err

    play(scenario)
