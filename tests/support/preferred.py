"""Preferences over a state folder of the test."""

from pathlib import Path
from typing import Any

from bitsgui.gui.preferences import PolicyHolder, Preferences
from bitsgui.model.settings import Settings


def preferred(folder: Path, manager: PolicyHolder, **fields: Any) -> Preferences:
    """The defaults but for these fields; nothing is stored before something is changed."""
    return Preferences(folder / "preferences", Settings(**fields), manager)
