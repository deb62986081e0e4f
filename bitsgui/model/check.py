"""The dry run of a fix as values: one line a step, a verdict at the end. No texts for people."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

from bitsgui.model.hresult import HResult

CHECK_BUDGET_S: Final = 10.0
"""Longest that a check may take."""
LAST_WORD_S: Final = 1.0
"""Of that: for what has to be put away when time is over."""


class Step(StrEnum):
    """What is tried, in about this order."""

    ADDRESS_READABLE = "address_readable"
    SOURCE_READABLE = "source_readable"
    SOURCE_UNCHANGED = "source_unchanged"
    FOLDER_EXISTS = "folder_exists"
    FOLDER_WRITABLE = "folder_writable"
    SPACE = "space"
    CERTIFICATE_FILES = "certificate_files"
    PROXY_CONNECTS = "proxy_connects"
    NAME_RESOLVES = "name_resolves"
    CONNECTS = "connects"
    TLS_HANDSHAKE = "tls_handshake"
    PROXY_SIGN_IN = "proxy_sign_in"
    SIGN_IN = "sign_in"
    ANSWERS = "answers"
    NOT_A_WEB_PAGE = "not_a_web_page"
    RANGE_SUPPORTED = "range_supported"
    SIZE_MATCHES = "size_matches"
    VALIDATOR_MATCHES = "validator_matches"
    TAIL_MATCHES = "tail_matches"
    CHECKSUM_MATCHES = "checksum_matches"
    SESSION_CREATED = "session_created"
    SESSION_CANCELLED = "session_cancelled"
    SERVER_PROGRAM = "server_program"
    """Always skipped: it cannot be tried without effect."""


class Outcome(Enum):
    """How a step ended."""

    PASSED = auto()
    FAILED = auto()
    SKIPPED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One step and its outcome.

    `index`: the entry of the job, None = not about one. `host`: whom it is about. `code` and `http_status`: why it
    failed or was skipped. `wanted` and `found`, bytes: what is needed and what is free (SPACE), the size as known and
    as told (SIZE_MATCHES), the bytes compared (TAIL_MATCHES, `found`).
    """

    step: Step
    outcome: Outcome
    index: int | None = None
    host: str = ""
    code: HResult | None = None
    http_status: int | None = None
    wanted: int | None = None
    found: int | None = None


class Verdict(Enum):
    """What Resume would lead to; a later one outweighs those before it."""

    PASSED = auto()
    KEEPS_BYTES = auto()
    """A new address with the same file: what is here stays."""
    RESTARTS_FILE = auto()
    """What is here of the file is fetched again."""
    DIFFERENT_FILE = auto()
    """A new address with a file of another size: the person is asked."""
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found. `may_resume_anyway`: although it does not pass, Resume does no harm; it asks for words."""

    lines: tuple[CheckLine, ...]
    verdict: Verdict
    may_resume_anyway: bool = True

    @property
    def is_passed(self) -> bool:
        """Whether Resume may follow without a question."""
        return self.verdict in (Verdict.PASSED, Verdict.KEEPS_BYTES)
