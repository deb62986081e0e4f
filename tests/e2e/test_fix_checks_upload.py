"""The dry run of a fix of an upload: a session made and cancelled, never a byte of the file, never the program."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import codes, fix
from bitsgui.model.check import Outcome, Step, Verdict
from bitsgui.model.enums import AuthTarget, JobState, JobType
from bitsgui.model.job import Job
from bitsgui.model.upload import UploadPhase
from bitsgui.service.fixes import apply_fix, check_fix
from tests.support.bits_peer import BitsPeer, ack
from tests.support.fix_checks import checked, failed, line_of, passed
from tests.support.scripted_server import Exchange, Resource, needs_basic, status
from tests.support.upload_lab import UploadLab, upload_lab

Run = Callable[[Coroutine[Any, Any, None]], None]
SIZE = 3000
REPLY = b"the answer"


def answered(data: bytes) -> bytes:
    return REPLY


async def refused(it: UploadLab, **how: Any) -> Job:
    """An upload in ERROR whose Create-Session was answered 403 once; the peer is right from then on."""
    it.peer.answers[("Create-Session", 1)] = ack(403, code=0x80070005)
    job = await it.until(await it.upload(SIZE, **how), JobState.ERROR)
    assert it.peer.log() == ["Create-Session"]
    return job


def test_a_session_is_made_and_cancelled(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            job = await refused(it)
            result = await checked(it.manager, job.id, fix.TryAgain(), it.folder)
            assert result.verdict is Verdict.PASSED
            assert passed(result)[-2:] == [Step.SESSION_CREATED, Step.SESSION_CANCELLED]
            assert it.peer.log()[1:] == ["Create-Session", "Cancel-Session"]
            assert (it.peer.sessions, it.peer.programs_run) == ({}, 0)
            await apply_fix(it.manager, job.id, fix.TryAgain())
            await it.until(job.id, JobState.TRANSFERRED)
            assert it.peer.published["/inbox/a.bin"] == it.sent

    run(scenario())


def test_a_server_that_still_refuses(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job = await refused(it)
            it.peer.answers[("Create-Session", 2)] = ack(413, code=0x80200020)
            large = await checked(it.manager, job.id, fix.SendAgain(), it.folder)
            assert (failed(large), large.lines[-1].code) == ([Step.SESSION_CREATED], codes.BG_E_TOO_LARGE)
            assert large.lines[-1].http_status == 413
            it.server.files["/plain"] = status(405)
            plain = await checked(it.manager, job.id, fix.NewAddress(0, it.server.url("/plain")), it.folder)
            assert plain.lines[-1].code == codes.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH

    run(scenario())


def test_a_new_address_for_an_upload(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job = await refused(it)
            other = BitsPeer(it.server, "/other/a.bin")
            one_fix = fix.NewAddress(0, it.server.url("/other/a.bin"))
            assert (await checked(it.manager, job.id, one_fix, it.folder)).is_passed
            assert (other.log(), it.peer.log()) == (["Create-Session", "Cancel-Session"], ["Create-Session"])
            await apply_fix(it.manager, job.id, one_fix)
            await it.until(job.id, JobState.TRANSFERRED)
            assert other.published["/other/a.bin"] == it.sent

    run(scenario())


def test_a_sign_in_for_an_upload(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job = await refused(it)
            it.server.files["/inbox/a.bin"] = needs_basic("me", "right", it.peer)
            wrong = await checked(it.manager, job.id, fix.SignIn(AuthTarget.SERVER, "me", "wrong"), it.folder)
            assert failed(wrong) == [Step.SIGN_IN]
            right = fix.SignIn(AuthTarget.SERVER, "me", "right")
            assert Step.SIGN_IN in passed(await checked(it.manager, job.id, right, it.folder))

    run(scenario())


def test_a_session_outlives_no_check_that_is_cut_off(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            job = await refused(it)
            asked, answer = asyncio.Event(), asyncio.Event()

            async def late(exchange: Exchange) -> None:
                asked.set()
                await answer.wait()
                await it.peer.handle(exchange)

            it.peer.answers[("Create-Session", 2)] = late
            task = asyncio.create_task(check_fix(it.manager, job.id, fix.TryAgain()))
            await asked.wait()
            task.cancel()
            answer.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert it.peer.log()[1:] == ["Create-Session", "Cancel-Session"]
            assert it.peer.sessions == {}

    run(scenario())


def test_a_source_that_is_elsewhere(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers[("Fragment", 1)] = ack(503)
            job_id = await it.upload(SIZE, resume=True)
            await it.until(job_id, JobState.TRANSIENT_ERROR)
            moved = it.source.with_name("moved.bin")
            it.source.rename(moved)
            await it.manager.resume(job_id)
            job = await it.until(job_id, JobState.ERROR)
            lost = await checked(it.manager, job_id, fix.TryAgain(), it.source.parent)
            assert failed(lost) == [Step.SOURCE_READABLE]
            missing = await checked(it.manager, job_id, fix.Locate(tmp_path / "nowhere"), it.source.parent)
            assert failed(missing) == [Step.SOURCE_READABLE]
            located = await checked(it.manager, job_id, fix.Locate(moved), it.source.parent)
            assert {Step.SOURCE_UNCHANGED, Step.SESSION_CANCELLED} <= set(passed(located))
            await apply_fix(it.manager, job_id, fix.Locate(moved))
            await it.until(job_id, JobState.TRANSFERRED)
            assert it.peer.published["/inbox/a.bin"] == it.sent
            assert job.upload is not None
            assert it.peer.packets[-1].header("BITS-Session-Id") == job.upload.session_id, "the session went on"

    run(scenario())


def test_another_source_is_sent_from_its_beginning(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path) as it:
            it.peer.answers[("Fragment", 1)] = ack(403, code=0x80070005)
            job = await it.until(await it.upload(SIZE), JobState.ERROR)
            other = it.source.with_name("other.bin")
            other.write_bytes(b"quite another")
            await apply_fix(it.manager, job.id, fix.Locate(other))
            await it.until(job.id, JobState.TRANSFERRED)
            assert it.peer.published["/inbox/a.bin"] == b"quite another"

    run(scenario())


def test_the_server_s_program_is_never_tried(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=lambda data: ack(403, code=0x80190193, context=7)) as it:
            reply = str(it.folder / "answer.bin")
            job_id = await it.upload(SIZE, type=JobType.UPLOAD_REPLY, reply_file_name=reply)
            job = await it.until(job_id, JobState.ERROR)
            assert job.upload is not None
            assert job.upload.phase is UploadPhase.SERVER_PROGRAM
            result = await checked(it.manager, job_id, fix.HandOverAgain(), it.folder)
            assert result.is_passed
            assert line_of(result, Step.SERVER_PROGRAM).outcome is Outcome.SKIPPED
            assert (it.peer.programs_run, it.peer.log()[-1]) == (1, "Ping")
            it.peer.program = answered
            await apply_fix(it.manager, job_id, fix.HandOverAgain())
            await it.until(job_id, JobState.TRANSFERRED)
            assert it.peer.programs_run == 2

    run(scenario())


def test_a_reply_is_tried_as_a_download(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, program=answered) as it:
            it.peer.reply_url = "/replies/r.bin"
            it.server.files["/replies/r.bin"] = status(403)
            reply = str(it.folder / "answer.bin")
            job_id = await it.upload(SIZE, type=JobType.UPLOAD_REPLY, reply_file_name=reply)
            await it.until(job_id, JobState.ERROR)
            denied = await checked(it.manager, job_id, fix.TryAgain(), it.folder)
            assert (failed(denied), denied.lines[-1].index) == ([Step.ANSWERS], 1)
            it.server.files["/replies/r.bin"] = Resource(content=REPLY)
            again = await checked(it.manager, job_id, fix.FetchReplyAgain(), it.folder)
            assert again.is_passed
            assert it.peer.programs_run == 1
            await apply_fix(it.manager, job_id, fix.FetchReplyAgain())
            await it.until(job_id, JobState.TRANSFERRED)
            assert await it.manager.get_reply_data(job_id) == REPLY

    run(scenario())
