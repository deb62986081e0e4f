"""SetNotifyCmdLine with real programs: when they run, with what, and until when (bits-job-model 4.3)."""

import asyncio
import logging
import os
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bitsgui.model.codes import BG_E_INVALID_STATE, E_FAIL
from bitsgui.model.enums import JobState, NotifyFlags
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobId
from tests.support.lab import Lab, lab
from tests.support.listeners import listening, logs
from tests.support.scripted_server import status

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")

S = JobState
Script = Callable[[str], str]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Make a program of this shell text; `$OUT` is a file beside it."""

    def make(text: str) -> str:
        path = tmp_path / "tell me.sh"
        path.write_text(f"#!/bin/sh\nOUT={shlex.quote(str(tmp_path / 'out'))}\n{text}\n")
        path.chmod(0o700)
        return str(path)

    return make


async def failed(it: Lab, program: str, *parameters: str, **settings: object) -> JobId:
    """A job in ERROR whose command line was set before."""
    it.server.files["/bad"] = status(404)
    job_id = await it.job("/bad", resume=False, **settings)
    await it.manager.set_notify_cmd_line(job_id, program, ["tell me", *parameters])
    await it.manager.resume(job_id)
    await it.until(job_id, S.ERROR)
    return job_id


async def told(it: Lab, job_id: JobId) -> None:
    await it.until_true(job_id, lambda job: job.notified)


def test_without_a_listener_the_program_runs_once_with_its_parameters(run, tmp_path: Path, script: Script) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            program = script('printf "%s|" "$0" "$@" >> "$OUT"; cat >> "$OUT"')
            job_id = await failed(it, program, "{job_id}", "{state} {error}", "$HOME; `id`", "")
            await told(it, job_id)
            await it.clock.advance(5000)
            heard = (tmp_path / "out").read_text()
            assert heard.split("|")[1:] == [job_id, "ERROR 0x80190194", "$HOME; `id`", "", ""]

    run(scenario())


def test_a_listener_that_takes_it_leaves_the_program_nothing(run, tmp_path: Path, script: Script) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it)
            await told(it, await failed(it, script('echo run >> "$OUT"')))
            await it.clock.advance(5000)
            assert listener.kinds == ["error"]
            assert not (tmp_path / "out").exists()

    run(scenario())


@pytest.mark.parametrize("answer", [E_FAIL, ValueError("broken")])
def test_a_listener_that_fails_is_not_asked_again_once_there_is_a_program(
    run, tmp_path: Path, script: Script, answer, caplog
) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it, answer, answer)
            await told(it, await failed(it, script('echo run >> "$OUT"')))
            await it.clock.advance(5000)
            assert listener.kinds == ["error"]
            assert (tmp_path / "out").read_text() == "run\n"
            caplog.clear()

    run(scenario())


def test_a_program_that_fails_runs_again_after_the_minimum_retry_delay(run, tmp_path: Path, script: Script) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it, E_FAIL, E_FAIL)
            async with logs("ended with 3"):
                program = script('echo run >> "$OUT"; test $(wc -l < "$OUT") -ge 3 || exit 3')
                job_id = await failed(it, program, minimum_retry_delay_s=60)
            async with logs("ended with 3"):
                await it.calm()
                await it.clock.advance(59)
                assert (tmp_path / "out").read_text() == "run\n"
                await it.clock.advance(1)
            await it.calm()
            await it.clock.advance(60)
            await told(it, job_id)
            assert (tmp_path / "out").read_text() == "run\n" * 3
            assert listener.kinds == ["error"]

    run(scenario())


def test_a_program_that_cannot_be_started_is_tried_again(run, tmp_path: Path, script: Script) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            async with logs("could not be started"):
                job_id = await failed(it, str(tmp_path / "tell me.sh"), minimum_retry_delay_s=60)
            script('echo run >> "$OUT"')
            await it.calm()
            await it.clock.advance(60)
            await told(it, job_id)

    run(scenario())


@pytest.mark.parametrize("ends", ["cancel", "complete", "resume"])
def test_a_job_that_moves_on_has_its_program_run_no_more(run, tmp_path: Path, script: Script, ends: str) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            async with logs("ended with 1"):
                job_id = await failed(it, script('echo run >> "$OUT"; exit 1'), minimum_retry_delay_s=60)
            await it.manager.set_notify_flags(job_id, NotifyFlags.JOB_TRANSFERRED)
            await getattr(it.manager, ends)(job_id)
            await it.calm()
            await it.clock.advance(5000)
            assert (tmp_path / "out").read_text() == "run\n"

    run(scenario())


def test_set_after_the_event_it_still_runs(run, tmp_path: Path, script: Script) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listening(it, *[E_FAIL] * 9)
            job_id = await it.job("/1")
            await it.until(job_id, S.TRANSFERRED)
            await it.calm()
            await it.manager.set_notify_cmd_line(job_id, script('echo "$1" >> "$OUT"'), ["tell me", "{state}{error}"])
            await told(it, job_id)
            assert (tmp_path / "out").read_text() == "TRANSFERRED0x00000000\n"

    run(scenario())


def test_it_is_stored_and_runs_after_a_restart(run, tmp_path: Path, script: Script) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            async with logs("ended with 1"):
                job_id = await failed(it, script("exit 1"))
            script('echo run >> "$OUT"')
            await it.reopen()
            await told(it, job_id)
            assert (tmp_path / "out").read_text() == "run\n"
            await it.manager.set_notify_cmd_line(job_id, None)
            await it.reopen()
            assert it.get(job_id).settings.notify_command is None

    run(scenario())


def test_its_output_is_logged_in_short_for_those_who_debug(run, tmp_path: Path, script: Script, caplog) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it, logs("its program said", logging.DEBUG):
            await told(it, await failed(it, script("echo words; echo more >&2; head -c 100000 /dev/zero")))

    run(scenario())
    (said,) = [record.getMessage() for record in caplog.records if "its program said" in record.getMessage()]
    assert "words" in said
    assert "more" in said
    assert len(said) < 20_000


def test_the_end_waits_for_no_program_and_kills_none(run, tmp_path: Path, script: Script) -> None:
    async def scenario() -> None:
        go_on = tmp_path / "go on"
        os.mkfifo(go_on)
        async with lab(tmp_path) as it:
            started = tmp_path / "started"
            os.mkfifo(started)
            program = script(f'echo $$ > "{started}"; read answer < "{go_on}"; echo "$answer" >> "$OUT"')
            job_id = await failed(it, program)
            pid = int(await _to_thread(started.read_text))
            assert os.getsid(pid) == pid
            assert os.getsid(pid) != os.getsid(0)
            await it.manager.set_notify_cmd_line(job_id, None)
            await it.manager.aclose()
            os.kill(pid, 0)
            await _to_thread(go_on.write_text, "still here\n")
            it.manager = await it._open()
        while _exists(pid):  # its own thread reaps it
            await _to_thread(os.sched_yield)
        assert (tmp_path / "out").read_text() == "still here\n"

    run(scenario())


def test_five_programs_that_hang_hold_up_no_listener(run, tmp_path: Path, script: Script) -> None:
    async def scenario() -> None:
        go_on = tmp_path / "go on"
        os.mkfifo(go_on)
        async with lab(tmp_path) as it:
            program = script(f'echo $$ >> "$OUT"; read answer < "{go_on}"')
            ids = [await it.job(f"/{number}", resume=False) for number in range(5)]
            for job_id in ids:
                await it.manager.set_notify_cmd_line(job_id, program)
                await it.manager.resume(job_id)
                await it.until(job_id, S.TRANSFERRED)
            while not (tmp_path / "out").exists() or len((tmp_path / "out").read_text().split()) < 4:
                await _to_thread(os.sched_yield)
            listener = listening(it, *[E_FAIL] * 5)
            await listener.heard(5)
            pids = [int(pid) for pid in (tmp_path / "out").read_text().split()]
            assert len(pids) == 4
            for job_id in ids:
                await it.manager.set_notify_cmd_line(job_id, None)
            for pid in pids:
                os.kill(pid, signal.SIGKILL)

    run(scenario())


def test_a_job_that_has_ended_takes_no_program(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", resume=False)
            await it.manager.cancel(job_id)
            with pytest.raises(BitsError) as refusal:
                await it.manager.set_notify_cmd_line(job_id, "/bin/true")
            assert refusal.value.hresult == BG_E_INVALID_STATE

    run(scenario())


async def _to_thread(call, *arguments):
    return await asyncio.to_thread(call, *arguments)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
