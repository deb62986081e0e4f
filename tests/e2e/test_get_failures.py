"""`bitsgui get`: fatal and passing errors, exit statuses, --json."""

import re

from tests.support.scripted_server import (
    Resource,
    ScriptedServer,
    in_turn,
    needs_basic,
    status,
)
from tests.support.terminal import Play, Terminal


def test_a_missing_file_is_fatal_and_says_what_to_do(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        done = await here.get(server.url("/gone"), "--quiet")
        assert (done.status, done.out) == (1, "")
        assert "BG_E_HTTP_ERROR_404, 0x80190194" in done.err
        assert "at fault: the address" in done.err
        assert "Check the address" in done.err
        assert len(done.err.splitlines()) == 2
        assert here.visible_files() == []

        server.files["/gone"] = Resource(content=b"back")
        done = await here.get(server.url("/gone"), "--quiet")
        assert (done.status, done.err) == (0, "")
        assert here.files() == ["gone"]

    play(scenario)


def test_some_of_several_is_partial_and_the_rest_can_follow(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=b"a")
        command = (server.url("/a"), server.url("/gone"), "--json")
        done = await here.get(*command)
        assert done.status == 3
        assert {job["state"] for job in done.objects} == {"ACKNOWLEDGED", "ERROR"}
        assert here.visible_files() == ["a"]

        server.files["/gone"] = Resource(content=b"back")
        done = await here.get(*command)
        assert done.status == 0, done.err
        assert here.files() == ["a", "gone"]
        assert len(server.requests_for("/a")) == 1
        assert here.queues() == []

    play(scenario)


def test_the_json_of_done_and_failed(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = Resource(content=b"12345")
        done = await here.get(server.url("/a"), server.url("/gone"), "--json")
        good, bad = sorted(done.objects, key=lambda job: job["display_name"])
        assert re.fullmatch(r"\{[0-9A-F-]{36}\}", good["id"])
        assert good | {"id": ""} == {
            "id": "",
            "display_name": "a",
            "type": "DOWNLOAD",
            "state": "ACKNOWLEDGED",
            "priority": "FOREGROUND",
            "error_count": 0,
            "progress": {
                "bytes_total": 5,
                "bytes_transferred": 5,
                "files_total": 1,
                "files_transferred": 1,
            },
            "reply_progress": None,
            "error": None,
            "allowed": [],
            "result": "S_OK",
            "files": [
                {
                    "remote_name": server.url("/a"),
                    "local_name": str(here.folder / "a"),
                    "bytes_total": 5,
                    "bytes_transferred": 5,
                    "completed": True,
                }
            ],
        }
        assert bad["progress"]["bytes_total"] is None
        assert bad["error"] == {
            "context": "REMOTE_FILE",
            "code": "0x80190194",
            "name": "BG_E_HTTP_ERROR_404",
            "file": server.url("/gone"),
            "side": "link",
            "phase": "download",
            "cause": "not_found",
            "remedies": ["new_address", "try_again"],
            "http_status": 404,
        }
        assert bad["allowed"] == ["resume", "complete", "cancel"]

    play(scenario)


def test_a_passing_error_is_waited_out(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = in_turn(status(503), Resource(content=b"x"))
        done = await here.get(server.url("/a"), "--retry-delay", "5")
        assert done.status == 0, done.err
        assert "again in" in done.err
        assert len(server.requests_for("/a")) == 2

    play(scenario)


def test_a_wrong_password_is_told_and_mended_by_the_next_call(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        server.files["/a"] = needs_basic("me", "right", Resource(content=b"mine"))
        wrong = server.url("/a").replace("http://", "http://me:wr0ng@")
        done = await here.get(wrong, "--json")
        assert done.status == 1
        assert "BG_E_HTTP_ERROR_401" in done.err
        assert "--user" in done.err
        assert "wr0ng" not in done.out + done.err
        stored = b"".join(p.read_bytes() for p in (here.home / "state").rglob("*") if p.is_file())
        assert b"wr0ng" not in stored
        done = await here.get(server.url("/a").replace("http://", "http://me:right@"))
        assert done.status == 0, done.err
        assert (here.folder / "a").read_bytes() == b"mine"

    play(scenario)


def test_one_bad_file_of_a_job_of_many_does_not_hold_up_the_others(play: Play) -> None:
    async def scenario(here: Terminal, server: ScriptedServer) -> None:
        paths = [f"/{n}.txt" for n in range(48)]
        for path in paths:
            server.files[path] = Resource(content=path.encode())
        missing = {"/0.txt", "/16.txt", "/17.txt", "/47.txt"}
        kept = {path: server.files.pop(path) for path in missing}
        command = (*map(server.url, paths), "--quiet")
        done = await here.get(*command)
        assert done.status == 3
        assert sorted(re.findall(r"/\d+\.txt(?=: )", done.err)) == sorted(missing)
        assert {f"/{name}" for name in here.visible_files()} == set(paths) - missing

        server.files.update(kept)
        before = len(server.requests)
        done = await here.get(*command)
        assert (done.status, done.err) == (0, "")
        assert {f"/{name}" for name in here.files()} == set(paths)
        assert len(server.requests) - before == len(missing)

    play(scenario)
