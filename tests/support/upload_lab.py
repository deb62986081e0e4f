"""A lab whose server takes uploads: a source file, a peer of other people's making, and a manager."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bitsgui.model.enums import JobPriority, JobType
from bitsgui.model.job import JobFile, JobId, JobSettings
from bitsgui.service.manager import NewJob
from tests.support.bits_peer import BitsPeer, Program
from tests.support.content import Pattern
from tests.support.lab import PATIENCE_S, Lab, lab

PATH = "/inbox/a.bin"


@dataclass(slots=True, kw_only=True)
class UploadLab(Lab):
    """`source` is what goes up, `sent` its bytes; `began`: the clock's time at the start."""

    peer: BitsPeer
    source: Path
    began: float
    sent: bytes = b""

    async def upload(
        self,
        size: int,
        *,
        type: JobType = JobType.UPLOAD,
        resume: bool = True,
        reply_file_name: str = "",
        **settings: object,
    ) -> JobId:
        """A job that sends `size` bytes to the peer."""
        self.sent = Pattern(size, seed=1)[0:size]
        self.source.write_bytes(self.sent)
        values = JobSettings(display_name="up", priority=JobPriority.FOREGROUND, **settings)  # type: ignore[arg-type]
        file = JobFile(remote_name=self.server.url(PATH), local_name=str(self.source))
        spec = NewJob(settings=values, files=(file,), type=type, reply_file_name=reply_file_name, resume=resume)
        (job,) = await self.manager.create_jobs([spec])
        return job.id


@asynccontextmanager
async def upload_lab(
    tmp_path: Path,
    *,
    program: Program | None = None,
    name: str = "a.bin",
    hosts: tuple[str, ...] = ("127.0.0.1",),
    patience_s: float = PATIENCE_S,
) -> AsyncIterator[UploadLab]:
    """Everything started; the source folder is apart from that of what comes in."""
    folder = tmp_path / "sources"
    folder.mkdir(exist_ok=True)
    async with lab(tmp_path, hosts=hosts, patience_s=patience_s) as it:
        peer = BitsPeer(it.server, PATH, program=program)
        values = {name: getattr(it, name) for name in Lab.__slots__}
        up = UploadLab(**values, peer=peer, source=folder / name, began=it.clock.now())
        try:
            yield up
        finally:
            it.manager = up.manager
