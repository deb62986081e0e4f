"""The server's program: commands, addresses and callables, their replies, and every way in which they fail."""

import asyncio
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bitsgui.model.hresult import HResult
from bitsgui.server.events import Happening
from bitsgui.server.programs import Answer, CommandProgram, Notice, ProgramError
from bitsgui.server.sign_in import Account
from bitsgui.server.web_program import WebProgram
from tests.support.content import Pattern
from tests.support.raw_http import Answer as HttpAnswer
from tests.support.raw_http import connected
from tests.support.scripted_server import Exchange, ScriptedServer
from tests.support.serving import Served, fragment, serving, stuck

ORDER = Pattern(1500)[:]
PATH = "/order.xml?tenant=7"


def command(source: str, *, consumes: bool = False) -> CommandProgram:
    """A Python program; `data` and `reply` are its two arguments."""
    head = "import os, pathlib, sys, time\ndata, reply = map(pathlib.Path, sys.argv[1:])\n"
    return CommandProgram((sys.executable, "-c", head + source), consumes)


async def sent(it: Served, session: str, path: str = PATH) -> HttpAnswer:
    return await it.send(path, session, 0, ORDER, len(ORDER))


async def again(it: Served, session: str, path: str = PATH) -> HttpAnswer:
    return await it.send(path, session, len(ORDER) - 1, ORDER[-1:], len(ORDER))


def failure(answer: HttpAnswer) -> tuple[int, str | None, str | None, str | None]:
    code = answer["BITS-Error-Code"]
    assert answer["BITS-Error"] == code
    return answer.status, code, answer["BITS-Error-Context"], answer["BITS-Received-Content-Range"]


def test_an_upload_with_a_reply(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        program = command(
            "reply.write_bytes(data.read_bytes()[::-1] + os.environ['BITS_ORIGINAL_REQUEST_URL'].encode())"
        )
        reply = ORDER[::-1] + b"http://up.example.com/order.xml?tenant=7"
        async with serving(tmp_path, program=program) as it:
            session = await it.create(PATH)
            first = await sent(it, session)
            assert (first.status, first["BITS-Received-Content-Range"]) == (200, "1500")
            url = urlsplit(first["BITS-Reply-URL"] or "")
            assert (url.scheme, url.netloc) == ("http", "up.example.com")
            assert (await again(it, session))["BITS-Reply-URL"] == url.geturl()
            whole = await it.ask("GET", url.path, {"Accept-Encoding": "identity"})
            assert (whole.status, whole.body) == (200, reply)
            ranged = {"Range": "bytes=120-", "If-Range": whole["ETag"] or ""}
            part = await it.ask("GET", url.path, ranged)
            assert (part.status, part.body) == (206, reply[120:])
            assert (await it.close(PATH, session)).status == 200
            assert (await it.ask("GET", url.path)).status == 404
            assert (tmp_path / "order.xml").read_bytes() == ORDER
        replies = {(Happening.REPLIED, len(reply)), (Happening.REPLIED, len(reply) - 120)}
        assert {(event.happening, event.size) for event in it.events} == {*replies, (Happening.RECEIVED, 1500)}

    run(scenario())


def test_the_reply_outlives_the_server(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        runs = tmp_path / "runs"
        program = command(f"reply.touch(); open({str(runs)!r}, 'a').write('x')")
        async with serving(tmp_path / "served", program=program) as it:
            session = await it.create(PATH)
            url = (await sent(it, session))["BITS-Reply-URL"]
        async with serving(tmp_path / "served", program=program) as it:
            assert (await again(it, session))["BITS-Reply-URL"] == url
            answer = await it.ask("GET", urlsplit(url or "").path)
            assert (answer.status, answer.body) == (200, b"")
            assert (await it.close(PATH, session)).status == 200
        assert runs.read_text() == "x"

    run(scenario())


@pytest.mark.parametrize("consumes", [False, True])
def test_a_command_without_a_reply(run, tmp_path: Path, consumes: bool) -> None:
    async def scenario() -> None:
        async with serving(tmp_path, program=command("", consumes=consumes)) as it:
            session = await it.create(PATH)
            answer = await sent(it, session)
            assert (answer.status, answer["BITS-Reply-URL"]) == (200, None)
            assert (await it.close(PATH, session)).status == 200
            assert (tmp_path / "order.xml").exists() is not consumes
            assert it.sessions() == []

    run(scenario())


FAILURES = {
    "tries again": ("sys.exit(75)", 503, "0x801901F7"),
    "refuses": ("sys.exit(77)", 403, "0x80190193"),
    "any other status": ("sys.exit(3)", 500, "0x801901F4"),
    "a signal": ("os.kill(os.getpid(), 9)", 500, "0x801901F4"),
    "silent": ("time.sleep(60)", 408, "0x80070112"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_command_that_fails(run, tmp_path: Path, name: str) -> None:
    source, status, code = FAILURES[name]

    async def scenario() -> None:
        limit = 0.5 if name == "silent" else 60.0
        async with serving(tmp_path, program=command(source), program_limit_s=limit) as it:
            session = await it.create(PATH)
            assert failure(await sent(it, session)) == (status, code, "0x7", "1500")
            assert failure(await again(it, session)) == (status, code, "0x7", "1500")
            # What its program has not taken gets no name.
            assert (await it.close(PATH, session)).status == 400
            assert (await it.cancel(PATH, session)).status == 200
            assert not (tmp_path / "order.xml").exists()
            assert {(e.happening, e.status) for e in it.events} == {(Happening.PROGRAM_FAILED, status)}

    run(scenario())


def test_a_program_that_is_not_there(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path, program=CommandProgram((str(tmp_path / "none"),))) as it:
            session = await it.create(PATH)
            assert failure(await sent(it, session)) == (500, "0x801901F4", "0x7", "1500")

    run(scenario())


def test_it_is_asked_again_after_a_failure_but_never_after_a_403(run, tmp_path: Path) -> None:
    calls: list[Notice] = []
    statuses = iter([503, 403])

    async def program(notice: Notice) -> Answer:
        calls.append(notice)
        raise ProgramError(next(statuses))

    async def scenario() -> None:
        async with serving(tmp_path, program=program) as it:
            session = await it.create(PATH)
            assert [failure(await ask(it, session))[0] for ask in (sent, again, again)] == [503, 403, 403]
        async with serving(tmp_path, program=program) as it:
            assert failure(await again(it, session)) == (403, "0x80190193", "0x7", "1500")
        assert [(n.url, n.size) for n in calls] == [("http://up.example.com/order.xml?tenant=7", 1500)] * 2

    run(scenario())


def test_a_callable_that_breaks_is_a_failure_of_the_program(run, tmp_path: Path, caplog) -> None:
    async def program(notice: Notice) -> Answer:
        raise LookupError("a fault of its own")

    async def scenario() -> None:
        async with serving(tmp_path, program=program) as it:
            session = await it.create(PATH)
            assert failure(await sent(it, session)) == (500, "0x801901F4", "0x7", "1500")

    run(scenario())
    assert "a fault of its own" in caplog.text
    caplog.clear()


def test_one_call_at_a_time_and_its_result_is_remembered_for_a_client_that_came_back(run, tmp_path: Path) -> None:
    called, answer, calls = asyncio.Event(), asyncio.Event(), 0

    async def program(notice: Notice) -> Answer:
        nonlocal calls
        calls += 1
        called.set()
        await answer.wait()
        notice.reply.write_bytes(b"reply")
        return Answer()

    async def scenario() -> None:
        async with serving(tmp_path, program=program) as it:
            session = await it.create(PATH)
            async with connected(it.port) as connection:
                await stuck(connection, PATH, fragment(session, 0, ORDER, len(ORDER)), ORDER)
                await called.wait()
                connection.abort()
            back = asyncio.ensure_future(again(it, session))
            answer.set()
            url = (await back)["BITS-Reply-URL"]
            assert (await it.ask("GET", urlsplit(url or "").path)).body == b"reply"
            assert calls == 1

    run(scenario())


@pytest.mark.parametrize("ends", ["cancel", "stop"])
def test_a_program_at_work_is_ended(run, tmp_path: Path, ends: str) -> None:
    called, cancelled = asyncio.Event(), asyncio.Event()

    async def program(notice: Notice) -> Answer:
        called.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return Answer()

    async def scenario() -> None:
        async with serving(tmp_path, program=program) as it:
            session = await it.create(PATH)
            waiting = asyncio.ensure_future(sent(it, session))
            await called.wait()
            if ends == "cancel":
                assert (await it.cancel(PATH, session)).status == 200
                assert it.sessions() == []
            else:
                await it.server.aclose()
            answer = await waiting
            # Not "session lost": a client would start anew although every byte is here.
            assert (answer.status, answer["BITS-Error-Code"]) == (503, "0x801901F7")
            assert cancelled.is_set()

    run(scenario())


def test_a_reply_is_for_the_user_who_uploaded(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        account = Account("ann", "secret")
        async with serving(tmp_path, program=command("reply.write_text('hi')"), account=account) as it:
            it.extra = {"Authorization": "Basic YW5uOnNlY3JldA=="}
            session = await it.create(PATH)
            path = urlsplit((await sent(it, session))["BITS-Reply-URL"] or "").path
            assert (await it.ask("GET", path)).status == 401
            assert (await it.ask("GET", path, it.extra)).body == b"hi"
            assert len(path) > 30

    run(scenario())


def test_an_address_told_by_reference(run, tmp_path: Path) -> None:
    async def app(exchange: Exchange) -> None:
        await asyncio.to_thread(answer, exchange)
        await exchange.reply(200, [("BITS-Copy-File-To-Destination", "1")])

    def answer(exchange: Exchange) -> None:
        data, reply = (exchange.request.header(f"BITS-{which}-DataFile-Name") for which in ("Request", "Response"))
        Path(reply or "").write_bytes(Path(data or "").read_bytes()[::-1])

    async def scenario() -> None:
        async with ScriptedServer() as web, serving(tmp_path, program=WebProgram(web.url("/app"))) as it:
            web.files["/app"] = app
            session = await it.create(PATH)
            url = (await sent(it, session))["BITS-Reply-URL"]
            assert (await it.ask("GET", urlsplit(url or "").path)).body == ORDER[::-1]
            (asked,) = web.requests
            assert (asked.method, asked.target, asked.body) == ("POST", "/app?tenant=7", b"")
            assert asked.header("BITS-Original-Request-URL") == "http://up.example.com/order.xml?tenant=7"
            assert asked.header("Content-Length") == "0"
            assert (await it.close(PATH, session)).status == 200
            assert (tmp_path / "order.xml").read_bytes() == ORDER

    run(scenario())


def test_an_address_told_by_value(run, tmp_path: Path) -> None:
    async def app(exchange: Exchange) -> None:
        await exchange.reply(200, [], exchange.request.body[::-1])

    async def scenario() -> None:
        async with ScriptedServer() as web, serving(tmp_path, program=WebProgram(web.url("/app"), True)) as it:
            web.files["/app"] = app
            session = await it.create(PATH)
            url = (await sent(it, session))["BITS-Reply-URL"]
            assert (await it.ask("GET", urlsplit(url or "").path)).body == ORDER[::-1]
            (asked,) = web.requests
            assert (asked.body, asked.header("BITS-Request-DataFile-Name")) == (ORDER, None)
            assert (asked.header("Content-Length"), asked.header("Transfer-Encoding")) == ("1500", None)
            assert (await it.close(PATH, session)).status == 200
            assert not (tmp_path / "order.xml").exists()  # nobody asked for it

    run(scenario())


@pytest.mark.parametrize("by_value", [False, True])
def test_a_reply_that_is_elsewhere(run, tmp_path: Path, by_value: bool) -> None:
    where = "https://cdn.example.com/replies/standard.bin"

    async def scenario() -> None:
        async with ScriptedServer() as web, serving(tmp_path, program=WebProgram(web.url("/app"), by_value)) as it:
            web.files["/app"] = lambda exchange: exchange.reply(200, [("BITS-Static-Response-URL", where)])
            session = await it.create(PATH)
            assert (await sent(it, session))["BITS-Reply-URL"] == where
            assert (await again(it, session))["BITS-Reply-URL"] == where
            web.files["/app"] = lambda exchange: exchange.reply(
                200, [("BITS-Static-Response-URL", "http://" + "x" * 2194)]
            )
            session = await it.create(PATH)
            assert failure(await sent(it, session)) == (400, "0x80070057", "0x7", "1500")

    run(scenario())


@pytest.mark.parametrize(("status", "seen"), [(503, 503), (403, 403), (404, 404), (302, 302), (409, 409), (500, 500)])
def test_an_address_that_refuses(run, tmp_path: Path, status: int, seen: int) -> None:
    async def scenario() -> None:
        async with ScriptedServer() as web, serving(tmp_path, program=WebProgram(web.url("/app"))) as it:
            web.files["/app"] = lambda exchange: exchange.reply(status)
            session = await it.create(PATH)
            assert failure(await sent(it, session)) == (seen, HResult(0x80190000 + seen).hex, "0x7", "1500")

    run(scenario())


def test_an_address_that_nobody_answers(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with ScriptedServer() as web:
            url = web.url("/app")
        async with serving(tmp_path, program=WebProgram(url)) as it:
            session = await it.create(PATH)
            assert failure(await sent(it, session)) == (502, "0x801901F6", "0x7", "1500")

    run(scenario())
