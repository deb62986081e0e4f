"""The probes of the issue from end to end: (b), (d), (e), (f), (i), (j); README.md names the tests of the others."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bitsgui.gui.dialogs.error_report import error_report
from bitsgui.gui.texts.cancel_texts import cancel_detail, cancel_text
from bitsgui.gui.texts.error_texts import cause_text
from bitsgui.gui.texts.state_texts import state_text
from bitsgui.model import fix
from bitsgui.model.cancel_effect import is_being_withdrawn
from bitsgui.model.check import Verdict
from bitsgui.model.diagnosis import diagnose
from bitsgui.model.enums import AuthTarget, JobState, ProxyUsage
from bitsgui.model.job import ProxySettings
from bitsgui.model.limits import DAY_S
from bitsgui.model.phase import Phase
from bitsgui.service.fixes import apply_fix
from tests.matrix import rows_uploads as uploads
from tests.matrix.world import CONTENT, FILE, SENT, a_world
from tests.support.bits_peer import ack
from tests.support.certificates import Certificates
from tests.support.content import Pattern, sha256_of
from tests.support.fake_clock import FakeClock
from tests.support.fix_checks import checked
from tests.support.listeners import Listener
from tests.support.proxy import ForwardProxy
from tests.support.scripted_server import Exchange, Resource, status
from tests.support.waiting import until, until_state

Run = Callable[[Coroutine[Any, Any, None]], None]
MIB = 1 << 20
TAIL, BLOCK = 64 * 1024, MIB


def test_b_a_signed_link_that_runs_out_at_60_percent(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    content = Pattern(10 * MIB, seed=5)
    whole = Resource(content=content, etag=None, last_modified=None)
    got = len(content) * 6 // 10

    async def scenario() -> None:
        async with a_world(tmp_path, certificates) as world:

            async def signed(exchange: Exchange) -> None:
                is_fresh = f"Signature={world.kept['fresh']}" in exchange.request.target
                await (replace(whole, cut_after=world.kept["cut"]) if is_fresh else status(403))(exchange)

            world.kept |= {"fresh": "one", "cut": got}
            world.server.files["/a.bin"] = signed
            job = await world.desk.start("/a.bin?X-Amz-Expires=60&X-Amz-Signature=one")
            await world.waiting(job)
            world.kept |= {"fresh": "two", "cut": None}
            job = await world.again(job)
            assert (job.state, job.progress.bytes_transferred) == (JobState.ERROR, got)
            fresh = fix.NewAddress(0, world.url("/a.bin?X-Amz-Expires=60&X-Amz-Signature=two"))
            result = await checked(world.manager, job.id, fresh, world.desk.folder)
            assert result.verdict is Verdict.KEEPS_BYTES
            before = world.server.bytes_sent()
            await apply_fix(world.manager, job.id, fresh)
            await world.desk.assert_whole(await world.ended(job), "a.bin", content)
            again = world.server.bytes_sent() - before - (len(content) - got)
            assert again < TAIL + BLOCK

    run(scenario())


def test_d_a_proxy_s_password_is_written_nowhere(
    run: Run, tmp_path: Path, certificates: Certificates, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    password = "Pr0xy-pa55"

    async def scenario() -> None:
        async with a_world(tmp_path, certificates) as world, ForwardProxy(user="pu", password=password) as proxy:
            world.serve()
            job = await world.download(proxy=ProxySettings(ProxyUsage.OVERRIDE, proxy.url))
            right = fix.SignIn(AuthTarget.PROXY, "pu", password)
            assert (await checked(world.manager, job.id, right, world.desk.folder)).is_passed
            report = error_report(job, await world.manager.error_history(job.id))
            await apply_fix(world.manager, job.id, right)
            job = await world.ended(job)
            report += error_report(job, await world.manager.error_history(job.id)) + repr(job) + repr(right)
            await world.desk.assert_whole(job, "a.bin", CONTENT)
            stored = b"".join(file.read_bytes() for file in world.desk.state_dir.iterdir())
            assert password not in report
            assert password.encode() not in stored

    run(scenario())
    assert password not in caplog.text


def test_e_a_program_that_answers_403(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_world(tmp_path, certificates) as world:
            job = await uploads.program_answers(ack(403, code=0x80190193, context=7))(world)
            assert "is not asked again by itself" in cause_text(job, diagnose(job))
            assert cancel_text(job) == "drops only the reply; the server keeps the file"
            assert cancel_detail([job]) == "Only the reply is dropped; the server keeps the file."
            await world.manager.cancel(job.id)
            await until(world.manager, job.id, lambda job: not is_being_withdrawn(job))
            assert "Cancel-Session" not in world.peer.log()
            assert world.peer.published[world.peer.path] == SENT

    run(scenario())


PARTS = {
    "the upload": (uploads.refused_reply(ack(413, code=0x80200020)), Phase.UPLOAD),
    "the program": (uploads.program_answers(ack(422, code=0x801901A6, context=7)), Phase.SERVER_PROGRAM),
    "the reply": (uploads.reply_answers(status(403)), Phase.REPLY),
    "the reply's folder": (uploads.reply_has_no_folder, Phase.REPLY),
}


@pytest.mark.parametrize("part", PARTS)
def test_f_each_part_of_an_upload_reply(run: Run, tmp_path: Path, certificates: Certificates, part: str) -> None:
    async def scenario() -> None:
        provoke, phase = PARTS[part]
        async with a_world(tmp_path, certificates) as world:
            assert diagnose(await provoke(world)).phase is phase

    run(scenario())


def test_i_a_server_that_is_busy_for_an_hour(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        clock, listener = FakeClock(), Listener()
        async with a_world(tmp_path, certificates, clock=clock) as world:
            world.manager.set_notify_interface(listener)
            world.server.files["/a.bin"] = status(503, retry_after=900)
            job = await world.desk.start("/a.bin", minimum_retry_delay_s=60)
            for attempt in range(1, 5):
                job = await world.tried(job, attempt)
                assert job.state is JobState.TRANSIENT_ERROR
                assert state_text(job, clock.now()) == "Waiting, retries in 15:00"
                await clock.advance(899)
                assert len(world.desk.asked("/a.bin")) == attempt
                await clock.advance(1)
            await world.tried(job, 5)
            world.serve()
            await clock.advance(900)
            await until_state(world.manager, job.id, JobState.TRANSFERRED)
            await listener.heard(1)
            assert listener.kinds == ["transferred"]
            await world.desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_j_ninety_days_later(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        async with a_world(tmp_path, certificates, clock=clock) as world:
            world.server.files |= {"/a.bin": FILE}
            received = await world.download("/a.bin", "/gone.bin")
            sent = await uploads.program_answers(ack(403, code=0x80190193, context=7))(world)
            assert world.desk.parts()
            await clock.advance(90 * DAY_S)
            for job in (received, sent):
                await until_state(world.manager, job.id, JobState.CANCELLED)
            await until(world.manager, sent.id, lambda job: not is_being_withdrawn(job))
            await world.desk.reopen(clock)  # which waits for what is being put away
            assert world.desk.parts() == []
            assert world.peer.published[world.peer.path] == SENT
            assert sha256_of(world.source) == sha256_of(SENT)
            past = world.manager.get(received.id)
            assert past.error is not None
            assert "90 days" in past.error.detail
            assert (
                cause_text(past, diagnose(past)) == "Nobody decided about this job for so long that it was cancelled."
            )
            assert past in world.manager.history()

    run(scenario())
