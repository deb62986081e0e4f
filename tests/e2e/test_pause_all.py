"""Pause all and Resume all on a real queue: exactly what was paused goes on, also after a restart."""

from pathlib import Path
from typing import Any

import pytest

from bitsgui.model.enums import JobPriority, JobState
from bitsgui.service.pause_all import PauseAll
from bitsgui.store.paused import PAUSED_FILE, load_paused, save_paused
from tests.support.lab import lab

S = JobState
MIB = 1 << 20


def test_exactly_what_was_paused_is_resumed(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/a", MIB)
            gate = it.server.hold("/a", after=MIB // 10)
            running = await it.job("/a")
            it.serve("/b", MIB)
            it.server.hold("/b", after=MIB // 10)
            queued = await it.job("/b", priority=JobPriority.NORMAL)
            by_hand = await it.job("/c", resume=False)
            await gate.reached.wait()
            pausing = await PauseAll.open(it.manager, it.state_dir)
            await pausing.pause()
            assert {job.state for job in it.manager.enumerate()} == {S.SUSPENDED}
            assert {running, queued} == pausing.paused == load_paused(it.state_dir)
            await pausing.aclose()

            await it.reopen()
            again = await PauseAll.open(it.manager, it.state_dir)
            assert again.paused == {running, queued}
            gate.release()
            await again.resume()
            await it.until(running, S.TRANSFERRED)
            assert it.manager.get(by_hand).state is S.SUSPENDED
            assert (again.paused, load_paused(it.state_dir)) == (set(), frozenset())
            await again.aclose()

    run(scenario())


def test_what_somebody_touched_meanwhile_is_left_alone(run: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            for path in ("/a", "/b"):
                it.serve(path, MIB)
                it.server.hold(path, after=MIB // 10)
            first, second = [await it.job(path) for path in ("/a", "/b")]
            pausing = await PauseAll.open(it.manager, it.state_dir)
            await pausing.pause()
            await it.manager.resume(first)
            await it.manager.suspend(first)
            await it.manager.cancel(second)
            assert pausing.paused == set()
            await pausing.resume()
            assert it.manager.get(first).state is S.SUSPENDED
            await pausing.aclose()
            assert load_paused(it.state_dir) == frozenset()

    run(scenario())


def test_a_damaged_file_leaves_what_was_paused_suspended(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save_paused(tmp_path, {"{A}", "{B}"})
    assert load_paused(tmp_path) == {"{A}", "{B}"}
    (tmp_path / PAUSED_FILE).write_bytes(b'["{A}", 7')
    assert load_paused(tmp_path) == frozenset()
    assert "damaged" in caplog.text
    caplog.clear()


def test_a_folder_that_takes_no_file_is_said_and_pausing_works(
    run: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/a", MIB)
            it.server.hold("/a", after=MIB // 10)
            job_id = await it.job("/a")
            pausing = await PauseAll.open(it.manager, in_the_way)
            await pausing.pause()
            assert it.manager.get(job_id).state is S.SUSPENDED
            assert pausing.paused == {job_id}

    run(scenario())
    assert "until the program ends only" in caplog.text
    caplog.clear()
