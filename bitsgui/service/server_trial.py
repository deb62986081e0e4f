"""Whether a job's server would do its part: asked as the job would ask it, with connections of its own that end here.

Imports the HTTP stack: only for a check that runs.
"""

import asyncio
from contextlib import aclosing
from typing import Final
from urllib.parse import urlsplit

from bitsgui.engine.checklist import Checklist
from bitsgui.engine.client import JobClient
from bitsgui.engine.file_trial import FileTrial, OnTrial
from bitsgui.engine.part_file import part_path
from bitsgui.engine.pool import SMALL_READ_BUFFER, WirePool
from bitsgui.engine.route_trial import try_certificate_files, try_route
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.upload_trial import try_ping, try_session
from bitsgui.model.check import Step, Verdict
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.job import Job
from bitsgui.model.upload import REPLY_INDEX, UploadPhase
from bitsgui.service.job_fixes import Rehearsal

_HARMLESS_METHODS: Final = frozenset({"GET", "HEAD"})
ENOUGH: Final = 0.6
"""Which part of the time may be spent before the files that are left are not asked for."""


async def try_server(rehearsal: Rehearsal, checks: Checklist, budget_s: float) -> Verdict:
    """All that the server can be asked without effect; raises CheckEndedError."""
    job = rehearsal.after
    indexes = _entries_to_try(rehearsal.before, job)
    if not indexes and (job.upload is None or job.upload.is_closed):
        return Verdict.PASSED
    enough = asyncio.get_running_loop().time() + ENOUGH * budget_s
    async with aclosing(WirePool(SMALL_READ_BUFFER)) as pool:
        url = job.entry(indexes[0] if indexes else 0).remote_name
        await _try_way(url, rehearsal, checks)
        client = _client(rehearsal, pool, checks)
        if job.settings.http_method not in _HARMLESS_METHODS:
            checks.skipped(Step.ANSWERS)
            return Verdict.PASSED
        if not indexes:
            await _try_upload(job, client, checks)
            return Verdict.PASSED
        return await _try_files(rehearsal, indexes, client, checks, enough)


def _entries_to_try(before: Job, after: Job) -> list[int]:
    """The entries whose address is another one, else the one that failed."""
    if after.upload is not None:
        has_reply = after.upload.phase is UploadPhase.REPLY and after.reply is not None and after.reply.remote_name
        return [REPLY_INDEX] if has_reply else []
    pending = list(after.pending_files())
    moved = [index for index in pending if after.entry(index).remote_name != before.entry(index).remote_name]
    failing = failing_index(after)
    return moved or ([failing] if failing in pending else pending[:1])


async def _try_way(url: str, rehearsal: Rehearsal, checks: Checklist) -> None:
    settings = rehearsal.after.settings
    if urlsplit(url).scheme.lower() == "https":
        await try_certificate_files(settings, rehearsal.secrets, checks)
    await try_route(url, settings.proxy, rehearsal.system, checks)


def _client(rehearsal: Rehearsal, pool: WirePool, checks: Checklist) -> JobClient:
    job = rehearsal.after
    home = None if job.upload is None else job.files[0].remote_name
    try:
        return JobClient(job.settings, rehearsal.secrets, pool, rehearsal.system, home)
    except TransferStop as stop:
        checks.fail(Step.SIGN_IN, stop.code)


async def _try_upload(job: Job, client: JobClient, checks: Checklist) -> None:
    if job.upload is not None and job.upload.phase is UploadPhase.UPLOADING:
        await try_session(job, client, checks)
        return
    await try_ping(job, client, checks)
    checks.skipped(Step.SERVER_PROGRAM)


async def _try_files(
    rehearsal: Rehearsal, indexes: list[int], client: JobClient, checks: Checklist, enough: float
) -> Verdict:
    verdicts: list[Verdict] = []
    for index in indexes:
        checks.index = index
        if verdicts and asyncio.get_running_loop().time() > enough:
            checks.skipped(Step.ANSWERS)
            continue
        on_trial = _on_trial(rehearsal, index)
        verdicts.append(await FileTrial(on_trial, client, rehearsal.after.settings, checks).run())
    return max(verdicts, key=lambda verdict: verdict.value)


def _on_trial(rehearsal: Rehearsal, index: int) -> OnTrial:
    before = rehearsal.before.entry(index)
    # A file without a name has no bytes yet either.
    part = part_path(rehearsal.before.id, index, before.local_name or "/unnamed")
    return OnTrial(before, rehearsal.after.entry(index), part)
