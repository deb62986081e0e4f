"""`bitsgui --demo`: a server on loopback and a job of every kind a person may meet; must not know the window.

Granian's embedded server runs on our own loop. Its maker calls it experimental; it was steady here on a plain
loop and on Qt's. It ends only after its last reply, so `aclose` breaks those off first.
"""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from bitsgui.model.enums import JobPriority
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.server.demo_app import DemoApp
from bitsgui.service.manager import JobManager, NewJob

HOST: Final = "127.0.0.1"
_LOOK_AGAIN_S = 0.01


@dataclass(frozen=True, slots=True)
class DemoJob:
    """A job of the demo: its name and what it fetches."""

    display_name: str
    paths: tuple[str, ...]
    priority: JobPriority = JobPriority.FOREGROUND
    auto_complete: bool = True
    resume: bool = True
    retry_delay_s: float = 600


JOBS: Final = (
    DemoJob("Atlas of the coast", ("/fast/coast-atlas.zip",), auto_complete=False),
    DemoJob("Lecture 7", ("/slow/lecture-07.mp4",)),
    DemoJob("Measurements, of unknown size", ("/chunked/measurements.csv",)),
    DemoJob("Handbook that is gone", ("/missing/handbook.pdf",)),
    DemoJob(
        "Field survey, 3 parts",
        ("/mixed/survey-part-1.tar", "/mixed/survey-part-2.tar", "/mixed/survey-part-3.tar"),
    ),
    DemoJob("Annual report, behind a sign-in", ("/sign-in/annual-report.pdf",)),
    DemoJob("Backup image", ("/suspended/backup.img",), priority=JobPriority.LOW, resume=False),
    DemoJob("Toolchain from a busy server", ("/busy/toolchain.tar.xz",), retry_delay_s=20),
)


class DemoServer:
    """The running server; `url` is its root, without a slash at the end."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{HOST}:{port}"
        self._app = DemoApp()
        self._server = Server(
            self._app,
            address=HOST,
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
        )
        self._serving = asyncio.get_running_loop().create_task(self._server.serve(), name="demo server")

    @classmethod
    async def start(cls) -> "DemoServer":
        """Serve on a free port and return when it answers; raises what stopped the server from starting."""
        port = _free_port()
        server = cls(port)
        while not await _is_listening(port):
            if server._serving.done():
                server._serving.result()
            await asyncio.sleep(_LOOK_AGAIN_S)
        return server

    async def aclose(self) -> None:
        """Stop serving; open connections break off."""
        self._app.end_streams()
        self._server.stop()  # type: ignore[no-untyped-call]
        await self._serving


async def start_demo(manager: JobManager, folder: Path) -> DemoServer:
    """Start the server and put JOBS into the queue, their files below `folder`."""
    server = await DemoServer.start()
    await manager.create_jobs([_new_job(job, server.url, folder) for job in JOBS])
    return server


def _new_job(job: DemoJob, url: str, folder: Path) -> NewJob:
    settings = JobSettings(
        display_name=job.display_name,
        priority=job.priority,
        auto_complete=job.auto_complete,
        minimum_retry_delay_s=job.retry_delay_s,
    )
    return NewJob(settings=settings, files=tuple(_files(job, url, folder)), resume=job.resume)


def _files(job: DemoJob, url: str, folder: Path) -> Iterator[JobFile]:
    for path in job.paths:
        yield JobFile(remote_name=url + path, local_name=str(folder / PurePosixPath(path).name))


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


async def _is_listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except ConnectionRefusedError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
