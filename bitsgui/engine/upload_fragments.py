"""The fragments of one upload: which bytes come next, how many at once, and what the Acks make of the offset.

Knows nothing of replies and of how a session begins and ends.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from bitsgui.engine import upload_packets as packets
from bitsgui.engine.source_file import FragmentBody, SourceFile
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.surroundings import Surroundings
from bitsgui.engine.throttle import Throttle
from bitsgui.engine.upload_answers import FRAGMENT_MAX, FRAGMENT_MIN, Outcome, invalid, next_size
from bitsgui.engine.upload_exchange import ACK_WAIT_S, PROGRAM_WAIT_S, Patience
from bitsgui.engine.upload_headers import Span
from bitsgui.engine.upload_packets import Ack, PacketType
from bitsgui.engine.upload_session import UploadSession
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.hresult import from_http_status
from bitsgui.model.upload import UploadPhase
from bitsgui.model.urls import origin_of

MAX_SETBACKS: Final = 1
"""Acks in a row without a gain that are followed; the next costs the session, later the attempt."""


class Fragments:
    """What of the file is still to be sent. `probes`: how often the end was sent again to learn what became of it."""

    def __init__(self, session: UploadSession, around: Surroundings, throttle: Throttle) -> None:
        self._session = session
        self._around = around
        self._throttle = throttle
        self._source: SourceFile | None = None
        self._setbacks = 0
        self._has_given_up_session = False
        self.probes = 0

    async def source(self) -> SourceFile:
        """The file, unchanged since the session began; raises TransferStop(LOCAL_FILE, ...)."""
        session = self._session
        if self._source is None:
            self._source = await SourceFile.open(session.file.local_name, self._around.disk)
        stamp = session.upload.source
        if session.upload.session_id is not None and stamp not in (None, self._source.stamp):
            detail = f"The file changed since its upload began: {session.file.local_name}"
            raise TransferStop(ErrorContext.LOCAL_FILE, codes.BG_E_LOCAL_FILE_CHANGED, detail)
        return self._source

    async def aclose(self) -> None:
        """Close the file."""
        if self._source is not None:
            await self._source.aclose()

    async def send_next(self) -> tuple[Outcome, Ack] | None:
        """Send one fragment; the answer if the server has every byte now, else None. Raises TransferStop."""
        session = self._session
        source = await self.source()
        span = self._next_span(source.stamp.size)
        # Before they are sent: no Ack may speak of bytes beyond, not even after a crash.
        await session.store(replace(session.upload, sent=max(session.upload.sent, span.end)))
        started = asyncio.get_running_loop().time()
        outcome, ack = await self._send(source, span)
        if outcome is Outcome.SESSION_LOST:
            await session.lost()
        elif outcome is Outcome.TOO_BIG:
            self._shrink(span)
        else:
            if outcome is Outcome.TAKEN and span.end < span.total:
                self._adapt(span, asyncio.get_running_loop().time() - started)
            if await self._take(span, outcome, ack):
                return outcome, ack
        return None

    async def _send(self, source: SourceFile, span: Span) -> tuple[Outcome, Ack]:
        session = self._session
        is_last = span.end == span.total
        patience = Patience(PROGRAM_WAIT_S if is_last and session.reply is not None else ACK_WAIT_S)
        body = FragmentBody(source, span, self._throttle, lambda end: self._sent(span, end, patience))
        name = Path(session.file.local_name).name if span.start == 0 else None
        headers = packets.fragment(session.upload.session_id or "", span, name)
        return await session.send(
            PacketType.FRAGMENT, headers, patience, body if span.length else None, is_last=is_last
        )

    def _next_span(self, total: int) -> Span:
        offset = self._session.file.bytes_transferred
        size = min(self._session.upload.fragment_size, self._ceiling)
        if offset < total or total == 0:
            return Span(offset, min(offset + size, total), total)
        # Every byte is there: the last one, sent again, brings the Ack that says what became of them.
        return Span(max(0, total - (1 if self.probes < 2 else size)), total, total)

    def _sent(self, span: Span, end: int, patience: Patience) -> None:
        session = self._session
        patience.sent(is_all=end == span.end)
        session.report.transferring()
        is_up = end == span.total and session.reply is not None and session.upload.phase is UploadPhase.UPLOADING
        upload = replace(session.upload, phase=UploadPhase.SERVER_PROGRAM) if is_up else session.upload
        shown = max(end, session.file.bytes_transferred)
        session.report.sending(upload, replace(session.file, bytes_transferred=shown))

    def _adapt(self, span: Span, elapsed_s: float) -> None:
        session = self._session
        session.upload = replace(session.upload, fragment_size=next_size(span.length, elapsed_s, self._ceiling))

    @property
    def _ceiling(self) -> int:
        return self._around.fragment_ceilings.get(origin_of(self._session.url), FRAGMENT_MAX)

    def _shrink(self, span: Span) -> None:
        """413: half as much from the same offset; the host is known for it from now on."""
        if span.length <= FRAGMENT_MIN:
            raise TransferStop(ErrorContext.REMOTE_FILE, from_http_status(413))
        size = max(FRAGMENT_MIN, span.length // 2)
        self._around.fragment_ceilings[origin_of(self._session.url)] = size
        self._session.upload = replace(self._session.upload, fragment_size=size)

    async def _take(self, span: Span, outcome: Outcome, ack: Ack) -> bool:
        """Go on where the Ack says, backwards or forwards, but never beyond what was sent; whether that is the end."""
        session, received = self._session, ack.received
        if received is None and outcome is Outcome.TAKEN:
            raise invalid("The server does not say how much it has received.")
        if received is not None and received > min(session.upload.sent, span.total):
            raise invalid("The server acknowledges more bytes than were sent to it.")
        if received is None or self._is_stuck(span, received):
            await self._give_up_session()
            return False
        farthest = max(session.upload.farthest, received)
        session.upload = replace(session.upload, farthest=farthest)
        session.file = replace(session.file, bytes_transferred=received, transferred=received == span.total)
        return received == span.total

    def _is_stuck(self, span: Span, received: int) -> bool:
        if received > self._session.upload.farthest:
            self._setbacks = self._session.losses = 0
        elif received <= span.start < span.total:
            self._setbacks += 1
        return self._setbacks > MAX_SETBACKS

    async def _give_up_session(self) -> None:
        """The server's offsets lead nowhere: another session, once."""
        if self._session.upload.phase is UploadPhase.REPLY:
            raise self._session.reply_gone()
        if self._has_given_up_session:
            raise invalid("The server does not go on with the upload.")
        self._has_given_up_session, self._setbacks = True, 0
        await self._session.drop()
