"""What happens once a session has every byte: its program is asked, once at a time, and the answer kept."""

import asyncio
import logging
import secrets
from pathlib import Path
from typing import Final

from bitsgui.server import refusals
from bitsgui.server.programs import Answer, Notice, ProgramError, ask
from bitsgui.server.publish import sync
from bitsgui.server.request import Request
from bitsgui.server.sessions import Session
from bitsgui.server.settings import ServerSettings

REPLIES: Final = "/.bits-replies/"
"""Where replies are found; no file can be there, for hidden names are not served."""

log = logging.getLogger(__name__)


async def deliver(session: Session, request: Request, settings: ServerSettings) -> None:
    """Make the complete file durable and have the program take it, unless it has; raises Refusal with its failure.

    The caller holds the session's lock. The program works on when the client hangs up; only a cancelled session
    or the server's end stops it.
    """
    await asyncio.to_thread(sync, session.data)
    if settings.program is None or session.state.notified:
        return
    if session.state.refused:
        raise refusals.of_program(ProgramError(403), session.received)
    # A name of its own: a program that outlived an earlier server may still be writing to its own.
    draft = session.reply.with_name(f"reply-{secrets.token_hex(8)}")
    notice = Notice(
        url=request.url,
        data=session.data.absolute(),
        reply=draft.absolute(),
        size=session.received,
        user=session.state.user,
    )
    session.work = asyncio.ensure_future(ask(settings.program, notice, settings.program_limit_s))
    await asyncio.wait([session.work])
    try:
        await _settle(session, session.work, draft)
    finally:
        await asyncio.to_thread(draft.unlink, missing_ok=True)


async def _settle(session: Session, work: "asyncio.Task[Answer]", draft: Path) -> None:
    session.work = None
    if work.cancelled():
        raise refusals.unavailable()
    if (failure := work.exception()) is not None:
        if not isinstance(failure, ProgramError):
            log.error("the program failed", exc_info=failure)
            failure = ProgramError(500)
        if failure.status == 403:
            await asyncio.to_thread(lambda: session.keep(durable=True, refused=True))
        raise refusals.of_program(failure, session.received) from failure
    answer = work.result()
    has_reply = answer.static_url is None and await asyncio.to_thread(draft.is_file)
    if has_reply:
        await asyncio.to_thread(draft.replace, session.reply)
    outcome = {
        "notified": True,
        "publishes": answer.publishes,
        "static_url": answer.static_url,
        "reply_token": secrets.token_urlsafe(24) if has_reply else None,
    }
    await asyncio.to_thread(lambda: session.keep(durable=True, **outcome))


def reply_url(session: Session, request: Request) -> str | None:
    """Where the client finds the reply: absolute, at the host it talks to; None without one."""
    if session.state.reply_token is None:
        return session.state.static_url
    return f"{request.origin}{REPLIES}{session.state.reply_token}"
