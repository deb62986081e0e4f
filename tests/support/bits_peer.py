"""An upload server of other people's making, in memory: what the client must get along with, and a log of packets.

    peer = BitsPeer(server, "/inbox/a.bin")
    peer.answers[("Fragment", 2)] = ack(503)      # the second Fragment only
    ... peer.published["/inbox/a.bin"] ... peer.log() ... peer.packets

It shares no code with bitsgui: packets are read and Acks written here, by the protocol's document.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.support.scripted_server import Behaviour, Exchange, Request, Resource, ScriptedServer

PROTOCOL = "{7df0354d-249b-430f-820d-3d2a9bef4931}"
LOST = 0x8020001F
Pairs = Sequence[tuple[str, str]]


def ack(status: int = 200, *headers: tuple[str, str], code: int | None = None, context: int = 5) -> Behaviour:
    """A fixed Ack."""

    async def behave(exchange: Exchange) -> None:
        await exchange.reply(status, [("BITS-Packet-Type", "Ack"), *headers, *_error(code, context)])

    return behave


def _span(request: Request) -> str:
    return (request.header("Content-Range") or "").removeprefix("bytes ")


def _error(code: int | None, context: int) -> Pairs:
    return [] if code is None else [("BITS-Error-Code", f"0x{code:X}"), ("BITS-Error-Context", f"0x{context:X}")]


@dataclass
class Session:
    """One upload as the peer holds it."""

    path: str
    data: bytearray = field(default_factory=bytearray)
    total: int | None = None
    is_notified: bool = False


Program = Callable[[bytes], "bytes | Behaviour"]


class BitsPeer:
    """Serves one path of a ScriptedServer. `is_strict`: overlap is answered 416; `program`: what upload-reply runs."""

    def __init__(self, server: ScriptedServer, path: str, *, program: Program | None = None) -> None:
        self.server = server
        self.path = path
        self.program = program
        self.is_strict = False
        self.create_headers: Pairs = ()
        self.reply_url = "BITS-Sessions\\Replies\\{session}\\r.bin"
        self.answers: dict[tuple[str, int], Behaviour] = {}
        self.before: dict[tuple[str, int], Callable[[], None]] = {}
        self.sessions: dict[str, Session] = {}
        self.published: dict[str, bytes] = {}
        self.programs_run = 0
        server.files[path] = self

    @property
    def packets(self) -> list[Request]:
        """Every packet received, whole ones only."""
        return [r for r in self.server.requests_for(self.path) if r.method == "BITS_POST"]

    def log(self) -> list[str]:
        """The packets in words: "Create-Session", "Fragment 0-99/1000", ..."""
        return [f"{r.header('BITS-Packet-Type')} {_span(r)}".strip() for r in self.packets]

    async def __call__(self, exchange: Exchange) -> None:
        """Answer one request for the path."""
        request = exchange.request
        if request.method != "BITS_POST":
            await self._plain(exchange)
            return
        kind = request.header("BITS-Packet-Type") or ""
        number = sum(1 for r in self.packets if r.header("BITS-Packet-Type") == kind)
        self.before.get((kind, number), lambda: None)()
        answer = self.answers.get((kind, number), self.answers.get((kind, 0)))
        await (answer(exchange) if answer else self.handle(exchange))

    async def handle(self, exchange: Exchange) -> None:
        """What a right server does."""
        kind = exchange.request.header("BITS-Packet-Type")
        if kind == "Create-Session":
            session_id = f"{{SESSION-{len(self.sessions) + 1}}}"
            self.sessions[session_id] = Session(self.path)
            headers = [("BITS-Protocol", PROTOCOL), ("BITS-Session-Id", session_id), *self.create_headers]
            await ack(200, *headers)(exchange)
        elif kind == "Ping":
            await ack()(exchange)
        else:
            session = self.sessions.get(exchange.request.header("BITS-Session-Id") or "")
            await (ack(500, code=LOST) if session is None else self._in_session(session))(exchange)

    def forget(self) -> None:
        """Lose every session."""
        self.sessions.clear()

    def _in_session(self, session: Session) -> Behaviour:
        async def behave(exchange: Exchange) -> None:
            kind = exchange.request.header("BITS-Packet-Type")
            if kind == "Fragment":
                await self._fragment(session, exchange)
                return
            if kind == "Close-Session":
                self.published[self.path] = bytes(session.data)
            self.sessions = {key: s for key, s in self.sessions.items() if s is not session}
            await ack()(exchange)

        return behave

    async def _fragment(self, session: Session, exchange: Exchange) -> None:
        span, _, total = _span(exchange.request).partition("/")
        first = 0 if span == "*" else int(span.partition("-")[0])
        expected = len(session.data)
        if first > expected or (self.is_strict and first != expected and expected != int(total)):
            await ack(416, ("BITS-Received-Content-Range", str(expected)), code=0)(exchange)
            return
        session.data += exchange.request.body[expected - first :]
        received = ("BITS-Received-Content-Range", str(len(session.data)))
        if len(session.data) < int(total) or self.program is None:
            await ack(200, received)(exchange)
            return
        if not session.is_notified:
            self.programs_run += 1
            result = self.program(bytes(session.data))
            if not isinstance(result, bytes):
                await result(exchange)
                return
            session.is_notified = True
            key = self._key(session)
            self.server.files[self.reply_path(key)] = Resource(content=result, etag=f'"{key}"')
        url = self.reply_url.replace("{session}", self._key(session))
        await ack(200, received, ("BITS-Reply-URL", url))(exchange)

    def _key(self, session: Session) -> str:
        return next(key for key, other in self.sessions.items() if other is session)

    def reply_path(self, key: str) -> str:
        """Where the reply of a session is served, as a client asks for it."""
        folder = self.path.rpartition("/")[0]
        name = key.replace("{", "%7B").replace("}", "%7D")
        return f"{folder}/BITS-Sessions/Replies/{name}/r.bin"

    async def _plain(self, exchange: Exchange) -> None:
        content = self.published.get(self.path)
        if content is None:
            await exchange.reply(404)
        else:
            await exchange.send_head(200, [("Content-Length", str(len(content)))])
