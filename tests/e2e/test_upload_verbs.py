"""The verbs on uploads, by the real driver against a small server: what each leaves here and there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.engine.part_file import part_path
from bitsgui.engine.upload_packets import PacketType
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job
from bitsgui.model.limits import DAY_S, Policy
from bitsgui.model.upload import REPLY_INDEX, UploadPhase
from tests.support.lab import Lab, lab
from tests.support.scripted_server import status
from tests.support.uploads import ANSWER, MIB, a_shipment

S = JobState
BOTH = pytest.mark.parametrize("type", [JobType.UPLOAD, JobType.UPLOAD_REPLY], ids=lambda type: type.name)
WITH_REPLY = JobType.UPLOAD_REPLY
NOBODY = 65534


async def refusal(call) -> HResult:
    with pytest.raises(BitsError) as refused:
        await call
    return refused.value.hresult


def reply_of(job: Job) -> Path:
    return Path(job.entry(REPLY_INDEX).local_name)


def names(it: Lab) -> list[str]:
    return sorted(path.name for path in it.folder.iterdir())


# Creation


@BOTH
def test_a_source_that_cannot_be_sent_makes_no_job(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            for place, code in ((it.folder, codes.E_INVALIDARG), (it.folder / "none", codes.ERROR_FILE_NOT_FOUND)):
                ship.source = place
                assert await refusal(ship.job(type)) == code
                job = await it.manager.create_job("up", type)
                assert await refusal(it.manager.add_file(job.id, it.server.url("/up"), str(place))) == code
                await it.manager.cancel(job.id)
            os.mkfifo(it.folder / "pipe")
            ship.source = it.folder / "pipe"
            assert await refusal(ship.job(type)) == codes.E_INVALIDARG
            assert it.manager.enumerate() == ()

    run(scenario())


@pytest.mark.skipif(os.getuid() != 0, reason="needs to give its rights up")
def test_a_source_s_folder_need_not_be_writable_but_the_source_readable(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            ship.source.chmod(0o644)
            out, secret = tmp_path / "out", it.folder / "secret"
            out.mkdir()
            os.chown(out, NOBODY, NOBODY)
            secret.write_bytes(b"x")
            secret.chmod(0)
            with as_nobody(it.folder):
                assert (await ship.job(resume=False)).state is S.SUSPENDED
                assert (await ship.job(WITH_REPLY, reply=out / "r", resume=False)).state is S.SUSPENDED
                assert await refusal(ship.job(WITH_REPLY)) == codes.E_ACCESSDENIED  # its reply has nowhere to go
                ship.source = secret
                assert await refusal(ship.job()) == codes.E_ACCESSDENIED

    run(scenario())


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Be another user meanwhile, one who may enter `folder`."""
    above = {path: path.stat().st_mode for path in (folder, *folder.parents) if path.stat().st_mode & 0o055 != 0o055}
    for path, mode in above.items():
        path.chmod(mode | 0o055)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        for path, mode in above.items():
            path.chmod(mode)


def test_the_reply_may_not_be_another_name_of_the_source(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            os.link(ship.source, it.folder / "twin")
            assert await refusal(ship.job(WITH_REPLY, reply=it.folder / "twin")) == codes.E_INVALIDARG
            job = await ship.job(WITH_REPLY, resume=False)
            for place in (ship.source, it.folder / "twin", tmp_path / "none" / "r"):
                assert await refusal(it.manager.set_reply_file_name(job.id, str(place))) == codes.E_INVALIDARG
            assert it.get(job.id).entry(REPLY_INDEX).local_name == ""

    run(scenario())


# The reply's name


def test_a_reply_that_nobody_named_takes_a_free_name_beside_the_source(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            (it.folder / "data reply.bin").write_bytes(b"old")
            job = await ship.job(WITH_REPLY, resume=False)
            assert it.get(job.id).entry(REPLY_INDEX).local_name == ""
            await it.manager.resume(job.id)
            job = await it.until(job.id, S.TRANSFERRED)
            assert reply_of(job) == it.folder / "data reply (1).bin"
            await it.reopen()
            assert reply_of(it.get(job.id)) == it.folder / "data reply (1).bin"
            reply_of(job).write_bytes(b"meanwhile")
            assert await it.manager.complete(job.id) == codes.S_OK
            assert reply_of(it.get(job.id)).read_bytes() == ANSWER
            assert (it.folder / "data reply.bin").read_bytes() == b"old"
            assert reply_of(job).read_bytes() == b"meanwhile"

    run(scenario())


def test_a_reply_is_renamed_while_its_upload_runs(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way(WITH_REPLY)
            chosen = it.folder / "chosen"
            assert await it.manager.set_reply_file_name(job.id, str(chosen)) == codes.S_OK
            assert await it.manager.set_reply_file_name(job.id, str(chosen)) == codes.S_FALSE
            ship.host.patience = None
            ship.host.go.set()
            await it.until(job.id, S.TRANSFERRED)
            late = it.manager.set_reply_file_name(job.id, str(it.folder / "late"))
            assert await refusal(late) == codes.BG_E_INVALID_STATE
            assert not chosen.exists()
            await it.manager.complete(job.id)
            assert chosen.read_bytes() == ANSWER
            assert ship.host.seen.count(PacketType.CREATE_SESSION) == 1

    run(scenario())


# GetReplyData


@BOTH
def test_reply_data_before_and_after_complete(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way(type)
            early = codes.E_NOTIMPL if type is JobType.UPLOAD else codes.BG_E_INVALID_STATE
            assert await refusal(it.manager.get_reply_data(job.id)) == early
            ship.host.go.set()
            await it.until(job.id, S.TRANSFERRED)
            if type is JobType.UPLOAD:
                return
            assert await it.manager.get_reply_data(job.id) == ANSWER
            await it.manager.complete(job.id)
            assert await it.manager.get_reply_data(job.id) == ANSWER

    run(scenario())


@pytest.mark.parametrize(("size", "is_too_large"), [(0, False), (MIB, False), (MIB + 1, True)])
def test_reply_data_is_for_replies_of_a_mebibyte(run, tmp_path: Path, size: int, is_too_large: bool) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            it.serve("/reply", size)
            job = await ship.transferred(WITH_REPLY)
            if is_too_large:
                assert await refusal(it.manager.get_reply_data(job.id)) == codes.BG_E_TOO_LARGE
            else:
                assert len(await it.manager.get_reply_data(job.id)) == size
            await it.manager.complete(job.id)
            assert reply_of(it.get(job.id)).stat().st_size == size

    run(scenario())


def test_reply_data_of_a_cancelled_job_is_gone(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job = await a_shipment(it, 10).transferred(WITH_REPLY)
            await it.manager.cancel(job.id)
            assert await refusal(it.manager.get_reply_data(job.id)) == codes.BG_E_INVALID_STATE

    run(scenario())


# Suspend, Resume, Complete


@BOTH
def test_suspend_and_resume_go_on_in_the_same_session(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way(type)
            await it.manager.suspend(job.id)
            job = it.get(job.id)
            assert (job.state, job.files[0].bytes_transferred) == (S.SUSPENDED, MIB)
            await it.reopen()
            ship.host.patience = None
            await it.manager.resume(job.id)
            await it.until(job.id, S.TRANSFERRED)
            assert ship.host.seen.count(PacketType.CREATE_SESSION) == 1
            assert ship.host.published == ship.bytes
            for verb in (it.manager.suspend, it.manager.resume):
                assert await verb(job.id) == codes.S_OK
                assert it.get(job.id).state is S.TRANSFERRED
            assert await it.manager.complete(job.id) == codes.S_OK
            assert it.get(job.id).state is S.ACKNOWLEDGED
            assert ship.is_untouched
            assert it.parts() == []

    run(scenario())


@BOTH
def test_an_upload_that_completes_itself(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.job(type, auto_complete=True)
            await it.until(job.id, S.ACKNOWLEDGED)
            assert (ship.host.published, ship.is_untouched) == (ship.bytes, True)

    run(scenario())


def test_a_reply_that_cannot_have_its_name_stays_and_may_be_completed_again(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            in_the_way = it.folder / "reply"
            job = await ship.job(WITH_REPLY, reply=in_the_way, resume=False)
            await it.manager.set_replace_existing(job.id, True)
            await it.manager.resume(job.id)
            await it.until(job.id, S.TRANSFERRED)
            in_the_way.mkdir()
            assert await refusal(it.manager.complete(job.id)) == codes.ERROR_ALREADY_EXISTS
            job = it.get(job.id)
            assert job.error is not None
            assert (job.state, job.error.context) == (S.TRANSFERRED, ErrorContext.LOCAL_FILE)
            assert job.error.file is not None
            assert (job.error.file.index, job.error.file.local_name) == (REPLY_INDEX, str(in_the_way))
            in_the_way.rmdir()
            await it.reopen()
            assert await it.manager.complete(job.id) == codes.S_OK
            assert in_the_way.read_bytes() == ANSWER

    run(scenario())


def test_a_reply_lost_after_its_session_is_told_and_never_taken_for_complete(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            job = await ship.transferred(WITH_REPLY)
            part = part_path(job.id, REPLY_INDEX, str(reply_of(job)))
            kept = part.rename(it.folder / "kept")
            for _ in range(2):
                assert await refusal(it.manager.complete(job.id)) == codes.ERROR_FILE_NOT_FOUND
                assert it.get(job.id).state is S.TRANSFERRED
            assert await refusal(it.manager.get_reply_data(job.id)) == codes.ERROR_PATH_NOT_FOUND
            kept.rename(part)
            assert await it.manager.complete(job.id) == codes.S_OK
            assert reply_of(it.get(job.id)).read_bytes() == ANSWER

    run(scenario())


# Another folder, another address, a fresh start


def test_another_folder_is_the_reply_s_alone(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            new = tmp_path / "new"
            new.mkdir()
            job = await ship.transferred(WITH_REPLY)
            assert await it.manager.set_local_folder(job.id, new) == codes.S_OK
            assert (names(it), len(it.parts(new))) == (["data.bin"], 1)
            assert await it.manager.complete(job.id) == codes.S_OK
            assert (new / reply_of(job).name).read_bytes() == ANSWER
            plain = await ship.job(resume=False)
            assert await refusal(it.manager.set_local_folder(plain.id, new)) == codes.E_NOTIMPL

    run(scenario())


def test_a_reply_moved_to_the_folder_of_its_source_takes_another_name(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            new = tmp_path / "new"
            new.mkdir()
            job = await ship.transferred(WITH_REPLY, reply=new / "data.bin")
            await it.manager.set_local_folder(job.id, it.folder)
            assert await it.manager.complete(job.id) == codes.S_OK
            assert (it.folder / "data (1).bin").read_bytes() == ANSWER
            assert ship.is_untouched

    run(scenario())


def test_a_new_address_begins_anew_and_the_old_server_is_told(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way()
            (session,) = ship.host.open
            other = it.server.files["/other"] = type(ship.host)()
            ship.host.patience = None
            await it.manager.set_remote_name(job.id, 0, it.server.url("/other"))
            await it.until(job.id, S.TRANSFERRED)
            assert other.published == ship.bytes
            await it.server.wait_for_request("/up", 4)
            assert (ship.host.cancelled, ship.host.published) == ([session], None)
            late = it.manager.set_remote_name(job.id, 0, it.server.url("/up"))
            assert await refusal(late) == codes.BG_E_INVALID_STATE

    run(scenario())


@BOTH
def test_a_restart_begins_anew(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            job = await ship.under_way(type)
            await it.manager.suspend(job.id)
            (session,) = ship.host.open
            assert await it.manager.restart_files(job.id) == codes.S_OK
            assert await it.manager.restart_files(job.id) == codes.S_FALSE
            await it.server.wait_for_request("/up", 4)
            ship.host.patience = None
            await it.manager.resume(job.id)
            await it.until(job.id, S.TRANSFERRED)
            assert (ship.host.cancelled, ship.host.published) == ([session], ship.bytes)
            assert await it.manager.restart_files(job.id) == codes.S_FALSE

    run(scenario())


def test_prefixes_are_for_downloads(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job = await a_shipment(it).job(resume=False)
            moved = it.manager.replace_remote_prefix(job.id, it.server.url("/"), it.server.url("/x/"))
            assert await refusal(moved) == codes.E_NOTIMPL

    run(scenario())


# Timers and crashes


@BOTH
def test_an_upload_that_nobody_touches_is_cancelled_and_what_the_server_has_stays(
    run, tmp_path: Path, type: JobType
) -> None:
    async def scenario() -> None:
        async with lab(tmp_path, policy=Policy(job_inactivity_timeout_s=DAY_S)) as it:
            ship = a_shipment(it, 10)
            job = await ship.transferred(type)
            await it.clock.advance(DAY_S)
            await it.until(job.id, S.CANCELLED)
            await it.calm()
            await it.reopen()
            assert (names(it), ship.is_untouched) == (["data.bin"], True)
            assert (ship.host.published, ship.host.cancelled) == (ship.bytes, [])

    run(scenario())


def test_a_retry_is_one_of_the_same_session(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it)
            ship.host.instead[PacketType.FRAGMENT] = status(503)
            job = await ship.job(minimum_retry_delay_s=60)
            await it.until(job.id, S.TRANSIENT_ERROR)
            del ship.host.instead[PacketType.FRAGMENT]
            await it.clock.advance(60)
            job = await it.until(job.id, S.TRANSFERRED)
            assert ship.host.seen.count(PacketType.CREATE_SESSION) == 1

    run(scenario())


def test_a_complete_cut_short_publishes_the_reply_at_the_next_start(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            ship = a_shipment(it, 10)
            job = await ship.transferred(WITH_REPLY)
            assert job.upload is not None
            assert (job.upload.phase, job.upload.session_id) == (UploadPhase.CLOSED, None)
            await it.manager._store.save(replace(job, completing=True))  # as a crash after the first step leaves it
            await it.reopen()
            assert it.get(job.id).state is S.ACKNOWLEDGED
            assert reply_of(it.get(job.id)).read_bytes() == ANSWER
            assert ship.is_untouched

    run(scenario())
