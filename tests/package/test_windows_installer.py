"""The Windows installer's script, compiled with a stand-in for the program: it cannot be run here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bitsgui

ROOT = Path(bitsgui.__file__).parents[1]


@pytest.mark.skipif(shutil.which("makensis") is None, reason="makensis is not installed (Debian: nsis)")
def test_it_is_made_and_deletes_only_what_it_brings(tmp_path: Path) -> None:
    payload = tmp_path / "payload"
    (payload / "_internal/deep").mkdir(parents=True)
    (payload / "bitsgui.exe").write_bytes(b"MZ")
    (payload / "_internal/deep/a b.dll").write_bytes(b"MZ")
    build = [sys.executable, str(ROOT / "packaging/build.py"), "nsis", "--payload", str(payload)]
    done = subprocess.run([*build, "--output", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    installer = tmp_path / f"bitsgui-{bitsgui.__version__}-setup.exe"
    assert installer.read_bytes()[:2] == b"MZ"
    script = (ROOT / "packaging/windows/bitsgui.nsi").read_text() + (ROOT / "build/nsis/uninstall.nsh").read_text()
    assert "RMDir /r" not in script
    assert re.findall(r"^(?:Delete|RMDir) .+", script, re.MULTILINE) == [
        'Delete "$INSTDIR\\bitsgui.exe"',
        'Delete "$INSTDIR\\_internal\\deep\\a b.dll"',
        'RMDir "$INSTDIR\\_internal\\deep"',
        'RMDir "$INSTDIR\\_internal"',
    ]
