"""The facts around an error, found out in a moment: which are worth asking for, and what follows from them.

Every probe runs off the loop or on sockets, all at once, and nobody waits longer than the limit. Nobody is asked but
the job's own server and proxy and this computer; nothing secret is in the answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from bitsgui.engine.stop import TransferStop
from bitsgui.model import codes
from bitsgui.model.causes import Cause, cause_of
from bitsgui.model.enums import ErrorContext
from bitsgui.model.error import JobError
from bitsgui.model.facts import Certificate, CertificateReason, Facts
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.service.fact_probes import PROBES, Scene

FACTS_LIMIT_S: Final = 3.0
"""Longest that anybody waits for them."""
_MADE: Final = Path(__file__).parents[1].stat().st_mtime
"""No clock may stand before the program's own folder (a frozen one has no module files), seconds since the epoch."""


async def gather_facts(scene: Scene, limit_s: float = FACTS_LIMIT_S) -> Facts:
    """What the error's kind asks for, on top of what it has; None where time or knowledge did not suffice."""
    names = _wanted(scene.error) + (_OF_LENGTH if _is_too_long_an_upload(scene) else ())
    tasks = {name: asyncio.create_task(_found(PROBES[name], scene), name=f"fact {name}") for name in names}
    if tasks:
        await asyncio.wait(tasks.values(), timeout=limit_s)
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
    found = {name: task.result() for name, task in tasks.items() if not task.cancelled()}
    return _judged(scene, replace(scene.error.facts or Facts(), **found))


def _wanted(error: JobError) -> tuple[str, ...]:
    if error.code == codes.BG_E_LOCAL_FILE_CHANGED:
        return _OF_SOURCE
    if error.context is ErrorContext.LOCAL_FILE:
        return _OF_DISK
    return _WANTED_BY.get(cause_of(error.context, error.code), ())


def _is_too_long_an_upload(scene: Scene) -> bool:
    return scene.job.upload is not None and scene.error.code in (codes.BG_E_TOO_LARGE, from_http_status(413))


async def _found(probe: Callable[[Scene], Awaitable[Any]], scene: Scene) -> Any:
    try:
        return await probe(scene)
    except (OSError, ValueError, TransferStop):
        return None


def _judged(scene: Scene, facts: Facts) -> Facts:
    """What follows from the certificates."""
    if cause_of(scene.error.context, scene.error.code) not in _TLS:
        return facts
    chain = facts.certificates or ()
    return replace(
        facts,
        certificate_reason=reason_of(scene.error.code, chain, scene.now),
        clock_plausible=_is_plausible(scene.now, chain),
    )


def reason_of(code: HResult, chain: tuple[Certificate, ...], now: float) -> CertificateReason | None:
    """Why the first certificate of a chain was refused with that code at `now`; None where the chain is needed."""
    if code in _REASONS:
        return _REASONS[code]
    if not chain:
        return None
    if code == codes.ERROR_WINHTTP_SECURE_INVALID_CA:
        is_own_issuer = chain[0].subject == chain[0].issuer
        return CertificateReason.SELF_SIGNED if is_own_issuer else CertificateReason.UNKNOWN_ISSUER
    is_early = any(now < certificate.not_before for certificate in chain)
    return CertificateReason.NOT_YET_VALID if is_early else CertificateReason.EXPIRED


def _is_plausible(now: float, chain: tuple[Certificate, ...]) -> bool:
    """A chain of which not one certificate is valid yet says that it is this clock that is wrong."""
    all_early = bool(chain) and all(now < certificate.not_before for certificate in chain)
    return now >= _MADE and not all_early


_OF_DISK: Final = ("free_bytes", "folder_writable", "volume_mounted")
_OF_LENGTH: Final = ("size_now",)
_OF_SOURCE: Final = ("size_before", "size_now", "changed_at")
_OF_WAY: Final = ("name_resolves", "other_hosts_reachable", "proxy", "proxy_answers")
_TLS: Final = frozenset({Cause.TLS_DATE, Cause.TLS_NAME, Cause.TLS_AUTHORITY, Cause.TLS_REVOKED, Cause.TLS_OTHER})
_AWAY: Final = (Cause.OFFLINE, Cause.NO_ANSWER, Cause.TIMED_OUT, Cause.CONNECTION_LOST, Cause.NO_PROGRESS)
_WANTED_BY: Final[Mapping[Cause, tuple[str, ...]]] = MappingProxyType(
    dict.fromkeys(Cause, ("proxy",))
    | dict.fromkeys(_TLS, ("certificates", "proxy"))
    | dict.fromkeys((Cause.NAME_NOT_FOUND, *_AWAY, Cause.UNKNOWN), _OF_WAY)
)
_REASONS: Final[Mapping[HResult, CertificateReason]] = MappingProxyType(
    {
        codes.ERROR_WINHTTP_SECURE_CERT_CN_INVALID: CertificateReason.WRONG_NAME,
        codes.ERROR_WINHTTP_SECURE_CERT_REVOKED: CertificateReason.REVOKED,
        codes.ERROR_WINHTTP_SECURE_CERT_REV_FAILED: CertificateReason.REVOKED,
        codes.ERROR_WINHTTP_SECURE_FAILURE: CertificateReason.OTHER,
        codes.ERROR_WINHTTP_SECURE_CHANNEL_ERROR: CertificateReason.OTHER,
        codes.ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE: CertificateReason.OTHER,
    }
)
