"""What a remote name, a local name and byte ranges must be to enter a job; raises what AddFile returns."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath
from urllib.parse import SplitResult, unquote, urlsplit

from bitsgui.model import limits
from bitsgui.model.codes import (
    BG_E_INVALID_RANGE,
    BG_E_OVERLAPPING_RANGES,
    BG_E_TOO_MANY_RANGES_IN_FILE,
    E_INVALIDARG,
)
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import FileRange
from bitsgui.model.limits import Policy
from bitsgui.model.urls import SUPPORTED_SCHEMES

_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f]")
# Labels of 1 to 63 characters, or an IPv6 address, which may name a zone.
_HOST = re.compile(r"(?!.{254})[^.]{1,63}(\.[^.]{1,63})*\.?|[0-9a-f.]*:[0-9a-f:.]+(%.+)?", re.IGNORECASE)
_NOT_IN_PATH = re.compile(r"[\x00-\x1f*?]")


def check_remote_name(remote_name: str) -> None:
    """Raise BitsError(E_INVALIDARG) unless it is an http(s) URL within BITS's lengths."""
    if len(remote_name) > limits.REMOTE_NAME_MAX:
        raise _bad(f"The address is longer than {limits.REMOTE_NAME_MAX} characters.")
    if _NOT_IN_URL.search(remote_name):
        raise _bad("The address contains a space or a control character; write %20 for a space.")
    check_text(remote_name)
    parts = _split(remote_name)
    if parts.scheme.lower() not in SUPPORTED_SCHEMES:
        raise _bad("The address must begin with http:// or https://.")
    if not parts.hostname:
        raise _bad("The address names no server.")
    if not _HOST.fullmatch(parts.hostname):
        raise _bad("The server name in the address is malformed.")
    # As letters: percent-escapes make three characters of a byte, and up to nine of a letter.
    if any(len(unquote(segment)) > limits.REMOTE_SEGMENT_MAX for segment in parts.path.split("/")):
        raise _bad(f"A part of the address between slashes is longer than {limits.REMOTE_SEGMENT_MAX} characters.")


def check_local_name(local_name: str) -> None:
    """Raise BitsError(E_INVALIDARG) unless it is an absolute path, without wildcards, that can be stored.

    Whether the folder exists and may be written is the caller's question: it needs the disk.
    """
    path = PurePath(local_name)
    if not path.is_absolute():
        raise _bad("The local file must be given with its whole path.")
    if _NOT_IN_PATH.search(local_name):
        raise _bad("The local path contains a wildcard or a control character.")
    check_text(local_name)
    if not path.name or path.name == ".." or local_name.endswith(("/", "\\")):
        raise _bad("The local path names a folder, not a file.")
    if len(local_name) > limits.LOCAL_NAME_MAX:
        raise _bad(f"The local path is longer than {limits.LOCAL_NAME_MAX} characters.")
    if any(len(part.encode()) > limits.LOCAL_SEGMENT_MAX_BYTES for part in path.parts):
        raise _bad(f"A name in the local path is longer than {limits.LOCAL_SEGMENT_MAX_BYTES} bytes.")


def check_text(text: str) -> None:
    """Raise BitsError(E_INVALIDARG) for lone surrogates: such text can be neither stored nor sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _bad("The text holds characters that UTF-8 cannot write.") from None


def check_ranges(ranges: Sequence[FileRange], policy: Policy) -> None:
    """Raise what AddFileWithRanges returns for a bad list; `ranges` keep the order given."""
    if not ranges:
        raise _bad("At least one range is needed.")
    if len(ranges) > policy.max_ranges_per_file:
        raise BitsError(BG_E_TOO_MANY_RANGES_IN_FILE, f"At most {policy.max_ranges_per_file} ranges.")
    for item in ranges:
        if item.initial_offset < 0 or (item.length is not None and item.length <= 0):
            raise BitsError(BG_E_INVALID_RANGE, "A range needs an offset of 0 or more and a length of 1 or more.")
        if item.initial_offset + (item.length or 1) > limits.OFFSET_MAX:
            raise BitsError(BG_E_INVALID_RANGE, "No file is so large.")
    ordered = sorted(ranges, key=lambda r: r.initial_offset)
    for before, after in pairwise(ordered):
        if before.length is None or before.initial_offset + before.length > after.initial_offset:
            raise BitsError(BG_E_OVERLAPPING_RANGES, f"Two ranges overlap at byte {after.initial_offset}.")


def _split(remote_name: str) -> SplitResult:
    try:
        parts = urlsplit(remote_name)
        _ = parts.port
    except ValueError:
        # urllib's own words may quote a piece of a password.
        raise _bad("The address cannot be read: its server name or port is malformed.") from None
    return parts


def _bad(detail: str) -> BitsError:
    return BitsError(E_INVALIDARG, detail)
