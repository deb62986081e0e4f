"""The protocol's example exchanges between our client and our server, packet by packet as a relay has seen them.

What our server never does (a host id, answers of a strict one) is asked of a foreign one, here and in test_upload.py.
"""

import asyncio
import shutil
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.cancel_effect import is_being_withdrawn
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import Job
from bitsgui.server.programs import Answer, Notice, ProgramError
from bitsgui.server.sign_in import Account
from bitsgui.service.manager import Credentials
from tests.support.both_ends import BothEnds, both_ends, failed_part
from tests.support.packet_relay import Passage, Way
from tests.support.scripted_server import reset
from tests.support.upload_lab import upload_lab

S = JobState
FAILED = (S.TRANSIENT_ERROR, S.ERROR)
MIB = 1 << 20
SIZE = 2_000_000
FIRST, SECOND = f"Fragment 0-{MIB - 1}/{SIZE}", f"Fragment {MIB}-{SIZE - 1}/{SIZE}"
WHOLE, LAST_BYTE = "Fragment 0-1499/1500", "Fragment 1499-1499/1500"
REPLY = JobType.UPLOAD_REPLY


async def answering(notice: Notice) -> Answer:
    notice.reply.write_bytes(notice.data.read_bytes()[::-1])
    return Answer()


class Hurdle:
    """Lets something happen when a packet comes by for the n-th time: before it goes on, or in its place."""

    def __init__(self, ends: BothEnds, kind: str, number: int, way: Way = "up", *, after: int = 0) -> None:
        self.reached, self.go = asyncio.Event(), asyncio.Event()
        self._ends, self._kind, self._number, self._way, self._after = ends, kind, number, way, after
        ends.relay.gate = self

    async def __call__(self, passage: Passage, way: Way) -> None:
        passed = passage.up if way == "up" else passage.down
        seen = len(self._ends.relay.of(self._kind))
        if (passage.kind, way, seen) == (self._kind, self._way, self._number) and passed >= self._after:
            self.reached.set()
            await self.go.wait()


def cut(ends: BothEnds, kind: str, way: Way, *, after: int, times: int) -> None:
    """The next `times` connections break when so many bytes of that packet's body have passed."""
    left = times

    async def gate(passage: Passage, at: Way) -> None:
        nonlocal left
        passed = passage.up if way == "up" else passage.down
        if left and (passage.kind, at) == (kind, way) and passed >= after:
            left -= 1
            raise ConnectionResetError

    ends.relay.gate = gate


def is_failed(job: Job, part: str, code: HResult, state: JobState = S.ERROR) -> bool:
    assert job.error is not None
    return (job.state, failed_part(job), job.error.code) == (state, part, code)


def test_16_1_a_simple_upload(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path) as ends:
            close = Hurdle(ends, "Close-Session", 1)
            job_id = await ends.upload(SIZE)
            await close.reached.wait()
            assert ends.published is None
            assert ends.it.get(job_id).state is not S.TRANSFERRED
            close.go.set()
            job = await ends.end_of(job_id)
            assert (job.state, ends.published) == (S.TRANSFERRED, ends.sent)
            assert ends.relay.log() == ["Create-Session", FIRST, SECOND, "Close-Session"]
            assert ends.relay.answers() == [200] * 4
            assert [p.received for p in ends.relay.passages] == [None, MIB, SIZE, None]
            assert not ends.sessions()

    run(scenario())


def test_16_2_a_broken_connection_and_a_restart_of_the_client(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path) as ends:
            broken = 0

            async def gate(passage: Passage, way: Way) -> None:
                nonlocal broken
                # Twice, for a connection that breaks at once may be a stale one.
                if str(passage) == SECOND and passage.up >= 300_000 and broken < 2:
                    broken += 1
                    raise ConnectionResetError

            ends.relay.gate = gate
            job_id = await ends.upload(SIZE)
            job = await ends.it.until(job_id, S.TRANSIENT_ERROR)
            assert failed_part(job) == "upload"
            assert job.files[0].bytes_transferred == MIB
            await ends.it.reopen()
            assert (await ends.end_of(job_id)).state is S.TRANSFERRED
            assert ends.relay.log() == [
                "Create-Session",
                FIRST,
                SECOND,
                SECOND,
                "Ping",
                SECOND,
                "Close-Session",
            ]
            assert ends.relay.answers() == [200, 200, None, None, 200, 200, 200]
            assert ends.published == ends.sent

    run(scenario())


@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "restarted"])
def test_16_3_a_lost_session(run, tmp_path: Path, *, is_restarted: bool) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path) as ends:

            def lose() -> None:
                for path in ends.sessions():
                    shutil.rmtree(path)

            second = Hurdle(ends, "Fragment", 2)
            job_id = await ends.upload(SIZE)
            await second.reached.wait()
            if is_restarted:
                await ends.restart_server(lose)
            else:
                lose()
            second.go.set()
            # While the server is down the client fails for a moment; a session that is lost is none of its failures.
            patient = ends.end_of(job_id) if is_restarted else ends.it.until(job_id, S.TRANSFERRED, *FAILED)
            assert (await patient).state is S.TRANSFERRED
            assert ends.published == ends.sent
            log = ends.relay.log()
            again = log.index("Create-Session", 1)
            assert log[:2] == ["Create-Session", FIRST]
            assert set(log[2:again]) <= {SECOND, "Ping"}
            assert log[again + 1].startswith("Fragment 0-")
            lost = ends.relay.passages[again - 1]
            assert (lost.status, (lost.answer or {})["bits-error-code"]) == (500, "0x8020001F")

    run(scenario())


def test_16_4_a_gap(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path) as ends:

            def restore() -> None:
                (session,) = ends.sessions()
                with (session / "data").open("r+b") as data:
                    data.truncate(1024)

            second = Hurdle(ends, "Fragment", 2)
            job_id = await ends.upload(SIZE)
            await second.reached.wait()
            await ends.restart_server(restore)
            second.go.set()
            assert (await ends.end_of(job_id)).state is S.TRANSFERRED
            assert ends.published == ends.sent
            refused = next(p for p in ends.relay.passages if p.status == 416)
            assert (str(refused), refused.received) == (SECOND, 1024)
            following = ends.relay.passages[ends.relay.passages.index(refused) + 1]
            assert following.start == 1024
            assert ends.relay.log().count("Create-Session") == 1

    run(scenario())


def test_16_5_too_large(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, max_size=SIZE - 1) as ends:
            job_id = await ends.upload(SIZE)
            job = await ends.end_of(job_id)
            assert is_failed(job, "upload", codes.BG_E_TOO_LARGE)
            assert job.error is not None
            assert job.error.context is ErrorContext.REMOTE_FILE
            assert ends.relay.log() == ["Create-Session", FIRST]
            assert ends.relay.passages[1].received == 0
            await ends.it.manager.cancel(job_id)
            await ends.it.until_true(job_id, lambda job: not is_being_withdrawn(job))
            assert ends.relay.log() == ["Create-Session", FIRST, "Cancel-Session"]
            assert ends.relay.answers()[-1] == 200
            assert not ends.sessions()

    run(scenario())


def test_16_5_a_fragment_too_large(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, max_fragment=600_000) as ends:
            job = await ends.end_of(await ends.upload(SIZE))
            assert (job.state, ends.published) == (S.TRANSFERRED, ends.sent)
            half = MIB // 2
            assert ends.relay.log()[1:4] == [
                FIRST,
                f"Fragment 0-{half - 1}/{SIZE}",
                f"Fragment {half}-{MIB - 1}/{SIZE}",
            ]
            assert ends.relay.answers()[1:4] == [413, 200, 200]

    run(scenario())


@pytest.mark.parametrize(
    ("path", "uploads", "status"),
    [("/.private/x.bin", True, 403), ("/inbox/a.bin", False, 501)],
    ids=["forbidden", "disabled"],
)
def test_16_6_forbidden_and_disabled(run, tmp_path: Path, path: str, *, uploads: bool, status: int) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, uploads=uploads) as ends:
            job = await ends.end_of(await ends.upload(SIZE, path=path))
            assert is_failed(job, "upload", codes.E_ACCESSDENIED)
            assert job.error is not None
            assert (job.error.http_status, job.error.context) == (status, ErrorContext.REMOTE_FILE)
            assert ends.relay.log() == ["Create-Session"]

    run(scenario())


def test_16_7_the_file_exists(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path) as ends:
            ends.target.write_bytes(b"old")
            job_id = await ends.upload(SIZE)
            job = await ends.end_of(job_id)
            assert is_failed(job, "upload", codes.E_ACCESSDENIED)
            assert (ends.relay.log(), ends.published) == (["Create-Session"], b"old")
            ends.target.unlink()
            await ends.it.manager.resume(job_id)
            assert (await ends.end_of(job_id)).state is S.TRANSFERRED
            assert ends.published == ends.sent

    run(scenario())


def test_16_7_overwriting(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, overwrite=True) as ends:
            ends.target.write_bytes(b"old")
            close = Hurdle(ends, "Close-Session", 1)
            job_id = await ends.upload(SIZE)
            await close.reached.wait()
            assert ends.published == b"old"
            close.go.set()
            assert (await ends.end_of(job_id)).state is S.TRANSFERRED
            assert ends.published == ends.sent

    run(scenario())


def test_16_7_the_file_appears_before_the_close(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path) as ends:
            close = Hurdle(ends, "Close-Session", 1)
            job_id = await ends.upload(SIZE)
            await close.reached.wait()
            ends.target.write_bytes(b"another's")
            close.go.set()
            job = await ends.end_of(job_id)
            assert is_failed(job, "upload", codes.E_ACCESSDENIED)
            assert ends.published == b"another's"
            ends.target.unlink()
            await ends.it.manager.resume(job_id)
            assert (await ends.end_of(job_id)).state is S.TRANSFERRED
            # Not a byte goes up again.
            assert ends.relay.log()[3:] == ["Close-Session", "Ping", "Close-Session"]
            assert ends.published == ends.sent

    run(scenario())


def test_16_8_upload_reply(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, program=answering) as ends:
            close = Hurdle(ends, "Close-Session", 1)
            job_id = await ends.upload(1500, type=REPLY)
            await close.reached.wait()
            assert ends.published is None
            close.go.set()
            job = await ends.end_of(job_id)
            assert job.state is S.TRANSFERRED
            assert ends.relay.log() == ["Create-Session", WHOLE, "GET", "Close-Session"]
            assert "bits-reply-url" in (ends.relay.passages[1].answer or {})
            assert (ends.published, ends.reply.exists()) == (ends.sent, False)
            await ends.it.manager.complete(job_id)
            assert ends.reply.read_bytes() == ends.sent[::-1]
            assert not ends.sessions()

    run(scenario())


def test_16_9_the_program_fails_then_works(run, tmp_path: Path) -> None:
    calls = 0

    async def program(notice: Notice) -> Answer:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ProgramError(503)
        return await answering(notice)

    async def scenario() -> None:
        async with both_ends(tmp_path, program=program) as ends:
            job_id = await ends.upload(1500, type=REPLY)
            job = await ends.it.until(job_id, S.TRANSIENT_ERROR)
            assert is_failed(job, "server program", from_http_status(503), S.TRANSIENT_ERROR)
            assert (await ends.end_of(job_id)).state is S.TRANSFERRED
            assert ends.relay.log() == ["Create-Session", WHOLE, "Ping", LAST_BYTE, "GET", "Close-Session"]
            assert ends.relay.answers() == [200, 503, 200, 200, 200, 200]
            assert ends.published == ends.sent
            assert await ends.it.manager.get_reply_data(job_id) == ends.sent[::-1]

    run(scenario())
    assert calls == 2


def test_16_9_a_final_refusal(run, tmp_path: Path) -> None:
    calls = 0

    async def program(notice: Notice) -> Answer:
        nonlocal calls
        calls += 1
        raise ProgramError(403)

    async def scenario() -> None:
        async with both_ends(tmp_path, program=program) as ends:
            job_id = await ends.upload(1500, type=REPLY)
            job = await ends.end_of(job_id)
            assert is_failed(job, "server program", from_http_status(403))
            await ends.it.clock.advance(86_400)
            assert ends.relay.log() == ["Create-Session", WHOLE]
            await ends.it.manager.resume(job_id)
            assert is_failed(await ends.end_of(job_id), "server program", from_http_status(403))
            assert ends.published is None

    run(scenario())
    assert calls == 1


def test_16_10_the_reply_breaks_off(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, program=answering) as ends:
            cut(ends, "GET", "down", after=700_000, times=1)
            job_id = await ends.upload(SIZE, type=REPLY)
            job = await ends.end_of(job_id)
            assert job.state is S.TRANSFERRED
            first, second = ends.relay.of("GET")
            assert (first.status, second.status) == (200, 206)
            assert second.headers["if-range"] == (first.answer or {})["etag"]
            assert first.down + second.down == SIZE
            assert await ends.it.manager.complete(job_id) == codes.S_OK
            assert ends.reply.read_bytes() == ends.sent[::-1]

    run(scenario())


def test_16_10_the_reply_is_missing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, program=answering) as ends:
            get = Hurdle(ends, "GET", 1)
            job_id = await ends.upload(1500, type=REPLY)
            await get.reached.wait()
            (session,) = ends.sessions()
            (session / "reply").unlink()
            get.go.set()
            job = await ends.end_of(job_id)
            assert is_failed(job, "reply", from_http_status(404))
            # Once more for the program, which has had its say; never a second upload.
            assert ends.relay.log() == ["Create-Session", WHOLE, "GET", LAST_BYTE, "GET"]
            assert ends.published is None

    run(scenario())


@pytest.mark.parametrize("type", [JobType.UPLOAD, REPLY], ids=lambda type: type.name)
def test_16_11_cancel(run, tmp_path: Path, type: JobType) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, program=answering if type is REPLY else None) as ends:
            second = Hurdle(ends, "Fragment", 2)
            job_id = await ends.upload(SIZE, type=type)
            await second.reached.wait()
            assert len(ends.sessions()) == 1
            second.go.set()
            await ends.it.manager.cancel(job_id)
            await ends.it.until_true(job_id, lambda job: not is_being_withdrawn(job))
            assert ends.relay.log()[-1] == "Cancel-Session"
            assert ends.relay.answers()[-1] == 200
            assert (ends.sessions(), ends.published, ends.reply.exists()) == ([], None, False)

    run(scenario())


def test_16_12_a_host_that_falls_silent_and_an_origin_that_knows_nothing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with upload_lab(tmp_path, hosts=("127.0.0.1", "127.0.0.2")) as it:
            peer, port = it.peer, it.server.port
            peer.create_headers = [("BITS-Host-Id", "127.0.0.2"), ("BITS-Host-Id-Fallback-Timeout", "110")]
            peer.answers["Fragment", 2] = peer.answers["Fragment", 3] = reset
            job_id = await it.upload(SIZE)
            await it.until(job_id, S.TRANSIENT_ERROR)
            peer.forget()
            peer.create_headers = ()
            await it.clock.advance(600)
            assert (await it.until(job_id, S.TRANSFERRED)).error is None
            hosts = [(r.header("Host") or "").removesuffix(f":{port}") for r in peer.packets]
            assert hosts == ["127.0.0.1"] + ["127.0.0.2"] * 4 + ["127.0.0.1"] * (len(hosts) - 5)
            fragments = [line for line in peer.log()[7:] if line.startswith("Fragment 0-")]
            assert peer.log()[:7] == ["Create-Session", "Ping", FIRST, SECOND, SECOND, "Ping", SECOND]
            assert (peer.log()[7], len(fragments)) == ("Create-Session", 1)
            assert peer.published == {"/inbox/a.bin": it.sent}

    run(scenario())


def test_16_13_sign_in(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, account=Account("ann", "sécret"), program=answering) as ends:
            job_id = await ends.upload(SIZE, type=REPLY, credentials=Credentials("ann", "sécret"))
            assert (await ends.end_of(job_id)).state is S.TRANSFERRED
            assert ends.published == ends.sent
            assert ends.relay.log()[:3] == ["Create-Session", "Create-Session", FIRST]
            assert ends.relay.answers()[:3] == [401, 200, 200]
            # No body goes up in vain.
            assert 401 not in [p.status for p in ends.relay.of("Fragment")]
            await ends.it.manager.complete(job_id)
            assert ends.reply.read_bytes() == ends.sent[::-1]

    run(scenario())


def test_16_13_ping_signs_in_when_an_upload_goes_on(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, account=Account("ann", "s")) as ends:
            second = Hurdle(ends, "Fragment", 2)
            job_id = await ends.upload(SIZE, credentials=Credentials("ann", "s"))
            await second.reached.wait()
            await ends.it.manager.suspend(job_id)
            second.go.set()
            await ends.it.reopen()
            mark = len(ends.relay.passages)
            await ends.it.manager.resume(job_id)
            assert (await ends.end_of(job_id)).state is S.TRANSFERRED
            assert ends.relay.log()[mark:] == ["Ping", "Ping", SECOND, "Close-Session"]
            assert ends.relay.answers()[mark:] == [401, 200, 200, 200]
            assert ends.published == ends.sent

    run(scenario())


def test_16_13_a_wrong_password_is_final(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with both_ends(tmp_path, account=Account("ann", "s")) as ends:
            job = await ends.end_of(await ends.upload(SIZE, credentials=Credentials("ann", "wrong")))
            assert is_failed(job, "upload", from_http_status(401))
            assert ends.relay.answers() == [401, 401]

    run(scenario())
