"""Carries out requests on an open queue: the same for one that came over the channel and one of a stored queue."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from bitsgui.model.checksum import Checksum
from bitsgui.model.codes import E_INVALIDARG, S_OK
from bitsgui.model.enums import AuthTarget, JobState, Verb
from bitsgui.model.fix import SignIn
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobId, NotifyCommand, ProxySettings
from bitsgui.model.transitions import allowed_verbs
from bitsgui.remote.messages import Act, Add, Change, Changes, Inspect, JobReport, JobRequest, ListJobs, NewDownload
from bitsgui.remote.selection import chosen, rows_of
from bitsgui.service.manager import Credentials, JobManager, NewJob
from bitsgui.service.remedies import set_sign_in

_AT_A_TIME: Final = 50
"""Jobs told before others have their turn on the loop: a queue may have 10,000."""

_VERBS: Final = MappingProxyType(
    {
        Verb.RESUME: JobManager.resume,
        Verb.SUSPEND: JobManager.suspend,
        Verb.COMPLETE: JobManager.complete,
        Verb.CANCEL: JobManager.cancel,
    }
)


def carry_out(manager: JobManager, request: JobRequest) -> AsyncIterator[JobReport]:
    """Do it, and tell of each job that it was about; raises BitsError if nothing at all can be done."""
    reports: AsyncIterator[JobReport] = _ACTIONS[type(request)](manager, request)
    return reports


async def _list(manager: JobManager, request: ListJobs) -> AsyncIterator[JobReport]:
    jobs = (*manager.enumerate(), *(manager.history() if request.history else ()))
    for number, report in enumerate(_reports(manager, jobs), start=1):
        yield report
        if number % _AT_A_TIME == 0:
            await asyncio.sleep(0)


async def _inspect(manager: JobManager, request: Inspect) -> AsyncIterator[JobReport]:
    queue = manager.enumerate()
    for report in _reports(manager, chosen(request.which, queue, manager.history(), queue)):
        yield report


async def _act(manager: JobManager, request: Act) -> AsyncIterator[JobReport]:
    queue = manager.enumerate()
    rows = rows_of(queue)
    sensible = (job for job in queue if is_sensible(request.verb, job))
    for before in chosen(request.which, queue, manager.history(), sensible):
        code, detail = await _result_of(_acted(manager, before.id, request))
        yield _report(manager, before, rows, code, detail)


async def _acted(manager: JobManager, job_id: JobId, request: Act) -> HResult:
    if request.restart:
        await manager.restart_files(job_id)
    return await _VERBS[request.verb](manager, job_id)


def is_sensible(verb: Verb, job: Job) -> bool:
    """Whether the verb is meant for the job where somebody says it of all jobs: nothing is dropped unseen by that."""
    return verb in allowed_verbs(job) and (verb is not Verb.COMPLETE or job.state is JobState.TRANSFERRED)


async def _change(manager: JobManager, request: Change) -> AsyncIterator[JobReport]:
    queue = manager.enumerate()
    rows = rows_of(queue)
    for before in chosen(request.which, queue, manager.history(), queue):
        code, detail = await _changed(manager, before.id, request.changes)
        yield _report(manager, before, rows, code, detail)


async def _changed(manager: JobManager, job_id: JobId, changes: Changes) -> tuple[HResult, str]:
    """The first refusal ends it; what was set before stays."""
    for name, setter in _SETTERS.items():
        if (value := getattr(changes, name)) is not None:
            code, detail = await _result_of(setter(manager, job_id, value))
            if code.failed:
                return code, detail
    return S_OK, ""


async def _add(manager: JobManager, request: Add) -> AsyncIterator[JobReport]:
    jobs = await manager.create_jobs([_spec(new) for new in request.jobs])
    for job, new in zip(jobs, request.jobs, strict=True):
        proxies = _of(new.sign_ins, AuthTarget.PROXY)
        await _sign_in(manager, job.id, proxies)
        if new.resume and proxies:
            await manager.resume(job.id)
    for report in _reports(manager, [manager.get(job.id) for job in jobs]):
        yield report


def _spec(new: NewDownload) -> NewJob:
    """With its sign-in; one at the proxy is given once the job is there, before it starts."""
    servers = _of(new.sign_ins, AuthTarget.SERVER)
    return NewJob(
        settings=new.settings,
        files=new.files,
        credentials=Credentials(servers[-1].user_name, servers[-1].password) if servers else None,
        custom_headers=new.custom_headers,
        resume=new.resume and not _of(new.sign_ins, AuthTarget.PROXY),
    )


def _of(sign_ins: Iterable[SignIn], target: AuthTarget) -> list[SignIn]:
    return [who for who in sign_ins if who.target is target]


def _reports(manager: JobManager, jobs: Iterable[Job]) -> Iterator[JobReport]:
    rows = rows_of(manager.enumerate())
    return (JobReport(job, rows.get(job.id, 0), manager.rate_bps(job.id)) for job in jobs)


def _report(manager: JobManager, before: Job, rows: Mapping[str, int], code: HResult, detail: str) -> JobReport:
    job = manager.get(before.id)
    return JobReport(job, rows.get(job.id, 0), manager.rate_bps(job.id), code, detail, before)


async def _result_of(call: Awaitable[HResult]) -> tuple[HResult, str]:
    try:
        return await call, ""
    except BitsError as error:
        return error.hresult, error.detail or error.hresult.meaning


async def _sign_in(manager: JobManager, job_id: JobId, sign_ins: Iterable[SignIn]) -> HResult:
    for who in sign_ins:
        await set_sign_in(manager, job_id, who.target, who.user_name, who.password)
    return S_OK


async def _set_proxy(manager: JobManager, job_id: JobId, proxy: ProxySettings) -> HResult:
    return await manager.set_proxy_settings(job_id, proxy.usage, proxy.proxy_list, proxy.bypass_list)


async def _set_command(manager: JobManager, job_id: JobId, command: NotifyCommand) -> HResult:
    return await manager.set_notify_cmd_line(job_id, command.program or None, command.parameters)


async def _set_address(manager: JobManager, job_id: JobId, url: str) -> HResult:
    return await manager.set_remote_name(job_id, _index_meant(manager.get(job_id)), url)


async def _set_checksum(manager: JobManager, job_id: JobId, checksum: Checksum) -> HResult:
    return await manager.set_checksum(job_id, _index_meant(manager.get(job_id)), checksum)


def _index_meant(job: Job) -> int:
    """Of the file that failed, else of the only one; raises BitsError(E_INVALIDARG) if there is no such file."""
    if job.error is not None and job.error.file is not None:
        return job.error.file.index
    if len(job.files) != 1:
        raise BitsError(E_INVALIDARG, f"The job has {len(job.files)} files and none has failed: which is meant?")
    return 0


_SETTERS: Final[Mapping[str, Callable[[JobManager, JobId, Any], Awaitable[HResult]]]] = MappingProxyType(
    {
        "display_name": JobManager.set_display_name,
        "description": JobManager.set_description,
        "priority": JobManager.set_priority,
        "minimum_retry_delay_s": JobManager.set_minimum_retry_delay,
        "no_progress_timeout_s": JobManager.set_no_progress_timeout,
        "maximum_download_time_s": JobManager.set_maximum_download_time,
        "rate_limit_bps": JobManager.set_rate_limit,
        "auto_complete": JobManager.set_auto_complete,
        "proxy": _set_proxy,
        "notify_command": _set_command,
        "ca_file": lambda manager, job_id, path: manager.set_ca_file(job_id, path or None),
        "custom_headers": JobManager.set_custom_headers,
        "sign_ins": _sign_in,
        "local_folder": lambda manager, job_id, path: manager.set_local_folder(job_id, Path(path)),
        "remote_name": _set_address,
        "checksum": _set_checksum,
    }
)
"""Each property of `Changes`, in the order in which they are set."""

_ACTIONS: Final[Mapping[type, Callable[[JobManager, Any], AsyncIterator[JobReport]]]] = MappingProxyType(
    {ListJobs: _list, Inspect: _inspect, Act: _act, Change: _change, Add: _add}
)
