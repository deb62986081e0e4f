"""What certificates a server shows, right or wrong: a handshake by the job's own way, and not a byte after it."""

import ssl
from contextlib import aclosing
from datetime import datetime
from typing import Any

from bitsgui.engine.client import JobClient
from bitsgui.engine.pool import WirePool
from bitsgui.engine.ports import JobSecrets
from bitsgui.engine.proxies import SystemProxies
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.transport import unverified_context
from bitsgui.model.facts import Certificate
from bitsgui.model.job import JobSettings


class _SeenError(ssl.SSLError):
    """The handshake is through: nothing more is wanted."""


async def read_chain(
    url: str, settings: JobSettings, secrets: JobSecrets, system: SystemProxies
) -> tuple[Certificate, ...]:
    """The chain that the server of `url` shows, its own certificate first.

    Raises TransferStop where no handshake comes about; an address without TLS gives an empty chain.
    """
    if not url.lower().startswith("https:"):
        return ()
    shown: list[bytes] = []

    def see(connection: ssl.SSLObject) -> None:
        shown.extend(_chain_of(connection))
        raise _SeenError("seen")

    async with aclosing(WirePool(tls_context=lambda _: unverified_context(see))) as pool:
        try:
            answer = await JobClient(settings, secrets, pool, system).open(url, {})
            await answer.aclose()
        except TransferStop:
            if not shown:
                raise
    return tuple(summary_of(certificate) for certificate in shown)


def summary_of(der: bytes) -> Certificate:
    """The fields of a DER certificate that people ask for; raises ValueError."""
    from cryptography import x509  # 5 MB that only a failed https job needs
    from cryptography.hazmat.primitives.hashes import SHA256

    read = x509.load_der_x509_certificate(der)
    return Certificate(
        subject=read.subject.rfc4514_string(),
        issuer=read.issuer.rfc4514_string(),
        names=_names_in(read),
        not_before=_seconds(read.not_valid_before_utc),
        not_after=_seconds(read.not_valid_after_utc),
        sha256=read.fingerprint(SHA256()).hex(),
    )


def _names_in(certificate: Any) -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    hosts: list[str] = names.get_values_for_type(x509.DNSName)
    return (*hosts, *(str(address) for address in names.get_values_for_type(x509.IPAddress)))


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def _chain_of(connection: ssl.SSLObject) -> list[bytes]:
    """The certificates as DER; before Python 3.13 only the inner object gives more than the first."""
    inner: Any = getattr(connection, "_sslobj", None)
    if hasattr(connection, "get_unverified_chain"):
        return list(connection.get_unverified_chain())
    if hasattr(inner, "get_unverified_chain"):
        return [ssl.PEM_cert_to_DER_cert(link.public_bytes()) for link in inner.get_unverified_chain() or ()]
    own = connection.getpeercert(binary_form=True)
    return [] if own is None else [own]
