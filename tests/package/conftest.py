"""The packages, made once for all tests, and machines to try them on; skipped with the reason where that cannot be."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import bitsgui
from tests.support.clean_machine import CleanMachine, start_debootstrap, why_not

ROOT = Path(bitsgui.__file__).parents[1]
sys.path.insert(0, str(ROOT / "packaging"))
from virtual_screen import VirtualScreen  # noqa: E402 - build.py's own, found only now

_DEBOOTSTRAP_S = 240
_PLENTY = 4 * 1024**3
_UNFIT = os.ST_NOEXEC | os.ST_NODEV


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.package)
            item.add_marker(pytest.mark.timeout(500))  # the first one waits for the build


@pytest.fixture(scope="session")
def deb() -> Path:
    """The Debian package of these sources; made again only when they have changed."""
    if missing := [tool for tool in ("dpkg-deb", "dpkg-shlibdeps", "objdump") if shutil.which(tool) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    folder = ROOT / "build/tested"
    command = [sys.executable, str(ROOT / "packaging/build.py"), "deb", "--quick", "--output", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return Path(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def newer_deb(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same program as version 99, without a file that the older one has."""
    folder = tmp_path_factory.mktemp("newer")
    subprocess.run(["dpkg-deb", "--raw-extract", deb, folder / "root"], check=True)
    control = folder / "root/DEBIAN/control"
    control.write_text(control.read_text().replace(f"Version: {bitsgui.__version__}\n", "Version: 99\n"))
    (folder / "root/usr/share/icons/hicolor/22x22/apps/bitsgui.png").unlink()
    pack = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", folder / "root", folder / "newer.deb"]
    subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
    return folder / "newer.deb"


@pytest.fixture(scope="session")
def layers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """A bare Debian, and over it the package with what it depends on."""
    if reason := why_not():
        pytest.skip(reason)
    folder = _quick_folder() or tmp_path_factory.mktemp("clean")
    base = folder / "base"
    fetching = start_debootstrap(base)  # while the package is built
    try:
        deb = request.getfixturevalue("deb")
        if fetching.wait(_DEBOOTSTRAP_S) != 0:
            last = (folder / "debootstrap.log").read_text().splitlines()[-1:]
            pytest.skip(f"no Debian could be fetched: {last}")
        yield [_install(deb, folder / "installed", base), base]
    finally:
        fetching.kill()
        fetching.wait()
        shutil.rmtree(folder)


def _quick_folder() -> Path | None:
    """One in memory, where there is plenty: Debian's tools write thousands of files and wait for each."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shutil.disk_usage(shared).free < _PLENTY or os.statvfs(shared).f_flag & _UNFIT:
        return None
    return Path(tempfile.mkdtemp(prefix="bitsgui-package-", dir=shared))


def _install(deb: Path, folder: Path, base: Path) -> Path:
    machine = CleanMachine(folder, [base], network="the host's")
    try:
        for name in ("/etc/resolv.conf", "/etc/hosts"):
            (machine.root / name.lstrip("/")).write_bytes(Path(name).read_bytes())
        shutil.copy(deb, machine.root / "var/tmp/bitsgui.deb")
        machine.output("apt-get", "update", "-qq")
        machine.output("apt-get", "install", "-qq", "--no-install-recommends", "/var/tmp/bitsgui.deb")
        machine.output("rm", "/var/tmp/bitsgui.deb")
    finally:
        machine.close()
    return machine.upper


@pytest.fixture
def machine(layers: list[Path], tmp_path: Path) -> Iterator[CleanMachine]:
    """A machine with the package installed, and no network but its own."""
    machine = CleanMachine(tmp_path / "machine", layers)
    yield machine
    machine.close()


@pytest.fixture
def screen(machine: CleanMachine) -> Iterator[VirtualScreen]:
    """An empty screen that programs on the machine can open windows on."""
    screen = VirtualScreen()
    yield screen
    screen.close()


@pytest.fixture
def content(machine: CleanMachine) -> Callable[[str, int], bytes]:
    """Puts so many bytes into a file of the machine's /srv; the bytes."""

    def put(name: str, size: int) -> bytes:
        data = bytes(index * 131 % 251 for index in range(4099)) * (size // 4099 + 1)
        (machine.root / "srv" / name).write_bytes(data[:size])
        return data[:size]

    return put
