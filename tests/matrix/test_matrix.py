"""Every row of the matrix: the real fault, what is said of it, the check of its fix, and the right bytes at the end."""

import os
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.matrix import rows_here, rows_server, rows_uploads, rows_way
from tests.matrix.row import Row, prove
from tests.matrix.world import a_world
from tests.support.certificates import Certificates
from tests.support.fake_clock import FakeClock

NUMBERS = [*(str(number) for number in range(1, 37)), "6b"]
ELSEWHERE = {"35"}
"""Rows with tests of their own: test_follow_up_command.py."""
README = Path(__file__).parents[1] / "README.md"

ROWS = (*rows_server.ROWS, *rows_way.ROWS, *rows_here.ROWS, *rows_uploads.ROWS)
IS_ROOT = sys.platform == "linux" and os.geteuid() == 0


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row(
    run: Callable[[Coroutine[Any, Any, None]], None], tmp_path: Path, certificates: Certificates, row: Row
) -> None:
    if (row.needs_root and not IS_ROOT) or (row.is_linux and sys.platform != "linux"):
        pytest.skip("mounts a disk, gives up rights or fills a path: on Linux, some of it as root")

    async def scenario() -> None:
        clock = FakeClock() if row.has_clock else None
        tls = row.tls(certificates) if row.tls else None
        async with a_world(tmp_path, certificates, clock=clock, tls=tls) as world:
            await prove(row, world)

    run(scenario())


def test_every_row_is_proved_or_explained() -> None:
    """The first column of the table in README.md names the rows that cannot be provoked, beside the reason."""
    explained = set(re.findall(r"^\| (\d+b?) \|", README.read_text(encoding="utf-8"), re.MULTILINE))
    proved = {row.number for row in ROWS} | ELSEWHERE
    assert proved | explained == set(NUMBERS)
    assert not proved & explained


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({str(row) for row in ROWS}) == len(ROWS)
