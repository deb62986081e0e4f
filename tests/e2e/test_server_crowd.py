"""Many clients at once: limits hold, nobody's sessions are in another's way, and memory does not grow with them."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from bitsgui.server.receiving import GATHERED_MAX
from bitsgui.server.sessions import SessionStore
from tests.support.raw_http import connected
from tests.support.serving import CREATE, serving, stuck, written
from tests.support.serving import fragment as fragment_of

MIB = 1 << 20


def test_those_who_come_at_once_share_the_limit(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path, sessions_per_client=3) as it:
            answers = await asyncio.gather(*(it.packet(f"/{n}.bin", CREATE) for n in range(20)))
            assert sorted(answer.status for answer in answers) == [200] * 3 + [503] * 17
            assert len(it.sessions()) == 3

    run(scenario())


def test_sessions_are_counted_while_others_come_and_go(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        store = SessionStore(tmp_path)
        store.open()
        for number in range(200):
            store.create(f"/{number}", "", "me")

        async def comes_and_goes(number: int) -> None:
            for _ in range(25):
                session = await asyncio.to_thread(store.create, f"/{number}", "", "you")
                await asyncio.to_thread(store.remove, session)

        tasks = [asyncio.create_task(comes_and_goes(number)) for number in range(6)]
        while not all(task.done() for task in tasks):
            assert store.count_of("", "me") == 200
            await asyncio.sleep(0)
        store.close()

    run(scenario())


def test_slow_senders_share_what_is_gathered(run, tmp_path: Path) -> None:
    """Forty that stop short of 1 MiB: by far the most of what they have sent is on the disk."""
    count = 40

    async def scenario() -> None:
        async with serving(tmp_path) as it, AsyncExitStack() as stack:
            sessions = [await it.create(f"/{n}.bin") for n in range(count)]
            connections = [await stack.enter_async_context(connected(it.port)) for _ in range(count)]
            for number, connection in enumerate(connections):
                body = bytes(MIB)
                headers = fragment_of(sessions[number], 0, body, MIB)
                await stuck(connection, f"/{number}.bin", headers, body[:1000])
            for connection in connections:
                await connection.send(bytes(MIB - 100_000))
            for folder in it.sessions():
                await written(folder / "data", MIB - 100_000 - GATHERED_MAX // count)
            for connection in connections:
                connection.abort()

    run(scenario())
