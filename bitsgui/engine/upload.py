"""Upload of one job's file by the BITS upload protocol ([MC-BUP] section 3.1), from its session's beginning to its end.

It goes on where the stored session stands. Knows no retries and no states of jobs; the reply is fetched by others.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from bitsgui.engine import upload_packets as packets
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.surroundings import Surroundings
from bitsgui.engine.throttle import Throttle
from bitsgui.engine.upload_answers import Outcome, invalid, session_of
from bitsgui.engine.upload_exchange import ACK_WAIT_S, Patience, size_of
from bitsgui.engine.upload_fragments import Fragments
from bitsgui.engine.upload_headers import read_host_id, reply_url
from bitsgui.engine.upload_packets import Ack, PacketType
from bitsgui.engine.upload_session import UploadSession
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.model.file_edits import forgotten
from bitsgui.model.job import JobFile
from bitsgui.model.upload import Upload, UploadPhase
from bitsgui.model.urls import log_url, same_origin

log = logging.getLogger(__name__)

_SENDING: Final = frozenset({UploadPhase.UPLOADING, UploadPhase.SERVER_PROGRAM})
_GONE: Final = frozenset({404, 410})

FetchReply = Callable[[JobFile], Awaitable[JobFile]]
"""Brings the reply into its part file and gives its value then; without a remote name it is empty."""


class Uploader:
    """One attempt at one upload."""

    def __init__(
        self, session: UploadSession, around: Surroundings, throttle: Throttle, fetch_reply: FetchReply
    ) -> None:
        self._session = session
        self._fragments = Fragments(session, around, throttle)
        self._fetch_reply = fetch_reply

    async def run(self) -> None:
        """Go on until the session is closed; raises TransferStop."""
        try:
            await self._resume()
            while not self._session.upload.is_closed:
                await self._step()
        except TransferStop as stop:
            if stop.code == codes.BG_E_LOCAL_FILE_CHANGED:
                await self._session.drop()
            raise
        finally:
            await self._fragments.aclose()

    async def _resume(self) -> None:
        """A session from before: is its source still what it was, does its server answer?"""
        session = self._session
        if session.upload.session_id is None:
            return
        if session.upload.phase in _SENDING:
            await self._fragments.source()
        await session.leave_dead_host()
        await session.ping()

    async def _step(self) -> None:
        upload, reply = self._session.upload, self._session.reply
        if upload.session_id is None:
            await self._create()
        elif upload.phase is UploadPhase.CLOSING:
            await self._close()
        elif upload.phase is not UploadPhase.REPLY or reply is None:
            await self._send_next()
        elif reply.remote_name:
            await self._fetch(reply)
        else:
            await self._ask_again()

    async def _create(self) -> None:
        session = self._session
        source = await self._fragments.source()
        session.report.connecting()
        headers = packets.create_session(Path(session.file.local_name).name)
        outcome, ack = await session.send(PacketType.CREATE_SESSION, headers, Patience(ACK_WAIT_S))
        session_id = session_of(outcome, ack)
        host_id = None if ack.host_id is None else read_host_id(ack.host_id)
        total = source.stamp.size
        # An empty file has no fragments; only its reply needs a packet that says so.
        is_up = total == 0 and session.reply is None
        upload = Upload(
            phase=UploadPhase.CLOSING if is_up else UploadPhase.UPLOADING,
            source=source.stamp,
            session_id=session_id,
            host_id=host_id,
            host_fallback_s=None if host_id is None else ack.host_fallback_s,
            farthest=session.upload.farthest,
            fragment_size=session.upload.fragment_size,
        )
        await session.store(upload, replace(forgotten(session.file), bytes_total=total, transferred=is_up))
        if host_id is not None:
            await session.ping()

    async def _send_next(self) -> None:
        try:
            answer = await self._fragments.send_next()
        except TransferStop as stop:
            if stop.context is ErrorContext.REMOTE_APPLICATION:
                await self._await_program()
            raise
        if answer is not None:
            await self._all_up(*answer)

    async def _all_up(self, outcome: Outcome, ack: Ack) -> None:
        """The server has every byte: what is left is its program's work, its reply, and the end."""
        session, fragments = self._session, self._fragments
        if session.reply is None:
            await session.store(replace(session.upload, phase=UploadPhase.CLOSING))
        elif ack.reply_url is not None:
            await self._learn_reply(session.reply, ack.reply_url)
        elif session.upload.phase is UploadPhase.REPLY:
            raise session.reply_gone()
        elif fragments.probes == 0 or (outcome is Outcome.OUT_OF_STEP and fragments.probes == 1):
            fragments.probes += 1
            await session.store(replace(session.upload, phase=UploadPhase.SERVER_PROGRAM))
        elif outcome is Outcome.OUT_OF_STEP:
            raise invalid("The server has every byte and says nothing of its program.")
        else:
            log.info("%s: no reply was named: it is empty", log_url(session.url))
            await session.store(replace(session.upload, phase=UploadPhase.REPLY))
            await self._fetch(session.reply)

    async def _await_program(self) -> None:
        """The server's program failed: every byte is there, and it may be asked again."""
        session = self._session
        total = session.file.bytes_total or 0
        upload = replace(session.upload, phase=UploadPhase.SERVER_PROGRAM, farthest=total)
        await session.store(upload, replace(session.file, bytes_transferred=total, transferred=True))

    # The reply

    async def _learn_reply(self, reply: JobFile, text: str) -> None:
        session = self._session
        url = reply_url(session.url, text)
        is_ours = url is not None and (same_origin(url, session.home) or same_origin(url, session.url))
        kept = reply if url == reply.remote_name else forgotten(reply)
        reply = replace(kept, remote_name=url if url is not None and is_ours else "")
        # The reply's phase begins even with an address that is refused: what failed is the reply.
        await session.store(replace(session.upload, phase=UploadPhase.REPLY), None, reply)
        if not is_ours:
            raise invalid("The server names an address for the reply that is not its own.")

    async def _fetch(self, reply: JobFile) -> None:
        session = self._session
        try:
            fetched = await self._fetch_reply(reply)
        except TransferStop as stop:
            if stop.http_status not in _GONE or session.gone is not None:
                raise
            session.gone = stop
            await session.store(None, None, replace(forgotten(reply), remote_name=""))
            return
        await session.store(replace(session.upload, phase=UploadPhase.CLOSING), None, fetched)

    async def _ask_again(self) -> None:
        """The reply is gone: the last byte, sent again, has the server's program make another one."""
        try:
            await self._send_next()
        except TransferStop as stop:
            if stop.context is ErrorContext.LOCAL_FILE:
                raise self._session.reply_gone() from stop
            raise
        if self._session.reply is None or not self._session.reply.remote_name:
            raise self._session.reply_gone()

    # The end

    async def _close(self) -> None:
        session = self._session
        was_sent = session.upload.close_sent
        if not was_sent:
            await session.store(replace(session.upload, close_sent=True))
        headers = packets.close_session(session.upload.session_id or "")
        try:
            outcome, _ = await session.send(PacketType.CLOSE_SESSION, headers, Patience(ACK_WAIT_S))
        except TransferStop as stop:
            if stop.http_status is not None:
                await session.store(replace(session.upload, close_sent=False))
            raise
        was_sent = was_sent or session.was_repeated
        # A reply that is here shows that the server was through with the upload.
        if outcome is Outcome.TAKEN or session.reply is not None or (was_sent and await self._is_published()):
            closed = replace(session.upload, phase=UploadPhase.CLOSED, session_id=None)
            await session.store(closed, replace(session.file, completed=True))
        else:
            await session.lost()

    async def _is_published(self) -> bool:
        """An earlier Close-Session went unanswered and the session is gone: is the file in its place?"""
        session = self._session
        status, length = await size_of(session.client, session.url, session.home)
        if status in _GONE:
            return False
        return status != 200 or length is None or length == session.file.bytes_total
