"""`bitsgui add, list, info, suspend, resume, complete, cancel, set` on a window, on a service, on a stored queue."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.scripted_server import Pattern, Resource, ScriptedServer, sha256_of
from tests.support.terminal import Done, Play, Terminal, taken
from tests.support.windows import listening, said, start_window

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no polite kill")

SIZE = 3_000_000
Host = Callable[[Terminal], Any]


@asynccontextmanager
async def window(here: Terminal) -> AsyncIterator[None]:
    process = await start_window(here.state)
    assert await said(process) == "shown"
    await listening(here.state)
    async with until_end(process):
        yield


@asynccontextmanager
async def service(here: Terminal) -> AsyncIterator[None]:
    process = await here.start(command="service", stderr=asyncio.subprocess.PIPE)
    await listening(here.state)
    async with until_end(process):
        yield


@asynccontextmanager
async def stored(here: Terminal) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def until_end(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
        assert process.returncode == 0
        assert b"Traceback" not in errors, errors.decode()


EVERYWHERE = pytest.mark.parametrize("host", [window, service, stored], ids=lambda host: host.__name__)


async def bitsgui(here: Terminal, command: str, *arguments: str) -> Done:
    return await here.end_of(await here.start(*arguments, command=command))


async def ok(here: Terminal, command: str, *arguments: str) -> Done:
    done = await bitsgui(here, command, *arguments)
    assert done.status == 0, done.err
    return done


async def job_when(here: Terminal, job_id: str, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The job's object as soon as something is true of it."""
    job: dict[str, Any] = {}
    for _ in range(100):
        (job,) = (await ok(here, "info", job_id, "--json")).objects
        if true(job):
            return job
    raise AssertionError(f"it never came true of {job}")


@EVERYWHERE
def test_each_verb_and_property(play: Play, host: Host) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        async with host(here):
            server.files["/a"] = Resource(content=Pattern(SIZE))
            added = await ok(here, "add", server.url("/a"), "--suspended", "--name", "one")
            job_id = added.out.strip()
            assert ("nothing" in added.err or "suspended" in added.err) is (host is stored)

            (listed,) = (await ok(here, "list", "--json")).objects
            assert listed == {
                "id": job_id,
                "display_name": "one",
                "type": "DOWNLOAD",
                "state": "SUSPENDED",
                "priority": "NORMAL",
                "error_count": 0,
                "progress": {"bytes_total": None, "bytes_transferred": 0, "files_total": 1, "files_transferred": 0},
                "reply_progress": None,
                "error": None,
                "allowed": ["resume", "complete", "cancel"],
                "result": None,
                "files": [
                    {
                        "remote_name": server.url("/a"),
                        "local_name": str(here.folder / "a"),
                        "bytes_total": None,
                        "bytes_transferred": 0,
                        "completed": False,
                    }
                ],
            }

            done = await ok(here, "set", job_id[1:9].lower(), "name=two", "priority=low", "limit-rate=1k")
            assert done.out == "Changed two\n"
            refused = await bitsgui(here, "set", "1", "name=" + "x" * 257)
            assert refused.status == 1
            assert "A name has 1 to 256 characters (BG_E_STRING_TOO_LONG" in refused.err
            told = (await ok(here, "info", "1")).out
            assert "two" in told
            assert "1.0 kB/s" in told

            assert (await ok(here, "resume", "1")).out == "Resumed two\n"
            (job,) = (await ok(here, "suspend", "1", "--json")).objects
            assert (job["state"], job["priority"]) == ("SUSPENDED", "LOW")
            assert (await ok(here, "suspend", "1")).out == "two: suspended, as before\n"
            assert (await ok(here, "cancel", "1")).out == "Cancelled two; nothing was received yet\n"
            assert (await ok(here, "list", "--json")).objects == []
            (job,) = (await ok(here, "list", "--history", "--json")).objects
            assert (job["id"], job["state"]) == (job_id, "CANCELLED")
            late = await bitsgui(here, "resume", job_id)
            assert late.status == 1
            assert "BG_E_INVALID_STATE" in late.err

    play(scenario)


def test_a_job_that_the_window_transferred_is_completed_without_it(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(SIZE))
        async with window(here):
            job_id = (await ok(here, "add", server.url("/a"))).out.strip()
            job = await job_when(here, job_id, lambda job: job["state"] == "TRANSFERRED")
            assert job["allowed"] == ["complete", "cancel"]
        assert here.visible_files() == []
        (job,) = (await ok(here, "complete", "--all", "--json")).objects
        assert (job["state"], job["result"]) == ("ACKNOWLEDGED", "S_OK")
        assert (await ok(here, "list")).out == ""
        assert sha256_of(here.folder / "a") == sha256_of(Pattern(SIZE))

    play(scenario)


def test_a_failed_job_is_mended_and_part_of_another_is_kept(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = server.files["/good"] = Resource(content=Pattern(SIZE))
        async with service(here):
            both = ("add", server.url("/good"), server.url("/bad"), "--one-job", "--name", "both")
            mended, parted = [(await ok(here, *both)).out.strip(), (await ok(here, *both)).out.strip()]
            for job_id in (mended, parted):
                job = await job_when(here, job_id, lambda job: job["state"] == "ERROR")
                assert (job["error"]["name"], job["error"]["side"]) == ("BG_E_HTTP_ERROR_404", "link")
            told = (await ok(here, "info", parted)).out
            assert "error: the address" in told
            assert f"`bitsgui set {parted[1:9]}" in told

            await ok(here, "set", mended, f"url={server.url('/a')}", "complete-itself=yes")
            await ok(here, "resume", mended)
            await job_when(here, mended, lambda job: job["state"] == "ACKNOWLEDGED")
            assert "bad" in here.visible_files()

            done = await bitsgui(here, "complete", parted)
            assert done.status == 3
            assert "1 of 2 files were not whole and are dropped" in done.out

    play(scenario)


def test_jobs_that_are_not_there_and_some_that_are(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        async with stored(here):
            ids = (await ok(here, "add", server.url("/a"), server.url("/b"), "--suspended", "-q")).out.split()
            unknown = await bitsgui(here, "cancel", ids[0], "zz")
            assert unknown.status == 1
            assert "no job 'zz'" in unknown.err
            assert "BG_E_NOT_FOUND" in unknown.err
            assert len((await ok(here, "list", "--json")).objects) == 2, "nothing may happen then"
            await ok(here, "cancel", ids[0])
            some = await bitsgui(here, "resume", *ids, "--json")
            assert some.status == 3
            assert some.objects[0]["state"] == "CANCELLED"
            assert "BG_E_INVALID_STATE" in some.err
            nothing = await ok(here, "complete", "--all")
            assert (nothing.out, nothing.err) == ("", "")

    play(scenario)


def test_many_calls_at_once_on_a_stored_queue_wait_for_each_other(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        calls = [await here.start(server.url(f"/{n}"), "-q", command="add") for n in range(4)]
        ends = [await here.end_of(call) for call in calls]
        assert [(done.status, done.err) for done in ends] == [(0, "")] * 4
        listed = (await ok(here, "list", "--json")).objects
        assert {job["id"] for job in listed} == {done.out.strip() for done in ends}

    play(scenario)


def test_cancel_deletes_the_part_and_says_how_much(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(32_000_000))
        gate = server.hold("/a", after=12_000_000)
        async with service(here):
            await ok(here, "add", server.url("/a"))
            await job_when(here, "1", lambda job: job["progress"]["bytes_transferred"] == 12_000_000)
            assert (await ok(here, "cancel", "1")).out == "Cancelled a; 12.0 MB deleted\n"
            assert here.files() == []
            gate.release()

    play(scenario)


def test_a_sign_in_goes_over_the_channel_and_is_nowhere_to_be_read(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=Pattern(1000))
        secret = here.home / "secret"
        secret.write_text("pa55word\n")
        async with service(here):
            job_id = (
                await ok(here, "add", server.url("/a"), "--user", "me", "--password-file", str(secret))
            ).out.strip()
            await job_when(here, job_id, lambda job: job["state"] == "TRANSFERRED")
            await ok(here, "set", job_id, "user=other", "--password-file", str(secret))
            told = await ok(here, "info", job_id)
            assert "other" in told.out
        for path in here.state.rglob("*"):
            assert not path.is_file() or b"pa55word" not in path.read_bytes(), path

    play(scenario)


def test_without_a_keyring_a_stored_sign_in_is_said_to_be_lost(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        secret = here.home / "secret"
        secret.write_text("pa55word\n")
        done = await ok(here, "add", server.url("/a"), "--user", "me", "--password-file", str(secret))
        assert "no keyring" in done.err

    play(scenario)


def test_a_reader_that_goes_away_is_no_traceback(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        await ok(here, "add", server.url("/a"), "-q")
        reading, writing = os.pipe()
        os.close(reading)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bitsgui", "list", "--json", "--state-dir", str(here.state)),
            stdout=writing,
            stderr=asyncio.subprocess.PIPE,
        )
        os.close(writing)
        _, errors = await process.communicate()
        assert b"Traceback" not in errors, errors.decode()
        assert b"Exception" not in errors, errors.decode()

    play(scenario)


def test_an_interrupted_call_ends_with_130(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        urls = here.home / "urls"
        os.mkfifo(urls)
        process = await here.start("--url-file", str(urls), command="add")
        with await asyncio.to_thread(urls.open, "w") as pipe:
            await taken(pipe)
            process.send_signal(signal.SIGINT)
            done = await here.end_of(process)
        assert done.status == 130

    play(scenario)


def test_the_running_instance_is_asked_while_it_takes_its_time(play: Play) -> None:
    """A thousand jobs come over the channel whole and in order."""

    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        urls = here.home / "urls"
        urls.write_text("".join(f"{server.url('/')}{n}\n" for n in range(1000)))
        async with service(here):
            ids = (await ok(here, "add", "--url-file", str(urls), "--suspended")).out.split()
            out = (await ok(here, "list", "--json")).out
        assert [json.loads(line)["id"] for line in out.splitlines()] == ids
        assert len(ids) == 1000

    play(scenario)
