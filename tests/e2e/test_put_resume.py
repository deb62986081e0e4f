"""`bitsgui put`: interrupted, killed, started twice, run again with other options."""

import asyncio
import signal

import pytest

from tests.support.bits_peer import BitsPeer
from tests.support.scripted_server import Exchange, Pattern, Resource, ScriptedServer
from tests.support.terminal import Done, Play, Terminal

MIB = 1 << 20
SIZE = 5 * MIB + 77
CONTENT = Pattern(SIZE)[0:SIZE]
ANSWER = b"the program's answer"
HALF_WAY = ["Create-Session", f"Fragment 0-{MIB - 1}/{SIZE}", f"Fragment {MIB}-{3 * MIB - 1}/{SIZE}"]
"""A server that is silent about the second fragment has acknowledged the first."""
THE_REST = ["Ping", f"Fragment {MIB}-{3 * MIB - 1}/{SIZE}", f"Fragment {3 * MIB}-{SIZE - 1}/{SIZE}", "Close-Session"]


class Silence:
    """Answers nothing; `reached`: somebody waits for it."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()

    async def __call__(self, exchange: Exchange) -> None:
        self.reached.set()
        await asyncio.Event().wait()


async def stopped_half_way(here: Terminal, peer: BitsPeer, number: signal.Signals, *options: str) -> Done:
    """A call that a signal ended while the server was silent about the second fragment."""
    (here.folder / "a.bin").write_bytes(CONTENT)
    silence = peer.answers["Fragment", 2] = Silence()
    process = await here.start("a.bin", peer.server.url(peer.path), *options, command="put")
    await silence.reached.wait()
    process.send_signal(number)
    done = await here.end_of(process)
    assert peer.log() == HALF_WAY
    return done


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_call_goes_on_when_run_again(play: Play, number: signal.Signals) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin")
        done = await stopped_half_way(here, peer, number, "--json")
        assert done.status == 128 + number
        expected = "interrupted; the server has 1.0 MB of 5.2 MB: run the same command again to go on"
        assert done.err == f"bitsgui: {expected}\n"
        (job,) = done.objects
        assert (job["type"], job["state"], job["result"]) == ("UPLOAD", "SUSPENDED", None)
        assert job["progress"]["bytes_transferred"] == MIB
        assert len(here.queues("put")) == 1

        done = await here.put("a.bin", server.url("/a.bin"))
        assert done.status == 0, done.err
        assert peer.log() == HALF_WAY + THE_REST
        assert peer.published == {"/a.bin": CONTENT}
        assert here.queues("put") == []

    play(scenario)


def test_a_killed_call_goes_on_when_run_again(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin")
        await stopped_half_way(here, peer, signal.SIGKILL)
        # From another folder, by another spelling: it is the same file.
        (here.folder / "sub").mkdir()
        done = await here.put("sub/../a.bin", server.url("/"), "--quiet")
        assert (done.status, done.err) == (0, "")
        assert peer.log() == HALF_WAY + THE_REST
        assert peer.published == {"/a.bin": CONTENT}

    play(scenario)


def test_a_call_killed_while_it_fetched_the_reply_needs_its_file_no_more(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(CONTENT[:1000])
        peer = BitsPeer(server, "/a.bin", program=lambda data: ANSWER)
        peer.reply_url = "reply"
        silence = server.files["/reply"] = Silence()
        command = ("a.bin", server.url("/a.bin"), "--reply", "r")
        process = await here.start(*command, command="put")
        await silence.reached.wait()
        process.kill()
        await process.wait()
        assert here.visible_files() == ["a.bin"]

        server.files["/reply"] = Resource(content=ANSWER)
        (here.folder / "a.bin").unlink()
        done = await here.put(*command)
        assert done.status == 0, done.err
        assert peer.log() == ["Create-Session", "Fragment 0-999/1000", "Ping", "Close-Session"]
        assert peer.programs_run == 1
        assert (here.folder / "r").read_bytes() == ANSWER

    play(scenario)


def test_restart_forgets_what_was_sent(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin")
        await stopped_half_way(here, peer, signal.SIGINT)
        done = await here.put("a.bin", server.url("/a.bin"), "--restart")
        assert done.status == 0, done.err
        packets = [line for line in peer.log()[len(HALF_WAY) :] if line.startswith("Fragment")]
        assert packets[0].startswith("Fragment 0-")
        assert peer.published == {"/a.bin": CONTENT}

    play(scenario)


def test_a_file_that_changed_between_two_calls_is_never_mixed(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin")
        await stopped_half_way(here, peer, signal.SIGINT)
        (here.folder / "a.bin").write_bytes(b"another")
        command = ("a.bin", server.url("/a.bin"))
        done = await here.put(*command)
        assert done.status == 1
        assert "The file changed since its upload began" in done.err
        assert "To send the file as it is now, run the same command again." in done.err
        assert peer.published == {}
        done = await here.put(*command)
        assert done.status == 0, done.err
        assert peer.published == {"/a.bin": b"another"}

    play(scenario)


def test_the_reply_may_be_wanted_elsewhere_the_next_time(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin", program=lambda data: ANSWER)
        await stopped_half_way(here, peer, signal.SIGINT, "--reply", "one")
        (here.folder / "taken").write_bytes(b"old")
        command = ("a.bin", server.url("/a.bin"), "--reply")
        done = await here.put(*command, "taken")
        assert done.status == 2
        assert "exists; use --overwrite" in done.err
        done = await here.put(*command, "two")
        assert done.status == 0, done.err
        assert peer.log().count("Create-Session") == 1
        assert here.files() == ["a.bin", "taken", "two"]
        assert (here.folder / "taken").read_bytes() == b"old"
        assert (here.folder / "two").read_bytes() == ANSWER

    play(scenario)


def test_a_reply_on_its_way_can_change_its_folder_only(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(CONTENT[:1000])
        peer = BitsPeer(server, "/a.bin", program=lambda data: ANSWER)
        peer.reply_url = "gone"
        command = ("a.bin", server.url("/a.bin"), "--reply")
        assert (await here.put(*command, "one")).status == 1
        done = await here.put(*command, "two")
        assert done.status == 2
        assert f"the reply has its name already: {here.folder / 'one'}" in done.err
        (here.folder / "new").mkdir()
        server.files["/gone"] = server.files[peer.reply_path("{SESSION-1}")]
        done = await here.put(*command, "new/one")
        assert done.status == 0, done.err
        assert (here.folder / "new" / "one").read_bytes() == ANSWER
        assert here.files() == ["a.bin", "new"]

    play(scenario)


def test_two_calls_at_once(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        (here.folder / "a.bin").write_bytes(CONTENT)
        peer, other = BitsPeer(server, "/a.bin"), BitsPeer(server, "/b.bin")
        silence = peer.answers["Fragment", 2] = Silence()
        first = await here.start("a.bin", server.url("/a.bin"), command="put")
        await silence.reached.wait()
        assert (await here.put("a.bin", server.url("/b.bin"))).status == 0
        assert other.published == {"/b.bin": CONTENT}
        same = await here.put("a.bin", server.url("/a.bin"))
        assert same.status == 1
        assert "another bitsgui sends" in same.err
        first.send_signal(signal.SIGINT)
        assert (await here.end_of(first)).status == 130

    play(scenario)
