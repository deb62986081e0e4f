"""The wheel, as pip makes it from this folder: it holds everything that the program needs besides its dependencies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bitsgui
from tests.support.nginx import Nginx

ROOT = Path(bitsgui.__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the wheel was unpacked into."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    made = subprocess.run(
        [*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], capture_output=True, text=True, check=False
    )
    if "No matching distribution found for hatchling" in made.stderr:
        pytest.skip("hatchling, which makes the wheel, cannot be had: no network")
    assert made.returncode == 0, made.stderr
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder / "site"


def bits(installed: Path, folder: Path, *words: str) -> str:
    """What `bitsgui` says in that folder; it has to succeed."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "BITSGUI_STATE_DIR": str(folder / "state")}
    command = [sys.executable, "-m", "bitsgui", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_runs_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    assert bits(installed, tmp_path, "--version") == f"bitsgui {bitsgui.__version__}\n"
    where = "import bitsgui.gui.resources as r; print(r.resource('icons', 'bitsgui.svg'))"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    found = subprocess.run([sys.executable, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert Path(found.stdout.strip()).is_relative_to(installed)
    assert Path(found.stdout.strip()).exists()
    assert (installed / "bitsgui/py.typed").exists()
    assert not list(installed.rglob("screenshots"))


@pytest.mark.peer
def test_it_downloads(installed: Path, tmp_path: Path, nginx: Nginx) -> None:
    (nginx.root / "a.bin").write_bytes(b"content")
    bits(installed, tmp_path, "get", nginx.url("/a.bin"), "-o", str(tmp_path))
    assert (tmp_path / "a.bin").read_bytes() == b"content"
