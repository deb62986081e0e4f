"""Windows and macOS: notifications by desktop-notifier. Written for them, not run there yet."""

import asyncio
import logging
from functools import partial
from typing import Final

from desktop_notifier import Button, DesktopNotifier, Icon

from bitsgui.gui.notifications.notice import Action, Heard, Notice
from bitsgui.gui.resource_files import resource

_LOG = logging.getLogger(__name__)

_ANSWER_S: Final = 5.0


class NativeWay:
    """A notice is replaced by taking the old one back first."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._notifier: DesktopNotifier | None = None
        self._ids: dict[str, str] = {}
        self._is_known_to_fail = False

    async def post(self, notice: Notice) -> bool:
        """Show it; False where the system or the person does not allow it."""
        await self.withdraw(notice.key)
        try:
            async with asyncio.timeout(_ANSWER_S):
                notifier = await self._allowed()
                if notifier is not None:
                    self._ids[notice.key] = await self._send(notifier, notice)
                    return True
        except (OSError, TimeoutError, RuntimeError) as error:
            self._tell_once(str(error) or type(error).__name__)
        return False

    async def withdraw(self, key: str) -> None:
        """Take it back, if it is still there."""
        number = self._ids.pop(key, None)
        if number is not None and self._notifier is not None:
            await self._notifier.clear(number)

    async def aclose(self) -> None:
        """Nothing is held."""

    async def _allowed(self) -> DesktopNotifier | None:
        if self._notifier is None:
            self._notifier = DesktopNotifier("bitsgui", Icon(path=resource("icons", "bitsgui.svg")))
        # macOS asks the person here, the first time.
        if await self._notifier.has_authorisation() or await self._notifier.request_authorisation():
            return self._notifier
        self._tell_once("not allowed")
        return None

    async def _send(self, notifier: DesktopNotifier, notice: Notice) -> str:
        def acted(action: Action) -> None:
            self._ids.pop(notice.key, None)
            self._heard.acted(notice.key, action)

        def closed() -> None:
            self._ids.pop(notice.key, None)
            self._heard.closed(notice.key)

        buttons = [Button(label, partial(acted, action)) for action, label in notice.buttons]
        return await notifier.send(
            notice.title, notice.text, buttons=buttons, on_clicked=lambda: acted(notice.on_click), on_dismissed=closed
        )

    def _tell_once(self, why: str) -> None:
        if not self._is_known_to_fail:
            self._is_known_to_fail = True
            _LOG.info("the desktop takes no notifications: %s", why)
