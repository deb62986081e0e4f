"""At least once: who registers late, after a restart, or after another one went away (bits-job-model 4.1)."""

import sqlite3
from pathlib import Path

import pytest

from bitsgui.model.codes import BG_E_NOT_FOUND, E_FAIL
from bitsgui.model.enums import JobState, NotifyFlags
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobId
from tests.support.lab import Lab, lab
from tests.support.listeners import Listener, listening
from tests.support.scripted_server import status

S = JobState


async def settled(it: Lab, *paths: str) -> list[JobId]:
    """Jobs in TRANSFERRED, or in ERROR where the path begins with /bad."""
    ids = []
    for path in paths:
        if path.startswith("/bad"):
            it.server.files[path] = status(404)
        ids.append(await it.job(path))
        await it.until(ids[-1], S.ERROR, S.TRANSFERRED)
    return ids


async def told(it: Lab, *job_ids: JobId) -> None:
    for job_id in job_ids:
        await it.until_true(job_id, lambda job: job.notified)


def test_who_registers_late_is_told_of_what_nobody_took(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            bad, good = await settled(it, "/bad", "/good")
            await it.job("/rests", resume=False)
            listener = listening(it)
            assert listener.calls == []
            await told(it, bad, good)
            assert sorted(listener.kinds) == ["error", "transferred"]
            later = listening(it)
            await it.calm()
            assert later.calls == []

    run(scenario())


def test_after_a_restart_only_what_nobody_took_is_told(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listening(it)
            await told(it, *await settled(it, "/bad1"))
            listening(it, E_FAIL)
            (refused,) = await settled(it, "/bad2")
            await it.reopen()
            listener = listening(it)
            await told(it, refused)
            await it.calm()
            assert [job.id for _, job, _ in listener.calls] == [refused]
            (_, job, error), now = listener.calls[0], it.get(refused)
            assert error == job.error
            assert now.error is not None
            assert (error.code, error.when) == (now.error.code, now.error.when)
            await it.reopen()
            assert listening(it).calls == []
            await it.calm()

    run(scenario())


def test_a_new_error_is_told_though_the_earlier_one_was_taken(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it)
            (job_id,) = await settled(it, "/bad")
            await told(it, job_id)
            it.manager.set_notify_interface(None)
            await it.manager.resume(job_id)
            await it.until(job_id, S.ERROR)
            assert it.get(job_id).notified is False
            it.manager.set_notify_interface(listener)
            await told(it, job_id)
            assert listener.kinds == ["error", "error"]

    run(scenario())


def test_the_successor_of_a_listener_that_was_taken_away_is_told_again(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listening(it)
            ids = await settled(it, "/bad", "/good")
            await told(it, *ids)
            it.manager.set_notify_interface(None)
            successor = listening(it)
            await successor.heard(2)
            assert sorted(successor.kinds) == ["error", "transferred"]
            await told(it, *ids)
            replacing = listening(it)
            await it.calm()
            assert replacing.calls == []

    run(scenario())


def test_a_job_s_own_listener_is_called_in_place_of_everyone_s(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            all_s, own = listening(it), Listener()
            ids = [await it.job(path, resume=False) for path in ("/1", "/2")]
            it.manager.set_notify_interface(own, ids[0])
            for job_id in ids:
                await it.manager.resume(job_id)
                await it.until(job_id, S.TRANSFERRED)
            await told(it, *ids)
            assert [job.id for _, job, _ in own.calls] == ids[:1]
            assert [job.id for _, job, _ in all_s.calls] == ids[1:]
            it.manager.set_notify_interface(None, ids[0])
            after = Listener()
            it.manager.set_notify_interface(after, ids[0])
            await after.called.wait()
            await told(it, ids[0])
            with pytest.raises(BitsError) as refusal:
                it.manager.set_notify_interface(own, JobId("{none}"))
            assert refusal.value.hresult == BG_E_NOT_FOUND

    run(scenario())


def test_what_is_disabled_while_it_is_repeated_is_told_no_more(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            listener = listening(it, E_FAIL, E_FAIL)
            (job_id,) = await settled(it, "/bad")
            await listener.called.wait()
            await it.manager.set_notify_flags(job_id, NotifyFlags.DISABLE)
            await it.clock.advance(1000)
            assert listener.kinds == ["error"]

    run(scenario())


def test_to_be_told_is_no_activity_of_the_job(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            (job_id,) = await settled(it, "/bad")
            before = it.get(job_id).times
            await it.clock.advance(5)
            listening(it)
            await told(it, job_id)
            assert it.get(job_id).times == before

    run(scenario())


def test_a_job_that_could_not_be_read_is_told_and_its_row_stays(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", resume=False)
            await it.manager.aclose()
            with sqlite3.connect(it.state_dir / "queue.db") as database:
                database.execute("UPDATE jobs SET body = '{\"half\": '")
            database.close()
            it.manager = await it._open()
            listener = listening(it)
            await told(it, job_id)
            assert listener.kinds == ["error"]
            await it.manager.aclose()
            with sqlite3.connect(it.state_dir / "queue.db") as database:
                assert database.execute("SELECT body FROM jobs").fetchall() == [('{"half": ',)]
            database.close()
            it.manager = await it._open()

    run(scenario())
