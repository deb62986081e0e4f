"""The durable queue: SQLite in WAL mode, every commit synced, writers grouped into one transaction.

The rows of `files` are written by checkpoints and edits only: they describe bytes that are on the disk.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

import aiosqlite

from bitsgui.model.error import JobError
from bitsgui.model.job import Job, JobFile, JobId
from bitsgui.model.names import unused_name
from bitsgui.store.codec import decode_error, decode_job, encode_error, encode_file, encode_job
from bitsgui.store.migrations import SHAPE, migrate, version_of

log = logging.getLogger(__name__)

DATABASE: Final = "queue.db"

Statement = tuple[str, Sequence[object]]

# SQLite's own, and Python's for a value that SQLite cannot take.
_FAILURES: Final = (sqlite3.Error, ValueError, OverflowError)


class StoreError(Exception):
    """The queue could not be saved; `is_full` tells a full disk from other trouble."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"The queue could not be saved: {cause}")
        self.is_full = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


@dataclass(slots=True)
class _Write:
    statements: list[Statement]
    done: asyncio.Future[None]


class JobStore:
    """Open one per state folder. Every method returns after its change is on the disk."""

    def __init__(self, connection: aiosqlite.Connection, replaced: Path | None) -> None:
        self._connection = connection
        self._waiting: list[_Write] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._writer = asyncio.create_task(self._write_groups(), name="store writer")
        self.replaced = replaced
        """Where an unreadable database was put aside at start, or None."""

    @classmethod
    async def open(cls, folder: Path) -> "JobStore":
        """Open or create; a damaged file is put aside and an empty queue begins (as BITS does).

        Raises TooNewError for a database of a newer version and sqlite3.OperationalError for a folder that
        cannot be used.
        """
        path = folder / DATABASE
        replaced = None
        try:
            connection = await _connect(path)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not _is_damage(error):
                raise
            log.error("%s is damaged (%s): put aside", path.name, error)
            replaced = await asyncio.to_thread(_put_aside, path)
            connection = await _connect(path)
        return cls(connection, replaced)

    async def load(self, now: float) -> list[Job]:
        """Every stored job, in the order of creation; unreadable ones as jobs in ERROR."""
        files: dict[str, dict[int, str]] = {}
        async with self._connection.execute("SELECT job_id, file_index, body FROM files") as rows:
            for job_id, index, body in await rows.fetchall():
                files.setdefault(job_id, {})[index] = body
        async with self._connection.execute("SELECT id, body FROM jobs ORDER BY position") as rows:
            stored = await rows.fetchall()
        return await asyncio.to_thread(
            lambda: [decode_job(job_id, body, files.get(job_id, {}), now) for job_id, body in stored]
        )

    async def add(self, jobs: Sequence[Job]) -> None:
        """Store new jobs with their files."""
        sql = "INSERT INTO jobs (id, state, body) VALUES (?, ?, ?)"
        # One run of the same statement each, however many jobs there are: every run is a trip to the thread.
        statements: list[Statement] = [(sql, (job.id, job.state, encode_job(job))) for job in jobs]
        for job in jobs:
            statements += _file_statements(job.id, job.entries)
        await self._write(statements)

    async def save(self, job: Job, files: Mapping[int, JobFile] | None = None, error: JobError | None = None) -> None:
        """Store a job's own values, these of its files, and an error for its history."""
        statements: list[Statement] = [
            ("UPDATE jobs SET state = ?, body = ? WHERE id = ?", (job.state, encode_job(job), job.id))
        ]
        statements += _file_statements(job.id, files or {})
        if error is not None:
            statements.append(("INSERT INTO errors (job_id, body) VALUES (?, ?)", (job.id, encode_error(error))))
        await self._write(statements)

    async def delete(self, job_ids: Sequence[JobId]) -> None:
        """Remove jobs with their files and histories."""
        await self._write([("DELETE FROM jobs WHERE id = ?", (job_id,)) for job_id in job_ids])

    async def errors(self, job_id: JobId) -> tuple[JobError, ...]:
        """A job's errors, oldest first."""
        bodies = await self.bodies("SELECT body FROM errors WHERE job_id = ? ORDER BY sequence", job_id)
        return tuple(error for error in map(decode_error, bodies) if error is not None)

    async def change(self, *statements: Statement) -> None:
        """Write rows that are no part of a job."""
        await self._write(list(statements))

    async def bodies(self, query: str, *values: object) -> list[str]:
        """The single column that a query asks for."""
        await self._write([])  # what is on its way belongs to the answer
        async with self._connection.execute(query, values) as rows:
            return [body for (body,) in await rows.fetchall()]

    async def aclose(self) -> None:
        """Write what waits, then close."""
        self._closing = True
        self._wake.set()
        await self._writer
        await self._connection.close()

    async def _write(self, statements: list[Statement]) -> None:
        if self._closing:
            raise StoreError(sqlite3.ProgrammingError("the queue is closed"))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Write(statements, done))
        self._wake.set()
        # A caller that is cancelled does not take its change back.
        await asyncio.shield(done)

    async def _write_groups(self) -> None:
        while not (self._closing and not self._waiting):
            await self._wake.wait()
            self._wake.clear()
            group, self._waiting = self._waiting, []
            if group:
                await self._commit(group)

    async def _commit(self, group: list[_Write]) -> None:
        statements = [statement for write in group for statement in write.statements]
        try:
            if statements:
                await self._transact(statements)
        except _FAILURES as error:
            if len(group) == 1:
                group[0].done.set_exception(StoreError(error))
                return
            # The fault is one caller's: the others' changes are good.
            for write in group:
                await self._commit([write])
        else:
            for write in group:
                write.done.set_result(None)

    async def _transact(self, statements: list[Statement]) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")
        try:
            for sql, run in groupby(statements, key=itemgetter(0)):
                await self._connection.executemany(sql, [values for _, values in run])
            await self._connection.commit()
        except _FAILURES:
            await self._connection.rollback()
            raise


def _file_statements(job_id: JobId, files: Mapping[int, JobFile]) -> list[Statement]:
    sql = (
        "INSERT INTO files (job_id, file_index, body) VALUES (?, ?, ?) "
        "ON CONFLICT (job_id, file_index) DO UPDATE SET body = excluded.body"
    )
    return [(sql, (job_id, index, encode_file(file))) for index, file in files.items()]


async def _connect(path: Path) -> aiosqlite.Connection:
    # aiosqlite does not wait for the thread of a connection that fails to open: fail before there is one.
    await asyncio.to_thread(_prepare, path)
    connection = await aiosqlite.connect(path, isolation_level=None)
    # A text that is not UTF-8 is its own row's trouble, not that of the whole query.
    connection.text_factory = _text
    try:
        version = await version_of(connection)
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "busy_timeout = 5000",
        ):
            await connection.execute(f"PRAGMA {pragma}")
        await migrate(connection, version)
        for query in SHAPE:
            await connection.execute(f"EXPLAIN {query}")
        async with connection.execute("PRAGMA quick_check(1)") as rows:
            verdict = await rows.fetchone()
        if verdict is None or verdict[0] != "ok":
            raise sqlite3.DatabaseError(verdict[0] if verdict else "no answer")
    except BaseException:
        await connection.close()
        raise
    return connection


def _prepare(path: Path) -> None:
    # For this user alone, wherever it lies: addresses may be signed, and who has one has the file.
    with suppress(OSError):  # SQLite says what is wrong
        path.touch(mode=0o600)
    sqlite3.connect(path).close()


def _is_damage(error: Exception) -> bool:
    """Whether the file is at fault and not the disk, the folder or its rights.

    Where the tables are not what they should be, SQLite calls our SQL wrong, or its words are no UTF-8.
    """
    is_about_the_surroundings = isinstance(error, sqlite3.OperationalError)
    return not is_about_the_surroundings or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _text(raw: bytes) -> str:
    return raw.decode(errors="surrogateescape")


def _put_aside(path: Path) -> Path:
    name = f"{path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}"
    kept = path.with_name(unused_name(name, lambda name: path.with_name(name).exists()))
    path.replace(kept)
    # With its write-ahead log, if SQLite has left one: no new database may begin with it.
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(kept.with_name(kept.name + suffix))
    return kept
