"""A connection cut at every byte of a small upload-reply, in both directions: right in the end, and never too early."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import JobFile, JobId, JobSettings
from bitsgui.server.programs import Answer, Notice
from bitsgui.service.manager import NewJob
from tests.support.bits_peer import BitsPeer
from tests.support.cutting_proxy import CuttingProxy
from tests.support.lab import Lab, lab
from tests.support.packet_relay import PacketRelay, Passage, Way
from tests.support.serving import Served, serving
from tests.support.upload_lab import UploadLab, upload_lab

S = JobState
Run = Callable[[Coroutine[Any, Any, None]], None]
SENT = b"0123456789" * 4
REPLY = b"the reply"


async def one_upload(it: UploadLab, number: int, **cut: int) -> CuttingProxy:
    """An upload-reply through a proxy with that cut; everything is right at its end."""
    path = f"/in/{number}"
    peer = BitsPeer(it.server, path, program=lambda data: REPLY if data == SENT else b"wrong")
    peer.reply_url = f"/reply/{number}"
    peer.reply_path = lambda key: f"/reply/{number}"  # type: ignore[method-assign]
    async with CuttingProxy(it.server.port, **cut) as proxy:
        job_id = await upload_through(it, proxy, path)
        job = await it.until(job_id, S.TRANSFERRED, S.TRANSIENT_ERROR, S.ERROR)
        while job.state is S.TRANSIENT_ERROR:
            await it.clock.advance(5)
            job = await it.until(job_id, S.TRANSFERRED, S.TRANSIENT_ERROR, S.ERROR)
        assert job.state is S.TRANSFERRED, (cut, job.error)
        assert peer.published[path] == SENT, cut
        assert await it.manager.get_reply_data(job_id) == REPLY, cut
        await it.manager.cancel(job_id)
    return proxy


async def upload_through(it: UploadLab, proxy: CuttingProxy, path: str) -> JobId:
    it.source.write_bytes(SENT)
    spec = NewJob(
        settings=JobSettings(display_name="up", priority=0, minimum_retry_delay_s=5),  # type: ignore[arg-type]
        files=(JobFile(remote_name=f"http://127.0.0.1:{proxy.port}{path}", local_name=str(it.source)),),
        type=JobType.UPLOAD_REPLY,
    )
    (job,) = await it.manager.create_jobs([spec])
    return job.id


@pytest.mark.parametrize("part", range(8))
@pytest.mark.parametrize("way", ["up", "down"])
def test_cut_at_every_byte(run: Run, tmp_path: Path, way: str, part: int) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, patience_s=60) as it:
            whole = await one_upload(it, 0)
            length = whole.up if way == "up" else whole.down
            for number, cut in enumerate(range(part, length, 8), start=1):
                await one_upload(it, number, **{f"cut_{way}": cut})

    run(scenario())


class NeverEarly:
    """Follows an upload on our own server: the file may be there once a Close-Session has been answered, not before."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.has_closed = False

    async def __call__(self, passage: Passage, way: Way) -> None:
        assert self.has_closed or not self._target.exists(), "published too early"
        self.has_closed |= passage.kind == "Close-Session"


async def program(notice: Notice) -> Answer:
    notice.reply.write_bytes(REPLY if notice.data.read_bytes() == SENT else b"wrong")
    return Answer()


async def own_upload(it: Lab, served: Served, number: int, **cut: int) -> CuttingProxy:
    """The same against our server; client, proxy that cuts, relay that watches, server."""
    path, source = f"/{number}.bin", it.folder / "source"
    source.write_bytes(SENT)
    watch = NeverEarly(served.folder / f"{number}.bin")
    async with PacketRelay(served.port, watch) as relay, CuttingProxy(relay.port, **cut) as proxy:
        spec = NewJob(
            settings=JobSettings(display_name="up", priority=0, minimum_retry_delay_s=5),  # type: ignore[arg-type]
            files=(JobFile(remote_name=f"http://127.0.0.1:{proxy.port}{path}", local_name=str(source)),),
            type=JobType.UPLOAD_REPLY,
        )
        (job,) = await it.manager.create_jobs([spec])
        while (job := await it.until(job.id, S.TRANSFERRED, S.TRANSIENT_ERROR, S.ERROR)).state is S.TRANSIENT_ERROR:
            await it.clock.advance(5)
        assert job.state is S.TRANSFERRED, (cut, job.error)
        assert watch.has_closed
        assert (served.folder / f"{number}.bin").read_bytes() == SENT, cut
        assert await it.manager.get_reply_data(job.id) == REPLY, cut
        await it.manager.cancel(job.id)
    return proxy


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("way", ["up", "down"])
def test_cut_at_every_third_byte_before_our_own_server(run: Run, tmp_path: Path, way: str, part: int) -> None:
    async def scenario() -> None:
        async with serving(tmp_path / "served", program=program) as served, lab(tmp_path, patience_s=60) as it:
            whole = await own_upload(it, served, 0)
            length = whole.up if way == "up" else whole.down
            for number, cut in enumerate(range(3 * part, length, 6), start=1):
                await own_upload(it, served, number, **{f"cut_{way}": cut})
            assert not served.sessions() or all(is_unused(path) for path in served.sessions())

    run(scenario())


def is_unused(session: Path) -> bool:
    """A session whose Create-Session was never answered: nobody knows it."""
    return not (session / "data").stat().st_size
