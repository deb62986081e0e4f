"""BITS_POST: the check order of the protocol, and what each packet does ([MC-BUP] section 3.2.5)."""

import asyncio

from bitsgui.engine.upload_headers import PROTOCOL, Span
from bitsgui.engine.upload_packets import Ack, Packet, PacketError, PacketType, read_packet
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext
from bitsgui.server import refusals
from bitsgui.server.delivery import deliver, reply_url
from bitsgui.server.events import Happening, Report, ServerEvent
from bitsgui.server.paths import Names, PathError, Problem, names_of, place
from bitsgui.server.publish import publish
from bitsgui.server.receiving import append_body
from bitsgui.server.refusals import Refusal
from bitsgui.server.request import BrokenOffError, ClientGoneError, Request
from bitsgui.server.sessions import Session, SessionStore
from bitsgui.server.settings import ServerSettings


class BitsApp:
    """Answers packets; `report` is told what has arrived."""

    def __init__(self, settings: ServerSettings, store: SessionStore, report: Report) -> None:
        self._settings = settings
        self._store = store
        self._report = report
        self._creating = asyncio.Lock()

    async def answer(self, request: Request) -> Ack:
        """The Ack of one request, its body read as far as it is wanted; raises ClientGoneError."""
        session_id = None
        try:
            packet = self._packet(request)
            names = names_of(request.raw_path)
            await self._check_place(names)
            if packet.type is PacketType.PING:
                return Ack(status=200)
            if packet.type is PacketType.CREATE_SESSION:
                return await self._create(request, names)
            session = self._find(request, names, packet)
            session_id = session.state.id
            return await self._serve(packet, session, request, names)
        except PacketError as error:
            refusal = refusals.of_packet(error)
            session_id = self._named(request)
        except PathError as error:
            refusal = refusals.of_path(error)
        except OSError as error:
            refusal = refusals.of_disk(error)
        except Refusal as error:
            refusal = error
        return refusal.ack(None if refusal.code == codes.BG_E_SESSION_NOT_FOUND else session_id)

    def _packet(self, request: Request) -> Packet:
        if request.version != "1.1":
            raise Refusal(505, codes.E_INVALIDARG)
        packet = read_packet(request.headers)
        if not self._settings.uploads:
            raise Refusal(501, codes.E_ACCESSDENIED)
        return packet

    async def _check_place(self, names: Names) -> None:
        try:
            await asyncio.to_thread(self._exists, names)
        except PathError as error:
            if error.problem is not Problem.MISSING:
                raise

    def _exists(self, names: Names) -> bool:
        with place(self._settings.folder, names) as target:
            return target.check() is not None

    def _may_publish(self, names: Names) -> bool:
        with place(self._settings.folder, names) as target:
            return target.is_folder_writable() and (self._settings.overwrite or target.check() is None)

    def _find(self, request: Request, names: Names, packet: Packet) -> Session:
        assert packet.session_id is not None
        session = self._store.find(packet.session_id, _address(request, names), request.user)
        if session is None:
            raise refusals.session_lost()
        return session

    def _named(self, request: Request) -> str | None:
        """The id that a packet with another fault names, if it is one of this user's sessions."""
        try:
            address = _address(request, names_of(request.raw_path))
        except PathError:
            return None
        session = self._store.find(request.headers.get("bits-session-id", ""), address, request.user)
        return None if session is None else session.state.id

    async def _create(self, request: Request, names: Names) -> Ack:
        if not await asyncio.to_thread(self._may_publish, names):
            raise Refusal(403, codes.E_ACCESSDENIED)
        # One after another: all of those that ask at once would else find the same room.
        async with self._creating:
            if self._store.count_of(request.user, request.client) >= self._settings.sessions_per_client:
                raise refusals.unavailable()
            address = _address(request, names)
            session = await asyncio.to_thread(self._store.create, address, request.user, request.client)
        return Ack(status=200, protocol=PROTOCOL, session_id=session.state.id)

    async def _serve(self, packet: Packet, session: Session, request: Request, names: Names) -> Ack:
        session.take_over(request)
        if packet.type is PacketType.CANCEL_SESSION and session.work is not None:
            session.work.cancel()
        async with session.lock:
            if session.is_over:
                raise refusals.session_lost()
            if request.is_broken_off:
                raise refusals.unavailable() if packet.span is None else refusals.out_of_step(session.received)
            try:
                return await self._in_session(packet, session, request, names)
            except FileNotFoundError:
                if await asyncio.to_thread(session.data.exists):
                    raise
                # Somebody has deleted what was received: the client can begin again.
                await asyncio.to_thread(self._store.remove, session)
                raise refusals.session_lost() from None

    async def _in_session(self, packet: Packet, session: Session, request: Request, names: Names) -> Ack:
        if packet.span is not None:
            return await self._fragment(packet.span, session, request)
        if packet.type is PacketType.CLOSE_SESSION:
            await self._close(session, request, names)
        await asyncio.to_thread(self._store.remove, session)
        return Ack(status=200, session_id=session.state.id)

    async def _fragment(self, span: Span, session: Session, request: Request) -> Ack:
        await self._check_fragment(span, session)
        try:
            if span.end > session.received:
                await self._receive(span, session, request)
            else:
                await request.discard()
        except BrokenOffError:
            raise refusals.out_of_step(session.received) from None
        if session.is_complete:
            await self._deliver(session, request)
        return Ack(
            status=200,
            session_id=session.state.id,
            received=session.received,
            reply_url=reply_url(session, request),
        )

    async def _check_fragment(self, span: Span, session: Session) -> None:
        received = session.received
        if session.state.total not in (None, span.total):
            raise refusals.invalid()
        if self._settings.max_size is not None and span.total > self._settings.max_size:
            raise Refusal(500, codes.BG_E_TOO_LARGE, received)
        if self._settings.max_fragment is not None and span.length > self._settings.max_fragment:
            raise Refusal(413, None, received)
        if span.start > received:
            raise refusals.out_of_step(received)
        if session.state.total is None:
            await asyncio.to_thread(lambda: session.keep(total=span.total))

    async def _receive(self, span: Span, session: Session, request: Request) -> None:
        try:
            await append_body(request, session.data, skip=session.received - span.start)
            session.received = span.end
        except (OSError, ClientGoneError, BrokenOffError):
            session.received = await asyncio.to_thread(lambda: session.data.stat().st_size)
            raise

    async def _deliver(self, session: Session, request: Request) -> None:
        try:
            await deliver(session, request, self._settings)
        except Refusal as refusal:
            if refusal.context is ErrorContext.REMOTE_APPLICATION:
                self._tell(Happening.PROGRAM_FAILED, session, request, refusal.status)
            raise

    async def _close(self, session: Session, request: Request, names: Names) -> None:
        has_run = self._settings.program is None or session.state.notified
        is_empty = session.state.total is None and session.received == 0
        if not (is_empty or (session.is_complete and has_run)):
            raise refusals.invalid()
        if session.state.publishes:
            await asyncio.to_thread(self._publish, session, names)
        self._tell(Happening.RECEIVED, session, request)

    def _publish(self, session: Session, names: Names) -> None:
        with place(self._settings.folder, names) as target:
            publish(session.data, target, overwrite=self._settings.overwrite)

    def _tell(self, happening: Happening, session: Session, request: Request, status: int = 200) -> None:
        event = ServerEvent(
            happening=happening,
            path=session.state.address,
            size=session.received,
            client=request.client,
            user=request.user,
            status=status,
        )
        self._report(event)


def _address(request: Request, names: Names) -> str:
    """What a session belongs to; the host may change in a farm."""
    query = f"?{request.query}" if request.query else ""
    return f"/{'/'.join(names)}{query}"
