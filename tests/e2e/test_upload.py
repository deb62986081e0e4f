"""Uploads against a server of other people's making: packets, offsets, lost sessions, restarts, the source."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import BitsError, HResult, from_http_status
from bitsgui.model.upload import UploadPhase
from tests.support.bits_peer import LOST, ack
from tests.support.scripted_server import hang_up, redirect, reset, status
from tests.support.upload_lab import PATH, UploadLab, upload_lab

S = JobState
Run = Callable[[Coroutine[Any, Any, None]], None]
MIB = 1 << 20
BIG = 5 * MIB + 77


def test_a_file_in_one_fragment(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job_id = await it.upload(2000)
            job = await it.until(job_id, S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log() == ["Create-Session", "Fragment 0-1999/2000", "Close-Session"]
            assert job.upload is not None
            assert job.upload.phase is UploadPhase.CLOSED
            assert (job.progress.bytes_total, job.progress.bytes_transferred) == (2000, 2000)
            assert (job.progress.files_transferred, job.files[0].completed) == (1, True)

    run(scenario())


def test_the_packets_carry_what_the_protocol_wants(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, name="report.dat") as it:
            await it.until(await it.upload(2000), S.TRANSFERRED)
            create, fragment, close = it.peer.packets
            assert create.header("BITS-Supported-Protocols") == "{7df0354d-249b-430f-820d-3d2a9bef4931}"
            assert [create.header("Content-Name"), fragment.header("Content-Name")] == ["report.dat"] * 2
            assert fragment.header("BITS-Session-Id") == close.header("BITS-Session-Id") == "{SESSION-1}"
            assert [r.header("Content-Length") for r in it.peer.packets] == ["0", "2000", "0"]
            assert fragment.body == it.sent
            for request in it.peer.packets:
                assert request.header("Transfer-Encoding") is None
                assert request.header("Expect") is None
                assert request.header("Content-Type") is None

    run(scenario())


def test_fragments_grow_and_lie_end_to_end(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            await it.until(await it.upload(BIG), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log() == [
                "Create-Session",
                f"Fragment 0-{MIB - 1}/{BIG}",
                f"Fragment {MIB}-{3 * MIB - 1}/{BIG}",
                f"Fragment {3 * MIB}-{BIG - 1}/{BIG}",
                "Close-Session",
            ]
            assert it.server.connections == 1

    run(scenario())


def test_an_empty_file(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            await it.until(await it.upload(0), S.TRANSFERRED)
            assert it.peer.published == {PATH: b""}
            assert it.peer.log() == ["Create-Session", "Close-Session"]

    run(scenario())


def test_a_name_that_no_header_can_carry(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, name="Größe 東京.dat") as it:
            await it.until(await it.upload(10), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.packets[0].header("Content-Name") is None

    run(scenario())


def test_the_source_is_left_alone(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job_id = await it.upload(2000)
            before = it.source.stat()
            await it.until(job_id, S.TRANSFERRED)
            assert await it.manager.complete(job_id) == codes.S_OK
            assert it.get(job_id).state is S.ACKNOWLEDGED
            assert it.source.read_bytes() == it.sent
            assert it.source.stat().st_mtime_ns == before.st_mtime_ns
            assert sorted(it.source.parent.iterdir()) == [it.source]

    run(scenario())


def test_a_strict_server_says_where_to_go_on(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.is_strict = True

            def lose_half() -> None:
                del it.peer.sessions["{SESSION-1}"].data[MIB // 2 :]

            it.peer.before["Fragment", 2] = lose_half
            await it.until(await it.upload(BIG), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log()[3].startswith(f"Fragment {MIB // 2}-")

    run(scenario())


def test_a_server_that_has_more_than_it_acknowledged(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:

            async def take_and_hang_up(exchange: Any) -> None:
                session = it.peer.sessions["{SESSION-1}"]
                session.data += exchange.request.body
                exchange.hang_up()

            it.peer.answers["Fragment", 1] = take_and_hang_up
            it.peer.is_strict = True
            await it.until(await it.upload(BIG), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log()[1:4] == [f"Fragment 0-{MIB - 1}/{BIG}"] * 2 + [f"Fragment {MIB}-{2 * MIB - 1}/{BIG}"]

    run(scenario())


@pytest.mark.parametrize("code", [LOST])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_lost_session_begins_again_at_once(run: Run, tmp_path: Path, code: int, number: int) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.before["Fragment", number] = it.peer.forget
            job_id = await it.upload(BIG)
            job = await it.until(job_id, S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log().count("Create-Session") == 2
            assert it.peer.log()[number + 2].startswith("Fragment 0-")
            assert (job.error_count, it.clock.now()) == (0, it.began)

    run(scenario())


def test_a_session_lost_again_and_again_is_an_error_that_waits(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Fragment", 0] = ack(500, code=LOST)
            job = await it.until(await it.upload(BIG), S.TRANSIENT_ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (ErrorContext.REMOTE_FILE, codes.BG_E_SESSION_NOT_FOUND)
            assert it.peer.log().count("Create-Session") == 4

    run(scenario())


def test_413_halves_and_is_remembered_for_the_host(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            for number in (1, 2):
                it.peer.answers["Fragment", number] = status(413)
            await it.until(await it.upload(MIB), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            sizes = [len(r.body) for r in it.peer.packets if r.body]
            assert sizes == [MIB, MIB // 2] + [MIB // 4] * 4
            await it.until(await it.upload(MIB), S.TRANSFERRED)
            assert max(len(r.body) for r in it.peer.packets[8:]) == MIB // 4

    run(scenario())


def test_413_of_the_smallest_fragment_is_final(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Fragment", 0] = status(413)
            job = await it.until(await it.upload(MIB), S.ERROR)
            assert job.error is not None
            assert job.error.code == from_http_status(413)
            assert min(len(r.body) for r in it.peer.packets if r.body) == 5 * 1024

    run(scenario())


FATAL = [
    (status(403), from_http_status(403), 403),
    (status(404), from_http_status(404), 404),
    (status(200), codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, 200),
    (status(405), codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, 405),
    (status(501), codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, 501),
    (ack(403, code=0x80070005), codes.E_ACCESSDENIED, 403),
    (ack(501, code=0x80070005), codes.E_ACCESSDENIED, 501),
    (ack(400, code=0x80070057), codes.E_INVALIDARG, 400),
    (ack(409), from_http_status(409), 409),
    (ack(500, code=0x80200020), codes.BG_E_TOO_LARGE, 500),
    (ack(200, ("BITS-Protocol", "{other}"), ("BITS-Session-Id", "1")), codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, 200),
    (ack(200), codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, 200),
    (ack(200, ("BITS-Session-Id", "x" * 101)), codes.BG_E_INVALID_SERVER_RESPONSE, None),
]
TRANSIENT = [
    (status(503), from_http_status(503), 503),
    (status(408), from_http_status(408), 408),
    (status(429), from_http_status(429), 429),
    (ack(500, code=0x80070070), codes.ERROR_DISK_FULL, 500),
    (ack(503), from_http_status(503), 503),
    (reset, codes.ERROR_WINHTTP_CONNECTION_ERROR, None),
]


@pytest.mark.parametrize(("answer", "code", "http_status"), FATAL)
def test_answers_to_create_session_that_are_final(
    run: Run, tmp_path: Path, answer: Any, code: HResult, http_status: int | None
) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Create-Session", 0] = answer
            job = await it.until(await it.upload(100), S.ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (ErrorContext.REMOTE_FILE, code)
            assert job.error.http_status == http_status
            assert job.error.file is not None
            assert job.error.file.local_name == str(it.source)

    run(scenario())


@pytest.mark.parametrize(("answer", "code", "http_status"), TRANSIENT)
@pytest.mark.parametrize("kind", ["Create-Session", "Fragment", "Close-Session"])
def test_answers_that_heal_by_themselves(
    run: Run, tmp_path: Path, kind: str, answer: Any, code: HResult, http_status: int | None
) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            # Twice: a connection that breaks is tried again at once.
            it.peer.answers[kind, 1] = it.peer.answers[kind, 2] = answer
            job_id = await it.upload(100)
            job = await it.until(job_id, S.TRANSIENT_ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (ErrorContext.REMOTE_FILE, code)
            assert job.error.http_status == http_status
            it.peer.answers.clear()
            await it.clock.advance(600)
            await it.until(job_id, S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent

    run(scenario())


@pytest.mark.parametrize("number", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", ["Create-Session", "Fragment", "Close-Session"])
def test_a_redirect_is_never_followed(run: Run, tmp_path: Path, kind: str, number: int) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers[kind, 0] = redirect(it.server.url("/elsewhere"), number)
            job = await it.until(await it.upload(100), S.ERROR)
            assert job.error is not None
            assert job.error.code == from_http_status(number)
            assert not it.server.requests_for("/elsewhere")

    run(scenario())


@pytest.mark.parametrize("text", ["101", "junk", "-1", "0-99", "5, 7"])
def test_an_offset_beyond_what_was_sent_or_unreadable_is_no_success(run: Run, tmp_path: Path, text: str) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Fragment", 0] = ack(200, ("BITS-Received-Content-Range", text))
            job = await it.until(await it.upload(100), S.ERROR)
            assert job.error is not None
            assert job.error.code == codes.BG_E_INVALID_SERVER_RESPONSE
            assert "Close-Session" not in it.peer.log()

    run(scenario())


def test_an_offset_inside_the_file_but_beyond_what_was_sent(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Fragment", 1] = ack(200, ("BITS-Received-Content-Range", str(BIG)))
            job = await it.until(await it.upload(BIG), S.ERROR)
            assert job.error is not None
            assert job.error.code == codes.BG_E_INVALID_SERVER_RESPONSE

    run(scenario())


def test_a_server_that_never_goes_on_costs_one_session_and_then_fails(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Fragment", 0] = ack(416, ("BITS-Received-Content-Range", "0"), code=0)
            job = await it.until(await it.upload(100), S.ERROR)
            assert job.error is not None
            assert job.error.code == codes.BG_E_INVALID_SERVER_RESPONSE
            turn = ["Create-Session", "Fragment 0-99/100", "Fragment 0-99/100"]
            assert it.peer.log() == [*turn, "Cancel-Session", *turn]

    run(scenario())


def test_416_without_an_offset_costs_the_session_once(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Fragment", 1] = ack(416)
            await it.until(await it.upload(100), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log().count("Create-Session") == 2

    run(scenario())


@pytest.mark.parametrize("change", ["longer", "newer", "replaced", "gone"])
def test_a_source_that_changes_is_never_published(run: Run, tmp_path: Path, change: str) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:

            def meddle() -> None:
                if change == "longer":
                    it.source.write_bytes(it.sent + b"more")
                elif change == "newer":
                    os.utime(it.source, ns=(1, 1))
                elif change == "gone":
                    it.source.unlink()
                else:
                    other = it.source.with_name("other")
                    other.write_bytes(bytes(reversed(it.sent)))
                    os.replace(other, it.source)

            it.peer.before["Fragment", 2] = meddle
            job_id = await it.upload(BIG)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (ErrorContext.LOCAL_FILE, codes.BG_E_LOCAL_FILE_CHANGED)
            assert not it.peer.published
            assert it.peer.log()[-1] == "Cancel-Session"
            assert not it.peer.sessions
            if change == "gone":
                return
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            assert it.peer.published[PATH] == it.source.read_bytes()

    run(scenario())


def test_a_source_that_is_not_there_any_more(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job_id = await it.upload(100, resume=False)
            it.source.unlink()
            await it.manager.resume(job_id)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (ErrorContext.LOCAL_FILE, codes.ERROR_FILE_NOT_FOUND)
            assert not it.server.requests

    run(scenario())


async def suspended_midway(it: UploadLab) -> Any:
    """A job whose first fragment is acknowledged and whose second is not."""
    gate = asyncio.Event()

    async def hold(exchange: Any) -> None:
        await gate.wait()
        exchange.hang_up()

    it.peer.answers["Fragment", 2] = hold
    job_id = await it.upload(BIG)
    await it.server.wait_for_request(PATH, 3)
    await it.manager.suspend(job_id)
    gate.set()
    it.peer.answers.clear()
    return job_id


@pytest.mark.parametrize("is_restarted", [False, True])
def test_suspended_and_resumed_with_ping_and_fragment(run: Run, tmp_path: Path, is_restarted: bool) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job_id = await suspended_midway(it)
            assert it.get(job_id).files[0].bytes_transferred == MIB
            if is_restarted:
                await it.reopen()
            seen = len(it.peer.packets)
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log()[seen] == "Ping"
            assert it.peer.log()[seen + 1].startswith(f"Fragment {MIB}-")
            assert it.peer.log().count("Create-Session") == 1

    run(scenario())


def test_a_source_that_changed_while_suspended(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job_id = await suspended_midway(it)
            it.source.write_bytes(b"another")
            await it.manager.resume(job_id)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert job.error.code == codes.BG_E_LOCAL_FILE_CHANGED
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            assert it.peer.published[PATH] == b"another"

    run(scenario())


def test_a_close_that_was_not_answered_is_not_a_second_upload(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:

            async def close_silently(exchange: Any) -> None:
                it.peer.published[PATH] = bytes(it.peer.sessions["{SESSION-1}"].data)
                it.peer.forget()
                exchange.hang_up()

            it.peer.answers["Close-Session", 1] = close_silently
            await it.until(await it.upload(100), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log().count("Create-Session") == 1
            assert it.server.requests[-1].method == "HEAD"

    run(scenario())


@pytest.mark.parametrize("published", [None, b"another size"])
def test_a_session_lost_before_it_was_published_is_sent_again(
    run: Run, tmp_path: Path, published: bytes | None
) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:

            async def lose(exchange: Any) -> None:
                if published is not None:
                    it.peer.published[PATH] = published
                it.peer.forget()
                exchange.hang_up()

            it.peer.answers["Close-Session", 1] = lose
            await it.until(await it.upload(100), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert it.peer.log().count("Create-Session") == 2

    run(scenario())


def test_a_stale_connection_is_not_an_error(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Close-Session", 1] = hang_up
            job = await it.until(await it.upload(100), S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert job.error_count == 0

    run(scenario())


def test_progress_counts_only_beyond_the_farthest_byte(run: Run, tmp_path: Path) -> None:
    """A server that loses each session at the same place must not keep the job alive for ever."""

    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers["Fragment", 2] = status(503)
            job_id = await it.upload(BIG, no_progress_timeout_s=1000)
            first = await it.until(job_id, S.TRANSIENT_ERROR)
            assert first.no_progress_since == it.clock.now()
            it.peer.forget()
            it.peer.answers = {("Fragment", n): status(503) for n in (4, 5, 6, 7)}
            await it.clock.advance(600)
            again = await it.until_true(job_id, lambda job: job.error_count == 2)
            assert again.no_progress_since == first.no_progress_since

    run(scenario())


def test_a_host_id_is_used_and_left_when_it_is_silent(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, hosts=("127.0.0.1", "127.0.0.2")) as it:
            it.peer.create_headers = [("BITS-Host-Id", "127.0.0.2"), ("BITS-Host-Id-Fallback-Timeout", "110")]
            it.peer.answers["Fragment", 2] = it.peer.answers["Fragment", 3] = reset
            job_id = await it.upload(BIG)
            job = await it.until(job_id, S.TRANSIENT_ERROR)
            hosts = [r.header("Host") for r in it.peer.packets]
            assert hosts == [f"127.0.0.1:{it.server.port}"] + [f"127.0.0.2:{it.server.port}"] * 4
            assert it.peer.log()[1] == "Ping"
            assert job.upload is not None
            assert (job.upload.host_id, job.upload.host_failed_at) == ("127.0.0.2", it.began)
            await it.clock.advance(600)
            await it.until(job_id, S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent
            assert {r.header("Host") for r in it.peer.packets[5:]} == {f"127.0.0.1:{it.server.port}"}
            assert it.peer.log()[5:7] == ["Ping", f"Fragment {MIB}-{3 * MIB - 1}/{BIG}"]

    run(scenario())


def test_a_second_file_is_refused(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job_id = await it.upload(100, resume=False)
            with pytest.raises(BitsError) as caught:
                await it.manager.add_file(job_id, it.server.url("/b"), str(it.source))
            assert caught.value.hresult == codes.BG_E_TOO_MANY_FILES
            empty = await it.manager.create_job("empty", JobType.UPLOAD)
            await it.manager.add_file(empty.id, it.server.url(PATH), str(it.source))
            await it.manager.resume(empty.id)
            await it.until(empty.id, S.TRANSFERRED)
            assert it.peer.published[PATH] == it.sent

    run(scenario())


def test_larger_than_four_gib_in_its_numbers(run: Run, tmp_path: Path) -> None:
    """A sparse file: the first fragment's range and a lie about the rest show the arithmetic without the bytes."""

    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job_id = await it.upload(0, resume=False)
            size = 5 * (1 << 30) + 3
            os.truncate(it.source, size)
            it.peer.answers["Fragment", 1] = status(403)
            await it.manager.resume(job_id)
            await it.until(job_id, S.ERROR)
            assert it.peer.log()[1] == f"Fragment 0-{MIB - 1}/{size}"

    run(scenario())
