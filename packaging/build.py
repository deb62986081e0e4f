"""Makes the packages: one command each, in a venv of its own under build/.

    python3 packaging/build.py onedir     build/dist/bitsgui: the program in a folder that needs no Python
    python3 packaging/build.py deb        dist/bitsgui_VERSION_ARCH.deb from it (Debian, Ubuntu)
    python3 packaging/build.py nsis       dist/bitsgui-VERSION-setup.exe (on Windows, or of --payload FOLDER)
    python3 packaging/build.py measure    what the folder weighs, how fast its window opens, how much memory it takes
    python3 packaging/build.py all        what this system can make, and the measures

Uses the standard library only. What has not changed is not made again. Two builds of one source give the same bytes.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import debian
import measure
import windows

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
DIST = ROOT / "dist"
ONEDIR = BUILD / "dist" / "bitsgui"
PYTHON = BUILD / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
PYINSTALLER = "pyinstaller>=6.14,<7"
PROGRAM_SOURCES = (
    *("bitsgui", "resources", "pyproject.toml"),
    *("packaging/bitsgui.spec", "packaging/assets.py", "packaging/linux/child_environment.py"),
)
DEB_SOURCES = (*PROGRAM_SOURCES, "packaging/debian.py", "packaging/linux", "CHANGELOG.md")


def main(arguments: Sequence[str]) -> int:
    """Make what the arguments name."""
    given = _parser().parse_args(arguments)
    os.environ["SOURCE_DATE_EPOCH"] = str(source_date())
    try:
        if given.what in ("onedir", "deb", "measure", "all"):
            onedir()
        if given.what == "deb" or (given.what == "all" and sys.platform == "linux"):
            deb(given.output)
        if given.what == "nsis" or (given.what == "all" and sys.platform == "win32"):
            print(windows.build(given.payload or _windows_program(), BUILD, given.output, source_version()))
        if given.what in ("deb", "measure", "all") and not given.quick:
            print("\n".join(measure.report(ONEDIR)))
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd[0]} failed; its own words are above.", file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"{error.filename} is missing; packaging/README.md says what to install.", file=sys.stderr)
        return 1
    return 0


def onedir() -> None:
    """Freeze the program into ONEDIR, unless it is there from the same sources."""
    stamp, made_of = BUILD / "onedir.stamp", _sum_of(PROGRAM_SOURCES)
    if ONEDIR.exists() and _says(stamp, made_of):
        return
    stamp.unlink(missing_ok=True)
    _make_venv()
    # Nothing of the person's own Python gets in, and the order of a set is the same each time.
    alone = {
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": "",
        "PYINSTALLER_CONFIG_DIR": str(BUILD / "pyinstaller"),
    }
    run([PYTHON, ROOT / "packaging/assets.py", BUILD], alone)
    freeze = [PYTHON, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    places = ["--distpath", ONEDIR.parent, "--workpath", BUILD / "work"]
    run([*freeze, *places, ROOT / "packaging/bitsgui.spec"], alone)
    stamp.write_text(made_of)


def deb(output: Path) -> None:
    """Pack ONEDIR for Debian, unless it is there from the same sources, and print where it is."""
    package = output / debian.file_name(source_version())
    stamp, made_of = BUILD / "deb.stamp", f"{_sum_of(DEB_SOURCES)} {package.absolute()}"
    if not package.exists() or not _says(stamp, made_of):
        stamp.unlink(missing_ok=True)
        debian.build(ONEDIR, BUILD, package, source_version())
        stamp.write_text(made_of)
    print(package)


def _make_venv() -> None:
    """A venv with the run-time packages and PyInstaller: what else lay there would be packed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], PYINSTALLER]
    stamp = BUILD / "venv" / "bitsgui.stamp"
    if _says(stamp, "\n".join(wanted)):
        return
    run([sys.executable, "-m", "venv", "--clear", BUILD / "venv"])
    run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted])
    stamp.write_text("\n".join(wanted))


def source_version() -> str:
    """The version that bitsgui/__init__.py names."""
    text = (ROOT / "bitsgui/__init__.py").read_text(encoding="utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def source_date() -> int:
    """Seconds of the last commit, or of SOURCE_DATE_EPOCH; no package holds the time of its build."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    if shutil.which("git"):
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        if said.returncode == 0 and said.stdout.strip():
            return int(said.stdout)
    return int((ROOT / "CHANGELOG.md").stat().st_mtime)


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Run it, with what it says; raises CalledProcessError."""
    started = time.monotonic()
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env={**os.environ, **(environment or {})})
    print(f"+ {Path(command[0]).name} {command[-1]} ({time.monotonic() - started:.0f} s)", flush=True)


def _windows_program() -> Path:
    if sys.platform != "win32":
        raise SystemExit("The Windows program is frozen on Windows; here, give another one with --payload FOLDER.")
    onedir()
    return ONEDIR


def _says(stamp: Path, text: str) -> bool:
    return stamp.exists() and stamp.read_text() == text


def _sum_of(names: Iterable[str]) -> str:
    total = hashlib.sha256()
    for place in (ROOT / name for name in names):
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(f"{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("onedir", "deb", "nsis", "measure", "all"))
    parser.add_argument("--output", type=Path, default=DIST, help="where the packages go (default: dist)")
    parser.add_argument("--payload", type=Path, help="the folder that the Windows installer brings")
    parser.add_argument("--quick", action="store_true", help="measure nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
