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
_PLAIN = "bitsgui: interrupted\n"
_STORED = "bitsgui: interrupted: run the same command again to go on\n"
"""The engine is imported last, when the job is in the queue."""


@pytest.mark.parametrize(
    ("module", "words", "said"),
    [
        ("bitsgui.terminal.get", _GET, _PLAIN),
        ("asyncio", _GET, _PLAIN),
        ("bitsgui.service.manager", _GET, _PLAIN),
        ("bitsgui.engine.runner", _GET, _STORED),
        ("httpx", _GET, _STORED),
        ("bitsgui.app", (), _PLAIN),
        ("PySide6.QtWidgets", (), _PLAIN),
    ],
)
def test_it_ends_without_a_traceback(module: str, words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_AT, module, *words, "--state-dir", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", said)
