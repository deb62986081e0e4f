"""Fixes as values: every one has its row, none shows a secret, and what cannot be told apart is judged carefully."""

from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from bitsgui.model import codes, fix
from bitsgui.model.check import CheckResult, Verdict
from bitsgui.model.enums import AuthScheme, AuthTarget, JobState
from bitsgui.model.facts import Certificate, CertificateReason
from bitsgui.model.hresult import HResult
from bitsgui.model.job import CredentialRef
from bitsgui.service import fixes, mendings
from bitsgui.service.facts import reason_of
from bitsgui.store.secrets import StoredSecrets
from tests.support.jobs import a_file, a_job

SECRET = "s3cr3t"
WITH_SECRETS = [
    fix.NewAddress(0, f"http://me:{SECRET}@h/a?sig={SECRET}"),
    fix.NewPrefix("http://h/", f"http://me:{SECRET}@h/"),
    fix.SignIn(AuthTarget.SERVER, "me", SECRET),
    fix.Headers((("Cookie", SECRET),)),
    fix.ClientCertificate(Path("/d/me.pem"), None, SECRET),
]


def test_every_fix_has_its_rows() -> None:
    kinds = set(get_args(fix.Fix))
    assert kinds == set(fixes._LOOKS) == set(mendings._MENDINGS)
    assert kinds == {kind for kind in vars(fix).values() if getattr(kind, "__module__", "") == fix.__name__}


@pytest.mark.parametrize("one", WITH_SECRETS, ids=lambda one: type(one).__name__)
def test_a_secret_is_not_shown(one: fix.Fix) -> None:
    assert SECRET not in repr(one)
    job = mendings.mending_of(one).edit(a_job(a_file(), state=JobState.ERROR))
    entries = [value for value in (getattr(job, field.name) for field in fields(job)) if not isinstance(value, tuple)]
    assert f"me:{SECRET}" not in repr((entries, job.files))


def test_a_sign_in_takes_the_place_of_every_other_of_its_target() -> None:
    entries = tuple(CredentialRef(target, AuthScheme.DIGEST, "old") for target in AuthTarget)
    mending = mendings.mending_of(fix.SignIn(AuthTarget.SERVER, "new", SECRET, (AuthScheme.BASIC,)))
    job = mending.edit(a_job(a_file(), credentials=entries))
    assert {(c.target, c.scheme, c.user_name) for c in job.settings.credentials} == {
        (AuthTarget.SERVER, AuthScheme.BASIC, "new"),
        (AuthTarget.PROXY, AuthScheme.DIGEST, "old"),
    }
    assert mending.secrets is not None
    kept = mending.secrets(StoredSecrets({int(AuthTarget.PROXY): ("old", "p")}))
    assert kept.sign_ins == {int(AuthTarget.PROXY): ("old", "p"), int(AuthTarget.SERVER): ("new", SECRET)}


def test_user_info_that_changes_no_address_changes_nothing() -> None:
    job = a_job(a_file())
    assert mendings.mending_of(fix.NewPrefix("http://elsewhere/", f"http://me:{SECRET}@h2/")).edit(job) is job


def test_a_verdict_that_needs_no_question() -> None:
    assert [verdict for verdict in Verdict if CheckResult((), verdict).is_passed] == [
        Verdict.PASSED,
        Verdict.KEEPS_BYTES,
    ]


def a_certificate(start: float, end: float, issuer: str = "CN=ca") -> Certificate:
    return Certificate(subject="CN=h", issuer=issuer, names=("h",), not_before=start, not_after=end, sha256="0" * 64)


DATE, AUTHORITY = codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID, codes.ERROR_WINHTTP_SECURE_INVALID_CA


@pytest.mark.parametrize(
    ("code", "chain", "reason"),
    [
        (DATE, (a_certificate(0, 50),), CertificateReason.EXPIRED),
        (DATE, (a_certificate(200, 300),), CertificateReason.NOT_YET_VALID),
        (DATE, (), None),
        (AUTHORITY, (a_certificate(0, 300, "CN=h"),), CertificateReason.SELF_SIGNED),
        (AUTHORITY, (a_certificate(0, 300),), CertificateReason.UNKNOWN_ISSUER),
        (codes.ERROR_WINHTTP_SECURE_CERT_REVOKED, (), CertificateReason.REVOKED),
    ],
)
def test_why_a_certificate_was_refused(
    code: HResult, chain: tuple[Certificate, ...], reason: CertificateReason | None
) -> None:
    assert reason_of(code, chain, 100.0) is reason
