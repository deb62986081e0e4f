"""The state machine, pair by pair and verb by verb."""

from itertools import product

import pytest

from bitsgui.model.codes import BG_E_INVALID_STATE
from bitsgui.model.enums import FINAL_STATES, JobState, JobType, Verb
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobFile, JobSettings, JobTimes, new_job_id
from bitsgui.model.transitions import LEGAL, allowed_verbs, check, check_not_final

S = JobState
V = Verb
FRESH = JobFile(remote_name="http://h/a", local_name="/d/a")
WHOLE = JobFile(remote_name="http://h/b", local_name="/d/b", transferred=True)

LEGAL_PAIRS = {
    S.SUSPENDED: "QUEUED ACKNOWLEDGED CANCELLED",
    S.QUEUED: "CONNECTING SUSPENDED TRANSIENT_ERROR ERROR ACKNOWLEDGED CANCELLED",
    S.CONNECTING: "QUEUED TRANSFERRING TRANSFERRED SUSPENDED TRANSIENT_ERROR ERROR ACKNOWLEDGED CANCELLED",
    S.TRANSFERRING: "QUEUED CONNECTING TRANSFERRED SUSPENDED TRANSIENT_ERROR ERROR ACKNOWLEDGED CANCELLED",
    S.TRANSIENT_ERROR: "QUEUED SUSPENDED ERROR ACKNOWLEDGED CANCELLED",
    S.ERROR: "QUEUED SUSPENDED ACKNOWLEDGED CANCELLED",
    S.TRANSFERRED: "QUEUED ERROR ACKNOWLEDGED CANCELLED",
    S.ACKNOWLEDGED: "",
    S.CANCELLED: "SUSPENDED ERROR TRANSFERRED",
}


def job(state: JobState, *files: JobFile, type: JobType = JobType.DOWNLOAD) -> Job:
    times = JobTimes(0.0, 0.0)
    return Job(
        id=new_job_id(),
        type=type,
        state=state,
        files=files,
        settings=JobSettings(display_name="j"),
        times=times,
    )


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_every_pair(before: JobState, after: JobState) -> None:
    if after.name in LEGAL_PAIRS[before].split():
        check(before, after)
        return
    with pytest.raises(BitsError, match=f"from {before.name} to {after.name}") as refused:
        check(before, after)
    assert refused.value.hresult == BG_E_INVALID_STATE


def test_no_state_is_missing_and_none_leads_to_itself() -> None:
    assert set(LEGAL) == set(S)
    assert not any(state in nexts for state, nexts in LEGAL.items())


def test_every_state_can_be_reached_from_suspended() -> None:
    reached = {S.SUSPENDED}
    while new := {after for state in reached for after in LEGAL[state]} - reached:
        reached |= new
    assert reached == set(S)


@pytest.mark.parametrize("state", S)
def test_only_final_states_have_left_the_queue(state: JobState) -> None:
    if state not in FINAL_STATES:
        check_not_final(job(state))
        return
    with pytest.raises(BitsError, match=state.name) as refused:
        check_not_final(job(state))
    assert refused.value.hresult == BG_E_INVALID_STATE


DOWNLOAD_VERBS = {
    S.QUEUED: {V.SUSPEND, V.COMPLETE, V.CANCEL},
    S.CONNECTING: {V.SUSPEND, V.COMPLETE, V.CANCEL},
    S.TRANSFERRING: {V.SUSPEND, V.COMPLETE, V.CANCEL},
    S.SUSPENDED: {V.RESUME, V.COMPLETE, V.CANCEL},
    S.ERROR: {V.RESUME, V.COMPLETE, V.CANCEL},
    S.TRANSIENT_ERROR: {V.RESUME, V.SUSPEND, V.COMPLETE, V.CANCEL},
    S.TRANSFERRED: {V.COMPLETE, V.CANCEL},
    S.ACKNOWLEDGED: set(),
    S.CANCELLED: set(),
}


@pytest.mark.parametrize("state", S)
def test_verbs_of_a_download(state: JobState) -> None:
    file = WHOLE if state is S.TRANSFERRED else FRESH
    assert allowed_verbs(job(state, file)) == DOWNLOAD_VERBS[state]


@pytest.mark.parametrize(("state", "type"), list(product(S, (JobType.UPLOAD, JobType.UPLOAD_REPLY))))
def test_an_upload_completes_only_when_transferred(state: JobState, type: JobType) -> None:
    file = WHOLE if state is S.TRANSFERRED else FRESH
    expected = DOWNLOAD_VERBS[state] if state is S.TRANSFERRED else DOWNLOAD_VERBS[state] - {V.COMPLETE}
    assert allowed_verbs(job(state, file, type=type)) == expected


@pytest.mark.parametrize("state", [S.SUSPENDED, S.ERROR])
def test_a_job_without_files_can_only_be_cancelled(state: JobState) -> None:
    assert allowed_verbs(job(state)) == {V.CANCEL}


def test_files_added_to_a_transferred_job_allow_resume() -> None:
    assert allowed_verbs(job(S.TRANSFERRED, WHOLE, FRESH)) == {V.RESUME, V.COMPLETE, V.CANCEL}
