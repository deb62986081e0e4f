"""Checksums: the value, and the forms in which people paste and servers send one. No files and no hashing here."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bitsgui.model import codes
from bitsgui.model.hresult import BitsError


class HashAlgorithm(StrEnum):
    """The strongest first."""

    SHA_512 = "sha-512"
    SHA_256 = "sha-256"
    SHA_1 = "sha-1"
    MD5 = "md5"

    @property
    def digits(self) -> int:
        """Hexadecimal digits of a checksum."""
        return _DIGITS[self]

    @property
    def label(self) -> str:
        """For people: SHA-256."""
        return self.value.upper()


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of a file are to hash to; `hex` in lower case."""

    algorithm: HashAlgorithm
    hex: str

    def __str__(self) -> str:
        return f"{self.algorithm}={self.hex}"


_DIGITS: Final[Mapping[HashAlgorithm, int]] = MappingProxyType(
    {HashAlgorithm.SHA_512: 128, HashAlgorithm.SHA_256: 64, HashAlgorithm.SHA_1: 40, HashAlgorithm.MD5: 32}
)
_OF_LENGTH: Final[Mapping[int, HashAlgorithm]] = MappingProxyType({count: name for name, count in _DIGITS.items()})

# Without hyphens. "sha" alone is SHA-1 in HTTP's registry, and OpenSSL writes SHA2-256.
_NAMES: Final[Mapping[str, HashAlgorithm]] = MappingProxyType(
    {name.replace("-", ""): name for name in HashAlgorithm}
    | {"sha": HashAlgorithm.SHA_1, "sha2256": HashAlgorithm.SHA_256, "sha2512": HashAlgorithm.SHA_512}
)

_FLAGS = re.ASCII | re.IGNORECASE
_HEX = re.compile(r"[0-9a-f]+", _FLAGS)
_FIELD = re.compile(r"(?:repr-digest|content-digest|digest)\s*:\s*(.+)", _FLAGS)
_LISTED = re.compile(r"\\?(?P<value>[0-9a-f]+)\s+\*?(?P<file>.+)", _FLAGS)
_TAGGED = re.compile(r"(?P<name>[a-z][\w-]*)\s*\((?P<file>.*)\)\s*=\s*(?P<value>\S+)", _FLAGS)
_NAMED = re.compile(r"(?P<name>[a-z][\w-]*)(?:\s*[:=]\s*|\s+)(?P<value>\S+)(?:\s+\*?(?P<file>.+))?", _FLAGS)

_UNREADABLE: Final = "This is no checksum. Paste its digits, or for example sha256: and the digits."
_LENGTHS: Final = "MD5 has 32, SHA-1 40, SHA-256 64 and SHA-512 128"


def check_checksum(checksum: Checksum) -> None:
    """Raise BitsError(E_INVALIDARG) unless it has the digits of its algorithm."""
    if checksum.hex != checksum.hex.lower() or _read_value(checksum.algorithm, checksum.hex) != checksum:
        raise _refusal(f"A checksum of {checksum.algorithm.label} is {checksum.algorithm.digits} hexadecimal digits.")


def read_checksum(text: str, file_name: str = "") -> Checksum:
    """The checksum in what somebody pasted: digits, `sha256:DIGITS`, a digest field, lines of SHA256SUMS.

    `file_name` picks the line where there are several. Raises BitsError(E_INVALIDARG) with a sentence that says why.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        return _read_line(lines[0])[0]
    entries = [entry for line in lines if (entry := _entry(line)) is not None]
    if not entries:
        raise _refusal(_UNREADABLE)
    named = [checksum for checksum, name in entries if name and name == file_name]
    found = _strongest(named if named or len(entries) > 1 else [entries[0][0]])
    if found is None:
        raise _refusal(f"None of these lines names {file_name}." if file_name else "Paste the line of one file only.")
    return found


def strongest_digest(*fields: str | None) -> Checksum | None:
    """The strongest that we know in the values of digest fields (RFC 9530, RFC 3230), None = a field was not sent."""
    return _strongest(checksum for field in fields if field for checksum in _members(field))


def _read_line(line: str) -> tuple[Checksum, str]:
    """The checksum of one line and the name of its file, if it says one; raises BitsError."""
    if _HEX.fullmatch(line):
        return _by_length(line), ""
    if listed := _LISTED.fullmatch(line):
        return _by_length(listed["value"]), _last_part(listed["file"])
    field = _FIELD.fullmatch(line)
    if (digest := strongest_digest(field[1] if field else line)) is not None:
        return digest, ""
    named = _TAGGED.fullmatch(line) or _NAMED.fullmatch(line)
    if field or named is None:
        raise _refusal(_UNREADABLE)
    algorithm = _algorithm(named["name"])
    if algorithm is None:
        raise _refusal(f"{named['name']} is no checksum that bitsgui knows: MD5, SHA-1, SHA-256 or SHA-512.")
    return _read_value(algorithm, named["value"]), _last_part(named["file"] or "")


def _entry(line: str) -> tuple[Checksum, str] | None:
    """One of several lines; those around them are signatures, comments, headings."""
    try:
        return _read_line(line)
    except BitsError:
        return None


def _by_length(digits: str) -> Checksum:
    algorithm = _OF_LENGTH.get(len(digits))
    if algorithm is None:
        raise _refusal(f"No checksum has {len(digits)} digits: {_LENGTHS}.")
    return Checksum(algorithm, digits.lower())


def _read_value(algorithm: HashAlgorithm, text: str) -> Checksum:
    """Hexadecimal digits or base64, the latter perhaps between colons (RFC 8941); raises BitsError."""
    value = text[1:-1] if len(text) > 1 and text[0] == text[-1] == ":" else text
    is_hex = _HEX.fullmatch(value) is not None
    digits = value.lower() if is_hex else _from_base64(value)
    if digits is None:
        raise _refusal(f"A checksum of {algorithm.label} has only the digits 0 to 9 and a to f.")
    if len(digits) != algorithm.digits:
        raise _refusal(f"A checksum of {algorithm.label} has {algorithm.digits} digits; this one has {len(digits)}.")
    return Checksum(algorithm, digits)


def _from_base64(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).hex()
    except (binascii.Error, ValueError):
        return None


def _members(field: str) -> Iterable[Checksum]:
    """What is known and well-formed of a list of name=value; anything else is not ours to judge."""
    for member in field.split(","):
        name, _, value = member.partition("=")
        algorithm = _algorithm(name.strip())
        if algorithm is None:
            continue
        try:
            yield _read_value(algorithm, value.partition(";")[0].strip())
        except BitsError:
            continue


def _algorithm(name: str) -> HashAlgorithm | None:
    return _NAMES.get(name.lower().replace("-", "").replace("_", ""))


def _strongest(checksums: Iterable[Checksum]) -> Checksum | None:
    return max(checksums, key=lambda checksum: checksum.algorithm.digits, default=None)


def _last_part(path: str) -> str:
    return re.split(r"[/\\]", path.strip())[-1]


def _refusal(detail: str) -> BitsError:
    return BitsError(codes.E_INVALIDARG, detail)
