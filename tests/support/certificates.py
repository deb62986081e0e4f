"""Certificates for https peers, right and wrong, from authorities made for one run."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from pathlib import Path

import trustme


class Flaw(Enum):
    """What is wrong with a server's certificate."""

    NONE = auto()
    WRONG_HOST = auto()
    EXPIRED = auto()
    UNKNOWN_CA = auto()


@dataclass(frozen=True, slots=True)
class Certificates:
    """An authority in `ca_file` (PEM) and one beside it that nobody trusts."""

    ca_file: Path
    _authority: trustme.CA
    _unknown: trustme.CA

    @classmethod
    def make(cls, folder: Path) -> "Certificates":
        """Write the authority's certificate into `folder`."""
        authority = trustme.CA()
        ca_file = folder / "test-ca.pem"
        authority.cert_pem.write_to_path(ca_file)
        return cls(ca_file, authority, trustme.CA())

    def server_context(self, flaw: Flaw = Flaw.NONE, *, not_before: datetime | None = None) -> ssl.SSLContext:
        """A TLS context for `ScriptedServer(tls=...)`; valid for 127.0.0.1, ::1 and localhost."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.configure(context, flaw, not_before=not_before)
        return context

    def configure(self, context: ssl.SSLContext, flaw: Flaw = Flaw.NONE, *, not_before: datetime | None = None) -> None:
        """Give a context, also one in use, another certificate."""
        self._certificate(flaw, not_before).configure_cert(context)

    def write_server_files(self, folder: Path) -> tuple[Path, Path]:
        """Certificate chain and key of a right server, for servers that read files."""
        certificate, key = folder / "server.pem", folder / "server.key"
        leaf = self._certificate(Flaw.NONE)
        certificate.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
        leaf.private_key_pem.write_to_path(key)
        return certificate, key

    def _certificate(self, flaw: Flaw, not_before: datetime | None = None) -> trustme.LeafCert:
        names = ("example.invalid",) if flaw is Flaw.WRONG_HOST else ("localhost", "127.0.0.1", "127.0.0.2", "::1")
        ends = datetime.now(UTC) - timedelta(days=1) if flaw is Flaw.EXPIRED else None
        issuer = self._unknown if flaw is Flaw.UNKNOWN_CA else self._authority
        return issuer.issue_cert(*names, not_before=not_before, not_after=ends)
