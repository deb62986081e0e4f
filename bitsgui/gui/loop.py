"""The window's event loop: qasync's, with a queue of its own for what is to run soon; knows nothing of the program."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Final

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

_TURN_S: Final = 0.002


class WindowLoop(QEventLoop):  # type: ignore[misc]  # qasync has no types
    """Runs callbacks for 2 ms at most before Qt has its turn: timers, input, painting.

    qasync makes a Qt timer for each callback, of which transfers at full speed need thousands a second.
    """

    def __init__(self, app: QApplication) -> None:
        self._soon: deque[asyncio.Handle] = deque()
        self._is_due = False
        super().__init__(app)

    def call_soon(
        self, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context=context)
        self._soon.append(handle)
        self._ask_for_turn()
        return handle

    def _ask_for_turn(self) -> None:
        if self._soon and not self._is_due:
            self._is_due = True
            super().call_soon(self._take_turn)

    def _take_turn(self) -> None:
        self._is_due = False
        until = time.perf_counter() + _TURN_S
        # What the callbacks add waits for the next turn.
        for _ in range(len(self._soon)):
            handle = self._soon.popleft()
            # First: this one may run a loop of its own (a menu does), which takes the others' turns.
            self._ask_for_turn()
            if not handle.cancelled():
                handle._run()
            if not self._soon or time.perf_counter() >= until:
                return
