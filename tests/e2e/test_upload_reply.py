"""Upload-reply against a server of other people's making: the program, the reply, and which of the parts failed."""

import base64
import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import Job, JobId
from bitsgui.model.upload import UploadPhase
from tests.support.bits_peer import LOST, ack
from tests.support.content import Pattern
from tests.support.scripted_server import Resource, in_turn, needs_basic, redirect, reset, status
from tests.support.upload_lab import PATH, UploadLab, upload_lab

S, E = JobState, ErrorContext
Run = Callable[[Coroutine[Any, Any, None]], None]
REPLY = b"<the answer>" * 30
REPLY_PATH = "/inbox/BITS-Sessions/Replies/%7BSESSION-1%7D/r.bin"


def answered(data: bytes) -> bytes:
    return REPLY


async def begun(it: UploadLab, size: int = 1500, **settings: object) -> JobId:
    reply = str(it.folder / "answer.bin")
    return await it.upload(size, type=JobType.UPLOAD_REPLY, reply_file_name=reply, **settings)


def failed_part(job: Job) -> str:
    """What the seed page says: context first, then the reply's BytesTotal."""
    assert job.error is not None
    assert job.reply_progress is not None
    if job.error.context is E.REMOTE_APPLICATION:
        return "server program"
    return "upload" if job.reply_progress.bytes_total is None else "reply"


def test_the_whole_way(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            job_id = await begun(it)
            before = it.get(job_id).reply_progress
            assert before is not None
            assert (before.bytes_total, before.bytes_transferred) == (None, 0)
            job = await it.until(job_id, S.TRANSFERRED)
            after = job.reply_progress
            assert after is not None
            assert (after.bytes_total, after.bytes_transferred) == (len(REPLY), len(REPLY))
            assert it.peer.log() == ["Create-Session", "Fragment 0-1499/1500", "Close-Session"]
            assert [r.method for r in it.server.requests] == ["BITS_POST", "BITS_POST", "GET", "BITS_POST"]
            assert it.server.requests_for(REPLY_PATH)[0].header("Accept-Encoding") == "identity"
            assert not (it.folder / "answer.bin").exists()
            assert await it.manager.get_reply_data(job_id) == REPLY
            assert await it.manager.complete(job_id) == codes.S_OK
            assert (it.folder / "answer.bin").read_bytes() == REPLY
            assert it.source.read_bytes() == it.sent
            assert not it.parts()

    run(scenario())


def test_an_empty_file_with_a_reply(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            job_id = await begun(it, 0)
            await it.until(job_id, S.TRANSFERRED)
            assert it.peer.log() == ["Create-Session", "Fragment */0", "Close-Session"]
            assert await it.manager.get_reply_data(job_id) == REPLY

    run(scenario())


def test_no_reply_is_an_empty_reply(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job_id = await begun(it)
            await it.until(job_id, S.TRANSFERRED)
            # Asked once more, in case the first Ack was a stray one.
            assert it.peer.log()[1:] == ["Fragment 0-1499/1500", "Fragment 1499-1499/1500", "Close-Session"]
            await it.manager.complete(job_id)
            assert (it.folder / "answer.bin").read_bytes() == b""

    run(scenario())


def test_a_lost_final_ack_is_asked_for_again(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:

            async def take_and_break(exchange: Any) -> None:
                it.peer.sessions["{SESSION-1}"].data += exchange.request.body
                exchange.reset()

            it.peer.answers["Fragment", 1] = take_and_break
            it.peer.is_strict = True
            job_id = await begun(it)
            await it.until(job_id, S.TRANSFERRED)
            assert await it.manager.get_reply_data(job_id) == REPLY
            assert it.peer.programs_run == 1

    run(scenario())


PROGRAM_TRANSIENT = [
    (ack(503, ("BITS-Received-Content-Range", "1500"), code=0x801901F7, context=7), from_http_status(503)),
    (ack(408, ("BITS-Received-Content-Range", "1500"), code=0x80070112, context=7), HResult(0x80070112)),
    (ack(409, code=0x80190199, context=7), from_http_status(409)),
]


@pytest.mark.parametrize(("answer", "code"), PROGRAM_TRANSIENT)
def test_the_program_fails_then_works(run: Run, tmp_path: Path, answer: Any, code: HResult) -> None:
    results: list[Any] = [answer, REPLY]

    async def scenario() -> None:
        async with upload_lab(tmp_path, program=lambda data: results.pop(0)) as it:
            job_id = await begun(it)
            job = await it.until(job_id, S.TRANSIENT_ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (E.REMOTE_APPLICATION, code)
            assert failed_part(job) == "server program"
            assert job.upload is not None
            assert job.upload.phase is UploadPhase.SERVER_PROGRAM
            assert job.progress.bytes_transferred == 1500
            await it.clock.advance(600)
            await it.until(job_id, S.TRANSFERRED)
            assert it.peer.log()[2:] == ["Ping", "Fragment 1499-1499/1500", "Close-Session"]
            assert await it.manager.get_reply_data(job_id) == REPLY

    run(scenario())


def test_a_refusal_of_the_program_is_final_and_not_posted_again(run: Run, tmp_path: Path) -> None:
    refusal = ack(403, ("BITS-Received-Content-Range", "1500"), code=0x80190193, context=7)

    async def scenario() -> None:
        async with upload_lab(tmp_path, program=lambda data: refusal) as it:
            job_id = await begun(it)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (E.REMOTE_APPLICATION, from_http_status(403))
            assert failed_part(job) == "server program"
            await it.clock.advance(86_400)
            assert it.get(job_id).state is S.ERROR
            assert it.peer.programs_run == 1

    run(scenario())


def test_context_7_before_every_byte_is_up_is_the_servers(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            it.peer.answers["Create-Session", 0] = ack(403, code=0x80190193, context=7)
            job = await it.until(await begun(it), S.ERROR)
            assert job.error is not None
            assert job.error.context is E.REMOTE_FILE
            assert failed_part(job) == "upload"

    run(scenario())


def test_a_reply_goes_on_by_range(run: Run, tmp_path: Path) -> None:
    reply = Pattern(400_000, seed=5)[0:400_000]

    async def scenario() -> None:
        async with upload_lab(tmp_path, program=lambda data: reply) as it:
            whole = Resource(content=reply, etag='"r"')

            async def answer(exchange: Any) -> None:
                await it.peer.handle(exchange)
                it.server.files[REPLY_PATH] = in_turn(replace(whole, cut_after=150_000), whole)

            it.peer.answers["Fragment", 1] = answer
            job_id = await begun(it)
            job = await it.until(job_id, S.TRANSIENT_ERROR)
            assert failed_part(job) == "reply"
            assert job.reply is not None
            assert 0 < job.reply.bytes_transferred <= 150_000
            await it.reopen()
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            again = it.server.requests_for(REPLY_PATH)[1]
            assert again.header("Range") == f"bytes={job.reply.bytes_transferred}-"
            assert again.header("If-Range") == '"r"'
            assert await it.manager.get_reply_data(job_id) == reply

    run(scenario())


def test_a_reply_that_is_not_what_its_server_says_is_fetched_again(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            said = base64.b64encode(hashlib.sha256(REPLY).digest()).decode()

            async def answer(exchange: Any) -> None:
                await it.peer.handle(exchange)
                right = Resource(content=REPLY, headers=(("Repr-Digest", f"sha-256=:{said}:"),))
                it.server.files[REPLY_PATH] = in_turn(replace(right, content=b"x" * len(REPLY)), right)

            it.peer.answers["Fragment", 1] = answer
            job_id = await begun(it)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (E.REMOTE_FILE, codes.BG_E_VALIDATION_FAILED)
            assert failed_part(job) == "reply"
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            assert [request.header("Range") for request in it.server.requests_for(REPLY_PATH)] == [None, None]
            assert await it.manager.get_reply_data(job_id) == REPLY
            assert it.peer.programs_run == 1

    run(scenario())


def test_a_reply_that_is_gone_is_made_again_once(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            it.peer.before["Fragment", 2] = lambda: it.server.files.update({REPLY_PATH: Resource(content=REPLY)})
            it.peer.before["Fragment", 1] = lambda: None
            gone = it.peer.handle

            async def answer(exchange: Any) -> None:
                await gone(exchange)
                it.server.files[REPLY_PATH] = status(404)

            it.peer.answers["Fragment", 1] = answer
            job_id = await begun(it)
            await it.until(job_id, S.TRANSFERRED)
            assert await it.manager.get_reply_data(job_id) == REPLY
            assert it.peer.log()[1:3] == ["Fragment 0-1499/1500", "Fragment 1499-1499/1500"]

    run(scenario())


@pytest.mark.parametrize("number", [404, 410])
@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_reply_that_stays_gone_is_the_replys_error(run: Run, tmp_path: Path, number: int, is_forgotten: bool) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            it.peer.reply_url = "/gone"
            it.server.files["/gone"] = status(number)
            if is_forgotten:
                it.peer.before["Fragment", 2] = it.peer.forget
            job_id = await begun(it)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (E.REMOTE_FILE, from_http_status(number))
            assert failed_part(job) == "reply"
            assert job.error.file is not None
            assert job.error.file.local_name == str(it.folder / "answer.bin")
            # A second delivery is the owner's decision.
            assert it.peer.log().count("Create-Session") == 1

    run(scenario())


FOREIGN = ["http://127.0.0.2:{port}/r", "file:///etc/passwd", "ftp://h/r", "\\\\127.0.0.2\\share\\r", "javascript:1"]


@pytest.mark.parametrize("url", FOREIGN)
def test_a_reply_elsewhere_is_refused_without_a_request(run: Run, tmp_path: Path, url: str) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered, hosts=("127.0.0.1", "127.0.0.2")) as it:
            it.peer.reply_url = url.format(port=it.server.port)
            job_id = await begun(it)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert (job.error.context, job.error.code) == (E.REMOTE_FILE, codes.BG_E_INVALID_SERVER_RESPONSE)
            assert failed_part(job) == "reply"
            assert {r.method for r in it.server.requests} == {"BITS_POST"}

    run(scenario())


def test_the_sign_in_stays_at_home(run: Run, tmp_path: Path) -> None:
    """The reply's redirect to another origin carries no sign-in."""

    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered, hosts=("127.0.0.1", "127.0.0.2")) as it:
            it.peer.reply_url = "/here"
            elsewhere = it.server.url("/there", "127.0.0.2")
            it.server.files["/here"] = needs_basic("u", "p", redirect(elsewhere, 302))
            it.server.files["/there"] = Resource(content=REPLY)
            it.server.files[PATH] = needs_basic("u", "p", it.peer)
            job_id = await begun(it, resume=False)
            for scheme in (1, 2):
                await it.manager.set_credentials(job_id, 1, scheme, "u", "p")
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            assert await it.manager.get_reply_data(job_id) == REPLY
            assert it.server.requests_for("/here")[-1].header("Authorization")
            assert it.server.requests_for("/there")[0].header("Authorization") is None

    run(scenario())


def test_the_replys_folder_is_gone(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            it.peer.before["Fragment", 1] = it.folder.rmdir
            job_id = await begun(it)
            job = await it.until(job_id, S.ERROR)
            assert job.error is not None
            assert job.error.context is E.LOCAL_FILE
            assert failed_part(job) == "reply"
            it.folder.mkdir()
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            assert await it.manager.get_reply_data(job_id) == REPLY
            assert it.peer.programs_run == 1

    run(scenario())


@pytest.mark.parametrize("answer", [ack(500, code=LOST), ack(404), ack(404, code=0x80070002)])
def test_a_close_that_fails_after_the_reply(run: Run, tmp_path: Path, answer: Any) -> None:
    """A session that is gone is closed; any other refusal is told."""

    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            it.peer.answers["Close-Session", 0] = answer
            job_id = await begun(it)
            job = await it.until(job_id, S.TRANSFERRED, S.ERROR)
            assert it.peer.programs_run == 1
            assert await it.manager.get_reply_data(job_id) == REPLY
            assert (job.state is S.TRANSFERRED) == (job.error is None)

    run(scenario())


def test_killed_between_reply_and_close(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            it.peer.answers["Close-Session", 1] = it.peer.answers["Close-Session", 2] = reset
            job_id = await begun(it)
            await it.until(job_id, S.TRANSIENT_ERROR)
            await it.reopen()
            it.peer.answers.clear()
            await it.manager.resume(job_id)
            await it.until(job_id, S.TRANSFERRED)
            assert it.peer.log()[-2:] == ["Ping", "Close-Session"]
            assert len(it.server.requests_for(REPLY_PATH)) == 1
            assert await it.manager.get_reply_data(job_id) == REPLY

    run(scenario())
