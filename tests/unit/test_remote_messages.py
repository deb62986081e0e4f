"""Messages of the control channel: whole on the other side, garbage refused, secrets unseen."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui import __version__
from bitsgui.model import fix
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.codes import BG_E_NOT_FOUND, S_OK
from bitsgui.model.enums import AuthTarget, JobPriority, ProxyUsage, Verb
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import JobFile, JobSettings, NotifyCommand, ProxySettings
from bitsgui.remote.messages import (
    LINE_MAX,
    PROTOCOL,
    UNREADABLE,
    Act,
    Add,
    Change,
    Changes,
    Done,
    HandOver,
    Inspect,
    JobReport,
    ListJobs,
    NewDownload,
    Refused,
    Role,
    Selection,
    Show,
    Welcome,
    line_of,
    reply_decoder,
    request_decoder,
    welcome,
    welcome_decoder,
)
from tests.support.jobs import a_job

SECRET = "s3cret"
SIGN_IN = fix.SignIn(AuthTarget.SERVER, "me", SECRET)
CHANGES = Changes(
    display_name="ä\u202e",
    priority=JobPriority.LOW,
    minimum_retry_delay_s=7.5,
    rate_limit_bps=0,
    auto_complete=False,
    proxy=ProxySettings(ProxyUsage.OVERRIDE, "http://p:1"),
    notify_command=NotifyCommand("/bin/true", ("true", "{state}")),
    custom_headers=(("Cookie", SECRET),),
    sign_ins=(SIGN_IN,),
    checksum=Checksum(HashAlgorithm.MD5, "0" * 32),
)
NEW = NewDownload(
    JobSettings(display_name="a"),
    (JobFile(remote_name="http://h/a", local_name="/a"),),
    (SIGN_IN,),
    (("Cookie", SECRET),),
)
REQUESTS = [
    Show((f"http://me:{SECRET}@h/",), paste=True, hidden=True, activation_token="t"),
    HandOver(),
    ListJobs(history=True),
    Inspect(Selection(("1", "{A"))),
    Act(Verb.RESUME, Selection(all=True), restart=True),
    Change(Selection(("1",)), CHANGES),
    Add((NEW, NEW)),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda r: type(r).__name__)
def test_a_request_arrives_as_it_was_and_shows_no_secret(request_: msgspec.Struct) -> None:
    line = line_of(request_)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert request_decoder.decode(line) == request_
    assert SECRET not in repr(request_)


@pytest.mark.parametrize(
    "reply",
    [JobReport(a_job(), 3, 1.5, BG_E_NOT_FOUND, "why", a_job()), Done(), Refused(BG_E_NOT_FOUND, "none")],
    ids=lambda r: type(r).__name__,
)
def test_a_reply_arrives_as_it_was(reply: msgspec.Struct) -> None:
    arrived = reply_decoder.decode(line_of(reply))
    assert arrived == reply
    if isinstance(arrived, JobReport):
        assert isinstance(arrived.code, HResult)
        assert JobReport(a_job()).code == S_OK


def test_the_first_line_says_who_answers() -> None:
    assert welcome_decoder.decode(line_of(welcome(Role.SERVICE, 7))) == Welcome(PROTOCOL, __version__, Role.SERVICE, 7)


@given(st.binary() | st.text().map(str.encode) | st.recursive(st.none() | st.text(), st.lists).map(msgspec.json.encode))
def test_garbage_is_refused_by_one_kind_of_error(raw: bytes) -> None:
    for decoder in (request_decoder, reply_decoder, welcome_decoder):
        with pytest.raises(UNREADABLE):
            decoder.decode(raw)


@pytest.mark.parametrize("text", ["\ud800", "x" * LINE_MAX])
def test_what_no_line_can_hold_is_refused(text: str) -> None:
    with pytest.raises(BitsError, match=r"UTF-8|too much"):
        line_of(Change(Selection(("1",)), Changes(display_name=text)))
