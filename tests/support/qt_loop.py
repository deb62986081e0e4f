"""Running a scenario on Qt's loop, as the program does, with nothing left behind."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication

from bitsgui.gui.loop import WindowLoop

T = TypeVar("T")

_TURNS = 500
_TURN_S = 0.01


def run_on_qt(app: QApplication, scenario: Coroutine[Any, Any, T], timeout_s: float = 30.0) -> T:
    """Run to the end on a fresh loop; AssertionError when a task is left behind."""
    app.setQuitOnLastWindowClosed(False)
    loop = WindowLoop(app)
    asyncio.set_event_loop(loop)
    try:
        result = loop.run_until_complete(asyncio.wait_for(scenario, timeout_s))
        loop.run_until_complete(asyncio.sleep(0))
        left = asyncio.all_tasks(loop)
        assert not left, f"tasks left behind: {left}"
        return result
    finally:
        loop.close()
        asyncio.set_event_loop(None)


async def until_true(condition: Callable[[], object]) -> None:
    """Let Qt and the tasks turn until `condition()` holds; AssertionError when it never does."""
    for _ in range(_TURNS):
        if condition():
            return
        await asyncio.sleep(_TURN_S)
    raise AssertionError("it never came true")
