"""Uploads in a Lab: a source, a destination that takes it, a job between the two."""

from dataclasses import dataclass
from pathlib import Path

from bitsgui.model.enums import JobPriority, JobState, JobType, ProxyUsage
from bitsgui.model.job import Job, JobFile, JobSettings, ProxySettings
from bitsgui.service.manager import Credentials, NewJob
from tests.support.content import Pattern
from tests.support.lab import Lab
from tests.support.scripted_server import Resource
from tests.support.upload_host import UploadHost

MIB = 1 << 20
ANSWER = b"the server's report"


@dataclass(slots=True)
class Shipment:
    """`bytes` is what the source holds, and must always hold."""

    it: Lab
    host: UploadHost
    source: Path
    bytes: bytes

    async def job(
        self,
        type: JobType = JobType.UPLOAD,
        *,
        reply: Path | None = None,
        resume: bool = True,
        credentials: Credentials | None = None,
        **settings: object,
    ) -> Job:
        """An upload of the source to /up."""
        values = JobSettings(
            display_name="up",
            priority=JobPriority.FOREGROUND,
            proxy=ProxySettings(usage=ProxyUsage.NO_PROXY),
            **settings,  # type: ignore[arg-type]
        )
        spec = NewJob(
            settings=values,
            files=(JobFile(remote_name=self.it.server.url("/up"), local_name=str(self.source)),),
            type=type,
            reply_file_name=str(reply or ""),
            credentials=credentials,
            resume=resume,
        )
        (job,) = await self.it.manager.create_jobs([spec])
        return job

    async def under_way(self, type: JobType = JobType.UPLOAD, **how: object) -> Job:
        """A job whose server has taken one fragment and is silent about the second."""
        self.host.patience = 1
        job = await self.job(type, **how)  # type: ignore[arg-type]
        await self.it.server.wait_for_request("/up", 3)
        return self.it.get(job.id)

    async def transferred(self, type: JobType = JobType.UPLOAD, **how: object) -> Job:
        """A job that needs nothing any more."""
        job = await self.job(type, **how)  # type: ignore[arg-type]
        return await self.it.until(job.id, JobState.TRANSFERRED)

    @property
    def is_untouched(self) -> bool:
        """Whether the source is what it was."""
        return self.source.read_bytes() == self.bytes


def a_shipment(it: Lab, size: int = 3 * MIB) -> Shipment:
    """A source of `size` bytes, a destination whose program answers with ANSWER."""
    content = bytes(Pattern(size)[:])
    source = it.folder / "data.bin"
    source.write_bytes(content)
    host = UploadHost(reply_url="/reply")
    it.server.files["/up"] = host
    it.server.files["/reply"] = Resource(content=ANSWER)
    return Shipment(it, host, source, content)
