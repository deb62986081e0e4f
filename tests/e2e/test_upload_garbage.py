"""Whatever a server answers to an upload: an error that says so, or the right end; never a crash or a false success."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bitsgui.model import codes
from bitsgui.model.enums import JobPriority, JobState, JobType
from bitsgui.model.hresult import HResult
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.service.manager import NewJob
from tests.support.lab import lab

S = JobState
SENT = b"0123456789"
PROGRAMMING_ERRORS = {codes.E_FAIL, HResult(0x8000FFFF)}

texts = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40)
values = st.one_of(
    texts,
    st.sampled_from(
        ["10", "0", "3", "11", "-1", "10, 10", "0x8020001F", "0x1", "0x80070057", "0x7", "0x5", "x" * 9000]
    ),
    st.integers(-(2**70), 2**70).map(str),
)
names = st.sampled_from(
    [
        "BITS-Session-Id",
        "BITS-Protocol",
        "BITS-Received-Content-Range",
        "BITS-Reply-URL",
        "BITS-Error-Code",
        "BITS-Error",
        "BITS-Error-Context",
        "BITS-Host-Id",
        "BITS-Host-Id-Fallback-Timeout",
        "Retry-After",
        "WWW-Authenticate",
        "Set-Cookie",
        "Location",
        "Content-Encoding",
        "Connection",
    ]
)
lines = st.one_of(
    # below 200 is no answer yet: the client rightly waits for one until its time-out
    st.integers(200, 999).map(lambda status: f"HTTP/1.1 {status} X"),
    st.just("HTTP/1.1 200 OK"),
    texts,
    st.sampled_from(["HTTP/1.0 200 OK", "HTTP/2 200", "HTTP/1.1 200", "HTTP/1.1 99999 X", ""]),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: its status line, its headers, whether it is an Ack, and a body."""

    line: str
    headers: tuple[tuple[str, str], ...] = ()
    is_ack: bool = True
    body: bytes = b""

    @property
    def bytes(self) -> bytes:
        head = [self.line, *(["BITS-Packet-Type: Ack"] if self.is_ack else [])]
        head += [f"{name}: {value}" for name, value in self.headers]
        head += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(head).encode("latin-1") + self.body


answers = st.builds(
    Said,
    lines,
    st.lists(st.tuples(names, values), max_size=5).map(tuple),
    st.booleans() | st.just(True),
    st.binary(max_size=20),
)
CREATED = Said(
    "HTTP/1.1 200 OK",
    (("BITS-Session-Id", "{S}"), ("BITS-Protocol", "{7df0354d-249b-430f-820d-3d2a9bef4931}")),
)
TAKEN = Said("HTTP/1.1 200 OK", (("BITS-Received-Content-Range", str(len(SENT))),))
CLOSED = Said("HTTP/1.1 200 OK")


@dataclass
class Liar:
    """Gives its answers one after another, the last for ever. `asked`: the packets; `gone`: bytes that came up."""

    answers: list[bytes]
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.partition("content-length: ")[2].partition("\r")[0] or 0)
                await reader.readexactly(length)
                self.asked.append(head.partition("bits-packet-type: ")[2].partition("\r")[0] or head.split()[0])
                writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def one_upload(home: Path, said: list[bytes], type: JobType) -> tuple[Any, Liar]:
    """A job against those answers, at rest after its first attempt."""
    liar = Liar(said)
    listener = await asyncio.start_server(liar.serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    source = home / "source"
    source.write_bytes(SENT)
    async with listener, lab(home, patience_s=20) as it:
        spec = NewJob(
            settings=JobSettings(display_name="up", priority=JobPriority.FOREGROUND),
            files=(JobFile(remote_name=f"http://127.0.0.1:{port}/a", local_name=str(source)),),
            type=type,
        )
        (job,) = await it.manager.create_jobs([spec])
        job = await it.until(job.id, S.TRANSFERRED, S.TRANSIENT_ERROR, S.ERROR)
    return job, liar


@given(
    st.sampled_from([[], [CREATED], [CREATED, TAKEN]]),
    st.lists(answers, min_size=1, max_size=4),
    st.sampled_from([JobType.UPLOAD, JobType.UPLOAD_REPLY]),
)
@example([CREATED, TAKEN], [CLOSED], JobType.UPLOAD)
# No shrinking: each example is a whole queue, and one that waits in vain costs its whole patience.
@settings(
    max_examples=100,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_garbage_in_answers(
    tmp_path_factory: pytest.TempPathFactory,
    run: Callable[[Coroutine[Any, Any, Any]], Any],
    caplog: pytest.LogCaptureFixture,
    right: list[Said],
    wrong: list[Said],
    type: JobType,
) -> None:
    caplog.set_level(logging.INFO)
    said = [*right, *wrong]
    job, liar = run(one_upload(tmp_path_factory.mktemp("garbage"), [answer.bytes for answer in said], type))
    assert not [record for record in caplog.records if record.levelno > logging.INFO]
    if job.state is S.TRANSFERRED:
        # Only a server that has acknowledged the last byte, and been told the end, can have brought it here.
        assert "fragment" in liar.asked
        assert liar.asked[-1] in ("close-session", "head")
        assert any(_acknowledges(answer) for answer in said)
    else:
        assert job.error is not None
        assert job.error.code not in PROGRAMMING_ERRORS, job.error


def _acknowledges(answer: Said) -> bool:
    return any(
        name == "BITS-Received-Content-Range" and str(len(SENT)) in [part.strip() for part in value.split(",")]
        for name, value in answer.headers
    )
