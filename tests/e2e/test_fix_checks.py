"""The dry run of a fix against real servers: it passes when the world is right, fails when not, and leaves no trace."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bitsgui.model import codes, fix
from bitsgui.model.check import Outcome, Step, Verdict
from bitsgui.model.enums import AuthTarget, JobState, ProxyUsage
from bitsgui.model.hresult import BitsError, from_http_status
from bitsgui.model.job import ProxySettings
from bitsgui.service.fixes import apply_fix, check_fix
from tests.support.content import Pattern
from tests.support.downloads import Desk, a_desk
from tests.support.fix_checks import checked, failed, half_done, line_of, passed
from tests.support.lab import silent
from tests.support.proxy import ForwardProxy
from tests.support.scripted_server import (
    Ranges,
    Resource,
    html_page,
    in_turn,
    needs_basic,
    needs_cookie,
    redirect,
    status,
)

Run = Callable[[Coroutine[Any, Any, None]], None]
SIZE, HALF = 600_000, 300_000
CONTENT = Pattern(SIZE, seed=3)
OTHER = Pattern(SIZE, seed=4)
FILE = Resource(content=CONTENT)
NO_SHARED_ETAG = replace(FILE, etag=None, last_modified=None)


async def finishes(desk: Desk, job_id: Any, one_fix: fix.Fix) -> None:
    """The fix, applied, brings the right bytes."""
    await apply_fix(desk.manager, job_id, one_fix)
    await desk.assert_whole(await desk.ended(desk.manager.get(job_id)), "a.bin", CONTENT)


NEW_ADDRESS = {
    "the same file elsewhere": (FILE, Verdict.KEEPS_BYTES, []),
    "the same file without a validator": (NO_SHARED_ETAG, Verdict.KEEPS_BYTES, []),
    "the same file with another etag": (
        replace(FILE, etag='"other"'),
        Verdict.KEEPS_BYTES,
        [Step.VALIDATOR_MATCHES],
    ),
    "another file of equal size": (
        replace(FILE, content=OTHER, etag='"other"'),
        Verdict.RESTARTS_FILE,
        [Step.VALIDATOR_MATCHES, Step.TAIL_MATCHES],
    ),
    "another file of equal size that says it is the same": (
        replace(FILE, content=OTHER),
        Verdict.RESTARTS_FILE,
        [Step.TAIL_MATCHES],
    ),
    "a file of another size": (
        replace(FILE, content=Pattern(SIZE + 1), etag='"other"'),
        Verdict.DIFFERENT_FILE,
        [Step.SIZE_MATCHES],
    ),
    "a missing file": (status(404), Verdict.FAILED, [Step.ANSWERS]),
    "a log-in page": (html_page, Verdict.FAILED, [Step.NOT_A_WEB_PAGE]),
    "a server without ranges": (
        replace(FILE, ranges=Ranges.IGNORED, rate_bps=500_000),
        Verdict.FAILED,
        [Step.RANGE_SUPPORTED],
    ),
}


@pytest.mark.parametrize("world", NEW_ADDRESS)
def test_a_new_address(run: Run, tmp_path: Path, world: str) -> None:
    async def scenario() -> None:
        behaviour, verdict, steps = NEW_ADDRESS[world]
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            desk.server.files["/b.bin"] = behaviour
            one_fix = fix.NewAddress(0, desk.server.url("/b.bin"))
            result = await checked(desk.manager, job.id, one_fix, desk.folder)
            assert (result.verdict, failed(result)) == (verdict, steps)
            assert desk.server.bytes_sent("/b.bin") < 400_000, "no body beyond what decides"
            assert result.may_resume_anyway
            if verdict is Verdict.KEEPS_BYTES:
                asked = len(desk.asked("/b.bin"))
                await finishes(desk, job.id, one_fix)
                assert desk.asked("/b.bin")[asked:] == [f"bytes={HALF - 65536}-"]

    run(scenario())


def test_a_new_signature_needs_no_tail(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            desk.server.files["/a.bin"] = FILE
            url = desk.server.url("/a.bin?X-Amz-Signature=new")
            result = await checked(desk.manager, job.id, fix.NewAddress(0, url), desk.folder)
            assert result.verdict is Verdict.KEEPS_BYTES
            assert Step.TAIL_MATCHES not in passed(result)
            assert "new" not in repr(fix.NewAddress(0, url))

    run(scenario())


def test_a_part_file_that_is_gone_is_fetched_again(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            desk.server.files["/b.bin"] = FILE
            desk.parts()[0].unlink()
            result = await checked(desk.manager, job.id, fix.NewAddress(0, desk.server.url("/b.bin")), desk.folder)
            assert result.verdict is Verdict.RESTARTS_FILE
            assert line_of(result, Step.TAIL_MATCHES).outcome is Outcome.SKIPPED

    run(scenario())


@pytest.mark.parametrize("address", ["ftp://h/a", "http://", "http://h/a b"])
def test_an_address_that_cannot_be_read(run: Run, tmp_path: Path, address: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            result = await checked(desk.manager, job.id, fix.NewAddress(0, address), desk.folder)
            assert failed(result) == [Step.ADDRESS_READABLE]
            assert not result.may_resume_anyway

    run(scenario())


def test_an_address_that_nobody_answers_at(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            await desk.server.stop()
            result = await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)
            assert failed(result) == [Step.CONNECTS]
            assert line_of(result, Step.CONNECTS).code == codes.ERROR_WINHTTP_CANNOT_CONNECT
            unknown = await checked(desk.manager, job.id, fix.NewAddress(0, "http://no.such.invalid/a"), desk.folder)
            assert failed(unknown) == [Step.NAME_RESOLVES]

    run(scenario())


def test_a_prefix_is_tried_for_every_file(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await desk.fetch("/old/a.bin", "/old/b.bin")
            one_fix = fix.NewPrefix(desk.server.url("/old/"), desk.server.url("/new/"))
            desk.server.files["/new/a.bin"] = FILE
            half_right = await checked(desk.manager, job.id, one_fix, desk.folder)
            assert (half_right.verdict, half_right.lines[-1].index) == (Verdict.FAILED, 1)
            assert half_right.lines[-1].http_status == 404
            desk.server.files["/new/b.bin"] = FILE
            assert (await checked(desk.manager, job.id, one_fix, desk.folder)).is_passed

    run(scenario())


@pytest.mark.parametrize(("password", "steps"), [("right", []), ("wrong", [Step.SIGN_IN])])
def test_a_sign_in(run: Run, tmp_path: Path, password: str, steps: list[Step]) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = needs_basic("me", "right", FILE)
            job = await desk.fetch("/a.bin")
            one_fix = fix.SignIn(AuthTarget.SERVER, "me", password)
            result = await checked(desk.manager, job.id, one_fix, desk.folder)
            assert failed(result) == steps
            assert (Step.SIGN_IN in passed(result)) is not steps
            assert password not in repr(one_fix)
            assert (await desk.secrets.get(job.id)).is_empty
            if not steps:
                await finishes(desk, job.id, one_fix)

    run(scenario())


def test_another_password_for_the_same_name(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = needs_basic("me", "right", FILE)
            job = await desk.fetch("/a.bin")
            await apply_fix(desk.manager, job.id, fix.SignIn(AuthTarget.SERVER, "me", "wrong"))
            await desk.ended(job)
            assert not (await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)).is_passed
            await finishes(desk, job.id, fix.SignIn(AuthTarget.SERVER, "me", "right"))

    run(scenario())


def test_headers(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = needs_cookie("session=42", FILE)
            job = await desk.fetch("/a.bin")
            wrong = await checked(desk.manager, job.id, fix.Headers((("Cookie", "session=41"),)), desk.folder)
            assert [line_of(wrong, Step.ANSWERS).http_status, failed(wrong)] == [403, [Step.ANSWERS]]
            right = fix.Headers((("Cookie", "session=42"),))
            assert (await checked(desk.manager, job.id, right, desk.folder)).is_passed
            await finishes(desk, job.id, right)

    run(scenario())


def test_a_proxy_and_its_sign_in(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk, ForwardProxy(user="pu", password="pp") as proxy:
            desk.server.files["/a.bin"] = in_turn(status(403), FILE)
            job = await desk.fetch("/a.bin")
            through = fix.Proxy(ProxySettings(ProxyUsage.OVERRIDE, proxy.url))
            unsigned = await checked(desk.manager, job.id, through, desk.folder)
            assert (passed(unsigned), failed(unsigned)) == ([Step.PROXY_CONNECTS], [Step.PROXY_SIGN_IN])
            await apply_fix(desk.manager, job.id, through)
            await desk.ended(job)
            signed = fix.SignIn(AuthTarget.PROXY, "pu", "pp")
            assert (await checked(desk.manager, job.id, signed, desk.folder)).is_passed
            dead = fix.Proxy(ProxySettings(ProxyUsage.OVERRIDE, "http://127.0.0.1:9"))
            assert failed(await checked(desk.manager, job.id, dead, desk.folder)) == [Step.PROXY_CONNECTS]
            await finishes(desk, job.id, signed)

    run(scenario())


def test_a_redirect_that_the_job_refused(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {"/a.bin": redirect("/b.bin"), "/b.bin": FILE}
            job = await desk.fetch("/a.bin", security_flags=0x0200)
            assert job.state is JobState.ERROR
            again = await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)
            assert (failed(again), again.lines[-1].http_status) == ([Step.ANSWERS], 302)
            assert (await checked(desk.manager, job.id, fix.AllowRedirect(), desk.folder)).is_passed
            desk.server.files["/b.bin"] = redirect("/a.bin")
            assert failed(await checked(desk.manager, job.id, fix.AllowRedirect(), desk.folder)) == [Step.ANSWERS]
            desk.server.files["/b.bin"] = FILE
            await finishes(desk, job.id, fix.AllowRedirect())

    run(scenario())


def test_a_file_that_changed_at_its_address(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            desk.server.files["/a.bin"] = Resource(content=OTHER, etag='"v2"')
            result = await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)
            assert result.verdict is Verdict.RESTARTS_FILE
            anew = await checked(desk.manager, job.id, fix.RestartFiles(), desk.folder)
            assert anew.verdict is Verdict.PASSED
            desk.server.files["/a.bin"] = status(503)
            lost = await checked(desk.manager, job.id, fix.RestartFiles(), desk.folder)
            assert not lost.may_resume_anyway, "it would drop bytes that cannot be fetched"

    run(scenario())


def test_in_one_go_asks_for_no_range(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            desk.server.files["/a.bin"] = replace(FILE, ranges=Ranges.IGNORED)
            assert failed(await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)) == [Step.RANGE_SUPPORTED]
            assert (await checked(desk.manager, job.id, fix.InOneGo(), desk.folder)).is_passed
            assert desk.asked("/a.bin")[-1] is None
            await finishes(desk, job.id, fix.InOneGo())

    run(scenario())


def test_an_empty_file(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = in_turn(status(403), Resource(content=b""))
            job = await desk.fetch("/a.bin")
            assert (await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)).is_passed

    run(scenario())


def test_a_deadline_needs_no_test_and_a_method_with_effects_gets_none(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = status(403)
            job = await desk.fetch("/a.bin", http_method="POST")
            result = await checked(desk.manager, job.id, fix.LongerDeadline(maximum_download_s=1e6), desk.folder)
            assert (result.lines, result.verdict) == ((), Verdict.PASSED)
            again = await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)
            assert line_of(again, Step.ANSWERS).outcome is Outcome.SKIPPED
            assert len(desk.asked("/a.bin")) == 1

    run(scenario())


def test_a_silent_server_costs_no_more_than_the_budget(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            desk.server.files["/a.bin"], speak = silent()
            async with asyncio.timeout(5):
                result = await checked(desk.manager, job.id, fix.TryAgain(), desk.folder, budget_s=0.4)
            assert failed(result) == [Step.ANSWERS]
            assert result.lines[-1].code == codes.ERROR_WINHTTP_TIMEOUT
            assert result.may_resume_anyway
            speak.set()

    run(scenario())


def test_a_check_that_is_cancelled(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            asked = len(desk.asked("/a.bin"))
            desk.server.files["/a.bin"], speak = silent()
            task = asyncio.create_task(check_fix(desk.manager, job.id, fix.TryAgain()))
            await desk.server.wait_for_request("/a.bin", asked + 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert desk.manager.get(job.id).state is JobState.ERROR
            speak.set()

    run(scenario())


def test_a_fix_that_the_job_cannot_have(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            with pytest.raises(BitsError) as refused:
                await check_fix(desk.manager, job.id, fix.FetchReplyAgain())
            assert refused.value.hresult == codes.E_NOTIMPL
            with pytest.raises(BitsError):
                await check_fix(desk.manager, job.id, fix.PinCertificate("no fingerprint"))

    run(scenario())


def test_the_status_is_told(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            job = await half_done(desk, "/a.bin", FILE, HALF)
            result = await checked(desk.manager, job.id, fix.TryAgain(), desk.folder)
            line = line_of(result, Step.ANSWERS)
            assert (line.code, line.http_status, line.host) == (from_http_status(403), 403, "127.0.0.1")
            assert (line.index, line.outcome) == (0, Outcome.FAILED)

    run(scenario())
