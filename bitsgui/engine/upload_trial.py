"""Whether a server would take an upload: a session made and cancelled at once, or a Ping. No byte of the file goes.

The server's program cannot be tried: it runs on whole files only, and once.
"""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from bitsgui.engine import upload_packets as packets
from bitsgui.engine.checklist import Checklist
from bitsgui.engine.client import JobClient
from bitsgui.engine.upload_answers import session_of
from bitsgui.engine.upload_exchange import Parcel, Patience, exchange
from bitsgui.engine.upload_headers import on_host, read_host_id
from bitsgui.engine.upload_packets import Ack, PacketType
from bitsgui.model.check import CHECK_BUDGET_S, LAST_WORD_S, Step
from bitsgui.model.enums import AuthTarget
from bitsgui.model.job import Job
from bitsgui.model.urls import host_of

T = TypeVar("T")


async def try_session(job: Job, client: JobClient, checks: Checklist) -> None:
    """SESSION_CREATED and SESSION_CANCELLED; raises CheckEndedError."""
    await _in_one_piece(_create_and_cancel(job, client, checks))


async def try_ping(job: Job, client: JobClient, checks: Checklist) -> None:
    """ANSWERS by a Ping, at the host that the session is on; raises CheckEndedError."""
    home = job.files[0].remote_name
    url = home if job.upload is None or job.upload.host_id is None else on_host(home, job.upload.host_id)
    with checks.step(Step.ANSWERS, by_code=True, host=host_of(url)) as facts:
        _, ack = await exchange(client, Parcel(PacketType.PING, packets.ping(), url, home), Patience(CHECK_BUDGET_S))
        facts["http_status"] = ack.status
        _tell_passed(job, checks)


async def _create_and_cancel(job: Job, client: JobClient, checks: Checklist) -> None:
    home, host = job.files[0].remote_name, host_of(job.files[0].remote_name)
    with checks.step(Step.SESSION_CREATED, by_code=True, host=host) as facts:
        headers = packets.create_session(Path(job.files[0].local_name).name)
        parcel = Parcel(PacketType.CREATE_SESSION, headers, home, home)
        outcome, ack = await exchange(client, parcel, Patience(CHECK_BUDGET_S))
        session_id = session_of(outcome, ack)
        facts["http_status"] = ack.status
        _tell_passed(job, checks)
    with checks.step(Step.SESSION_CANCELLED, host=host):
        parcel = Parcel(PacketType.CANCEL_SESSION, packets.cancel_session(session_id), _host_for(ack, home), home)
        await exchange(client, parcel, Patience(CHECK_BUDGET_S))


def _host_for(ack: Ack, home: str) -> str:
    host_id = None if ack.host_id is None else read_host_id(ack.host_id)
    return home if host_id is None else on_host(home, host_id)


def _tell_passed(job: Job, checks: Checklist) -> None:
    home = job.files[0].remote_name
    if home.lower().startswith("https:"):
        checks.passed(Step.TLS_HANDSHAKE, host=host_of(home))
    if any(entry.target is AuthTarget.SERVER for entry in job.settings.credentials):
        checks.passed(Step.SIGN_IN, host=host_of(home))


async def _in_one_piece(work: Awaitable[T]) -> T:
    """Await `work`; a cancellation leaves it LAST_WORD_S to come to its end."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=LAST_WORD_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
