"""Rows of the way there: proxies, certificates, names, networks: 2, 10 to 16."""

import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bitsgui.model import fix
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Side
from bitsgui.model.enums import AuthTarget, ProxyUsage
from bitsgui.model.job import Job, ProxySettings
from bitsgui.model.remedy import Remedy
from tests.matrix.row import Row
from tests.matrix.world import World
from tests.support.certificates import Certificates, Flaw
from tests.support.proxy import ForwardProxy
from tests.support.scripted_server import status
from tests.support.tls_door import TlsDoor

DAY_S = 86_400.0
NO_PROXY = ProxySettings(ProxyUsage.NO_PROXY)
DEAD_PROXY = ProxySettings(ProxyUsage.OVERRIDE, "http://127.0.0.1:9")
AT_ONCE: Final[Mapping[str, Any]] = {"no_progress_timeout_s": 0.0}
"""A passing trouble counts as final the first time."""


async def proxy_wants_a_sign_in(world: World) -> Job:
    world.serve()
    proxy = await world.stack.enter_async_context(ForwardProxy(user="pu", password="right"))
    through = ProxySettings(ProxyUsage.OVERRIDE, proxy.url)
    return await world.download(proxy=through, ca_file=str(world.certificates.ca_file))


def _at_proxy(password: str) -> Callable[[World], fix.Fix]:
    return lambda _: fix.SignIn(AuthTarget.PROXY, "pu", password)


async def proxy_offers_other_schemes(world: World) -> Job:
    world.serve()
    proxy = ForwardProxy(user="pu", password="x", challenge="Negotiate")
    through = ProxySettings(ProxyUsage.OVERRIDE, (await world.stack.enter_async_context(proxy)).url)
    world.kept["through"] = through
    return await world.download(proxy=through)


async def proxy_is_dead(world: World) -> Job:
    world.serve()
    return await world.download(proxy=DEAD_PROXY, **AT_ONCE)


async def proxy_list_cannot_be_read(world: World) -> Job:
    world.serve()
    return await world.download(proxy=ProxySettings(ProxyUsage.OVERRIDE, "ftp://127.0.0.1:1"))


async def certificate_is_wrong(world: World) -> Job:
    world.serve()
    return await world.download(ca_file=str(world.certificates.ca_file))


async def _certificate_is_renewed(world: World) -> None:
    assert world.tls is not None
    world.certificates.configure(world.tls)


async def is_for_another_name(world: World) -> Job:
    world.kept["other"] = await world.other_server(world.certificates.server_context())
    world.kept["other"].files["/a.bin"] = status(404)
    return await certificate_is_wrong(world)


async def _mirror_has_it(world: World) -> None:
    world.serve()
    world.kept["other"].files["/a.bin"] = world.server.files["/a.bin"]


def _flawed(flaw: Flaw) -> Callable[[Certificates], ssl.SSLContext]:
    return lambda certificates: certificates.server_context(flaw)


def _of(authority: trustme.CA, **how: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost", **how).configure_cert(context)
    return context


def _ca_file(authority: trustme.CA) -> Callable[[World], fix.Fix]:
    def made(world: World) -> fix.Fix:
        path = world.tmp / "authority.pem"
        authority.cert_pem.write_to_path(path)
        return fix.CaFile(path)

    return made


def _wrong_ca(world: World) -> fix.Fix:
    return fix.CaFile(world.certificates.ca_file)


STRANGER, MINE = trustme.CA(), trustme.CA()
PRODUCT = trustme.CA(organization_name="Zscaler Inc.", organization_unit_name="Zscaler Root CA")
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def _begins_tomorrow(certificates: Certificates) -> ssl.SSLContext:
    return certificates.server_context(not_before=TOMORROW)


async def wants_a_client_certificate(world: World) -> Job:
    context = world.certificates.server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    MINE.configure_trust(context)
    world.serve()
    door = world.stack.enter_context(TlsDoor(context, world.server.port))
    return await world.download(door.url("/a.bin"), ca_file=str(world.certificates.ca_file))


def _client_certificate(authority: trustme.CA) -> Callable[[World], fix.Fix]:
    def made(world: World) -> fix.Fix:
        path = world.tmp / "me.pem"
        authority.issue_cert("me@example.org").private_key_and_cert_chain_pem.write_to_path(path)
        return fix.ClientCertificate(path)

    return made


def _self_signed(folder: Path) -> Path:
    """Certificate and key of a server that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    hosts = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    signed = built.add_extension(hosts, critical=False).sign(key, SHA256())
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "self-signed.pem"
    path.write_bytes(sealed + signed.public_bytes(Encoding.PEM))
    return path


def _vouches_for_itself(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(certificates.ca_file.parent))
    return context


async def name_is_not_known(world: World) -> Job:
    world.serve("/other.bin")
    await world.desk.fetch("/other.bin")
    return await world.download("http://no-such-host.invalid/a.bin", **AT_ONCE)


async def portal_wants_a_log_in(world: World) -> Job:
    world.server.files["/a.bin"] = status(511)
    return await world.download(**AT_ONCE)


async def nobody_answers_for_two_weeks(world: World) -> Job:
    assert world.clock is not None
    world.serve()
    await world.server.stop()
    job = await world.desk.start("/a.bin", minimum_retry_delay_s=7 * DAY_S, no_progress_timeout_s=14 * DAY_S)
    await world.waiting(job)
    for attempt in (2, 3):
        await world.clock.advance(7 * DAY_S)
        await world.tried(job, attempt)
    return await world.ended(job)


async def _server_is_back(world: World) -> None:
    await world.server.restart()


ROWS = (
    Row(
        number="2",
        name="407",
        provoke=proxy_wants_a_sign_in,
        cause=Cause.PROXY_SIGN_IN,
        side=Side.PROXY,
        says="The proxy http://127.0.0.1:… wants you to sign in; 127.0.0.1 was not reached.",
        recommended=Remedy.SIGN_IN_PROXY,
        broken=_at_proxy("wrong"),
        fix=_at_proxy("right"),
    ),
    Row(
        number="2",
        name="407 before the tunnel",
        provoke=proxy_wants_a_sign_in,
        cause=Cause.PROXY_SIGN_IN,
        side=Side.PROXY,
        says="The proxy http://127.0.0.1:… wants you to sign in; 127.0.0.1 was not reached.",
        recommended=Remedy.SIGN_IN_PROXY,
        broken=_at_proxy("wrong"),
        fix=_at_proxy("right"),
        tls=Certificates.server_context,
    ),
    Row(
        number="3",
        name="the proxy offers only schemes that we cannot do",
        provoke=proxy_offers_other_schemes,
        cause=Cause.PROXY_SCHEME,
        side=Side.PROXY,
        says="The proxy http://127.0.0.1:… only offers the sign-in Kerberos/Negotiate, not known to bitsgui; "
        "127.0.0.1 was not reached.",
        recommended=Remedy.PROXY,
        broken=lambda world: fix.Proxy(world.kept["through"]),
        fix=lambda _: fix.Proxy(NO_PROXY),
    ),
    Row(
        number="10",
        name="expired",
        provoke=certificate_is_wrong,
        cause=Cause.TLS_DATE,
        side=Side.SERVER,
        says="127.0.0.1 could not prove its identity: its certificate expired on ….",
        recommended=Remedy.TRY_AGAIN,
        fix=lambda _: fix.TryAgain(),
        mend=_certificate_is_renewed,
        tls=_flawed(Flaw.EXPIRED),
    ),
    Row(
        number="10",
        name="not valid yet: the clock here may be wrong",
        provoke=certificate_is_wrong,
        cause=Cause.CLOCK_WRONG,
        side=Side.THIS_COMPUTER,
        says="The clock of this computer must be wrong: it says …, when the certificate of 127.0.0.1 is not valid.",
        recommended=Remedy.TRY_AGAIN,
        fix=lambda _: fix.TryAgain(),
        mend=_certificate_is_renewed,
        tls=_begins_tomorrow,
    ),
    Row(
        number="10",
        name="wrong name",
        provoke=is_for_another_name,
        cause=Cause.TLS_NAME,
        side=Side.SERVER,
        says="127.0.0.1 could not prove its identity: its certificate is for example.invalid.",
        recommended=Remedy.NEW_ADDRESS,
        fix=lambda world: fix.NewAddress(0, world.kept["other"].url("/a.bin")),
        mend=_mirror_has_it,
        tls=_flawed(Flaw.WRONG_HOST),
    ),
    Row(
        number="10",
        name="unknown issuer",
        provoke=certificate_is_wrong,
        cause=Cause.TLS_AUTHORITY,
        side=Side.SERVER,
        says="127.0.0.1 could not prove its identity: nobody known here vouches for its certificate (by …).",
        recommended=Remedy.CA_FILE,
        broken=_wrong_ca,
        fix=_ca_file(STRANGER),
        tls=lambda _: _of(STRANGER),
    ),
    Row(
        number="10",
        name="self-signed",
        provoke=certificate_is_wrong,
        cause=Cause.TLS_SELF_SIGNED,
        side=Side.SERVER,
        says="127.0.0.1 could not prove its identity: nobody but itself vouches for its certificate.",
        recommended=Remedy.CA_FILE,
        broken=_wrong_ca,
        fix=lambda world: fix.CaFile(world.certificates.ca_file.with_name("self-signed.pem")),
        tls=_vouches_for_itself,
    ),
    Row(
        number="11",
        name="a security product",
        provoke=certificate_is_wrong,
        cause=Cause.TLS_INTERCEPTED,
        side=Side.PROXY,
        says="A security product (Zscaler) between this computer and 127.0.0.1 replaces certificates.",
        recommended=Remedy.CA_FILE,
        broken=_wrong_ca,
        fix=_ca_file(PRODUCT),
        tls=lambda _: _of(PRODUCT),
    ),
    Row(
        number="12",
        name="a client certificate is wanted",
        provoke=wants_a_client_certificate,
        cause=Cause.CLIENT_CERTIFICATE,
        side=Side.SIGN_IN,
        says="127.0.0.1 wants a client certificate, and there is none that it accepts.",
        recommended=Remedy.CLIENT_CERTIFICATE,
        broken=_client_certificate(STRANGER),
        fix=_client_certificate(MINE),
    ),
    Row(
        number="13",
        name="the name is not known",
        provoke=name_is_not_known,
        cause=Cause.NAME_UNKNOWN,
        side=Side.LINK,
        says="The name no-such-host.invalid is not known. Other hosts answer, so the address may be wrong.",
        recommended=Remedy.NEW_ADDRESS,
        broken=lambda _: fix.NewAddress(0, "http://another.invalid/a.bin"),
        fix=lambda world: fix.NewAddress(0, world.url("/a.bin")),
        mend=World.a_is_right,
    ),
    Row(
        number="14",
        name="the network wants a log-in",
        provoke=portal_wants_a_log_in,
        cause=Cause.CAPTIVE_PORTAL,
        side=Side.NETWORK,
        says="This network wants you to log in first.",
        recommended=Remedy.TRY_AGAIN,
        fix=lambda _: fix.TryAgain(),
        mend=World.a_is_right,
    ),
    Row(
        number="15",
        name="nobody answers",
        provoke=nobody_answers_for_two_weeks,
        cause=Cause.NO_ANSWER,
        side=Side.SERVER,
        says="127.0.0.1 does not answer. It was tried for 14 d (3 attempts).",
        recommended=Remedy.TRY_AGAIN,
        fix=lambda _: fix.TryAgain(),
        mend=_server_is_back,
        has_clock=True,
    ),
    Row(
        number="16",
        name="the proxy does not answer",
        provoke=proxy_is_dead,
        cause=Cause.PROXY_UNREACHABLE,
        side=Side.PROXY,
        says="The proxy http://127.0.0.1:9 does not answer; 127.0.0.1 was not reached.",
        recommended=Remedy.PROXY,
        broken=lambda _: fix.Proxy(DEAD_PROXY),
        fix=lambda _: fix.Proxy(NO_PROXY),
    ),
    Row(
        number="16",
        name="the proxy list cannot be read",
        provoke=proxy_list_cannot_be_read,
        cause=Cause.PROXY_UNUSABLE,
        side=Side.PROXY,
        says="The proxy ftp://127.0.0.1:1 cannot be used: its address cannot be read.",
        recommended=Remedy.PROXY,
        broken=lambda _: fix.TryAgain(),
        fix=lambda _: fix.Proxy(NO_PROXY),
    ),
)
