"""kill -9 of the server at any moment: its sessions go on where their data ends, and the files are right."""

import os
import random
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.content import Pattern
from tests.support.crash import Crashable
from tests.support.raw_http import Answer, connected
from tests.support.serving import CREATE, ending, fragment, serving, stuck, written

KILLS, SIZE, PIECE = 20, 64_000_000, 3_000_000
STEP = 1 << 20
"""What the server gathers before it writes."""


class Life:
    """`bitsgui serve` as a process of its own, killed and started again."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.process = Crashable("-m", "bitsgui", "serve", str(folder), "--port", "0", *options)
        self.port = 0

    async def start(self) -> None:
        await self.process.start()
        line = await self.process.line()
        assert line.startswith("Listening on http://127.0.0.1:"), line
        self.port = urlsplit(line.removeprefix("Listening on ")).port or 0

    async def ask(self, headers: dict[str, str], body: bytes = b"") -> Answer:
        async with connected(self.port, host="localhost") as connection:
            return await connection.ask("BITS_POST", "/a.bin", headers, body)

    async def restart(self) -> None:
        await self.process.kill()
        await self.start()


def test_twenty_kills_in_the_middle_of_fragments_lose_nothing_that_was_acknowledged(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        chance, body, acknowledged = random.Random(7), Pattern(SIZE)[:], 0
        life = Life(tmp_path, "--app", "/bin/cp")
        await life.start()
        session = (await life.ask(CREATE))["BITS-Session-Id"] or ""
        data = tmp_path / ".bitsgui-sessions" / session.strip("{}") / "data"
        for _ in range(KILLS):
            piece = body[acknowledged : acknowledged + PIECE]
            async with connected(life.port, host="localhost") as connection:
                sent = piece[: chance.randrange(2 * STEP, PIECE)]
                await stuck(connection, "/a.bin", fragment(session, acknowledged, piece, SIZE), sent)
                await written(data, acknowledged + STEP)
                await life.restart()
            answer = await life.ask(fragment(session, acknowledged, piece[:1], SIZE), piece[:1])
            expected = int(answer["BITS-Received-Content-Range"] or 0)
            assert (answer.status, expected) == (200, data.stat().st_size)
            assert expected >= acknowledged + STEP
            acknowledged = expected
        rest = fragment(session, acknowledged, body[acknowledged:], SIZE)
        reply = urlsplit((await life.ask(rest, body[acknowledged:]))["BITS-Reply-URL"] or "").path
        await life.restart()
        async with connected(life.port, host="localhost") as connection:
            assert (await connection.ask("GET", reply)).body == body
        assert (await life.ask(ending("Close-Session", session))).status == 200
        await life.process.kill()

    run(scenario())
    assert (tmp_path / "a.bin").read_bytes() == Pattern(SIZE)[:]


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
from bitsgui.cli import main
sys.exit(main(["serve", sys.argv[1], "--port", "0", "--overwrite"]))
"""


def test_a_disk_that_takes_no_more_keeps_what_came_before(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        body = Pattern(5_000_000)[:]
        life = Life(tmp_path)
        life.process = Crashable("-c", FULL, str(tmp_path))
        await life.start()
        session = (await life.ask(CREATE))["BITS-Session-Id"] or ""
        data = tmp_path / ".bitsgui-sessions" / session.strip("{}") / "data"
        for _ in range(2):
            refused = await life.ask(fragment(session, 0, body, len(body)), body)
            assert (refused.status, refused["BITS-Error-Code"], refused["BITS-Error-Context"]) == (
                500,
                "0x80200020",
                "0x5",
            )
            assert data.read_bytes() == body[:1_500_000]
        gap = await life.ask(fragment(session, 1_500_001, body[1_500_001:], len(body)), body[1_500_001:])
        assert (gap.status, gap["BITS-Received-Content-Range"]) == (416, "1500000")
        async with connected(life.port, host="localhost") as connection:
            assert (await connection.ask("PUT", "/b.bin", {}, body)).status == 500
        await life.process.kill()

    run(scenario())
    assert not (tmp_path / "b.bin").exists()


def test_what_a_crash_left_half_done_is_cleared_away(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            kept, published, broken = [await it.create(path) for path in ("/kept", "/published", "/broken")]
            for path, session in (("/kept", kept), ("/published", published)):
                await it.send(path, session, 0, b"abc", 3)
            store = it.store
        (store / "put-0123").write_bytes(b"half")
        (store / published.strip("{}") / "data").rename(tmp_path / "published")  # renamed, and no Ack was sent
        (store / broken.strip("{}") / "state.json").write_bytes(b'{"id": "')
        async with serving(tmp_path) as it:
            assert [path.name for path in it.sessions()] == [kept.strip("{}")]
            assert not (store / "put-0123").exists()
            again = await it.close("/published", published)
            assert (again.status, again["BITS-Error-Code"]) == (500, "0x8020001F")
            assert (await it.close("/kept", kept)).status == 200

    run(scenario())
    assert sorted(path.name for path in tmp_path.iterdir()) == [".bitsgui-sessions", "kept", "published"]


def test_a_crash_between_the_two_steps_of_a_publish(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            session = await it.create("/a")
            await it.send("/a", session, 0, b"abc", 3)
            (tmp_path / "a").hardlink_to(it.sessions()[0] / "data")
            assert (await it.close("/a", session)).status == 200
            assert (tmp_path / "a").read_bytes() == b"abc"
            assert it.sessions() == []

    run(scenario())


def test_idle_sessions_are_dropped(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path) as it:
            await it.create("/a")
            idle = it.sessions()[0]
            kept = await it.create("/b")
        for path in (idle / "data", idle / "state.json"):
            os.utime(path, (time.time() - 7200,) * 2)
        async with serving(tmp_path, session_timeout_s=3600.0) as it:
            assert [path.name for path in it.sessions()] == [kept.strip("{}")]
            assert (await it.close("/b", kept)).status == 200

    run(scenario())
