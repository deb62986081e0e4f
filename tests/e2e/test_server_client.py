"""Our own uploads against our own server: both ends of the protocol as people use them together."""

from pathlib import Path

import pytest

from bitsgui.model.enums import ErrorContext, JobPriority, JobState, JobType
from bitsgui.model.job import Job, JobFile, JobSettings
from bitsgui.server.programs import Answer, Notice, ProgramError
from bitsgui.server.sign_in import Account
from bitsgui.service.manager import Credentials, JobManager, NewJob
from bitsgui.store.secrets import MemorySecrets
from tests.support.content import Pattern
from tests.support.serving import Served, serving
from tests.support.waiting import until_state

SIZE = 9_000_000


async def program(notice: Notice) -> Answer:
    notice.reply.write_bytes(notice.data.read_bytes()[::-1])
    return Answer()


async def refuse(notice: Notice) -> Answer:
    raise ProgramError(403)


async def send_elsewhere(notice: Notice) -> Answer:
    return Answer(static_url=notice.url.replace("a.bin", "none"))


async def sent(it: Served, home: Path, job_type: JobType, account: Account | None = None) -> tuple[JobManager, Job]:
    """A job that has come to rest, and its manager."""
    source = home / "source"
    source.write_bytes(Pattern(SIZE)[:])
    manager = await JobManager.open(home / "state", secrets=MemorySecrets())
    spec = NewJob(
        settings=JobSettings(display_name="up", priority=JobPriority.FOREGROUND),
        files=(JobFile(remote_name=f"{it.server.url}a.bin", local_name=str(source)),),
        type=job_type,
        reply_file_name=str(home / "reply") if job_type is JobType.UPLOAD_REPLY else "",
        credentials=None if account is None else Credentials(account.user_name, account.password),
    )
    (job,) = await manager.create_jobs([spec])
    return manager, await until_state(manager, job.id, JobState.TRANSFERRED, JobState.ERROR)


@pytest.mark.parametrize("account", [None, Account("ann", "sécret")], ids=["open", "sign-in"])
@pytest.mark.parametrize("job_type", [JobType.UPLOAD, JobType.UPLOAD_REPLY])
def test_an_upload_arrives(run, tmp_path: Path, job_type: JobType, account: Account | None) -> None:
    async def scenario() -> None:
        chosen = program if job_type is JobType.UPLOAD_REPLY else None
        async with serving(tmp_path / "served", program=chosen, account=account) as it:
            manager, job = await sent(it, tmp_path, job_type, account)
            assert (job.state, job.error) == (JobState.TRANSFERRED, None)
            await manager.complete(job.id)
            await manager.aclose()
            assert it.sessions() == []

    run(scenario())
    assert (tmp_path / "served/a.bin").read_bytes() == Pattern(SIZE)[:]
    if job_type is JobType.UPLOAD_REPLY:
        assert (tmp_path / "reply").read_bytes() == Pattern(SIZE)[:][::-1]


FAILURES = {
    "the upload": (None, ErrorContext.REMOTE_FILE, False),
    "the program": (refuse, ErrorContext.REMOTE_APPLICATION, False),
    "the reply": (send_elsewhere, ErrorContext.REMOTE_FILE, True),
}


@pytest.mark.parametrize("part", FAILURES)
def test_the_part_that_failed_can_be_told(run, tmp_path: Path, part: str) -> None:
    chosen, context, is_reply = FAILURES[part]

    async def scenario() -> None:
        async with serving(tmp_path / "served", program=chosen) as it:
            if part == "the upload":
                (tmp_path / "served/a.bin").write_bytes(b"old")
            manager, job = await sent(it, tmp_path, JobType.UPLOAD_REPLY)
            assert job.state is JobState.ERROR
            assert job.error is not None
            assert job.error.context is context
            assert job.reply_progress is not None
            assert (job.reply_progress.bytes_total is not None) is is_reply
            await manager.cancel(job.id)
            await manager.aclose()

    run(scenario())
