"""kill -9 of either end at forty moments of one upload-reply: it goes on, and its end is right byte by byte.

Fragments and checkpoints are scaled down in the client (tests/support/upload_process.py), so that there are many.
"""

import asyncio
import random
import socket
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.content import Pattern, pieces, sha256_of
from tests.support.crash import Crashable
from tests.support.packet_relay import PacketRelay, Passage, Way
from tests.support.raw_http import connected, request_bytes
from tests.support.serving import CREATE, fragment, written

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")

KIB, MIB = 1 << 10, 1 << 20
FRAGMENT = 32 * KIB
SIZE = 8 * MIB + 77
REPLY_LINES = 40_000
PATIENCE_S = 60
PATH = "/inbox/a.bin"

PROGRAM = """\
import hashlib, os, sys
size, digest = os.stat(sys.argv[1]).st_size, hashlib.sha256()
with open(sys.argv[1], "rb") as data:
    while block := data.read(1 << 20):
        digest.update(block)
run = os.urandom(8).hex()
with open({log!r}, "a") as log:
    log.write(f"{{size}} {{digest.hexdigest()}}\\n")
with open(sys.argv[2], "w") as reply:
    reply.write(f"{{size}} {{digest.hexdigest()}}\\n")
    for number in range({lines}):
        reply.write(f"{{run}} {{number:8}}\\n")
"""
REPLY_SIZE = len(f"{SIZE} {'0' * 64}\n") + REPLY_LINES * len(f"{'0' * 16} {'0':8}\n")

UPLOAD, AT_WORK, REPLY, CLOSE, CLOSED = "upload", "program at work", "reply", "before Close-Session", "after its Ack"


@dataclass(frozen=True, slots=True)
class Moment:
    """When `end` is killed: `at` is a byte of the upload or of all replies, the count of a packet otherwise."""

    kind: str
    end: str
    at: int = 1


def moments(chance: random.Random) -> list[Moment]:
    """Twenty for either end."""
    drawn = [Moment(UPLOAD, end, chance.randrange(SIZE)) for end in ("client", "server") for _ in range(12)]
    drawn += [Moment(REPLY, end, chance.randrange(REPLY_SIZE)) for end in ("client", "server") for _ in range(3)]
    for kind, count in ((AT_WORK, 3), (CLOSE, 1), (CLOSED, 1)):
        drawn += [Moment(kind, end) for end in ("server", "client") for _ in range(count)]
    return sorted(drawn, key=lambda moment: moment.at)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def a_server(folder: Path, port: int, script: Path) -> Crashable:
    """`bitsgui serve` with a program in Python."""
    arguments = ("serve", str(folder), "--port", str(port), "--app", f"'{sys.executable}' '{script}'")
    return Crashable("-m", "bitsgui", *arguments, errors=script.with_name("server.err"))


@dataclass
class Killer:
    """Stands at the relay's gate. `marks`: how many requests had passed when a client was killed."""

    ends: dict[str, Crashable]
    moments: list[Moment]
    chance: random.Random
    relay: PacketRelay = field(init=False)
    killed: Counter[tuple[str, str]] = field(default_factory=Counter)
    marks: list[int] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    _killing: asyncio.Task[None] | None = None
    _holds: bool = False

    async def gate(self, passage: Passage, way: Way) -> None:
        """Both ends work on until the signal comes; but what must not be over by then is held, and lost with it."""
        moment = self._due(passage, way)
        if moment is not None:
            self.moments.remove(moment)
            self._killing = asyncio.ensure_future(self._kill(moment))
            self._holds = moment.kind != UPLOAD
        is_asking = passage.is_last and way == "up"
        if self._holds and not is_asking and self._killing is not None and not self._killing.done():
            await asyncio.shield(self._killing)
            raise ConnectionResetError

    def _due(self, passage: Passage, way: Way) -> Moment | None:
        if self._killing is not None and not self._killing.done():
            return None
        seen = self._seen(passage, way)
        return next((m for m in self.moments if m.kind in seen and m.at <= seen[m.kind]), None)

    def _seen(self, passage: Passage, way: Way) -> dict[str, int]:
        """The kinds of moments that this may be, and how far it has come."""
        if passage.kind == "Fragment" and way == "up":
            return {UPLOAD: passage.start + passage.up, AT_WORK: int(passage.is_last)}
        if passage.kind == "GET" and way == "down":
            return {REPLY: sum(p.down for p in self.relay.of("GET"))}
        if passage.kind == "Close-Session":
            return {CLOSE if way == "up" else CLOSED: 1}
        return {}

    async def _kill(self, moment: Moment) -> None:
        await asyncio.sleep(self.chance.random() * (0.12 if moment.kind == AT_WORK else 0.02))
        process = self.ends[moment.end]
        await process.kill()
        self.killed[moment.end, moment.kind] += 1
        if moment.end == "client":
            self.marks.append(len(self.relay.passages))
        await process.start()
        assert await process.line() in ("opened", f"Listening on http://127.0.0.1:{self.relay.target}/")
        if not self.moments:
            self.done.set()


async def the_whole_way(tmp_path: Path, source: Path) -> Killer:
    chance = random.Random(20_261_124)
    port, folder, script = free_port(), tmp_path / "served", tmp_path / "program.py"
    (folder / "inbox").mkdir(parents=True)
    script.write_text(PROGRAM.format(log=str(tmp_path / "runs"), lines=REPLY_LINES))
    server = a_server(folder, port, script)
    await server.start()
    await server.line()
    async with PacketRelay(port) as relay:
        names = (tmp_path / "state", source, relay.url(PATH), tmp_path / "reply", FRAGMENT)
        client = Crashable("-m", "tests.support.upload_process", *map(str, names), errors=tmp_path / "client.err")
        killer = Killer({"client": client, "server": server}, moments(chance), chance)
        killer.relay = relay
        relay.gate = killer.gate
        await client.start()
        assert await client.line() == "opened"
        async with asyncio.timeout(PATIENCE_S):
            await killer.done.wait()
            assert await client.finish() == (0, "transferred\ncompleted\n", "")
        await server.kill()
    return killer


def test_forty_kills_of_both_ends(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        content, source = Pattern(SIZE), tmp_path / "a.bin"
        with source.open("wb") as file:
            file.writelines(pieces(content, 0, SIZE, MIB))
        killer = await the_whole_way(tmp_path, source)
        assert not killer.moments
        assert Counter(end for end, _ in killer.killed.elements()) == {"client": 20, "server": 20}
        assert (tmp_path / "client.err").read_text() == (tmp_path / "server.err").read_text() == ""
        assert sha256_of(tmp_path / "served" / "inbox" / "a.bin") == sha256_of(content)
        assert_right_reply(tmp_path, sha256_of(content))
        assert_resumed(killer)

    run(scenario())


def assert_right_reply(tmp_path: Path, digest: str) -> None:
    runs = (tmp_path / "runs").read_text().splitlines()
    assert set(runs) == {f"{SIZE} {digest}"}
    # The program is asked again only when the server died before it knew the answer.
    assert len(runs) <= 1 + 3
    head, *lines = (tmp_path / "reply").read_text().splitlines()
    assert head == runs[0]
    assert len({line.split()[0] for line in lines}) == 1, "made of two answers"
    assert [int(line.split()[1]) for line in lines] == list(range(REPLY_LINES))


def assert_resumed(killer: Killer) -> None:
    """One session; after each kill Ping and the fragment whose Ack was not there, and never more than that again."""
    passages = killer.relay.passages
    log = [passage.kind for passage in passages]
    assert log.count("Create-Session") == 1
    assert "Cancel-Session" not in log
    for mark in killer.marks:
        before, after = passages[:mark], passages[mark:]
        assert after[0].kind == "Ping"
        last = next((p for p in reversed(before) if p.kind == "Fragment"), None)
        first = next((p for p in after if p.kind == "Fragment"), None)
        if last is not None and first is not None and not last.is_last:
            assert first.start in (last.start, last.start + FRAGMENT)
    fetched = killer.relay.of("GET")
    assert {p.status for p in fetched} <= {200, 206, None}
    assert [p for p in fetched if p.status == 206], "the reply was always fetched from its beginning"
    sent = sum(passage.up for passage in killer.relay.of("Fragment"))
    assert SIZE <= sent <= SIZE + 40 * FRAGMENT


ORPHAN = """\
import os, sys, time
me = os.path.dirname(sys.argv[0])
try:
    os.close(os.open(me + "/first", os.O_CREAT | os.O_EXCL))
except FileExistsError:
    answer = "of the second run"
else:
    answer = "of the first"
    while not os.path.exists(me + "/go"):
        time.sleep(0.01)
with open(sys.argv[2], "w") as reply:
    reply.write(answer)
if answer == "of the first":
    os.close(os.open(me + "/over", os.O_CREAT))
"""


def test_a_program_that_outlived_its_server_does_not_write_into_the_reply(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        folder, script = tmp_path / "served", tmp_path / "program.py"
        folder.mkdir()
        script.write_text(ORPHAN)
        port = free_port()
        server = a_server(folder, port, script)
        await server.start()
        await server.line()
        async with connected(port, host="localhost") as connection:
            session = (await connection.ask("BITS_POST", "/a", CREATE))["BITS-Session-Id"] or ""
            whole = fragment(session, 0, b"abc", 3)
            await connection.send(request_bytes("BITS_POST", "/a", whole, b"abc", connection.host))
            await written(tmp_path / "first", 0)
            await server.kill()
        await server.start()
        await server.line()
        async with connected(port, host="localhost") as connection:
            answer = await connection.ask("BITS_POST", "/a", fragment(session, 2, b"c", 3), b"c")
            (tmp_path / "go").touch()
            await written(tmp_path / "over", 0)
            reply = await connection.ask("GET", urlsplit(answer["BITS-Reply-URL"] or "").path)
            assert reply.body == b"of the second run"
        await server.kill()

    run(scenario())
