"""What the server tells whoever runs it, as values; no texts."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Happening(Enum):
    """What came to its end."""

    RECEIVED = auto()
    """A file has its name, or its program has consumed it."""
    SENT = auto()
    """A file, or a part of it, has gone out."""
    REPLIED = auto()
    """A program's reply has gone out."""
    PROGRAM_FAILED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerEvent:
    """`path` as the address says it, decoded; `size` in bytes; `status`: the answer's, where it tells something."""

    happening: Happening
    path: str
    size: int
    client: str
    user: str = ""
    status: int = 200


Report = Callable[[ServerEvent], None]
