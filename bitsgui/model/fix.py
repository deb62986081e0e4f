"""The fixes of a failed job as values: what a person decided, checked and applied by the service. Secrets unseen."""

from dataclasses import dataclass, field
from pathlib import Path

from bitsgui.model.checksum import Checksum
from bitsgui.model.enums import AuthScheme, AuthTarget
from bitsgui.model.job import ProxySettings


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Change nothing: the world has healed. Complete again where every byte is here."""


@dataclass(frozen=True, slots=True)
class NewAddress:
    """Another address for one file; user info in it becomes the sign-in at that server."""

    index: int
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewPrefix:
    """Another beginning for every address that starts with `old`; user info in `new` as in NewAddress."""

    old: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """User name and password for the server or the proxy, by these schemes.

    `lasting`: kept in the keyring; else they are forgotten when the program ends.
    """

    target: AuthTarget
    user_name: str = field(repr=False)
    password: str = field(repr=False)
    schemes: tuple[AuthScheme, ...] = (AuthScheme.BASIC, AuthScheme.DIGEST)
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Headers:
    """Custom headers, cookies among them, in place of those that the job has."""

    headers: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OtherFolder:
    """Go on in another folder; what is here moves there."""

    path: Path


@dataclass(frozen=True, slots=True)
class CaFile:
    """A PEM file of authorities that this job trusts in place of the system's; None = the system's again."""

    path: Path | None


@dataclass(frozen=True, slots=True)
class PinCertificate:
    """Accept the one certificate of this SHA-256 fingerprint and no other, for this job only; None = no pin."""

    sha256: str | None


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A PEM certificate and its key (None = in the same file) to show to the job's server; all None = none."""

    certificate: Path | None
    key: Path | None = None
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Proxy:
    """Another way to the proxy, or around it."""

    settings: ProxySettings


@dataclass(frozen=True, slots=True)
class AllowRedirect:
    """Follow what the job refused: redirects at all, or from https to http if it allows them already."""


@dataclass(frozen=True, slots=True)
class RestartFiles:
    """Forget what was received of every file that is not whole."""


@dataclass(frozen=True, slots=True)
class InOneGo:
    """Foreground and without ranges: every interruption starts over."""


@dataclass(frozen=True, slots=True)
class LongerDeadline:
    """Other limits, seconds; None = as it is."""

    no_progress_s: float | None = None
    maximum_download_s: float | None = None


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Send the file of an upload from its first byte, as it is now, in a new session."""


@dataclass(frozen=True, slots=True)
class HandOverAgain:
    """Have the server's program called again for the upload that it has."""


@dataclass(frozen=True, slots=True)
class FetchReplyAgain:
    """Forget what was received of the reply and fetch it anew."""


@dataclass(frozen=True, slots=True)
class Locate:
    """The file of an upload is elsewhere; one of the same size and time goes on, another begins anew."""

    path: Path


@dataclass(frozen=True, slots=True)
class CorrectChecksum:
    """What the content of one file must hash to; None = nothing. Bytes at hand are judged anew."""

    index: int
    checksum: Checksum | None


Fix = (
    TryAgain
    | NewAddress
    | NewPrefix
    | SignIn
    | Headers
    | OtherFolder
    | CaFile
    | PinCertificate
    | ClientCertificate
    | Proxy
    | AllowRedirect
    | RestartFiles
    | InOneGo
    | LongerDeadline
    | SendAgain
    | HandOverAgain
    | FetchReplyAgain
    | Locate
    | CorrectChecksum
)
