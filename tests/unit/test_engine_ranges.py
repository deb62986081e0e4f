"""Which bytes an answer holds: TAKE only for those that are provably the asked ones, whatever the headers say."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bitsgui.engine.range_rules import (
    Ask,
    Judgement,
    Reply,
    Verdict,
    has_changed,
    judge,
    parse_http_date,
    parse_retry_after,
    validator_of,
)
from bitsgui.engine.stop import TransferStop
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import Validator

E1, E2 = Validator('"1"', None), Validator('"2"', None)
ASK = Ask(start=10, total=100, validator=E1)
PART = Reply(206, content_range="bytes 10-99/100", content_length=90, validator=E1)


def refusal(ask: Ask, reply: Reply) -> tuple[ErrorContext, HResult]:
    with pytest.raises(TransferStop) as stopped:
        judge(ask, reply)
    return stopped.value.context, stopped.value.code


INVALID = (ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_SERVER_RESPONSE)


def test_the_whole_file_is_taken_when_nothing_else_was_asked() -> None:
    assert judge(Ask(), Reply(200, content_length=5)) == Judgement(Verdict.TAKE, 5, 5, resumable=None)


@pytest.mark.parametrize(("said", "resumable"), [("bytes", True), ("BYTES", True), ("none", False), (None, None)])
def test_accept_ranges_tells_whether_it_can_be_resumed(said: str | None, resumable: bool | None) -> None:
    assert judge(Ask(), Reply(200, content_length=5, accept_ranges=said)).resumable is resumable


def test_an_unknown_length_cannot_be_resumed() -> None:
    assert judge(Ask(), Reply(200, accept_ranges="bytes")) == Judgement(Verdict.TAKE, None, None, resumable=False)


def test_the_asked_part_is_taken() -> None:
    assert judge(ASK, PART) == Judgement(Verdict.TAKE, 90, 100, resumable=True)


def test_less_than_the_asked_part_is_taken_too() -> None:
    assert judge(ASK, replace(PART, content_range="bytes 10-49/100", content_length=None)).body_length == 40


def test_a_total_that_is_not_said_is_the_known_one() -> None:
    assert judge(ASK, replace(PART, content_range="bytes 10-99/*")) == Judgement(Verdict.TAKE, 90, 100, True)
    assert judge(Ask(0, 9), Reply(206, "bytes 0-9/*")) == Judgement(Verdict.TAKE, 10, None, False)


@pytest.mark.parametrize(
    "content_range",
    [
        None,
        "",
        "bytes",
        "bytes 10-99",
        "bytes */100",
        "items 10-99/100",
        "bytes 9-99/100",
        "bytes 11-99/100",
        "bytes 10-100/100",
        "bytes 10-100/*",  # beyond the total that is known
        "bytes 10-9/100",
        "bytes -10-99/100",
        "bytes 10-99/100, 10-99/100",
        "bytes 1\u0660-99/100",
        "bytes 10-99999999999999999999/*",
    ],
)
def test_any_other_part_is_refused(content_range: str | None) -> None:
    assert refusal(ASK, replace(PART, content_range=content_range, content_length=None)) == INVALID


def test_more_than_the_asked_end_is_refused() -> None:
    assert refusal(Ask(10, 19), Reply(206, "bytes 10-20/100")) == INVALID


def test_a_part_that_nobody_asked_for_is_refused() -> None:
    assert refusal(Ask(), PART) == INVALID


def test_a_length_that_contradicts_the_range_is_refused() -> None:
    assert refusal(ASK, replace(PART, content_length=89)) == INVALID


@pytest.mark.parametrize(
    ("ask", "reply"),
    [
        (Ask(), Reply(200, content_length=2**63)),
        (Ask(0), Reply(206, "bytes 0-9/9999999999999999999")),
        (Ask(0), Reply(206, "bytes 0-9999999999999999998/*")),
    ],
)
def test_a_size_that_no_disk_can_hold_is_refused(ask: Ask, reply: Reply) -> None:
    assert refusal(ask, reply) == INVALID


def test_the_largest_file_is_taken() -> None:
    assert judge(Ask(), Reply(200, content_length=2**63 - 1)).total == 2**63 - 1


@pytest.mark.parametrize(
    "reply",
    [replace(PART, validator=E2), replace(PART, content_range="bytes 10-99/101"), Reply(412, validator=E1)],
)
def test_a_part_of_another_version_is_asked_for_again(reply: Reply) -> None:
    assert judge(ASK, reply).verdict is Verdict.ASK_AGAIN


def test_another_version_sent_whole_starts_over() -> None:
    reply = Reply(200, content_length=70, validator=E2, accept_ranges="bytes")
    assert judge(ASK, reply) == Judgement(Verdict.START_OVER, 70, 70, resumable=True)


def test_the_same_file_sent_whole_lacks_ranges() -> None:
    code = codes.BG_E_INSUFFICIENT_RANGE_SUPPORT
    assert refusal(ASK, Reply(200, content_length=100, validator=E1)) == (ErrorContext.REMOTE_FILE, code)
    assert refusal(ASK, Reply(200, content_length=100)) == (ErrorContext.REMOTE_FILE, code)


@pytest.mark.parametrize(
    ("content_range", "expected"),
    [
        ("bytes */10", Judgement(Verdict.COMPARE_END, total=10)),
        ("bytes */5", Judgement(Verdict.ASK_AGAIN, total=5)),
        ("bytes */nonsense", Judgement(Verdict.ASK_AGAIN)),
        (None, Judgement(Verdict.ASK_AGAIN)),
    ],
)
def test_not_satisfiable(content_range: str | None, expected: Judgement) -> None:
    assert judge(ASK, Reply(416, content_range)) == expected


def test_every_other_status_stops_with_its_code() -> None:
    for status in set(range(100, 600)) - {200, 206, 412, 416}:
        place = ErrorContext.GENERAL_TRANSPORT if status == 407 else ErrorContext.REMOTE_FILE
        assert refusal(ASK, Reply(status)) == (place, from_http_status(status))
    for status in (412, 416):
        assert refusal(Ask(), Reply(status)) == (ErrorContext.REMOTE_FILE, from_http_status(status))


def test_the_wait_that_the_server_asks_for_goes_along() -> None:
    with pytest.raises(TransferStop) as stopped:
        judge(Ask(), Reply(503, retry_after_s=77.0))
    assert stopped.value.retry_after_s == 77.0


DATE1, DATE2 = "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:38 GMT"


@pytest.mark.parametrize(
    ("known", "new", "changed"),
    [
        (None, E2, False),
        (Validator(), E2, False),
        (E1, Validator(), False),
        (E1, E1, False),
        (E1, E2, True),
        (Validator('"1"', DATE1), Validator('"1"', DATE2), False),
        (Validator('"1"', DATE1), Validator(None, DATE2), True),
        (Validator(None, DATE1), Validator('"1"', DATE1), False),
        (Validator(None, DATE1), Validator(None, DATE2), True),
        (Validator(None, DATE1), Validator(), False),
    ],
)
def test_what_shows_another_version(known: Validator | None, new: Validator, changed: bool) -> None:
    assert has_changed(Ask(5, validator=known), Reply(206, validator=new), None) is changed


def test_another_size_is_another_version_whatever_the_validators_say() -> None:
    assert has_changed(Ask(5, total=9, validator=E1), Reply(206, validator=E1), 10)
    assert not has_changed(Ask(5, total=9), Reply(206), 9)
    assert not has_changed(Ask(5), Reply(206), 9)


garbage = st.text(max_size=40)
small = st.integers(0, 30)
content_ranges = st.one_of(
    st.none(),
    garbage,
    st.from_regex(r"(?i)bytes +(\d{1,2}-\d{1,2}/(\d{1,2}|\*)|\*/\d{1,2})", fullmatch=True),
    st.text("bytes 0123456789-*/", max_size=30),
)
validators = st.sampled_from([Validator(), E1, E2, Validator(None, DATE1), Validator(None, DATE2, True)])
asks = st.builds(Ask, st.none() | small, st.none() | small, st.none() | small, st.none() | validators)
replies = st.builds(
    Reply,
    status=st.sampled_from([200, 206, 206, 206, 412, 416, 404, 503]),
    content_range=content_ranges,
    content_length=st.none() | small,
    accept_ranges=st.none() | garbage,
    validator=validators,
)


@given(asks, replies)
def test_bytes_are_taken_only_where_they_belong(ask: Ask, reply: Reply) -> None:
    try:
        judgement = judge(ask, reply)
    except TransferStop:
        return
    if judgement.verdict is not Verdict.TAKE:
        assert ask.start is not None, "an answer to no range is taken or refused"
        return
    if ask.start is None:
        assert reply.status == 200
        assert judgement.body_length == judgement.total == reply.content_length
        return
    assert reply.status == 206
    assert reply.content_range is not None
    unit, _, rest = reply.content_range.strip().partition(" ")
    span, _, total = rest.strip().partition("/")
    first, last = (int(part) for part in span.split("-"))
    assert unit.lower() == "bytes"
    assert first == ask.start
    assert judgement.body_length == last - first + 1 >= 1
    assert reply.content_length in (None, judgement.body_length)
    assert ask.end is None or last <= ask.end
    sizes = {int(total)} if total != "*" else set()
    sizes |= {ask.total} - {None}
    assert len(sizes) <= 1
    assert all(last < size for size in sizes)
    assert judgement.total == next(iter(sizes), None)


@given(st.text())
@example("bytes " + "9" * 5000 + "-1/1")
@example("\u0661-\u0662")
def test_no_content_range_raises_anything_but_a_stop(text: str) -> None:
    with suppress(TransferStop):
        judge(ASK, Reply(206, content_range=text))
    assert judge(ASK, Reply(416, content_range=text)).verdict in {Verdict.ASK_AGAIN, Verdict.COMPARE_END}


dates = st.one_of(
    st.text(),
    st.text("0123456789 :,-+()JanFebMonGMTUTCZ", max_size=60),
    st.from_regex(r"\w{3}, \d+ (Jan|Feb|Dec) \d+ \d+:\d+:\d+ ([+-]\d+|GMT|-0000)", fullmatch=True),
)


@given(dates)
@example("9" * 5000)
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("Fri, 31 Dec 9999 23:59:59 -2359")
def test_no_date_text_raises(text: str) -> None:
    when = parse_http_date(text)
    assert when is None or isinstance(when, float)
    wait = parse_retry_after(text, 1e9)
    assert wait is None or wait >= 0
    assert isinstance(validator_of(text, text, text), Validator)


@pytest.mark.parametrize("text", [DATE1, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
def test_the_three_forms_of_a_date_are_the_same_moment(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    __import__("time").tzset()
    try:
        assert parse_http_date(text) == 784111777.0
    finally:
        monkeypatch.undo()
        __import__("time").tzset()


@pytest.mark.parametrize("text", [None, "", "soon", "Sun, 06 Foo 1994"])
def test_no_date_is_no_date(text: str | None) -> None:
    assert parse_http_date(text) is None


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        (" 120 ", 120.0),
        ("1" + "0" * 18, 1e9),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        (DATE1, 100.0),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0.0),
        ("later", None),
    ],
)
def test_retry_after(text: str | None, wait: float | None) -> None:
    assert parse_retry_after(text, 784111677.0) == wait


@pytest.mark.parametrize(
    ("date", "strong"), [("Sun, 06 Nov 1994 08:49:38 GMT", True), (DATE1, False), (None, False), ("x", False)]
)
def test_a_date_is_strong_if_the_answer_is_later(date: str | None, strong: bool) -> None:
    assert validator_of(None, DATE1, date) == Validator(None, DATE1, strong)


def test_empty_validators_are_none() -> None:
    assert validator_of("", "", DATE1) == Validator()
