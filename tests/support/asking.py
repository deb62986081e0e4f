"""A test's own end of the channel: what the process that has a queue answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bitsgui.model.enums import JobPriority
from bitsgui.model.job import Job, JobFile, JobSettings
from bitsgui.remote.client import Channel
from bitsgui.remote.messages import Add, JobReport, ListJobs, NewDownload, Request


@asynccontextmanager
async def channel_to(state_dir: Path) -> AsyncIterator[Channel]:
    channel = await Channel.open(state_dir)
    assert channel is not None, "nobody listens"
    try:
        yield channel
    finally:
        await channel.aclose()


async def answers_of(state_dir: Path, request: Request) -> list[JobReport]:
    """What is reported on one request."""
    async with channel_to(state_dir) as channel:
        return [report async for report in channel.ask(request)]


async def download(state_dir: Path, url: str, folder: Path) -> Job:
    """A new foreground download that completes itself, on the running process."""
    settings = JobSettings(display_name="a", priority=JobPriority.FOREGROUND, auto_complete=True)
    file = JobFile(remote_name=url, local_name=str(folder / "a"))
    (report,) = await answers_of(state_dir, Add((NewDownload(settings, (file,)),)))
    return report.job


async def only_job(state_dir: Path, *, history: bool = False) -> Job:
    (report,) = await answers_of(state_dir, ListJobs(history))
    return report.job


async def received(state_dir: Path, count: int) -> None:
    """Return once the only job has so many bytes; AssertionError when it never does."""
    for _ in range(1000):
        job = await only_job(state_dir)
        if job.progress.bytes_transferred == count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"it stays at {job.progress.bytes_transferred} bytes, not {count}")
