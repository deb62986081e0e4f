"""Check and apply the fixes of a failed job. Knows no Qt and no texts.

A check is the smallest real test of what Resume would do after the fix. It changes nothing of the job, leaves nothing
behind here or there, never has a server's program run, and ends within its budget.
"""

import asyncio
from collections.abc import Callable, Mapping
from enum import Flag, auto
from types import MappingProxyType
from typing import Final

from bitsgui.engine.checklist import CheckEndedError, Checklist
from bitsgui.engine.content_check import fault_of
from bitsgui.engine.part_file import part_path
from bitsgui.engine.stop import TransferStop
from bitsgui.model import codes
from bitsgui.model import fix as fixes
from bitsgui.model.check import CHECK_BUDGET_S, LAST_WORD_S, CheckLine, CheckResult, Outcome, Step, Verdict
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.enums import JobState
from bitsgui.model.facts import Certificate
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId
from bitsgui.model.remedy import Remedy
from bitsgui.service.completion import Moved
from bitsgui.service.job_fixes import JobFixCalls, Rehearsal
from bitsgui.service.local_trial import try_disk
from bitsgui.service.manager import JobManager
from bitsgui.service.mendings import mending_of


class _Looks(Flag):
    """Where a check looks."""

    NOWHERE = 0
    DISK = auto()
    SERVER = auto()
    CONTENT = auto()
    EVERYWHERE = DISK | SERVER


_LOOKS: Final[Mapping[type[Fix], _Looks]] = MappingProxyType(
    {
        fixes.TryAgain: _Looks.EVERYWHERE,
        fixes.NewAddress: _Looks.SERVER,
        fixes.NewPrefix: _Looks.SERVER,
        fixes.SignIn: _Looks.SERVER,
        fixes.Headers: _Looks.SERVER,
        fixes.OtherFolder: _Looks.DISK,
        fixes.CaFile: _Looks.SERVER,
        fixes.PinCertificate: _Looks.SERVER,
        fixes.ClientCertificate: _Looks.SERVER,
        fixes.Proxy: _Looks.SERVER,
        fixes.AllowRedirect: _Looks.SERVER,
        fixes.RestartFiles: _Looks.EVERYWHERE,
        fixes.InOneGo: _Looks.EVERYWHERE,
        fixes.LongerDeadline: _Looks.NOWHERE,
        fixes.SendAgain: _Looks.EVERYWHERE,
        fixes.HandOverAgain: _Looks.SERVER,
        fixes.FetchReplyAgain: _Looks.EVERYWHERE,
        fixes.Locate: _Looks.EVERYWHERE,
        fixes.CorrectChecksum: _Looks.CONTENT,
    }
)

_FIRST_STEP: Final[Mapping[type[Fix], Step]] = MappingProxyType(
    {
        fixes.NewAddress: Step.ADDRESS_READABLE,
        fixes.NewPrefix: Step.ADDRESS_READABLE,
        fixes.Locate: Step.SOURCE_READABLE,
    }
)
"""What is wrong with a fix that cannot even be imagined."""

_REFUSED_BY_RESUME: Final = frozenset(
    {
        Step.ADDRESS_READABLE,
        Step.SOURCE_READABLE,
        Step.FOLDER_EXISTS,
        Step.FOLDER_WRITABLE,
        Step.CERTIFICATE_FILES,
    }
)
"""Where these fail, to go on can lead nowhere."""


async def check_fix(
    manager: JobFixCalls,
    job_id: JobId,
    fix: Fix,
    told: Callable[[CheckLine], None] = lambda _: None,
    budget_s: float = CHECK_BUDGET_S,
) -> CheckResult:
    """Try a fix out; `told` hears each line at once. It ends within `budget_s`, and at once when cancelled.

    Raises BitsError for a fix that the job cannot have at all, BG_E_NOT_FOUND for a job that is gone.
    """
    checks = Checklist(told)
    before = manager.get(job_id)
    after = before
    try:
        async with asyncio.timeout(max(budget_s - LAST_WORD_S, budget_s / 2)):
            rehearsal = await _rehearsed(manager, job_id, fix, checks)
            after = rehearsal.after
            verdict = await _look(rehearsal, _LOOKS[type(fix)], checks, budget_s)
    except CheckEndedError:
        verdict = Verdict.FAILED
    except TimeoutError:
        checks.time_is_over()
        verdict = Verdict.FAILED
    lines = tuple(checks.lines)
    return CheckResult(lines, verdict, _does_no_harm(lines, before, after))


async def apply_fix(
    manager: JobManager,
    job_id: JobId,
    fix: Fix,
    remedy: Remedy | None = None,
    note: str = "",
    moved: Moved = lambda _: None,
) -> HResult:
    """Mend and go on; what the verb that goes on returns.

    `remedy` and `note`: what the job's history is to say of it. `moved` hears how many bytes more went elsewhere.
    Raises BitsError: the job is still where it was then, with the fix taken back or harmlessly kept.
    """
    if isinstance(fix, fixes.OtherFolder):
        await manager.set_local_folder(job_id, fix.path, moved)
    else:
        await manager.mend(job_id, await asyncio.to_thread(mending_of, fix))
    if remedy is not None:
        await manager.note_remedy(job_id, remedy, note)
    return await go_on(manager, job_id)


async def go_on(manager: JobManager, job_id: JobId) -> HResult:
    """Resume; Complete again for a job whose bytes are all here."""
    if manager.get(job_id).state is JobState.TRANSFERRED:
        return await manager.complete(job_id)
    return await manager.resume(job_id)


async def read_certificates(
    manager: JobFixCalls, job_id: JobId, budget_s: float = CHECK_BUDGET_S
) -> tuple[Certificate, ...]:
    """What the server of the failing file shows now, its own certificate first; empty without TLS. Raises BitsError."""
    from bitsgui.engine.tls_probe import read_chain  # with all that speaks HTTP: not at start

    now = await manager.rehearse(job_id, mending_of(fixes.TryAgain()))
    if not now.after.files:
        return ()
    url = now.after.entry(failing_index(now.after) or 0).remote_name or now.after.files[0].remote_name
    try:
        async with asyncio.timeout(budget_s):
            return await read_chain(url, now.after.settings, now.secrets, now.system)
    except TransferStop as stop:
        raise BitsError(stop.code, stop.detail) from stop
    except TimeoutError as error:
        raise BitsError(codes.ERROR_WINHTTP_TIMEOUT) from error


async def _rehearsed(manager: JobFixCalls, job_id: JobId, fix: Fix, checks: Checklist) -> Rehearsal:
    step = _FIRST_STEP.get(type(fix))
    try:
        rehearsal = await manager.rehearse(job_id, await asyncio.to_thread(mending_of, fix))
    except BitsError as error:
        if step is None or error.hresult == codes.BG_E_NOT_FOUND:
            raise
        checks.fail(step, error.hresult)
    if step is Step.ADDRESS_READABLE:
        checks.passed(step)
    return rehearsal


async def _look(rehearsal: Rehearsal, looks: _Looks, checks: Checklist, budget_s: float) -> Verdict:
    job = rehearsal.after
    if looks & _Looks.DISK:
        await try_disk(rehearsal.before, job, rehearsal.disk, checks)
    if looks & _Looks.CONTENT:
        await _look_at_content(rehearsal, checks)
    if not looks & _Looks.SERVER or job.state is JobState.TRANSFERRED or not job.files:
        return Verdict.PASSED
    from bitsgui.service.server_trial import try_server  # with all that speaks HTTP: not at start

    return await try_server(rehearsal, checks, budget_s)


async def _look_at_content(rehearsal: Rehearsal, checks: Checklist) -> None:
    """The files whose bytes only wait for the right checksum; others have no content to judge yet."""
    job = rehearsal.after
    for index, file in job.incoming.items():
        if file.is_unproven:
            with checks.step(Step.CHECKSUM_MATCHES, index=index, found=file.bytes_total):
                fault = await fault_of(part_path(job.id, index, file.local_name), file, rehearsal.disk)
                if fault is not None:
                    raise fault


def _does_no_harm(lines: tuple[CheckLine, ...], before: Job, after: Job) -> bool:
    """Whether to go on costs nothing but time: the job would fail once more, with every byte that it has."""
    has_failed = {line.step for line in lines if line.outcome is Outcome.FAILED}
    keeps_all = _bytes_of(after) >= _bytes_of(before)
    return keeps_all and not has_failed & _REFUSED_BY_RESUME


def _bytes_of(job: Job) -> int:
    return sum(entry.bytes_transferred for entry in job.entries.values())
