"""The facts that follow an error: each from the real thing, none that nobody can know, none for a job that moved on."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bitsgui.engine.ports import JobSecrets
from bitsgui.engine.proxies import SystemProxies
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState, ProxyUsage
from bitsgui.model.error import FileRef, JobError
from bitsgui.model.facts import Facts, looks_signed
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobTimes, ProxySettings
from bitsgui.service.events import Event, JobChanged
from bitsgui.service.fact_probes import Scene, has_default_route, is_mounted
from bitsgui.service.facts import gather_facts
from tests.support.downloads import a_desk
from tests.support.jobs import NOW, a_file, a_job
from tests.support.lab import lab
from tests.support.proxy import ForwardProxy
from tests.support.scripted_server import ScriptedServer, html_page, status
from tests.support.waiting import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]
DIRECT = ProxySettings(ProxyUsage.NO_PROXY)


def scene(code: HResult, context: ErrorContext, url: str, local_name: str, *others: Job, **settings: Any) -> Scene:
    """A failed job of one file."""
    file = replace(a_file(), remote_name=url, local_name=local_name)
    job = a_job(file, state=JobState.ERROR, **{"proxy": DIRECT} | settings)
    error = JobError(context, code, FileRef(0, url, local_name))
    return Scene(replace(job, error=error), error, JobSecrets(), SystemProxies(), others, NOW)


def at_server(code: HResult, url: str, *others: Job, **settings: Any) -> Scene:
    return scene(code, ErrorContext.REMOTE_FILE, url, "/d/a", *others, **settings)


def on_disk(code: HResult, folder: Path) -> Scene:
    return scene(code, ErrorContext.LOCAL_FILE, "http://h/a", str(folder / "a"))


def has_facts(job: Job) -> bool:
    return job.error is not None and job.error.facts is not None and job.error.facts.proxy is not None


def test_the_facts_follow_the_state(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            seen: list[tuple[JobState, Facts | None]] = []

            def listen(event: Event) -> None:
                if isinstance(event, JobChanged) and event.job.error is not None:
                    seen.append((event.job.state, event.job.error.facts))

            desk.manager.subscribe(listen)
            desk.server.files["/a.bin"] = html_page
            job = await desk.fetch("/a.bin?Signature=x&Expires=1")
            job = await until(
                desk.manager, job.id, lambda job: bool(job.error and job.error.facts and job.error.facts.proxy == "")
            )
            assert job.error is not None
            assert job.error.facts == Facts(url_looks_signed=True, content_type="text/html; charset=utf-8", proxy="")
            assert [state for state, _ in seen] == [JobState.ERROR, JobState.ERROR]
            await desk.reopen()
            stored = desk.manager.get(job.id).error
            assert stored is not None
            assert stored.facts == job.error.facts

    run(scenario())


def test_a_job_that_moved_on_has_none(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.server.files["/a.bin"] = status(403)
            job_id = await it.job("/a.bin")
            await it.until(job_id, JobState.ERROR)
            it.serve("/a.bin")
            await it.manager.resume(job_id)
            job = await it.until(job_id, JobState.TRANSFERRED)
            await it.calm()
            assert it.get(job_id) == job
            assert job.error is None

    run(scenario())


def test_a_name_that_is_not_known(run: Run) -> None:
    unknown = at_server(codes.ERROR_WINHTTP_NAME_NOT_RESOLVED, "http://no.such.invalid/a")
    assert run(gather_facts(unknown)).name_resolves is False
    known = at_server(codes.ERROR_WINHTTP_CANNOT_CONNECT, "http://localhost:9/a")
    facts = run(gather_facts(known))
    assert (facts.name_resolves, facts.other_hosts_reachable, facts.proxy) == (True, None, "")


def test_other_hosts_that_answered_just_now(run: Run) -> None:
    running = a_job(replace(a_file(), remote_name="http://other/x"), state=JobState.TRANSFERRING)
    same = a_job(replace(a_file(), remote_name="http://127.0.0.1/x"), state=JobState.TRANSFERRING)
    done = replace(running, state=JobState.TRANSFERRED, times=JobTimes(NOW, NOW, NOW - 5))
    long_ago = replace(done, times=JobTimes(NOW, NOW, NOW - 3600))
    for others, known in (((running,), True), ((done,), True), ((same, long_ago), None)):
        around = at_server(codes.ERROR_WINHTTP_CANNOT_CONNECT, "http://127.0.0.1:9/a", *others)
        assert run(gather_facts(around)).other_hosts_reachable is known


def test_a_proxy_is_another_host(run: Run) -> None:
    async def scenario() -> None:
        async with ForwardProxy() as proxy:
            through = ProxySettings(ProxyUsage.OVERRIDE, proxy.url)
            around = at_server(codes.ERROR_WINHTTP_CANNOT_CONNECT, "http://no.such.invalid/a", proxy=through)
            facts = await gather_facts(around)
            assert (facts.other_hosts_reachable, facts.name_resolves, facts.proxy) == (True, None, proxy.url)
            assert proxy.requests == []

    run(scenario())


def test_the_system_s_proxy_is_told_without_its_sign_in(run: Run) -> None:
    around = at_server(codes.BG_E_HTTP_ERROR_404, "http://h/a", proxy=ProxySettings())
    around = replace(around, system=SystemProxies({"http": "http://me:pa55@proxy.invalid:3128"}))
    facts = run(gather_facts(around))
    assert facts == Facts(proxy="http://proxy.invalid:3128")
    assert "pa55" not in repr(around)


def test_a_computer_without_any_way_out(run: Run) -> None:
    around = at_server(codes.ERROR_NETWORK_UNREACHABLE, "http://192.0.2.1/a")
    known = {True: None, False: False, None: None}[has_default_route()]
    assert run(gather_facts(around)).other_hosts_reachable is known


def test_a_folder(run: Run, tmp_path: Path) -> None:
    facts = run(gather_facts(on_disk(codes.ERROR_DISK_FULL, tmp_path)))
    assert facts.free_bytes is not None
    assert (facts.free_bytes > 0, facts.folder_writable, facts.volume_mounted) == (True, True, True)
    gone = run(gather_facts(on_disk(codes.ERROR_PATH_NOT_FOUND, tmp_path / "gone")))
    assert (gone.free_bytes, gone.folder_writable, gone.volume_mounted) == (None, None, None)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives its rights up")
def test_a_folder_of_another_user(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_mode & 0o055 != 0o055:
            path.chmod(path.stat().st_mode | 0o055)
    os.setresuid(65534, 65534, 0)
    try:
        facts = run(gather_facts(on_disk(codes.E_ACCESSDENIED, tmp_path)))
    finally:
        os.setresuid(0, 0, 0)
    assert (facts.folder_writable, facts.volume_mounted) == (False, True)


@pytest.mark.skipif(not (sys.platform == "linux" and os.geteuid() == 0), reason="mounts a disk: root on Linux")
def test_a_disk_that_is_read_only(run: Run, tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts")
    try:
        facts = run(gather_facts(on_disk(codes.ERROR_WRITE_PROTECT, tmp_path)))
    finally:
        subprocess.run(["umount", tmp_path], check=True)
    assert (facts.folder_writable, facts.volume_mounted) == (False, True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where Linux mounts drives")
def test_a_drive_that_is_not_there() -> None:
    assert is_mounted(Path("/media/nobody-has-this-drive/stick/films")) is False
    assert is_mounted(Path("/srv/no-such-folder-at-all/films")) is None


def test_a_probe_that_takes_too_long_costs_the_limit_only(run: Run) -> None:
    async def scenario() -> None:
        async with ScriptedServer() as mute, asyncio.timeout(5):  # it waits for words, not for a handshake
            around = at_server(codes.ERROR_WINHTTP_SECURE_INVALID_CA, f"https://127.0.0.1:{mute.port}/a")
            facts = await gather_facts(around, limit_s=0.2)
            assert (facts.certificates, facts.certificate_reason, facts.proxy) == (None, None, "")

    run(scenario())


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://b.example/k?X-Amz-Signature=ab&X-Amz-Expires=60", True),
        ("https://b.example/k?sv=2020&se=2026-01-01&sig=ab", True),
        ("https://cdn.example/k?token=ab", True),
        ("https://cdn.example/k?expires=1800000000", True),
        ("https://h.example/k?page=2&sort=name", False),
        ("https://h.example/signature.bin", False),
        ("https://[bad", False),
    ],
)
def test_an_address_that_may_run_out(url: str, signed: bool) -> None:
    assert looks_signed(url) is signed
