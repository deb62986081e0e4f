"""Progress values; an unknown total is None (BG_SIZE_UNKNOWN)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileProgress:
    """BG_FILE_PROGRESS, bytes. `completed` = available under its final name."""

    bytes_total: int | None = None
    bytes_transferred: int = 0
    completed: bool = False


@dataclass(frozen=True, slots=True)
class ReplyProgress:
    """BG_JOB_REPLY_PROGRESS, bytes."""

    bytes_total: int | None
    bytes_transferred: int


@dataclass(frozen=True, slots=True)
class JobProgress:
    """BG_JOB_PROGRESS, bytes and files. An empty job reads 0/0/0/0."""

    bytes_total: int | None
    bytes_transferred: int
    files_total: int
    files_transferred: int

    @property
    def fraction(self) -> float | None:
        """0.0 to 1.0, or None while the total is unknown; files decide where no byte is due."""
        if self.bytes_total is None:
            return None
        if self.bytes_total == 0:
            return self.files_transferred / self.files_total if self.files_total else 0.0
        return min(1.0, self.bytes_transferred / self.bytes_total)
