"""What this computer could find out about a failure when it happened: pure values without secrets, None = unknown."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit


class CertificateReason(StrEnum):
    """Why a server's certificate was not accepted."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_NAME = "wrong_name"
    SELF_SIGNED = "self_signed"
    UNKNOWN_ISSUER = "unknown_issuer"
    REVOKED = "revoked"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate of a chain as its server shows it, whether right or wrong.

    `names`: hosts and addresses that it is for. Times in seconds since the epoch (UTC). `sha256`: its fingerprint,
    64 hexadecimal digits in lower case.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: float
    not_after: float
    sha256: str

    def is_valid_at(self, now: float) -> bool:
        """Whether its dates hold at `now`, seconds since the epoch."""
        return self.not_before <= now <= self.not_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The surroundings of one error; every field None where nobody could tell.

    `free_bytes`, `folder_writable`, `volume_mounted` are about the folder of the file that failed. `name_resolves`:
    of its server. `other_hosts_reachable`: somebody else answered just now. `certificates`: the chain that the server
    shows, its own first; `certificate_reason`: what is wrong with it. `proxy`: the one in use, without a sign-in,
    empty = none; `proxy_answers`: whether it takes connections. `content_type`: of the answer that failed.
    `realm` and `schemes` (lower case): of the sign-in that it asks for. `redirected_to`: where it sends the request,
    without a query; empty = nowhere that can be read. `size_before` and `size_now`, bytes: of a file that changed;
    `changed_at`, seconds since the epoch: when it did. `checksum_wanted` and `checksum_found`: hexadecimal digits.
    """

    free_bytes: int | None = None
    folder_writable: bool | None = None
    volume_mounted: bool | None = None
    name_resolves: bool | None = None
    other_hosts_reachable: bool | None = None
    certificates: tuple[Certificate, ...] | None = None
    certificate_reason: CertificateReason | None = None
    proxy: str | None = None
    clock_plausible: bool | None = None
    url_looks_signed: bool | None = None
    content_type: str | None = None
    proxy_answers: bool | None = None
    realm: str | None = None
    schemes: tuple[str, ...] | None = None
    redirected_to: str | None = None
    size_before: int | None = None
    size_now: int | None = None
    changed_at: float | None = None
    checksum_wanted: str | None = None
    checksum_found: str | None = None


# Names that the signed links of object stores and content networks carry, and those of plain expiry.
_SIGNED = re.compile(
    r"x-amz-(signature|expires|security-token)|x-goog-(signature|expires)|googleaccessid|awsaccesskeyid|ossaccesskeyid"
    r"|signature|sig|se|expires?|expiry|exp|e|hmac|hdnts|hdnea|token|access_token|auth_?key|key-pair-id|policy"
    r"|md5|st|verify|__token__|wssecret",
    re.IGNORECASE,
)


def looks_signed(url: str) -> bool:
    """Whether the address carries a signature or an expiry, so that it may have run out; a malformed one does not."""
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return False
    return any(_SIGNED.fullmatch(name) is not None for name, _ in pairs)
