"""Linux: org.freedesktop.Notifications over the session bus, with buttons, replacement and withdrawal.

Not by desktop-notifier: it replaces nothing and escapes nothing. Nothing waits longer for a daemon than ANSWER_S.
"""

import asyncio
import html
import logging
import os
from typing import Any, Final

from dbus_fast import BusType, DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError, InvalidAddressError

from bitsgui.gui.notifications.notice import Action, Heard, Kind, Notice
from bitsgui.gui.resource_files import resource

_LOG = logging.getLogger(__name__)

ANSWER_S: Final = 5.0
"""A daemon that is started for this call needs its time; one that hangs gets no more."""
_NAME: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_BUS: Final = "org.freedesktop.DBus"
_RULES: Final = (
    f"type='signal',interface='{_NAME}',path='{_PATH}'",
    f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{_NAME}'",
)
_TROUBLE: Final = (OSError, EOFError, TimeoutError, DBusError, AuthError, InvalidAddressError)
_CATEGORIES: Final = {
    Kind.ERROR: "transfer.error",
    Kind.TRANSFERRED: "transfer.complete",
    Kind.DEADLINE: "transfer",
    Kind.HINT: "transfer",
}
_ON_CLICK: Final = "default"
_BY_US: Final = 3
"""The reason of NotificationClosed that answers CloseNotification."""


class FreedesktopWay:
    """One connection, made when it is first needed and again when it broke."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._bus: MessageBus | None = None
        self._capabilities: frozenset[str] | None = None
        self._ids: dict[str, int] = {}
        self._on_click: dict[str, Action] = {}
        self._is_known_to_fail = False

    async def post(self, notice: Notice) -> bool:
        """Show it in place of the last one of its key; False where there is no bus or no daemon."""
        try:
            async with asyncio.timeout(ANSWER_S):
                capabilities = await self._ask_capabilities()
                body = [_shown_text(notice, capabilities), _actions(notice, capabilities), _hints(notice.kind)]
                head = ["bitsgui", self._ids.get(notice.key, 0), str(resource("icons", "bitsgui.svg")), notice.title]
                (number,) = await self._call("Notify", "susssasa{sv}i", [*head, *body, -1])
        except _TROUBLE as error:
            self._tell_once(error)
            return False
        self._ids[notice.key] = number
        self._on_click[notice.key] = notice.on_click
        return True

    async def withdraw(self, key: str) -> None:
        """Close it, if it is still there."""
        number = self._ids.pop(key, None)
        if number is None:
            return
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._call("CloseNotification", "u", [number])
        except DBusError:
            return  # it was closed already
        except _TROUBLE as error:
            self._tell_once(error)

    async def aclose(self) -> None:
        """Leave the bus; a broken connection is as good as closed."""
        if self._bus is not None and self._bus.connected:
            self._bus.disconnect()
        self._bus = None

    async def _ask_capabilities(self) -> frozenset[str]:
        if self._capabilities is None or self._bus is None or not self._bus.connected:
            (found,) = await self._call("GetCapabilities", "", [])
            self._capabilities = frozenset(found)
        return self._capabilities

    async def _call(self, member: str, signature: str, body: list[Any]) -> list[Any]:
        return await _answer(await self._connect(), _NAME, _PATH, member, signature, body)

    async def _connect(self) -> MessageBus:
        if self._bus is None or not self._bus.connected:
            self._forget_daemon()
            self._bus = None
            self._bus = await self._join()
        return self._bus

    async def _join(self) -> MessageBus:
        bus = await MessageBus(bus_type=BusType.SESSION).connect()
        bus.add_message_handler(self._on_message)
        try:
            for rule in _RULES:
                await _answer(bus, _BUS, "/org/freedesktop/DBus", "AddMatch", "s", [rule])
        except BaseException:
            bus.disconnect()
            raise
        return bus

    def _forget_daemon(self) -> None:
        """Its numbers mean nothing to the next one, which may be able to do other things."""
        self._capabilities = None
        self._ids.clear()

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.member == "NameOwnerChanged":
            self._forget_daemon()
            return
        key = self._key_of(message) if message.interface == _NAME else None
        if key is None:
            return
        if message.member == "ActionInvoked":
            self._on_action(key, message.body[1])
        elif message.member == "NotificationClosed":
            self._on_closed(key, message.body[1])
        elif message.member == "ActivationToken":
            # Lets our window take the focus on Wayland; Qt reads it when the window is activated.
            os.environ["XDG_ACTIVATION_TOKEN"] = message.body[1]

    def _key_of(self, message: Message) -> str | None:
        """Other programs' notifications are told to everyone, too."""
        return next((key for key, number in self._ids.items() if number == message.body[0]), None)

    def _on_action(self, key: str, action: str) -> None:
        """The first answer counts; what closes it afterwards is not told."""
        on_click = self._on_click.pop(key, None)
        if on_click is None:
            return
        if action == _ON_CLICK:
            self._heard.acted(key, on_click)
        elif action in tuple(Action):
            self._heard.acted(key, Action(action))

    def _on_closed(self, key: str, reason: int) -> None:
        self._ids.pop(key, None)
        if reason != _BY_US and self._on_click.pop(key, None) is not None:
            self._heard.closed(key)

    def _tell_once(self, error: Exception) -> None:
        if not self._is_known_to_fail:
            self._is_known_to_fail = True
            _LOG.info("the desktop takes no notifications: %s", error or type(error).__name__)


async def _answer(
    bus: MessageBus, destination: str, path: str, member: str, signature: str, body: list[Any]
) -> list[Any]:
    """Call a method of the interface that is named as its owner; raises DBusError with the daemon's own words."""
    call = Message(destination, path, destination, member, signature=signature, body=body)
    answer = await bus.call(call)
    if answer.message_type is MessageType.ERROR:
        raise DBusError._from_message(answer)
    return list(answer.body)


def _shown_text(notice: Notice, capabilities: frozenset[str]) -> str:
    """A daemon that reads markup gets it escaped: names come from servers."""
    return html.escape(notice.text, quote=False) if "body-markup" in capabilities else notice.text


def _actions(notice: Notice, capabilities: frozenset[str]) -> list[str]:
    if "actions" not in capabilities:
        return []
    return [_ON_CLICK, "", *(part for action, label in notice.buttons for part in (action.value, label))]


def _hints(kind: Kind) -> dict[str, Variant]:
    return {
        "category": Variant("s", _CATEGORIES[kind]),
        "desktop-entry": Variant("s", "bitsgui"),
        "urgency": Variant("y", 1),
    }
