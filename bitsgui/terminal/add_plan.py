"""From the arguments of `add` to the jobs that are asked for; touches the disk where a file could be in the way."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bitsgui.model import fix
from bitsgui.model.job import JobSettings
from bitsgui.model.settings import Settings
from bitsgui.remote.messages import Add, NewDownload
from bitsgui.terminal.add_arguments import AddOptions
from bitsgui.terminal.arguments import SignIn
from bitsgui.terminal.get_plan import planned_files
from bitsgui.terminal.plan import Plan, PlannedJob, UsageError, make_room

_GIVEN: Final = (
    "priority",
    "minimum_retry_delay_s",
    "no_progress_timeout_s",
    "maximum_download_time_s",
    "rate_limit_bps",
    "proxy",
    "ca_file",
)


def plan_add(options: AddOptions, settings: Settings) -> Add:
    """The request; raises UsageError for an address or path that cannot be used."""
    jobs = _jobs(options)
    make_room(Plan("", "", tuple(jobs)), jobs, overwrite=options.overwrite)
    return Add(tuple(_download(job, options, settings) for job in jobs))


def _jobs(options: AddOptions) -> Sequence[PlannedJob]:
    planned = planned_files(options)
    if not options.one_job:
        return [PlannedJob((file,), sign_ins) for file, sign_ins in planned]
    sign_ins = {sign_ins for _, sign_ins in planned}
    if len(sign_ins) > 1:
        raise UsageError("these addresses need different sign-ins; make a job of each")
    return [PlannedJob(tuple(file for file, _ in planned), sign_ins.pop())]


def _download(job: PlannedJob, options: AddOptions, settings: Settings) -> NewDownload:
    return NewDownload(
        settings=_settings(options, settings.new_job(options.name or job.display_name)),
        files=job.files,
        sign_ins=tuple(_as_fix(who) for who in (*options.sign_ins, *job.sign_ins)),
        custom_headers=options.headers,
        resume=not options.suspended,
    )


def _settings(options: AddOptions, defaults: JobSettings) -> JobSettings:
    given = {name: value for name in _GIVEN if (value := getattr(options, name)) is not None}
    return replace(defaults, description=options.description, auto_complete=options.completes, **given)


def _as_fix(who: SignIn) -> fix.SignIn:
    return fix.SignIn(who.target, who.user_name, who.password)
