"""The person's settings while the program runs: what is changed holds at once and is stored; knows no widget."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from bitsgui.model.limits import Policy
from bitsgui.model.settings import Settings
from bitsgui.store.settings import save_settings


class PolicyHolder(Protocol):
    """The part of JobManager that this module needs."""

    @property
    def policy(self) -> Policy: ...

    async def set_policy(self, policy: Policy) -> None: ...


class Preferences(QObject):
    """Signal: `changed` carries the Settings that hold now."""

    changed = Signal(object)

    def __init__(self, state_dir: Path, settings: Settings, manager: PolicyHolder) -> None:
        super().__init__()
        self._state_dir = state_dir
        self._settings = settings
        self._manager = manager
        self._storing = asyncio.Lock()

    @property
    def settings(self) -> Settings:
        """What holds now."""
        return self._settings

    async def change(self, **fields: Any) -> None:
        """Other values of some fields: they hold even where OSError says that they could not be stored."""
        self._settings = replace(self._settings, **fields)
        self.changed.emit(self._settings)
        await self._manager.set_policy(self._settings.policy(self._manager.policy))
        async with self._storing:  # the newest is stored last
            await asyncio.to_thread(save_settings, self._state_dir, self._settings)
