"""What requests do to a real queue, wherever they come from."""

from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import fix
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.codes import BG_E_INVALID_STATE, BG_E_STRING_TOO_LONG, E_INVALIDARG, S_OK
from bitsgui.model.enums import AuthTarget, JobPriority, JobState, ProxyUsage, Verb
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobFile, JobSettings, NotifyCommand, ProxySettings
from bitsgui.remote.actions import carry_out
from bitsgui.remote.messages import (
    Act,
    Add,
    Change,
    Changes,
    Inspect,
    JobReport,
    JobRequest,
    ListJobs,
    NewDownload,
    Selection,
)
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets

Run = Callable[[Coroutine[Any, Any, None]], None]
ALL = Selection(all=True)
SERVER = fix.SignIn(AuthTarget.SERVER, "me", "pw")
PROXY = fix.SignIn(AuthTarget.PROXY, "you", "pw2")


class Desk:
    """A queue that stands still, and requests to it."""

    def __init__(self, manager: JobManager, secrets: MemorySecrets, folder: Path) -> None:
        self.manager = manager
        self.secrets = secrets
        self.folder = folder

    async def ask(self, request: JobRequest) -> list[JobReport]:
        return [report async for report in carry_out(self.manager, request)]

    async def add(self, *names: str, **values: Any) -> Job:
        files = tuple(JobFile(remote_name=f"http://h/{n}", local_name=str(self.folder / n)) for n in names)
        (report,) = await self.ask(Add((NewDownload(JobSettings(display_name=names[0]), files, **values),)))
        return report.job

    async def change(self, **values: Any) -> JobReport:
        (report,) = await self.ask(Change(ALL, Changes(**values)))
        return report


@pytest.fixture
def at_desk(run: Run, tmp_path: Path) -> Callable[[Callable[[Desk], Awaitable[None]]], None]:
    async def on_queue(scenario: Callable[[Desk], Awaitable[None]]) -> None:
        secrets = MemorySecrets()
        manager = await JobManager.open(tmp_path / "state", secrets=secrets, shares_loop=True)
        try:
            await scenario(Desk(manager, secrets, tmp_path))
        finally:
            await manager.aclose()

    return lambda scenario: run(on_queue(scenario))


def test_a_job_is_made_with_its_secrets_and_started(at_desk: Any) -> None:
    async def scenario(desk: Desk) -> None:
        job = await desk.add("a", sign_ins=(SERVER, PROXY), custom_headers=(("X", "1"),))
        assert job.state is JobState.QUEUED
        assert {(c.target, c.user_name) for c in job.settings.credentials} == {
            (AuthTarget.SERVER, "me"),
            (AuthTarget.PROXY, "you"),
        }
        kept = await desk.secrets.get(job.id)
        assert kept.sign_ins == {AuthTarget.SERVER: ("me", "pw"), AuthTarget.PROXY: ("you", "pw2")}
        assert kept.custom_headers == (("X", "1"),)
        assert (await desk.add("b", sign_ins=(PROXY,), resume=False)).state is JobState.SUSPENDED

    at_desk(scenario)


def test_every_property_is_set(at_desk: Any, tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        job = await desk.add("a", resume=False)
        (tmp_path / "ca.pem").write_text("")
        (tmp_path / "down").mkdir()
        report = await desk.change(
            display_name="n",
            description="d",
            priority=JobPriority.HIGH,
            minimum_retry_delay_s=7,
            no_progress_timeout_s=8,
            maximum_download_time_s=9,
            rate_limit_bps=10,
            auto_complete=True,
            proxy=ProxySettings(ProxyUsage.OVERRIDE, "http://p:1"),
            notify_command=NotifyCommand("/bin/true", ("true",)),
            ca_file=str(tmp_path / "ca.pem"),
            custom_headers=(("X", "1"),),
            sign_ins=(SERVER,),
            local_folder=str(tmp_path / "down"),
            remote_name="http://h/b",
            checksum=Checksum(HashAlgorithm.MD5, "0" * 32),
        )
        assert (report.code, report.before, report.row) == (S_OK, job, 1)
        now, file = report.job.settings, report.job.files[0]
        assert (now.display_name, now.description, now.priority) == ("n", "d", JobPriority.HIGH)
        assert (now.minimum_retry_delay_s, now.no_progress_timeout_s, now.maximum_download_time_s) == (7, 8, 9)
        assert (now.rate_limit_bps, now.auto_complete, now.proxy.proxy_list) == (10, True, "http://p:1")
        assert now.notify_command == NotifyCommand("/bin/true", ("true",))
        assert (now.ca_file, now.custom_header_names) == (str(tmp_path / "ca.pem"), ("X",))
        assert {entry.user_name for entry in now.credentials} == {"me"}
        assert file.local_name == str(tmp_path / "down" / "a")
        assert (file.remote_name, file.checksum) == ("http://h/b", Checksum(HashAlgorithm.MD5, "0" * 32))

        report = await desk.change(ca_file="", notify_command=NotifyCommand("", ()), custom_headers=())
        now = report.job.settings
        assert (now.ca_file, now.notify_command, now.custom_header_names) == (None, None, ())

    at_desk(scenario)


def test_the_first_refusal_ends_a_change_and_is_told(at_desk: Any) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.add("a", resume=False)
        report = await desk.change(display_name="n", description="x" * 1025, rate_limit_bps=10)
        assert (report.code, report.detail) == (BG_E_STRING_TOO_LONG, "At most 1024 characters.")
        assert (report.job.settings.display_name, report.job.settings.rate_limit_bps) == ("n", 0)

    at_desk(scenario)


def test_of_several_files_it_must_be_clear_which_is_meant(at_desk: Any) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.add("a", "b", resume=False)
        report = await desk.change(remote_name="http://h/c")
        assert report.code == E_INVALIDARG
        assert "2 files" in report.detail

    at_desk(scenario)


def test_all_means_the_jobs_that_a_verb_is_meant_for(at_desk: Any) -> None:
    async def scenario(desk: Desk) -> None:
        rests, waits = await desk.add("a", resume=False), await desk.add("b")
        assert [r.job.id for r in await desk.ask(Act(Verb.RESUME, ALL))] == [rests.id]
        assert [r.job.id for r in await desk.ask(Act(Verb.SUSPEND, ALL))] == [rests.id, waits.id]
        assert await desk.ask(Act(Verb.COMPLETE, ALL)) == [], "nothing unfinished is dropped unseen"
        gone = await desk.ask(Act(Verb.CANCEL, ALL))
        assert [(r.row, r.job.state, r.before and r.before.state) for r in gone] == [
            (1, JobState.CANCELLED, JobState.SUSPENDED),
            (2, JobState.CANCELLED, JobState.SUSPENDED),
        ]
        assert await desk.ask(ListJobs()) == []
        assert [(r.job.id, r.row) for r in await desk.ask(ListJobs(history=True))] == [(rests.id, 0), (waits.id, 0)]
        (told,) = await desk.ask(Inspect(Selection((rests.id,))))
        assert told.job.state is JobState.CANCELLED
        (late,) = await desk.ask(Act(Verb.RESUME, Selection((rests.id,))))
        assert late.code == BG_E_INVALID_STATE

    at_desk(scenario)


def test_a_name_that_fits_nothing_leaves_everything_as_it_is(at_desk: Any) -> None:
    async def scenario(desk: Desk) -> None:
        job = await desk.add("a")
        with pytest.raises(BitsError, match="no job 'zz'"):
            await desk.ask(Act(Verb.CANCEL, Selection(("1", "zz"))))
        assert desk.manager.get(job.id) == job

    at_desk(scenario)


def test_resume_may_begin_anew(at_desk: Any) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.add("a", resume=False)
        (report,) = await desk.ask(Act(Verb.RESUME, ALL, restart=True))
        assert report.job.state is JobState.QUEUED

    at_desk(scenario)
