"""The lines of a check while it runs: each step is told as soon as it has ended, and a failed one ends the check."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final, NoReturn

from bitsgui.engine.stop import TransferStop
from bitsgui.model import codes
from bitsgui.model.check import CheckLine, Outcome, Step
from bitsgui.model.hresult import BitsError, HResult, from_http_status

Told = Callable[[CheckLine], None]


class CheckEndedError(Exception):
    """A step failed: the rest is not worth trying. Its line is told."""


_CODES_OF: Final[Mapping[Step, tuple[HResult, ...]]] = MappingProxyType(
    {
        Step.CERTIFICATE_FILES: (
            codes.ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY,
            codes.ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY,
        ),
        Step.PROXY_CONNECTS: (codes.BG_E_INVALID_PROXY_INFO,),
        Step.NAME_RESOLVES: (codes.ERROR_WINHTTP_NAME_NOT_RESOLVED,),
        Step.CONNECTS: (
            codes.ERROR_WINHTTP_CANNOT_CONNECT,
            codes.ERROR_HOST_UNREACHABLE,
            codes.ERROR_NETWORK_UNREACHABLE,
            codes.BG_E_NETWORK_DISCONNECTED,
        ),
        Step.TLS_HANDSHAKE: (
            codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
            codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID,
            codes.ERROR_WINHTTP_SECURE_INVALID_CA,
            codes.ERROR_WINHTTP_SECURE_CERT_REV_FAILED,
            codes.ERROR_WINHTTP_SECURE_CERT_REVOKED,
            codes.ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE,
            codes.ERROR_WINHTTP_SECURE_FAILURE,
            codes.ERROR_WINHTTP_SECURE_CHANNEL_ERROR,
            codes.ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED,
        ),
        Step.PROXY_SIGN_IN: (codes.BG_E_HTTP_ERROR_407,),
        Step.SIGN_IN: (codes.BG_E_HTTP_ERROR_401, codes.BG_E_INVALID_CREDENTIALS),
        Step.NOT_A_WEB_PAGE: (from_http_status(200),),
        Step.RANGE_SUPPORTED: (codes.BG_E_INSUFFICIENT_RANGE_SUPPORT,),
    }
)
"""What an exchange with a server fails at, where the code tells more than that it failed."""

_STEP_OF: Final = MappingProxyType({code: step for step, listed in _CODES_OF.items() for code in listed})


class Checklist:
    """`lines` so far; `told` hears each of them on the loop. `index`: the entry that steps are about from now on."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._step: Step | None = None
        self.lines: list[CheckLine] = []
        self.index: int | None = None

    @contextmanager
    def step(self, step: Step, *, by_code: bool = False, **facts: Any) -> Iterator[dict[str, Any]]:
        """Try one step: passed at the end, with what was put into the yielded facts; raises CheckEndedError.

        `by_code`: an exchange that goes through many of them, so that the code tells which one failed.
        """
        self._step = step
        try:
            yield facts
        except TransferStop as stop:
            failed = _STEP_OF.get(stop.code, step) if by_code else step
            self.fail(failed, stop.code, **facts | {"http_status": stop.http_status})
        except BitsError as error:
            self.fail(step, error.hresult, **facts)
        self.passed(step, **facts)
        self._step = None

    def passed(self, step: Step, **facts: Any) -> None:
        """A step that shows to have been passed."""
        self._tell(step, Outcome.PASSED, facts)

    def skipped(self, step: Step, **facts: Any) -> None:
        """A step that cannot be tried, or whose outcome does not matter."""
        self._tell(step, Outcome.SKIPPED, facts)

    def mark_failed(self, step: Step, **facts: Any) -> None:
        """A step that failed, which does not end the check."""
        self._tell(step, Outcome.FAILED, facts)

    def fail(self, step: Step, code: HResult, **facts: Any) -> NoReturn:
        """A step failed; raises CheckEndedError."""
        self._step = None
        self._tell(step, Outcome.FAILED, facts | {"code": code})
        raise CheckEndedError

    def time_is_over(self) -> None:
        """The step under way did not end in time."""
        self._tell(self._step or Step.ANSWERS, Outcome.FAILED, {"code": codes.ERROR_WINHTTP_TIMEOUT})

    def _tell(self, step: Step, outcome: Outcome, facts: dict[str, Any]) -> None:
        line = CheckLine(step=step, outcome=outcome, **{"index": self.index} | facts)
        self.lines.append(line)
        self._told(line)
