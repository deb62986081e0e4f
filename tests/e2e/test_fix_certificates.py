"""Fixes of certificates: a pin accepts its one and no other, authorities and client certificates of the job alone."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from bitsgui.model import codes, fix
from bitsgui.model.check import Step
from bitsgui.model.enums import JobState, ProxyUsage
from bitsgui.model.facts import CertificateReason
from bitsgui.model.job import Job, ProxySettings
from bitsgui.service.fixes import apply_fix, read_certificates
from tests.support.certificates import Certificates, Flaw
from tests.support.content import Pattern
from tests.support.downloads import Desk, a_desk
from tests.support.fix_checks import checked, failed, passed
from tests.support.proxy import ForwardProxy
from tests.support.resource import Resource
from tests.support.scripted_server import Behaviour, Exchange, ScriptedServer, redirect
from tests.support.waiting import until

Run = Callable[[Coroutine[Any, Any, None]], None]
CONTENT = Pattern(300_000, seed=8)
FILE = Resource(content=CONTENT)
PASSPHRASE = "k3y-pa55"


async def refused(desk: Desk, **settings: Any) -> Job:
    """A job of /a.bin that the server's certificate has ended, with the facts that follow."""
    desk.server.files["/a.bin"] = FILE
    job = await desk.fetch("/a.bin", **settings)
    assert job.state is JobState.ERROR
    return await until(desk.manager, job.id, has_facts)


def has_facts(job: Job) -> bool:
    """Whether those that follow the error are there."""
    return job.error is not None and job.error.facts is not None and job.error.facts.proxy is not None


@pytest.mark.parametrize("flaw", [flaw for flaw in Flaw if flaw is not Flaw.NONE])
def test_a_pin_forgives_every_flaw_of_its_certificate(
    run: Run, tmp_path: Path, certificates: Certificates, flaw: Flaw
) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context(flaw)) as desk:
            job = await refused(desk, ca_file=str(certificates.ca_file))
            again = await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)
            assert failed(again) == [Step.TLS_HANDSHAKE]
            (shown,) = await read_certificates(desk.manager, job.id)
            assert desk.server.requests == []
            pin = fix.PinCertificate(":".join(shown.sha256[i : i + 2] for i in range(0, 64, 2)).upper())
            assert Step.TLS_HANDSHAKE in passed(await checked(desk.manager, job.id, pin, desk.folder))
            await apply_fix(desk.manager, job.id, pin)
            await desk.assert_whole(await desk.ended(job), "a.bin", CONTENT)

    run(scenario())


def test_a_pin_refuses_every_other_certificate(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context()) as desk:
            job = await refused(desk)
            wrong = fix.PinCertificate("0" * 64)
            result = await checked(desk.manager, job.id, wrong, desk.folder)
            assert (failed(result), result.lines[-1].code) == ([Step.TLS_HANDSHAKE], codes.ERROR_WINHTTP_SECURE_FAILURE)
            # Not even one that the job's own authority vouches for.
            pinned = await desk.fetch("/a.bin", certificate_pin="0" * 64, ca_file=str(certificates.ca_file))
            assert pinned.error is not None
            assert pinned.error.code == codes.ERROR_WINHTTP_SECURE_FAILURE

    run(scenario())


def test_a_pin_holds_for_its_job_only_and_through_a_proxy(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context()) as desk, ForwardProxy() as proxy:
            job = await refused(desk)
            (shown,) = await read_certificates(desk.manager, job.id)
            through = ProxySettings(ProxyUsage.OVERRIDE, proxy.url)
            pinned = await desk.fetch("/a.bin", certificate_pin=shown.sha256, proxy=through)
            assert pinned.state is JobState.TRANSFERRED
            assert [request.method for request in proxy.requests] == ["CONNECT"]
            other = await desk.fetch("/a.bin", names=["b.bin"])
            assert other.state is JobState.ERROR

    run(scenario())


def test_a_pin_is_not_left_by_a_redirect(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with (
            a_desk(tmp_path, tls=certificates.server_context()) as desk,
            ScriptedServer(tls=certificates.server_context()) as elsewhere,
        ):
            job = await refused(desk)
            (shown,) = await read_certificates(desk.manager, job.id)
            elsewhere.files["/a.bin"] = FILE
            desk.server.files["/a.bin"] = redirect(elsewhere.url("/a.bin"))
            result = await checked(desk.manager, job.id, fix.PinCertificate(shown.sha256), desk.folder)
            assert (failed(result), elsewhere.requests) == ([Step.TLS_HANDSHAKE], [])

    run(scenario())


def test_an_authority(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context()) as desk:
            job = await refused(desk)
            nothing = await checked(desk.manager, job.id, fix.CaFile(tmp_path / "missing.pem"), desk.folder)
            assert (failed(nothing), nothing.may_resume_anyway) == ([Step.CERTIFICATE_FILES], False)
            other = tmp_path / "other.pem"
            trustme.CA().cert_pem.write_to_path(other)
            assert failed(await checked(desk.manager, job.id, fix.CaFile(other), desk.folder)) == [Step.TLS_HANDSHAKE]
            right = fix.CaFile(certificates.ca_file)
            assert (await checked(desk.manager, job.id, right, desk.folder)).is_passed
            await apply_fix(desk.manager, job.id, right)
            await desk.assert_whole(await desk.ended(job), "a.bin", CONTENT)

    run(scenario())


def client_files(folder: Path, authority: trustme.CA) -> tuple[Path, Path]:
    """A certificate, and its key that only PASSPHRASE opens."""
    folder.mkdir(exist_ok=True)
    leaf = authority.issue_cert("me@example.org")
    certificate, key = folder / "me.pem", folder / "me.key"
    certificate.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    read = serialization.load_pem_private_key(leaf.private_key_pem.bytes(), None)
    sealed = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    key.write_bytes(read.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed))
    return certificate, key


def test_a_client_certificate(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    context, authority = certificates.server_context(), trustme.CA()
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    certificate, key = client_files(tmp_path / "mine", authority)
    foreign = client_files(tmp_path / "foreign", trustme.CA())

    async def scenario() -> None:
        async with a_desk(tmp_path, tls=context) as desk:
            desk.server.files["/a.bin"] = FILE
            job = await desk.fetch("/a.bin", ca_file=str(certificates.ca_file))
            assert job.error is not None  # asyncio's servers hang up without a word
            wrong = await checked(desk.manager, job.id, fix.ClientCertificate(certificate, key, "no"), desk.folder)
            assert wrong.lines[-1].code == codes.ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY
            missing = await checked(desk.manager, job.id, fix.ClientCertificate(tmp_path / "none.pem"), desk.folder)
            assert missing.lines[-1].code == codes.ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY
            assert failed(wrong) == failed(missing) == [Step.CERTIFICATE_FILES]
            other = await checked(desk.manager, job.id, fix.ClientCertificate(*foreign, PASSPHRASE), desk.folder)
            assert not other.is_passed
            right = fix.ClientCertificate(certificate, key, PASSPHRASE)
            assert (await checked(desk.manager, job.id, right, desk.folder)).is_passed
            assert PASSPHRASE not in repr(right)
            await apply_fix(desk.manager, job.id, right)
            await desk.assert_whole(await desk.ended(job), "a.bin", CONTENT)
            state = b"".join(file.read_bytes() for file in desk.state_dir.iterdir())
            assert PASSPHRASE.encode() not in state
            assert (await desk.secrets.get(job.id)).is_empty  # the job has ended: nobody needs it any more

    run(scenario())


def test_a_server_that_says_what_it_wants(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    context = certificates.server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    trustme.CA().configure_trust(context)

    def refuse(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        secure = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with pytest.raises(ssl.SSLError):
            secure.do_handshake()
        # A close now would take the alert back with a reset: the client's request lies unread.
        with socket.socket(fileno=secure.detach()) as plain:
            plain.shutdown(socket.SHUT_WR)
            while plain.recv(65_536):
                pass

    async def scenario() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            async with a_desk(tmp_path) as desk:
                url = f"https://127.0.0.1:{listener.getsockname()[1]}/a.bin"
                job = await desk.start(url, ca_file=str(certificates.ca_file))
                for _ in range(2):  # a GET is tried once more when its connection breaks
                    await asyncio.to_thread(refuse, listener)
                ended = await desk.ended(job)
                assert ended.error is not None
                assert ended.error.code == codes.ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED
                assert ended.state is JobState.ERROR

    run(scenario())


def test_a_client_certificate_stays_at_home(run: Run, tmp_path: Path, certificates: Certificates) -> None:
    authority, shown = trustme.CA(), dict[str, bool]()
    context = certificates.server_context()
    context.verify_mode = ssl.CERT_OPTIONAL
    authority.configure_trust(context)
    mine = tmp_path / "mine.pem"
    authority.issue_cert("me@example.org").private_key_and_cert_chain_pem.write_to_path(mine)

    def noting(name: str) -> Behaviour:
        async def behave(exchange: Exchange) -> None:
            connection = exchange._writer.get_extra_info("ssl_object")
            shown[name] = connection.getpeercert(binary_form=True) is not None
            await FILE(exchange)

        return behave

    async def scenario() -> None:
        async with a_desk(tmp_path, tls=context) as desk, ScriptedServer(tls=context) as elsewhere:
            elsewhere.files["/c.bin"] = noting("elsewhere")
            desk.server.files |= {"/a.bin": redirect(elsewhere.url("/c.bin")), "/b.bin": noting("home")}
            trust = str(certificates.ca_file)
            job = await desk.fetch("/a.bin", "/b.bin", ca_file=trust, client_certificate=str(mine))
            assert job.state is JobState.TRANSFERRED
            assert shown == {"elsewhere": False, "home": True}

    run(scenario())


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        (Flaw.EXPIRED, CertificateReason.EXPIRED),
        (Flaw.WRONG_HOST, CertificateReason.WRONG_NAME),
        (Flaw.UNKNOWN_CA, CertificateReason.UNKNOWN_ISSUER),
    ],
)
def test_the_facts_say_why(
    run: Run, tmp_path: Path, certificates: Certificates, flaw: Flaw, reason: CertificateReason
) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path, tls=certificates.server_context(flaw)) as desk:
            job = await refused(desk, ca_file=str(certificates.ca_file))
            assert job.error is not None
            assert job.error.facts is not None
            facts = job.error.facts
            assert (facts.certificate_reason, facts.clock_plausible) == (reason, True)
            assert facts.certificates is not None
            assert ("example.invalid" in facts.certificates[0].names) is (flaw is Flaw.WRONG_HOST)
            await desk.reopen()
            stored = desk.manager.get(job.id).error
            assert stored is not None
            assert replace(stored, facts=None) == replace(job.error, facts=None)
            assert stored.facts == facts

    run(scenario())
