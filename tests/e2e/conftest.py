"""What the end-to-end tests share."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.support.scripted_server import ScriptedServer
from tests.support.terminal import Play, Scenario, Terminal


@pytest.fixture
def play(tmp_path: Path, run: Callable[[Coroutine[Any, Any, None]], None]) -> Play:
    """Run a scenario on a loop with a server."""

    async def on_loop(scenario: Scenario) -> None:
        async with ScriptedServer() as server:
            here = Terminal(tmp_path)
            try:
                await scenario(here, server)
            finally:
                await here.aclose()

    return lambda scenario: run(on_loop(scenario))
