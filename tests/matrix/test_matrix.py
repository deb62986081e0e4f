"""Every row of the matrix: the real fault, what is said of it, the check of its fix, and the right bytes at the end."""

import os
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

ROWS = (*rows_server.ROWS, *rows_way.ROWS, *rows_here.ROWS, *rows_uploads.ROWS)
IS_ROOT = sys.platform == "linux" and os.geteuid() == 0


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row(
    run: Callable[[Coroutine[Any, Any, None]], None], tmp_path: Path, certificates: Certificates, row: Row
) -> None:
    if row.needs_root and not IS_ROOT:
        pytest.skip("mounts a disk or gives up rights: root on Linux")

    async def scenario() -> None:
        clock = FakeClock() if row.has_clock else None
        tls = row.tls(certificates) if row.tls else None
        async with a_world(tmp_path, certificates, clock=clock, tls=tls) as world:
            await prove(row, world)

    run(scenario())
