"""What the surroundings of an error make of its cause: the rows that (context, code) alone cannot tell apart. Pure.

A fact that nobody knows splits nothing: the cause stays what the code says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bitsgui.model.causes import Cause
from bitsgui.model.codes import ERROR_WINHTTP_REDIRECT_FAILED
from bitsgui.model.enums import AuthTarget
from bitsgui.model.error import JobError
from bitsgui.model.facts import CertificateReason, Facts, looks_signed
from bitsgui.model.interception import product_behind
from bitsgui.model.job import Job

_SPOKEN_TO_SERVERS: Final = frozenset({"basic", "digest"})
_SPOKEN_TO_PROXIES: Final = frozenset({"basic"})


@dataclass(frozen=True, slots=True)
class _Case:
    job: Job
    error: JobError
    facts: Facts

    @property
    def signs_in(self) -> bool:
        return any(ref.target is AuthTarget.SERVER for ref in self.job.settings.credentials)

    @property
    def is_signed_link(self) -> bool:
        if self.facts.url_looks_signed is not None:
            return self.facts.url_looks_signed
        return self.error.file is not None and looks_signed(self.error.file.remote_name)

    @property
    def goes_in_circles(self) -> bool:
        is_told = self.error.facts is not None and self.error.code == ERROR_WINHTTP_REDIRECT_FAILED
        return is_told and self.facts.redirected_to is None

    def offers_none_of(self, spoken: frozenset[str]) -> bool:
        return bool(self.facts.schemes) and spoken.isdisjoint(self.facts.schemes or ())

    def has_reason(self, reason: CertificateReason) -> bool:
        return self.facts.certificate_reason is reason


_Rule = tuple[Callable[[_Case], bool], Cause]

_NO_PROXY_ANSWERS: Final[_Rule] = (lambda case: case.facts.proxy_answers is False, Cause.PROXY_UNREACHABLE)
_ALL_ARE_AWAY: Final[_Rule] = (lambda case: case.facts.other_hosts_reachable is False, Cause.OFFLINE)
_OTHERS_ANSWER: Final[_Rule] = (lambda case: case.facts.other_hosts_reachable is True, Cause.NAME_UNKNOWN)
_VOLUME_IS_GONE: Final[_Rule] = (lambda case: case.facts.volume_mounted is False, Cause.DRIVE_GONE)
_ON_THE_WAY: Final = (_NO_PROXY_ANSWERS, _ALL_ARE_AWAY)
_CLOCK_IS_WRONG: Final[_Rule] = (lambda case: case.facts.clock_plausible is False, Cause.CLOCK_WRONG)
_INTERCEPTED: Final[_Rule] = (
    lambda case: product_behind(case.facts.certificates or ()) is not None,
    Cause.TLS_INTERCEPTED,
)

_RULES: Final[Mapping[Cause, tuple[_Rule, ...]]] = MappingProxyType(
    {
        Cause.SIGN_IN_WANTED: (
            (lambda case: case.offers_none_of(_SPOKEN_TO_SERVERS), Cause.SIGN_IN_SCHEME),
            (lambda case: case.signs_in, Cause.SIGN_IN_REFUSED),
        ),
        Cause.PROXY_SIGN_IN: ((lambda case: case.offers_none_of(_SPOKEN_TO_PROXIES), Cause.PROXY_SCHEME),),
        Cause.FORBIDDEN: ((lambda case: case.is_signed_link, Cause.LINK_EXPIRED),),
        Cause.REDIRECT_REFUSED: ((lambda case: case.goes_in_circles, Cause.REDIRECT_LOOP),),
        Cause.TLS_DATE: (
            _CLOCK_IS_WRONG,
            (lambda case: case.has_reason(CertificateReason.NOT_YET_VALID), Cause.TLS_TOO_EARLY),
        ),
        Cause.TLS_AUTHORITY: (
            _INTERCEPTED,
            (lambda case: case.has_reason(CertificateReason.SELF_SIGNED), Cause.TLS_SELF_SIGNED),
        ),
        Cause.NAME_NOT_FOUND: (*_ON_THE_WAY, _OTHERS_ANSWER),
        Cause.NO_ANSWER: _ON_THE_WAY,
        Cause.TIMED_OUT: _ON_THE_WAY,
        Cause.CONNECTION_LOST: _ON_THE_WAY,
        Cause.NO_PROGRESS: _ON_THE_WAY,
        Cause.FOLDER_MISSING: (_VOLUME_IS_GONE,),
        Cause.PART_GONE: (_VOLUME_IS_GONE,),
        Cause.DISK_FAULT: (_VOLUME_IS_GONE,),
        Cause.SOURCE_MISSING: (_VOLUME_IS_GONE,),
    }
)


def refined(cause: Cause, job: Job, error: JobError) -> Cause:
    """The cause as finely as the facts tell; the first rule that holds decides."""
    case = _Case(job, error, error.facts or Facts())
    return next((finer for holds, finer in _RULES.get(cause, ()) if holds(case)), cause)


def causes_by_facts() -> frozenset[Cause]:
    """Those that no code has of its own."""
    return frozenset(finer for rules in _RULES.values() for _, finer in rules)
