"""A connection cut at every byte of a small upload-reply, in both directions: right in the end, and never too early."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model.enums import JobState, JobType
from bitsgui.model.job import JobFile, JobId, JobSettings
from bitsgui.service.manager import NewJob
from tests.support.bits_peer import BitsPeer
from tests.support.cutting_proxy import CuttingProxy
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
