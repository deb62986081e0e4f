"""Interrupted downloads: what is asked for next, and that the bytes are right whatever the server makes of it."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job, Validator
from bitsgui.store.codec import encode_file
from tests.support.content import Pattern
from tests.support.downloads import Desk, a_desk, failure
from tests.support.resource import Framing, Ranges, Resource
from tests.support.scripted_server import Behaviour, Exchange, in_turn, raw, status
from tests.support.waiting import until
from tests.support.wire import Request

KIB, GIB = 1 << 10, 1 << 30
CUT = 700 * KIB
CONTENT = Pattern(2_345_678, seed=1)
OTHER = Pattern(2_345_678, seed=2)
LONG_AGO = (("Date", "Sat, 03 Oct 2026 09:00:00 GMT"),)
WEAK = {"etag": 'W/"v1"', "last_modified": None}
BARE = {"etag": None, "last_modified": None}


async def cut(desk: Desk, behaviour: Behaviour) -> Job:
    """A job whose first answer broke off; the received bytes are exactly `CUT`."""
    desk.server.files["/a.bin"] = behaviour
    job = await desk.fetch("/a.bin")
    assert failure(job) == (
        JobState.TRANSIENT_ERROR,
        ErrorContext.GENERAL_TRANSPORT,
        codes.ERROR_WINHTTP_CONNECTION_ERROR,
    )
    assert job.retry_at is not None
    return job


async def go_on(desk: Desk, job: Job, behaviour: Behaviour) -> Job:
    """The job after the network came back and the server now does something else."""
    desk.server.files["/a.bin"] = behaviour
    desk.manager.network_is_back()
    return await desk.ended(job)


def resource(content: Pattern = CONTENT, **changes: object) -> Resource:
    return replace(Resource(content=content), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("restart", [False, True], ids=["same process", "after a restart"])
@pytest.mark.parametrize("by_reset", [False, True], ids=["closed", "reset"])
def test_goes_on_where_it_broke_off(run, tmp_path: Path, by_reset: bool, restart: bool) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT, cut_by_reset=by_reset))
            have = job.progress.bytes_transferred
            assert have == CUT or (by_reset and have <= CUT)
            if restart:
                await desk.reopen()
                assert desk.manager.get(job.id).progress.bytes_transferred == have
            await go_on(desk, job, resource())
            assert desk.asked("/a.bin") == [None, f"bytes={have}-"]
            assert desk.asked("/a.bin", "If-Range") == [None, '"v1"']
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_suspend_in_the_middle_then_resume(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = resource()
            gate = desk.server.hold("/a.bin", after=CUT)
            job = await desk.start("/a.bin")
            suspended = await desk.suspended(job, gate, CUT)
            assert (suspended.state, suspended.progress.bytes_transferred) == (JobState.SUSPENDED, CUT)
            await desk.again(job)
            assert desk.asked("/a.bin") == [None, f"bytes={CUT}-"]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize(
    ("described", "if_range"),
    [
        ({"etag": 'W/"v1"', "headers": LONG_AGO}, "Sat, 03 Oct 2026 08:00:00 GMT"),
        ({"etag": None, "headers": LONG_AGO}, "Sat, 03 Oct 2026 08:00:00 GMT"),
    ],
)
def test_a_strong_date_vouches_for_the_version(
    run, tmp_path: Path, described: dict[str, object], if_range: str
) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT, **described))
            await go_on(desk, job, resource(**described))
            assert desk.asked("/a.bin") == [None, f"bytes={CUT}-"]
            assert desk.asked("/a.bin", "If-Range")[1] == if_range
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def weak_date() -> dict[str, object]:
    """Changed in the second in which it was sent: such a date vouches for nothing."""
    now = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    return {"etag": None, "last_modified": now, "headers": (("Date", now),)}


@pytest.mark.parametrize("described", [WEAK, BARE, weak_date()], ids=["weak ETag", "nothing", "weak date"])
def test_without_a_strong_validator_the_end_is_compared(run, tmp_path: Path, described: dict[str, object]) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT, **described))
            await go_on(desk, job, resource(**described))
            assert desk.asked("/a.bin") == [None, f"bytes={CUT - 64 * KIB}-"]
            assert desk.asked("/a.bin", "If-Range") == [None, None]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize("described", [WEAK, BARE], ids=["weak ETag", "nothing"])
def test_another_end_means_another_file(run, tmp_path: Path, described: dict[str, object]) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT, **described))
            await go_on(desk, job, resource(OTHER, **described))
            assert desk.asked("/a.bin") == [None, f"bytes={CUT - 64 * KIB}-", None]
            await desk.assert_whole(job, "a.bin", OTHER)

    run(scenario())


def test_few_bytes_are_compared_whole(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=1000, **BARE))
            await go_on(desk, job, resource(**BARE))
            assert desk.asked("/a.bin") == [None, "bytes=0-"]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_parts_too_small_to_go_on_are_an_error_and_no_loop(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT, **BARE))
            first = CUT - 64 * KIB
            little = lie(f"bytes {first}-{first + 99}/{SIZE}", body=CONTENT[first : first + 100])
            failed = await go_on(desk, job, little)
            assert failure(failed) == (JobState.ERROR, ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_SERVER_RESPONSE)
            assert failed.progress.bytes_transferred == CUT

    run(scenario())


CHANGED = {
    "shorter": resource(Pattern(100_000, seed=3), etag='"v2"'),
    "longer": resource(Pattern(4_000_000, seed=3), etag='"v2"'),
    "same size": resource(OTHER, etag='"v2"'),
    "empty": resource(Pattern(0), etag='"v2"'),
    "without ranges now": resource(OTHER, etag='"v2"', ranges=Ranges.IGNORED),
    "of unknown length now": resource(OTHER, etag='"v2"', framing=Framing.CHUNKED),
}


@pytest.mark.parametrize("new", CHANGED.values(), ids=CHANGED)
@pytest.mark.parametrize("described", [{}, WEAK, BARE], ids=["strong ETag", "weak ETag", "nothing"])
def test_a_changed_file_comes_whole(run, tmp_path: Path, described: dict[str, object], new: Resource) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT, **described))
            ended = await go_on(desk, job, replace(new, **(BARE if described == BARE else {})))
            if ended.state is JobState.ERROR:  # nothing shows that it is another file: never patched together
                assert described == BARE
                assert failure(ended)[2] == codes.BG_E_INSUFFICIENT_RANGE_SUPPORT
                await desk.manager.restart_files(job.id)
                await desk.again(job)
            await desk.assert_whole(job, "a.bin", new.content)

    run(scenario())


def test_ranges_ignored_for_the_same_file_is_fatal_and_keeps_what_is_here(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            failed = await go_on(desk, job, resource(ranges=Ranges.IGNORED))
            assert failure(failed) == (
                JobState.ERROR,
                ErrorContext.REMOTE_FILE,
                codes.BG_E_INSUFFICIENT_RANGE_SUPPORT,
            )
            assert failed.progress.bytes_transferred == CUT
            await desk.manager.restart_files(job.id)
            await desk.again(job)
            assert desk.asked("/a.bin") == [None, f"bytes={CUT}-", None]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def lie(content_range: str | None, *, more: str = "", body: bytes = CONTENT[CUT:]) -> Behaviour:
    lines = ["HTTP/1.1 206 Partial Content", 'ETag: "v1"', more or f"Content-Length: {len(body)}"]
    lines += [f"Content-Range: {content_range}"] if content_range else []
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


SIZE, REST = len(CONTENT), len(CONTENT) - CUT
LIES = {
    "wrong start": resource(ranges=Ranges.WRONG_START),
    "no Content-Range": resource(ranges=Ranges.NO_CONTENT_RANGE),
    "multipart": resource(ranges=Ranges.MULTIPART),
    "multipart with a Content-Range": lie(
        f"bytes {CUT}-{SIZE - 1}/{SIZE}",
        more="Content-Type: multipart/byteranges; boundary=x\r\nConnection: close",
        body=b"--x\r\n\r\n" + CONTENT[CUT : SIZE - 7],
    ),
    "before the start": lie(f"bytes 0-{SIZE - 1}/{SIZE}", body=CONTENT[:]),
    "backwards": lie(f"bytes {CUT}-{CUT - 10}/{SIZE}"),
    "past the end": lie(f"bytes {CUT}-{SIZE}/{SIZE}", body=OTHER[: REST + 1]),
    "length disagrees": lie(f"bytes {CUT}-{SIZE - 1}/{SIZE}", body=CONTENT[CUT : SIZE - 1]),
    "more than announced": lie(
        f"bytes {CUT}-{CUT + 99}/{SIZE}", more="Connection: close", body=OTHER[: REST + 100_000]
    ),
    "other unit": lie(f"lines {CUT}-{SIZE - 1}/{SIZE}"),
    "huge numbers": lie(f"bytes {CUT}-{'9' * 4000}/{'9' * 4000}"),
}


@pytest.mark.parametrize("liar", LIES.values(), ids=LIES)
def test_a_lying_part_is_never_appended(run, tmp_path: Path, liar: Behaviour) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            failed = await go_on(desk, job, liar)
            assert failure(failed) == (JobState.ERROR, ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_SERVER_RESPONSE)
            assert failed.progress.bytes_transferred == CUT
            assert not desk.target("a.bin").exists()
            desk.server.files["/a.bin"] = resource()
            await desk.again(job)
            assert desk.asked("/a.bin")[-1] == f"bytes={CUT}-"
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_bytes_beyond_the_announced_ones_discredit_the_answer(run, tmp_path: Path) -> None:
    """The announced ones are here when the others come: they are taken back, for who knows which are right."""

    async def scenario() -> None:
        arrived = asyncio.Event()

        async def overflow(exchange: Exchange) -> None:
            span = f"bytes {CUT}-{CUT + 99}/{SIZE}"
            head = f'HTTP/1.1 206 x\r\nContent-Range: {span}\r\nETag: "v1"\r\nConnection: close\r\n\r\n'
            await exchange.send(head.encode() + OTHER[:100])
            await arrived.wait()
            await exchange.send(OTHER[100:200])
            exchange.hang_up()

        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            desk.server.files["/a.bin"] = overflow
            desk.manager.network_is_back()
            await until(desk.manager, job.id, lambda job: job.progress.bytes_transferred == CUT + 100)
            arrived.set()
            failed = await desk.ended(job)
            assert failure(failed)[2] == codes.BG_E_INVALID_SERVER_RESPONSE
            assert failed.progress.bytes_transferred == CUT
            desk.server.files["/a.bin"] = resource()
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_what_came_before_the_break_counts(run, tmp_path: Path) -> None:
    """It waits in the buffer while a limit holds the job up, and then the connection breaks."""

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = resource(cut_after=5_000)
            gate = desk.server.hold("/a.bin", after=1000)
            job = await desk.start("/a.bin", rate_limit_bps=4096)
            await gate.reached.wait()
            await until(desk.manager, job.id, lambda job: job.state is JobState.TRANSFERRING)
            gate.release()
            await desk.server.wait_for_bytes(5_000)
            broken = await desk.ended(job)
            assert broken.progress.bytes_transferred == 5_000

    run(scenario())


def test_a_part_of_another_total_starts_over(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            await go_on(desk, job, in_turn(resource(ranges=Ranges.WRONG_TOTAL), resource(OTHER, etag='"v2"')))
            assert desk.asked("/a.bin") == [None, f"bytes={CUT}-", None]
            await desk.assert_whole(job, "a.bin", OTHER)

    run(scenario())


def test_a_part_of_unknown_total_goes_on(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            await go_on(desk, job, resource(ranges=Ranges.UNKNOWN_TOTAL))
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_a_part_that_nobody_asked_for(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = lie(f"bytes 0-{SIZE - 1}/{SIZE}", body=CONTENT[:])
            failed = await desk.fetch("/a.bin")
            assert failure(failed) == (JobState.ERROR, ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_SERVER_RESPONSE)
            assert failed.progress.bytes_transferred == 0

    run(scenario())


class Careless(Resource):
    """Knows nothing of If-Range, and says of a part no more than where it lies."""

    def _if_range_holds(self, request: Request) -> bool:
        return True


@pytest.mark.parametrize("new", [CONTENT, OTHER], ids=["same", "other"])
def test_a_part_of_an_unknown_version_is_compared_first(run, tmp_path: Path, new: Pattern) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            await go_on(desk, job, Careless(content=new, **BARE))
            assert desk.asked("/a.bin")[:3] == [None, f"bytes={CUT}-", f"bytes={CUT - 64 * KIB}-"]
            await desk.assert_whole(job, "a.bin", new)

    run(scenario())


REFUSALS = {
    "416": resource(ranges=Ranges.REFUSED),
    "416 without a size": resource(ranges=Ranges.REFUSED_BARE),
    "412": in_turn(status(412), resource()),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_refused_range_starts_over_once(run, tmp_path: Path, refusal: Behaviour) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            await go_on(desk, job, refusal)
            assert desk.asked("/a.bin") == [None, f"bytes={CUT}-", None]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize("code", [412, 416])
def test_a_refusal_without_a_range_is_fatal(run, tmp_path: Path, code: int) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            failed = await go_on(desk, job, status(code))
            assert failure(failed) == (JobState.ERROR, ErrorContext.REMOTE_FILE, from_http_status(code))

    run(scenario())


@pytest.mark.parametrize("new", [CONTENT, OTHER], ids=["same", "other"])
def test_a_remote_file_cut_to_what_is_here(run, tmp_path: Path, new: Pattern) -> None:
    """416 with the size that we have: finished if the ends are equal, else another file."""

    async def scenario() -> None:
        shorter = new[:CUT]
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            unsatisfied = status_416(CUT)
            await go_on(desk, job, in_turn(unsatisfied, Resource(content=shorter, etag='"v2"')))
            assert desk.asked("/a.bin")[:3] == [None, f"bytes={CUT}-", f"bytes={CUT - 64 * KIB}-{CUT - 1}"]
            await desk.assert_whole(job, "a.bin", shorter)

    run(scenario())


def status_416(size: int) -> Behaviour:
    return raw(f"HTTP/1.1 416 x\r\nContent-Range: bytes */{size}\r\nContent-Length: 0\r\n\r\n".encode())


def test_a_file_that_changes_time_and_again(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT))
            failed = await go_on(desk, job, resource(cut_after=CUT, etag='"v2"'))
            assert failed.state is JobState.TRANSIENT_ERROR
            assert failed.progress.bytes_transferred == CUT
            await go_on(desk, job, resource(OTHER, etag='"v3"'))
            await desk.assert_whole(job, "a.bin", OTHER)

    run(scenario())


@pytest.mark.parametrize("framing", [Framing.CHUNKED])
def test_an_unknown_length_starts_over_after_an_interruption(run, tmp_path: Path, framing: Framing) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await cut(desk, resource(cut_after=CUT, framing=framing))
            assert job.files[0].resumable is False
            await go_on(desk, job, resource(OTHER, framing=framing))
            assert desk.asked("/a.bin") == [None, None]
            await desk.assert_whole(job, "a.bin", OTHER)

    run(scenario())


@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.CLOSE])
def test_an_unknown_length_starts_over_after_suspend(run, tmp_path: Path, framing: Framing) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = resource(framing=framing)
            gate = desk.server.hold("/a.bin", after=CUT)
            job = await desk.start("/a.bin")
            await desk.suspended(job, gate, CUT)
            desk.server.files["/a.bin"] = resource(Pattern(CUT // 2, seed=9), framing=framing)
            await desk.again(job)
            assert desk.asked("/a.bin") == [None, None]
            await desk.assert_whole(job, "a.bin", Pattern(CUT // 2, seed=9))

    run(scenario())


def test_resume_beyond_4_gib(run, tmp_path: Path) -> None:
    """A sparse part file and its row stand for the first 5 GiB: only the last MiB flows."""

    async def scenario() -> None:
        content = Pattern(5 * GIB + 1_000_000)
        have = 5 * GIB
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = resource(content)
            gate = desk.server.hold("/a.bin", after=0)
            job = await desk.start("/a.bin")
            await gate.reached.wait()
            await desk.manager.suspend(job.id)
            gate.release()
            (part,) = desk.parts()
            with part.open("r+b") as file:
                file.truncate(have)
                file.seek(have - 64 * KIB)
                file.write(content[have - 64 * KIB : have])
            await desk.manager.aclose()
            received(desk, job, have, len(content))
            await desk.reopen()
            await desk.again(job)
            assert desk.asked("/a.bin")[-1] == f"bytes={have}-"
            done = desk.manager.get(job.id)
            assert (done.state, done.progress.bytes_transferred) == (JobState.TRANSFERRED, len(content))
            await desk.manager.complete(job.id)
            with desk.target("a.bin").open("rb") as file:
                file.seek(have - 64 * KIB)
                assert file.read() == content[have - 64 * KIB :]

    run(scenario())


def received(desk: Desk, job: Job, count: int, total: int) -> None:
    """Write into the closed queue that `count` bytes of the job's only file are on the disk."""
    before = desk.manager.get(job.id).files[0]
    file = replace(before, bytes_transferred=count, bytes_total=total, validator=Validator('"v1"'))
    with sqlite3.connect(desk.state_dir / "queue.db") as database:
        database.execute("UPDATE files SET body = ? WHERE job_id = ?", (encode_file(file), job.id))
    database.close()
