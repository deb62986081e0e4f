"""A tray host and a notification daemon on a session bus: test doubles that speak the real protocols.

    async with TrayHost(address) as tray, NotificationDaemon(address) as daemon: ...

StatusNotifierItem with com.canonical.dbusmenu, and org.freedesktop.Notifications.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from dbus_fast import Message, MessageType, PropertyAccess, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, dbus_property, method, signal

from tests.support.turns import until, until_found

_BUS = "org.freedesktop.DBus"
_OWNERS = f"type='signal',sender='{_BUS}',member='NameOwnerChanged'"
_ITEM = "org.kde.StatusNotifierItem"
_MENU = "com.canonical.dbusmenu"
_PROPERTIES = "org.freedesktop.DBus.Properties"
CAPABILITIES = ("actions", "body", "body-markup", "icon-static", "persistence")


@dataclass(slots=True)
class Shown:
    """One call of Notify, as the daemon got it."""

    id: int
    replaces: int
    app: str
    icon: str
    summary: str
    body: str
    actions: dict[str, str]
    hints: dict[str, Any]
    timeout: int


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of a tray menu; a separator has no label."""

    id: int
    label: str
    is_enabled: bool
    entries: tuple["MenuEntry", ...] = field(default=())


class _OnBus:
    """A connection that owns names for as long as it is entered."""

    names: tuple[str, ...] = ()

    def __init__(self, address: str) -> None:
        self._address = address
        self.bus: MessageBus

    async def __aenter__(self) -> Self:
        self.bus = await MessageBus(bus_address=self._address).connect()
        await self.export()
        for name in self.names:
            await self.bus.request_name(name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    async def export(self) -> None:
        """Put the interfaces on the bus."""
        raise NotImplementedError


class _Watcher(ServiceInterface):
    def __init__(self) -> None:
        super().__init__("org.kde.StatusNotifierWatcher")
        self.items: list[tuple[str, str]] = []
        self.sender = ""

    @method()
    def RegisterStatusNotifierItem(self, service: "s") -> None:  # noqa: F821
        item = (self.sender, service) if service.startswith("/") else (service, "/StatusNotifierItem")
        self.items.append(item)
        self.StatusNotifierItemRegistered("".join(item))

    @method()
    def RegisterStatusNotifierHost(self, service: "s") -> None:  # noqa: F821
        pass

    @dbus_property(access=PropertyAccess.READ)
    def RegisteredStatusNotifierItems(self) -> "as":  # noqa: F722
        return ["".join(item) for item in self.items]

    @dbus_property(access=PropertyAccess.READ)
    def IsStatusNotifierHostRegistered(self) -> "b":  # noqa: F821
        return True

    @dbus_property(access=PropertyAccess.READ)
    def ProtocolVersion(self) -> "i":  # noqa: F821
        return 0

    @signal()
    def StatusNotifierItemRegistered(self, item: str) -> "s":  # noqa: F821
        return item

    @signal()
    def StatusNotifierHostRegistered(self) -> None:
        pass


class TrayHost(_OnBus):
    """Sees the icon and its menu, and clicks as a person does; no pixels of its own."""

    names = ("org.kde.StatusNotifierWatcher", "org.kde.StatusNotifierHost-lab")

    async def export(self) -> None:
        """As panels do, forget the icon of a program that has ended."""
        self._watcher = _Watcher()
        self.bus.add_message_handler(self._on_message)
        self.bus.export("/StatusNotifierWatcher", self._watcher)
        await self._call(_BUS, "/org/freedesktop/DBus", _BUS, "AddMatch", "s", [_OWNERS])

    def _on_message(self, message: Message) -> None:
        self._watcher.sender = message.sender or ""  # an item may register by its path alone
        if message.member == "NameOwnerChanged" and not message.body[2]:
            self._watcher.items = [item for item in self._watcher.items if item[0] != message.body[0]]

    async def item(self) -> dict[str, Any]:
        """The properties of the icon, as soon as there is one."""
        await until(lambda: self._watcher.items)
        service, path = self._watcher.items[-1]
        (found,) = await self._call(service, path, _PROPERTIES, "GetAll", "s", [_ITEM])
        return {name: value.value for name, value in found.items()}

    async def tip_with(self, part: str) -> str:
        """The tool tip, as soon as it says that."""

        async def look() -> str:
            text = str((await self.item())["ToolTip"][2])
            return text if part in text else ""

        return await until_found(look)

    async def activate(self) -> None:
        """A left click."""
        await until(lambda: self._watcher.items)
        await self._call(*self._watcher.items[-1], _ITEM, "Activate", "ii", [0, 0])

    async def menu(self) -> tuple[MenuEntry, ...]:
        """What a right click shows."""
        service, path = await self._menu_place()
        await self._call(service, path, _MENU, "AboutToShow", "i", [0])
        layout = (await self._call(service, path, _MENU, "GetLayout", "iias", [0, -1, []]))[1]
        return _entries(layout[2])

    async def click(self, label: str) -> None:
        """Choose an entry by its label, also of a submenu."""
        service, path = await self._menu_place()
        entry = next(entry for entry in _flat(await self.menu()) if entry.label == label)
        assert entry.is_enabled, f"{label} is not enabled"
        await self._call(service, path, _MENU, "Event", "isvu", [entry.id, "clicked", Variant("i", 0), 0])

    async def _menu_place(self) -> tuple[str, str]:
        return self._watcher.items[-1][0], (await self.item())["Menu"]

    async def _call(
        self, service: str, path: str, interface: str, member: str, signature: str, body: list[Any]
    ) -> list[Any]:
        call = Message(
            destination=service, path=path, interface=interface, member=member, signature=signature, body=body
        )
        answer = await self.bus.call(call)
        assert answer is not None
        assert answer.message_type is not MessageType.ERROR, f"{member}: {answer.error_name} {answer.body}"
        return list(answer.body)


def _entries(children: Sequence[Any]) -> tuple[MenuEntry, ...]:
    def one(number: int, values: dict[str, Variant], below: Sequence[Any]) -> MenuEntry:
        label = values["label"].value.replace("_", "") if "label" in values else ""
        return MenuEntry(number, label, "enabled" not in values or values["enabled"].value, _entries(below))

    return tuple(one(*child.value) for child in children)


def _flat(entries: Sequence[MenuEntry]) -> list[MenuEntry]:
    return [found for entry in entries for found in (entry, *_flat(entry.entries))]


class _Notifications(ServiceInterface):
    def __init__(self, capabilities: Sequence[str]) -> None:
        super().__init__("org.freedesktop.Notifications")
        self.log: list[Shown] = []
        self.closed: list[int] = []
        self._capabilities = list(capabilities)
        self._last = 0
        self.is_awake = asyncio.Event()
        self.is_awake.set()

    @method()
    async def Notify(
        self,
        app: "s",  # noqa: F821
        replaces: "u",  # noqa: F821
        icon: "s",  # noqa: F821
        summary: "s",  # noqa: F821
        body: "s",  # noqa: F821
        actions: "as",  # noqa: F722
        hints: "a{sv}",  # noqa: F722
        timeout: "i",  # noqa: F821, ASYNC109
    ) -> "u":  # noqa: F821
        await self.is_awake.wait()
        self._last += not replaces
        number = replaces or self._last
        named = dict(zip(actions[::2], actions[1::2], strict=True))
        values = {name: value.value for name, value in hints.items()}
        self.log.append(Shown(number, replaces, app, icon, summary, body, named, values, timeout))
        return number

    @method()
    def GetCapabilities(self) -> "as":  # noqa: F722
        return self._capabilities

    @method()
    def GetServerInformation(self) -> "ssss":  # noqa: F821
        return ["lab", "lab", "1", "1.2"]

    @method()
    async def CloseNotification(self, number: "u") -> None:  # noqa: F821
        await self.is_awake.wait()
        self.closed.append(number)
        self.NotificationClosed(number, 3)

    @signal()
    def NotificationClosed(self, number: int, reason: int) -> "uu":  # noqa: F821
        return [number, reason]

    @signal()
    def ActionInvoked(self, number: int, key: str) -> "us":  # noqa: F821
        return [number, key]


class NotificationDaemon(_OnBus):
    """Keeps what it was told to show, and answers as a person would."""

    names = ("org.freedesktop.Notifications",)

    def __init__(self, address: str, capabilities: Sequence[str] = CAPABILITIES) -> None:
        super().__init__(address)
        self._server = _Notifications(capabilities)

    async def export(self) -> None:
        """At the path of the specification."""
        self.bus.export("/org/freedesktop/Notifications", self._server)

    @property
    def log(self) -> list[Shown]:
        """Every Notify, the oldest first."""
        return self._server.log

    @property
    def closed(self) -> list[int]:
        """Ids that the program took back."""
        return self._server.closed

    async def shown(self, true: Callable[[Shown], bool], timeout_s: float = 15.0) -> Shown:
        """The newest of which `true` holds, as soon as there is one."""
        await until(lambda: any(true(one) for one in self.log), timeout_s)
        return [one for one in self.log if true(one)][-1]

    def hang(self) -> None:
        """Answer nothing until woken."""
        self._server.is_awake.clear()

    def wake(self) -> None:
        """Answer what was asked meanwhile, and go on."""
        self._server.is_awake.set()

    def dismiss(self, number: int) -> None:
        """The cross of a notification."""
        self._server.NotificationClosed(number, 2)

    def press(self, shown: Shown, label: str, *, closes: bool = True) -> None:
        """Press a button by its label, or "" for the notification itself; not every daemon closes it then."""
        keys = {text: key for key, text in shown.actions.items() if key != "default"} | {"": "default"}
        self._server.ActionInvoked(shown.id, keys[label])
        if closes:
            self._server.NotificationClosed(shown.id, 2)
