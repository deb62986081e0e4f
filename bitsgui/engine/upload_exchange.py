"""One packet of an upload and its Ack: where it goes, who may see the secrets, how long to wait. Keeps no state."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bitsgui.engine.client import Answer, JobClient, Outgoing
from bitsgui.engine.exchange import facts_of
from bitsgui.engine.range_rules import parse_retry_after
from bitsgui.engine.source_file import FragmentBody
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.upload_answers import Outcome, invalid, judge
from bitsgui.engine.upload_packets import METHOD, Ack, BadAckError, PacketType, read_ack
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.urls import are_kin, log_url

log = logging.getLogger(__name__)

SEND_WAIT_S: Final = 120.0
"""Longest pause between two pieces of a request ([MC-BUP] section 3.1.2.1)."""
ACK_WAIT_S: Final = 300.0
PROGRAM_WAIT_S: Final = 390.0
"""For an Ack, and for one that the server's program comes before: it may take 5 minutes itself (3.1.2.2)."""


class Patience:
    """How long one exchange may take from here: short while bytes are still to be sent, long for the Ack."""

    def __init__(self, ack_wait_s: float) -> None:
        self._ack_wait_s = ack_wait_s
        self._timeout: asyncio.Timeout | None = None

    def limit(self) -> asyncio.Timeout:
        """The time limit to send under."""
        self._timeout = asyncio.timeout(self._ack_wait_s)
        return self._timeout

    def sent(self, *, is_all: bool) -> None:
        """A piece went out."""
        if self._timeout is not None:
            wait = self._ack_wait_s if is_all else SEND_WAIT_S
            self._timeout.reschedule(asyncio.get_running_loop().time() + wait)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A packet with its address. `home`: the job's own address, whose sign-in may go along where hosts are kin."""

    type: PacketType
    headers: Mapping[str, str]
    url: str
    home: str
    body: FragmentBody | None = None
    is_last: bool = False


async def exchange(client: JobClient, parcel: Parcel, patience: Patience) -> tuple[Outcome, Ack]:
    """Send a packet and judge its answer; raises TransferStop."""
    at_home = are_kin(parcel.url, parcel.home)
    outgoing = Outgoing(METHOD, parcel.url, parcel.headers, at_home, parcel.body, silence_s=None)
    try:
        async with patience.limit():
            answer = await client.send_packet(outgoing)
            ack = await _ack_of(answer)
    except TimeoutError as error:
        detail = "The server did not answer in time."
        raise TransferStop(ErrorContext.GENERAL_TRANSPORT, codes.ERROR_WINHTTP_TIMEOUT, detail) from error
    log.debug("%s %s: %d, next %s", parcel.type, log_url(parcel.url), answer.status, ack and ack.received)
    retry_after_s = parse_retry_after(answer.header("retry-after"), time.time())
    outcome = judge(
        parcel.type,
        answer.status,
        ack,
        is_last=parcel.is_last,
        retry_after_s=retry_after_s,
        facts=facts_of(answer),
    )
    if outcome is not Outcome.SESSION_LOST and ack is not None:
        _check_session(parcel.headers.get("BITS-Session-Id"), ack.session_id)
    return outcome, ack or Ack(status=answer.status)


async def size_of(client: JobClient, url: str, home: str) -> tuple[int, int | None]:
    """Status and length (bytes, None = not told) that the server gives for what is published at `url`."""
    answer = await client.send_packet(Outgoing("HEAD", url, {}, are_kin(url, home)))
    await answer.aclose()
    length = answer.header("content-length") or ""
    return answer.status, int(length) if length.isascii() and length.isdigit() else None


def _check_session(asked: str | None, answered: str | None) -> None:
    if asked is not None and answered is not None and asked.lower() != answered.lower():
        raise invalid("The server answers for another session.")


async def _ack_of(answer: Answer) -> Ack | None:
    try:
        return read_ack(answer.status, answer.response.headers)
    except BadAckError as error:
        raise invalid(str(error)) from error
    finally:
        await answer.aclose()
