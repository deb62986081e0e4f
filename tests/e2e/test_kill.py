"""kill -9 at any moment: nothing that was durable is fetched again, and the end is right byte by byte.

The checkpoint limit is scaled down from 64 MiB in the child (tests/support/queue_process.py).
"""

import asyncio
import base64
import random
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.content import Pattern, sha256_of
from tests.support.crash import Crashable
from tests.support.scripted_server import Request, Resource, ScriptedServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the socket queues of Linux")

MIB = 1 << 20
KILLS, FILES = 30, 5
CHECKPOINT = MIB
ALLOWANCE = 2 * CHECKPOINT + 4 * MIB
"""What a kill may cost: the checkpoint under way, the one being gathered, and what the wire's own buffers hold."""
SIZE = 14 * ALLOWANCE
"""Of one file: large enough that thirty runs do not come to the end of five."""
MODULE = "tests.support.queue_process"


def unread(port: int) -> int:
    """Bytes in the sockets between the server and its clients, which no program has read."""
    count = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        to_send, to_read = (int(part, 16) for part in queues.split(":"))
        count += to_send if local.endswith(f":{port:04X}") else 0
        count += to_read if remote.endswith(f":{port:04X}") else 0
    return count


@dataclass(frozen=True, slots=True)
class Run:
    """One life of the process: where its first request began in the job, and the bytes it has read."""

    position: int | None
    read: int


def position(request: Request) -> int:
    """The offset in the whole job; files are fetched one after another."""
    index = int(request.path.removeprefix("/").removesuffix(".bin"))
    start = (request.header("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0]
    return index * SIZE + int(start)


def run_of(server: ScriptedServer, requests_before: int, sent_before: int) -> Run:
    new = server.requests[requests_before:]
    read = max(0, server.bytes_sent() - sent_before - unread(server.port))
    return Run(position(new[0]) if new else None, read)


async def killed_run(server: ScriptedServer, process: Crashable, chance: random.Random) -> Run:
    """Start the process and kill it at a moment that the server's progress or its own word decides."""
    requests, sent = len(server.requests), server.bytes_sent()
    await process.start()
    assert await process.line() == "opened"
    moment = chance.choice(["opened", "asked", "bytes", "bytes", "bytes", "bytes"])
    if moment == "asked":
        await server.wait_for_request_number(requests + 1)
    elif moment == "bytes":
        await server.wait_for_bytes(sent + chance.randrange(4 * ALLOWANCE))
    process.freeze()
    life = run_of(server, requests, sent)
    await process.kill()
    return life


def test_thirty_kills_cost_no_more_than_a_checkpoint_each(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        chance = random.Random(20_261_123)
        contents = [Pattern(SIZE, seed=index) for index in range(FILES)]
        folder = tmp_path / "folder"
        folder.mkdir()
        async with ScriptedServer() as server:
            for index, content in enumerate(contents):
                server.files[f"/{index}.bin"] = Resource(content=content, etag=f'"{index}"')
            urls = [server.url(path) for path in server.files]
            process = Crashable("-m", MODULE, str(tmp_path / "state"), str(folder), str(CHECKPOINT), *urls)
            runs = [await killed_run(server, process, chance) for _ in range(KILLS)]
            requests, sent = len(server.requests), server.bytes_sent()
            await process.start()
            assert await process.finish() == (0, "opened\ntransferred\ncompleted\n", "")
            runs.append(run_of(server, requests, sent))
        assert_ranges_not_restarts([run for run in runs if run.position is not None])
        assert sum(run.read for run in runs) <= FILES * SIZE + KILLS * ALLOWANCE
        sums = [await asyncio.to_thread(sha256_of, folder / f"{index}.bin") for index in range(FILES)]
        assert sums == [sha256_of(content) for content in contents]
        assert sorted(path.name for path in folder.iterdir()) == [f"{index}.bin" for index in range(FILES)]

    run(scenario())


def assert_ranges_not_restarts(runs: list[Run]) -> None:
    assert sum(run.read > ALLOWANCE for run in runs) > 2, "too few runs long enough to prove anything"
    for before, after in pairwise(runs):
        assert after.position >= max(before.position, before.position + before.read - ALLOWANCE)


def test_a_kill_during_complete_loses_nothing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        content = Pattern(3 * MIB)
        async with ScriptedServer() as server:
            for index in range(FILES):
                server.files[f"/{index}.bin"] = Resource(content=content)
            urls = [server.url(path) for path in server.files]
            process = Crashable("-m", MODULE, str(tmp_path / "state"), str(tmp_path), str(CHECKPOINT), *urls)
            await process.start()
            assert [await process.line() for _ in range(2)] == ["opened", "transferred"]
            await process.kill()
            asked = len(server.requests)
            await process.start()
            code, _, errors = await process.finish()
            assert (code, errors) == (0, "")
            assert len(server.requests) == asked
        for index in range(FILES):
            assert sha256_of(tmp_path / f"{index}.bin") == sha256_of(content)

    run(scenario())


CHECKING = """
import sys, time
from bitsgui.engine import content_check
from tests.support import queue_process

def check(*_):
    print("checking", flush=True)
    time.sleep(60)

content_check._feed = check
sys.exit(queue_process.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("is_right", [True, False], ids=["right", "wrong"])
def test_a_kill_during_the_check_leaves_it_to_the_next_life(run, tmp_path: Path, is_right: bool) -> None:
    async def scenario() -> None:
        content = Pattern(3 * MIB)
        digest = bytes.fromhex(sha256_of(content if is_right else b""))
        said = ("Repr-Digest", f"sha-256=:{base64.b64encode(digest).decode()}:")
        async with ScriptedServer() as server:
            server.files["/0.bin"] = Resource(content=content, headers=(said,))
            arguments = (str(tmp_path / "state"), str(tmp_path), str(CHECKPOINT), server.url("/0.bin"))
            killed, whole = Crashable("-c", CHECKING, *arguments), Crashable("-m", MODULE, *arguments)
            await killed.start()
            assert [await killed.line() for _ in range(2)] == ["opened", "checking"]
            await killed.kill()
            await whole.start()
            code, out, errors = await whole.finish()
            assert server.bytes_sent() <= 3 * MIB + ALLOWANCE
        expected = "opened\ntransferred\ncompleted\n" if is_right else "opened\n"
        assert (code == 0, out) == (is_right, expected), errors
        assert is_right or "BG_E_VALIDATION_FAILED" in errors
        assert (tmp_path / "0.bin").exists() is is_right
        assert not is_right or sha256_of(tmp_path / "0.bin") == sha256_of(content)

    run(scenario())


def test_a_second_process_is_refused_until_the_holder_is_dead(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        arguments = ("-m", MODULE, str(tmp_path / "state"), str(tmp_path), str(CHECKPOINT))
        holder, second, third = (Crashable(*arguments) for _ in range(3))
        await holder.start()
        assert await holder.line() == "opened"
        await second.start()
        code, out, errors = await second.finish()
        assert (code, out) == (4, "")
        assert str(tmp_path / "state") in errors
        assert len(errors.splitlines()) == 1
        await holder.kill()
        await third.start()
        assert await third.line() == "opened"
        await third.kill()

    run(scenario())
