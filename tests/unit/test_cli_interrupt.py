"""Ctrl+C while a command is still being imported: one line and the status of the signal, no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process sends itself a Ctrl+C there")

_INTERRUPTED_AT = """
import os, runpy, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == MODULE:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

MODULE, *words = sys.argv[1:]
sys.meta_path.insert(0, Interrupt())
sys.argv[:] = ["bitsgui", *words]
runpy.run_module("bitsgui", run_name="__main__", alter_sys=True)
"""
_GET = ("get", "http://127.0.0.1:9/x")


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("bitsgui.terminal.get", _GET),
        ("asyncio", _GET),
        ("bitsgui.service.manager", _GET),
        ("bitsgui.engine.runner", _GET),
        ("httpx", _GET),
        ("bitsgui.app", ()),
        ("PySide6.QtWidgets", ()),
    ],
)
def test_it_ends_without_a_traceback(module: str, words: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_AT, module, *words, "--state-dir", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "bitsgui: interrupted\n")
