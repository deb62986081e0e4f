"""Certificates of https servers: each flaw has its own code, each exception of the job forgives its own."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState, SecurityFlags
from bitsgui.model.hresult import HResult
from tests.support.certificates import Certificates, Flaw
from tests.support.content import Pattern
from tests.support.downloads import a_desk, failure
from tests.support.resource import Resource
from tests.support.scripted_server import ScriptedServer

CONTENT = Pattern(500_000, seed=8)
FILE = Resource(content=CONTENT)
CODES = {
    Flaw.UNKNOWN_CA: codes.ERROR_WINHTTP_SECURE_INVALID_CA,
    Flaw.EXPIRED: codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
    Flaw.WRONG_HOST: codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID,
}
FORGIVES = {
    Flaw.UNKNOWN_CA: SecurityFlags.SSL_IGNORE_UNKNOWN_CA,
    Flaw.EXPIRED: SecurityFlags.SSL_IGNORE_CERT_DATE_INVALID,
    Flaw.WRONG_HOST: SecurityFlags.SSL_IGNORE_CERT_CN_INVALID,
}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_authority_of_the_job(run, tmp_path: Path, certificates: Certificates, host: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context()) as desk:
            desk.server.files["/a.bin"] = replace(FILE, cut_after=100_000)
            job = await desk.fetch(desk.server.url("/a.bin", host), ca_file=str(certificates.ca_file))
            assert failure(job)[2] == codes.ERROR_WINHTTP_CONNECTION_ERROR
            desk.server.files["/a.bin"] = FILE
            await desk.again(job)
            assert desk.asked("/a.bin") == [None, "bytes=100000-"]
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


@pytest.mark.parametrize(("flaw", "code"), CODES.items(), ids=lambda value: getattr(value, "name", ""))
@pytest.mark.parametrize("of_system", [False, True], ids=["authority of the job", "authorities of the system"])
def test_a_flaw_has_its_own_code(
    run, tmp_path: Path, certificates: Certificates, flaw: Flaw, code: HResult, of_system: bool
) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context(flaw)) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", ca_file=None if of_system else str(certificates.ca_file))
            wanted = CODES[Flaw.UNKNOWN_CA] if of_system else code
            assert failure(job) == (JobState.ERROR, ErrorContext.REMOTE_FILE, wanted)
            assert job.error is not None
            assert job.error.file is not None
            assert desk.server.requests == []

    run(scenario())


@pytest.mark.parametrize("flaw", CODES)
@pytest.mark.parametrize("forgiven", CODES)
def test_an_exception_forgives_its_own_flaw(
    run, tmp_path: Path, certificates: Certificates, flaw: Flaw, forgiven: Flaw
) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context(flaw)) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", ca_file=str(certificates.ca_file))
            await desk.manager.set_security_flags(job.id, FORGIVES[forgiven])
            job = await desk.again(job)
            # OpenSSL has no switch for the authority alone: with it, the chain and the name go unchecked.
            if forgiven in (flaw, Flaw.UNKNOWN_CA):
                await desk.assert_whole(job, "a.bin", CONTENT)
            else:
                assert failure(job)[2] == CODES[flaw]
                assert desk.server.requests == []

    run(scenario())


def test_the_exceptions_of_one_job_are_not_those_of_another(run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context(Flaw.UNKNOWN_CA)) as desk:
            desk.server.files |= {"/a.bin": FILE, "/b.bin": FILE}
            lax = await desk.fetch("/a.bin", security_flags=SecurityFlags.SSL_IGNORE_UNKNOWN_CA)
            assert lax.state is JobState.TRANSFERRED
            assert failure(await desk.fetch("/b.bin"))[2] == CODES[Flaw.UNKNOWN_CA]

    run(scenario())


def test_a_file_of_authorities_that_cannot_be_read(run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context()) as desk:
            for name, content in (("missing.pem", None), ("nonsense.pem", b"nonsense")):
                if content is not None:
                    (tmp_path / name).write_bytes(content)
                job = await desk.fetch("/a.bin", ca_file=str(tmp_path / name))
                assert failure(job) == (
                    JobState.ERROR,
                    ErrorContext.REMOTE_FILE,
                    codes.ERROR_WINHTTP_SECURE_FAILURE,
                )

    run(scenario())


def test_https_to_a_server_that_speaks_http(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        async with a_desk(tmp_path) as desk, await asyncio.start_server(refuse, "127.0.0.1", 0) as plain:
            job = await desk.fetch(f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}/a.bin")
            assert failure(job)[1:] == (ErrorContext.GENERAL_TRANSPORT, codes.ERROR_WINHTTP_SECURE_CHANNEL_ERROR)

    run(scenario())


def test_http_to_a_server_that_speaks_https(run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk, ScriptedServer(tls=certificates.server_context()) as secure:
            job = await desk.fetch(f"http://127.0.0.1:{secure.port}/a.bin")
            assert job.state is JobState.TRANSIENT_ERROR
            assert desk.parts() == [] or desk.parts()[0].stat().st_size == 0

    run(scenario())
