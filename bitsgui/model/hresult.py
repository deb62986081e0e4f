"""HRESULT values: what a call returns and what an error carries; knows no texts for people."""

from dataclasses import dataclass
from typing import Final

FACILITY_WIN32: Final = 0x007
FACILITY_HTTP: Final = 0x019
FACILITY_BACKGROUNDCOPY: Final = 0x020

_HTTP_BASE = 0x80190000


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """A named code: its bits.h, winerror.h or winhttp.h name and one English sentence for logs."""

    name: str
    meaning: str


_TABLE: dict[int, CodeInfo] = {}


class HResult(int):
    """A 32-bit HRESULT, unsigned: 0x8020xxxx is BITS, 0x8019xxxx HTTP, 0x8007xxxx Win32."""

    __slots__ = ()

    def __new__(cls, value: int) -> "HResult":
        return super().__new__(cls, value & 0xFFFFFFFF)

    @property
    def failed(self) -> bool:
        """FAILED(hr): the top bit is set."""
        return bool(self & 0x80000000)

    @property
    def facility(self) -> int:
        """HRESULT_FACILITY."""
        return (self >> 16) & 0x1FFF

    @property
    def code(self) -> int:
        """HRESULT_CODE: the low word."""
        return self & 0xFFFF

    @property
    def http_status(self) -> int | None:
        """The HTTP status of a BG_E_HTTP_ERROR_n code, else None."""
        is_http = self.failed and self.facility == FACILITY_HTTP and 100 <= self.code <= 599
        return self.code if is_http else None

    @property
    def name(self) -> str:
        """The header's name, BG_E_HTTP_ERROR_n for a status without one, else the number."""
        info = _TABLE.get(self)
        if info is not None:
            return info.name
        status = self.http_status
        return f"BG_E_HTTP_ERROR_{status}" if status is not None else self.hex

    @property
    def meaning(self) -> str:
        """One English sentence, for logs and reports."""
        info = _TABLE.get(self)
        if info is not None:
            return info.meaning
        status = self.http_status
        return f"The server answered {status}." if status is not None else "Unknown code."

    @property
    def hex(self) -> str:
        """The number as people quote it: 0x80200002."""
        return f"0x{int(self):08X}"

    def __repr__(self) -> str:
        return f"HResult({self.name})"

    def __str__(self) -> str:
        return self.hex if self.name == self.hex else f"{self.name} ({self.hex})"


def define(value: int, name: str, meaning: str) -> HResult:
    """Name a code; its table entry is what `HResult.name` and `.meaning` read."""
    result = HResult(value)
    _TABLE[result] = CodeInfo(name, meaning)
    return result


def named_codes() -> dict[int, CodeInfo]:
    """Every code that has a name, by value."""
    return dict(_TABLE)


def from_http_status(status: int) -> HResult:
    """BG_E_HTTP_ERROR_n = 0x80190000 + n."""
    return HResult(_HTTP_BASE + status)


class BitsError(Exception):
    """A verb refused, with the code that BITS gives.

    `detail` says in English what to do about it; it never holds a secret.
    """

    def __init__(self, hresult: HResult, detail: str = "") -> None:
        super().__init__(f"{hresult}: {detail or hresult.meaning}")
        self.hresult = hresult
        self.detail = detail
