"""Upload sessions on disk: a folder each in a hidden store, with its data, its reply and a small state file.

What counts as received is the length of the data file, so that no count can be wrong after a crash; the state file
holds what the data cannot tell and is replaced atomically. Must not know HTTP.
"""

import asyncio
import logging
import os
import secrets
import shutil
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from bitsgui.server.request import Request

STORE_NAME: Final = ".bitsgui-sessions"

_STATE, _DATA, _REPLY = "state.json", "data", "reply"
log = logging.getLogger(__name__)


class StoreLockedError(Exception):
    """Another server works in this folder."""


class SessionState(msgspec.Struct, frozen=True, kw_only=True):
    """What must outlive the server. `address`: path and query it belongs to; `created`: seconds since the epoch.

    `notified`: the program has taken the file, and what follows is its answer; `refused`: it never will.
    """

    id: str
    address: str
    user: str
    client: str
    created: float
    total: int | None = None
    notified: bool = False
    refused: bool = False
    publishes: bool = True
    reply_token: str | None = None
    static_url: str | None = None


class Session:
    """One session. `received`: bytes safely in the data file, the next offset expected."""

    def __init__(self, folder: Path, state: SessionState, received: int = 0) -> None:
        self.folder = folder
        self.state = state
        self.received = received
        self.lock = asyncio.Lock()
        self.is_over = False
        self.work: asyncio.Task[object] | None = None
        """The program at work on it."""
        self._latest: Request | None = None

    @property
    def data(self) -> Path:
        """The received bytes."""
        return self.folder / _DATA

    @property
    def reply(self) -> Path:
        """The program's reply."""
        return self.folder / _REPLY

    @property
    def is_complete(self) -> bool:
        """Every byte is here."""
        return self.state.total == self.received

    def take_over(self, request: "Request") -> None:
        """`request` is the one that counts now: an older one's connection is almost certainly dead."""
        if self._latest is not None:
            self._latest.break_off()
        self._latest = request

    def keep(self, *, durable: bool = False, **changes: object) -> None:
        """Change the state and store it (blocking); `durable` also through a power failure."""
        state = msgspec.structs.replace(self.state, **changes)
        draft = self.folder / (_STATE + ".new")
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(state))
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(self.folder / _STATE)
        self.state = state

    def is_idle(self, limit_s: float) -> bool:
        """Whether it made no progress for so long (blocking); what has lost its files never will."""
        try:
            touched = max(path.stat().st_mtime for path in (self.data, self.folder / _STATE))
        except FileNotFoundError:
            return True
        return time.time() - touched > limit_s


class SessionStore:
    """Every session of one served folder; one process at a time has it."""

    def __init__(self, served: Path) -> None:
        self.folder = served / STORE_NAME
        self._lock = FileLock(self.folder / "lock", thread_local=False)
        self._sessions: dict[str, Session] = {}

    def open(self) -> None:
        """Take the store and load what an earlier run left (blocking); raises StoreLockedError and OSError."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise StoreLockedError(self.folder) from None
        for path in self.folder.iterdir():
            if path.is_dir():
                self._load(path)
            elif path.name != "lock":
                path.unlink()

    def close(self) -> None:
        """Let the store go; the sessions stay on disk."""
        self._lock.release()

    def create(self, address: str, user: str, client: str) -> Session:
        """A new session (blocking)."""
        session_id = "{" + str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)).upper() + "}"
        state = SessionState(id=session_id, address=address, user=user, client=client, created=time.time())
        session = Session(self.folder / session_id.strip("{}"), state)
        session.folder.mkdir(mode=0o700)
        session.data.touch()
        session.keep()
        self._sessions[session_id] = session
        return session

    def find(self, session_id: str, address: str, user: str) -> Session | None:
        """The session of that id, in any case, if it belongs to this address and user."""
        session = self._sessions.get(session_id.upper())
        is_theirs = session is not None and (session.state.address, session.state.user) == (address, user)
        return session if is_theirs else None

    def with_reply(self, token: str, user: str) -> Session | None:
        """The session whose reply is known by that secret to that user."""
        given = token.encode("latin-1", "replace")
        for session in self._all():
            own = session.state.reply_token
            if own is not None and session.state.user == user and secrets.compare_digest(own.encode(), given):
                return session
        return None

    def count_of(self, user: str, client: str) -> int:
        """How many sessions a user has, or without sign-in a client's address."""
        return sum((s.state.user, s.state.user or s.state.client) == (user, user or client) for s in self._all())

    def remove(self, session: Session) -> None:
        """Forget a session and delete what it has (blocking)."""
        session.is_over = True
        self._sessions.pop(session.state.id, None)
        (session.folder / _STATE).unlink(missing_ok=True)  # what has none is rubbish at the next start
        shutil.rmtree(session.folder, ignore_errors=True)

    def stop_work(self) -> None:
        """End every program at work; each is asked again when its client comes back."""
        for session in self._all():
            if session.work is not None:
                session.work.cancel()

    def draft(self) -> Path:
        """A new name in the store for a file that is no session's; the next start deletes it."""
        return self.folder / f"put-{secrets.token_hex(16)}"

    def idle(self, limit_s: float) -> list[Session]:
        """The sessions that made no progress for so long (blocking)."""
        return [session for session in self._all() if session.is_idle(limit_s)]

    def _all(self) -> tuple[Session, ...]:
        """As they are now: `create` and `remove` change them on threads meanwhile."""
        return tuple(self._sessions.values())

    def _load(self, folder: Path) -> None:
        try:
            state = msgspec.json.decode((folder / _STATE).read_bytes(), type=SessionState)
            session = Session(folder, state, (folder / _DATA).stat().st_size)
            if state.total is not None and session.received > state.total:
                raise ValueError("more data than the file has")
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            log.info("a session is dropped: %s", error)
            shutil.rmtree(folder, ignore_errors=True)
            return
        self._sessions[state.id] = session
