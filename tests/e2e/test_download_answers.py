"""What servers answer besides the file: statuses, garbage, hang-ups, pages and encodings in its place."""

import gzip
import time
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import aiohttp
import httpx
import pytest

from bitsgui.engine.wire_errors import place_of
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import from_http_status
from tests.support.content import Pattern
from tests.support.downloads import a_desk, failure
from tests.support.fake_clock import FakeClock
from tests.support.resource import Framing, Resource
from tests.support.scripted_server import (
    Behaviour,
    Exchange,
    garbage,
    hang_up,
    html_page,
    in_turn,
    raw,
    reset,
    status,
)
from tests.support.waiting import until, until_state

CONTENT = Pattern(900_000, seed=7)
FATAL = [204, 205, 304, 400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 418, 451, 501, 505]
TRANSIENT = [408, 429, 500, 502, 503, 504, 507, 599]
PAGE = b"<!DOCTYPE html><title>Please sign in</title>"


@pytest.mark.parametrize("code", FATAL)
def test_a_status_that_no_retry_mends(run, tmp_path: Path, code: int) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = status(code, body=b"" if code in (204, 205, 304) else b"refused")
            job = await desk.fetch("/a.bin")
            assert failure(job) == (JobState.ERROR, ErrorContext.REMOTE_FILE, from_http_status(code))
            assert job.error is not None
            assert job.error.http_status == code
            assert job.error.file is not None
            assert job.progress.bytes_transferred == 0
            assert len(desk.server.requests) == 1
            await desk.manager.cancel(job.id)
            assert list(desk.folder.iterdir()) == []

    run(scenario())


@pytest.mark.parametrize("code", TRANSIENT)
def test_a_status_that_time_mends(run, tmp_path: Path, code: int) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        async with a_desk(tmp_path, clock=clock) as desk:
            desk.server.files["/a.bin"] = in_turn(status(code), Resource(content=CONTENT))
            job = await desk.fetch("/a.bin", minimum_retry_delay_s=5)
            assert failure(job) == (JobState.TRANSIENT_ERROR, ErrorContext.REMOTE_FILE, from_http_status(code))
            assert job.retry_at == clock.now() + 5
            await clock.advance(4.9)
            assert desk.manager.get(job.id).state is JobState.TRANSIENT_ERROR
            await clock.advance(0.2)
            await until_state(desk.manager, job.id, JobState.TRANSFERRED)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize("in_words", [False, True], ids=["seconds", "date"])
def test_retry_after_is_obeyed(run, tmp_path: Path, code: int, in_words: bool) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        async with a_desk(tmp_path, clock=clock) as desk:
            when = format_datetime(datetime.fromtimestamp(time.time() + 3600, UTC), usegmt=True)
            desk.server.files["/a.bin"] = status(code, retry_after=when if in_words else 3600)
            job = await desk.fetch("/a.bin", minimum_retry_delay_s=5)
            assert job.retry_at is not None
            assert 3500 < job.retry_at - clock.now() <= 3600

    run(scenario())


@pytest.mark.parametrize("nonsense", ["soon", "-5", "9" * 5000, "²", "Fri, 99 Foo 2026 25:61:61 GMT"])
def test_a_retry_after_that_is_nonsense(run, tmp_path: Path, nonsense: str) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        async with a_desk(tmp_path, clock=clock) as desk:
            desk.server.files["/a.bin"] = status(503, retry_after=nonsense)
            job = await desk.fetch("/a.bin", minimum_retry_delay_s=5)
            assert failure(job)[2] == from_http_status(503)
            assert job.retry_at == clock.now() + 5

    run(scenario())


LINK_DOWN = (ErrorContext.GENERAL_TRANSPORT, codes.ERROR_WINHTTP_CONNECTION_ERROR)
UNREADABLE = (ErrorContext.REMOTE_FILE, codes.ERROR_WINHTTP_INVALID_SERVER_RESPONSE)
BROKEN = {
    "garbage": (garbage, UNREADABLE),
    "hang-up": (hang_up, LINK_DOWN),
    "reset": (reset, LINK_DOWN),
    "half a head": (raw(b"HTTP/1.1 200 OK\r\nContent-Le"), LINK_DOWN),
    "bad length": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), UNREADABLE),
    "huge length": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n"), UNREADABLE),
    "two lengths": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"), UNREADABLE),
    "huge header": (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"), UNREADABLE),
    "bad chunk": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), None),
    "half a chunk": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), LINK_DOWN),
    "half a body": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), LINK_DOWN),
}


@pytest.mark.parametrize(("broken", "place"), BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_tried_again(
    run, tmp_path: Path, broken: Behaviour, place: tuple[ErrorContext, int] | None
) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = broken
            job = await desk.fetch("/a.bin")
            assert failure(job) == (JobState.TRANSIENT_ERROR, *(place or failure(job)[1:]))
            assert not desk.target("a.bin").exists()
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            desk.manager.network_is_back()
            await desk.ended(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_nobody_listens(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            await desk.server.stop()
            job = await desk.fetch("/a.bin")
            assert failure(job) == (
                JobState.TRANSIENT_ERROR,
                ErrorContext.GENERAL_TRANSPORT,
                codes.ERROR_WINHTTP_CANNOT_CONNECT,
            )
            await desk.server.restart()
            desk.manager.network_is_back()
            await desk.ended(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize("host", ["no-such-host.invalid", "xn--.invalid", "%41.invalid"])
def test_a_host_that_cannot_be(run, tmp_path: Path, host: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await desk.fetch(f"http://{host}/a.bin")
            assert job.state in (JobState.TRANSIENT_ERROR, JobState.ERROR)
            assert failure(job)[1] is ErrorContext.REMOTE_FILE
            assert failure(job)[2] in (codes.ERROR_WINHTTP_NAME_NOT_RESOLVED, codes.ERROR_WINHTTP_INVALID_URL)

    run(scenario())


@pytest.mark.parametrize(
    "silence",
    [aiohttp.SocketTimeoutError(), aiohttp.ConnectionTimeoutError(), httpx.ReadTimeout(""), TimeoutError()],
    ids=lambda error: type(error).__name__,
)
def test_silence_is_a_time_out(silence: Exception) -> None:
    assert place_of(silence) == (ErrorContext.GENERAL_TRANSPORT, codes.ERROR_WINHTTP_TIMEOUT)


async def page_by_byte(exchange: Exchange) -> None:
    """The page's first byte alone in its packet."""
    await exchange.send_head(200, [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    await exchange.send_body(PAGE[:1])
    await exchange.send_body(PAGE[1:])


async def page_by_chunk(exchange: Exchange) -> None:
    """Chunks of one byte."""
    await exchange.send_head(200, [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")])
    for at in range(len(PAGE)):
        await exchange.send_body(PAGE[at : at + 1], chunked=True)
    await exchange.send(b"0\r\n\r\n")


@pytest.mark.parametrize("page", [html_page, page_by_byte, page_by_chunk])
@pytest.mark.parametrize("name", ["a.bin", "a.zip", "a.tar.gz", "a.iso", "a.pdf"])
def test_a_web_page_is_not_the_file(run, tmp_path: Path, page: Behaviour, name: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files[f"/{name}"] = page
            job = await desk.fetch(f"/{name}")
            assert failure(job) == (JobState.ERROR, ErrorContext.REMOTE_FILE, from_http_status(200))
            assert job.progress.bytes_transferred == 0
            assert sum(part.stat().st_size for part in desk.parts()) == 0
            desk.server.files[f"/{name}"] = Resource(content=CONTENT)
            await desk.again(job)
            await desk.assert_whole(job, name, CONTENT)

    run(scenario())


@pytest.mark.parametrize("framing", [Framing.LENGTH, Framing.CHUNKED])
def test_a_web_page_does_not_cost_what_is_here(run, tmp_path: Path, framing: Framing) -> None:
    """A hotel's log-in page answers in the server's place: the received half must outlive it."""

    async def scenario() -> None:
        whole = Resource(content=CONTENT)
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = replace(whole, cut_after=400_000)
            job = await desk.fetch("/a.bin")
            desk.server.files["/a.bin"] = Resource(
                content=PAGE, content_type="text/html", etag=None, last_modified=None, framing=framing
            )
            failed = await desk.again(job)
            assert failed.state is JobState.ERROR
            assert failed.progress.bytes_transferred == 400_000
            desk.server.files["/a.bin"] = whole
            await desk.again(job)
            assert desk.asked("/a.bin")[-1] == "bytes=400000-"
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize("name", ["page.html", "readme.txt", "page"])
def test_a_web_page_that_is_wanted(run, tmp_path: Path, name: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files[f"/{name}"] = Resource(content=PAGE, content_type="text/html")
            job = await desk.fetch(f"/{name}")
            await desk.assert_whole(job, name, PAGE)

    run(scenario())


def test_a_file_that_is_only_called_a_web_page(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.zip"] = Resource(content=CONTENT, content_type="text/html")
            await desk.assert_whole(await desk.fetch("/a.zip"), "a.zip", CONTENT)

    run(scenario())


def test_an_encoding_nobody_asked_for(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT, gzipped=True)
            job = await desk.fetch("/a.bin")
            assert failure(job) == (JobState.ERROR, ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_SERVER_RESPONSE)
            assert job.progress.bytes_transferred == 0

    run(scenario())


def test_an_archive_labelled_by_its_compression_stays_packed(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        packed = gzip.compress(CONTENT[:])
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.tar.gz"] = Resource(content=packed, headers=(("Content-Encoding", "gzip"),))
            await desk.assert_whole(await desk.fetch("/a.tar.gz"), "a.tar.gz", packed)

    run(scenario())


def test_the_error_goes_when_bytes_move_again(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = status(503)
            job = await desk.fetch("/a.bin")
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            gate = desk.server.hold("/a.bin", after=100_000)
            await desk.manager.resume(job.id)
            moving = await until(desk.manager, job.id, lambda job: job.state is JobState.TRANSFERRING)
            assert moving.error is None
            gate.release()
            await desk.ended(job)
            assert [error.code for error in await desk.manager.error_history(job.id)] == [from_http_status(503)]

    run(scenario())
