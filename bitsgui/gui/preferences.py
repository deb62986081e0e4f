"""The person's settings while the program runs: what is changed is stored and holds at once; knows no widget."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtCore import QObject, QStandardPaths, Signal

from bitsgui.gui.theme import Scheme, set_scheme
from bitsgui.model.limits import Policy
from bitsgui.model.setting_rules import check_settings
from bitsgui.model.settings import Settings, Theme
from bitsgui.store.settings import save_settings

_SCHEMES: Final[dict[Theme, Scheme | None]] = {Theme.SYSTEM: None, Theme.LIGHT: "light", Theme.DARK: "dark"}


class PolicyHolder(Protocol):
    """The part of JobManager that this module needs."""

    @property
    def policy(self) -> Policy: ...

    async def set_policy(self, policy: Policy) -> None: ...


class Preferences(QObject):
    """Signal: `changed` carries the Settings that hold now; it is emitted on the stack of a coroutine.

    `state_dir`: where they are kept. `are_lasting`: whether that folder outlives the program.
    """

    changed = Signal(object)

    def __init__(self, state_dir: Path, settings: Settings, manager: PolicyHolder) -> None:
        super().__init__()
        self.state_dir = state_dir
        self.are_lasting = True
        self._settings = settings
        self._manager = manager
        self._changing = asyncio.Lock()
        self._used_folder = ""
        if settings.theme is not Theme.SYSTEM:
            set_scheme(_SCHEMES[settings.theme])

    @property
    def settings(self) -> Settings:
        """What holds now."""
        return self._settings

    @property
    def folder(self) -> str:
        """Where downloads go: the folder that was used last since the start, else the one set, else the system's."""
        return self._used_folder or self._settings.download_folder or system_folder()

    def use_folder(self, folder: Path) -> None:
        """The next download is offered the same place."""
        self._used_folder = str(folder)

    async def change(self, **fields: Any) -> None:
        """Other values of some fields: stored first, then in force.

        Nothing changes where BitsError says that a value is none, or OSError that it cannot be stored.
        """
        await self.edit(lambda settings: replace(settings, **fields))

    async def edit(self, edit: Callable[[Settings], Settings]) -> None:
        """The same, for a value that follows from those that hold when its turn comes."""
        async with self._changing:
            settings = edit(self._settings)
            if settings != self._settings:
                check_settings(settings)
                await asyncio.to_thread(save_settings, self.state_dir, settings)
                await self._apply(settings)

    async def _apply(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        if settings.download_folder != before.download_folder:
            self._used_folder = ""
        if settings.theme is not before.theme:
            set_scheme(_SCHEMES[settings.theme])
        await self._manager.set_policy(settings.policy(self._manager.policy))
        self.changed.emit(settings)


def system_folder() -> str:
    """Where downloads go on this system unless somebody chooses."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
