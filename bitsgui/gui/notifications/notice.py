"""One desktop notification as a value, and what a way to show it must be able to do; knows no desktop."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Protocol


class Action(StrEnum):
    """What a person may press; SHOW is the notification itself where nothing better is meant."""

    SHOW = "show"
    RESOLVE = "resolve"
    LATER = "later"
    OPEN_FOLDER = "open_folder"
    REVIEW = "review"


class Kind(Enum):
    """What it is about."""

    ERROR = auto()
    TRANSFERRED = auto()
    DEADLINE = auto()
    HINT = auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """Plain text, nothing of it markup. A later notice of the same `key` replaces it.

    `buttons`: label by action, in their order; `on_click`: what the notification itself does.
    """

    key: str
    kind: Kind
    title: str
    text: str
    buttons: tuple[tuple[Action, str], ...] = ()
    on_click: Action = Action.SHOW


@dataclass(frozen=True, slots=True)
class Heard:
    """What a way tells of its notices, by key: `acted` on an action, `closed` by the person or by time."""

    acted: Callable[[str, Action], None]
    closed: Callable[[str], None]


class Way(Protocol):
    """A way to show notices. Nothing raises: what fails is False, logged once at most."""

    async def post(self, notice: Notice) -> bool: ...

    async def withdraw(self, key: str) -> None: ...

    async def aclose(self) -> None: ...
