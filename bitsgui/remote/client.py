"""The side that connects: finds who has a state folder's queue and asks it; knows no window and no words for people."""

from collections.abc import AsyncIterator
from pathlib import Path

from bitsgui.model.hresult import BitsError
from bitsgui.remote.address import addresses, check_private
from bitsgui.remote.messages import (
    HELLO,
    PROTOCOL,
    UNREADABLE,
    JobReport,
    Refused,
    Request,
    Role,
    Welcome,
    reply_decoder,
    welcome_decoder,
)
from bitsgui.remote.wire import Line, LineError, connect


class UnansweredError(Exception):
    """Somebody listens and does not answer as bitsgui does."""


class Channel:
    """A connection to the process that has the queue; one request at a time."""

    def __init__(self, line: Line, welcome: Welcome) -> None:
        self._line = line
        self._welcome = welcome

    @classmethod
    async def open(cls, state_dir: Path) -> "Channel | None":
        """None if nobody listens for this state folder.

        Raises UnansweredError, and PermissionError where the place to listen at is not this user's.
        """
        for place in addresses(state_dir):
            try:
                check_private(place.parent)
                line = await connect(place)
            except FileNotFoundError:
                continue
            except PermissionError:
                if place.is_relative_to(state_dir):
                    raise
                continue  # somebody else has made that folder among the temporary ones: nobody of ours is there
            except LineError:
                raise UnansweredError("The running bitsgui does not answer.") from None
            if line is not None:
                return cls(line, await _greeted(line))
        return None

    @property
    def role(self) -> Role:
        """What is at the other end."""
        return self._welcome.role

    @property
    def pid(self) -> int:
        """The process at the other end."""
        return self._welcome.pid

    async def ask(self, request: Request) -> AsyncIterator[JobReport]:
        """What is told of each job, as it comes; raises BitsError if it is refused as a whole, UnansweredError."""
        try:
            await self._line.write(request)
            # A verb takes as long as it takes: a Complete may copy files.
            while isinstance(reply := reply_decoder.decode(await self._line.read(None)), JobReport):
                yield reply
        except (LineError, *UNREADABLE):
            raise UnansweredError("The running bitsgui ended before it had answered.") from None
        if isinstance(reply, Refused):
            raise BitsError(reply.code, reply.detail)

    async def tell(self, request: Request) -> None:
        """Ask what has no jobs to tell of."""
        async for _ in self.ask(request):
            pass

    async def aclose(self) -> None:
        """Hang up."""
        await self._line.aclose()


async def _greeted(line: Line) -> Welcome:
    try:
        if not line.is_own:
            raise UnansweredError("What answers in place of bitsgui runs as somebody else.")
        await line.write(HELLO)
        answer: Welcome | Refused = welcome_decoder.decode(await line.read())
        if isinstance(answer, Refused):
            raise UnansweredError(answer.detail)
        if answer.protocol != PROTOCOL:
            raise UnansweredError(f"The running bitsgui is another version, {answer.version}: end it first.")
    except (LineError, *UNREADABLE) as error:
        await line.aclose()
        raise UnansweredError("The running bitsgui does not answer.") from error
    except UnansweredError:
        await line.aclose()
        raise
    return answer
