"""Starting with the session: what is entered is what a desktop would run, and the switch shows what is so."""

import configparser
import plistlib
import re
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.service.autostart import LaunchAgent, XdgAutostart, exec_line, start_command, system_autostart

COMMAND = ("/opt/a b/bitsgui", "--hidden", "--state-dir", '/srv/50% "$x"\\')


def entry_of(path: Path) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser["Desktop Entry"]


def run_by_a_desktop(line: str) -> list[str]:
    """An Exec value as a desktop reads it: the string's escapes, then the quotes, then the field codes."""
    text = line.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in quoted]


def test_on_and_off(tmp_path: Path) -> None:
    entry = XdgAutostart(tmp_path / "new" / "autostart")
    assert not entry.is_on()
    entry.turn_off()
    entry.turn_on(COMMAND)
    assert entry.is_on()
    path = tmp_path / "new" / "autostart" / "bitsgui.desktop"
    assert run_by_a_desktop(entry_of(path)["Exec"]) == list(COMMAND)
    assert entry_of(path)["Type"] == "Application"
    entry.turn_off()
    assert not entry.is_on()
    assert not path.exists()


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_a_desktop_may_have_switched_it_off(tmp_path: Path, line: str) -> None:
    entry = XdgAutostart(tmp_path)
    entry.turn_on(COMMAND)
    path = tmp_path / "bitsgui.desktop"
    path.write_text(path.read_text().replace("X-GNOME-Autostart-enabled=true", line))
    assert not entry.is_on()
    entry.turn_on(COMMAND)
    assert entry.is_on()


@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12), min_size=1))
def test_any_word_comes_back(words: list[str]) -> None:
    assert run_by_a_desktop(exec_line(words)) == words


def test_a_folder_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bitsgui.desktop").mkdir()
    with pytest.raises(OSError, match="bitsgui"):
        XdgAutostart(tmp_path).turn_on(COMMAND)


def test_it_starts_this_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = start_command(tmp_path)
    assert command == (sys.executable, "-m", "bitsgui", "--hidden", "--state-dir", str(tmp_path))
    usual = platformdirs.user_state_path("bitsgui", appauthor=False)
    assert start_command(usual)[-1] == "--hidden"
    told = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("bitsgui ")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert start_command(usual) == (sys.executable, "--hidden")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the autostart folder of Linux")
def test_the_folder_is_the_desktops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    system_autostart().turn_on(COMMAND)
    assert (tmp_path / "autostart" / "bitsgui.desktop").exists()
    monkeypatch.setenv("XDG_CONFIG_HOME", "not/whole")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    system_autostart().turn_on(COMMAND)
    assert (tmp_path / "home" / ".config" / "autostart" / "bitsgui.desktop").exists()


def test_a_launch_agent(tmp_path: Path) -> None:
    agent = LaunchAgent(tmp_path / "LaunchAgents")
    assert not agent.is_on()
    agent.turn_on(COMMAND)
    assert agent.is_on()
    (path,) = (tmp_path / "LaunchAgents").iterdir()
    assert plistlib.loads(path.read_bytes())["ProgramArguments"] == list(COMMAND)
    path.write_bytes(b"no list")
    assert not agent.is_on()
    agent.turn_off()
    assert not path.exists()
