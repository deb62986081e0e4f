"""A name server that does not answer holds up those who ask it, and nobody else."""

import asyncio
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model.enums import JobState
from tests.support.content import Pattern, sha256_of
from tests.support.downloads import a_desk
from tests.support.resource import Resource

CONTENT = Pattern(300_000, seed=3)
MANY = 40
"""More lookups than the system's shared threads (at most 32)."""


def test_verbs_do_not_wait_behind_names(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, look_up = threading.Event(), socket.getaddrinfo

    def hang(host: str, *args: Any, **how: Any) -> Any:
        if str(host).endswith(".example"):
            answers.wait(10)
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return look_up(host, *args, **how)

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.fetch("/a.bin")
            monkeypatch.setattr(socket, "getaddrinfo", hang)
            try:
                async with asyncio.timeout(5):
                    for number in range(MANY):
                        await desk.start(f"http://h{number}.example/x", names=[f"x{number}"])
                    await desk.manager.complete(job.id)
                    assert sha256_of(desk.target("a.bin")) == sha256_of(CONTENT)
                    waiting = [job.id for job in desk.manager.enumerate() if job.state is JobState.CONNECTING]
                    assert len(waiting) == MANY
                    for job_id in waiting:
                        await desk.manager.cancel(job_id)
            finally:
                answers.set()

    run(scenario())
