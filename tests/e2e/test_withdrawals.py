"""Cancel of uploads: gone from the queue at once, while the server is asked, patiently, to drop what it has."""

import asyncio
from pathlib import Path

import pytest

from bitsgui.engine.upload_packets import PacketType
from bitsgui.model import codes
from bitsgui.model.cancel_effect import is_being_withdrawn
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import Job
from bitsgui.model.limits import Policy
from bitsgui.model.upload import UploadPhase
from bitsgui.service.manager import Credentials
from tests.support.lab import Lab, lab, quiet, silent
from tests.support.scripted_server import Resource, hang_up, needs_basic, raw, status
from tests.support.uploads import a_shipment

S = JobState
BOTH = pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY], ids=lambda type: type.name)
ME = Credentials("anna", "geheim")


async def withdrawn(it: Lab, job: Job) -> Job:
    return await it.until_true(job.id, lambda job: not is_being_withdrawn(job))


def asked(it: Lab) -> int:
    return sum(r.header("BITS-Packet-Type") == PacketType.CANCEL_SESSION for r in it.server.requests)


@BOTH
def test_an_unfinished_upload_is_dropped_by_its_server(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way(type)
            (session,) = ship.host.open
            assert await it.manager.cancel(job.id) == codes.S_OK
            assert it.manager.enumerate() == ()
            job = await withdrawn(it, job)
            assert (ship.host.open, ship.host.cancelled, ship.host.published) == ({}, [session], None)
            assert job.upload is not None
            assert (job.state, job.upload.phase) == (S.CANCELLED, UploadPhase.CLOSED)
            assert [path.name for path in it.folder.iterdir()] == [ship.source.name]
            assert ship.is_untouched

    run(scenario())


def test_an_upload_that_has_not_begun_asks_nobody(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.job(resume=False)
            await it.manager.cancel(job.id)
            await it.calm()
            assert (it.server.requests, is_being_withdrawn(it.get(job.id))) == ([], False)

    run(scenario())


@BOTH
def test_a_finished_upload_stays_on_its_server(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            job = await ship.transferred(type)
            await it.manager.cancel(job.id)
            await it.calm()
            assert (ship.host.published, asked(it)) == (ship.bytes, 0)
            assert [path.name for path in it.folder.iterdir()] == [ship.source.name]

    run(scenario())


def test_after_the_upload_only_the_reply_is_given_up(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            it.serve("/reply", 1 << 20)
            it.server.hold("/reply", after=1 << 19)
            job = await ship.job(JobType.UPLOAD_REPLY)
            await it.until_true(job.id, lambda job: job.reply is not None and job.reply.bytes_transferred > 0)
            assert len(it.parts()) == 1
            await it.manager.cancel(job.id)
            assert it.parts() == []
            await withdrawn(it, job)
            # By Close-Session: on a server that publishes at the end, Cancel-Session would take the upload back.
            assert (ship.host.published, ship.host.cancelled, ship.host.open) == (ship.bytes, [], {})
            assert ship.is_untouched

    run(scenario())


def test_a_server_that_does_not_answer_is_asked_at_growing_intervals(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            ship.host.instead[PacketType.CANCEL_SESSION] = status(503)
            await it.manager.cancel(job.id)
            for count, pause in enumerate((5, 10, 20, 40, 80, 160, 320, 600, 600), 1):
                await _asked_times(it, count)
                await it.clock.advance(pause - 1)
                await quiet()
                assert asked(it) == count
                await it.clock.advance(1)
            del ship.host.instead[PacketType.CANCEL_SESSION]
            await _asked_times(it, 10)
            await it.clock.advance(600)
            await withdrawn(it, job)
            assert len(ship.host.cancelled) == 1

    run(scenario())


async def _asked_times(it: Lab, count: int) -> None:
    """Return once the server was asked so often and the next pause has begun."""
    while asked(it) < count or not it.manager._withdrawals._naps:  # noqa: ASYNC110
        await asyncio.sleep(0)


def test_it_is_given_up_when_the_job_s_patience_ends(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way(no_progress_timeout_s=7)
            ship.host.instead[PacketType.CANCEL_SESSION] = hang_up
            await it.manager.cancel(job.id)
            await _asked_times(it, 1)
            await it.clock.advance(5)
            await _asked_times(it, 2)
            await it.clock.advance(2)
            await withdrawn(it, job)
            assert ship.host.cancelled == []

    run(scenario())


@pytest.mark.parametrize("code", [400, 403, 404])
def test_a_server_that_refuses_is_asked_once(run, tmp_path: Path, code: int) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            ship.host.instead[PacketType.CANCEL_SESSION] = status(code)
            await it.manager.cancel(job.id)
            await withdrawn(it, job)
            assert asked(it) == 1

    run(scenario())


def test_a_session_that_the_server_does_not_know_is_dropped(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            ship.host.open.clear()
            await it.manager.cancel(job.id)
            await withdrawn(it, job)
            assert asked(it) == 1

    run(scenario())


def test_the_network_s_return_asks_at_once(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            ship.host.instead[PacketType.CANCEL_SESSION] = raw(b"")
            await it.manager.cancel(job.id)
            await _asked_times(it, 1)
            ship.host.instead.clear()
            it.manager.network_is_back()
            await withdrawn(it, job)
            assert len(ship.host.cancelled) == 1

    run(scenario())


def test_the_next_process_goes_on_asking_with_the_job_s_secrets(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            it.server.files["/up"] = needs_basic("anna", "geheim", ship.host)
            ship.host.patience = 1
            job = await ship.job(credentials=ME)
            await it.until_true(job.id, lambda job: job.files[0].bytes_transferred >= 1 << 20)
            ship.host.instead[PacketType.CANCEL_SESSION], _ = silent()
            await it.manager.cancel(job.id)
            await it.server._until(lambda: asked(it) > 0)
            await it.manager.aclose()  # does not wait for the answer
            assert not (await it.secrets.get(job.id)).is_empty
            ship.host.instead.clear()
            it.manager = await it._open()
            await withdrawn(it, job)
            assert len(ship.host.cancelled) == 1
            await it.manager.aclose()
            assert (await it.secrets.get(job.id)).is_empty
            it.manager = await it._open()

    run(scenario())


def test_one_that_is_over_is_not_asked_again_by_the_next_process(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            await it.manager.cancel(job.id)
            await withdrawn(it, job)
            await it.reopen()
            await it.calm()
            assert asked(it) == 1

    run(scenario())


def test_the_history_keeps_a_job_until_its_server_has_dropped_it(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(history_length=0)) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            ship.host.instead[PacketType.CANCEL_SESSION] = status(503)
            await it.manager.cancel(job.id)
            other = await it.job("/1", resume=False)
            await it.manager.cancel(other)
            assert [kept.id for kept in it.manager.history()] == [job.id]
            ship.host.instead.clear()
            await _asked_times(it, 1)
            await it.clock.advance(5)
            while it.manager.history():  # noqa: ASYNC110
                await asyncio.sleep(0)

    run(scenario())


def test_a_sign_in_for_the_new_server_is_not_shown_to_the_old_one(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, hosts=("127.0.0.1", "127.0.0.2")) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            await it.manager.suspend(job.id)
            it.server.files["/up"] = needs_basic("anna", "geheim", Resource(content=b""))
            elsewhere = it.server.url("/elsewhere", "127.0.0.2").replace("//", "//anna:geheim@")
            await it.manager.set_remote_name(job.id, 0, elsewhere)
            await it.server._until(lambda: asked(it) > 0)
            await it.calm()
            assert [r.header("Authorization") for r in it.server.requests_for("/up")] == [None] * 4

    run(scenario())
