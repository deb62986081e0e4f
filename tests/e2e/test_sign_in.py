"""Sign-in to servers: Basic and Digest, and that no password is seen where it must not be."""

import base64
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import AuthScheme, AuthTarget, ErrorContext, JobState
from bitsgui.service.manager import Credentials
from tests.support.content import Pattern
from tests.support.downloads import Desk, a_desk, failure
from tests.support.resource import Resource
from tests.support.scripted_server import Behaviour, Exchange, needs_basic, needs_digest

CONTENT = Pattern(400_000, seed=5)
FILE = Resource(content=CONTENT)
PASSWORD = "pa55w0rd-ümläut€"
ME = Credentials("me", PASSWORD)
WANTED = {
    "basic": lambda: needs_basic("me", PASSWORD, FILE),
    "digest MD5": lambda: needs_digest("me", PASSWORD, FILE),
    "digest SHA-256": lambda: needs_digest("me", PASSWORD, FILE, algorithm="SHA-256"),
}
SIGN_IN_WANTED = (JobState.ERROR, ErrorContext.REMOTE_FILE, codes.BG_E_HTTP_ERROR_401)


def challenge(*lines: str) -> Behaviour:
    """401 with these challenges, for ever."""

    async def behave(exchange: Exchange) -> None:
        await exchange.reply(401, [("WWW-Authenticate", line) for line in lines])

    return behave


def secret_bytes(password: str = PASSWORD) -> list[bytes]:
    return [password.encode(), password.encode("latin-1", "ignore")]


def assert_unseen(desk: Desk, caplog: pytest.LogCaptureFixture, password: str = PASSWORD) -> None:
    """No file of the state folder and no log record holds the password."""
    for file in desk.state_dir.iterdir():
        assert not any(secret in file.read_bytes() for secret in secret_bytes(password)), file.name
    assert password not in caplog.text
    assert password not in repr(desk.manager.enumerate())


@pytest.mark.parametrize("wanted", WANTED)
def test_sign_in(run, tmp_path: Path, caplog: pytest.LogCaptureFixture, wanted: str) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= dict.fromkeys(("/a.bin", "/b.bin", "/c.bin"), WANTED[wanted]())
            job = await desk.fetch("/a.bin", "/b.bin", "/c.bin", credentials=ME)
            assert (job.state, job.error) == (JobState.TRANSFERRED, None)
            first, *later = [request.header("Authorization") for request in desk.server.requests]
            assert first is None  # nothing is offered unasked
            assert len(later) == 3  # and what was accepted goes out at once
            assert all(header is not None and header.startswith(wanted.split()[0].title()) for header in later)
            assert_unseen(desk, caplog)

    run(scenario())


@pytest.mark.parametrize("wanted", WANTED)
def test_a_wrong_password(run, tmp_path: Path, caplog: pytest.LogCaptureFixture, wanted: str) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = WANTED[wanted]()
            job = await desk.fetch("/a.bin", credentials=Credentials("me", "wr0ng-one"))
            assert failure(job) == SIGN_IN_WANTED
            assert len(desk.server.requests) == 2
            assert_unseen(desk, caplog, "wr0ng-one")
            for scheme in (AuthScheme.BASIC, AuthScheme.DIGEST):
                await desk.manager.set_credentials(job.id, AuthTarget.SERVER, scheme, "me", PASSWORD)
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert_unseen(desk, caplog)

    run(scenario())


def test_no_sign_in_given(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = WANTED["basic"]()
            assert failure(await desk.fetch("/a.bin")) == SIGN_IN_WANTED
            assert len(desk.server.requests) == 1

    run(scenario())


ODD = [
    'Digest realm="r", nonce="n", algorithm=SHA-512-256',
    'Digest realm="r", nonce="n", algorithm=FOO, qop="auth"',
    'Digest realm="r", nonce="n", qop="auth-int"',
    'Digest realm="r", nonce="n", qop="nonsense"',
    "Digest nonsense",
    "Digest ",
    'Digest realm="r"',
    "Negotiate",
    "NTLM",
    "",
]


@pytest.mark.parametrize("line", ODD)
def test_a_challenge_that_cannot_be_answered(run, tmp_path: Path, line: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = challenge(line)
            assert failure(await desk.fetch("/a.bin", credentials=ME)) == SIGN_IN_WANTED
            assert desk.asked("/a.bin", "Authorization") in ([None], [None, None])

    run(scenario())


@pytest.mark.parametrize("lines", [(ODD[0], 'Basic realm="r"'), ('Basic realm="r"', ODD[2])])
def test_basic_where_the_digest_cannot_be_answered(run, tmp_path: Path, lines: tuple[str, ...]) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = challenge(*lines)
            assert failure(await desk.fetch("/a.bin", credentials=ME)) == SIGN_IN_WANTED
            assert str(desk.asked("/a.bin", "Authorization")[-1]).startswith("Basic ")

    run(scenario())


@pytest.mark.parametrize("line", ['Basic realm="r"', 'Digest realm="r", nonce="n", qop="auth"'])
def test_a_user_name_need_not_be_ascii(run, tmp_path: Path, line: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = challenge(line)
            assert failure(await desk.fetch("/a.bin", credentials=Credentials("mé", PASSWORD))) == SIGN_IN_WANTED
            sent = str(desk.asked("/a.bin", "Authorization")[-1])
            if sent.startswith("Digest"):
                assert 'username="mé"' in sent.encode("latin-1").decode()
            else:
                assert base64.b64decode(sent.removeprefix("Basic ")).decode() == f"mé:{PASSWORD}"

    run(scenario())


def test_the_stronger_of_two_schemes(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = challenge('Basic realm="r"', 'Digest realm="r", nonce="n", qop="auth"')
            await desk.fetch("/a.bin", credentials=ME)
            assert str(desk.asked("/a.bin", "Authorization")[-1]).startswith("Digest ")

    run(scenario())


def test_user_info_of_an_address_goes_to_the_secrets(run, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = needs_basic("user", "p@ss:w0rd", FILE)
            job = await desk.start(f"http://user:p%40ss%3Aw0rd@127.0.0.1:{desk.server.port}/a.bin")
            assert desk.manager.get(job.id).files[0].remote_name == desk.server.url("/a.bin")
            await desk.ended(job)
            assert_unseen(desk, caplog, "p@ss:w0rd")
            assert_unseen(desk, caplog, "p%40ss%3Aw0rd")
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_custom_header_values_are_secrets(run, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = replace(FILE, cut_after=1000)
            job = await desk.fetch("/a.bin", custom_headers=(("X-Api-Key", "k3y-s3cret"), ("X-Empty", "")))
            desk.server.files["/a.bin"] = FILE
            await desk.again(job)
            assert desk.asked("/a.bin", "X-Api-Key") == ["k3y-s3cret", "k3y-s3cret"]
            assert desk.asked("/a.bin", "X-Empty") == ["", ""]
            assert_unseen(desk, caplog, "k3y-s3cret")

    run(scenario())


def test_secrets_that_the_keyring_lost(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = replace(FILE, cut_after=1000)
            job = await desk.fetch("/a.bin", credentials=ME)
            await desk.secrets.delete(job.id)
            failed = await desk.again(job)
            assert failure(failed) == (
                JobState.ERROR,
                ErrorContext.GENERAL_TRANSPORT,
                codes.BG_E_INVALID_CREDENTIALS,
            )
            assert len(desk.server.requests) == 1

    run(scenario())
