"""Redirects: followed as the job's policy says; no credential, cookie or header value crosses an origin."""

from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState, SecurityFlags
from bitsgui.model.hresult import from_http_status
from bitsgui.service.manager import Credentials
from tests.support.certificates import Certificates
from tests.support.content import Pattern
from tests.support.downloads import Desk, a_desk, failure
from tests.support.resource import Resource
from tests.support.scripted_server import ScriptedServer, in_turn, needs_basic, needs_cookie, redirect

CONTENT = Pattern(400_000, seed=3)
FILE = Resource(content=CONTENT)
TWO_ORIGINS = ("127.0.0.1", "127.0.0.2")
SECRETS = (("X-Api-Key", "k3y"), ("Authorization", "Bearer t0ken"), ("Cookie", "own=s3cret"), ("X-Plain", "too"))
REFUSED = (JobState.ERROR, ErrorContext.REMOTE_FILE, codes.ERROR_WINHTTP_REDIRECT_FAILED)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["/b.bin", "b.bin", "//127.0.0.1:{port}/b.bin", "/x/../b.bin", "?q", "/b.bin#part"])
def test_a_redirect_is_followed_with_the_range(run, tmp_path: Path, code: int, to: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            there = redirect(to.format(port=desk.server.port), code)
            desk.server.files["/a.bin"] = in_turn(there, FILE if to == "?q" else there)
            desk.server.files["/b.bin"] = replace(FILE, cut_after=100_000)
            if to == "?q":
                desk.server.files["/a.bin"] = in_turn(there, replace(FILE, cut_after=100_000), there, FILE)
            job = await desk.fetch("/a.bin")
            assert job.files[0].remote_name == desk.server.url("/a.bin")
            desk.server.files["/b.bin"] = FILE
            await desk.again(job)
            assert [request.header("Range") for request in desk.server.requests] == [None, None, *["bytes=100000-"] * 2]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize("location", ["/a.bin", "/b.bin"])
def test_a_circle_ends(run, tmp_path: Path, location: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {"/a.bin": redirect(location), "/b.bin": redirect("/a.bin")}
            assert failure(await desk.fetch("/a.bin")) == REFUSED
            assert len(desk.server.requests) == 11

    run(scenario())


@pytest.mark.parametrize(
    "location",
    [
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "javascript:1",
        "http://[::1/x",
        "http://h:99999/",
        "mailto:a",
        "http://h:x/",
    ],
)
def test_a_redirect_to_nowhere(run, tmp_path: Path, location: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = redirect(location)
            state, context, code = failure(await desk.fetch("/a.bin"))
            assert (state, context) == (JobState.ERROR, ErrorContext.REMOTE_FILE)
            assert code in (codes.ERROR_WINHTTP_REDIRECT_FAILED, codes.ERROR_WINHTTP_INVALID_URL)
            assert len(desk.server.requests) == 1

    run(scenario())


def test_a_redirect_without_an_address(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:

            async def lost(exchange) -> None:  # type: ignore[no-untyped-def]
                await exchange.reply(302)

            desk.server.files["/a.bin"] = lost
            assert failure(await desk.fetch("/a.bin"))[2] == from_http_status(302)

    run(scenario())


async def asked_elsewhere(desk: Desk, **settings: object) -> list[dict[str, str]]:
    """Headers of every request that the other origin got; the job is fetched, cut and resumed on the way."""
    elsewhere = desk.server.url("/b.bin", TWO_ORIGINS[1])
    desk.server.files["/a.bin"] = redirect(elsewhere)
    desk.server.files["/b.bin"] = replace(FILE, cut_after=100_000)
    job = await desk.fetch("/a.bin", **settings)
    desk.server.files["/b.bin"] = FILE
    await desk.again(job)
    await desk.assert_whole(job, "a.bin", CONTENT)
    requests = desk.server.requests_for("/b.bin")
    assert len(requests) == 2
    return [{key.lower(): value for key, value in request.headers} for request in requests]


REPORT = SecurityFlags.REDIRECT_ALLOW_REPORT


@pytest.mark.parametrize("flags", [SecurityFlags(0), REPORT], ids=["silent", "report"])
def test_custom_headers_stay_at_home(run, tmp_path: Path, flags: SecurityFlags) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, hosts=TWO_ORIGINS) as desk:
            harmless = ("User-Agent", "me/1.0")
            for sent in await asked_elsewhere(desk, custom_headers=(*SECRETS, harmless), security_flags=flags):
                assert not set(sent) & {"x-api-key", "authorization", "cookie", "x-plain"}
                assert sent["user-agent"] == "me/1.0"
            home = desk.server.requests_for("/a.bin")
            assert {request.header("X-Api-Key") for request in home} == {"k3y"}
            assert {request.header("Cookie") for request in home} == {"own=s3cret"}

    run(scenario())


@pytest.mark.parametrize("flags", [SecurityFlags(0), REPORT], ids=["silent", "report"])
@pytest.mark.parametrize("host", TWO_ORIGINS)
def test_a_sign_in_goes_to_the_files_own_origin_only(run, tmp_path: Path, host: str, flags: SecurityFlags) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, hosts=TWO_ORIGINS) as desk:
            private = needs_basic("me", "pw", FILE)
            desk.server.files["/a.bin"] = needs_basic("me", "pw", redirect(desk.server.url("/b.bin", host)))
            desk.server.files["/b.bin"] = private
            job = await desk.fetch("/a.bin", credentials=Credentials("me", "pw"), security_flags=flags)
            if host == TWO_ORIGINS[0]:
                await desk.assert_whole(job, "a.bin", CONTENT)
                return
            assert failure(job)[2] == codes.BG_E_HTTP_ERROR_401
            await desk.again(job)
            assert desk.asked("/b.bin", "Authorization") == [None, None]

    run(scenario())


def test_cookies_of_the_job(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, hosts=TWO_ORIGINS) as desk:
            desk.server.files["/a.bin"] = redirect("/b.bin", set_cookie="seen=yes")
            desk.server.files["/b.bin"] = needs_cookie("seen=yes", FILE)
            await desk.assert_whole(await desk.fetch("/a.bin"), "a.bin", CONTENT)
            other = await desk.fetch("/b.bin")
            assert failure(other)[2] == codes.BG_E_HTTP_ERROR_403

    run(scenario())


def test_cookies_cross_no_origin(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, hosts=TWO_ORIGINS) as desk:
            desk.server.files["/a.bin"] = redirect(desk.server.url("/b.bin", TWO_ORIGINS[1]), set_cookie="seen=yes")
            desk.server.files["/b.bin"] = FILE
            await desk.fetch("/a.bin")
            assert desk.asked("/b.bin", "Cookie") == [None]

    run(scenario())


def test_user_info_in_a_redirect_is_not_used(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = redirect(f"http://evil:pw@127.0.0.1:{desk.server.port}/b.bin")
            desk.server.files["/b.bin"] = FILE
            await desk.assert_whole(await desk.fetch("/a.bin", security_flags=REPORT), "a.bin", CONTENT)
            assert desk.asked("/b.bin", "Authorization") == [None]

    run(scenario())


def test_disallow(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {"/a.bin": redirect("/b.bin", 301), "/b.bin": FILE}
            job = await desk.fetch("/a.bin", security_flags=SecurityFlags.REDIRECT_DISALLOW)
            assert failure(job) == (JobState.ERROR, ErrorContext.REMOTE_FILE, from_http_status(301))
            assert desk.server.requests_for("/b.bin") == []

    run(scenario())


def test_report_keeps_the_last_address(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, hosts=TWO_ORIGINS) as desk:
            elsewhere = desk.server.url("/b.bin", TWO_ORIGINS[1])
            desk.server.files |= {"/a.bin": redirect(elsewhere), "/b.bin": replace(FILE, cut_after=100_000)}
            job = await desk.fetch("/a.bin", security_flags=REPORT)
            assert desk.manager.get(job.id).files[0].remote_name == elsewhere
            desk.server.files["/b.bin"] = FILE
            await desk.again(job)
            assert len(desk.server.requests_for("/a.bin")) == 1
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize("allowed", [False, True])
def test_https_to_http(run, tmp_path: Path, certificates: Certificates, allowed: bool) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context()) as desk, ScriptedServer() as plain:
            desk.server.files["/a.bin"] = redirect(plain.url("/b.bin"), set_cookie="seen=yes")
            plain.files["/b.bin"] = FILE
            flags = SecurityFlags.REDIRECT_ALLOW_HTTPS_TO_HTTP if allowed else SecurityFlags(0)
            job = await desk.fetch(
                "/a.bin", ca_file=str(certificates.ca_file), security_flags=flags, custom_headers=SECRETS
            )
            if allowed:
                await desk.assert_whole(job, "a.bin", CONTENT)
                (sent,) = plain.requests
                assert not {key.lower() for key, _ in sent.headers} & {
                    "x-api-key",
                    "authorization",
                    "cookie",
                    "x-plain",
                }
            else:
                assert failure(job) == REFUSED
                assert plain.connections == 0

    run(scenario())


def test_http_to_https_is_no_downgrade(run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk, ScriptedServer(tls=certificates.server_context()) as secure:
            desk.server.files["/a.bin"] = redirect(secure.url("/b.bin"))
            secure.files["/b.bin"] = FILE
            job = await desk.fetch("/a.bin", ca_file=str(certificates.ca_file))
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())
