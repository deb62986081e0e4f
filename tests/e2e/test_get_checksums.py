"""`bitsgui get --checksum`: right files arrive, wrong ones never, and the next call knows what to do."""

import hashlib

from tests.support.scripted_server import Resource, ScriptedServer
from tests.support.terminal import Play, Terminal

CONTENT = b"the right bytes" * 10_000
RIGHT, WRONG = hashlib.sha256(CONTENT).hexdigest(), hashlib.sha256(b"wrong").hexdigest()


def test_a_right_file_arrives(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a.bin"] = Resource(content=CONTENT)
        sums = f"{WRONG}  b.bin\n{RIGHT}  a.bin\n"
        done = await here.get(server.url("/a.bin"), "--checksum", sums)
        assert done.status == 0, done.err
        assert (here.files(), here.queues()) == (["a.bin"], [])

    play(scenario)


def test_a_wrong_file_is_refused_until_the_checksum_is_corrected(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a.bin"] = Resource(content=CONTENT)
        for _ in range(2):
            done = await here.get(server.url("/a.bin"), "--checksum", f"sha-256={WRONG}", "--json")
            assert done.status == 1
            assert "at fault: the file on the server; BG_E_VALIDATION_FAILED, 0x80200053" in done.err
            assert f"wanted {WRONG}, got {RIGHT}" in done.err
            assert "--restart" in done.err
            assert "the right --checksum" in done.err
            assert here.visible_files() == []
            assert len(here.files()) == 1, "what came is kept"
            (job,) = done.objects
            assert (job["state"], job["files"][0]["bytes_transferred"]) == ("ERROR", len(CONTENT))
        # Without the option the stored job keeps what it was told.
        assert (await here.get(server.url("/a.bin"))).status == 1
        done = await here.get(server.url("/a.bin"), "--checksum", RIGHT.upper())
        assert done.status == 0, done.err
        assert (here.files(), here.queues()) == (["a.bin"], [])
        assert len(server.requests) == 1

    play(scenario)


def test_restart_fetches_it_again(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a.bin"] = Resource(content=b"not yet")
        command = (server.url("/a.bin"), "--checksum", f"sha256:{RIGHT}")
        assert (await here.get(*command)).status == 1
        server.files["/a.bin"] = Resource(content=CONTENT)
        assert (await here.get(*command)).status == 1
        assert len(server.requests) == 1
        done = await here.get(*command, "--restart")
        assert done.status == 0, done.err
        assert (here.folder / "a.bin").read_bytes() == CONTENT

    play(scenario)


def test_one_wrong_file_of_many_holds_up_no_other(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        paths = [f"/{number}.bin" for number in range(40)]
        for path in paths:
            server.files[path] = Resource(content=path.encode())
        sums = [hashlib.md5(path.encode()).hexdigest() for path in paths]
        given = [part for number in sums for part in ("--checksum", number)]
        wrong = [*given[:1], WRONG[:32], *given[2:]]
        urls = [server.url(path) for path in paths]
        done = await here.get(*urls, *wrong, "--quiet")
        assert done.status == 3
        assert "/0.bin: The file is complete, but its MD5 checksum" in done.err
        assert {f"/{name}" for name in here.visible_files()} == set(paths) - {"/0.bin"}
        asked = len(server.requests)
        done = await here.get(*urls, *given, "--quiet")
        assert (done.status, done.err) == (0, "")
        assert {f"/{name}" for name in here.files()} == set(paths)
        assert len(server.requests) == asked

    play(scenario)


def test_a_file_that_came_by_another_checksum_is_not_called_right(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a.bin"] = Resource(content=CONTENT)
        urls = (server.url("/a.bin"), server.url("/gone"))
        # The queue stays, as not everything has come.
        assert (await here.get(*urls)).status == 3
        done = await here.get(*urls, "--checksum", WRONG, "--checksum", WRONG)
        assert done.status == 2
        assert "a.bin exists" in done.err

    play(scenario)
