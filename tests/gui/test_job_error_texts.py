"""The words of the error dialog: one for each cause, side, context and remedy, and effects computed from the job."""

from dataclasses import replace

import pytest

from bitsgui.gui.dialogs.fixes.forms import FORMS
from bitsgui.gui.texts import error_texts as texts
from bitsgui.gui.texts import way_out_texts as ways
from bitsgui.gui.texts.cancel_texts import cancel_text
from bitsgui.gui.texts.cause_texts import CAUSES, FULLER
from bitsgui.gui.texts.fact_texts import filled
from bitsgui.model import codes
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Side, diagnose
from bitsgui.model.enums import ErrorContext, JobState, ProxyUsage
from bitsgui.model.facts import Certificate, CertificateReason, Facts
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import ProxySettings
from bitsgui.model.remedy import Remedy
from tests.support.failed_jobs import LOCAL, failed_job

JOB = failed_job(from_http_status(503))


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_one_sentence(cause: Cause) -> None:
    for job in (JOB, failed_job(codes.E_FAIL, ErrorContext.UNKNOWN, done=0, total=0)):
        sentence = texts.cause_text(job, replace(diagnose(job), cause=cause))
        assert sentence.endswith(".")
        assert not set("{}") & set(sentence)


def test_every_side_context_and_remedy_has_words() -> None:
    assert set(CAUSES) == set(Cause)
    assert all(texts.side_text(side) for side in Side)
    assert all(texts.context_text(context) for context in ErrorContext)
    assert set(FORMS) == set(Remedy)
    assert all(ways.remedy_text(remedy, cause) for remedy in Remedy for cause in Cause)
    assert len({texts.side_text(side) for side in Side}) == len(Side)


def test_a_status_is_named() -> None:
    assert "(503)" in texts.cause_text(JOB, diagnose(JOB))


def test_braces_in_outside_text_are_text() -> None:
    job = failed_job(codes.ERROR_SHARING_VIOLATION, LOCAL, folder="/srv/{host}")
    assert texts.cause_text(job, replace(diagnose(job), cause=Cause.DISK_FULL)) == "The disk of /srv/{host} is full."


def test_a_long_name_keeps_both_ends() -> None:
    job = failed_job(codes.ERROR_DISK_FULL, LOCAL, folder="/srv/" + "x" * 200 + "/end")
    sentence = texts.cause_text(job, diagnose(job))
    assert len(sentence) < 100
    assert "/srv/" in sentence
    assert "/end is full." in sentence


@pytest.mark.parametrize(
    ("done", "total", "started", "kept", "complete", "cancel"),
    [
        (3, 5, True, "3 of 5 files are complete, 1.4 GB is kept.", "keeps 3 files, drops 2", "deletes 1.4 GB"),
        (1, 5, False, "1 of 5 files are complete, 400 MB is kept.", "keeps 1 file, drops 4", "deletes 400 MB"),
        (0, 1, True, "200 MB is kept.", None, "deletes 200 MB"),
        (0, 1, False, "Nothing was received yet, so nothing is lost.", None, "removes the job"),
        (0, 0, False, "No file of this job can be named.", None, "removes the job"),
        (2, 2, True, "2 of 2 files are complete, 800 MB is kept.", "keeps 2 files", "deletes 800 MB"),
    ],
)
def test_effects_are_computed_from_the_job(
    done: int, total: int, started: bool, kept: str, complete: str | None, cancel: str
) -> None:
    job = failed_job(codes.ERROR_DISK_FULL, LOCAL, done=done, total=total, started=started)
    assert texts.kept_text(job).startswith(kept)
    assert (ways.complete_effect(job) if ways.no_complete_reason(job) is None else None) == complete
    assert cancel_text(job) == cancel


def test_what_resuming_goes_on_with() -> None:
    effect = ways.resume_effect
    assert effect(JOB, Remedy.TRY_AGAIN) == "goes on at 1.4 GB"
    assert effect(JOB, Remedy.NEW_ADDRESS) == "goes on at 1.4 GB if it is the same file"
    assert effect(JOB, Remedy.RESTART_FILE) == "goes on at 1.2 GB"
    one = failed_job(codes.BG_E_INSUFFICIENT_RANGE_SUPPORT, done=0, total=1)
    assert effect(one, Remedy.RESTART_FILE) == "starts at the beginning"
    assert effect(replace(JOB, state=JobState.TRANSFERRED), Remedy.TRY_AGAIN) == "puts the files in place"


FACTS = Facts(
    free_bytes=5,
    certificates=(
        Certificate(
            subject="CN=h",
            issuer="CN=Zscaler Root CA,O=Zscaler Inc.",
            names=("h", "i"),
            not_before=1.0,
            not_after=2.0,
            sha256="0" * 64,
        ),
    ),
    certificate_reason=CertificateReason.EXPIRED,
    proxy="http://p:1",
    realm="vault",
    schemes=("ntlm", "x-own"),
    redirected_to="http://o/x",
    size_before=1000,
    size_now=2_000_000,
    changed_at=3.0,
    checksum_wanted="a" * 64,
    checksum_found="b" * 64,
)


KNOWN_WITHOUT_FACTS = {Cause.PROXY_UNUSABLE, Cause.TOOK_TOO_LONG, Cause.TOO_LARGE_FOR_SERVER}
"""Their fuller sentences are filled by the job alone."""


@pytest.mark.parametrize("cause", FULLER)
def test_a_fuller_sentence_names_only_what_can_be_known(cause: Cause) -> None:
    proxy = ProxySettings(ProxyUsage.OVERRIDE, "http://me:pa55@p:1 ftp://q")
    job = replace(JOB, settings=replace(JOB.settings, proxy=proxy))
    assert job.error is not None
    told = replace(job, error=replace(job.error, facts=FACTS))
    sentence = texts.cause_text(told, replace(diagnose(job), cause=cause))
    plain = texts.cause_text(job, replace(diagnose(job), cause=cause))
    assert sentence != plain or cause in KNOWN_WITHOUT_FACTS
    assert not set("{}") & set(sentence)
    assert "pa55" not in sentence
    assert all(filled(text, told) for text in FULLER[cause])


@pytest.mark.parametrize("cause", Cause)
def test_the_plain_sentence_needs_no_facts(cause: Cause) -> None:
    assert filled(CAUSES[cause], replace(JOB, error=None, files=()))


def test_how_long_it_was_tried() -> None:
    busy = replace(JOB, no_progress_since=1_800_000_000.0 - 14 * 86_400)
    assert texts.cause_text(busy, diagnose(busy)).endswith(" It was tried for 14 d (2 attempts).")
    uncounted = replace(busy, error_count=0)  # without a network nothing is counted
    assert texts.cause_text(uncounted, diagnose(uncounted)).endswith(" It was tried for 14 d.")
    waiting = replace(busy, state=JobState.TRANSIENT_ERROR)
    assert "tried" not in texts.cause_text(waiting, diagnose(waiting))
