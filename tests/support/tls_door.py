"""A TLS door before a plain server, that says what it wants: asyncio's own hang up without a word.

One thread a connection, one request after the other; for GET only.
"""

import socket
import ssl
import threading
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Self

_ENDED = (OSError, EOFError)


class TlsDoor:
    """On 127.0.0.1 before `server_port`; who is not let in gets OpenSSL's alert."""

    def __init__(self, context: ssl.SSLContext, server_port: int) -> None:
        self._context = context
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, name="tls door")]
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def url(self, path: str) -> str:
        """A path of the server, through the door."""
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}{path}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                self._threads.append(threading.Thread(target=self._serve, args=(connection,), name="tls door"))
                self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(*_ENDED):
            secure = self._context.wrap_socket(connection.dup(), server_side=True, do_handshake_on_connect=False)
            try:
                secure.do_handshake()
            except ssl.SSLError:
                _leave_the_alert(secure)
                return
            with secure, secure.makefile("rb") as asked:
                while head := _head(asked):
                    secure.sendall(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self._server_port)) as server, server.makefile("rb") as said:
            server.sendall(head)
            answer = _head(said)
            lines = answer.decode("latin-1").lower().split("\r\n")
            length = next((int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), 0)
            return answer + said.read(length)


def _head(stream: BinaryIO) -> bytes:
    lines = []
    while (line := stream.readline()) not in (b"", b"\r\n"):
        lines.append(line)
    return b"".join([*lines, b"\r\n"]) if lines else b""


def _leave_the_alert(secure: ssl.SSLSocket) -> None:
    """Close only when the other side has: a close now would take the alert back with a reset."""
    with socket.socket(fileno=secure.detach()) as plain:
        plain.shutdown(socket.SHUT_WR)
        while plain.recv(65_536):
            pass
