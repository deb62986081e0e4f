"""Which bytes an answer holds: pure rules over status, Content-Range and validators (RFC 9110, design section 4).

A byte counts only after 206 whose Content-Range starts where we asked and whose total is the known total, or
after 200 to a request without Range.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import Enum, auto

from bitsgui.engine.stop import TransferStop
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.facts import Facts
from bitsgui.model.hresult import HResult, from_http_status
from bitsgui.model.job import Validator

_CONTENT_RANGE = re.compile(r"bytes\s+(\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.IGNORECASE | re.ASCII)
_UNSATISFIED = re.compile(r"bytes\s+\*/(\d{1,19})", re.IGNORECASE | re.ASCII)
_SECONDS = re.compile(r"\s*(\d{1,19})\s*", re.ASCII)
_LARGEST_FILE = 2**63 - 1
"""What a file system can hold, bytes."""
_LONGEST_WAIT_S = 1e9


@dataclass(frozen=True, slots=True)
class Ask:
    """What was asked for: remote bytes `start` to `end` inclusive (`start` None = everything, without Range).

    `total`: the remote file's size as known, `validator`: the version that the received bytes belong to.
    """

    start: int | None = None
    end: int | None = None
    total: int | None = None
    validator: Validator | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer says; sizes in bytes, None = not said. `facts`: for whoever has to explain a refusal."""

    status: int
    content_range: str | None = None
    content_length: int | None = None
    accept_ranges: str | None = None
    content_type: str = ""
    validator: Validator = field(default_factory=Validator)
    retry_after_s: float | None = None
    facts: Facts | None = None


class Verdict(Enum):
    """What to do with an answer's body."""

    TAKE = auto()
    """It continues at the asked offset."""
    START_OVER = auto()
    """It is the whole file, in a new version: forget what was received and take it from 0."""
    ASK_AGAIN = auto()
    """The file changed and this body does not help: forget what was received and ask anew."""
    COMPARE_END = auto()
    """Nothing is missing if the end of what we have is the end of the remote file."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what was learnt: length of this body, size of the remote file (None = unknown)."""

    verdict: Verdict
    body_length: int | None = None
    total: int | None = None
    resumable: bool | None = None


def judge(ask: Ask, reply: Reply) -> Judgement:
    """Decide what an answer is worth.

    Raises TransferStop: REMOTE_FILE with the status's code, BG_E_INVALID_SERVER_RESPONSE or
    BG_E_INSUFFICIENT_RANGE_SUPPORT; GENERAL_TRANSPORT for 407.
    """
    if reply.status == 200:
        return _judge_whole(ask, reply)
    if reply.status == 206:
        return _judge_part(ask, reply)
    if reply.status == 412 and ask.start is not None:
        return Judgement(Verdict.ASK_AGAIN)
    if reply.status == 416 and ask.start is not None:
        return _judge_unsatisfied(ask, reply)
    place = ErrorContext.GENERAL_TRANSPORT if reply.status == 407 else ErrorContext.REMOTE_FILE
    raise TransferStop(
        place,
        from_http_status(reply.status),
        retry_after_s=reply.retry_after_s,
        facts=reply.facts,
    )


def has_changed(ask: Ask, reply: Reply, total: int | None) -> bool:
    """Whether size or validators show another version; where neither side says anything, no."""
    if ask.total is not None and total is not None and ask.total != total:
        return True
    known, new = ask.validator, reply.validator
    if known is None:
        return False
    if known.etag is not None and new.etag is not None:
        return known.etag != new.etag
    both_dated = known.last_modified is not None and new.last_modified is not None
    return both_dated and known.last_modified != new.last_modified


def is_vouched_for(ask: Ask, reply: Reply) -> bool:
    """Whether a part shows of which version it is, as far as anything was known of that.

    A server that knows nothing of If-Range sends the part of any version.
    """
    known, new = ask.validator, reply.validator
    if reply.status != 206 or known is None or known.if_range is None:
        return True
    both_tagged = known.etag is not None and new.etag is not None
    return both_tagged or (known.last_modified is not None and new.last_modified is not None)


def validator_of(etag: str | None, last_modified: str | None, date: str | None) -> Validator:
    """The validators of an answer; a date is strong if it is at least 1 s older than the answer (RFC 9110 8.8.2.2)."""
    modified, sent = parse_http_date(last_modified), parse_http_date(date)
    strong = modified is not None and sent is not None and sent - modified >= 1
    return Validator(etag or None, last_modified or None, strong)


def parse_http_date(text: str | None) -> float | None:
    """Seconds since the epoch, or None for no date or one that cannot be read."""
    if not text:
        return None
    try:
        when = parsedate_to_datetime(text)
        # The old asctime form names no zone: every HTTP date is UTC.
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def parse_retry_after(text: str | None, now: float) -> float | None:
    """Seconds to wait by Retry-After (seconds or a date), or None."""
    if not text:
        return None
    seconds = _SECONDS.fullmatch(text)
    if seconds:
        return min(float(seconds[1]), _LONGEST_WAIT_S)
    when = parse_http_date(text)
    return None if when is None else max(0.0, when - now)


def _judge_whole(ask: Ask, reply: Reply) -> Judgement:
    total = reply.content_length
    _check_size(total)
    resumable = _says_resumable(reply) if total is not None else False
    taken = Judgement(Verdict.TAKE, body_length=total, total=total, resumable=resumable)
    if ask.start is None:
        return taken
    if has_changed(ask, reply, total):
        return replace(taken, verdict=Verdict.START_OVER)
    raise _stop(codes.BG_E_INSUFFICIENT_RANGE_SUPPORT, "The server sent the whole file in answer to a range.")


def _judge_part(ask: Ask, reply: Reply) -> Judgement:
    match = _CONTENT_RANGE.fullmatch((reply.content_range or "").strip())
    is_in_pieces = reply.content_type.lower().startswith("multipart/byteranges")
    if ask.start is None or match is None or is_in_pieces:
        raise _stop(codes.BG_E_INVALID_SERVER_RESPONSE, "The server sent a part that nobody asked for.")
    first, last = int(match[1]), int(match[2])
    total = None if match[3] == "*" else int(match[3])
    length = last - first + 1
    if has_changed(ask, reply, total):
        return Judgement(Verdict.ASK_AGAIN, total=total)
    _check_size(max(total or 0, last + 1))
    known_total = total if total is not None else ask.total
    beyond = (ask.end is not None and last > ask.end) or (known_total is not None and last >= known_total)
    if first != ask.start or length < 1 or beyond:
        raise _stop(codes.BG_E_INVALID_SERVER_RESPONSE, f"Asked for byte {ask.start}, got {reply.content_range}.")
    if reply.content_length is not None and reply.content_length != length:
        raise _stop(codes.BG_E_INVALID_SERVER_RESPONSE, "Content-Length and Content-Range disagree.")
    return Judgement(Verdict.TAKE, length, known_total, resumable=known_total is not None)


def _judge_unsatisfied(ask: Ask, reply: Reply) -> Judgement:
    match = _UNSATISFIED.fullmatch((reply.content_range or "").strip())
    total = int(match[1]) if match else None
    if total is not None and total == ask.start:
        return Judgement(Verdict.COMPARE_END, total=total)
    return Judgement(Verdict.ASK_AGAIN, total=total)


def _check_size(total: int | None) -> None:
    if total is not None and total > _LARGEST_FILE:
        raise _stop(codes.BG_E_INVALID_SERVER_RESPONSE, f"No file can have {total} bytes.")


def _says_resumable(reply: Reply) -> bool | None:
    if reply.accept_ranges is None:
        return None
    return "bytes" in reply.accept_ranges.lower()


def _stop(code: HResult, detail: str) -> TransferStop:
    return TransferStop(ErrorContext.REMOTE_FILE, code, detail)
