"""From a fresh clone to a running window or a passed test suite: one command each, nothing but Python needed.

    python3 packaging/bootstrap.py run [ARGS]       the demo window; ARGS go to bitsgui
    python3 packaging/bootstrap.py test [ARGS]      everything CI runs, without a screen; ARGS go to pytest
    python3 packaging/bootstrap.py system PACKAGES  the Debian packages named, if they are missing

Uses the standard library only, knows nothing of bitsgui but its pyproject.toml, and makes nothing but .venv.
Debian and Ubuntu packages are installed when it runs as root; otherwise it prints the line to run and ends.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the oldest Python that reads this must be able to say so
    sys.exit(
        f"bitsgui needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.\n"
        "Install a newer Python and name it, for example: python3.12 packaging/bootstrap.py run"
    )

import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")

QT_PACKAGES = ("libgl1", "libegl1", "libglib2.0-0", "libdbus-1-3", "libfontconfig1", "libxkbcommon0")
"""What PySide6-Essentials needs from Debian even without a screen; fontconfig brings the DejaVu fonts."""
X11_PACKAGES = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
)
"""What its xcb plugin needs besides; its own message names only libxcb-cursor0."""
DESKTOP_PACKAGES = ("xvfb", "dbus", "openbox", "at-spi2-core", "xdotool", "wmctrl")
"""A private desktop on which the tests meet the window as a person does."""
PEER_PACKAGES = ("nginx-light", "curl", "fonts-dejavu-core")
"""Real peers of the end-to-end tests, and the one font of the window tests."""

PACKAGING_PACKAGES = (
    *("binutils", "dpkg-dev", "libwayland-client0", "libwayland-cursor0"),
    *("lintian", "desktop-file-utils", "appstream", "debootstrap", "iproute2", "nsis"),
)
"""What makes the packages (packaging/build.py), and what judges and tries them."""

Command = Sequence[str | Path]


class CannotGoOn(Exception):
    """What the person has to do first, as text."""


def run(arguments: Sequence[str]) -> int:
    """Open the window with the demo."""
    _demand_display()
    ensure_packages([*QT_PACKAGES, *X11_PACKAGES])
    ensure_venv()
    ensure_installed("")
    return _call([PYTHON, "-m", "bitsgui", "--demo", *arguments])


def test(arguments: Sequence[str]) -> int:
    """Run what CI runs; all checks run even when one fails."""
    ensure_packages([*QT_PACKAGES, *X11_PACKAGES, *DESKTOP_PACKAGES, *PEER_PACKAGES])
    if _has_apt() and os.geteuid() == 0:  # for others those tests are skipped: a root of its own needs root
        ensure_packages([*PACKAGING_PACKAGES, *_shared_python()])
    ensure_venv()
    ensure_installed("test")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    peers = [] if _has_apt() else ["-m", "not peer and not desktop"]
    checks: list[Command] = [
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "ruff", "format", "--check", "."],
        [PYTHON, "-m", "mypy"],
        [PROGRAMS / "lint-imports"],
        [PYTHON, "-m", "pytest", *peers, *arguments],
    ]
    failed = [_shown(check) for check in checks if _call(check) != 0]
    print("\n".join(["", *(f"FAILED: {check}" for check in failed)]) if failed else "\nall checks passed")
    return 1 if failed else 0


def ensure_packages(names: Sequence[str]) -> int:
    """Install the Debian packages that are missing; on other systems there is nothing to do."""
    missing = [name for name in names if not _has_package(name)] if _has_apt() else []
    if not missing:
        return 0
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        raise CannotGoOn(f"System packages are missing. Run this, then try again:\n\n  sudo {_shown(install)}")
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    if _call(["apt-get", "update", "-qq"]) or _call(install):
        raise CannotGoOn("apt-get could not install them; its own words are above.")
    return 0


def ensure_venv() -> None:
    """Make .venv, or make it again when its Python or its pip does not run."""
    if PYTHON.exists() and _succeeds([PYTHON, "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        _install_ensurepip()
    if _call([sys.executable, "-m", "venv", "--clear", VENV]) != 0:
        raise CannotGoOn(f"Could not make {VENV}; the words of Python are above.")


def ensure_installed(extra: str) -> None:
    """Install the project, editable, when pyproject.toml changed since the last time."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f"bitsgui-{extra or 'run'}.stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    pip: Command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--quiet",
        "--editable",
        target,
    ]
    if _call(pip) != 0:
        raise CannotGoOn("pip could not install bitsgui; its own words are above.")
    stamp.write_text(wanted)


def _shared_python() -> list[str]:
    """The package of the library that a frozen program carries: Debian's own Python has it apart."""
    return [f"libpython{sys.version_info[0]}.{sys.version_info[1]}"] if sys.base_prefix == "/usr" else []


def _install_ensurepip() -> None:
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not _has_apt():
        raise CannotGoOn("This Python has no ensurepip: install the venv package of your system for it.")
    ensure_packages([package])


def _demand_display() -> None:
    shown_elsewhere = not sys.platform.startswith("linux") or "QT_QPA_PLATFORM" in os.environ
    if shown_elsewhere or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    lines = [
        "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.",
        "Run this inside a desktop session, or on a virtual one:\n",
        "  xvfb-run -a python3 packaging/bootstrap.py run",
    ]
    if shutil.which("xvfb-run") is None:
        lines.insert(2, "  sudo apt-get install -y xvfb xauth")
    raise CannotGoOn("\n".join(lines))


def _has_apt() -> bool:
    return shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None


def _has_package(name: str) -> bool:
    names = [name, f"{name}t64"]  # Debian 13 and Ubuntu 24.04 renamed some for their 64-bit time
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}\n", *names]
    found = subprocess.run(query, capture_output=True, text=True, check=False)
    return "installed" in found.stdout.splitlines()


def _call(command: Command) -> int:
    print(f"+ {_shown(command)}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _succeeds(command: Command) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _shown(command: Command) -> str:
    return " ".join(str(part.relative_to(ROOT)) if isinstance(part, Path) else part for part in command)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {"run": run, "test": test, "system": ensure_packages}


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument names."""
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return command(arguments[1:])
    except CannotGoOn as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
