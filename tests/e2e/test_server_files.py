"""GET, HEAD and PUT of the served folder: ranges, validators, listings, and nothing outside of it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitsgui.model.enums import JobState
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.server.events import Happening
from bitsgui.service.manager import JobManager, NewJob
from bitsgui.store.secrets import MemorySecrets
from tests.support.content import Pattern, sha256_of
from tests.support.loops import run_to_end
from tests.support.raw_http import connected, request_bytes
from tests.support.serving import serving
from tests.support.waiting import until_state

BODY = Pattern(10_000)[:]
RANGES = {
    "bytes=0-99": (206, 0, 100),
    "bytes=100-": (206, 100, 10_000),
    "bytes=-1": (206, 9_999, 10_000),
    "bytes=-20000": (206, 0, 10_000),
    "bytes=9999-20000": (206, 9_999, 10_000),
    "bytes=5-4": (200, 0, 10_000),
    "bytes=0-1,4-5": (200, 0, 10_000),
    "lines=0-1": (200, 0, 10_000),
}


@pytest.mark.parametrize("asked", RANGES)
def test_ranges(run, tmp_path: Path, asked: str) -> None:
    status, start, end = RANGES[asked]

    async def scenario() -> None:
        (tmp_path / "a.bin").write_bytes(BODY)
        async with serving(tmp_path) as it:
            answer = await it.ask("GET", "/a.bin", {"Range": asked})
            assert (answer.status, answer.body) == (status, BODY[start:end])
            assert answer["Content-Range"] == (f"bytes {start}-{end - 1}/10000" if status == 206 else None)
            assert answer["Accept-Ranges"] == "bytes"
            head = await it.ask("HEAD", "/a.bin", {"Range": asked})
            assert (head.status, head["Content-Length"], head["ETag"]) == (200, "10000", answer["ETag"])
        assert [(e.happening, e.size) for e in it.events] == [(Happening.SENT, end - start)]

    run(scenario())


@pytest.mark.parametrize("asked", ["bytes=10000-", "bytes=-0"])
def test_a_range_beyond_the_end(run, tmp_path: Path, asked: str) -> None:
    async def scenario() -> None:
        (tmp_path / "a.bin").write_bytes(BODY)
        async with serving(tmp_path) as it:
            answer = await it.ask("GET", "/a.bin", {"Range": asked})
            assert (answer.status, answer["Content-Range"], answer.body) == (416, "bytes */10000", b"")

    run(scenario())


def test_validators(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        file = tmp_path / "a.html"
        file.write_bytes(BODY)
        async with serving(tmp_path) as it:
            first = await it.ask("GET", "/a.html")
            etag, modified = first["ETag"] or "", first["Last-Modified"] or ""
            assert first["Content-Type"] == "text/html"
            for condition in (
                {"If-None-Match": f'"other", {etag}'},
                {"If-None-Match": "*"},
                {"If-Modified-Since": modified},
            ):
                assert (await it.ask("GET", "/a.html", condition)).status == 304
            for condition in (etag, modified):
                assert (await it.ask("GET", "/a.html", {"Range": "bytes=1-2", "If-Range": condition})).status == 206
            file.write_bytes(BODY[:-1] + b"?")
            os.utime(file, ns=(0, file.stat().st_mtime_ns + 1_000_000_000))
            changed = await it.ask("GET", "/a.html", {"Range": "bytes=1-2", "If-Range": etag, "If-None-Match": etag})
            assert (changed.status, changed["ETag"] == etag) == (200, False)

    run(scenario())


def test_a_listing_shows_what_is_for_people(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / "<b>&'\".txt").write_bytes(b"x")
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub/a b.txt").write_bytes(b"x")
        (tmp_path / ".hidden").write_bytes(b"x")
        (tmp_path / "link").symlink_to("/etc")
        async with serving(tmp_path) as it:
            page = (await it.ask("GET", "/")).body.decode()
            assert "<b>" not in page
            assert "&lt;b&gt;&amp;&#x27;&quot;.txt" in page
            assert '<a href="./sub/">' in page
            assert not any(word in page for word in ("hidden", "bitsgui-sessions", "link<"))
            moved = await it.ask("GET", "/sub")
            assert (moved.status, moved["Location"]) == (301, "http://up.example.com/sub/")
            assert '<a href="./a%20b.txt">' in (await it.ask("GET", "/sub/")).body.decode()
            assert (await it.ask("GET", "/sub/a%20b.txt")).body == b"x"
            assert (await it.ask("HEAD", "/sub/")).status == 200
            assert (await it.ask("GET", "/none/")).status == 404

    run(scenario())


def test_a_client_that_leaves_ends_its_download(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        with (tmp_path / "big.bin").open("wb") as file:
            file.truncate(1 << 31)
        async with serving(tmp_path) as it:
            async with connected(it.port) as connection:
                await connection.send(request_bytes("GET", "/big.bin", {}))
                await connection.read(1_000_000)
                connection.abort()
            assert (await it.ask("GET", "/big.bin", {"Range": "bytes=0-0"})).body == b"\0"
        assert [event.size for event in it.events] == [1]

    run(scenario())


PUTS = {
    "new": ({}, False, 201),
    "new, only if new": ({"If-None-Match": "*"}, False, 201),
    "exists": ({}, True, 403),
    "exists, only if new": ({"If-None-Match": "*"}, True, 412),
    "too long": ({"X": "10001"}, False, 413),
    "too long, chunked": ({"Transfer-Encoding": "chunked"}, False, 413),
    "a part": ({"Content-Range": "bytes 0-9/100"}, False, 400),
}


@pytest.mark.parametrize("name", PUTS)
def test_put(run, tmp_path: Path, name: str) -> None:
    headers, exists, status = PUTS[name]

    async def scenario() -> None:
        if exists:
            (tmp_path / "a.bin").write_bytes(b"old")
        body = BODY + b"!" if "too long" in name else BODY
        if "chunked" in name:
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        async with serving(tmp_path, max_size=10_000) as it:
            assert (await it.ask("PUT", "/a.bin", headers, body)).status == status
            assert (await it.ask("GET", "/a.bin")).body == (b"old" if exists else BODY if status == 201 else b"")
            assert [path.name for path in it.store.iterdir()] == ["lock"]

    run(scenario())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/missing/a", 404),
        ("PUT", "/.a", 403),
        ("PUT", "/sub", 400),
        ("PUT", "/sub/", 400),
        ("PUT", "/link", 403),
        ("DELETE", "/a", 405),
        ("POST", "/a", 405),
        ("OPTIONS", "*", 405),
        ("GET", "/.bits-replies/guess", 404),
        ("GET", "/link", 404),
        ("GET", "*", 404),
    ],
)
def test_refusals(run, tmp_path: Path, method: str, path: str, status: int) -> None:
    async def scenario() -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "link").symlink_to("/etc/hostname")
        async with serving(tmp_path, overwrite=True) as it:
            answer = await it.ask(method, path, {}, b"x" if method == "PUT" else b"")
            assert answer.status == status
            assert (answer["Allow"] is not None) == (status == 405)

    run(scenario())


def test_a_put_that_breaks_off_leaves_nothing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / "a.bin").write_bytes(b"old")
        async with serving(tmp_path, overwrite=True) as it:
            async with connected(it.port) as connection:
                await connection.send(request_bytes("PUT", "/a.bin", {"Content-Length": "20000"}) + BODY)
                connection.abort()
            assert (await it.ask("PUT", "/b.bin", {}, BODY)).status == 201
        assert sorted(os.listdir(tmp_path)) == [".bitsgui-sessions", "a.bin", "b.bin"]
        assert (tmp_path / "a.bin").read_bytes() == b"old"

    run(scenario())


def test_curl_uploads(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / "source").write_bytes(Pattern(3_000_000)[:])
        async with serving(tmp_path / "served", overwrite=True) as it:
            for way, status in (
                ([], b"201"),
                (["-H", "Expect: 100-continue"], b"204"),
                (["-H", "Transfer-Encoding: chunked"], b"204"),
            ):
                process = await asyncio.create_subprocess_exec(
                    *("curl", "-sS", "--noproxy", "*", "-T", str(tmp_path / "source"), *way),
                    *("-w", "%{http_code}", f"{it.server.url}a.bin"),
                    stdout=asyncio.subprocess.PIPE,
                )
                out, _ = await process.communicate()
                assert out == status
                assert sha256_of(tmp_path / "served/a.bin") == sha256_of(tmp_path / "source")

    run(scenario())


def test_our_own_downloads_resume_from_it(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        content = Pattern(30_000_000)
        folder = tmp_path / "served"
        folder.mkdir()
        (folder / "a ü.bin").write_bytes(content[:])
        async with serving(folder) as it:
            manager = await JobManager.open(tmp_path / "state", secrets=MemorySecrets())
            file = JobFile(remote_name=f"{it.server.url}a%20%C3%BC.bin", local_name=str(tmp_path / "got.bin"))
            job_settings = JobSettings(display_name="got", auto_complete=True)
            (job,) = await manager.create_jobs([NewJob(settings=job_settings, files=(file,))])
            await until_state(manager, job.id, JobState.TRANSFERRING)
            await manager.suspend(job.id)
            await manager.resume(job.id)
            await until_state(manager, job.id, JobState.ACKNOWLEDGED)
            await manager.aclose()
        assert sha256_of(tmp_path / "got.bin") == sha256_of(content)

    run(scenario())


SECRET = b"what nobody may see"
CLIMBING = ["..", ".", "%2e%2e", "%2E.", "..%2f", "%2f", "%252e%252e", "\\", "%5c", "link", "outside", "~"]
ODD = ["", "%00", "%ff", "x", "x.", "a%20", "sub", "secret", "C:", "c%3a", "con", "nul.txt"]
PIECES = st.sampled_from(CLIMBING + ODD)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, max_size=6))
def test_no_path_leads_out_of_the_folder(tmp_path: Path, pieces: list[str]) -> None:
    served, outside = tmp_path / "served", tmp_path / "outside"
    for folder in (served / "sub", outside):
        folder.mkdir(parents=True, exist_ok=True)
    (outside / "secret").write_bytes(SECRET)
    if not (served / "link").is_symlink():
        (served / "link").symlink_to(outside)
        (served / "sub/link").symlink_to(outside / "secret")

    async def scenario() -> None:
        path = "/" + "/".join(pieces)
        async with serving(served, overwrite=True) as it:
            await it.ask("PUT", path, {}, b"put")
            assert SECRET not in (await it.ask("GET", path)).body

    run_to_end(scenario())
    assert sorted(os.listdir(tmp_path)) == ["outside", "served"]
    assert os.listdir(outside) == ["secret"]
    assert (outside / "secret").read_bytes() == SECRET
    assert (served / "link").is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="other names are refused there")
def test_what_is_no_plain_file_is_not_opened(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        os.mkfifo(tmp_path / "pipe")
        async with serving(tmp_path, overwrite=True) as it:
            assert (await it.ask("GET", "/pipe")).status == 404
            assert (await it.ask("PUT", "/pipe", {}, b"x")).status == 403

    run(scenario())
