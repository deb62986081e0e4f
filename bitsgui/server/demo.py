"""`bitsgui --demo`: servers on loopback and a job of every kind a person may meet; must not know the window."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from bitsgui.model.enums import JobPriority
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.server.demo_app import DemoApp
from bitsgui.server.demo_uploads import UPLOADS, make_sources, new_job, start_server
from bitsgui.server.embedded import Embedded
from bitsgui.server.serve import FileServer
from bitsgui.service.manager import JobManager, NewJob

HOST: Final = "127.0.0.1"


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
    """The running server of the downloads; `url` is its root, without a slash at the end."""

    def __init__(self, app: DemoApp, embedded: Embedded) -> None:
        self.url = f"http://{HOST}:{embedded.port}"
        self._app = app
        self._embedded = embedded

    @classmethod
    async def start(cls) -> "DemoServer":
        """Serve on a free port; raises OSError if there is none."""
        app = DemoApp()
        return cls(app, await Embedded.start(app, HOST, 0))

    async def aclose(self) -> None:
        """Stop serving; open connections break off."""
        self._app.end_streams()
        await self._embedded.aclose()


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo's jobs talk to."""

    downloads: DemoServer
    uploads: FileServer

    async def aclose(self) -> None:
        """Stop both servers."""
        await self.downloads.aclose()
        await self.uploads.aclose()


async def start_demo(manager: JobManager, folder: Path) -> Demo:
    """Start the servers and put JOBS and UPLOADS into the queue, their files below `folder`."""
    sources = folder / "To send"
    await make_sources(sources)
    demo = Demo(await DemoServer.start(), await start_server(folder / "Server"))
    downloads = [_new_job(job, demo.downloads.url, folder) for job in JOBS]
    uploads = [new_job(upload, demo.uploads.url, sources) for upload in UPLOADS]
    await manager.create_jobs([*downloads, *uploads])
    return demo


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
