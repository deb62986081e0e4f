"""The Windows installer: lists every file for NSIS, so that the uninstaller deletes these and nothing else."""

import subprocess
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "packaging" / "windows" / "bitsgui.nsi"


def build(payload: Path, work: Path, output: Path, version: str) -> Path:
    """Pack the folder `payload` with makensis; the result is the installer in `output`."""
    lists = work / "nsis"
    lists.mkdir(parents=True, exist_ok=True)
    output.mkdir(parents=True, exist_ok=True)
    _write(lists / "install.nsh", _install(payload))
    _write(lists / "uninstall.nsh", _uninstall(payload))
    installer = output / f"bitsgui-{version}-setup.exe"
    numbers = ".".join([*version.split("+")[0].split(".")[:3], "0"])
    kilobytes = sum(file.stat().st_size for file in payload.rglob("*") if file.is_file()) // 1024
    values = {
        "VERSION": version,
        "NUMBERS": numbers,
        "OUTPUT": installer,
        "LISTS": lists,
        "ICON": work / "icons" / "bitsgui.ico",
        "SIZE": kilobytes,
    }
    defined = [f"-D{name}={value}" for name, value in values.items()]
    subprocess.run(["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *defined, SCRIPT], check=True)
    return installer


def _install(payload: Path) -> Iterator[str]:
    for folder, files in _folders(payload):
        yield f'SetOutPath "{_place(folder)}"'
        yield from (f'File "{payload / folder / name}"' for name in files)


def _uninstall(payload: Path) -> Iterator[str]:
    """Files, then the folders, the deepest first: RMDir without /r leaves those that hold something of a person's."""
    folders = list(_folders(payload))
    for folder, files in folders:
        yield from (f'Delete "{_place(folder / name)}"' for name in files)
    for folder, _ in sorted(folders, key=lambda found: len(found[0].parts), reverse=True):
        if folder.parts:
            yield f'RMDir "{_place(folder)}"'


def _folders(payload: Path) -> Iterator[tuple[Path, list[str]]]:
    """Every folder below the payload, itself first, with the names of its files."""
    for folder in [payload, *sorted(path for path in payload.rglob("*") if path.is_dir())]:
        yield folder.relative_to(payload), sorted(path.name for path in folder.iterdir() if path.is_file())


def _place(path: Path) -> str:
    return str(PureWindowsPath("$INSTDIR", path))


def _write(file: Path, lines: Iterator[str]) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
