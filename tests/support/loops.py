"""Running a scenario on a loop of its own."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run_to_end(scenario: Coroutine[Any, Any, T]) -> T:
    """Run on a fresh loop; AssertionError when the scenario leaves a task behind."""

    async def watched() -> T:
        result = await scenario
        await asyncio.sleep(0)  # what was cancelled last ends in this turn
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks left behind: {left}"
        return result

    return asyncio.run(watched())
