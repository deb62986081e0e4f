"""One request of a download and its answer: headers for what is asked, facts and bytes of what came.

Knows no files and decides nothing: `range_rules` does.
"""

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from bitsgui.engine.challenges import facts_of_challenges
from bitsgui.engine.client import Answer
from bitsgui.engine.range_rules import Ask, Reply, parse_retry_after, validator_of
from bitsgui.engine.wire_errors import convert_transport
from bitsgui.model.checksum import Checksum, strongest_digest
from bitsgui.model.facts import Facts


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked and, if the end of the part file vouches for the version, the bytes to compare."""

    ask: Ask
    tail: bytes = b""


async def chunks_of(answer: Answer) -> AsyncGenerator[bytes, None]:
    """The body as it arrives; what the wire raises becomes TransferStop."""
    with convert_transport():
        async for chunk in answer.response.aiter_raw():
            yield chunk


async def beginning_of(chunks: AsyncGenerator[bytes, None], count: int) -> bytes:
    """At least `count` bytes of a body, or all of it."""
    gathered = b""
    while len(gathered) < count and (chunk := await anext(chunks, b"")):
        gathered += chunk
    return gathered


def headers_for(request: Request) -> dict[str, str]:
    """Range, and If-Range where a validator may stand in it."""
    ask = request.ask
    if ask.start is None:
        return {}
    headers = {"Range": f"bytes={ask.start}-{'' if ask.end is None else ask.end}"}
    if ask.validator is not None and ask.validator.if_range is not None:
        headers["If-Range"] = ask.validator.if_range
    return headers


def reply_of(answer: Answer) -> Reply:
    """What the answer's status and headers say."""
    return Reply(
        status=answer.status,
        content_range=answer.header("content-range"),
        content_length=_length(answer),
        accept_ranges=answer.header("accept-ranges"),
        content_type=answer.header("content-type") or "",
        validator=validator_of(answer.header("etag"), answer.header("last-modified"), answer.header("date")),
        retry_after_s=parse_retry_after(answer.header("retry-after"), time.time()),
        facts=facts_of(answer),
    )


def facts_of(answer: Answer) -> Facts | None:
    """What a refusal says of itself besides its status; None for any other answer."""
    if answer.status < 400:
        return None
    name = "proxy-authenticate" if answer.status == 407 else "www-authenticate"
    asked = facts_of_challenges(answer.response.headers.get_list(name))
    return replace(asked, content_type=answer.header("content-type") or None)


def checksum_of(answer: Answer) -> Checksum | None:
    """What the server says of the whole file, whichever part of it this answer holds; the strongest that we know."""
    of_body = answer.header("content-digest") if answer.status == 200 else None
    return strongest_digest(answer.header("repr-digest"), answer.header("digest"), of_body)


def _length(answer: Answer) -> int | None:
    text = answer.header("content-length")
    if text is None or answer.header("transfer-encoding") is not None:
        return None
    return int(text) if text.isascii() and text.isdigit() else None
