"""The demo shows every kind of job that a person may meet, on a server that obeys HTTP."""

from pathlib import Path

import httpx
import pytest

from bitsgui.model.diagnosis import diagnose
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase
from bitsgui.server.demo import JOBS, DemoServer, start_demo
from bitsgui.server.demo_app import RESOURCES
from bitsgui.server.demo_uploads import UPLOADS
from bitsgui.server.pattern import Pattern
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.waiting import until, until_state

STARTED = {
    "Handbook that is gone": JobState.ERROR,
    "Field survey, 3 parts": JobState.ERROR,
    "Annual report, behind a sign-in": JobState.ERROR,
    "Backup image": JobState.SUSPENDED,
    "Toolchain from a busy server": JobState.TRANSIENT_ERROR,
    "Price list that exists already": JobState.ERROR,
    "Order that the server's program refuses": JobState.ERROR,
    "Survey whose answer is missing": JobState.ERROR,
}
"""Where the jobs come to rest soon; the others transfer."""


def test_every_kind_of_job_is_there(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        manager = await JobManager.open(tmp_path / "state", secrets=MemorySecrets())
        server = await start_demo(manager, tmp_path)
        jobs = {job.settings.display_name: job for job in manager.enumerate()}
        assert list(jobs) == [job.display_name for job in (*JOBS, *UPLOADS)]
        seen = {
            name: await until_state(manager, job.id, STARTED.get(name, JobState.TRANSFERRING))
            for name, job in jobs.items()
        }
        statuses = {name: job.error.http_status for name, job in seen.items() if job.error is not None}
        assert statuses == {
            "Handbook that is gone": 404,
            "Field survey, 3 parts": 404,
            "Annual report, behind a sign-in": 401,
            "Toolchain from a busy server": 503,
            "Price list that exists already": 403,
            "Order that the server's program refuses": 422,
            "Survey whose answer is missing": 404,
        }
        phases = {name: diagnose(job).phase for name, job in seen.items() if job.upload and job.error}
        assert phases == {
            "Price list that exists already": Phase.UPLOAD,
            "Order that the server's program refuses": Phase.SERVER_PROGRAM,
            "Survey whose answer is missing": Phase.REPLY,
        }
        assert seen["Field survey, 3 parts"].is_partly_transferred
        assert seen["Toolchain from a busy server"].retry_at is not None
        chunked = await until(manager, seen["Measurements, of unknown size"].id, moves)
        assert (chunked.progress.bytes_total, chunked.files[0].resumable) == (None, False)
        await manager.aclose()
        await server.aclose()

    run(scenario())


def moves(job: Job) -> bool:
    return job.progress.bytes_transferred > 0


def test_the_server_ends_while_a_reply_is_under_way(run) -> None:
    async def scenario() -> None:
        server = await DemoServer.start()
        async with httpx.AsyncClient() as client, client.stream("GET", server.url + "/slow/lecture-07.mp4") as reply:
            assert reply.status_code == 200
            await server.aclose()
            with pytest.raises(httpx.RemoteProtocolError):
                await reply.aread()

    run(scenario())


def test_the_server_obeys_ranges_and_sign_ins(run) -> None:
    async def scenario() -> None:
        path = "/sign-in/annual-report.pdf"
        size = RESOURCES[path].size
        server = await DemoServer.start()
        async with httpx.AsyncClient(base_url=server.url, auth=("demo", "demo")) as client:
            tail = {"Range": f"bytes={size - 100}-"}
            part = await client.get(path, headers=tail)
            assert (part.status_code, part.content) == (206, Pattern(size)[size - 100 :])
            assert part.headers["Content-Range"] == f"bytes {size - 100}-{size - 1}/{size}"
            changed = await client.head(path, headers={**tail, "If-Range": '"other"'})
            assert (changed.status_code, changed.headers["Content-Length"]) == (200, str(size))
            past = await client.get(path, headers={"Range": f"bytes={size}-"})
            assert (past.status_code, past.headers["Content-Range"]) == (416, f"bytes */{size}")
            assert (await client.get(path, auth=("demo", "wrong"))).status_code == 401
            assert (await client.get("/missing")).status_code == 404
        await server.aclose()

    run(scenario())
