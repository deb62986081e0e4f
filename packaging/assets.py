"""What the packages carry besides the program: icons of every kind, and the licences of everything inside.

    BUILD_VENV_PYTHON packaging/assets.py FOLDER

Run by build.py in the venv whose packages are frozen; needs Qt, and knows nothing of the packages.
"""

import os
import struct
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 256)
ICNS_TYPES = {b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512}
BUILD_TOOLS = {"altgraph", "packaging", "pip", "pyinstaller", "pyinstaller-hooks-contrib", "setuptools"}


def main(folder: Path) -> None:
    """Write icons/ and licences.txt into the folder."""
    icons = folder / "icons"
    icons.mkdir(parents=True, exist_ok=True)
    pictures = render(SIZES)
    for size, png in pictures.items():
        (icons / f"{size}.png").write_bytes(png)
    (icons / "bitsgui.ico").write_bytes(ico({size: pictures[size] for size in ICO_SIZES}))
    (icons / "bitsgui.icns").write_bytes(icns(pictures))
    (folder / "licences.txt").write_text("\n\n".join(licences()), encoding="utf-8")


def render(sizes: tuple[int, ...]) -> dict[int, bytes]:
    """The program's icon as PNG, by its width."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication([])
    renderer = QSvgRenderer(str(ROOT / "resources/icons/bitsgui.svg"))
    pictures = {}
    for size in sizes:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        pictures[size] = bytes(buffer.data())
    del application
    return pictures


def ico(pictures: dict[int, bytes]) -> bytes:
    """A Windows icon: a table of PNG files; 256 is written as 0."""
    offset = 6 + 16 * len(pictures)
    table = b""
    for size, png in pictures.items():
        table += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), offset)
        offset += len(png)
    return struct.pack("<HHH", 0, 1, len(pictures)) + table + b"".join(pictures.values())


def icns(pictures: dict[int, bytes]) -> bytes:
    """A macOS icon: PNG files, each behind its type and length."""
    parts = [(kind, pictures[size]) for kind, size in ICNS_TYPES.items()]
    body = b"".join(kind + struct.pack(">I", 8 + len(png)) + png for kind, png in parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def licences() -> Iterator[str]:
    """The words of Python and of every package in this venv."""
    yield from words("Python", Path(sysconfig.get_path("stdlib")) / "LICENSE.txt")
    yield from words("Material Design Icons", ROOT / "resources/icons/mdi/LICENSE")
    for package in sorted(distributions(), key=name_of):
        if name_of(package) in BUILD_TOOLS:
            continue
        yield heading(f"{package.metadata['Name']} {package.version}: {said_licence(package)}")
        for file in package.files or ():
            if ".dist-info" in file.parts[0] and is_licence(file.name):
                yield Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")


def words(title: str, file: Path) -> Iterator[str]:
    yield heading(title)
    if file.exists():
        yield file.read_text(encoding="utf-8")


def heading(title: str) -> str:
    return f"{'=' * 100}\n{title}\n{'=' * 100}"


def name_of(package: Distribution) -> str:
    return package.metadata["Name"].lower().replace("_", "-")


def said_licence(package: Distribution) -> str:
    said = package.metadata.get("License-Expression") or package.metadata.get("License") or ""
    classifiers = [c for c in package.metadata.get_all("Classifier", []) if c.startswith("License ::")]
    return next((line for line in (said.partition("\n")[0], *classifiers) if line), "see its project")


def is_licence(name: str) -> bool:
    return name.upper().startswith(("LICEN", "COPYING", "NOTICE", "AUTHORS", "LGPL", "GPL"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
