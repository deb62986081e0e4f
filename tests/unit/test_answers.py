"""What was answered to errors: whether a remedy held, and that it is stored beside the job and goes with it."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import codes
from bitsgui.model.answers import Draft, RemedyResult, RemedyTried, result_of, unheld
from bitsgui.model.check import CheckLine, CheckResult, Outcome, Step, Verdict
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.error import JobError
from bitsgui.model.fix import Fix, TryAgain
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobId
from bitsgui.model.remedy import Remedy
from bitsgui.service.group_check import check_all
from bitsgui.service.manager import JobManager
from bitsgui.store.answer_rows import AnswerRows
from bitsgui.store.job_store import DATABASE, JobStore
from bitsgui.store.migrations import STEPS
from bitsgui.store.secrets import MemorySecrets
from tests.support.jobs import NOW, a_file, a_job

Run = Callable[[Coroutine[Any, Any, Any]], Any]
REMOTE = ErrorContext.REMOTE_FILE
TRIED = RemedyTried(remedy="NEW_ADDRESS", when=NOW, context=REMOTE, code=codes.BG_E_HTTP_ERROR_404, note="why")


def error(after: float, code: Any = codes.BG_E_HTTP_ERROR_404) -> JobError:
    return JobError(REMOTE, code, when=NOW + after)


@pytest.mark.parametrize(
    ("state", "errors", "result"),
    [
        (JobState.QUEUED, [error(-5)], RemedyResult.UNDER_WAY),
        (JobState.ERROR, [error(-5)], RemedyResult.DID_NOT_HOLD),
        (JobState.ERROR, [error(-5), error(3)], RemedyResult.DID_NOT_HOLD),
        (JobState.ERROR, [error(-5), error(601)], RemedyResult.HELD),
        (JobState.ERROR, [error(-5), error(3, codes.ERROR_DISK_FULL)], RemedyResult.HELD),
        (JobState.ERROR, [error(-5), error(3, codes.ERROR_DISK_FULL), error(4)], RemedyResult.HELD),
        (JobState.TRANSFERRED, [error(-5)], RemedyResult.HELD),
        (JobState.ACKNOWLEDGED, [error(-5)], RemedyResult.HELD),
    ],
)
def test_what_came_of_a_remedy(state: JobState, errors: list[JobError], result: RemedyResult) -> None:
    assert result_of(TRIED, replace(a_job(), state=state, error=errors[-1]), errors) is result


def test_what_did_not_hold_the_last_first() -> None:
    job = replace(a_job(), state=JobState.ERROR, error=error(100))
    again = replace(TRIED, remedy="TRY_AGAIN", when=NOW + 50)
    other = replace(TRIED, remedy="PROXY", code=codes.ERROR_DISK_FULL)
    assert unheld(job, [TRIED, other, again, TRIED]) == ("NEW_ADDRESS", "TRY_AGAIN")
    assert unheld(replace(job, error=error(700)), [TRIED]) == ()
    assert unheld(replace(job, error=None), [TRIED]) == ()


def test_answers_outlive_a_restart_and_go_with_their_job(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        job, draft = a_job(a_file()), Draft("NEW_ADDRESS", {"address_0": "http://half"})
        manager = await JobManager.open(tmp_path, secrets=MemorySecrets())
        await manager._store.add([job])
        await manager.aclose()
        manager = await JobManager.open(tmp_path, secrets=MemorySecrets())
        await manager.note_remedy(job.id, Remedy.TRY_AGAIN)
        assert await manager.remedies_tried(job.id) == (), "there is no error that it could be against"
        await AnswerRows(manager._store).add_tried(job.id, TRIED)
        await manager.keep_draft(job.id, draft)
        await manager.remember("archive.example", Draft("SIGN_IN_SERVER", {"user_name": "ann"}))
        await manager.remember("archive.example", Draft("PROXY"))
        await manager.remember("archive.example", Draft("SIGN_IN_SERVER", {"user_name": "bob"}))
        await manager.aclose()
        manager = await JobManager.open(tmp_path, secrets=MemorySecrets())
        assert await manager.remedies_tried(job.id) == (TRIED,)
        assert await manager.drafts() == {job.id: draft}
        assert await manager.draft_of(job.id) == draft
        worked = await manager.remembered("archive.example")
        assert [(one.remedy, dict(one.values)) for one in worked] == [
            ("SIGN_IN_SERVER", {"user_name": "bob"}),
            ("PROXY", {}),
        ]
        await manager.forget_remembered("archive.example", "PROXY")
        assert len(await manager.remembered("archive.example")) == 1
        await manager.cancel(job.id)
        assert await manager.remedies_tried(job.id) == (TRIED,), "the history keeps it"
        await manager.forget(job.id)
        assert (await manager.remedies_tried(job.id), await manager.drafts()) == ((), {})
        await manager.keep_draft(job.id, draft)
        assert await manager.drafts() == {}, "nothing is kept for a job that is gone"
        await manager.aclose()

    run(scenario())


def test_a_queue_of_the_first_version_is_brought_up(run: Run, tmp_path: Path) -> None:
    job = a_job(a_file("1"))

    async def write() -> None:
        store = await JobStore.open(tmp_path)
        await store.add([job])
        await store.aclose()

    async def read() -> None:
        store = await JobStore.open(tmp_path)
        assert [found.id for found in await store.load(NOW)] == [job.id]
        await AnswerRows(store).put_draft(job.id, Draft("PROXY"))
        await AnswerRows(store).put_draft(job.id, None)
        assert await AnswerRows(store).drafts() == {}
        await store.aclose()

    run(write())
    with closing(sqlite3.connect(tmp_path / DATABASE)) as old, old:
        for table in ("remedies", "drafts", "remembered"):
            old.execute(f"DROP TABLE {table}")
        old.execute("PRAGMA user_version = 1")
    run(read())
    with closing(sqlite3.connect(tmp_path / DATABASE)) as new:
        assert new.execute("PRAGMA user_version").fetchone() == (len(STEPS),)


class Scripted:
    """Checks that end as the test says; `waits`: the jobs whose check never ends by itself."""

    def __init__(self, answers: dict[str, CheckResult | BitsError], waits: frozenset[str] = frozenset()) -> None:
        self.answers, self.waits = answers, waits

    async def check_fix(self, job_id: JobId, fix: Fix, told: Any, budget_s: float = 10) -> CheckResult:
        if job_id in self.waits:
            await asyncio.sleep(budget_s)
        answer = self.answers[job_id]
        if isinstance(answer, BitsError):
            raise answer
        for line in answer.lines:
            told(line)
        return answer


def room(wanted: int, found: int) -> CheckResult:
    line = CheckLine(step=Step.SPACE, outcome=Outcome.PASSED, wanted=wanted, found=found)
    return CheckResult((line,), Verdict.PASSED)


def test_many_checks_are_as_good_as_the_worst(run: Run) -> None:
    async def scenario() -> None:
        plan = [(JobId(name), TryAgain()) for name in "abc"]
        anew = CheckResult((), Verdict.RESTARTS_FILE)
        told: list[str] = []
        result = await check_all(
            Scripted({"a": room(1, 9), "b": anew, "c": room(1, 9)}), plan, lambda job_id, _: told.append(job_id)
        )
        assert (result.verdict, result.passed, result.count) == (Verdict.RESTARTS_FILE, 2, 3)
        assert sorted(told) == ["a", "c"]
        refused = BitsError(codes.E_NOTIMPL)
        result = await check_all(Scripted({"a": room(1, 9), "b": refused, "c": anew}), plan, lambda *_: None)
        assert (result.verdict, result.is_passed, result.may_resume_anyway) == (Verdict.FAILED, False, False)

    run(scenario())


def test_jobs_on_one_volume_need_room_for_all(run: Run) -> None:
    async def scenario() -> None:
        plan = [(JobId(name), TryAgain()) for name in "ab"]
        both = Scripted({"a": room(6, 10), "b": room(5, 10)})
        assert (await check_all(both, plan, lambda *_: None)).is_passed
        result = await check_all(both, plan, lambda *_: None, shares_volume=True)
        assert result.together is not None
        assert (result.together.wanted, result.together.found) == (11, 10)
        assert not result.is_passed
        assert result.may_resume_anyway

    run(scenario())


def test_no_check_is_begun_when_the_time_is_over(run: Run) -> None:
    async def scenario() -> None:
        names = "abcdefgh"
        plan = [(JobId(name), TryAgain()) for name in names]
        slow = Scripted(dict.fromkeys(names, room(1, 9)), frozenset("abcd"))
        result = await check_all(slow, plan, lambda *_: None, budget_s=0.2)
        assert (len(result.results), result.count) == (4, 8)

    run(scenario())
