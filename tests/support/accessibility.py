"""A program driven as a screen reader drives it: AT-SPI over D-Bus, widgets found by role and accessible name.

app = await application(desktop.bus_address, "bitsgui")
await (await app.find("button", "Fix and Resume")).press()
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from tests.support.turns import until_found

_A = "org.a11y.atspi."
_SHOWING = 25
"""AtspiStateType: it is on the screen."""
_ENABLED = 8


class GoneError(Exception):
    """The widget is no longer there, or cannot do what it was asked."""


@dataclass(frozen=True, slots=True)
class Node:
    """One accessible object of a program."""

    bus: MessageBus
    service: str
    path: str

    async def name(self) -> str:
        """Its accessible name."""
        return str(await self._get("Accessible", "Name"))

    async def description(self) -> str:
        """Its accessible description."""
        return str(await self._get("Accessible", "Description"))

    async def role(self) -> str:
        """As AT-SPI names it: "button", "dialog", "text"."""
        return str(await self._call("Accessible", "GetRoleName"))

    async def is_showing(self) -> bool:
        """Whether it is on the screen."""
        return await self._has_state(_SHOWING)

    async def is_enabled(self) -> bool:
        """Whether it can be used."""
        return await self._has_state(_ENABLED)

    async def text(self) -> str:
        """The content of a text field."""
        return str(await self._call("Text", "GetText", "ii", 0, -1))

    async def set_text(self, text: str) -> None:
        """Replace the content of a text field."""
        await self._call("EditableText", "SetTextContents", "s", text)

    async def press(self) -> None:
        """What a click does; returns before it is done, or when the widget went with it."""
        await until_found(self.is_enabled)
        actions = [action[0] for action in await self._call("Action", "GetActions")]
        with suppress(GoneError):
            await self._call("Action", "DoAction", "i", actions.index("Press") if "Press" in actions else 0)

    async def centre(self) -> tuple[int, int]:
        """On the screen, for a real mouse."""
        x, y, width, height = await self._call("Component", "GetExtents", "u", 0)
        return x + width // 2, y + height // 2

    async def children(self) -> list["Node"]:
        """Those of the next level."""
        return [Node(self.bus, service, path) for service, path in await self._call("Accessible", "GetChildren")]

    async def walk(self) -> AsyncIterator["Node"]:
        """This one and all below, table cells left out."""
        yield self
        if await self.role() == "table":
            return
        for child in await self.children():
            async for node in child.walk():
                yield node

    async def find(self, role: str, name: str, timeout_s: float = 15.0) -> "Node":
        """The one of that role and name that shows, as soon as there is one."""
        try:
            found = await until_found(lambda: self._look_for(role, name), timeout_s)
        except TimeoutError:
            raise AssertionError(f"no {role} {name!r} in:\n{await self.outline()}") from None
        assert found is not None
        return found

    async def lose(self, role: str, name: str) -> None:
        """Return once nothing of that role and name shows."""

        async def look() -> bool:
            return await self._look_for(role, name) is None

        await until_found(look)

    async def outline(self) -> str:
        """Everything that shows, one line each; what a failed test says."""
        lines = []
        async for node in self.walk():
            try:
                if await node.is_showing():
                    lines.append(f"{await node.role()}: {await node.name()!r}")
            except GoneError:
                continue
        return "\n".join(lines)

    async def _look_for(self, role: str, name: str) -> "Node | None":
        try:
            async for node in self.walk():
                if await node.name() == name and await node.role() == role and await node.is_showing():
                    return node
        except GoneError:  # a window closed while it was being read
            return None
        return None

    async def _has_state(self, number: int) -> bool:
        low, _high = await self._call("Accessible", "GetState")
        return bool(low >> number & 1)

    async def _get(self, interface: str, name: str) -> Any:
        found = await self._ask("org.freedesktop.DBus.Properties", "Get", "ss", [_A + interface, name])
        return found.value

    async def _call(self, interface: str, member: str, signature: str = "", *body: Any) -> Any:
        return await self._ask(_A + interface, member, signature, list(body))

    async def _ask(self, interface: str, member: str, signature: str, body: list[Any]) -> Any:
        call = Message(self.service, self.path, interface, member, signature=signature, body=body)
        answer = await self.bus.call(call)
        if answer.message_type is MessageType.ERROR:
            raise GoneError(f"{member}: {answer.error_name} {answer.body}")
        return answer.body[0] if answer.body else None


@asynccontextmanager
async def accessibility(session_address: str) -> AsyncIterator[Node]:
    """The root of all programs on the accessibility bus of a session."""
    session = await MessageBus(bus_address=session_address).connect()
    answer = await session.call(Message("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress"))
    session.disconnect()
    bus = await MessageBus(bus_address=answer.body[0]).connect()
    try:
        yield Node(bus, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
    finally:
        bus.disconnect()


async def application(root: Node, name: str, timeout_s: float = 15.0) -> Node:
    """The program of that name, as soon as it is there."""

    async def look() -> Node | None:
        named = [child for child in await root.children() if await child.name() == name]
        return named[0] if named else None

    found = await until_found(look, timeout_s)
    assert found is not None
    return found
