"""Which part of a file a GET or HEAD asks for (RFC 9110 sections 13 and 14): pure."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import Final

_RANGE: Final = re.compile(r"bytes=[ \t]*(?:([0-9]{1,19})-([0-9]{1,19})?|-([0-9]{1,19}))[ \t]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Selection:
    """The answer's status (200, 206, 304, 416) and the bytes [start, end) of `size` that it carries."""

    status: int
    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return self.end - self.start

    @property
    def content_range(self) -> str | None:
        """Content-Range of a 206 or 416."""
        span = {206: f"{self.start}-{self.end - 1}", 416: "*"}.get(self.status)
        return None if span is None else f"bytes {span}/{self.size}"


@dataclass(frozen=True, slots=True)
class Version:
    """What tells one state of a file from another."""

    size: int
    etag: str
    last_modified: str

    @classmethod
    def of(cls, info: os.stat_result) -> "Version":
        """Of a file; the entity tag changes with the file that has the name, its size and its time."""
        etag = f'"{info.st_ino:x}-{info.st_size:x}-{info.st_mtime_ns:x}"'
        return cls(info.st_size, etag, formatdate(info.st_mtime, usegmt=True))


def select(method: str, headers: Mapping[str, str], version: Version) -> Selection:
    """What to send; a range that cannot be read, or of more than one part, means the whole file."""
    size = version.size
    if _is_known(headers, version):
        return Selection(304, 0, 0, size)
    found = _RANGE.fullmatch(headers.get("range", ""))
    if method != "GET" or found is None or not _is_wanted_version(headers.get("if-range"), version):
        return Selection(200, 0, size, size)
    first, last, tail = (None if text is None else int(text) for text in found.groups())
    if first is None:
        start, end = max(0, size - (tail or 0)), size
    elif last is not None and last < first:
        return Selection(200, 0, size, size)
    else:
        start, end = first, size if last is None else min(size, last + 1)
    return Selection(206, start, end, size) if start < end else Selection(416, 0, 0, size)


def _is_known(headers: Mapping[str, str], version: Version) -> bool:
    """The client has this version already."""
    if (tags := headers.get("if-none-match")) is not None:
        listed = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in listed or version.etag in listed
    if (since := headers.get("if-modified-since")) is None:
        return False
    try:
        return parsedate_to_datetime(version.last_modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _is_wanted_version(condition: str | None, version: Version) -> bool:
    return condition is None or condition.strip() in (version.etag, version.last_modified)
