"""What the facts make of an error: the rows of the matrix that one code shares, told apart by the surroundings."""

from dataclasses import replace
from typing import Any

import pytest

from bitsgui.engine.challenges import facts_of_challenges
from bitsgui.model import codes
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import _PROFILES, RetryClass, Side, diagnose
from bitsgui.model.enums import AuthScheme, AuthTarget, ErrorContext
from bitsgui.model.error import FileRef
from bitsgui.model.fact_causes import causes_by_facts
from bitsgui.model.facts import Certificate, CertificateReason, Facts
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.interception import product_behind
from bitsgui.model.job import CredentialRef, Job
from bitsgui.model.remedy import Remedy
from bitsgui.model.upload import UploadPhase
from bitsgui.store.codec import decode_error, encode_error
from tests.support.failed_jobs import LOCAL, REMOTE, failed_job, failed_upload

TRANSPORT = ErrorContext.GENERAL_TRANSPORT
LEAF = Certificate(
    subject="CN=h", issuer="CN=Zscaler Root CA,O=Zscaler Inc.", names=("h",), not_before=0, not_after=9, sha256="0" * 64
)


def with_facts(job: Job, **facts: Any) -> Job:
    assert job.error is not None
    return replace(job, error=replace(job.error, facts=Facts(**facts)))


@pytest.mark.parametrize(
    ("code", "context", "facts", "cause", "side", "first"),
    [
        (from_http_status(401), REMOTE, {"schemes": ("basic",)}, Cause.SIGN_IN_WANTED, Side.SIGN_IN, "SIGN_IN_SERVER"),
        (from_http_status(401), REMOTE, {"schemes": ("ntlm",)}, Cause.SIGN_IN_SCHEME, Side.SIGN_IN, "NEW_ADDRESS"),
        (from_http_status(407), TRANSPORT, {"schemes": ("basic",)}, Cause.PROXY_SIGN_IN, Side.PROXY, "SIGN_IN_PROXY"),
        (from_http_status(407), TRANSPORT, {"schemes": ("negotiate",)}, Cause.PROXY_SCHEME, Side.PROXY, "PROXY"),
        (from_http_status(502), TRANSPORT, {}, Cause.PROXY_REFUSED, Side.PROXY, "PROXY"),
        (from_http_status(403), REMOTE, {"url_looks_signed": True}, Cause.LINK_EXPIRED, Side.LINK, "NEW_ADDRESS"),
        (from_http_status(403), REMOTE, {"url_looks_signed": False}, Cause.FORBIDDEN, Side.SERVER, "HEADERS"),
        (codes.ERROR_WINHTTP_REDIRECT_FAILED, REMOTE, {}, Cause.REDIRECT_LOOP, Side.SERVER, "NEW_ADDRESS"),
        (
            codes.ERROR_WINHTTP_REDIRECT_FAILED,
            REMOTE,
            {"redirected_to": "http://other/x"},
            Cause.REDIRECT_REFUSED,
            Side.SERVER,
            "ALLOW_REDIRECT",
        ),
        (
            codes.ERROR_WINHTTP_REDIRECT_FAILED,
            REMOTE,
            {"redirected_to": "ftp://other/x"},
            Cause.REDIRECT_REFUSED,
            Side.SERVER,
            "NEW_ADDRESS",
        ),
        (
            codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
            REMOTE,
            {"clock_plausible": False},
            Cause.CLOCK_WRONG,
            Side.THIS_COMPUTER,
            "TRY_AGAIN",
        ),
        (
            codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
            REMOTE,
            {"clock_plausible": True, "certificate_reason": CertificateReason.EXPIRED},
            Cause.TLS_DATE,
            Side.SERVER,
            "TRY_AGAIN",
        ),
        (
            codes.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
            REMOTE,
            {"certificate_reason": CertificateReason.NOT_YET_VALID},
            Cause.TLS_TOO_EARLY,
            Side.SERVER,
            "TRY_AGAIN",
        ),
        (
            codes.ERROR_WINHTTP_SECURE_INVALID_CA,
            REMOTE,
            {"certificate_reason": CertificateReason.SELF_SIGNED},
            Cause.TLS_SELF_SIGNED,
            Side.SERVER,
            "CA_FILE",
        ),
        (
            codes.ERROR_WINHTTP_SECURE_INVALID_CA,
            REMOTE,
            {"certificates": (LEAF,), "certificate_reason": CertificateReason.UNKNOWN_ISSUER},
            Cause.TLS_INTERCEPTED,
            Side.PROXY,
            "CA_FILE",
        ),
        (codes.ERROR_WINHTTP_NAME_NOT_RESOLVED, REMOTE, {}, Cause.NAME_NOT_FOUND, Side.NETWORK, "TRY_AGAIN"),
        (
            codes.ERROR_WINHTTP_NAME_NOT_RESOLVED,
            REMOTE,
            {"other_hosts_reachable": True},
            Cause.NAME_UNKNOWN,
            Side.LINK,
            "NEW_ADDRESS",
        ),
        (
            codes.ERROR_WINHTTP_NAME_NOT_RESOLVED,
            REMOTE,
            {"other_hosts_reachable": False},
            Cause.OFFLINE,
            Side.NETWORK,
            "TRY_AGAIN",
        ),
        (
            codes.ERROR_WINHTTP_NAME_NOT_RESOLVED,
            REMOTE,
            {"proxy": "http://p:1", "proxy_answers": False},
            Cause.PROXY_UNREACHABLE,
            Side.PROXY,
            "PROXY",
        ),
        (
            codes.ERROR_WINHTTP_CANNOT_CONNECT,
            TRANSPORT,
            {"proxy": "http://p:1", "proxy_answers": False},
            Cause.PROXY_UNREACHABLE,
            Side.PROXY,
            "PROXY",
        ),
        (
            codes.ERROR_WINHTTP_CANNOT_CONNECT,
            TRANSPORT,
            {"proxy": "http://p:1", "proxy_answers": True},
            Cause.NO_ANSWER,
            Side.SERVER,
            "TRY_AGAIN",
        ),
        (from_http_status(511), REMOTE, {}, Cause.CAPTIVE_PORTAL, Side.NETWORK, "TRY_AGAIN"),
        (
            codes.ERROR_PATH_NOT_FOUND,
            LOCAL,
            {"volume_mounted": False},
            Cause.DRIVE_GONE,
            Side.THIS_COMPUTER,
            "WAIT_UNTIL_FREE",
        ),
        (
            codes.ERROR_PATH_NOT_FOUND,
            LOCAL,
            {"volume_mounted": True},
            Cause.FOLDER_MISSING,
            Side.THIS_COMPUTER,
            "OTHER_FOLDER",
        ),
        (
            codes.BG_E_DESTINATION_LOCKED,
            LOCAL,
            {},
            Cause.VOLUME_LOCKED,
            Side.THIS_COMPUTER,
            "WAIT_UNTIL_FREE",
        ),
        (
            codes.BG_E_NEW_OWNER_NO_FILE_ACCESS,
            LOCAL,
            {},
            Cause.OWNER_CHANGED,
            Side.THIS_COMPUTER,
            "TRY_AGAIN",
        ),
    ],
)
def test_the_surroundings_tell(
    code: HResult, context: ErrorContext, facts: dict[str, Any], cause: Cause, side: Side, first: str
) -> None:
    found = diagnose(with_facts(failed_job(code, context), **facts))
    assert (found.cause, found.side, found.remedies[0].name) == (cause, side, first)


def test_what_the_job_gave_was_not_accepted() -> None:
    job = failed_job(from_http_status(401))
    mine = CredentialRef(AuthTarget.SERVER, AuthScheme.BASIC, "me")
    assert diagnose(replace(job, settings=replace(job.settings, credentials=(mine,)))).cause is Cause.SIGN_IN_REFUSED
    proxy = replace(mine, target=AuthTarget.PROXY)
    assert diagnose(replace(job, settings=replace(job.settings, credentials=(proxy,)))).cause is Cause.SIGN_IN_WANTED


def test_without_facts_the_address_that_failed_tells_whether_it_may_have_run_out() -> None:
    job = failed_job(from_http_status(403))
    assert job.error is not None
    signed = FileRef(3, "https://h/a?X-Amz-Expires=60", "/d/a")
    assert diagnose(replace(job, error=replace(job.error, file=signed))).cause is Cause.LINK_EXPIRED


def test_without_facts_nothing_is_guessed() -> None:
    for code in (codes.ERROR_WINHTTP_REDIRECT_FAILED, codes.ERROR_WINHTTP_SECURE_INVALID_CA):
        assert diagnose(failed_job(code)).cause not in causes_by_facts()


def test_every_cause_has_a_profile_and_every_remedy_is_offered_somewhere() -> None:
    assert set(_PROFILES) == set(Cause)
    in_uploads = (
        diagnose(failed_upload(code, context, at)).remedies
        for at in UploadPhase
        for context in ErrorContext
        for code in (codes.BG_E_SESSION_NOT_FOUND, codes.E_FAIL, codes.BG_E_LOCAL_FILE_CHANGED, codes.E_ACCESSDENIED)
    )
    offered = {remedy for _, _, remedies in _PROFILES.values() for remedy in remedies} | set().union(*in_uploads)
    assert offered == set(Remedy)


def test_a_pin_is_never_the_first_thing_to_try() -> None:
    assert all(remedies[0] is not Remedy.PIN_CERTIFICATE for _, _, remedies in _PROFILES.values())


def test_what_heals_by_itself_may_always_be_tried_again() -> None:
    watched = {Remedy.TRY_AGAIN, Remedy.WAIT_UNTIL_FREE, Remedy.HAND_OVER_AGAIN}
    assert all(watched & set(remedies) for _, retry, remedies in _PROFILES.values() if retry is RetryClass.WAIT)


@pytest.mark.parametrize(
    ("lines", "realm", "schemes"),
    [
        (['Basic realm="The, \\"Vault\\"", charset="UTF-8"'], 'The, "Vault"', ("basic",)),
        (['Digest realm="d", nonce="Basic x, NTLM", qop="auth"', "Negotiate"], "d", ("digest", "negotiate")),
        (["Negotiate, NTLM"], None, ("negotiate", "ntlm")),
        (["NTLM TlRMTVNTUAACAAAA==, Basic realm=open"], "open", ("ntlm", "basic")),
        (["Bearer"], None, ("bearer",)),
        ([], None, None),
        (['Basic realm="\x1b[2J"'], "[2J", ("basic",)),
        (["Basic realm=" + "x" * 500], "x" * 80, ("basic",)),
    ],
)
def test_a_challenge_is_read(lines: list[str], realm: str | None, schemes: tuple[str, ...] | None) -> None:
    facts = facts_of_challenges(lines)
    assert (facts.realm, facts.schemes) == (realm, schemes)


def test_products_are_known_by_the_issuer() -> None:
    assert product_behind([LEAF]) == "Zscaler"
    assert product_behind([replace(LEAF, issuer="CN=R11,O=Let's Encrypt,C=US")]) is None
    assert product_behind([]) is None


def test_facts_survive_the_store_and_old_ones_are_read() -> None:
    error = with_facts(
        failed_job(from_http_status(401)),
        realm="r",
        schemes=("basic",),
        size_before=1,
        changed_at=2.5,
        redirected_to="http://h/",
        proxy_answers=False,
        checksum_found="ab",
    ).error
    assert error is not None
    assert decode_error(encode_error(error)) == error
    old = '{"context":5,"code":2149122452,"facts":{"free_bytes":7,"content_type":"text/html"}}'
    read = decode_error(old)
    assert read is not None
    assert read.facts == Facts(free_bytes=7, content_type="text/html")
