"""What a path may do besides serving a file: a behaviour is `async (Exchange) -> None`."""

import base64
import re
from collections.abc import Awaitable, Callable
from hashlib import md5, sha256

from tests.support.wire import Exchange, Request

Behaviour = Callable[[Exchange], Awaitable[None]]

_DIGEST_PART = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_HASHES = {"MD5": md5, "SHA-256": sha256}
_LOG_IN_PAGE = b"<!DOCTYPE html><title>Please sign in</title><form>Your session has ended.</form>"


def status(code: int, *, retry_after: int | str | None = None, body: bytes = b"refused") -> Behaviour:
    """A bare status."""

    async def behave(exchange: Exchange) -> None:
        await exchange.reply(code, [] if retry_after is None else [("Retry-After", str(retry_after))], body)

    return behave


def redirect(to: str, code: int = 302, *, set_cookie: str | None = None) -> Behaviour:
    """A redirect, by choice with a cookie."""
    cookie = [] if set_cookie is None else [("Set-Cookie", f"{set_cookie}; Path=/")]

    async def behave(exchange: Exchange) -> None:
        await exchange.reply(code, [("Location", to), *cookie])

    return behave


def html_page(exchange: Exchange) -> Awaitable[None]:
    """A log-in page with status 200 in place of the file."""
    return exchange.reply(200, [("Content-Type", "text/html; charset=utf-8")], _LOG_IN_PAGE)


async def garbage(exchange: Exchange) -> None:
    """No HTTP at all."""
    await exchange.send(b"\x15\x03\x01 this is not HTTP\r\n\r\n")
    exchange.hang_up()


async def hang_up(exchange: Exchange) -> None:
    """Close before any header."""
    exchange.hang_up()


async def reset(exchange: Exchange) -> None:
    """RST before any header."""
    exchange.reset()


def raw(data: bytes) -> Behaviour:
    """These bytes, then the end of the connection."""

    async def behave(exchange: Exchange) -> None:
        await exchange.send(data)
        exchange.hang_up()

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour a request; the last one stays: `in_turn(status(503), status(503), resource)`."""
    coming = list(behaviours)

    async def behave(exchange: Exchange) -> None:
        await (coming.pop(0) if len(coming) > 1 else coming[0])(exchange)

    return behave


def needs_cookie(cookie: str, inner: Behaviour) -> Behaviour:
    """403 unless the request carries `name=value`."""

    async def behave(exchange: Exchange) -> None:
        await (inner if cookie in exchange.request.cookies else status(403))(exchange)

    return behave


def needs_basic(user: str, password: str, inner: Behaviour) -> Behaviour:
    """Basic sign-in, checked (RFC 7617)."""
    right = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    async def behave(exchange: Exchange) -> None:
        if exchange.request.header("Authorization") == right:
            await inner(exchange)
        else:
            await exchange.reply(401, [("WWW-Authenticate", 'Basic realm="scripted", charset="UTF-8"')])

    return behave


def needs_digest(user: str, password: str, inner: Behaviour, *, algorithm: str = "MD5") -> Behaviour:
    """Digest sign-in with qop=auth, checked down to the nonce count (RFC 7616)."""
    nonce, highest_count = "bm9uY2U0dGVzdHM", 0

    async def behave(exchange: Exchange) -> None:
        nonlocal highest_count
        count = digest_count(exchange.request, user, password, nonce, algorithm)
        if count is not None and count > highest_count:
            highest_count = count
            await inner(exchange)
            return
        challenge = f'Digest realm="scripted", nonce="{nonce}", qop="auth", algorithm={algorithm}'
        await exchange.reply(401, [("WWW-Authenticate", challenge)])

    return behave


def digest_count(request: Request, user: str, password: str, nonce: str, algorithm: str) -> int | None:
    """The nonce count of a right Digest answer to `nonce`, or None if it is wrong or missing."""
    value = request.header("Authorization") or ""
    given = {key: quoted or bare for key, quoted, bare in _DIGEST_PART.findall(value)}
    if not value.startswith("Digest ") or given.get("nonce") != nonce or given.get("qop") != "auth":
        return None

    def hashed(*parts: str) -> str:
        return _HASHES[algorithm](":".join(parts).encode()).hexdigest()

    secret = hashed(user, given.get("realm", ""), password)
    asked = hashed(request.method, request.target)
    right = hashed(secret, nonce, given.get("nc", ""), given.get("cnonce", ""), "auth", asked)
    named = (given.get("username"), given.get("realm"), given.get("uri"), given.get("response"))
    return int(given["nc"], 16) if named == (user, "scripted", request.target, right) else None
