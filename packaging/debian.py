"""A Debian package of the frozen program; knows its folder, and nothing of how that was made.

What the program needs from the system is not listed by hand: dpkg-shlibdeps reads it from the libraries.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"
COMPONENT = "org.bitsgui.bitsgui"
MAINTAINER = "The bitsgui founders <maintainers@bitsgui.example>"
NOT_SEEN_BY_THE_LINKER = (
    "fonts-dejavu-core | fonts-noto-core | fonts-liberation",  # Qt has none of its own
    "xkb-data",  # keyboard layouts, without which Qt takes no key
    "ca-certificates",  # https
)
CONTROL = """\
Package: bitsgui
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Recommends: xdg-utils, gnome-keyring | kwalletmanager | keepassxc
Section: net
Priority: optional
Description: transfer manager whose downloads and uploads survive anything
 A queue of downloads and uploads that survive crashes, restarts and bad
 networks, with the semantics of BITS (Background Intelligent Transfer
 Service). When a transfer fails for good, it says which side failed and
 offers the ways out: mend and resume, keep what is whole, or cancel.
 .
 The window, the command line and a server for uploads are one program. It
 carries its own Python and Qt.
"""


def file_name(version: str) -> str:
    """As Debian writes it."""
    return f"bitsgui_{_debian(version)}_{_said('dpkg', '--print-architecture')}.deb"


def build(program: Path, work: Path, package: Path, version: str) -> None:
    """Pack the folder `program` into the file `package`."""
    root = work / "deb"
    shutil.rmtree(root, ignore_errors=True)
    _put_program(program, root)
    _put_desktop(root, _debian(version))
    _put_documents(root, _debian(version))
    _put_control(root, _debian(version))
    _settle(root)
    package.parent.mkdir(parents=True, exist_ok=True)
    # The best compression takes a minute more and saves a tenth.
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", root, package]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _debian(version: str) -> str:
    """A version of Python's kind, whose candidates Debian sorts before the release."""
    return re.sub(r"(?<=\d)\.?(a|b|rc|dev)(?=\d)", r"~\1", version)


def _put_program(program: Path, root: Path) -> None:
    shutil.copytree(program, root / "usr/lib/bitsgui", symlinks=True)
    (root / "usr/bin").mkdir()
    (root / "usr/bin/bitsgui").symlink_to("../lib/bitsgui/bitsgui")


def _put_desktop(root: Path, version: str) -> None:
    share = root / "usr/share"
    _write(share / "applications/bitsgui.desktop", (LINUX / "bitsgui.desktop").read_text())
    metainfo = _dated((LINUX / f"{COMPONENT}.metainfo.xml").read_text(), version)
    _write(share / f"metainfo/{COMPONENT}.metainfo.xml", metainfo)
    icons = share / "icons/hicolor"
    _copy(ROOT / "resources/icons/bitsgui.svg", icons / "scalable/apps/bitsgui.svg")
    for png in (ROOT / "build/icons").glob("*.png"):
        _copy(png, icons / f"{png.stem}x{png.stem}/apps/bitsgui.png")


def _put_documents(root: Path, version: str) -> None:
    share = root / "usr/share"
    _write_packed(share / "man/man1/bitsgui.1.gz", _dated((LINUX / "bitsgui.1").read_text(), version))
    _write_packed(share / "doc/bitsgui/changelog.gz", _changelog(version))
    _copy(LINUX / "copyright", share / "doc/bitsgui/copyright")
    _copy(LINUX / "lintian-overrides", share / "lintian/overrides/bitsgui")


def _put_control(root: Path, version: str) -> None:
    control = root / "DEBIAN"
    control.mkdir()
    files = [file for file in sorted((root / "usr").rglob("*")) if file.is_file() and not file.is_symlink()]
    sums = "".join(f"{hashlib.md5(file.read_bytes()).hexdigest()}  {file.relative_to(root)}\n" for file in files)
    _write(control / "md5sums", sums)
    text = CONTROL.format(
        version=version,
        architecture=_said("dpkg", "--print-architecture"),
        maintainer=MAINTAINER,
        size=sum(-(-file.stat().st_size // 1024) for file in files),
        depends=", ".join([*_linked(root), *NOT_SEEN_BY_THE_LINKER]),
    )
    _write(control / "control", text)


def _linked(root: Path) -> list[str]:
    """The packages of the libraries that the program is linked to; fails when one is not on this machine."""
    here = root.parent / "shlibdeps"
    _write(here / "debian/control", "Source: bitsgui\n\nPackage: bitsgui\nArchitecture: any\n")
    program = root / "usr/lib/bitsgui"
    private = [f"-l{program / name}" for name in ("_internal", "_internal/PySide6/Qt/lib")]
    files = [program / "bitsgui", *(f for f in sorted(program.rglob("*.so*")) if not f.is_symlink())]
    command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "-xbitsgui", *private, *files]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print("\n".join(line for line in done.stderr.splitlines() if "error" in line))
        done.check_returncode()
    return done.stdout.strip().removeprefix("shlibs:Depends=").split(", ")


def _settle(root: Path) -> None:
    """Rights and times as a package has them: only the program is run, nothing is newer than its source."""
    moment = int(os.environ["SOURCE_DATE_EPOCH"])
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == root / "usr/lib/bitsgui/bitsgui" else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def _changelog(version: str) -> str:
    """Debian's form of what CHANGELOG.md says of this version, or of what is not released yet."""
    sections = re.split(r"^## \[(.+?)\].*$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    said = dict(zip(sections[1::2], sections[2::2], strict=True))
    lines = "\n".join(_points(said.get("Unreleased", "").strip() or said.get(version, "")))
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", _moment())
    return f"bitsgui ({version}) unstable; urgency=medium\n\n{lines}\n\n -- {MAINTAINER}  {when}\n"


def _points(markdown: str) -> Iterator[str]:
    for point in re.findall(r"^- (.+(?:\n  .+)*)", markdown, flags=re.MULTILINE):
        yield textwrap.fill(point, 79, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)


def _dated(text: str, version: str) -> str:
    return text.replace("@VERSION@", version).replace("@DATE@", time.strftime("%Y-%m-%d", _moment()))


def _moment() -> time.struct_time:
    return time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _write_packed(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
