"""`bitsgui put`: which part failed, why and what to do; passing errors; --json."""

import re
from collections.abc import Callable

import pytest

from tests.support.bits_peer import BitsPeer, ack
from tests.support.scripted_server import Behaviour, Resource, ScriptedServer, hang_up, html_page, status
from tests.support.terminal import Play, Terminal

CONTENT = bytes(range(200)) * 10
ANSWER = b"the program's answer"
ALL_THERE = ("BITS-Received-Content-Range", str(len(CONTENT)))


def source_in(here: Terminal) -> str:
    (here.folder / "a.bin").write_bytes(CONTENT)
    return "a.bin"


@pytest.mark.parametrize("answer", [html_page, status(405), status(501), status(400)])
def test_a_server_that_does_not_know_the_protocol_is_told_what_helps(play: Play, answer: Behaviour) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a.bin"] = answer
        done = await here.put(source_in(here), server.url("/"))
        assert (done.status, done.out) == (1, "")
        assert "BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH" in done.err
        assert "does not take uploads by the BITS protocol" in done.err
        assert "`bitsgui serve FOLDER`" in done.err

    play(scenario)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (status(404), ("BG_E_HTTP_ERROR_404", "at fault: the server", "Check the address")),
        (status(401), ("BG_E_HTTP_ERROR_401", "at fault: the sign-in", "--user NAME")),
        (ack(403, code=0x80070005), ("E_ACCESSDENIED", "at fault: the server", "A file of that name may be there")),
        (ack(501, code=0x80070005), ("E_ACCESSDENIED", "at fault: the server", "`bitsgui serve FOLDER`")),
        (ack(500, code=0x80200020), ("BG_E_TOO_LARGE", "at fault: the server", "Check the address")),
    ],
)
def test_an_upload_that_is_refused(play: Play, answer: Behaviour, told: tuple[str, ...]) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin")
        peer.answers["Create-Session", 1] = answer
        command = (source_in(here), server.url("/a.bin"), "--quiet")
        done = await here.put(*command)
        assert (done.status, done.out) == (1, "")
        assert done.err.startswith(f"bitsgui: {server.url('/a.bin')}: the upload failed: ")
        assert [words for words in told if words not in done.err] == []
        assert len(done.err.splitlines()) == 2

        done = await here.put(*command)
        assert (done.status, done.err) == (0, "")
        assert peer.published == {"/a.bin": CONTENT}
        assert here.queues("put") == []

    play(scenario)


def test_a_program_that_fails_is_named_and_the_file_not_sent_again(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin", program=lambda data: ack(403, ALL_THERE, code=0x80190193, context=7))
        command = (source_in(here), server.url("/a.bin"), "--reply", "r", "--json")
        done = await here.put(*command)
        assert done.status == 1
        assert "the file is sent, the server's program failed" in done.err
        assert "at fault: the server's program" in done.err
        assert "The server has the whole file. " in done.err
        (job,) = done.objects
        error = job["error"]
        assert (error["context"], error["code"]) == ("REMOTE_APPLICATION", "0x80190193")
        assert (error["side"], error["phase"], error["http_status"]) == ("server_program", "server_program", 403)
        assert job["reply_progress"] == {"bytes_total": None, "bytes_transferred": 0}
        assert here.files() == ["a.bin"]

        peer.program = lambda data: ANSWER
        done = await here.put(*command)
        assert done.status == 0, done.err
        assert [line for line in peer.log() if line.startswith("Fragment")] == [
            "Fragment 0-1999/2000",
            "Fragment 1999-1999/2000",
        ]
        assert (here.folder / "r").read_bytes() == ANSWER

    play(scenario)


def test_a_reply_that_is_missing_is_named_and_fetched_when_it_is_there(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/in/a.bin", program=lambda data: ANSWER)
        peer.reply_url = "gone"
        command = (source_in(here), server.url("/in/"), "--reply", "r", "--json")
        done = await here.put(*command)
        assert done.status == 1
        assert f"{server.url('/in/a.bin')}: the file is sent, its reply failed: " in done.err
        assert "BG_E_HTTP_ERROR_404" in done.err
        assert "at fault: the server;" in done.err
        (job,) = done.objects
        assert (job["error"]["phase"], job["error"]["context"]) == ("reply", "REMOTE_FILE")
        assert job["reply_progress"] == {"bytes_total": 0, "bytes_transferred": 0}

        server.files["/in/gone"] = Resource(content=ANSWER)
        done = await here.put(*command)
        assert done.status == 0, done.err
        assert (here.folder / "r").read_bytes() == ANSWER
        assert peer.published == {"/in/a.bin": CONTENT}

    play(scenario)


def test_the_json_of_an_upload_reply_that_is_done(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        BitsPeer(server, "/a.bin", program=lambda data: ANSWER)
        done = await here.put(source_in(here), server.url("/"), "--reply", "r", "--json", "--priority", "high")
        assert done.status == 0, done.err
        (job,) = done.objects
        assert re.fullmatch(r"\{[0-9A-F-]{36}\}", job.pop("id"))
        assert job == {
            "display_name": "a.bin",
            "type": "UPLOAD_REPLY",
            "state": "ACKNOWLEDGED",
            "priority": "HIGH",
            "error_count": 0,
            "progress": {"bytes_total": 2000, "bytes_transferred": 2000, "files_total": 1, "files_transferred": 1},
            "reply_progress": {"bytes_total": len(ANSWER), "bytes_transferred": len(ANSWER)},
            "error": None,
            "allowed": [],
            "result": "S_OK",
            "files": [
                {
                    "remote_name": server.url("/a.bin"),
                    "local_name": str(here.folder / "a.bin"),
                    "bytes_total": 2000,
                    "bytes_transferred": 2000,
                    "completed": True,
                }
            ],
        }

    play(scenario)


def busy(peer: BitsPeer) -> None:
    peer.answers["Fragment", 1] = ack(503)


def breaking(peer: BitsPeer) -> None:
    peer.answers["Fragment", 1] = peer.answers["Fragment", 2] = hang_up


def program_busy(peer: BitsPeer) -> None:
    peer.answers["Fragment", 1] = ack(503, ALL_THERE, code=0x801901F7, context=7)


@pytest.mark.parametrize(
    ("trouble", "part"),
    [(busy, "the upload"), (breaking, "the upload"), (program_busy, "the file is sent, the server's program")],
)
def test_a_passing_error_is_waited_out(play: Play, trouble: Callable[[BitsPeer], None], part: str) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin", program=lambda data: ANSWER)
        trouble(peer)
        done = await here.put(source_in(here), server.url("/"), "--reply", "r", "--retry-delay", "5")
        assert done.status == 0, done.err
        waited, *rest = done.err.splitlines()
        assert waited.startswith(f"a.bin: {part} failed: ")
        assert "; again in " in waited
        assert [line.split()[0] for line in rest] == ["Sent", "Saved"]
        assert (here.folder / "r").read_bytes() == ANSWER

    play(scenario)


def test_patience_can_be_limited(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        peer = BitsPeer(server, "/a.bin")
        peer.answers["Fragment", 0] = ack(503)
        done = await here.put(source_in(here), server.url("/"), "--no-progress-timeout", "0")
        assert done.status == 1
        assert "at fault: the server" in done.err
        assert "run the same command again" in done.err

    play(scenario)
