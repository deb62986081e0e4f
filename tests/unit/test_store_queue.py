"""The durable queue: what was stored is there, a bad row harms no other, and no failure stops the writer."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.error import JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import Job, JobSettings
from bitsgui.store.job_store import DATABASE, JobStore, StoreError
from bitsgui.store.migrations import STEPS, TooNewError
from tests.support.jobs import NOW, a_file, a_job

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def stored(run: Run, folder: Path) -> list[Job]:
    async def load() -> list[Job]:
        store = await JobStore.open(folder)
        try:
            return await store.load(NOW)
        finally:
            await store.aclose()

    return run(load())


def with_store(run: Run, folder: Path, work: Callable[[JobStore], Coroutine[Any, Any, Any]]) -> Any:
    async def scenario() -> Any:
        store = await JobStore.open(folder)
        try:
            return await work(store)
        finally:
            await store.aclose()

    return run(scenario())


def tampered(folder: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute(sql, values)


@pytest.fixture
def three(run: Run, tmp_path: Path) -> list[Job]:
    """Three jobs in the queue of `tmp_path`."""
    jobs = [a_job(a_file("1"), a_file("2"), display_name=f"job {n}") for n in range(3)]
    with_store(run, tmp_path, lambda store: store.add(jobs))
    return jobs


def test_a_new_folder_begins_with_an_empty_queue(run: Run, tmp_path: Path) -> None:
    assert stored(run, tmp_path) == []
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_nobody_else_may_read_the_queue(run: Run, tmp_path: Path) -> None:
    """Its addresses may be signed; the folder given may be one that everybody reads."""
    tmp_path.chmod(0o755)

    async def modes(store: JobStore) -> dict[str, int]:
        await store.add([a_job()])
        return {file.name: file.stat().st_mode & 0o077 for file in os.scandir(tmp_path)}

    found = with_store(run, tmp_path, modes)
    assert set(found.values()) == {0}
    assert "queue.db-wal" in found


def test_jobs_come_back_in_the_order_of_creation(run: Run, tmp_path: Path, three: list[Job]) -> None:
    assert stored(run, tmp_path) == three


def test_a_change_of_a_job_its_files_and_its_errors(run: Run, tmp_path: Path, three: list[Job]) -> None:
    error = JobError(ErrorContext.REMOTE_FILE, HResult(0x80190194), detail="gone", when=NOW, attempt=1)
    job = replace(three[1], state=JobState.ERROR, error=error)
    checkpoint = replace(job.files[1], bytes_transferred=5)

    async def work(store: JobStore) -> None:
        await store.save(job, {0: replace(job.files[0], bytes_total=9)}, error)
        await store.save(job, {1: checkpoint})
        assert await store.errors(job.id) == (error,)

    with_store(run, tmp_path, work)
    found = stored(run, tmp_path)
    assert found[1] == replace(job, files=(replace(job.files[0], bytes_total=9), checkpoint))
    assert [found[0], found[2]] == [three[0], three[2]]


def test_errors_come_oldest_first_those_on_their_way_included(run: Run, tmp_path: Path, three: list[Job]) -> None:
    errors = [JobError(ErrorContext.LOCAL_FILE, codes.ERROR_DISK_FULL, attempt=n) for n in range(20)]

    async def work(store: JobStore) -> None:
        saves = [asyncio.create_task(store.save(three[0], error=error)) for error in errors]
        await asyncio.sleep(0)
        assert await store.errors(three[0].id) == tuple(errors)
        await asyncio.gather(*saves)
        assert await store.errors(three[1].id) == ()

    with_store(run, tmp_path, work)
    tampered(tmp_path, "UPDATE errors SET body = 'garbage' WHERE sequence = 2")
    left = with_store(run, tmp_path, lambda store: store.errors(three[0].id))
    assert left == (errors[0], *errors[2:])


def test_a_deleted_job_takes_its_files_and_errors_with_it(run: Run, tmp_path: Path, three: list[Job]) -> None:
    error = JobError(ErrorContext.LOCAL_FILE, codes.ERROR_DISK_FULL)

    async def work(store: JobStore) -> None:
        await store.save(three[0], error=error)
        await store.delete([three[0].id, three[2].id])

    with_store(run, tmp_path, work)
    assert stored(run, tmp_path) == [three[1]]
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        for table in ("files", "errors"):
            assert {row[0] for row in connection.execute(f"SELECT job_id FROM {table}")} <= {three[1].id}


BAD_ROWS: list[tuple[str, object]] = [
    ("UPDATE jobs SET body = ? WHERE position = 2", "{"),
    ("UPDATE jobs SET body = ? WHERE position = 2", b"\xff\xfe"),
    ("UPDATE jobs SET body = ? WHERE position = 2", 5),
    ("UPDATE jobs SET body = CAST(? AS TEXT) WHERE position = 2", b"{\xff}"),
    ("UPDATE files SET body = ? WHERE file_index = 1 AND job_id = (SELECT id FROM jobs WHERE position = 2)", "[]"),
    (
        "UPDATE files SET body = CAST(? AS TEXT) WHERE file_index = 0 "
        "AND job_id = (SELECT id FROM jobs WHERE position = 2)",
        b"\xe9",
    ),
    ("DELETE FROM files WHERE file_index = ? AND job_id = (SELECT id FROM jobs WHERE position = 2)", 0),
    ("UPDATE jobs SET id = CAST(? AS TEXT) WHERE position = 2", b"\xff"),
]


@pytest.mark.parametrize(("sql", "value"), BAD_ROWS)
def test_a_bad_row_is_a_job_in_error_beside_the_others(
    run: Run, tmp_path: Path, three: list[Job], sql: str, value: object
) -> None:
    tampered(tmp_path, sql, value)
    found = stored(run, tmp_path)
    assert [found[0], found[2]] == [three[0], three[2]]
    assert found[1].error is not None
    assert found[1].error.code == codes.BG_E_DATABASE_CORRUPT


def test_a_bad_row_can_be_deleted(run: Run, tmp_path: Path, three: list[Job]) -> None:
    tampered(tmp_path, "UPDATE jobs SET body = 'garbage' WHERE position = 2")
    with_store(run, tmp_path, lambda store: store.delete([three[1].id]))
    assert stored(run, tmp_path) == [three[0], three[2]]


def damaged(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    caplog.clear()
    return found


@pytest.mark.parametrize("size", [99, 100, 4096, 5000])
def test_a_truncated_database_is_put_aside(
    run: Run, tmp_path: Path, three: list[Job], size: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / DATABASE
    path.write_bytes(path.read_bytes()[:size])
    old = path.read_bytes()
    assert stored(run, tmp_path) == []
    assert len(damaged(caplog)) == 1
    [kept] = tmp_path.glob("queue.damaged-*.db")
    assert kept.read_bytes() == old
    assert stored(run, tmp_path) == []


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough for a header" * 100, bytes(8192), b"SQLite format 3\0"]
)
def test_garbage_is_put_aside_as_often_as_it_comes(
    run: Run, tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        (tmp_path / DATABASE).write_bytes(content)
        assert stored(run, tmp_path) == []
    assert len(damaged(caplog)) == 3
    kept = list(tmp_path.glob("queue.damaged-*.db"))
    assert [path.read_bytes() for path in kept] == [content] * 3


@pytest.mark.parametrize(
    "sql", ["DROP TABLE errors", "ALTER TABLE files RENAME body TO bodx", "PRAGMA user_version = 0"]
)
def test_tables_that_are_not_ours_are_put_aside(
    run: Run, tmp_path: Path, three: list[Job], sql: str, caplog: pytest.LogCaptureFixture
) -> None:
    tampered(tmp_path, sql)
    assert stored(run, tmp_path) == []
    assert len(damaged(caplog)) == 1
    assert len(list(tmp_path.glob("queue.damaged-*.db"))) == 1


def test_no_flipped_bytes_keep_the_queue_from_opening(
    run: Run, tmp_path: Path, three: list[Job], caplog: pytest.LogCaptureFixture
) -> None:
    good, random = (tmp_path / DATABASE).read_bytes(), Random(20)
    for n in range(60):
        raw = bytearray(good)
        # Page 1 holds the shape of the tables: that is where damage does most. Its header's version is another test.
        for _ in range(4):
            raw[random.randrange(100, 4096 if n % 2 else len(raw))] = random.randrange(256)
        (tmp_path / DATABASE).write_bytes(raw)
        assert len(stored(run, tmp_path)) in range(4)
    assert damaged(caplog)


def test_where_a_damaged_database_went_is_told(run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / DATABASE).write_bytes(b"garbage" * 1000)

    async def work(store: JobStore) -> None:
        assert store.replaced is not None
        assert store.replaced.read_bytes() == b"garbage" * 1000

    with_store(run, tmp_path, work)
    assert damaged(caplog)


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_newer_database_is_refused_and_stays_as_it_is(run: Run, tmp_path: Path, mode: str) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE future (x)")
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    old = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(TooNewError, match="Update"):
        run(JobStore.open(tmp_path))
    assert (tmp_path / DATABASE).read_bytes() == old


def test_an_empty_file_becomes_a_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    assert stored(run, tmp_path) == []


def test_a_folder_that_is_not_there_is_the_callers_error(run: Run, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        run(JobStore.open(tmp_path / "missing"))


def test_many_writers_at_once_keep_their_order(run: Run, tmp_path: Path, three: list[Job]) -> None:
    """The last of many changes of one job is what stays; and they share commits."""
    named = [replace(three[0], settings=JobSettings(display_name=str(n))) for n in range(200)]
    commits = 0

    async def work(store: JobStore) -> None:
        def count(statement: str) -> None:
            nonlocal commits
            commits += statement == "COMMIT"

        await store._connection.set_trace_callback(count)
        await asyncio.gather(*(store.save(job) for job in named))

    with_store(run, tmp_path, work)
    assert stored(run, tmp_path)[0].settings.display_name == "199"
    assert 1 <= commits < 20


def big(job: Job) -> Job:
    return replace(job, settings=replace(job.settings, description="x" * 200_000))


def test_a_full_disk_is_told_to_its_caller_and_the_writer_goes_on(run: Run, tmp_path: Path, three: list[Job]) -> None:
    renamed = replace(three[1], settings=replace(three[1].settings, display_name="renamed"))

    async def work(store: JobStore) -> None:
        async with store._connection.execute("PRAGMA page_count") as rows:
            (pages,) = await rows.fetchone()
        await store._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        first, second = await asyncio.gather(store.save(big(three[0])), store.save(renamed), return_exceptions=True)
        assert isinstance(first, StoreError)
        assert first.is_full
        assert second is None
        await store._connection.execute("PRAGMA max_page_count = 1000000")
        await store.save(big(three[2]))

    with_store(run, tmp_path, work)
    assert stored(run, tmp_path) == [three[0], renamed, big(three[2])]


def test_one_callers_fault_is_not_the_others(run: Run, tmp_path: Path, three: list[Job]) -> None:
    fourth = a_job(display_name="fourth")

    async def work(store: JobStore) -> None:
        outcomes = await asyncio.gather(
            store.add([three[0]]),  # is there already
            store.add([fourth]),
            store.save(three[1], {2**70: a_file()}),  # cannot be bound
            store.delete([three[2].id]),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [StoreError, type(None), StoreError, type(None)]
        assert not any(outcome.is_full for outcome in outcomes if isinstance(outcome, StoreError))

    with_store(run, tmp_path, work)
    assert stored(run, tmp_path) == [three[0], three[1], fourth]


def test_a_locked_database_fails_the_caller_not_the_queue(run: Run, tmp_path: Path, three: list[Job]) -> None:
    renamed = replace(three[0], settings=replace(three[0].settings, display_name="renamed"))

    async def work(store: JobStore) -> None:
        await store._connection.execute("PRAGMA busy_timeout = 1")
        with closing(sqlite3.connect(tmp_path / DATABASE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                await store.save(renamed)
        await store.save(renamed)

    with_store(run, tmp_path, work)
    assert stored(run, tmp_path)[0] == renamed


def test_closing_writes_what_waits_and_nothing_after_it(run: Run, tmp_path: Path, three: list[Job]) -> None:
    renamed = replace(three[0], settings=replace(three[0].settings, display_name="renamed"))

    async def scenario() -> None:
        store = await JobStore.open(tmp_path)
        waiting = asyncio.create_task(store.save(renamed))
        await asyncio.sleep(0)
        closing_ = asyncio.create_task(store.aclose())
        await asyncio.sleep(0)
        with pytest.raises(StoreError, match="closed"):
            await store.delete([three[1].id])
        await closing_
        await waiting
        with pytest.raises(StoreError, match="closed"):
            await store.errors(three[1].id)

    run(scenario())
    assert stored(run, tmp_path) == [renamed, *three[1:]]


def test_a_cancelled_caller_does_not_take_its_change_back(run: Run, tmp_path: Path, three: list[Job]) -> None:
    async def work(store: JobStore) -> None:
        call = asyncio.create_task(store.delete([three[0].id]))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    with_store(run, tmp_path, work)
    assert stored(run, tmp_path) == three[1:]
