"""The database's shape, step by step from version 1; PRAGMA user_version says which step was the last."""

from typing import Final

import aiosqlite

STEPS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """CREATE TABLE jobs (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            state INTEGER NOT NULL,
            body TEXT NOT NULL
        )""",
        """CREATE TABLE files (
            job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
            file_index INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (job_id, file_index)
        ) WITHOUT ROWID""",
        """CREATE TABLE errors (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
            body TEXT NOT NULL
        )""",
        "CREATE INDEX errors_of_job ON errors(job_id, sequence)",
    ),
    (
        """CREATE TABLE remedies (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
            body TEXT NOT NULL
        )""",
        "CREATE INDEX remedies_of_job ON remedies(job_id, sequence)",
        """CREATE TABLE drafts (
            job_id TEXT PRIMARY KEY REFERENCES jobs(id) ON DELETE CASCADE,
            body TEXT NOT NULL
        )""",
        """CREATE TABLE remembered (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            place TEXT NOT NULL,
            remedy TEXT NOT NULL,
            body TEXT NOT NULL,
            UNIQUE (place, remedy)
        )""",
    ),
)
"""STEPS[n] leads from version n to version n + 1."""

SHAPE: Final = (
    "SELECT position, id, state, body FROM jobs",
    "SELECT job_id, file_index, body FROM files",
    "SELECT sequence, job_id, body FROM errors",
    "SELECT sequence, job_id, body FROM remedies",
    "SELECT job_id, body FROM drafts",
    "SELECT sequence, place, remedy, body FROM remembered",
)
"""What the newest version must be able to answer."""


class TooNewError(Exception):
    """The database was written by a newer bitsgui."""


async def version_of(connection: aiosqlite.Connection) -> int:
    """The database's version, 0 for an empty one; only reads.

    Raises TooNewError for a version that this program does not know.
    """
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    version = int(row[0]) if row else 0
    if version > len(STEPS):
        raise TooNewError(f"The queue has version {version}; this bitsgui knows {len(STEPS)} at most. Update it.")
    return version


async def migrate(connection: aiosqlite.Connection, version: int) -> None:
    """Bring the database from `version` to the newest one, each step in a transaction of its own."""
    for number, statements in enumerate(STEPS[version:], start=version + 1):
        await connection.execute("BEGIN IMMEDIATE")
        for statement in statements:
            await connection.execute(statement)
        await connection.execute(f"PRAGMA user_version = {number}")
        await connection.commit()
