"""The rules of the house that no linter checks, and the promises of README, CHANGELOG and bootstrap."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bitsgui

PROJECT = Path(__file__).parents[2]
PRODUCT = sorted((PROJECT / "bitsgui").rglob("*.py"))
MODULES = [
    *PRODUCT,
    *sorted((PROJECT / "tests").rglob("*.py")),
    *sorted((PROJECT / "packaging").rglob("*.py")),
]
TABLES = {PROJECT / "bitsgui/model/codes.py"}
"""Pure data: long because the world is."""
MAX_FILE_LINES, MAX_FUNCTION_LINES = 300, 40


def relative(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_says_what_it_is(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not source or ast.get_docstring(ast.parse(source)), "no docstring"
    assert path.stem not in {"utils", "util", "helpers", "helper", "misc", "common"}


@pytest.mark.parametrize("path", PRODUCT, ids=relative)
def test_a_module_and_its_functions_stay_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_FILE_LINES or path in TABLES
    long = {f.name: n for f in functions(path) if (n := (f.end_lineno or 0) - f.lineno + 1) > MAX_FUNCTION_LINES}
    assert not long


def test_the_median_function_is_under_ten_lines() -> None:
    lengths = sorted((f.end_lineno or 0) - f.lineno + 1 for path in PRODUCT for f in functions(path))
    assert lengths[len(lengths) // 2] < 10


def test_the_changelog_knows_this_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[:2] == ["Unreleased", bitsgui.__version__]


def test_what_the_readme_shows_is_there() -> None:
    readme = (PROJECT / "README.md").read_text()
    links = re.findall(r"\]\(([^)#:]+)\)", readme)
    assert [link for link in links if not (PROJECT / link).exists()] == []
    assert {"run", "test"} <= set(re.findall(r"python3 packaging/bootstrap.py (\w+)", readme))


def bootstrap(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, str(PROJECT / "packaging/bootstrap.py"), *arguments]
    return subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_run_without_a_display_says_what_to_do() -> None:
    result = bootstrap("run")
    assert result.returncode == 1
    assert "no display" in result.stderr
    assert "xvfb-run -a python3 packaging/bootstrap.py run" in result.stderr


def test_bootstrap_explains_itself_when_asked_wrongly() -> None:
    result = bootstrap("sing")
    assert result.returncode == 2
    assert "packaging/bootstrap.py test" in result.stderr


def test_ci_runs_what_people_run() -> None:
    script = PROJECT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert "exec python3 packaging/bootstrap.py test" in script.read_text()


def test_the_http_stack_reads_no_certificates_of_its_own_and_trusts_nobody() -> None:
    code = (
        "import ssl; from bitsgui.engine.loading import load_attempt; make = ssl.create_default_context; "
        "load_attempt(); import aiohttp.connector as c; assert ssl.create_default_context is make; "
        "print(len(c._SSL_CONTEXT_VERIFIED.get_ca_certs()), c._SSL_CONTEXT_VERIFIED.verify_mode.name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "CERT_REQUIRED"]
