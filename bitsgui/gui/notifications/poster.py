"""Posts notices one after another by the first way that takes them; never in anybody's way. Knows no job."""

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from PySide6.QtCore import QObject, Signal

from bitsgui.gui.notifications.notice import Action, Heard, Notice, Way
from bitsgui.gui.tasks import Tasks

_LOG = logging.getLogger(__name__)

_FAREWELL_S: Final = 1.0


def _system_way(heard: Heard) -> Way:
    """This system's own notifications; imported when the first one is due, since that costs a start nothing."""
    if sys.platform.startswith("linux"):
        from bitsgui.gui.notifications.freedesktop import FreedesktopWay

        return FreedesktopWay(heard)
    from bitsgui.gui.notifications.native import NativeWay

    return NativeWay(heard)


class Poster(QObject):
    """Signals, with the key of the notice: `acted` and an Action, `closed` by the person or by time.

    Where no way takes a notice it is dropped: the window's banner and rows tell the same.
    """

    acted = Signal(str, object)
    closed = Signal(str)

    def __init__(
        self,
        tasks: Tasks,
        fallback: Callable[[Heard], Way],
        system_way: Callable[[Heard], Way] = _system_way,
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._system_way = system_way
        self._heard = Heard(self._on_acted, self._on_closed)
        self._fallback = fallback(self._heard)
        self._ways: list[Way] = []
        self._due: dict[str, Notice | None] = {}
        self._shown_by: dict[str, Way] = {}
        self._is_working = False

    def post(self, notice: Notice) -> None:
        """Show it, in place of one with the same key."""
        self._put(notice.key, notice)

    def withdraw(self, key: str) -> None:
        """Take it back, if it is there."""
        if key in self._shown_by or key in self._due:
            self._put(key, None)

    async def aclose(self) -> None:
        """Take back what is shown: once the program is gone nobody answers its buttons."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                for key, way in self._shown_by.items():
                    await way.withdraw(key)
        for way in self._ways:
            await way.aclose()

    def _put(self, key: str, notice: Notice | None) -> None:
        self._due[key] = notice
        if not self._is_working:
            self._is_working = True
            self._tasks.start(self._work(), name="notifications")

    async def _work(self) -> None:
        """A slow desktop gets only the newest of each key."""
        try:
            if not self._ways:
                self._ways = [await asyncio.to_thread(self._system_way, self._heard), self._fallback]
            while self._due:
                key = next(iter(self._due))
                await self._carry_out(key, self._due.pop(key))
        finally:
            self._is_working = False

    async def _carry_out(self, key: str, notice: Notice | None) -> None:
        if notice is None:
            way = self._shown_by.pop(key, None)
            if way is not None:
                await way.withdraw(key)
            return
        for way in self._ways:
            if await way.post(notice):
                self._shown_by[key] = way
                return
        _LOG.info("nobody shows notifications here; the window tells of %s", notice.key)

    def _on_acted(self, key: str, action: Action) -> None:
        self.withdraw(key)  # some daemons leave it to us
        self.acted.emit(key, action)

    def _on_closed(self, key: str) -> None:
        self._shown_by.pop(key, None)
        self.closed.emit(key)
