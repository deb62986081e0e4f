"""The control channel on a real queue: who may come in, what garbage does, who gets the queue."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitsgui import cli
from bitsgui.model.codes import E_INVALIDARG, E_NOTIMPL
from bitsgui.model.hresult import BitsError
from bitsgui.remote import messages, ownership
from bitsgui.remote.address import addresses, check_private
from bitsgui.remote.client import Channel, UnansweredError
from bitsgui.remote.messages import HELLO, HandOver, Hello, ListJobs, Role, Show, line_of
from bitsgui.remote.ownership import WindowRunsError, window_queue
from bitsgui.remote.server import Claim, answering
from bitsgui.service.manager import JobManager, StateLockedError
from tests.support.asking import answers_of, channel_to

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a socket; the pipe of Windows was not run")

Run = Callable[[Coroutine[Any, Any, None]], None]
NOBODY = 65534


@asynccontextmanager
async def owned(state_dir: Path, role: Role = Role.SERVICE, **hooks: Any) -> AsyncIterator[JobManager]:
    """The queue of a state folder, answered for."""
    manager = await JobManager.open(state_dir, shares_loop=True)
    try:
        async with answering(manager, role, state_dir, **hooks):
            yield manager
    finally:
        await manager.aclose()


async def raw(state_dir: Path, *sent: bytes, ends: bool = True) -> bytes:
    """Everything that is answered to these bytes, until the other side hangs up."""
    (place, *_) = addresses(state_dir)
    reader, writer = await asyncio.open_unix_connection(str(place), limit=messages.LINE_MAX)
    try:
        writer.writelines(sent)
        if ends:
            writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def test_only_this_user_can_reach_the_socket(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with owned(tmp_path):
            (place, _) = addresses(tmp_path)
            assert place == tmp_path / "control" / "socket"
            assert place.stat().st_mode & 0o777 == 0o600
            assert place.parent.stat().st_mode & 0o777 == 0o700
            async with channel_to(tmp_path) as channel:
                assert (channel.role, channel.pid) == (Role.SERVICE, os.getpid())
        assert not place.exists()
        assert await Channel.open(tmp_path) is None

    run(scenario())


def test_a_path_that_is_too_long_for_a_socket(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = tmp_path / "run"
    session.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session))
    state_dir = tmp_path / ("long" * 30)

    async def scenario() -> None:
        async with owned(state_dir):
            assert len(addresses(state_dir)) == 1
            assert not (state_dir / "control").exists()
            assert await answers_of(state_dir, ListJobs()) == []
            assert (session / "bitsgui").stat().st_mode & 0o777 == 0o700

    run(scenario())


def test_without_a_session_folder_a_private_one_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (_, fallback) = addresses(Path("/s"))
    assert fallback.parent == tmp_path / f"bitsgui-{os.geteuid()}"


def test_a_folder_that_others_can_enter_is_not_trusted(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with owned(tmp_path):
            (tmp_path / "control").chmod(0o755)
            with pytest.raises(PermissionError, match="Others can enter"):
                await Channel.open(tmp_path)
        # Whoever has the queue makes it private again: a copied state folder works.
        async with owned(tmp_path):
            check_private(tmp_path / "control")

    run(scenario())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of another user")
def test_a_folder_that_somebody_else_made_first_keeps_nobody_from_the_queue(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "bitsgui").mkdir(mode=0o777)
    os.chown(tmp_path / "bitsgui", NOBODY, NOBODY)

    async def scenario() -> None:
        assert await Channel.open(tmp_path / "state") is None
        async with owned(tmp_path / "state"):
            assert await answers_of(tmp_path / "state", ListJobs()) == []

    run(scenario())


_AS_NOBODY = """
import os, socket, sys
from bitsgui import cli
from bitsgui.remote import actions, ownership
from bitsgui.terminal import job_table, queue_commands, stored_queue
from bitsgui.remote.messages import HELLO, line_of
import encodings.idna

os.setgroups([])
os.setgid(65534)
os.setuid(65534)
how, state_dir = sys.argv[1:]
if how == "cli":
    sys.exit(cli.main(["list", "--state-dir", state_dir]))
peer = socket.socket(socket.AF_UNIX)
try:
    peer.connect(state_dir + "/control/socket")
    peer.sendall(line_of(HELLO))
    print(peer.recv(1000))
except OSError as error:
    print(type(error).__name__)
"""


async def as_nobody(how: str, state_dir: Path) -> subprocess.CompletedProcess[str]:
    """Try as another user: by the command line, or by hand past what our own client checks."""
    command = [sys.executable, "-c", _AS_NOBODY, how, str(state_dir)]
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can become another user")
def test_another_user_is_refused(run: Run) -> None:
    async def scenario(state_dir: Path) -> None:
        async with owned(state_dir):
            # By the folder's mode.
            done = await as_nobody("cli", state_dir)
            assert (done.returncode, done.stdout) == (1, "")
            assert "somebody else" in done.stderr
            assert "Traceback" not in done.stderr
            assert (await as_nobody("raw", state_dir)).stdout == "PermissionError\n"
            # And where somebody has opened every door: by who it is.
            (state_dir / "control").chmod(0o777)
            (state_dir / "control" / "socket").chmod(0o777)
            assert (await as_nobody("raw", state_dir)).stdout in (
                "b''\n",
                "ConnectionResetError\n",
                "BrokenPipeError\n",
            )
            (state_dir / "control").chmod(0o700)
            assert await answers_of(state_dir, ListJobs()) == []

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        state_dir = Path(folder) / "state"
        state_dir.mkdir(mode=0o755)
        run(scenario(state_dir))


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\n", b""),
        (b"{}\n", b""),
        (line_of(HELLO)[:-1], b""),
        (line_of(Hello(2, "9")), b"another version"),
        (line_of(HELLO) + b"{}\n", b"no request"),
        (line_of(HELLO) + b"\xff\n", b"no request"),
        (line_of(HELLO) + b'{"type":"act","verb":"sing","which":{"all":true}}\n', b"no request"),
        (line_of(HELLO) + line_of(Show()), b"does not do that"),
        (line_of(HELLO) + line_of(HandOver()), b"does not do that"),
    ],
)
def test_what_is_no_request_is_hung_up_on(run: Run, tmp_path: Path, line: bytes, answer: bytes) -> None:
    async def scenario() -> None:
        async with owned(tmp_path):
            got = await raw(tmp_path, line)
            assert answer in got
            assert answer or not got
            assert await answers_of(tmp_path, ListJobs()) == []

    run(scenario())


def test_a_line_without_end_is_hung_up_on(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with owned(tmp_path):
            got = await raw(tmp_path, line_of(HELLO), b"x" * (2 * messages.LINE_MAX), ends=False)
            assert b"welcome" in got or not got
            assert await answers_of(tmp_path, ListJobs()) == []

    run(scenario())


@given(lines=st.lists(st.binary(max_size=300) | st.sampled_from([line_of(HELLO), b"\n", b"null\n"]), max_size=6))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_never_ends_the_server(lines: list[bytes], tmp_path: Path) -> None:
    async def scenario() -> None:
        async with owned(tmp_path):
            await raw(tmp_path, *lines)
            assert await answers_of(tmp_path, ListJobs()) == []

    asyncio.run(scenario())


def test_many_that_say_nothing_keep_nobody_out_for_long(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with owned(tmp_path):
            (place, _) = addresses(tmp_path)
            silent = [await asyncio.open_unix_connection(str(place)) for _ in range(70)]
            with pytest.raises(UnansweredError):
                await Channel.open(tmp_path)
            for _, writer in silent:
                writer.close()
            await ownership._patiently(lambda: answers_of(tmp_path, ListJobs()))

    run(scenario())


def test_a_refusal_leaves_the_channel_usable(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with owned(tmp_path), channel_to(tmp_path) as channel:
            with pytest.raises(BitsError) as refused:
                await channel.tell(Show())
            assert refused.value.hresult == E_NOTIMPL
            with pytest.raises(BitsError) as refused:
                await channel.tell(messages.Add((messages.NewDownload(_unnamed(), ()),)))
            assert refused.value.hresult == E_INVALIDARG
            assert [report async for report in channel.ask(ListJobs())] == []

    run(scenario())


def _unnamed() -> Any:
    return messages.JobSettings(display_name="")


def test_a_socket_that_a_killed_process_left_is_in_nobodys_way(run: Run, tmp_path: Path) -> None:
    (place, _) = addresses(tmp_path)
    place.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(place))

    async def scenario() -> None:
        assert await Channel.open(tmp_path) is None
        async with owned(tmp_path):
            assert await answers_of(tmp_path, ListJobs()) == []

    run(scenario())


def test_who_does_not_answer_is_told_from_nobody(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something listens, greets as nobody of ours would, and has no version of ours."""

    async def scenario() -> None:
        (place, _) = addresses(tmp_path)
        place.parent.mkdir(mode=0o700)
        answers = [b"hi\n", line_of(messages.Welcome(2, "9", Role.WINDOW, 1)), b""]
        for answer, said in zip(answers, ["not answer", "another version, 9", "not answer"], strict=True):

            def reply(_: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes = answer) -> None:
                writer.write(answer)
                writer.close()

            place.unlink(missing_ok=True)
            async with await asyncio.start_unix_server(reply, str(place)):
                with pytest.raises(UnansweredError, match=said):
                    await Channel.open(tmp_path)

    run(scenario())


def test_what_was_asked_once_is_not_asked_again(run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The other side ends before it has answered: an `add` may be done already."""
    asked: list[bytes] = []

    async def end_early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(line_of(messages.welcome(Role.SERVICE, 1)))
        asked.append(await reader.readline())
        writer.close()

    async def scenario() -> None:
        (place, _) = addresses(tmp_path)
        place.parent.mkdir(mode=0o700)
        async with await asyncio.start_unix_server(end_early, str(place)):
            assert await asyncio.to_thread(cli.main, ["list", "--state-dir", str(tmp_path)]) == 1

    run(scenario())
    assert asked == [line_of(ListJobs())]
    assert "ended before it had answered" in capfd.readouterr().err


def test_of_many_starts_at_once_exactly_one_has_the_queue(run: Run, tmp_path: Path) -> None:
    """Twenty rounds of two, and one of ten."""
    urls = ("http://h.example/a",)

    async def start(state_dir: Path, shown: list[Show], ended: asyncio.Event) -> bool:
        opening = partial(JobManager.open, state_dir, shares_loop=True)
        try:
            async with (
                window_queue(state_dir, opening, Show(urls)) as manager,
                answering(manager, Role.WINDOW, state_dir, on_show=shown.append),
            ):
                await ended.wait()
        except WindowRunsError:
            return False
        return True

    async def race(state_dir: Path, count: int) -> None:
        shown: list[Show] = []
        ended = asyncio.Event()
        starts = [asyncio.create_task(start(state_dir, shown, ended)) for _ in range(count)]
        waiting = set(starts)
        while len(waiting) > 1:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            assert not any(start.result() for start in done)
        ended.set()
        assert sum(await asyncio.gather(*starts)) == 1
        assert shown == [Show(urls)] * (count - 1)

    async def scenario() -> None:
        for number in range(20):
            await race(tmp_path / str(number), 2)
        await race(tmp_path / "many", 10)

    run(scenario())


def test_a_service_gives_the_queue_to_one_window_and_has_it_back(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        claims: asyncio.Queue[Claim] = asyncio.Queue()

        def on_claim(claim: Claim) -> bool:
            claims.put_nowait(claim)
            return True

        opening = partial(JobManager.open, tmp_path, shares_loop=True)
        window = window_queue(tmp_path, opening, Show())
        async with owned(tmp_path, on_claim=on_claim):
            entering = asyncio.create_task(window.__aenter__())
            claim = await claims.get()
        await claim.grant()
        manager = await entering
        with pytest.raises(StateLockedError):
            await opening()
        back = asyncio.create_task(claim.ended())
        await asyncio.sleep(0)
        assert not back.done()
        await window.__aexit__(None, None, None)
        await back
        await claim.aclose()
        assert manager is not None
        await (await opening()).aclose()

    run(scenario())


def test_who_never_answers_is_given_up(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "PATIENCE_S", 0.3)

    async def scenario() -> None:
        manager = await JobManager.open(tmp_path, shares_loop=True)
        try:
            with pytest.raises(StateLockedError):
                await ownership.reach(tmp_path, partial(JobManager.open, tmp_path, shares_loop=True))
        finally:
            await manager.aclose()

    run(scenario())


def test_where_nobody_can_listen_the_queue_works_all_the_same(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "control").write_text("")
    (tmp_path / "bitsgui").write_text("")

    async def scenario() -> None:
        async with owned(tmp_path / "state") as manager:
            assert manager.enumerate() == ()

    run(scenario())
    assert "no other process can speak to this one" in caplog.text
    caplog.clear()
