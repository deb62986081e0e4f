"""A small BITS upload server for the scripted one: it keeps what it is sent and answers some packets as told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bitsgui.engine.upload_headers import PROTOCOL
from bitsgui.engine.upload_packets import Ack, Packet, PacketType, ack_headers, read_packet
from bitsgui.model import codes
from tests.support.behaviours import Behaviour
from tests.support.wire import Exchange

UNKNOWN = Ack(status=500, code=codes.BG_E_SESSION_NOT_FOUND, context=5)


@dataclass
class UploadHost:
    """One destination. `instead`: what answers a type of packet in its place. `patience`: fragments before it stops."""

    reply_url: str | None = None
    patience: int | None = None
    instead: dict[PacketType, Behaviour] = field(default_factory=dict)
    open: dict[str, bytearray] = field(default_factory=dict)
    published: bytes | None = None
    cancelled: list[str] = field(default_factory=list)
    seen: list[PacketType] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, exchange: Exchange) -> None:
        request = exchange.request
        packet = read_packet({name.lower(): value for name, value in request.headers})
        self.seen.append(packet.type)
        if (instead := self.instead.get(packet.type)) is not None:
            await instead(exchange)
            return
        is_late = self.patience is not None and self.seen.count(PacketType.FRAGMENT) > self.patience
        if is_late and packet.type is PacketType.FRAGMENT:
            await self.go.wait()
        answers: dict[PacketType, Callable[[Packet, bytes], Ack]] = {
            PacketType.CREATE_SESSION: self._create,
            PacketType.PING: lambda *_: Ack(status=200),
            PacketType.FRAGMENT: self._fragment,
            PacketType.CLOSE_SESSION: self._close,
            PacketType.CANCEL_SESSION: self._cancel,
        }
        ack = answers[packet.type](packet, request.body)
        headers = [(name, value) for name, value in ack_headers(ack) if name != "Content-Length"]
        await exchange.reply(ack.status, headers)

    def _create(self, packet: Packet, body: bytes) -> Ack:
        session_id = f"{{{len(self.seen):08}-0000-0000-0000-000000000000}}"
        self.open[session_id] = bytearray()
        return Ack(status=200, session_id=session_id, protocol=PROTOCOL)

    def _fragment(self, packet: Packet, body: bytes) -> Ack:
        kept = self.open.get(packet.session_id or "")
        if kept is None or packet.span is None:
            return UNKNOWN
        if packet.span.start > len(kept):
            return Ack(status=416, received=len(kept), code=codes.S_OK, context=5)
        kept += body[len(kept) - packet.span.start :]
        is_whole = len(kept) == packet.span.total
        return Ack(status=200, received=len(kept), reply_url=self.reply_url if is_whole else None)

    def _close(self, packet: Packet, body: bytes) -> Ack:
        kept = self.open.pop(packet.session_id or "", None)
        if kept is None:
            return UNKNOWN
        self.published = bytes(kept)
        return Ack(status=200)

    def _cancel(self, packet: Packet, body: bytes) -> Ack:
        if self.open.pop(packet.session_id or "", None) is None:
            return UNKNOWN
        self.cancelled.append(packet.session_id or "")
        return Ack(status=200)
