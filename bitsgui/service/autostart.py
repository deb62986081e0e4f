"""Starting with the person's session, as each system keeps it; the system's entry is the truth, nothing else stores it.

Linux was run; the parts for Windows and macOS follow their documentation.
"""

import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from platformdirs import user_state_path

NAME: Final = "bitsgui"
_LABEL: Final = "org.bitsgui.bitsgui"
_RUN_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPROVED_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
_OFF: Final = re.compile(r"^(?:Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$", re.MULTILINE)
_QUOTED_IN_EXEC: Final = re.compile(r'(["`$\\])')


class Autostart(Protocol):
    """The entry of one system; every call touches the disk or the registry and raises OSError."""

    def is_on(self) -> bool:
        """Whether the system will start the program with the next session."""

    def turn_on(self, command: Sequence[str]) -> None:
        """Enter the command, in place of an older one."""

    def turn_off(self) -> None:
        """Take the entry away."""


def start_command(state_dir: Path) -> tuple[str, ...]:
    """How this very installation is started without showing its window; a state folder of one's own is kept."""
    if getattr(sys, "frozen", False):
        program: tuple[str, ...] = (sys.executable,)
    else:
        program = (_without_console(sys.executable), "-m", NAME)
    usual = state_dir == user_state_path(NAME, appauthor=False)
    return (*program, "--hidden", *(() if usual else ("--state-dir", str(state_dir))))


def system_autostart() -> Autostart:
    """The one of this system."""
    if sys.platform == "win32":
        return RunKey()
    if sys.platform == "darwin":
        return LaunchAgent(Path.home() / "Library" / "LaunchAgents")
    config = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(config) if os.path.isabs(config) else Path.home() / ".config"
    return XdgAutostart(base / "autostart")


class XdgAutostart:
    """A desktop entry in the autostart folder (freedesktop.org Autostart specification)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{NAME}.desktop"

    def is_on(self) -> bool:
        """Desktops switch an entry off by a line in it."""
        try:
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return False
        return _OFF.search(text) is None

    def turn_on(self, command: Sequence[str]) -> None:
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            "Name=bitsgui",
            "Comment=Goes on with the transfers in the background",
            f"Exec={exec_line(command)}",
            f"Icon={NAME}",
            "Terminal=false",
            "StartupNotify=false",
            "X-GNOME-Autostart-enabled=true",
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def turn_off(self) -> None:
        self._path.unlink(missing_ok=True)


class LaunchAgent:
    """A property list in the person's LaunchAgents (launchd.plist(5)); it counts from the next session on."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{_LABEL}.plist"

    def is_on(self) -> bool:
        try:
            entry = plistlib.loads(self._path.read_bytes())
        except (FileNotFoundError, plistlib.InvalidFileException, ValueError):
            return False
        return isinstance(entry, dict) and bool(entry.get("RunAtLoad")) and not entry.get("Disabled")

    def turn_on(self, command: Sequence[str]) -> None:
        entry = {"Label": _LABEL, "ProgramArguments": list(command), "RunAtLoad": True, "ProcessType": "Interactive"}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_bytes(plistlib.dumps(entry))

    def turn_off(self) -> None:
        self._path.unlink(missing_ok=True)


if sys.platform == "win32":
    import winreg

    class RunKey:
        """A value of the person's Run key; the task manager switches it off by another whose first bit is set."""

        def is_on(self) -> bool:
            approved = _value_of(_APPROVED_KEY)
            is_off = isinstance(approved, bytes) and approved[:1] != b"" and bool(approved[0] & 1)
            return _value_of(_RUN_KEY) is not None and not is_off

        def turn_on(self, command: Sequence[str]) -> None:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, subprocess.list2cmdline(command))
            _delete_value(_APPROVED_KEY)

        def turn_off(self) -> None:
            _delete_value(_RUN_KEY)

    def _value_of(path: str) -> object:
        with suppress(FileNotFoundError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            return winreg.QueryValueEx(key, NAME)[0]
        return None

    def _delete_value(path: str) -> None:
        with (
            suppress(FileNotFoundError),
            winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, access=winreg.KEY_SET_VALUE) as key,
        ):
            winreg.DeleteValue(key, NAME)


def exec_line(command: Sequence[str]) -> str:
    """The words as Exec wants them: quoted, escaped, and escaped again as every string of a desktop entry."""
    escaped = (_QUOTED_IN_EXEC.sub(r"\\\1", word).replace("%", "%%") for word in command)
    return " ".join(f'"{word}"' for word in escaped).replace("\\", "\\\\").replace("\n", "\\n")


def _without_console(python: str) -> str:
    """python.exe would open a console with every session."""
    path = Path(python)
    windowed = path.with_name("pythonw.exe")
    return str(windowed) if path.name.lower() == "python.exe" and windowed.exists() else python
