"""A hundred uploads at once into our own server: nothing is lost, nothing mixed up."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from bitsgui.model.enums import JobPriority, JobState, JobType
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.server.programs import Answer, Notice
from bitsgui.service.manager import NewJob
from tests.support.content import Pattern, sha256_of
from tests.support.lab import lab
from tests.support.serving import serving

COUNT = 100
KIB, MIB = 1 << 10, 1 << 20


async def sum_of(notice: Notice) -> Answer:
    digest = await asyncio.to_thread(lambda: hashlib.sha256(notice.data.read_bytes()).hexdigest())
    await asyncio.to_thread(notice.reply.write_text, digest)
    return Answer()


@pytest.mark.parametrize(("type", "size"), [(JobType.UPLOAD, MIB), (JobType.UPLOAD_REPLY, 64 * KIB)])
def test_a_hundred_at_once(run, tmp_path: Path, type: JobType, size: int) -> None:
    contents = [Pattern(size, seed=number) for number in range(COUNT)]
    sources = [tmp_path / f"source-{number}" for number in range(COUNT)]
    for source, content in zip(sources, contents, strict=True):
        source.write_bytes(content[0:size])

    async def scenario() -> None:
        settings = JobSettings(display_name="up", priority=JobPriority.FOREGROUND)
        program = sum_of if type is JobType.UPLOAD_REPLY else None
        async with serving(tmp_path / "served", program=program) as served, lab(tmp_path, patience_s=60) as it:
            specs = [
                NewJob(
                    settings=settings,
                    files=(JobFile(remote_name=f"{served.server.url}{n}.bin", local_name=str(source)),),
                    type=type,
                    reply_file_name=str(tmp_path / f"reply-{n}") if type is JobType.UPLOAD_REPLY else "",
                )
                for n, source in enumerate(sources)
            ]
            for job in await it.manager.create_jobs(specs):
                job = await it.until(job.id, JobState.TRANSFERRED, JobState.TRANSIENT_ERROR, JobState.ERROR)
                assert (job.state, job.error) == (JobState.TRANSFERRED, None)
                await it.manager.complete(job.id)
            assert served.sessions() == []

    run(scenario())
    expected = [sha256_of(content) for content in contents]
    assert [sha256_of(tmp_path / "served" / f"{number}.bin") for number in range(COUNT)] == expected
    if type is JobType.UPLOAD_REPLY:
        assert [(tmp_path / f"reply-{number}").read_text() for number in range(COUNT)] == expected
    assert [sha256_of(source) for source in sources] == expected
