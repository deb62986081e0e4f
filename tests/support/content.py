"""Contents of remote files: bytes, or a pattern of any size that takes no memory."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bitsgui.server.pattern import PERIOD, Pattern

__all__ = ["PERIOD", "Content", "Pattern", "pieces", "sha256_of"]

Content = bytes | Pattern


def pieces(content: Content, start: int, stop: int, step: int) -> Iterator[bytes]:
    """The bytes from `start` to `stop`, `step` at a time."""
    for at in range(start, stop, step):
        yield content[at : min(at + step, stop)]


def sha256_of(source: Content | Path) -> str:
    """Hex SHA-256 of a content or of a file."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest = hashlib.sha256()
    for piece in pieces(source, 0, len(source), PERIOD):
        digest.update(piece)
    return digest.hexdigest()
